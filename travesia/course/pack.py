"""Content packs: the questions, cases and facts of one folder in every language, as one JSON file.

A notebook reads its pack and nothing else, so that a learner's server needs no catalogue. A pack in
graded form holds nothing from which an answer could be read.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from travesia.course import facts as fact_records
from travesia.course import questions as question_items
from travesia.course.document import ContentError
from travesia.course.localise import localiser
from travesia.course.media import read_picture
from travesia.course.questions import Form, Localise
from travesia.language import available_languages, translations
from travesia.scenarios import Case, learner_form, load_case

PACK_NAME = "content.json"
QUESTIONS_NAME = "questions.yaml"
FACTS_NAME = "facts.yaml"
CASE_PATTERN = "*.case.yaml"
SCHEMA = 1

Pack = dict[str, Any]


def build_pack(
    folder: Path,
    catalogues: Path | None = None,
    form: Form = "practice",
    *,
    facts: Path | None = None,
) -> Pack:
    """The pack of a folder's `questions.yaml`, `*.case.yaml` and facts in every language.

    Args:
        folder: a lesson's folder, or an assignment's folder of keys.
        catalogues: the folder with `<language>.po`; by default `locale/` beside the folder.
        form: `graded` leaves out everything from which an answer could be read.
        facts: the dated records; by default `facts.yaml` beside the folder, where there is one.

    Raises:
        ContentError: a question or record is wrong, naming file, line and remedy.
        CaseError: a case is wrong, likewise.
    """
    if not folder.is_dir():
        raise ContentError(f"{folder} is no folder: a pack is built from a folder of content.")
    catalogues = catalogues or folder.parent / "locale"
    questions = load_folder_questions(folder)
    cases = load_folder_cases(folder)
    dated = facts or folder.parent / FACTS_NAME
    records = fact_records.load_facts(dated) if dated.is_file() else {}
    instruments = fact_records.load_instruments(dated) if dated.is_file() else {}

    def in_language(localise: Localise) -> dict[str, Any]:
        return {
            "questions": {
                name: question_items.question_form(
                    question_items.localised(question, localise), form
                )
                for name, question in questions.items()
            },
            "cases": {
                name: _case_form(case.localised(localise), form) for name, case in cases.items()
            },
            "facts": {
                name: fact_records.fact_form(fact_records.localised(fact, localise))
                for name, fact in records.items()
            },
        }

    return {
        "schema": SCHEMA,
        "form": form,
        "by_language": {
            language: in_language(localiser(translations(language, catalogues)))
            for language in available_languages(catalogues)
        },
        "instruments": {
            name: each.model_dump(mode="json", exclude={"id"}) for name, each in instruments.items()
        },
        "pictures": _pictures(folder, cases),
    }


def load_folder_questions(folder: Path) -> dict[str, question_items.Question]:
    """The questions of a folder by id; none where it has no `questions.yaml`."""
    path = folder / QUESTIONS_NAME
    return question_items.load_questions(path) if path.is_file() else {}


def load_folder_cases(folder: Path) -> dict[str, Case]:
    """The cases of a folder by id, sorted by file name."""
    cases: dict[str, Case] = {}
    for path in sorted(folder.glob(CASE_PATTERN)):
        case = load_case(path)
        if case.id in cases:
            raise ContentError(f"{path}: another case here is called {case.id}: rename one.")
        cases[case.id] = case
    return cases


def items_of(cases: Mapping[str, Case]) -> dict[str, Case]:
    """The cases of a folder that are items of their own: a substitute stands in for another."""
    substitutes = {case.substitute for case in cases.values()}
    return {name: case for name, case in cases.items() if name not in substitutes}


def write_pack(path: Path, pack: Pack) -> None:
    """Puts a pack into a file, whole or not at all."""
    text = json.dumps(pack, ensure_ascii=False, indent=1, sort_keys=False) + "\n"
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".content-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as target:
            target.write(text)
            target.flush()
            os.fsync(target.fileno())
        # A temporary file is private; a pack is read by whoever reads the notebook beside it.
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_pack(path: Path) -> Pack:
    """The pack in a file.

    Raises:
        ContentError: the file is absent, damaged or of another version.
    """
    try:
        pack = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ContentError(f"{path} does not exist: fetch the notebook's folder again.") from error
    except (OSError, ValueError) as error:
        raise ContentError(f"{path} cannot be read: fetch the notebook's folder again.") from error
    if not isinstance(pack, dict) or not isinstance(pack.get("by_language"), dict):
        raise ContentError(f"{path} is no content pack: fetch the notebook's folder again.")
    if pack.get("schema") != SCHEMA:
        raise ContentError(
            f"{path} has schema {pack.get('schema')!r}, this version reads {SCHEMA}: "
            "fetch the notebook's folder again."
        )
    return pack


def _case_form(case: Case, form: Form) -> dict[str, Any]:
    return learner_form(case).data() if form == "graded" else case.data()


def _pictures(folder: Path, cases: dict[str, Case]) -> dict[str, str]:
    """The drawings of a folder's cases: a release holds no other file of the keys."""
    named = {
        node.illustration.src
        for case in cases.values()
        for node in case.nodes.values()
        if node.illustration
    }
    return {src: _picture(folder, src) for src in sorted(named)}


def _picture(folder: Path, src: str) -> str:
    try:
        return read_picture(folder, src)
    except ContentError as error:
        raise ContentError(f"{folder.name}: {error}") from error
