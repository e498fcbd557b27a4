"""Two cases for one item: judged by what was played, booked as the item, told apart by nobody."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from travesia.cli import case as command
from travesia.grading.judge import judge
from travesia.grading.key import load_key
from travesia.grading.release import check_cells

ROOT = Path(__file__).resolve().parents[3]
UNCLE, GRANDMOTHER = "the-uncle", "the-grandmother"
GOOD = {
    UNCLE: ["introduce", "each-apart", "own-words", "explain-and-go-on", "note-the-need",
            "both-notices", "log-and-climb", "wait-for-procuraduria", "contact-as-he-wishes",
            "no-plan-no-return", "read-it-to-him"],
    GRANDMOTHER: ["mam-interpreter", "both-words", "note-and-explain", "two-notices",
                  "room-until-monday", "until-they-come", "as-they-ask", "no-plan",
                  "read-to-marta"],
}  # fmt: skip


@pytest.fixture(scope="module")
def key():
    return load_key(ROOT / "keys", "children")


def entry(case: str, path: list[str], role: str = "volunteer") -> dict:
    return {
        "kind": "case",
        "version": "1",
        "value": {"case": case, "role": role, "path": path},
        "at": "2026-11-23T10:00:00+00:00",
    }


def result_of(key, saved: dict):
    return next(each for each in judge(key, {UNCLE: saved}, "en") if each.id == UNCLE)


@pytest.mark.parametrize("case", [UNCLE, GRANDMOTHER])
def test_the_best_road_of_either_earns_the_same_and_is_booked_as_the_item(key, case):
    result = result_of(key, entry(case, GOOD[case]))
    assert (result.outcome, result.points, result.max_points) == ("right", 10, 10)
    assert result.title == key.cases[case].title


def test_the_substitute_is_no_item_of_its_own(key):
    assert [each.id for each in judge(key, {}, "en")].count(GRANDMOTHER) == 0
    assert sum(each.max_points for each in judge(key, {}, "en")) == 25


def test_an_answer_without_the_cases_name_is_one_to_the_items_own_case(key):
    saved = entry(UNCLE, GOOD[UNCLE])
    del saved["value"]["case"]
    assert result_of(key, saved).points == 10


@pytest.mark.parametrize("case", ["the-bus", "../../etc", 3, None, ["the-grandmother"], {}])
def test_a_case_that_is_neither_is_judged_as_the_items_own(key, case):
    saved = entry(UNCLE, GOOD[UNCLE])
    saved["value"]["case"] = case
    assert result_of(key, saved).points == 10


def test_a_road_of_one_case_is_no_road_of_the_other(key):
    result = result_of(key, entry(GRANDMOTHER, GOOD[UNCLE]))
    assert (result.outcome, result.points) == ("flagged", 0)
    assert "Decision 1" in result.message


def test_a_notebook_needs_a_cell_for_the_item_and_none_for_its_substitute(key):
    import nbformat

    notebook = nbformat.read(ROOT / "source" / "children" / "assignment.ipynb", as_version=4)
    assert check_cells(notebook, key) == []


@pytest.fixture
def course(tmp_path):
    """A course directory with collected submissions: `course({name: saved answer})`."""

    def hand_in(answers: dict[str, dict]) -> Path:
        for student, saved in answers.items():
            folder = tmp_path / "submitted" / student / "children"
            folder.mkdir(parents=True)
            data = json.dumps({"schema": 1, "answers": {UNCLE: saved}}).encode()
            (folder / "answers.json").write_bytes(data)
            receipt = {
                "id": student,
                "student": student,
                "assignment": "children",
                "time": "now",
                "language": "es",
                "answers_sha256": hashlib.sha256(data).hexdigest(),
            }
            (folder / "receipt.json").write_text(json.dumps(receipt))
        return tmp_path

    return hand_in


def roads(root: Path, case: str):
    target = root / "roads.html"
    arguments = ["roads", "children", case, "--course-root", str(root)]
    arguments += ["--keys", str(ROOT / "keys"), "--language", "es", "--output", str(target)]
    return CliRunner().invoke(command, arguments), target


def test_the_class_is_shown_by_case_and_without_names(course):
    root = course(
        {f"learner-{n}": entry(UNCLE, GOOD[UNCLE]) for n in range(12)}
        | {f"other-{n}": entry(GRANDMOTHER, GOOD[GRANDMOTHER]) for n in range(3)}
    )
    done, target = roads(root, UNCLE)
    assert done.exit_code == 0, done.output
    page = target.read_text()
    assert '<html lang="es">' in page
    assert "12 participantes" in page
    assert "Lo que dijo el plan (final)" in page
    assert "learner-" not in page
    assert "<script" not in page
    few, _ = roads(root, GRANDMOTHER)
    assert few.exit_code == 1
    assert "Fewer than 10 learners have played the case the-grandmother" in few.output


def test_a_case_that_is_not_there_is_said_with_those_that_are(course):
    done, _ = roads(course({}), "the-bus")
    assert done.exit_code == 1
    assert "children has no case the-bus; it has the-grandmother, the-uncle." in done.output


def test_a_submission_that_cannot_be_read_is_named_and_the_class_is_shown(course):
    root = course({f"learner-{n}": entry(UNCLE, GOOD[UNCLE]) for n in range(12)})
    (root / "submitted" / "learner-7" / "children" / "receipt.json").unlink()
    done, target = roads(root, UNCLE)
    assert done.exit_code == 0, done.output
    assert "11 participantes" in target.read_text()
    assert "Left out:" in done.stderr
    assert "learner-7/children/receipt.json is missing" in done.stderr


def test_where_the_class_is_too_small_for_one_that_cannot_be_read_that_one_is_named(course):
    root = course({f"learner-{n}": entry(UNCLE, GOOD[UNCLE]) for n in range(10)})
    assert roads(root, UNCLE)[0].exit_code == 0
    (root / "submitted" / "learner-7" / "children" / "receipt.json").unlink()

    done, _ = roads(root, UNCLE)

    assert done.exit_code == 1
    assert "Fewer than 10 learners" in done.stderr
    assert "learner-7/children/receipt.json is missing" in done.stderr


def test_a_page_that_cannot_be_written_is_a_sentence(course):
    root = course({f"learner-{n}": entry(UNCLE, GOOD[UNCLE]) for n in range(10)})
    arguments = ["roads", "children", UNCLE, "--course-root", str(root)]
    arguments += ["--keys", str(ROOT / "keys"), "--output", str(root / "gone" / "roads.html")]

    done = CliRunner().invoke(command, arguments)

    assert done.exit_code == 1
    assert "roads.html: no such file or directory; check the name." in done.output
