"""A kernel's web socket that does not wait before it sends what is small."""

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """A kernel's web socket whose small messages leave at once.

    A click on a question or a case is answered by three small messages. Over TCP, the machine may
    hold one back until the browser has confirmed the one before, which can take 40 milliseconds:
    rare, and longer than everything else that a click needs. On a Unix socket it changes nothing.
    """

    def connect(self) -> Any:
        """Starts to pass messages on, each as soon as it is there."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
