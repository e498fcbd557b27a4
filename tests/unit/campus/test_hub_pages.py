"""The hub's own pages: sign-in and waiting, in the course's look and the reader's language."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from jupyterhub._data import DATA_FILES_PATH

from travesia.campus import hub_pages
from travesia.campus.preferences import Preferences

BETO = SimpleNamespace(
    name="beto",
    escaped_name="beto",
    json_escaped_name="beto",
    spawner=SimpleNamespace(options_form=""),
)


@pytest.fixture
def render(tmp_path):
    """Draws a page as JupyterHub does, for a person or for nobody yet."""
    people = tmp_path / "people.json"
    people.write_text(
        json.dumps({"people": {"beto": {"name": "Beto", "language": "es"}}}), encoding="utf-8"
    )
    base = Path(DATA_FILES_PATH) / "templates"
    loaders = [
        PrefixLoader({"templates": FileSystemLoader([base])}),
        FileSystemLoader([hub_pages.TEMPLATES, base]),
    ]
    environment = Environment(autoescape=True, loader=ChoiceLoader(loaders))

    def draw(name: str, user=None, *, demonstration=False, **values) -> str:
        variables = hub_pages.template_vars(
            people, campus_data=tmp_path / "campus", demonstration=demonstration
        )
        given = {key: value(user) if callable(value) else value for key, value in variables.items()}
        return environment.get_template(name).render(
            base_url="/hub/",
            prefix="/",
            user=user,
            login_url="/hub/login",
            logout_url="/hub/logout",
            static_url=lambda path, **_: f"/hub/static/{path}",
            xsrf="token",
            xsrf_token="token",
            **given,
            **values,
        )

    return draw


def body_of(page: str) -> str:
    return re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)


def test_before_sign_in_a_page_holds_every_language(render) -> None:
    page = render("native-login.html", next="")
    assert '<span class="tv-say" lang="en">User name</span>' in page
    assert '<span class="tv-say" lang="es">Nombre de usuario</span>' in page


def test_sign_in_sends_what_the_authenticator_reads(render) -> None:
    page = render("native-login.html", next="%2Fservices%2Fcampus%2F")
    assert 'action="/hub/login?next=%2Fservices%2Fcampus%2F" method="post"' in page
    for name in ("username", "password", "_xsrf"):
        assert f'name="{name}"' in page
    assert "signup" not in page


def test_a_wrong_password_is_told_without_the_name_becoming_markup(render) -> None:
    page = render("native-login.html", next="", login_error="x", username='"><b>me')
    assert "do not go together" in page
    assert "<b>me" not in page


def test_too_many_tries_are_no_wrong_password(render) -> None:
    page = render("native-login.html", next="", login_error="Too Many Requests", status_code=429)
    assert "There were too many tries to sign in with this name." in page
    assert "do not go together" not in page


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("changed", "Tu contraseña cambió."),
        ("kept", "Revisa la anterior, escribe la nueva igual las dos veces"),
        ("wait", "Tu contraseña no cambió: hubo demasiados intentos."),
        ("long", "la nueva es demasiado larga. Puede tener hasta 72 caracteres"),
    ],
)
def test_what_came_of_a_new_password_is_told(render, outcome, sentence) -> None:
    page = render("change-password.html", BETO, outcome=outcome, most=72)
    assert sentence in page
    assert page.count("tv-note") == render("change-password.html", BETO).count("tv-note") + 1


def test_after_sign_in_a_page_is_in_the_persons_language_alone(render) -> None:
    page = render("spawn_pending.html", BETO, progress_url="/hub/api/progress")
    assert "Tu espacio de trabajo se está abriendo" in page
    assert "Your workspace is starting" not in page
    assert 'class="tv-main" tabindex="-1" lang="es"' in page


def test_a_choice_made_on_the_campus_holds_at_the_hub(render, tmp_path) -> None:
    Preferences(tmp_path / "campus" / "campus.sqlite").set_language("beto", "en")
    page = render("spawn_pending.html", BETO, progress_url="/hub/api/progress")
    assert "Your workspace is starting" in page


def test_a_demonstration_says_so_on_the_hubs_pages_too(render) -> None:
    warning = "Demonstration: isolation is off."
    assert warning in render("native-login.html", next="", demonstration=True)
    assert warning not in render("native-login.html", next="")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("native-login.html", {"next": ""}),
        ("spawn_pending.html", {"progress_url": "/hub/api/progress"}),
        ("stop_pending.html", {}),
        ("not_running.html", {"spawn_url": "/hub/spawn", "failed": True}),
        ("home.html", {"url": "/hub/spawn", "default_server": SimpleNamespace(active=True)}),
        ("logout.html", {}),
        ("error.html", {"status_code": 404, "status_message": "Not Found"}),
        ("error.html", {"status_code": 500, "status_message": "Error", "message": "why"}),
        ("change-password.html", {"post_url": "/hub/change-password"}),
    ],
)
def test_every_page_of_the_hub_is_drawn_and_fetches_nothing_from_elsewhere(
    render, name, values
) -> None:
    page = render(name, BETO, **values)
    assert "<h1>" in page
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", page)
    assert "url(" not in page
    assert "JupyterHub" not in body_of(page).replace("JupyterHub requires JavaScript", "")
