"""What is printed without end is cut, in words; it never costs a test the value it ends with."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from steps import PLACE, Executed, OfNoCourse, graded

from travesia.grading.room import LONGEST_RESULT, LimitLines, Room
from travesia.grading.verdict import judged
from travesia.language import translator

NOTICE = "\n… el resto de lo que se imprimió no se muestra."
DISPLAY = "from IPython.display import HTML, display; display(HTML('x' * 2_000_000))"
LOUD = "print('x' * 2_000_000)"
TEST = "points = 2.0 * (f(2) == 4)\npoints"


class Limited(OfNoCourse, LimitLines):
    pass


def checking(source=TEST, outputs=()):
    return new_code_cell(source, metadata=graded(2), outputs=list(outputs))


def executed(*sources, test=TEST):
    nb = new_notebook(cells=[*map(new_code_cell, sources), checking(test)])
    return Executed().preprocess(nb, {"nbgrader": PLACE})[0].cells


@pytest.mark.parametrize(
    "work",
    [
        [f"def f(x): return 0\n{LOUD}"],
        ["def f(x): return 0", LOUD, "print('later')"],
        [f"def f(x):\n    {LOUD}\n    return 0"],
        [f"def f(x):\n    {DISPLAY}\n    return 0"],
        ["def f(x):\n    print('ñ' * 2_000_000)\n    return 0"],
    ],
    ids=["at once", "before", "in the test", "a display in the test", "letters of two bytes"],
)
def test_wrong_work_that_prints_without_end_earns_nothing(work):
    *_, test = executed(*work)
    assert judged(test, "", {}, translator("es")).points == 0


def test_right_work_that_prints_without_end_earns_its_points():
    *_, test = executed(f"def f(x):\n    {LOUD}\n    return x * x")
    assert judged(test, "", {}, translator("es")).points == 2


def notices(cell):
    return [each.text for each in cell.outputs if each.get("text") == NOTICE]


def test_each_cell_that_loses_some_of_its_output_says_so_once():
    sources = [f"def f(x): return 4\n{LOUD}", "print('a'); display('b'); print('c')", "quiet = 1"]
    assert [notices(cell) for cell in executed(*sources)] == [[NOTICE], [NOTICE], [], []]


def test_what_is_cut_as_bytes_before_it_is_counted_as_letters_is_said_too():
    assert notices(executed("def f(x): return 4\nprint('ñ' * 2_000_000)")[0]) == [NOTICE]


def test_where_there_is_no_room_a_tests_last_result_stays_in_short():
    room, cell = Room(0), checking()
    for text in ("x" * 5000, "0.0"):
        content = {"data": {"text/plain": text, "text/html": text}, "execution_count": 1}
        taken, cut = room.take("execute_result", content, cell, is_test=True)
        assert cut
        if taken:
            assert len(taken["data"]["text/plain"]) == LONGEST_RESULT + 1
            cell.outputs.append(new_output("execute_result", **taken))
    assert [each.data for each in cell.outputs] == [{"text/plain": "0.0"}]


def test_a_result_too_large_to_be_told_is_none_that_earns_full_marks():
    *_, test = executed("def f(x): return 'x' * 40_000_000", test="f(2)")
    assert [each.output_type for each in test.outputs] == ["execute_result", "stream"]


def limited(*outputs):
    nb = new_notebook(cells=[new_code_cell("", outputs=list(outputs))])
    return Limited(max_lines=10).preprocess(nb, {"nbgrader": PLACE})[0].cells[0].outputs


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def test_too_many_lines_are_cut_with_the_same_sentence_in_the_learners_language():
    shown = new_output("display_data", data={"text/plain": "a table"})
    found = limited(printed("a\n" * 6), shown, printed("b\n" * 30, "stderr"), printed("c\nd"))
    assert [each.get("text", "…") for each in found] == ["a\n" * 6, "…", "b", NOTICE]
    found = limited(printed("a\n" * 30), printed(NOTICE))
    assert [each.text for each in found] == ["\n".join("a" * 8), NOTICE]


def test_what_is_within_the_limit_is_left_as_it_is():
    outputs = [printed("a\n" * 5), printed("b\nc\nd\ne")]
    assert limited(*outputs) == outputs
