"""A question is data with two forms; what is wrong in its file is named with line and remedy."""

import json
from pathlib import Path

import pytest

from travesia.course.document import ContentError
from travesia.course.questions import (
    graded_form,
    iter_strings,
    load_questions,
    localised,
    option_order,
    practice_form,
)


def test_questions_are_found_by_id_in_the_order_of_the_file(content: Path) -> None:
    questions = load_questions(content / "children" / "questions.yaml")
    assert list(questions) == ["who-decides", "how-many", "monday"]


def test_the_graded_form_holds_nothing_that_gives_the_answer_away(content: Path) -> None:
    for question in load_questions(content / "children" / "questions.yaml").values():
        graded = json.dumps(graded_form(question))
        for secret in ("Not first", "Yes.", "Look again", "12345", "One concrete step", "correct"):
            assert secret not in graded


def test_the_graded_form_keeps_what_is_needed_to_ask(content: Path) -> None:
    question = load_questions(content / "children" / "questions.yaml")["who-decides"]
    assert graded_form(question)["options"] == [
        {"id": "court", "text": "A court"},
        {"id": "procuraduria", "text": "The Procuraduría"},
    ]
    assert graded_form(question)["points"] == 2


def test_the_practice_form_carries_the_answer_and_the_feedback(content: Path) -> None:
    practice = practice_form(load_questions(content / "children" / "questions.yaml")["who-decides"])
    assert practice["correct"] == ["procuraduria"]
    assert practice["options"][0]["feedback"] == "Not first."
    assert practice["references"][0]["as_of"] == "2026-02-08"


def test_every_text_has_a_context_of_its_own(content: Path) -> None:
    contexts = [
        context
        for question in load_questions(content / "children" / "questions.yaml").values()
        for context, _ in iter_strings(question)
    ]
    assert "question:who-decides/option/court/feedback" in contexts
    assert "question:monday/rubric" in contexts
    assert len(contexts) == len(set(contexts)) == 10


def test_localising_changes_texts_and_neither_ids_nor_values(content: Path) -> None:
    question = load_questions(content / "children" / "questions.yaml")["who-decides"]
    shouted = practice_form(localised(question, lambda _, text: text.upper()))
    assert shouted["prompt"] == "WHO DECIDES?"
    assert [option["id"] for option in shouted["options"]] == ["court", "procuraduria"]
    assert shouted["correct"] == ["procuraduria"]


def test_the_order_of_options_is_stable_for_a_person_and_differs_between_people() -> None:
    options = [f"option-{number}" for number in range(8)]
    orders = {person: option_order("who", options, person) for person in ("ana", "beto")}
    assert orders["ana"] == option_order("who", options[::-1], "ana")
    assert sorted(orders["ana"]) == options
    assert orders["ana"] != orders["beto"]


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("correct: [procuraduria]", "correct: [judge]", 2, "correct names judge"),
        ("    prompt: How many?\n", "", 13, "questions[2].prompt is missing"),
        ("    tolerance: 5", "    tolerence: 5", 19, "questions[2].tolerence is no field"),
        ("kind: number", "kind: numeral", 13, "choose one"),
        ("{id: court, text: A court", "{id: no, text: A court", 7, "put it in quotes"),
        ("id: monday", "id: how-many", 1, "two questions are called how-many"),
        ("    value: 12345", "    value: 12345\n    value: 3", 19, "value is written twice"),
        ("questions:\n", "questions: [\n", 2, "not YAML"),
        ("value: 12345", "value: &many 12345\n    tolerance: *many", 19, "a YAML alias"),
    ],
)
def test_an_error_names_the_file_the_line_and_the_remedy(
    content: Path, old: str, new: str, line: int, sentence: str
) -> None:
    path = content / "children" / "questions.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_questions(path)
    assert f"{path}, line {line}:" in str(caught.value)
    assert sentence in str(caught.value)


def test_a_file_that_is_absent_or_no_text_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="does not exist"):
        load_questions(tmp_path / "questions.yaml")
    (tmp_path / "questions.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ContentError, match="UTF-8"):
        load_questions(tmp_path / "questions.yaml")


@pytest.mark.parametrize("depth", [900, 100_000])
def test_a_file_that_is_nested_without_end_is_one_sentence(tmp_path: Path, depth: int) -> None:
    (tmp_path / "questions.yaml").write_text("[" * depth + "]" * depth)
    with pytest.raises(ContentError, match=r"nest"):
        load_questions(tmp_path / "questions.yaml")
