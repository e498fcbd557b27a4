"""A class of hostile submissions, graded in one batch: what each must not reach, cost or earn.

The batch is graded by root and by an ordinary account. The controls: a learner who does nothing
special gets full marks beside them, and where isolation is taken away each attack reaches what it
is after.
"""

import attacks
import psutil
import pytest
from hostile_class import OURS, accounts_to_try, everything, graded_class

from travesia.grading import verdict

FULL = {"test-add": 3, "test-total": 2}
NOTHING = {"test-add": 0, "test-total": 0}
TOO_LONG = "Esta celda tardó demasiado"
STOPPED = "Esta celda se detuvo después de"
ENDED = "El programa que ejecuta este cuaderno terminó en esta celda"
SAYS = {
    "memory-bomb": "MemoryError",
    "home-filled": "No space left",
    "tmp-filled": "No space left",
    "shared-memory-filled": "No space left",
    "files-without-end": "No space left",
    "one-huge-file": "File too large",
    "printing-without-end": "imprim",
    "another-programs-noise": "imprim",
    "cpu-burner": STOPPED,
    "ignored-interrupt": TOO_LONG,
    "caught-interrupt": TOO_LONG,
    "exit-at-once": ENDED,
    "crash": ENDED,
    "open-files-without-end": "Too many open files",
    "closes-its-connection": ENDED,
    "speaks-garbage": ENDED,
    "speaks-a-huge-length": ENDED,
    "speaks-deep-json": ENDED,
}
"""What the learner reads under the cell that did it."""

FLAGGED = {
    "equal-to-everything": "class Same ==",
    "assert-rewritten": "shell.ast_transformers",
    "shell-patched": "shell.run_cell_async",
    "builtins-patched": "builtins.AssertionError",
    "assert-left-out": "shell.compile.ast_parse",
    "nothing-executed": "(assert)",
    **dict.fromkeys(attacks.LIARS, " =="),
    "anything-of-its-module": "add: unittest.mock.ANY",
}
"""What the instructor is told that the code changed."""

WINS = ["equal-to-everything", "assert-left-out", *attacks.LIARS]
"""What has wrong code pass, and is flagged."""


WEAKER = """
import os
from travesia.grading import home, warm

given = warm._environment
warm._environment = lambda home: {**os.environ, **given(home)}
home.came_by_link = lambda *_: False
"""
"""Takes away that links are left out, and that the environment is made anew."""


@pytest.fixture(scope="module", params=accounts_to_try())
def graded(request):
    with graded_class(everything(), ordinary=request.param == "account") as batch:
        yield batch


@pytest.fixture(scope="module")
def exposed():
    """The attacks without isolation and what stands beside it, graded by an ordinary account."""
    with graded_class(attacks.REACH, ordinary=True, isolation=False, weaker=WEAKER) as batch:
        yield batch


def test_a_learner_who_did_nothing_special_has_full_marks(graded):
    assert graded.marks("right") == FULL


@pytest.mark.parametrize("attack", [*attacks.REACH, *attacks.REFUSED])
def test_what_is_not_the_learners_is_not_reached(graded, attack):
    assert graded.found(attack) is False
    assert graded.marks(attack) == FULL


@pytest.mark.xdist_group("account")
@pytest.mark.parametrize("attack", attacks.REACH)
def test_without_isolation_the_attack_reaches_it(exposed, attack):
    assert exposed.found(attack) is True


@pytest.mark.parametrize("attack", attacks.MACHINE)
def test_what_costs_the_machine_costs_the_learner_that_cell_only(graded, attack):
    assert graded.marks(attack) == FULL
    assert SAYS.get(attack, "") in graded.course.shown(attack)


def test_what_was_printed_before_the_end_is_kept(graded):
    for attack in ("exit-at-once", "ignored-interrupt", "speaks-garbage"):
        assert "before" in graded.course.shown(attack)


@pytest.mark.parametrize("attack", ["printing-without-end", "displays-without-end"])
def test_output_is_kept_as_far_as_there_is_room(graded, attack):
    path = graded.course.root / f"autograded/{attack}/sums/sums.ipynb"
    assert 500_000 < path.stat().st_size < 3_000_000
    assert "no se muestra" in graded.course.shown(attack)


