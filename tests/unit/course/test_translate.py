"""Catalogues are filled from the source, keep what is translated, and are checked line by line."""

from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from click.testing import CliRunner

from travesia.course.commands import translate
from travesia.course.document import ContentError
from travesia.course.translate import build, check_languages, extract, status

CHECKOUT = Path(__file__).parents[3]
MODULE = '_ = str\nprint(_("Hand in"))\nprint(_("Handed in at {time}."))\n'
TEMPLATE = (
    "<h1>{{ _('Your lessons') }}</h1>"
    "{% trans count=n %}One mark{% pluralize %}{{ count }} marks{% endtrans %}"
)


@pytest.fixture
def checkout(tmp_path: Path, content: Path) -> Path:
    """A checkout with a module, a template, a lesson's questions, and nothing translated."""
    assert content.parent == tmp_path
    (content / "locale" / "es.po").unlink()
    (tmp_path / "travesia").mkdir()
    (tmp_path / "travesia" / "page.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "travesia" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    extract(tmp_path, ["es"])
    return tmp_path


@pytest.fixture
def translated(checkout: Path) -> Path:
    """The same checkout with everything translated."""
    for path in checkout.glob("*/locale/es.po"):
        catalogue = polib.pofile(str(path))
        for entry in catalogue:
            if entry.msgid_plural:
                entry.msgstr_plural = {0: "Una nota", 1: "%(count)s notas"}
            else:
                entry.msgstr = f"ES {entry.msgid}"
        catalogue.save()
    return checkout


@pytest.fixture
def edit(translated: Path) -> Callable[[str, Callable[[polib.POEntry], None]], None]:
    """Changes the entry of a text in the interface's catalogue."""

    def change(text: str, how: Callable[[polib.POEntry], None]) -> None:
        path = translated / "travesia" / "locale" / "es.po"
        catalogue = polib.pofile(str(path))
        entry = catalogue.find(text)
        assert entry is not None
        how(entry)
        catalogue.save()

    return change


def interface(root: Path) -> polib.POFile:
    return polib.pofile(str(root / "travesia" / "locale" / "es.po"))


def test_strings_of_modules_templates_and_content_are_extracted(checkout: Path) -> None:
    assert {entry.msgid for entry in interface(checkout)} == {
        "Hand in", "Handed in at {time}.", "Your lessons", "One mark",
    }  # fmt: skip
    content = polib.pofile(str(checkout / "notebooks" / "locale" / "es.po"))
    assert content.find("Who decides?").msgctxt == "question:who-decides/prompt"


def test_extracting_again_changes_nothing(translated: Path) -> None:
    extract(translated, ["es"])
    assert extract(translated, ["es"]) == []


def test_a_complete_catalogue_has_no_problems(translated: Path) -> None:
    assert status(translated, ["es"]) == []


def test_an_untranslated_string_is_a_problem_with_its_line(checkout: Path) -> None:
    problems = status(checkout, ["es"])
    assert any("“Hand in” is not translated: translate it." in each for each in problems)
    assert all("es.po, line " in each for each in problems)


def test_a_translation_survives_extraction(translated: Path) -> None:
    page = translated / "travesia" / "page.py"
    page.write_text(MODULE + 'print(_("New"))\n', encoding="utf-8")
    extract(translated, ["es"])
    assert interface(translated).find("Hand in").msgstr == "ES Hand in"
    assert interface(translated).find("New").msgstr == ""


def test_a_changed_text_of_content_keeps_its_translation_as_a_proposal(translated: Path) -> None:
    path = translated / "notebooks" / "children" / "questions.yaml"
    text = path.read_text(encoding="utf-8").replace("Who decides?", "Which office decides?")
    path.write_text(text, encoding="utf-8")
    extract(translated, ["es"])
    entry = polib.pofile(str(translated / "notebooks" / "locale" / "es.po")).find(
        "Which office decides?"
    )
    assert (entry.msgstr, entry.flags) == ("ES Who decides?", ["fuzzy"])
    assert entry.previous_msgid == "Who decides?"
    assert any("changed in the source" in each for each in status(translated, ["es"]))


def test_a_changed_text_of_the_interface_is_proposed_too(translated: Path) -> None:
    page = translated / "travesia" / "page.py"
    page.write_text(MODULE.replace("Handed in at", "Handed in on"), encoding="utf-8")
    extract(translated, ["es"])
    assert interface(translated).find("Handed in on {time}.").flags == ["fuzzy"]


def test_a_text_that_is_gone_is_kept_as_obsolete_and_comes_back(translated: Path) -> None:
    page = translated / "travesia" / "page.py"
    page.write_text("", encoding="utf-8")
    extract(translated, ["es"])
    assert {each.msgid for each in interface(translated).obsolete_entries()} == {
        "Hand in", "Handed in at {time}.",
    }  # fmt: skip
    assert status(translated, ["es"]) == []
    page.write_text(MODULE, encoding="utf-8")
    extract(translated, ["es"])
    assert interface(translated).find("Hand in").msgstr == "ES Hand in"
    assert status(translated, ["es"]) == []


def test_a_string_that_was_not_extracted_is_a_problem(translated: Path) -> None:
    (translated / "travesia" / "more.py").write_text('print(_("More"))', encoding="utf-8")
    assert ["“More” is not in it" in each for each in status(translated, ["es"])] == [True]


def test_a_string_that_is_no_longer_in_the_source_is_a_problem(translated: Path) -> None:
    (translated / "travesia" / "page.html").write_text("", encoding="utf-8")
    assert any("no longer in the source" in each for each in status(translated, ["es"]))


def test_a_lost_placeholder_is_a_problem(
    translated: Path, edit: Callable[[str, Callable[[polib.POEntry], None]], None]
) -> None:
    edit("Handed in at {time}.", lambda entry: setattr(entry, "msgstr", "Entregado a las {hora}."))
    (problem,) = status(translated, ["es"])
    assert "has the placeholders hora where the source has time" in problem


def test_a_source_identical_translation_is_a_problem_unless_it_is_listed(
    translated: Path, edit: Callable[[str, Callable[[polib.POEntry], None]], None]
) -> None:
    edit("Hand in", lambda entry: setattr(entry, "msgstr", "Hand in"))
    (problem,) = status(translated, ["es"])
    assert "the same as in the source" in problem
    listed = translated / "travesia" / "locale" / "same.txt"
    listed.write_text("# Names\nHand in\n", encoding="utf-8")
    assert status(translated, ["es"]) == []


def test_a_listed_text_that_is_not_the_same_any_more_is_a_problem(translated: Path) -> None:
    (translated / "travesia" / "locale" / "same.txt").write_text("Gone\n", encoding="utf-8")
    (problem,) = status(translated, ["es"])
    assert "take the line out" in problem


def test_another_language_needs_a_catalogue_and_nothing_else(translated: Path) -> None:
    assert any("fr.po is missing" in each for each in status(translated, ["fr"]))
    extract(translated, ["fr"])
    assert (translated / "notebooks" / "locale" / "fr.po").is_file()


def test_catalogues_are_compiled(translated: Path) -> None:
    assert {path.name for path in build(translated)} == {"es.mo"}


def test_a_damaged_catalogue_is_one_sentence(translated: Path) -> None:
    (translated / "travesia" / "locale" / "es.po").write_text('msgid "a\nb', encoding="utf-8")
    with pytest.raises(ContentError, match=r"es\.po is not a catalogue"):
        status(translated, ["es"])


def test_a_code_that_names_no_language_is_refused() -> None:
    with pytest.raises(ContentError, match="names no language"):
        check_languages(["../x"])


def test_the_command_says_each_problem_and_fails(checkout: Path) -> None:
    result = CliRunner().invoke(translate, ["status", "--root", str(checkout), "--language", "es"])
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == len(status(checkout, ["es"]))


def test_the_real_catalogues_are_complete() -> None:
    result = CliRunner().invoke(translate, ["status", "--root", str(CHECKOUT)])
    assert result.output == "Every string is translated into es.\n"
    assert result.exit_code == 0
