"""Each kind of person gets the configuration that the course promises them."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from traitlets import import_item

from travesia.labextension.jupyter_config import (
    KINDS,
    LABEXTENSIONS,
    checked_runtime_dir,
    disabled_shortcuts,
    page_config,
    server_config,
    setting_overrides,
    write_config,
)


def extensions(kind: str) -> dict[str, bool]:
    return dict(server_config(kind, "/home/ana")["ServerApp"]["jpserver_extensions"])


def test_writing_gives_the_variables_that_make_a_server_read_it(tmp_path: Path) -> None:
    variables = write_config(
        tmp_path / "jupyter", kind="learner", language="es", home="/home/ana", runtime_dir="/run/me"
    )
    assert variables == {
        "JUPYTER_CONFIG_PATH": str(tmp_path / "jupyter"),
        "TRAVESIA_KIND": "learner",
        "JUPYTER_RUNTIME_DIR": "/run/me",
    }
    written = sorted(
        path.relative_to(tmp_path / "jupyter").as_posix()
        for path in (tmp_path / "jupyter").rglob("*")
        if path.is_file()
    )
    assert written == [
        "jupyter_server_config.json",
        "labconfig/default_setting_overrides.json",
        "labconfig/page_config.json",
    ]


def test_writing_twice_gives_the_same_files(tmp_path: Path) -> None:
    def write() -> dict[str, bytes]:
        write_config(tmp_path, kind="learner", language="es", home="/home/ana")
        return {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    assert write() == write()


def test_an_unknown_kind_is_refused_with_the_kinds_there_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="learner, instructor, analyst"):
        write_config(tmp_path, kind="admin", language="es", home="/home/ana")


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_has_the_assignment_list_and_nobody_the_course_list(kind: str) -> None:
    assert extensions(kind)["travesia.labextension"]
    assert extensions(kind)["nbgrader.server_extensions.assignment_list"]
    assert extensions(kind)["nbgrader.server_extensions.validate_assignment"]
    assert not extensions(kind)["nbgrader.server_extensions.course_list"]


def test_only_instructors_have_the_formgrader() -> None:
    name = "nbgrader.server_extensions.formgrader"
    assert [kind for kind in KINDS if extensions(kind)[name]] == ["instructor"]


def test_only_learners_have_no_terminal() -> None:
    terminals = {kind: server_config(kind, "/")["ServerApp"]["terminals_enabled"] for kind in KINDS}
    assert terminals == {"learner": False, "instructor": True, "analyst": True}


@pytest.mark.parametrize("kind", KINDS)
def test_a_plugin_is_off_in_the_page_where_its_server_side_is_off(kind: str) -> None:
    off = page_config(kind)["disabledExtensions"]
    for name in ("course_list", "formgrader", "assignment_list", "validate_assignment"):
        plugin = "@jupyter/nbgrader:" + name.replace("_", "-")
        enabled = extensions(kind)[f"nbgrader.server_extensions.{name}"]
        assert off.get(plugin, False) is not enabled, plugin


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_locked(kind: str) -> None:
    assert "lockedExtensions" not in page_config(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_s_server_asks_the_outside_for_news_or_updates(kind: str) -> None:
    lab = server_config(kind, "/")["LabApp"]
    assert lab["news_url"] is None
    assert lab["check_for_updates_class"] == "jupyterlab.NeverCheckForUpdate"
    assert lab["extension_manager"] == "readonly"
    notification = setting_overrides(kind, "en")["@jupyterlab/apputils-extension:notification"]
    assert notification == {"fetchNews": "false", "checkForUpdates": False}


@pytest.mark.parametrize("kind", KINDS)
def test_kernels_speak_over_sockets_in_a_folder(kind: str) -> None:
    assert server_config(kind, "/")["KernelManager"] == {"transport": "ipc"}


def test_the_interface_speaks_the_person_s_language_where_there_is_a_pack() -> None:
    def locale(language: str) -> Any:
        plugin = setting_overrides("learner", language)["@jupyterlab/translation-extension:plugin"]
        return plugin["locale"]

    assert [locale(language) for language in ("en", "es", "fr")] == ["en", "es_ES", "en"]


def test_learners_keys_cut_delete_insert_or_move_no_cell() -> None:
    off = {shortcut["command"] for shortcut in disabled_shortcuts()}
    assert {
        "notebook:cut-cell",
        "notebook:delete-cell",
        "notebook:insert-cell-above",
        "notebook:insert-cell-below",
        "notebook:move-cursor-down",
        "notebook:merge-cells",
        "notebook:change-cell-to-raw",
        "notebook:undo-cell-action",
        "notebook:split-cell-at-cursor",
        "kernelmenu:restart",
        "kernelmenu:interrupt",
    } <= off
    assert "notebook:run-cell" not in off
    assert all(shortcut["disabled"] for shortcut in disabled_shortcuts())


@pytest.mark.parametrize("kind", ["instructor", "analyst"])
def test_instructors_and_analysts_keep_every_key(kind: str) -> None:
    assert not any("shortcuts" in plugin for plugin in setting_overrides(kind, "en"))


def test_a_runtime_folder_must_have_room_for_a_socket() -> None:
    assert checked_runtime_dir("/tmp/jupyter") == "/tmp/jupyter"
    with pytest.raises(ValueError, match="at most 57 bytes"):
        checked_runtime_dir("/" + "x" * 58)
    with pytest.raises(ValueError, match="absolute"):
        checked_runtime_dir("run")


def test_the_labextension_is_where_the_configuration_says() -> None:
    config = server_config("learner", "/")
    assert config["LabServerApp"]["extra_labextensions_path"] == [str(LABEXTENSIONS)]
    package = json.loads((LABEXTENSIONS / "travesia" / "package.json").read_text("utf-8"))
    load = package["jupyterlab"]["_build"]["load"]
    assert (LABEXTENSIONS / "travesia" / load).is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_saved_widgets_of_others_stay_asleep(kind: str) -> None:
    contents = server_config(kind, "/")["ServerApp"]["contents_manager_class"]
    assert contents == "travesia.labextension.contents.CarefulContents"


def test_only_an_analyst_draws_what_computes_by_itself() -> None:
    vega = "@jupyterlab/vega5-extension:factory"
    assert [kind for kind in KINDS if vega not in page_config(kind)["disabledExtensions"]] == [
        "analyst"
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_small_messages_of_a_kernel_leave_at_once(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = server_config(kind, "/")["ServerApp"]["kernel_websocket_connection_class"]
    connection = import_item(name)
    done: list[object] = []
    jupyters_own = connection.__mro__[1]
    monkeypatch.setattr(jupyters_own, "connect", lambda _: done.append("connected"))
    socket = SimpleNamespace(set_nodelay=done.append)
    made = connection.__new__(connection)
    monkeypatch.setattr(connection, "websocket_handler", socket)

    made.connect()

    assert done == [True, "connected"]
