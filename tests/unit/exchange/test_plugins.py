"""nbgrader's own commands and pages over the exchange's service."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError, ExchangeFactory
from nbgrader.server_extensions.assignment_list.handlers import AssignmentList
from nbgrader.utils import parse_utc
from traitlets.config import Config

from travesia.exchange.client import ExchangeClient
from travesia.exchange.configure import nbgrader_config
from travesia.exchange.receipt import Receipt
from travesia.exchange.store import Store

COURSE = "human-security"
Run = Callable[..., object]


@dataclass
class Person:
    """Somebody's account: a home with nbgrader's configuration, and the hub's environment."""

    name: str
    home: Path
    config: Config
    environment: dict[str, str]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error::ResourceWarning", "-m", "nbgrader", *arguments],
            cwd=self.home,
            env=os.environ | self.environment,
            text=True,
            capture_output=True,
            timeout=120,
            check=False,
        )

    def plugin(self, action: str, assignment: str = "children", **settings: object) -> object:
        config = self.config.copy()
        config.CourseDirectory.assignment_id = assignment
        for name, value in settings.items():
            setattr(config[f"Exchange{action}"], name, value)
        coursedir = CourseDirectory(config=config)
        return getattr(ExchangeFactory(config=config), action)(
            coursedir=coursedir, authenticator=Authenticator(config=config), config=config
        )


@pytest.fixture
def person(
    service: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Person]:
    """Makes an account on the hub and signs it in to this process."""

    def signed_in(name: str, *, instructor: bool = False) -> Person:
        home = tmp_path / "homes" / name
        root = home / "course" / COURSE if instructor else None
        (root / "gradebook" if root else home).mkdir(parents=True, exist_ok=True)
        (home / "nbgrader_config.py").write_text(
            "from travesia.exchange.configure import nbgrader_config\n"
            f"nbgrader_config(get_config(), course={COURSE!r}, home={str(home)!r},"
            f" course_root={str(root) if root else None!r})\n"
        )
        environment = {
            "TRAVESIA_CAMPUS_URL": service.url,
            "JUPYTERHUB_API_TOKEN": f"{name}-token",
            "TRAVESIA_LANGUAGE": "en",
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
            "JUPYTER_NO_CONFIG": "",
        }
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        config = Config()
        nbgrader_config(config, course=COURSE, home=home, course_root=root)
        return Person(name, home, config, environment)

    return signed_in


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook with an assignment that is due tomorrow; nbgrader is slow to make one."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    due = datetime.now(UTC) + timedelta(days=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        with Gradebook(f"sqlite:///{path}", COURSE) as made:
            made.add_assignment("children", duedate=due.replace(tzinfo=None).isoformat())
    return path


@pytest.fixture
def rosa(person: Callable[..., Person], gradebook: Path) -> Person:
    """An instructor with a generated assignment that is due tomorrow."""
    rosa = person("rosa", instructor=True)
    root = Path(rosa.config.CourseDirectory.root)
    (root / "release" / "children").mkdir(parents=True)
    cell = {
        "cell_type": "markdown",
        "id": "title",
        "metadata": {"travesia": {"text": {"es": "# Niñez\n\nTexto."}}},
        "source": "# Children\n\nText.",
    }
    document = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (root / "release" / "children" / "assignment.ipynb").write_text(json.dumps(document))
    shutil.copyfile(gradebook, root / "gradebook" / "gradebook.db")
    return rosa


def course_root(rosa: Person) -> Path:
    return Path(rosa.config.CourseDirectory.root)


def collected(rosa: Person, student: str) -> Path:
    return course_root(rosa) / "submitted" / student / "children"


def answer(person: Person, value: str) -> None:
    (person.home / "children" / "answers.json").write_text(json.dumps({"a": value}))


def generate_feedback(rosa: Person, student: str, page: str = "<p>Well done</p>") -> Path:
    """Lays out what nbgrader's autograde and generate_feedback leave behind."""
    source = collected(rosa, student)
    receipt = (source / "receipt.json").read_bytes()
    graded = course_root(rosa) / "autograded" / student / "children"
    feedback = course_root(rosa) / "feedback" / student / "children"
    for folder in (graded, feedback):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "receipt.json").write_bytes(receipt)
    (graded / "assignment.ipynb").write_bytes((source / "assignment.ipynb").read_bytes())
    (feedback / "assignment.html").write_text(page)
    return feedback


