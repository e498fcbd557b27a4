"""What has to hold before a hub starts, and the sentence where it does not."""

import shutil
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from travesia.hub import launch, proxy
from travesia.hub.people import People
from travesia.hub.settings import HubSettings
from travesia.sandbox import Finding

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture
def settings(tmp_path):
    data = tmp_path / "data"
    return HubSettings(checkout=CHECKOUT, data=data, course_files=data, port=launch.free_port())


def test_a_hub_may_start_where_everything_holds(settings):
    launch.check(settings)


def test_a_taken_port_is_named_with_another(settings):
    taken = socket.create_server((settings.address, settings.port))
    with taken, pytest.raises(launch.LaunchError) as caught:
        launch.check(settings)
    assert str(caught.value) == (
        f"Port {settings.port} is taken by another program: choose another with "
        f"'PORT={settings.port + 1}'."
    )


def test_a_missing_proxy_says_how_to_install_it(settings, monkeypatch):
    monkeypatch.setattr(proxy, "PROGRAM", Path("/nowhere/configurable-http-proxy"))
    with pytest.raises(launch.LaunchError, match="run 'make setup'"):
        launch.check(settings)


def test_forbidden_namespaces_refuse_the_start_with_the_remedy(settings, monkeypatch):
    forbidden = Finding(allowed=False, reason="no namespaces", remedy="Allow them.")
    monkeypatch.setattr(launch, "isolation", lambda: forbidden)
    with pytest.raises(launch.LaunchError, match=r"no namespaces\). Allow them\. .*--no-isolation"):
        launch.check(settings)


def test_without_isolation_it_starts_only_when_told_so(settings, monkeypatch):
    monkeypatch.setattr(launch, "isolation", lambda: Finding(allowed=False))
    monkeypatch.setattr(launch, "started_by_root", lambda: False)
    launch.check(replace(settings, isolated=False))


def test_root_does_not_start_a_hub_without_isolation(settings, monkeypatch):
    monkeypatch.setattr(launch, "started_by_root", lambda: True)
    with pytest.raises(launch.LaunchError, match="from an ordinary account"):
        launch.check(replace(settings, isolated=False))


def test_a_key_that_the_proxy_cannot_read_is_named(settings, monkeypatch, tmp_path):
    monkeypatch.setattr(launch, "started_by_root", lambda: True)
    key = tmp_path / "key.pem"
    key.write_text("secret")
    key.chmod(0o600)
    certificate = tmp_path / "cert.pem"
    certificate.touch()
    with_key = replace(settings, tls_key=str(key), tls_certificate=str(certificate))
    monkeypatch.setattr(launch, "_check_certificate", lambda _: None)
    with pytest.raises(launch.LaunchError, match=f"can't read {key}: give it a copy"):
        launch.check(with_key)
    monkeypatch.setattr(launch, "PROXY_UID", key.stat().st_uid)
    launch.check(with_key)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1", "hub.example"])
def test_an_address_others_reach_is_refused_without_encryption(settings, address):
    with pytest.raises(launch.LaunchError, match="passwords would travel unencrypted"):
        launch.check(replace(settings, address=address))


@pytest.mark.parametrize(
    "how", [{"behind_proxy": True}, {"tls_key": "/k.pem", "tls_certificate": "/c.pem"}]
)
def test_an_address_others_reach_is_allowed_with_encryption(settings, how, monkeypatch):
    monkeypatch.setattr(launch, "_check_key", lambda _: None)
    monkeypatch.setattr(launch, "_check_certificate", lambda _: None)
    launch.check(replace(settings, address="0.0.0.0", **how))


@pytest.mark.parametrize(
    ("alone", "missing"),
    [({"tls_key": "/k.pem"}, "--tls-cert"), ({"tls_certificate": "/c.pem"}, "--tls-key")],
)
def test_a_certificate_and_its_key_come_together(settings, alone, missing):
    with pytest.raises(launch.LaunchError, match=f"name the other file with '{missing}'"):
        launch.check(replace(settings, **alone))


