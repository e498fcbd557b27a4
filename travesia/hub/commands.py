"""The commands of who runs a hub: `travesia hub`, `travesia person`, `travesia course`."""

import os
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DatabaseError

from travesia.course.document import ContentError
from travesia.hub import allowances, folders, launch, passwords, proxy, room
from travesia.hub import demo as demonstration
from travesia.hub.people import COURSE_ROLES, KINDS, People, PeopleError, Person, new_password
from travesia.hub.settings import COURSE_ID, HubSettings
from travesia.language import available_languages
from travesia.sandbox.usage import told

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DATA_OPTION = click.option(
    "--data", type=click.Path(path_type=Path), help="The hub's data folder [default: ./data]."
)

# Why a hub does not start, each in a sentence.
NO_START = (
    launch.LaunchError,
    proxy.ProxyError,
    PeopleError,
    ContentError,
    demonstration.DemoError,
)


def _settings(data: Path | None) -> HubSettings:
    """The settings of a hub by its data folder, as the command line names it."""
    try:
        checkout = launch.find_checkout(Path.cwd())
    except launch.LaunchError as error:
        raise click.ClickException(str(error)) from error
    chosen = (data or checkout / "data").resolve()
    return HubSettings(checkout=checkout, data=chosen, course_files=chosen if data else checkout)


def _inhabited(data: Path | None) -> HubSettings:
    """The settings of a hub that has people; another folder is one that was named wrongly."""
    settings = _settings(data)
    if not settings.people_file.is_file():
        raise click.ClickException(
            f"There is nobody in {settings.data}: name the hub's data folder with --data, or add "
            "somebody ('travesia person add')."
        )
    return settings


@contextmanager
def _usable(settings: HubSettings) -> Iterator[None]:
    """A folder that is damaged, somebody else's or read-only is a sentence."""
    try:
        yield
    except PeopleError as error:
        raise click.ClickException(str(error)) from error
    except (OSError, DatabaseError) as error:
        why = error.orig if isinstance(error, DatabaseError) else error.strerror
        raise click.ClickException(
            f"The data folder {settings.data} can't be used ({why}): use the account that it "
            "belongs to, or name another one with '--data'."
        ) from error


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--address", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--language",
    type=click.Choice(available_languages()),
    default="es",
    show_default=True,
    help="The language of pages for people who have chosen none.",
)
@DATA_OPTION
@click.option("--demo/--no-demo", default=True, help="Set up the demonstration course.")
@click.option(
    "--no-isolation", is_flag=True, help="A demonstration without sandboxes; said on every page."
)
@click.option("--behind-proxy", is_flag=True, help="A proxy in front encrypts (TLS).")
@click.option(
    "--subdomains",
    default="",
    metavar="NAME",
    help="An address of its own for each person's server, below this name of the machine.",
)
@click.option("--tls-key", type=FILE, help="Private key for TLS.")
@click.option("--tls-cert", type=FILE, help="Certificate for TLS.")
@click.option("--install-proxy", is_flag=True, help="Install the proxy from npm if it is missing.")
def hub(data: Path | None, *, demo: bool, install_proxy: bool, **options: Any) -> None:
    """Run the hub in the foreground until Ctrl-C."""
    began = time.monotonic()
    settings = replace(
        _settings(data),
        port=options["port"],
        address=options["address"],
        language=options["language"],
        isolated=not options["no_isolation"],
        behind_proxy=options["behind_proxy"],
        subdomains=options["subdomains"].lower().rstrip("."),
        tls_key=_named(options["tls_key"]),
        tls_certificate=_named(options["tls_cert"]),
    )
    try:
        if install_proxy:
            proxy.install()
        with _usable(settings):
            launch.check(settings)
            # Nobody's programs may run while folders change hands.
            folders.make_private(settings)
            launch.hold(settings)
            folders.prepare(settings)
        sign_ins = demonstration.set_up(settings, say=click.echo) if demo else []
    except NO_START as error:
        raise click.ClickException(str(error)) from error
    place = f" --data {shlex.quote(str(data))}" if data else ""
    _greet(settings, sign_ins, time.monotonic() - began, place)
    # Last: preparing takes a while, in which another program could take what was found free.
    launch.become_hub(
        replace(
            settings,
            hub_port=launch.free_port(),
            proxy_api_port=launch.free_port(),
            campus_port=launch.held_port(),
        )
    )


def _named(path: Path | None) -> str:
    """The absolute path of a file that was named, or nothing."""
    return str(path.resolve()) if path else ""