def test_the_commands_carry_an_assignment_from_release_to_feedback(
    person: Callable[..., Person], rosa: Person
) -> None:
    def done(who: Person, *arguments: str) -> str:
        result = who.command(*arguments)
        assert result.returncode == 0, result.stderr
        return result.stderr

    done(rosa, "release_assignment", "children")
    ana = person("ana")
    ana.environment["TRAVESIA_LANGUAGE"] = "es"
    done(ana, "fetch_assignment", "children")
    notebook = json.loads((ana.home / "children" / "assignment.ipynb").read_text())
    assert notebook["cells"][0]["source"] == "# Niñez\n\nTexto."
    assert notebook["cells"][0]["metadata"] == {}
    answer(ana, "court")
    done(ana, "submit", "children")
    done(rosa, "collect", "children")
    assert json.loads((collected(rosa, "ana") / "answers.json").read_text()) == {"a": "court"}
    generate_feedback(rosa, "ana")
    done(rosa, "release_feedback", "children")
    done(ana, "fetch_feedback", "children")
    (page,) = (ana.home / "children" / "feedback").glob("*/assignment.html")
    assert page.read_text() == "<p>Well done</p>"
    assert "feedback already fetched" in done(ana, "list", "--cached")


def test_a_command_that_fails_says_one_sentence(
    person: Callable[..., Person], tmp_path: Path
) -> None:
    ana = person("ana")
    ana.environment["TRAVESIA_CAMPUS_URL"] = "http://127.0.0.1:9/services/campus/"

    result = ana.command("fetch_assignment", "children")

    assert result.returncode == 1
    assert "The course cannot be reached" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture
def fetched(person: Callable[..., Person], rosa: Person) -> Person:
    """A learner who has fetched the released assignment and is signed in."""
    rosa.plugin("ReleaseAssignment").start()
    ana = person("ana")
    ana.plugin("FetchAssignment").start()
    answer(ana, "court")
    return ana


def test_a_release_carries_its_title_and_due_date(fetched: Person, rosa: Person) -> None:
    with ExchangeClient.from_environment() as client:
        (release,) = client.assignments(COURSE)
    with Gradebook(rosa.config.CourseDirectory.db_url, COURSE) as gradebook:
        due = gradebook.find_assignment("children").duedate

    assert release["title"] == {"en": "Children", "es": "Niñez"}
    assert datetime.fromisoformat(release["due"]) == due.replace(tzinfo=UTC)


def test_a_second_release_needs_force(rosa: Person) -> None:
    rosa.plugin("ReleaseAssignment").start()

    with pytest.raises(ExchangeError, match="released already; add --force"):
        rosa.plugin("ReleaseAssignment").start()
    rosa.plugin("ReleaseAssignment", force=True).start()


def test_an_assignment_that_is_not_generated_is_told(rosa: Person) -> None:
    with pytest.raises(ExchangeError, match="run nbgrader generate_assignment nothing first"):
        rosa.plugin("ReleaseAssignment", "nothing").start()


def test_fetching_again_never_touches_work(fetched: Person) -> None:
    notebook = fetched.home / "children" / "assignment.ipynb"
    notebook.write_text("my work")

    with pytest.raises(ExchangeError, match="You have “children” already"):
        fetched.plugin("FetchAssignment").start()
    assert notebook.read_text() == "my work"

    notebook.unlink()
    fetched.plugin("FetchAssignment", replace_missing_files=True).start()
    assert "# Children" in notebook.read_text()
    assert json.loads((fetched.home / "children" / "answers.json").read_text()) == {"a": "court"}


def test_a_folder_that_holds_only_feedback_can_be_fetched_into(fetched: Person) -> None:
    folder = fetched.home / "children"
    (folder / "feedback" / "then").mkdir(parents=True)
    (folder / "assignment.ipynb").unlink()
    (folder / "answers.json").unlink()

    fetched.plugin("FetchAssignment").start()

    assert (folder / "assignment.ipynb").is_file()