@pytest.fixture
def pair(tmp_path):
    """A function that makes a certificate with its key."""

    def make(name: str, *how: str) -> dict[str, str]:
        key, certificate = tmp_path / f"{name}-key.pem", tmp_path / f"{name}-cert.pem"
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-subj", "/CN=hub.example"]
        files = ["-keyout", str(key), "-out", str(certificate)]
        subprocess.run([*command, *files, *how], check=True, capture_output=True)
        key.chmod(0o644)
        return {"tls_key": str(key), "tls_certificate": str(certificate)}

    return make


def test_a_certificate_with_its_own_key_encrypts(settings, pair):
    launch.check(replace(settings, **pair("hub", "-nodes")))


def test_a_pair_that_the_proxy_would_end_with_is_named(settings, pair, tmp_path):
    own, other = pair("hub", "-nodes"), pair("other", "-nodes")
    (tmp_path / "text.pem").write_text("no certificate")
    for wrong in (
        own | {"tls_key": other["tls_key"]},
        own | {"tls_certificate": str(tmp_path / "text.pem")},
        pair("closed", "-passout", "pass:secret"),
    ):
        with pytest.raises(launch.LaunchError, match=f"{wrong['tls_certificate']} and .* can't"):
            launch.check(replace(settings, **wrong))


def test_no_folder_with_something_else_in_it_is_closed_to_all_others(settings):
    letters = settings.data / "letters"
    letters.mkdir(parents=True)
    with pytest.raises(launch.LaunchError, match=r"something else than a hub's data \(letters\)"):
        launch.check(settings)
    letters.rename(settings.data / "people")
    launch.check(settings)


@pytest.mark.parametrize("above", [CHECKOUT, CHECKOUT.parent])
def test_the_projects_own_folder_is_no_data_folder(settings, above):
    with pytest.raises(launch.LaunchError, match="holds the project itself"):
        launch.check(replace(settings, data=above))


def test_what_an_administrator_puts_there_beforehand_is_no_hindrance(settings):
    settings.data.mkdir()
    shutil.copy(CHECKOUT / "hub_config" / "limits.yaml", settings.data)
    launch.check(settings)


def test_demonstration_accounts_are_never_reached_from_other_machines(settings):
    people = People(settings.people_file)
    people.add("ana", name="Ana", language="es", demo=True)
    with pytest.raises(launch.LaunchError, match=r"demonstration's accounts \(ana\)"):
        launch.check(replace(settings, address="0.0.0.0", behind_proxy=True))
    people.remove("ana")
    launch.check(replace(settings, address="0.0.0.0", behind_proxy=True))


def test_a_missing_part_of_the_project_is_named(settings, tmp_path):
    partial = tmp_path / "project"
    partial.mkdir()
    shutil.copy(CHECKOUT / "course.yaml", partial)
    with pytest.raises(launch.LaunchError, match=r"jupyterhub_config\.py is missing"):
        launch.check(replace(settings, checkout=partial))


def test_the_project_is_found_from_a_folder_below_it():
    assert launch.find_checkout(CHECKOUT / "tests" / "unit") == CHECKOUT


def test_a_folder_outside_the_project_is_named(tmp_path):
    with pytest.raises(launch.LaunchError, match=f"{tmp_path} is not in the project"):
        launch.find_checkout(tmp_path)


def test_settings_are_read_back_as_they_were_saved(settings):
    assert HubSettings.load(settings.save()) == settings


@pytest.mark.parametrize("name", ["hub.example.org", "hub.localhost", "a-1.b2.org"])
def test_each_server_may_have_a_name_below_the_machines(settings, name):
    launch.check(replace(settings, subdomains=name))


@pytest.mark.parametrize(
    "name", ["127.0.0.1", "localhost", "https://hub.example.org", "hub.example.org:8000", "-a.org"]
)
def test_what_no_name_can_stand_below_is_refused(settings, name):
    with pytest.raises(launch.LaunchError, match=r"such as hub\.example\.org"):
        launch.check(replace(settings, subdomains=name))
