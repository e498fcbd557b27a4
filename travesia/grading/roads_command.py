"""The command `travesia case roads`: how a class went through a case, for its debrief."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from markupsafe import escape

from travesia.charts.class_roads import class_decisions_rows, class_roads_rows, class_roads_svg
from travesia.course.localise import localiser
from travesia.design import tokens_css
from travesia.grading.errors import GradingError
from travesia.grading.key import Key, load_key
from travesia.grading.submission import read_submission
from travesia.language import current_language, translations, translator
from travesia.learn import wording
from travesia.scenarios import Case, InvalidPath, decisions
from travesia.scenarios.cohort import CohortRoads, TooFewError, cohort_roads
from travesia.scenarios.commands import plainly

PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{css}
body {{ margin: 0 auto; max-width: 50rem; padding: 1rem; background: #fffdf9; color: #1f2a30;
font-family: var(--tv-font); line-height: 1.6; }}
svg {{ width: 100%; height: auto; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ padding: .4rem .6rem; border-bottom: 1px solid #dcd4c4; text-align: start;
vertical-align: top; }}
</style></head>
<body>
<h1>{title}</h1>
<p>{said}</p>
{svg}
<table><caption>{table}</caption>
<thead><tr><th scope="col">{step}</th><th scope="col">{stood}</th>
<th scope="col">{critical}</th></tr></thead>
<tbody>{rows}</tbody></table>
<table><caption>{taken}</caption>
<thead><tr><th scope="col">{scene}</th><th scope="col">{decided}</th><th scope="col">{share}</th>
</tr></thead>
<tbody>{decisions}</tbody></table>
<p>{note}</p>
</body></html>
"""
N_ = str  # marks a string for the catalogue; it is translated where the page is made
WORDS = {
    "table": N_("The same in a table"),
    "step": N_("Step"),
    "stood": N_("Where learners stood"),
    "critical": N_("Met a critical failure in leaving"),
    "taken": N_("Which decisions were taken, in shares rounded to 5 %"),
    "scene": N_("Scene"),
    "decided": N_("Decisions"),
    "share": N_("Share"),
}
NOTE = N_(
    "For the debrief with the class only. No name is in this page and none can be worked out: "
    "nothing is shown for fewer than ten learners, and scenes where fewer than five stood are "
    "joined with others. Results are not used for discipline, and reach no superior."
)


@click.command("roads")
@click.argument("assignment")
@click.argument("case")
@click.option(
    "--course-root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The course directory with submitted/; the current folder by default.",
)
@click.option(
    "--keys",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of the keys; keys/ of the course directory by default.",
)
@click.option(
    "--language", default=current_language, help="The language of the page; yours by default."
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The page to write; ASSIGNMENT-CASE-roads.html by default.",
)
@plainly
def roads(
    assignment: str,
    case: str,
    *,
    course_root: Path,
    keys: Path | None,
    language: str,
    output: Path | None,
) -> None:
    """Draw how a class went through a case, from ten learners up and without names."""
    left_out: list[str] = []
    try:
        key = load_key(keys or course_root / "keys", assignment)
        if case not in key.cases:
            named = ", ".join(key.cases) or "none"
            raise click.ClickException(f"{assignment} has no case {case}; it has {named}.")
        shown = key.cases[case].localised(localiser(translations(language, key.catalogues)))
        found = cohort_roads(shown, _played(course_root, key, case, left_out))
    except (GradingError, TooFewError) as error:
        # Who waits for more submissions must know of those that lie there unread.
        _tell(left_out)
        raise click.ClickException(str(error)) from error
    target = output or Path(f"{assignment}-{case}-roads.html")
    target.write_text(roads_page(shown, found, language), encoding="utf-8")
    _tell(left_out)
    click.echo(f"{found.learners} learners; {target} written.")


def _tell(left_out: list[str]) -> None:
    for reason in left_out:
        click.echo(f"Left out: {reason}", err=True)


def roads_page(case: Case, found: CohortRoads, language: str) -> str:
    """The page: the picture, the same as a table, and how it is to be used."""
    _ = translator(language)
    today = wording.day(datetime.now(UTC).date().isoformat(), language)
    said = _("{learners} learners, {day}.").format(learners=found.learners, day=today)
    if found.flagged:
        left_out = _("{flagged} saved roads that the case does not have are left out.")
        said += " " + left_out.format(flagged=found.flagged)
    return PAGE.format(
        language=escape(language),
        title=escape(_("The class's roads: {case}").format(case=case.title)),
        css=tokens_css(),
        said=escape(said),
        svg=class_roads_svg(case, found, _),
        rows=_table(class_roads_rows(case, found, _)),
        decisions=_table(class_decisions_rows(case, found, _)),
        note=escape(_(NOTE)),
        **{name: escape(_(words)) for name, words in WORDS.items()},
    )


def _table(rows: list[tuple[str, str, str]]) -> str:
    return "".join(
        f'<tr><th scope="row">{escape(first)}</th><td>{escape(second)}</td>'
        f"<td>{escape(third)}</td></tr>"
        for first, second, third in rows
    )


def _played(
    course_root: Path, key: Key, case: str, left_out: list[str]
) -> Iterator[tuple[str, list[str]]]:
    """Each learner's role and path in a case, whichever item of the assignment it stands for.

    The reason why a submission can't be read is added to what is left out.
    """
    items = {name: each for name, each in key.cases.items() if case in {name, each.substitute}}
    for folder in sorted((course_root / "submitted").glob(f"*/{key.assignment}")):
        try:
            answers: Mapping[str, Any] = read_submission(
                folder,
                student=folder.parent.name,
                assignment=key.assignment,
                fallback_language="en",
            ).answers
        except GradingError as error:
            left_out.append(str(error))
            continue
        for name, item in items.items():
            entry = answers.get(name)
            if entry is None or key.played(item, entry, "en").id != case:
                continue
            value = entry.get("value") if isinstance(entry, Mapping) else None
            try:
                yield decisions(value)
            except InvalidPath:
                # It is counted among the roads that the case does not have.
                yield "", [json.dumps(value)[:40]]