def test_submitting_keeps_the_receipt_and_leaves_feedback_out(
    fetched: Person, store: Store
) -> None:
    (fetched.home / "children" / "feedback").mkdir()
    (fetched.home / "children" / "feedback" / "old.html").write_text("")
    submit = fetched.plugin("Submit")

    submit.start()

    (receipt,) = store.submissions(COURSE)
    assert submit.receipt == receipt
    assert not (store.submission_folder(receipt) / "feedback").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"cells": [\n\n', r"“assignment\.ipynb” is no notebook: .* damaged in line 3"),
        (b"\xff\xfe", r"“assignment\.ipynb” is no notebook: it is not text from byte 0"),
        (b"[]", r"“assignment\.ipynb” is no notebook: it has no list of cells"),
        (b"[" * 100_000, r"“assignment\.ipynb” is no notebook: it is nested too deeply"),
    ],
)
def test_a_notebook_that_is_none_is_not_handed_in(
    content: bytes, sentence: str, fetched: Person, store: Store
) -> None:
    (fetched.home / "children" / "assignment.ipynb").write_bytes(content)

    with pytest.raises(ExchangeError, match=sentence):
        fetched.plugin("Submit").start()

    assert store.submissions(COURSE) == []


def test_a_missing_notebook_is_told_and_with_strict_refused(fetched: Person, store: Store) -> None:
    (fetched.home / "children" / "assignment.ipynb").unlink()

    with pytest.raises(ExchangeError, match=r"missing: assignment\.ipynb"):
        fetched.plugin("Submit", strict=True).start()
    fetched.plugin("Submit").start()

    assert len(store.submissions(COURSE)) == 1


def test_a_folder_that_was_not_fetched_is_told(person: Callable[..., Person]) -> None:
    with pytest.raises(ExchangeError, match="no folder “nothing” to hand in"):
        person("ana").plugin("Submit", "nothing").start()


def test_collect_takes_the_newest_by_the_services_time(
    fetched: Person, person: Callable[..., Person], rosa: Person, store: Store
) -> None:
    fetched.plugin("Submit").start()
    answer(fetched, "police")
    fetched.plugin("Submit").start()
    newest = store.submissions(COURSE)[-1]
    person("rosa", instructor=True)

    rosa.plugin("Collect").start()

    folder = collected(rosa, "ana")
    assert Receipt.model_validate_json((folder / "receipt.json").read_bytes()) == newest
    assert parse_utc((folder / "timestamp.txt").read_text()) == newest.time.replace(tzinfo=None)
    assert (folder / "submission_secret.txt").is_file()
    assert json.loads((folder / "answers.json").read_text()) == {"a": "police"}


def test_collect_replaces_only_when_told_to_update(
    fetched: Person, person: Callable[..., Person], rosa: Person, tree: Callable[[Path], set[str]]
) -> None:
    fetched.plugin("Submit").start()
    person("rosa", instructor=True)
    rosa.plugin("Collect").start()
    person("ana")
    answer(fetched, "police")
    fetched.plugin("Submit").start()
    person("rosa", instructor=True)

    rosa.plugin("Collect").start()
    assert json.loads((collected(rosa, "ana") / "answers.json").read_text()) == {"a": "court"}

    rosa.plugin("Collect", update=True).start()
    assert json.loads((collected(rosa, "ana") / "answers.json").read_text()) == {"a": "police"}
    assert tree(collected(rosa, "ana").parent) == {
        "children",
        "children/answers.json",
        "children/assignment.ipynb",
        "children/receipt.json",
        "children/submission_secret.txt",
        "children/timestamp.txt",
    }


def in_gradebook(rosa: Person) -> dict[str, str]:
    """Each learner as the formgrader's lists name them."""
    with Gradebook(rosa.config.CourseDirectory.db_url, COURSE) as gradebook:
        return {each.id: f"{each.last_name}, {each.first_name}" for each in gradebook.students}


def test_collect_tells_the_gradebook_what_a_learner_is_called(
    fetched: Person, person: Callable[..., Person], rosa: Person
) -> None:
    fetched.plugin("Submit").start()
    person("rosa", instructor=True)
    rosa.plugin("Collect").start()
    assert in_gradebook(rosa) == {"ana": "Ana Paz Ríos, ana"}


def test_a_name_that_the_instructor_wrote_stays(
    fetched: Person, person: Callable[..., Person], rosa: Person
) -> None:
    fetched.plugin("Submit").start()
    person("rosa", instructor=True)
    with Gradebook(rosa.config.CourseDirectory.db_url, COURSE) as gradebook:
        gradebook.add_student("ana", last_name="Paz", first_name="Anita")
    rosa.plugin("Collect").start()
    assert in_gradebook(rosa) == {"ana": "Paz, Anita"}


