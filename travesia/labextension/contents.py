"""A person's files as their Jupyter server gives them to a browser."""

from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager


class CarefulContents(AsyncLargeFileManager):
    """Jupyter's own contents, with notebooks of others made as harmless as their outputs.

    JupyterLab draws no active output of a notebook that its reader has not run. The widgets saved
    in a notebook it brings to life all the same, and an anywidget among them brings its own script.
    """

    def mark_trusted_cells(self, nb: Any, path: str = "") -> None:
        """Mark what may be drawn, and take saved widgets out of what the reader has not run."""
        if "widgets" in nb.metadata and not self.notary.check_signature(nb):
            del nb.metadata["widgets"]
        super().mark_trusted_cells(nb, path)
