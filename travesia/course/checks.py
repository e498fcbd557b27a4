"""The content check: what a program can see of the teaching rules, over the whole course."""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polib

from travesia import scenarios
from travesia.charts import CHARTS
from travesia.course import facts as fact_records
from travesia.course.case_checks import check_around
from travesia.course.document import ContentError
from travesia.course.form_files import forms_of
from travesia.course.forms import LEAST_VIGNETTES
from travesia.course.localise import localise_notebook, notebook_name
from travesia.course.manifest import MANIFEST_NAME, Assignment, Manifest, Module, Tests
from travesia.course.never_tested import never_tested
from travesia.course.pack import build_pack, items_of, load_folder_cases, load_folder_questions
from travesia.course.prose import ITEMS, calls, long_runs
from travesia.course.questions import Form, Question
from travesia.course.source_notebook import content_name, read_notebook
from travesia.course.strings import domains
from travesia.course.words import Finding, check_text
from travesia.language import SOURCE_LANGUAGE, available_languages, translations
from travesia.scenarios import Case, CaseError


def check_course(root: Path, today: date) -> list[str]:
    """What is wrong with the course's content on a day, one sentence a problem.

    Raises:
        ContentError: the manifest itself cannot be read.
    """
    manifest = Manifest.load(root / MANIFEST_NAME)
    missing = list(_missing_files(manifest))
    if missing:
        return missing
    try:
        return [
            *_facts(manifest, today),
            *_modules(manifest),
            *(f"{where}: {finding}" for where, finding in word_findings(root) if finding.refused),
        ]
    except (ContentError, CaseError) as error:
        return str(error).splitlines()


def word_findings(root: Path) -> Iterator[tuple[str, Finding]]:
    """Every word about people that is refused or has to be read, with where it is written."""
    for domain in domains(root):
        for string in domain.strings():
            for text in (string.text, string.plural):
                for finding in check_text(text or "", SOURCE_LANGUAGE):
                    yield f"{string.files[0]}, {string.context or string.text[:40]}", finding
        for path in sorted(domain.catalogues.glob("*.po")):
            for entry in polib.pofile(str(path)):
                if entry.obsolete:
                    continue
                for text in (entry.msgstr, *entry.msgstr_plural.values()):
                    for finding in check_text(text, path.stem):
                        yield f"{path.relative_to(root)}, line {entry.linenum}", finding


def _missing_files(manifest: Manifest) -> Iterator[str]:
    for module in manifest.modules:
        named = [module.lesson, module.questions]
        if module.tests:
            named.append(module.tests.pool)
        if module.assignment:
            named += [module.assignment.notebook, module.assignment.questions]
        for name in named:
            if name and not manifest.path(name).is_file():
                yield f"{MANIFEST_NAME}, module {module.id}: {name} does not exist: write it."
    if manifest.facts and not manifest.path(manifest.facts).is_file():
        yield f"{MANIFEST_NAME}: {manifest.facts} does not exist: write it."


def _facts(manifest: Manifest, today: date) -> Iterator[str]:
    if not manifest.facts:
        return
    for fact in fact_records.expired(fact_records.load_facts(manifest.path(manifest.facts)), today):
        yield (
            f"{manifest.facts}, {fact.id}: expired on {fact.expires}: "
            "compare it with its source and date it anew."
        )


def _modules(manifest: Manifest) -> Iterator[str]:
    seen: Counter[str] = Counter()
    practised: set[str] = set()
    graded: dict[str, str] = {}
    for module in manifest.modules:
        lesson = manifest.path(module.lesson)
        yield from _folder(manifest, lesson.parent, "practice")
        yield from _lesson(manifest, module, lesson)
        practised |= set(load_folder_cases(lesson.parent))
        seen.update([*load_folder_questions(lesson.parent)])
        if module.assignment:
            keys = manifest.path(module.assignment.questions).parent
            yield from _folder(manifest, keys, "graded")
            yield from _assignment(manifest, module, module.assignment)
            yield from never_tested(keys, manifest.languages)
            graded |= dict.fromkeys(load_folder_cases(keys), module.assignment.id)
            seen.update([*load_folder_questions(keys)])
        yield from _outcomes(manifest, module)
        if module.tests:
            seen.update([*load_folder_questions(manifest.path(module.tests.pool).parent)])
            yield from _tests(manifest, module, module.tests)
            yield from never_tested(manifest.path(module.tests.pool).parent, manifest.languages)
    for case in sorted(practised & set(graded)):
        yield (
            f"keys/{graded[case]}: the graded case {case} is released in a lesson: "
            "grade another case."
        )
    for item, times in seen.items():
        if times > 1:
            yield f"The question {item} is in the course {times} times: rename all but one."