def test_collect_before_the_due_date_prefers_what_came_in_time(
    fetched: Person,
    person: Callable[..., Person],
    rosa: Person,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetched.plugin("Submit").start()
    answer(fetched, "late")
    later = datetime.now(UTC) + timedelta(days=3)
    monkeypatch.setattr(store, "_clock", lambda: later)
    fetched.plugin("Submit").start()
    person("rosa", instructor=True)

    rosa.plugin("Collect", before_duedate=True).start()

    assert json.loads((collected(rosa, "ana") / "answers.json").read_text()) == {"a": "court"}


def test_a_submission_that_changed_in_the_store_is_not_collected(
    fetched: Person, person: Callable[..., Person], rosa: Person, store: Store
) -> None:
    fetched.plugin("Submit").start()
    folder = store.submission_folder(store.submissions(COURSE)[0])
    (folder / "answers.json").write_text('{"a": "changed"}')
    person("rosa", instructor=True)

    with pytest.raises(ExchangeError, match="not what its receipt was given for"):
        rosa.plugin("Collect").start()

    assert not collected(rosa, "ana").exists()


def test_collect_does_not_write_through_a_link(
    fetched: Person, person: Callable[..., Person], rosa: Person, tmp_path: Path
) -> None:
    fetched.plugin("Submit").start()
    person("rosa", instructor=True)
    collected(rosa, "ana").parent.parent.mkdir()
    (tmp_path / "elsewhere").mkdir()
    collected(rosa, "ana").parent.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ExchangeError, match="is a link; remove it"):
        rosa.plugin("Collect").start()

    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.fixture
def handed_in(fetched: Person, person: Callable[..., Person], rosa: Person) -> Person:
    """A learner whose submission is collected; the instructor is signed in."""
    fetched.plugin("Submit").start()
    person("rosa", instructor=True)
    rosa.plugin("Collect").start()
    return fetched


def test_released_feedback_is_the_newest_and_only_what_graders_made(
    handed_in: Person, person: Callable[..., Person], rosa: Person
) -> None:
    feedback = generate_feedback(rosa, "ana")
    (feedback / "smuggled.html").write_text("<script>")
    rosa.plugin("ReleaseFeedback").start()
    person("ana")
    handed_in.plugin("FetchFeedback").start()
    person("rosa", instructor=True)
    generate_feedback(rosa, "ana", "<p>Corrected</p>")
    rosa.plugin("ReleaseFeedback").start()
    person("ana")
    (group,) = handed_in.plugin("List", cached=True).start()
    assert group["submissions"][0]["feedback_updated"]

    handed_in.plugin("FetchFeedback").start()

    (page,) = (handed_in.home / "children" / "feedback").glob("*/*")
    assert (page.name, page.read_text()) == ("assignment.html", "<p>Corrected</p>")


def test_feedback_with_another_learners_receipt_is_not_released(
    handed_in: Person, rosa: Person, store: Store
) -> None:
    feedback = generate_feedback(rosa, "ana")
    feedback.parent.rename(feedback.parent.with_name("beto"))
    (course_root(rosa) / "autograded" / "ana").rename(course_root(rosa) / "autograded" / "beto")

    with pytest.raises(ExchangeError, match="was not released: beto"):
        rosa.plugin("ReleaseFeedback").start()

    assert store.feedback(store.submissions(COURSE)[0]) is None


def test_a_release_is_withdrawn_and_submissions_are_never_removed(
    handed_in: Person, rosa: Person, store: Store
) -> None:
    with pytest.raises(ExchangeError, match="cannot be removed"):
        rosa.plugin("List", inbound=True, remove=True).start()

    rosa.plugin("List", remove=True).start()

    assert store.releases(COURSE) == []
    assert len(store.submissions(COURSE)) == 1


@pytest.mark.parametrize("action", ["Submit", "FetchFeedback"])
def test_acting_for_another_student_is_an_error(action: str, fetched: Person, store: Store) -> None:
    fetched.config.CourseDirectory.student_id = "beto"
    with pytest.raises(ExchangeError, match="signed in as “ana”, so you cannot act for “beto”"):
        fetched.plugin(action).start()
    assert store.submissions(COURSE) == []

    fetched.config.CourseDirectory.student_id = "ana"
    fetched.plugin(action).start()


