"""Each concern of the hub's configuration, without a hub."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from jupyterhub.proxy import ConfigurableHTTPProxy
from jupyterhub.utils import subdomain_hook_idna
from traitlets.config import Config

from travesia.hub import configuration, folders
from travesia.hub.people import People
from travesia.hub.place import Place
from travesia.hub.settings import COURSE_ID, HubSettings

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture
def settings(tmp_path):
    data = tmp_path / "data"
    made = HubSettings(checkout=CHECKOUT, data=data, course_files=data, port=8123)
    People(made.people_file).add("ana", name="Ana", language="es")
    People(made.people_file).add("rosa", name="Rosa", language="es", kind="instructor")
    folders.prepare(made)
    return made


def configured(update, settings: HubSettings) -> Config:
    c = Config()
    update(c, settings)
    return c


def place(settings: HubSettings, username: str) -> Place:
    return Place(settings, People(settings.people_file).get(username))


def test_only_the_public_address_is_what_people_asked_for(settings):
    c = configured(configuration.update_address, replace(settings, address="0.0.0.0"))
    assert c.JupyterHub.bind_url == "http://0.0.0.0:8123/"
    assert c.JupyterHub.hub_bind_url == "http://127.0.0.1:8081"
    assert c.ConfigurableHTTPProxy.api_url == "http://127.0.0.1:8001"


def test_a_certificate_makes_the_address_https(settings):
    c = configured(
        configuration.update_address, replace(settings, tls_certificate="/c", tls_key="/k")
    )
    assert c.JupyterHub.bind_url.startswith("https://")
    assert (c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key) == ("/c", "/k")


def test_everything_that_changes_lies_in_the_data_folder(settings):
    c = configured(configuration.update_files, settings)
    paths = [
        c.JupyterHub.cookie_secret_file,
        c.JupyterHub.pid_file,
        c.ConfigurableHTTPProxy.pid_file,
    ]
    paths += [c.JupyterHub.db_url.removeprefix("sqlite:///")]
    assert all(Path(path).is_relative_to(settings.data) for path in paths)
    handlers = c.JupyterHub.logging_config["handlers"]
    assert Path(handlers["file"]["filename"]).is_relative_to(settings.data)


def test_nobody_signs_up_by_themselves(settings):
    c = configured(configuration.update_sign_in, settings)
    assert c.CourseAuthenticator.enable_signup is False
    assert "admin_users" not in c.CourseAuthenticator


def test_no_role_is_an_administrators(settings):
    c = configured(configuration.update_roles, settings)
    scopes = {scope for role in c.JupyterHub.load_roles for scope in role["scopes"]}
    scopes |= set(c.Spawner.server_token_scopes)
    assert not [scope for scope in scopes if scope.startswith("admin")]
    unfiltered = {scope for scope in scopes if "!" not in scope}
    assert unfiltered == {"self"}


def test_the_campus_asks_nothing_in_its_own_name(settings):
    c = configured(configuration.update_roles, settings)
    assert not [role for role in c.JupyterHub.load_roles if "campus" in role.get("services", ())]


def test_a_hub_without_isolation_says_so_to_the_campus_and_on_its_pages(settings):
    open_hub = replace(settings, isolated=False)
    campus = configured(configuration.update_campus, open_hub).JupyterHub.services[0]
    assert campus["environment"]["TRAVESIA_DEMONSTRATION"] == "1"
    pages = configured(configuration.update_pages, open_hub).JupyterHub.template_vars
    assert pages["tv_demonstration"] is True


def test_the_proxys_log_has_what_needs_somebody_alone(settings):
    c = configured(configuration.update_proxy, settings)
    assert ConfigurableHTTPProxy(config=c).log_level == "warn"
    assert "--log-level" not in c.ConfigurableHTTPProxy.command


def test_an_isolated_hub_is_no_demonstration(settings):
    campus = configured(configuration.update_campus, settings).JupyterHub.services[0]
    assert "TRAVESIA_DEMONSTRATION" not in campus["environment"]


def test_the_campus_sees_neither_gradebook_nor_keys(settings):
    command = " ".join(
        configured(configuration.update_campus, settings).JupyterHub.services[0]["command"]
    )
    assert str(settings.exchange) in command
    for hidden in ("gradebook", str(settings.course_files / "keys"), str(settings.homes)):
        assert hidden not in command


def test_a_learner_gets_their_home_and_the_lessons(settings):
    sandbox = place(settings, "ana").sandbox
    assert sandbox.home == settings.homes / "ana"
    assert sandbox.writable == {}
    assert {path.name for path in sandbox.read_only.values()} == {
        "jupyter",
        "notebooks",
        "course.yaml",
        "notices",
    }
    assert not sandbox.nested


def test_an_instructor_gets_the_course_and_nothing_else_of_the_data_folder(settings):
    sandbox = place(settings, "rosa").sandbox
    inside = {Path(path).name for path in sandbox.writable}
    assert inside == {
        "source",
        "keys",
        "release",
        "submitted",
        "autograded",
        "feedback",
        "gradebook",
    }
    assert all(path.startswith(f"/home/rosa/course/{COURSE_ID}/") for path in sandbox.writable)


def test_an_instructor_made_a_learner_gets_nothing_of_the_course(settings):
    for role, folders_of_the_course in (("instructor", True), ("learner", False)):
        People(settings.people_file).enrol("rosa", COURSE_ID, role)
        assert bool(place(settings, "rosa").sandbox.writable) is folders_of_the_course


def test_a_server_is_told_the_persons_language_and_kind(settings):
    environment = place(settings, "ana").environment
    assert environment["TRAVESIA_LANGUAGE"] == "es"
    assert environment["TRAVESIA_KIND"] == "learner"
    assert environment["PATH"].startswith(f"{Path(sys.prefix) / 'bin'}:")


def test_the_data_folder_is_closed_to_other_accounts(settings):
    assert settings.data.stat().st_mode & 0o077 == 0


def test_with_a_data_folder_the_course_is_copied_once_and_then_kept(settings):
    mine = settings.course_files / "source" / "mine.txt"
    mine.write_text("an instructor's change")
    folders.prepare(settings)
    assert mine.read_text() == "an instructor's change"


def test_all_share_one_address_unless_the_machine_has_a_name_for_each(settings):
    usual = configured(configuration.update_address, settings).JupyterHub
    assert "subdomain_host" not in usual
    assert (
        configured(configuration.update_pages, settings).JupyterHub.template_vars["tv_campus"]
        == configured(configuration.update_campus, settings).JupyterHub.default_url
        == ("/services/campus/")
    )


@pytest.mark.parametrize(
    ("more", "address"),
    [
        ({}, "http://hub.example.org:8123"),
        ({"tls_key": "key.pem", "tls_certificate": "cert.pem"}, "https://hub.example.org:8123"),
        ({"behind_proxy": True}, "https://hub.example.org"),
    ],
)
def test_below_a_name_each_server_and_the_campus_has_an_address_of_its_own(settings, more, address):
    apart = replace(settings, subdomains="hub.example.org", **more)
    assert configured(configuration.update_address, apart).JupyterHub.subdomain_host == address
    scheme, _, host = address.partition("://")
    name = subdomain_hook_idna("campus", "hub.example.org", kind="service")
    campus = f"{scheme}://{host.replace('hub.example.org', name)}/services/campus/"
    assert configured(configuration.update_campus, apart).JupyterHub.default_url == campus
    pages = configured(configuration.update_pages, apart).JupyterHub
    assert pages.template_vars["tv_campus"] == campus
    (policy,) = pages.tornado_settings["transforms"]
    assert policy.beyond == f"{scheme}://*.{host}"