def _tests(manifest: Manifest, module: Module, tests: Tests) -> Iterator[str]:
    """The pool of a module's tests gives every form, and each gives the points that are said."""
    known = {outcome.id for outcome in module.outcomes}
    for outcome in sorted(set(tests.blueprint) - known):
        yield (
            f"{MANIFEST_NAME}, module {module.id}: the blueprint names {outcome}, which is no "
            f"outcome of the module: name one of {', '.join(sorted(known))}."
        )
    for outcome in sorted(known - set(tests.blueprint)):
        yield f"{MANIFEST_NAME}, module {module.id}: the blueprint leaves out {outcome}: add it."
    for name, form in forms_of(manifest, module).items():
        if form.points != tests.points:
            yield (
                f"{MANIFEST_NAME}, module {module.id}: the form {name} gives {form.points:g} "
                f"points, not {tests.points:g}: correct tests.points."
            )
        needed = math.ceil(LEAST_VIGNETTES * len(form.questions))
        if name != tests.before.id and form.vignettes < needed:
            others = ", ".join(each.id for each in form.questions if not each.vignette)
            yield (
                f"{tests.pool}: {form.vignettes} of the {len(form.questions)} questions of the "
                f"form {name} are vignettes, and a final test needs {needed}: turn one of {others} "
                "into a situation in which somebody decides, and say `vignette: true`."
            )


def _folder(manifest: Manifest, folder: Path, form: Form) -> Iterator[str]:
    """The pack of a folder is built in every language, and its cases are sound."""
    place = folder.relative_to(manifest.root)
    served = set(available_languages(folder.parent / "locale"))
    for language in manifest.languages:
        if language not in served:
            yield (
                f"{place}: there is no catalogue for {language}: run `travesia translate extract`."
            )
    build_pack(folder, form=form)
    for case in load_folder_cases(folder).values():
        yield from (str(problem) for problem in scenarios.check(case))
        around = check_around(case, folder, manifest.reading)
        yield from (f"{place}, {problem}" for problem in around)


def _lesson(manifest: Manifest, module: Module, path: Path) -> Iterator[str]:
    notebook = read_notebook(path)
    yield from _notebook(manifest, path, notebook, path.parent, module.charts)
    asked = {call.item for call in calls(notebook) if call.kind in ITEMS}
    for item in _items(path.parent):
        if item not in asked:
            place = path.relative_to(manifest.root)
            yield f"{place}: {item} beside it is not asked: ask it, or take it from the folder."
    for case in module.cases:
        if case not in load_folder_cases(path.parent):
            yield f"{MANIFEST_NAME}, module {module.id}: there is no case {case} in its folder."
    for language in manifest.languages:
        localised = localise_notebook(
            notebook, translations(language, path.parents[1] / "locale"), content_name(path)
        )
        for cell, words, limit in long_runs(localised):
            yield (
                f"{path.relative_to(manifest.root)}, cell {cell} ({language}): {words} words "
                f"without anything to decide, {limit} at most: ask something before or shorten it."
            )


def _assignment(manifest: Manifest, module: Module, assignment: Assignment) -> Iterator[str]:
    path = manifest.path(assignment.notebook)
    keys = manifest.path(assignment.questions).parent
    notebook = read_notebook(path)
    yield from _notebook(manifest, path, notebook, keys, module.charts)
    yield from _graded_cells(manifest, path, notebook, keys)
    points = sum(item.points for item in _items(keys).values())
    if points != assignment.points:
        yield (
            f"{MANIFEST_NAME}, assignment {assignment.id}: its items give {points:g} points, "
            f"not {assignment.points:g}: correct points."
        )