def test_nothing_that_a_submission_started_is_left(graded):
    assert "STARTED" in graded.course.shown("detached-grandchild")
    left = [each.info["cmdline"] or [] for each in psutil.process_iter(["cmdline"])]
    assert not [line for line in left if {"86399", "86398"} & set(line)]


@pytest.mark.parametrize("cheat", [each for each in attacks.CHEATS if each not in WINS])
def test_a_wrong_answer_is_not_taken_for_right(graded, cheat):
    assert graded.marks(cheat) == NOTHING


@pytest.mark.parametrize("cheat", WINS)
def test_what_wins_in_its_own_process_does_not_in_a_clean_one(graded, cheat):
    assert graded.marks(cheat) == {"test-add": 3, "test-total": 0}


def suspected(graded, student):
    """What the instructor's list says of a learner's code."""
    listed = graded.course.graded(student).metadata["travesia"]["mended"]
    return [entry for entry in listed if entry["kind"] == "suspect"]


@pytest.mark.parametrize("cheat", FLAGGED)
def test_what_tests_rely_on_is_watched_and_the_instructor_told(graded, cheat):
    (entry,) = suspected(graded, cheat)
    assert FLAGGED[cheat] in entry["what"]
    assert f"{cheat}, sums: the code changed what its tests rely on" in graded.course.log


def test_ordinary_work_is_not_suspected(graded):
    assert suspected(graded, "right") == []


def test_nbgrader_alone_would_book_the_number_printed_before_the_failure(graded):
    """The control: the trick lives by the order of outputs, which our judgement puts right."""
    cell = graded.course.cell("number-before-the-failure", "test-add")
    kinds = [output.output_type for output in cell.outputs]
    assert kinds[0] == "error"
    printed = next(o for o in cell.outputs if o.output_type == "execute_result")
    cell.outputs = [printed, *(o for o in cell.outputs if o is not printed)]
    assert verdict.utils.determine_grade(cell) == (3, 3)


def test_no_test_is_known_while_the_learners_cells_run(graded):
    assert graded.found("tests-looked-for") is False


@pytest.mark.parametrize("submission", attacks.FORMATS)
def test_odd_files_beside_the_notebook_change_no_mark(graded, submission):
    assert graded.marks(submission) == FULL


@pytest.mark.parametrize("submission", attacks.BROKEN)
def test_a_notebook_that_cannot_be_read_earns_nothing_and_is_named(graded, submission):
    assert graded.marks(submission) == NOTHING
    assert f"submitted/{submission}/sums/sums.ipynb" in graded.course.log
    assert "this is not a notebook" in graded.course.log


@pytest.fixture(scope="module", params=accounts_to_try())
def of_files(request):
    """Those whose files are odd, graded by `travesia grade`, which reads them itself."""
    ordinary = request.param == "account"
    odd = {**attacks.FORMATS, **attacks.BROKEN, **attacks.SPECIAL, **LINKED}
    with graded_class(odd, ordinary=ordinary, command=OURS) as batch:
        yield batch


LINKED = {name: attacks.REACH[f"{name}-in-the-submission"] for name in ("link", "hard-link")}


@pytest.mark.parametrize("submission", ["right", *attacks.FORMATS, *attacks.SPECIAL])
def test_our_own_command_grades_what_is_beside_odd_files(of_files, submission):
    assert of_files.marks(submission) == FULL


@pytest.mark.parametrize("submission", attacks.BROKEN)
def test_our_own_command_names_a_notebook_that_cannot_be_read(of_files, submission):
    assert of_files.marks(submission) == NOTHING
    assert f"{submission}: " in of_files.course.log


@pytest.mark.parametrize("submission", LINKED)
def test_our_own_command_follows_no_link(of_files, submission):
    assert of_files.found(submission) is False


def test_a_failed_check_never_says_what_is_hidden(graded):
    for cheat in attacks.CHEATS:
        for test in FULL:
            assert attacks.SECRET not in graded.course.said(cheat, test)