def _greet(
    settings: HubSettings, sign_ins: list[demonstration.SignIn], seconds: float, place: str
) -> None:
    if not settings.isolated:
        click.secho(
            "DEMONSTRATION WITHOUT ISOLATION: everyone can read everything.",
            bold=True,
        )
    if sign_ins:
        click.echo("\nThe sign-ins of the demonstration; they are shown this once:")
        for person in sign_ins:
            who = f"{person.kind}, {person.language}"
            click.echo(f"  {person.username:<8} {person.password}   ({who})")
        click.echo(f"A lost one: 'travesia person password NAME{place}' gives a new one.")
    click.echo(
        f"\nTravesía opens at {settings.public_url} in a few seconds (prepared in {seconds:.1f} s)."
    )
    allowed = allowances.load(settings.checkout, settings.data)
    if room.free_bytes(settings.data) < allowed.reserve:
        click.secho(
            f"The disk of {settings.data} is nearly full: no workspace starts, and nothing is "
            f"handed in, until {told(allowed.reserve)} are free.",
            bold=True,
        )
    click.echo(
        f"Stop it with Ctrl-C. Its log: {os.path.relpath(settings.data / 'logs' / 'hub.log')}"
    )


@click.group()
def person() -> None:
    """People who may sign in."""


@person.command("add")
@click.argument("username")
@click.option("--name", help="What others see [default: the user name].")
@click.option(
    "--language", type=click.Choice(available_languages()), default="es", show_default=True
)
@click.option("--kind", type=click.Choice(KINDS), default="learner", show_default=True)
@DATA_OPTION
def person_add(
    username: str, name: str | None, language: str, kind: str, data: Path | None
) -> None:
    """Add a person, and print their password once."""
    settings = _settings(data)
    password = new_password()
    first = not settings.people_file.exists()
    with _usable(settings):
        People(settings.people_file).add(username, name=name or "", language=language, kind=kind)
        passwords.set_password(settings, username, password)
    click.echo(f"{username}  {password}")
    click.echo(
        "The password is shown this once. Enrol them with 'travesia course enrol'.", err=True
    )
    if first:
        click.echo(
            f"They are the first person in {settings.data}: a hub with another data folder knows "
            "them only if you name that folder with --data.",
            err=True,
        )


@person.command("password")
@click.argument("username")
@DATA_OPTION
def person_password(username: str, data: Path | None) -> None:
    """Give a person a new password, end their sessions, and print it once."""
    settings = _inhabited(data)
    password = new_password()
    with _usable(settings):
        if People(settings.people_file).get(username) is None:
            raise click.ClickException(f"Nobody is called '{username}'.")
        passwords.set_password(settings, username, password)
    click.echo(f"{username}  {password}")


@person.command("remove")
@click.argument("username")
@DATA_OPTION
def person_remove(username: str, data: Path | None) -> None:
    """Take a person's access away; their home and their submissions are kept."""
    settings = _inhabited(data)
    with _usable(settings):
        removed = People(settings.people_file).remove(username)
        passwords.forget(settings, username)
        kept = folders.keep_aside(settings, removed)
    click.echo(
        f"{username} can no longer sign in." + (f" Their home is kept in {kept}." if kept else "")
    )


@person.command("list")
@DATA_OPTION
def person_list(data: Path | None) -> None:
    """List who may sign in, with their language, kind and courses."""
    settings = _inhabited(data)
    with _usable(settings):
        people = People(settings.people_file).all().values()
    for one in people:
        courses = ", ".join(f"{course} ({role})" for course, role in one.courses.items())
        click.echo(f"{one.username}\t{one.name}\t{one.language}\t{one.kind}\t{courses}")


@click.group()
def course() -> None:
    """Courses and who takes part."""


@course.command("enrol")
@click.argument("course_id", metavar="COURSE")
@click.argument("usernames", metavar="PERSON", nargs=-1, required=True)
@click.option("--as", "role", type=click.Choice(COURSE_ROLES), default="learner", show_default=True)
@DATA_OPTION
def course_enrol(course_id: str, usernames: tuple[str, ...], role: str, data: Path | None) -> None:
    """Enrol people in a course; a running hub knows within seconds."""
    if course_id != COURSE_ID:
        raise click.ClickException(
            f"There is no course '{course_id}': the one of this hub is '{COURSE_ID}'."
        )
    settings = _inhabited(data)
    registry = People(settings.people_file)
    for username in usernames:
        with _usable(settings):
            before = registry.get(username)
            after = registry.enrol(username, course_id, role)
        click.echo(f"{username} is {role} in {course_id}." + _from_next_start(before, after))


def _from_next_start(before: Person | None, after: Person) -> str:
    """What a person's workspace shows only when it starts next, where their kind has changed."""
    if before is None or before.kind == after.kind:
        return ""
    if after.kind == "instructor":
        return " Their workspace has the course's folders from its next start."
    return (
        " Their workspace is without the course's folders from its next start: one that runs keeps "
        "them until they stop it, or the hub is restarted."
    )
