"""The Jupyter configuration of one person's server, as a folder that is mounted read-only.

The folder is meant for `JUPYTER_CONFIG_PATH`: there it wins over the environment's own
configuration, and what a page asks for is decided in one place for each kind of person.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_path

SERVER_EXTENSION = "travesia.labextension"
LABEXTENSIONS = Path(__file__).parent / "prebuilt"

# How long a server believes what the hub said of a token.
HUB_ANSWER_SECONDS = 30

LEARNER = "learner"
INSTRUCTOR = "instructor"
ANALYST = "analyst"
KINDS = (LEARNER, INSTRUCTOR, ANALYST)

# A Unix socket's path has room for 107 bytes; jupyter_client makes it of the runtime folder and
# this name.
SOCKET_PATH_BYTES = 107
SOCKET_NAME = "/kernel-00000000-0000-0000-0000-000000000000-ipc-9"

# The locales of the language packs that are installed, by the language a person has here.
LOCALES = {"en": "en", "es": "es_ES"}

_NBGRADER = "nbgrader.server_extensions."
_NBGRADER_PLUGIN = "@jupyter/nbgrader:"

_NOT_FOR_LEARNERS = (
    # It brings back, whenever the window changes, the head that learner mode has put away.
    "@jupyter-notebook/application-extension:top",
    "@jupyterlab/extensionmanager-extension:plugin",
    "@jupyterlab/lsp-extension",
    "@jupyterlab/notebook-extension:language-server",
    "@jupyterlab/fileeditor-extension:language-server",
)


def write_config(
    folder: Path, *, kind: str, language: str, home: str, runtime_dir: str | None = None
) -> dict[str, str]:
    """The environment variables that make a server use the configuration written into `folder`.

    Args:
        folder: where the configuration goes; the same path must hold it for the server.
        kind: learner, instructor or analyst.
        language: the person's language, as in `TRAVESIA_LANGUAGE`.
        home: the person's home as the server sees it, the root of what the server shows.
        runtime_dir: a private folder of the server for its kernels' sockets (absolute, short).
    """
    if kind not in KINDS:
        message = f"There is no kind of person called {kind!r}: use one of {', '.join(KINDS)}."
        raise ValueError(message)
    environment = {"JUPYTER_CONFIG_PATH": str(folder), "TRAVESIA_KIND": kind}
    if runtime_dir is not None:
        environment["JUPYTER_RUNTIME_DIR"] = checked_runtime_dir(runtime_dir)
    labconfig = folder / "labconfig"
    labconfig.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "jupyter_server_config.json", server_config(kind, home))
    _write_json(labconfig / "page_config.json", page_config(kind))
    _write_json(labconfig / "default_setting_overrides.json", setting_overrides(kind, language))
    return environment


def checked_runtime_dir(folder: str) -> str:
    """The folder for kernels' sockets, if a socket's path fits there; ValueError otherwise."""
    if not Path(folder).is_absolute():
        message = f"The runtime folder {folder} must be an absolute path: sockets lie in it."
        raise ValueError(message)
    if len(os.fsencode(folder + SOCKET_NAME)) > SOCKET_PATH_BYTES:
        room = SOCKET_PATH_BYTES - len(SOCKET_NAME)
        message = (
            f"The runtime folder {folder} is too long for Unix sockets: "
            f"choose one of at most {room} bytes."
        )
        raise ValueError(message)
    return folder


def server_config(kind: str, home: str) -> dict[str, Any]:
    """What `jupyter_server_config.json` holds for a kind of person."""
    learner = kind == LEARNER
    return {
        "ServerApp": {
            "root_dir": home,
            "preferred_dir": home,
            "terminals_enabled": not learner,
            "quit_button": False,
            "open_browser": False,
            "contents_manager_class": "travesia.labextension.contents.CarefulContents",
            "kernel_websocket_connection_class": "travesia.labextension.prompt.PromptConnection",
            "jpserver_extensions": {
                SERVER_EXTENSION: True,
                "jupyter_lsp": not learner,
                "jupyter_server_terminals": not learner,
                _NBGRADER + "assignment_list": True,
                _NBGRADER + "validate_assignment": True,
                _NBGRADER + "formgrader": kind == INSTRUCTOR,
                _NBGRADER + "course_list": False,
            },
        },
        # A removed person's open page is refused within seconds, not after the usual five minutes.
        "HubOAuth": {"cache_max_age": HUB_ANSWER_SECONDS},
        "LabServerApp": {"extra_labextensions_path": [str(LABEXTENSIONS)]},
        "LabApp": {
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "news_url": None,
            "extension_manager": "readonly",
        },
        # Kernels' TCP ports can be read by everybody on the machine, a folder cannot.
        "KernelManager": {"transport": "ipc"},
        "ContentsManager": {"allow_hidden": False},
    }


def page_config(kind: str) -> dict[str, Any]:
    """What `labconfig/page_config.json` holds: the plugins whose server side is off.

    Nothing is locked: a lock would also hide the menu of what stays on.
    """
    disabled = ["course-list"]
    if kind != INSTRUCTOR:
        disabled += ["formgrader", "create-assignment"]
    plugins = {_NBGRADER_PLUGIN + name: True for name in disabled}
    plugins["@jupyterlab/apputils-extension:announcements"] = True
    if kind != ANALYST:
        # It draws, and computes, whatever a notebook says, even one that its reader has not run.
        plugins["@jupyterlab/vega5-extension:factory"] = True
    if kind == LEARNER:
        plugins |= dict.fromkeys(_NOT_FOR_LEARNERS, True)
    return {"disabledExtensions": plugins}


def setting_overrides(kind: str, language: str) -> dict[str, Any]:
    """What `labconfig/default_setting_overrides.json` holds: defaults of the interface."""
    overrides: dict[str, Any] = {
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        },
        "@jupyterlab/translation-extension:plugin": {"locale": LOCALES.get(language, "en")},
        "@jupyterlab/docmanager-extension:plugin": {
            "autosave": True,
            "autosaveInterval": 30,
            "renameUntitledFileOnSave": False,
        },
        # Widgets are drawn again from the saved answers; a saved state would only be drawn dead.
        "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": False},
    }
    if kind == LEARNER:
        overrides |= {
            "@jupyterlab/notebook-extension:tracker": {
                "showEditorForReadOnlyMarkdown": False,
                "showHiddenCellsButton": False,
                "scrollPastEnd": False,
                # Everything is on the page, so that a browser's search and a screen reader find it.
                "windowingMode": "none",
            },
            "@jupyter-notebook/notebook-extension:scroll-output": {"autoScrollOutputs": False},
            "@jupyterlab/shortcuts-extension:shortcuts": {"shortcuts": disabled_shortcuts()},
        }
    return overrides


def disabled_shortcuts(schemas: Path | None = None) -> list[dict[str, Any]]:
    """The installed JupyterLab's shortcuts of notebooks in command mode, each one disabled.

    They are single keys that cut, delete, insert or move cells: whoever answers a question by
    keyboard must not meet them. Running a cell and entering it stay.
    """
    folders = [schemas] if schemas else [Path(path) for path in jupyter_path("lab", "schemas")]
    shortcuts = []
    for path in (path for folder in folders for path in sorted(folder.glob("@*/*/*.json"))):
        for shortcut in _shortcuts(json.loads(path.read_text("utf-8"))):
            keys = [key for key in shortcut.get("keys", []) if key]
            if keys and _changes_cells(shortcut):
                shortcuts.append(
                    {
                        "command": shortcut["command"],
                        "keys": keys,
                        "selector": shortcut["selector"],
                        "disabled": True,
                    }
                )
    return shortcuts


def _shortcuts(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(schema.get("jupyter.lab.shortcuts", []))


def _changes_cells(shortcut: Mapping[str, Any]) -> bool:
    if shortcut["command"] in {"notebook:run-cell", "notebook:enter-edit-mode"}:
        return False
    return (
        "jp-Notebook.jp-mod-commandMode" in shortcut["selector"]
        or "data-jp-kernel-user" in shortcut["selector"]
        or shortcut["command"]
        in {"notebook:split-cell-at-cursor", "notebook:run-cell-and-insert-below"}
    )


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as new:
        new.write(text)
    written = Path(new.name)
    # Whoever the server runs as reads it, and only its owner changes it.
    written.chmod(0o644)
    written.replace(path)
