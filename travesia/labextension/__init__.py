"""Learner mode in the browser, and the handlers of a person's own server."""

from typing import Any

from travesia.labextension.jupyter_config import LABEXTENSIONS, write_config

__all__ = ["LABEXTENSIONS", "write_config"]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "travesia.labextension"}]


def _load_jupyter_server_extension(server: Any) -> None:
    # Imported here: whoever only writes a configuration needs no web server.
    from travesia.labextension.extension import load  # noqa: PLC0415

    load(server)
