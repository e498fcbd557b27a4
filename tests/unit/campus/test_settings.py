"""What the campus process must be told, and what it says when it is not."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from travesia.campus.settings import Settings, SettingsError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    (tmp_path / "people.json").write_text('{"people": {}}', encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/campus/",
        "JUPYTERHUB_API_URL": "http://127.0.0.1:9/hub/api",
        "JUPYTERHUB_API_TOKEN": "t",
        "TRAVESIA_EXCHANGE": str(tmp_path / "exchange"),
        "TRAVESIA_PEOPLE": str(tmp_path / "people.json"),
        "TRAVESIA_COURSE": str(ROOT / "course.yaml"),
        "TRAVESIA_CAMPUS_DATA": str(tmp_path / "campus"),
        "TRAVESIA_CAMPUS_KEY": "k" * 64,
    }


@pytest.mark.parametrize(
    "name", ["TRAVESIA_EXCHANGE", "TRAVESIA_PEOPLE", "TRAVESIA_CAMPUS_KEY", "JUPYTERHUB_API_URL"]
)
def test_what_is_missing_is_named(environment, name) -> None:
    del environment[name]
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(environment)


def test_a_key_may_lie_in_a_file(environment, tmp_path) -> None:
    key = tmp_path / "key"
    key.write_text("s" * 40 + "\n", encoding="utf-8")
    settings = Settings.from_environment(environment | {"TRAVESIA_CAMPUS_KEY": str(key)})
    assert settings.key == "s" * 40


@pytest.mark.parametrize("key", ["short", "/no/such/file"])
def test_a_key_that_is_none_is_refused(environment, key) -> None:
    with pytest.raises(SettingsError, match=r"key|KEY"):
        Settings.from_environment(environment | {"TRAVESIA_CAMPUS_KEY": key})


def test_a_zone_that_is_none_is_refused(environment) -> None:
    with pytest.raises(SettingsError, match="TRAVESIA_TIMEZONE"):
        Settings.from_environment(environment | {"TRAVESIA_TIMEZONE": "Middle/Earth"})


def test_a_hub_below_a_path_is_linked_there(environment) -> None:
    settings = Settings.from_environment(environment | {"JUPYTERHUB_BASE_URL": "/travesia/"})
    assert settings.hub_prefix == "/travesia/hub/"


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "travesia.campus"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_process_serves_at_its_address_and_ends_cleanly_when_told(environment) -> None:
    process = start(environment)
    try:
        url = environment["JUPYTERHUB_SERVICE_URL"] + "/services/campus/"
        answer = None
        for _ in range(300):
            try:
                answer = httpx.get(url, trust_env=False)
                break
            except httpx.ConnectError:
                assert process.poll() is None, process.stderr.read()
                time.sleep(0.1)
        assert answer is not None
        assert answer.status_code == 302
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_a_process_that_cannot_start_says_why_in_a_sentence(environment) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        process = start(environment | {"JUPYTERHUB_SERVICE_URL": f"http://{address}"})
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"The campus cannot serve at {address}" in errors
    assert "Traceback" not in errors
