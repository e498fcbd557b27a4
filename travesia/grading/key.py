"""The instructor's key of an assignment: its questions and cases and all that judges them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from travesia.course.localise import localiser
from travesia.course.pack import (
    QUESTIONS_NAME,
    items_of,
    load_folder_cases,
    load_folder_questions,
)
from travesia.course.questions import Question, localised
from travesia.grading.errors import GradingError
from travesia.language import translations
from travesia.scenarios import Case

CATALOGUES = "locale"

Item = Question | Case


@dataclass(frozen=True)
class Key:
    """The items of one assignment by id, in the source language, and where their words are.

    Attributes:
        assignment: the assignment's id.
        folder: the folder it was read from.
        questions: its questions by id.
        cases: its cases by id.
    """

    assignment: str
    folder: Path
    questions: dict[str, Question]
    cases: dict[str, Case]

    @property
    def catalogues(self) -> Path:
        """The folder of the catalogues that translate the keys."""
        return self.folder.parent / CATALOGUES

    def __contains__(self, item: object) -> bool:
        return item in self.questions or item in self.cases

    def items(self, language: str) -> Iterator[Item]:
        """Every question, then every case, with its texts in a language.

        A case that stands in for another is no item of its own: `played` gives it.
        """
        localise = localiser(translations(language, self.catalogues))
        for question in self.questions.values():
            yield localised(question, localise)
        for case in items_of(self.cases).values():
            yield case.localised(localise)

    def played(self, item: Item, entry: object, language: str) -> Item:
        """What a saved answer answers: the item, or the case of equal credit taken instead."""
        if not isinstance(item, Case) or item.substitute not in self.cases:
            return item
        value = entry.get("value") if isinstance(entry, Mapping) else None
        named = value.get("case") if isinstance(value, Mapping) else None
        if named != item.substitute:
            return item
        localise = localiser(translations(language, self.catalogues))
        return self.cases[item.substitute].localised(localise)


def load_key(keys_root: Path, assignment: str) -> Key:
    """The key of an assignment from `<keys_root>/<assignment>/`.

    Raises:
        GradingError: there is no such folder, or nothing in it.
        ContentError: a question is wrong, naming file, line and remedy.
        CaseError: a case is wrong, likewise.
    """
    folder = keys_root / assignment
    if not folder.is_dir():
        raise GradingError(
            f"The assignment {assignment} has no keys: put its questions.yaml and its cases into "
            f"{folder}."
        )
    key = Key(assignment, folder, load_folder_questions(folder), load_folder_cases(folder))
    both = sorted(set(key.questions) & set(key.cases))
    if both:
        raise GradingError(
            f"{folder}: {both[0]} is the id of a question and of a case: rename one of the two."
        )
    if not key.questions and not key.cases and not (folder / QUESTIONS_NAME).is_file():
        raise GradingError(
            f"{folder} has no questions.yaml and no *.case.yaml: add what it asks. An assignment "
            "of code alone has a questions.yaml that says 'questions: []'."
        )
    return key