def _notebook(
    manifest: Manifest, path: Path, notebook: Any, folder: Path, charts: tuple[str, ...]
) -> Iterator[str]:
    """A notebook asks only for what exists, and is stored without what running it leaves."""
    place = path.relative_to(manifest.root)
    kinds = {name: getattr(item, "kind", "case") for name, item in _items(folder).items()}
    kinds |= dict.fromkeys(set(charts) & set(CHARTS), "chart")
    kinds |= dict.fromkeys(build_pack(folder)["by_language"][SOURCE_LANGUAGE]["facts"], "fact")
    if notebook_name(notebook) != content_name(path):
        yield (
            f"{place}: its metadata name it {notebook_name(notebook)}, its path "
            f"{content_name(path)}: correct metadata.travesia."
        )
    if notebook["metadata"].get("kernelspec", {}).get("name") != "python3":
        yield f"{place}: its kernel is not python3: correct metadata.kernelspec.name."
    for call in calls(notebook):
        if kinds.get(call.item) != call.kind:
            yield (
                f"{place}, cell {call.cell}: there is no {call.kind} called {call.item}: "
                "correct the name, or write it."
            )
    for cell in notebook["cells"]:
        if cell.get("outputs") or cell.get("execution_count"):
            yield f"{place}, cell {cell['id']}: it holds outputs: strip them with nbstripout."
        if cell["cell_type"] == "markdown" and "nbgrader" in cell["metadata"]:
            yield (
                f"{place}, cell {cell['id']}: prose that nbgrader locks is never translated: "
                "take metadata.nbgrader from it."
            )


def _graded_cells(manifest: Manifest, path: Path, notebook: Any, keys: Path) -> Iterator[str]:
    place = path.relative_to(manifest.root)
    items = _items(keys)
    asked = {call.item: call.cell for call in calls(notebook) if call.kind in ITEMS}
    graded = {
        cell["metadata"]["nbgrader"].get("grade_id"): cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
    }
    for item, content in items.items():
        if item not in asked:
            yield f"{place}: {item} of the keys is not asked: ask it, or take it from the keys."
        elif item not in graded:
            yield f"{place}, cell {asked[item]}: {item} is not graded: add nbgrader's metadata."
        elif graded[item]["metadata"]["nbgrader"].get("points") != content.points:
            yield (
                f"{place}, cell {asked[item]}: nbgrader's points differ from the "
                f"{content.points:g} of the key: make them the same."
            )
        elif graded[item]["metadata"].get("travesia", {}).get("item") != item:
            yield f"{place}, cell {asked[item]}: metadata.travesia.item is not {item}: set it."


def _outcomes(manifest: Manifest, module: Module) -> Iterator[str]:
    """Each item names an outcome, and each outcome is practised in a case and assessed."""
    known = {outcome.id for outcome in module.outcomes}
    lesson = manifest.path(module.lesson).parent
    practised: set[str] = set()
    for name, item in _items(lesson).items():
        outcomes = _named(item)
        practised |= outcomes if isinstance(item, Case) else set()
        yield from _unknown(lesson.relative_to(manifest.root), name, outcomes, known)
    assessed: set[str] = set()
    if module.assignment:
        keys = manifest.path(module.assignment.questions).parent
        for name, item in _items(keys).items():
            assessed |= _named(item)
            yield from _unknown(keys.relative_to(manifest.root), name, _named(item), known)
    for outcome in sorted(known - practised):
        yield f"{MANIFEST_NAME}, outcome {outcome}: no case of the lesson practises it."
    for outcome in sorted(known - assessed if module.assignment else ()):
        yield f"{MANIFEST_NAME}, outcome {outcome}: nothing in the assignment assesses it."


def _unknown(place: Path, name: str, outcomes: set[str], known: set[str]) -> Iterator[str]:
    if not outcomes:
        yield f"{place}, {name}: it names no outcome: name one of {', '.join(sorted(known))}."
    for outcome in sorted(outcomes - known):
        yield (
            f"{place}, {name}: {outcome} is no outcome of the module: "
            f"name one of {', '.join(sorted(known))}."
        )


def _named(item: Question | Case) -> set[str]:
    if isinstance(item, Case):
        return {*item.outcomes, *(node.outcome for node in item.nodes.values() if node.outcome)}
    return {item.outcome}


def _items(folder: Path) -> dict[str, Question | Case]:
    return {**load_folder_questions(folder), **items_of(load_folder_cases(folder))}
