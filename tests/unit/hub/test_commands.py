"""What the commands of who runs a hub say."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from travesia import cli
from travesia.exchange.store import Store
from travesia.hub import demo, launch
from travesia.hub.settings import COURSE_ID

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one's own to start a hub from; nothing starts in the end."""
    root = tmp_path / "project"
    root.mkdir()
    for name in ("source", "keys", "notebooks", "hub_config"):
        (root / name).symlink_to(CHECKOUT / name)
    shutil.copy(CHECKOUT / "course.yaml", root)
    monkeypatch.chdir(root)
    monkeypatch.setattr(launch, "hold", lambda _: None)
    monkeypatch.setattr(launch, "become_hub", lambda _: None)
    return root


def start(project: Path, *options: str) -> Result:
    port = str(launch.free_port())
    data = str(project.parent / "data")
    return CliRunner().invoke(cli.main, ["hub", "--port", port, "--data", data, *options])


@pytest.mark.parametrize("option", ["--demo", "--no-demo"])
@pytest.mark.parametrize(
    "damage",
    [("id: human-security", "id: [human-security"), ("pass_mark:", "pas_mark:")],
    ids=["no YAML", "an unknown field"],
)
def test_a_damaged_manifest_is_named_where_the_hub_starts(project, damage, option):
    manifest = project / "course.yaml"
    written = manifest.read_text(encoding="utf-8")
    manifest.write_text(written.replace(*damage), encoding="utf-8")
    assert manifest.read_text(encoding="utf-8") != written
    done = start(project, option)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert done.output.startswith("Error: ")
    assert str(manifest) in done.output


def test_the_same_project_starts_with_its_manifest_whole(project):
    done = start(project, "--no-demo")
    assert done.exit_code == 0, done.output
    assert "Travesía opens at" in done.output


def said_of(project: Path, *words: str) -> str:
    """What a command says on the project's data."""
    done = CliRunner().invoke(cli.main, [*words, "--data", str(project.parent / "data")])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def generated(project, monkeypatch):
    """The assignments that the demonstration generates, each made without nbgrader."""
    made = []

    def generate(_place, assignment: str, _due) -> None:
        made.append(assignment)
        folder = project.parent / "data" / "release" / assignment
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "assignment.ipynb").write_text("{}")

    monkeypatch.setattr(demo, "_generate", generate)
    return made


def released(project: Path) -> list[str]:
    """The assignments that learners find on the exchange."""
    store = Store(project.parent / "data" / "exchange")
    return sorted(release.assignment for release in store.releases(COURSE_ID))


def test_the_demonstration_releases_its_assignments(project, generated):
    assert start(project).exit_code == 0
    assert released(project) == sorted(generated) != []


def test_a_real_course_is_not_released_by_a_start_without_a_word(project, generated):
    assert start(project, "--no-demo").exit_code == 0
    said_of(project, "person", "add", "lucia")
    said_of(project, "course", "enrol", COURSE_ID, "lucia", "--as", "instructor")
    done = start(project)
    assert done.exit_code == 0, done.output
    assert released(project) == generated == []


def test_a_change_of_kind_says_that_it_holds_from_the_next_start(project):
    said_of(project, "person", "add", "rosa")
    enrol = ("course", "enrol", "human-security", "rosa")
    assert said_of(project, *enrol) == "rosa is learner in human-security.\n"
    assert "has the course's folders from its next start" in said_of(
        project, *enrol, "--as", "instructor"
    )
    assert "one that runs keeps them until they stop it" in said_of(project, *enrol)


def refused(*words: str) -> str:
    """What a command says that refuses what it was asked for."""
    done = CliRunner().invoke(cli.main, [*words])
    assert done.exit_code == 1, done.output
    assert done.output.startswith("Error: ")
    return done.output


def test_a_course_that_is_not_there_takes_nobody_in(project):
    said_of(project, "person", "add", "ana")
    data = ("--data", str(project.parent / "data"))
    assert "the one of this hub is 'human-security'" in refused(
        "course", "enrol", "human-securty", "ana", *data
    )
    assert "human-securty" not in said_of(project, "person", "list")


@pytest.mark.parametrize(
    "words",
    [
        ("person", "list"),
        ("person", "password", "ana"),
        ("person", "remove", "ana"),
        ("course", "enrol", "human-security", "ana"),
    ],
    ids=" ".join,
)
def test_a_data_folder_without_anybody_is_named_with_the_option(project, words):
    elsewhere = str(project.parent / "elsewhere")
    said = refused(*words, "--data", elsewhere)
    assert elsewhere in said
    assert "--data" in said


def test_the_first_person_of_a_data_folder_is_told_to_be_the_first(project):
    assert f"the first person in {project.parent / 'data'}" in said_of(
        project, "person", "add", "ana"
    )
    assert "the first person" not in said_of(project, "person", "add", "beto")


def test_the_greeting_names_the_command_for_a_lost_password_with_its_data_folder(
    project, generated
):
    said = start(project).output
    assert f"'travesia person password NAME --data {project.parent / 'data'}'" in said


@pytest.mark.parametrize(
    "words", [("person", "add", "ana"), ("hub", "--no-demo")], ids=lambda words: words[0]
)
def test_a_data_folder_that_cannot_be_one_is_a_sentence(project, words):
    file = project.parent / "file"
    file.touch()
    said = refused(*words, "--data", str(file))
    assert f"The data folder {file} can't be used" in said


@pytest.mark.parametrize("word", ["password", "remove"])
def test_a_database_that_cannot_be_written_is_a_sentence(project, word):
    said_of(project, "person", "add", "ana")
    data = project.parent / "data"
    (data / "hub" / "jupyterhub.sqlite").write_text("no database at all" * 100)
    said = refused("person", word, "ana", "--data", str(data))
    assert f"The data folder {data} can't be used" in said
