"""What the documents say can be done: code runs, commands exist, links lead somewhere."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from nbgrader.apps.nbgraderapp import NbGraderApp

from travesia import scenarios
from travesia.cli import main
from travesia.course.facts import load_facts
from travesia.course.manifest import Manifest
from travesia.course.questions import load_questions
from travesia.hub import configuration
from travesia.learn.kinds import SCREENS

CHECKOUT = Path(__file__).resolve().parents[3]
DOCUMENTS = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")])
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
TEST_TIERS = re.compile(r"make test ARGS=(\w+)")


@dataclass(frozen=True)
class Block:
    """A fenced block of a document: what it says it is, its text, and where it stands."""

    info: str
    body: str
    where: str


def named(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def blocks_in(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        line = len(text[: match.start()].splitlines()) + 1
        found.append(Block(match["info"].strip(), match["body"], f"{named(path)}:{line}"))
    return found


def blocks(info: str) -> list[pytest.param]:
    return [
        pytest.param(block, id=block.where)
        for path in DOCUMENTS
        for block in blocks_in(path)
        if block.info == info
    ]


def command_lines(path: Path) -> list[str]:
    """The commands of a document; what they print is only told from them by a prompt."""
    found = []
    for block in blocks_in(path):
        if block.info == "console":
            lines = block.body.splitlines()
            prompted = [line for line in lines if line.startswith("$ ")]
            found += [line.removeprefix("$ ") for line in prompted or lines]
    return found


def words_of(line: str) -> list[str]:
    """The words of a command without what the shell keeps for itself, such as `> file`."""
    words = shlex.split(line, comments=True)
    stops = [words.index(word) for word in (">", "|", "&&") if word in words]
    return words[: min(stops, default=len(words))]


def refused(words: list[str]) -> str:
    """Why the command line would not take these words; empty if it would."""
    command: click.Command = main
    context = click.Context(main, info_name="travesia")
    while isinstance(command, click.Group):
        if not words or (found := command.get_command(context, words[0])) is None:
            return f"there is no command {' '.join(words[:1])!r}"
        command, words = found, words[1:]
        context = click.Context(command, info_name=command.name, parent=context)
    try:
        given, rest, _ = command.make_parser(context).parse_args(list(words))
    except click.UsageError as error:
        return error.format_message()
    missing = [
        each.name
        for each in command.params
        if each.required and not isinstance(given.get(each.name or ""), str | tuple)
    ]
    return f"left over: {rest}, missing: {missing}" if rest or missing else ""


def commands(program: str) -> list[pytest.param]:
    return [
        pytest.param(words[1:], id=f"{named(path)}: {line}")
        for path in DOCUMENTS
        for line in command_lines(path)
        if (words := words_of(line)) and words[0].removeprefix(".venv/bin/") == program
    ]


def slug(heading: str) -> str:
    """The anchor that a heading gets where the documents are read."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("block", blocks("python run"))
def test_code_that_is_marked_as_runnable_runs(block: Block) -> None:
    exec(compile(block.body, block.where, "exec"), {"__name__": "docs"})


@pytest.mark.parametrize("words", commands("travesia"))
def test_a_command_of_travesia_exists_with_its_options(words: list[str]) -> None:
    assert refused(words) == ""


@pytest.mark.parametrize(
    "words",
    [["fly"], ["person", "fly"], ["hub", "--wings"], ["person", "add"], ["check", "everything"]],
)
def test_a_command_that_does_not_exist_is_noticed(words: list[str]) -> None:
    assert refused(words) != ""


@pytest.mark.parametrize("words", commands("nbgrader"))
def test_a_command_of_nbgrader_exists(words: list[str]) -> None:
    assert words[0] in NbGraderApp.subcommands


@pytest.mark.parametrize("words", commands("make"))
def test_a_target_of_make_exists(words: list[str]) -> None:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    targets = [word for word in words if "=" not in word]
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_a_tier_of_the_tests_that_is_named_exists() -> None:
    runner = (CHECKOUT / "tests" / "run.py").read_text(encoding="utf-8")
    tiers = {tier for path in DOCUMENTS for tier in TEST_TIERS.findall(path.read_text("utf-8"))}
    known = re.findall(r'^    "([\w, ]+)": \[', runner, re.MULTILINE)
    assert {tier for tier in tiers if not any(tier in name for name in known)} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    broken = []
    for link in LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (document.parent / file).resolve() if file else document
        headings = HEADING.findall(target.read_text("utf-8")) if target.suffix == ".md" else []
        if not target.exists() or (anchor and anchor not in map(slug, headings)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("block", blocks("yaml questions"))
def test_an_example_of_questions_can_be_read(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "questions.yaml"
    path.write_text(block.body, encoding="utf-8")
    kinds = {question.kind for question in load_questions(path).values()}
    assert kinds == set(SCREENS)


@pytest.mark.parametrize("block", blocks("yaml case"))
def test_an_example_of_a_case_can_be_read(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "example.case.yaml"
    path.write_text(block.body, encoding="utf-8")
    assert scenarios.check(scenarios.load_case(path)) == []


@pytest.mark.parametrize("block", blocks("yaml facts"))
def test_an_example_of_a_record_can_be_read(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(block.body, encoding="utf-8")
    assert list(load_facts(path)) == ["lm-99"]


def test_every_command_of_travesia_is_documented() -> None:
    spoken = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    leaves = []
    for name in main.list_commands(click.Context(main)):
        found = main.get_command(click.Context(main), name)
        inner = sorted(found.commands) if isinstance(found, click.Group) else []
        leaves += [f"travesia {name} {each}" for each in inner] or [f"travesia {name}"]
    assert [leaf for leaf in leaves if leaf not in spoken] == []


def test_what_is_not_read_from_the_law_is_in_the_review_sheet() -> None:
    sheet = (CHECKOUT / "docs" / "review-sheet.md").read_text(encoding="utf-8")
    facts = load_facts(CHECKOUT / "notebooks" / "facts.yaml").values()
    to_review = [
        fact.id for fact in facts if fact.confidence != "text" or "our reading" in fact.text
    ]
    assert to_review
    assert [name for name in to_review if f"`{name}`" not in sheet] == []


def test_the_review_sheet_is_named_while_nobody_has_read_the_module() -> None:
    certificate = Manifest.load(CHECKOUT / "course.yaml").certificate
    sheet = (CHECKOUT / "docs" / "review-sheet.md").read_text(encoding="utf-8")
    assert certificate.enabled is ("No practitioner has read" not in sheet)


def test_the_scopes_in_the_table_are_the_ones_that_are_set() -> None:
    text = (CHECKOUT / "docs" / "administrators.md").read_text(encoding="utf-8")
    table = text.partition("### What each token may do")[2].partition("\n\nNo token")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and "none:" not in line]
    told = [set(re.findall(r"`([^`]+)`", row)) for row in rows[1:]]
    assert told == [
        set(configuration.PERSON_SCOPES),
        set(configuration.SERVER_SCOPES),
        set(configuration.CAMPUS_CLIENT_SCOPES),
    ]
