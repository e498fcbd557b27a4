"""A module's tests as nbgrader assignments: each form gets its notebook and its key."""

import os
from collections.abc import Iterator
from pathlib import Path

import nbformat
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from travesia.course.document import ContentError
from travesia.course.forms import Form, draw
from travesia.course.localise import localiser
from travesia.course.manifest import Manifest, Module
from travesia.course.pack import QUESTIONS_NAME
from travesia.course.questions import Question, load_questions, practice_form
from travesia.course.unfinished import put_in_place, unfinished
from travesia.language import SOURCE_LANGUAGE, translations, translator

NOTEBOOK_NAME = "assignment.ipynb"


def forms_of(manifest: Manifest, module: Module) -> dict[str, Form]:
    """The forms of a module's tests by the id of their assignment, the pre-test's first.

    Raises:
        ContentError: the pool does not give them.
    """
    tests = module.tests
    if tests is None:
        return {}
    ids = [assignment.id for assignment in tests.assignments()]
    pool = load_questions(manifest.path(tests.pool))
    return dict(zip(ids, draw(pool, tests.blueprint, len(ids), place=tests.pool), strict=True))


def write_forms(manifest: Manifest, module: Module, folder: Path) -> Iterator[Path]:
    """Write each form that is not there yet below `source/` and `keys/` of a course folder.

    What is there stays as it is: an instructor may have changed it, and learners may have met it.

    Yields:
        the folder of each assignment written.

    Raises:
        ContentError: the pool does not give the forms, or a file can't be written.
    """
    if module.tests is None:
        return
    for assignment, form in forms_of(manifest, module).items():
        source, keys = folder / "source" / assignment, folder / "keys" / assignment
        key = _key(form)
        # The notebook comes last: a key as it was drawn, without one, is what a kill has left.
        if os.path.lexists(source) or (os.path.lexists(keys) and not _holds(keys, key)):
            continue
        try:
            with unfinished(folder) as fresh:
                if not keys.is_dir():
                    (fresh / "keys").mkdir()
                    (fresh / "keys" / QUESTIONS_NAME).write_text(key, encoding="utf-8")
                    put_in_place(fresh / "keys", keys)
                (fresh / "source").mkdir()
                notebook = _notebook(manifest, assignment, form)
                nbformat.write(notebook, fresh / "source" / NOTEBOOK_NAME)
                put_in_place(fresh / "source", source)
        except OSError as error:
            raise ContentError(
                f"{source} can't be written ({error.strerror}): run this as somebody who may write "
                "there, or name another folder with '--into'."
            ) from error
        yield source


def _holds(keys: Path, key: str) -> bool:
    """Whether a key's folder holds what was drawn and nothing else."""
    if keys.is_symlink() or not keys.is_dir():
        return False
    found = {path.name: path for path in keys.iterdir()}
    if set(found) != {QUESTIONS_NAME} or not found[QUESTIONS_NAME].is_file():
        return False
    return found[QUESTIONS_NAME].read_bytes() == key.encode()


def _key(form: Form) -> str:
    questions = [practice_form(question) for question in form.questions]
    text: str = yaml.safe_dump({"questions": questions}, allow_unicode=True, sort_keys=False)
    return f"# Drawn from the pool by 'travesia forms write'.\n{text}"


def _notebook(manifest: Manifest, assignment: str, form: Form) -> nbformat.NotebookNode:
    kinds = sorted({question.kind for question in form.questions})
    cells = [
        _opening(manifest, assignment, form),
        _cell("setup", f"from travesia.learn import {', '.join(kinds)}", {"grade": False}),
        *(_item(question) for question in form.questions),
    ]
    own = {"kind": "assignment", "assignment": assignment, "module": assignment}
    own |= {"course": manifest.id, "version": manifest.version}
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "travesia": own,
    }
    return new_notebook(cells=cells, metadata=metadata)


def _opening(manifest: Manifest, assignment: str, form: Form) -> nbformat.NotebookNode:
    catalogues = manifest.root / "notebooks" / "locale"
    texts = {}
    for language in manifest.languages:
        _ = translator(language)
        told = manifest.localised(localiser(translations(language, catalogues)))
        title = told.assignments()[assignment][1].title
        how = _(
            "{count} questions, {points} points. There is no clock, and your answers are kept as "
            "you give them. When you are done, choose **Hand in**."
        ).format(count=len(form.questions), points=f"{form.points:g}")
        texts[language] = f"# {title}\n\n{how}"
    cell = new_markdown_cell(texts.pop(SOURCE_LANGUAGE))
    cell.metadata.travesia = {"text": texts}
    cell.id = "opening"
    return cell


def _item(question: Question) -> nbformat.NotebookNode:
    own: dict[str, object] = {"grade": True, "points": question.points}
    cell = _cell(question.id, f'{question.kind}("{question.id}")', own)
    cell.metadata.travesia = {"item": question.id}
    return cell


def _cell(name: str, source: str, own: dict[str, object]) -> nbformat.NotebookNode:
    nbgrader = {"grade_id": name, "locked": True, "schema_version": 3, "solution": False}
    cell = new_code_cell(source, metadata={"jupyter": {"source_hidden": True}})
    cell.metadata.nbgrader = {**nbgrader, "task": False, **own}
    cell.id = name
    return cell