def test_nbgrader_asks_the_hub_for_the_courses_of_the_caller(
    person: Callable[..., Person],
) -> None:
    authenticator = Authenticator(config=person("ana").config)

    assert authenticator.get_student_courses("*") == [COURSE]
    assert authenticator.has_access("ana", COURSE)
    assert not authenticator.has_access("ana", "other")
    with pytest.raises(ExchangeError, match="cannot act for “beto”"):
        authenticator.get_student_courses("beto")


def test_outside_the_hub_every_action_says_so(
    fetched: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN")

    for action in ("List", "Submit", "FetchAssignment", "FetchFeedback"):
        with pytest.raises(ExchangeError, match="only inside the course's hub"):
            fetched.plugin(action, "other").start()


def test_the_lists_tell_the_state_in_the_log(
    fetched: Person, person: Callable[..., Person], rosa: Person, caplog: pytest.LogCaptureFixture
) -> None:
    def told(who: Person, **settings: object) -> str:
        caplog.clear()
        with caplog.at_level("INFO"):
            who.plugin("List", **settings).start()
        return caplog.text

    assert f"{COURSE} children (already downloaded)" in told(fetched)
    fetched.plugin("Submit").start()
    assert "no feedback available" in told(fetched, cached=True)
    person("rosa", instructor=True)
    assert f"{COURSE} ana children" in told(rosa, inbound=True)
    rosa.plugin("Collect").start()
    generate_feedback(rosa, "ana")
    rosa.plugin("ReleaseFeedback").start()
    person("ana")
    assert "feedback ready to be fetched" in told(fetched, cached=True)


def test_the_assignment_list_fetches_submits_and_shows_feedback(
    fetched: Person, rosa: Person, person: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fetched.home)
    pages = AssignmentList()
    pages.root_dir = str(fetched.home)

    (released,) = pages.list_assignments(course_id=COURSE)["value"]
    assert (released["status"], released["path"]) == ("fetched", "children")
    assert released["notebooks"] == [
        {"notebook_id": "assignment", "path": "children/assignment.ipynb"}
    ]
    assert pages.submit_assignment(COURSE, "children") == {"success": True}
    person("rosa", instructor=True)
    rosa.plugin("Collect").start()
    generate_feedback(rosa, "ana")
    rosa.plugin("ReleaseFeedback").start()
    person("ana")
    assert pages.fetch_feedback(COURSE, "children") == {"success": True}

    _released, submitted = pages.list_assignments(course_id=COURSE)["value"]
    (submission,) = submitted["submissions"]
    assert submission["has_local_feedback"]
    assert submission["local_feedback_path"] == f"children/feedback/{submission['timestamp']}"
    assert pages.list_courses() == {"success": True, "value": [COURSE]}


def test_the_assignment_list_offers_what_is_not_fetched(
    rosa: Person, person: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa.plugin("ReleaseAssignment").start()
    ana = person("ana")
    monkeypatch.chdir(ana.home)
    pages = AssignmentList()
    pages.root_dir = str(ana.home)

    (released,) = pages.list_assignments(course_id=COURSE)["value"]
    assert released["status"] == "released"
    assert pages.fetch_assignment(COURSE, "children") == {"success": True}

    assert pages.list_assignments(course_id=COURSE)["value"][0]["status"] == "fetched"


def test_the_formgraders_interface_releases_collects_and_withdraws(
    person: Callable[..., Person], rosa: Person
) -> None:
    api = NbGraderAPI(config=rosa.config)
    assert not api.exchange_missing
    assert api.release_assignment("children")["success"]
    assert api.get_released_assignments() == {"children"}
    ana = person("ana")
    ana.plugin("FetchAssignment").start()
    ana.plugin("Submit").start()
    person("rosa", instructor=True)

    assert api.collect("children")["success"]

    assert api.get_submitted_students("children") == {"ana"}
    assert api.unrelease("children")["success"]
    assert api.get_released_assignments() == set()


def test_the_formgrader_learns_that_the_service_is_away(
    rosa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAVESIA_CAMPUS_URL", "http://127.0.0.1:9/services/campus/")

    assert NbGraderAPI(config=rosa.config).exchange_missing
