"""Cases as Twee 3 and back: nothing is lost, and no file from elsewhere does harm."""

import contextlib
import re

import pytest
from cases import cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from travesia.cli import case as command
from travesia.scenarios import check, load_case, parse_case
from travesia.scenarios.twee import KEPT, TweeError, from_twee, to_twee

every_case = settings(
    deadline=None, database=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow]
)
FROM_TWINE = """\
:: StoryTitle
The night bus

:: StoryData
{"ifid": "D674C58C-DEFA-4F70-B7A2-27742230C0FC", "format": "SugarCube", "start": "At the stop"}

:: UserScript [script]
alert(1)

:: At the stop {"position":"600,400"}
It rains. <<set $wet to true>>A bus comes.

[[Get on->The bus]]
[[The bench<-Stay]] [[Call somebody|Phone]] [[Walk]]

:: The bus
It is warm in here.

:: The bench
You wait. [[Get on after all->The bus][$late to true]]

:: Phone
(set: $called to true)Nobody answers.
[[Get on->The bus]]
"""


def same(case, other):
    return other.data() == case.data()


def test_a_case_comes_back_as_it_was(small):
    assert same(small, parse_case(from_twee(to_twee(small).encode(), "s.twee").yaml, "s"))


@every_case
@given(cases())
def test_every_case_comes_back_as_it_was(case):
    assert same(case, parse_case(from_twee(to_twee(case).encode(), "s.twee").yaml, "s"))


@every_case
@given(cases())
def test_without_what_twine_does_not_know_the_nodes_and_the_choices_remain(case):
    text = to_twee(case).split(f":: {KEPT}")[0]
    back = parse_case(from_twee(text.encode(), "s.twee").yaml, "s")
    assert back.start == case.start
    assert set(back.nodes) == set(case.nodes)
    for name, node in case.nodes.items():
        found = [(choice.text, choice.next) for choice in back.nodes[name].choices]
        assert found == [(choice.text, choice.next) for choice in node.choices]
        assert (back.nodes[name].ending is None) == (node.ending is None)


def test_what_was_changed_in_twine_wins_and_the_rest_of_the_choice_stays(small):
    text = to_twee(small).replace("Greet both and sit down.", "Sit down with them.")
    text = text.replace("Both sit in a quiet room.", "Both sit in a small room.")
    back = parse_case(from_twee(text.encode(), "s.twee").yaml, "s")
    greet = back.nodes["platform"].choices[2]
    assert (greet.id, greet.text, greet.acceptable) == ("greet", "Sit down with them.", True)
    assert back.nodes["room"].text == "Both sit in a small room."
    assert back.nodes["seen"] == small.nodes["seen"]


def test_a_story_from_twine_becomes_a_skeleton_with_notes():
    made = from_twee(FROM_TWINE.encode(), "bus.twee")
    case = parse_case(made.yaml, "bus")
    assert (case.id, case.start) == ("the-night-bus", "at-the-stop")
    stop = case.nodes["at-the-stop"]
    assert stop.text == "It rains. A bus comes."
    assert [(choice.text, choice.next) for choice in stop.choices] == [
        ("Get on", "the-bus"),
        ("Stay", "the-bench"),
        ("Call somebody", "phone"),
        ("Walk", "walk"),
    ]
    assert case.nodes["the-bench"].choices[0].text == "Get on after all"
    assert case.nodes["the-bus"].ending.text == "It is warm in here."
    notes = " ".join(made.notes)
    for said in (
        "leads to walk, which has no passage",
        "“At the stop” had code",
        "“UserScript [script]” was left out",
        "no roles",
    ):
        assert said in notes
    assert any("has no `person`" in str(problem) for problem in check(case))


FROM_HARLOWE = """\
:: StoryTitle
La fila


:: StoryData
{
  "ifid": "9F187C0A-AE64-465A-8B13-B30BCE7FE8A3",
  "format": "Harlowe",
  "format-version": "3.3.9",
  "start": "Patio",
  "tag-colors": {"tarde": "red"},
  "zoom": 1
}


:: StoryCaption
A las $hora.


:: estilo [stylesheet]
body { color: red }


:: Patio [tarde] {"position":"600,400","size":"100,100"}
(set: $hora to (random: 6, 9))Una mujer espera. (if: $hora > 7)[Nadie la ha llamado (desde ayer).]

* [[Preguntarle qué necesita->Banca]]
* (link-goto: "Llamar", "Oficina")
* (link: "Irte")[(go-to: "Banca")]


:: Banca {"position":"600,550","size":"100,100"}
Se sienta. Habla (en voz baja: casi nada).


:: Oficina {"position":"750,550","size":"100,100"}
Contestan.
"""


def test_what_a_case_cannot_carry_is_said_and_stays_as_a_comment():
    made = from_twee(FROM_HARLOWE.encode(), "fila.twee")
    patio = parse_case(made.yaml, "fila").nodes["patio"]
    assert "Una mujer espera. Nadie la ha llamado (desde ayer)." in patio.text
    assert "set:" not in patio.text
    assert [(choice.text, choice.next) for choice in patio.choices] == [
        ("Preguntarle qué necesita", "banca"),
        ("Llamar", "oficina"),
    ]
    comments = [line for line in made.yaml.splitlines() if line.startswith("#")]
    for kept in (
        '(link: "Irte")[(go-to: "Banca")]',
        "(set: $hora to (random: 6, 9))",
        "A las $hora.",
        "body { color: red }",
        "Patio [tarde]",
    ):
        assert any(kept in line for line in comments), kept
    notes = " ".join(made.notes)
    assert "“Patio” had code" in notes
    assert "“StoryCaption” was left out" in notes
    assert "“Banca” had code" not in notes


def test_twine_finds_the_start_on_top_and_no_passage_upon_another(small):
    places = re.findall(r'"position": "(\d+),(\d+)"', to_twee(small))
    assert len(set(places)) == len(small.nodes)
    assert min(places, key=lambda place: int(place[1])) == places[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it has no passage: a Twee 3 file begins each one with `::`."),
        (b"\xff\xfe::", "it is not UTF-8 text: save it as UTF-8."),
        (b":: A\nx\n\n:: A\ny\n", "two passages are called “A”: rename one."),
        (b":: StoryTitle\nx\n", "no passage with a story"),
        (b":: A\n" + b"x" * 9000, "is longer than 8000 characters: split it."),
    ],
)
def test_a_file_that_is_no_story_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(TweeError) as caught:
        from_twee(content, "s.twee")
    assert str(caught.value).startswith("s.twee: ")
    assert sentence in str(caught.value)


HEADS = (":: A", ":: B [script]", "::", ":: \\[x\\] [t] {}", ":: StoryData", f":: {KEPT}")
LINKS = ("[[A]]", "[[x->A]]", "[[A<-y]]", "[[a|B]]", "[[", "]]", "[[x][y]]")
lines = st.sampled_from([*HEADS, *LINKS, "<<if>>", "\\::", '{"start": 3}', "{}"])


@settings(deadline=None, database=None, max_examples=150)
@given(st.lists(lines | st.text(max_size=20), max_size=15).map("\n".join))
def test_any_text_becomes_a_case_or_is_refused_and_nothing_else_happens(text):
    try:
        made = from_twee(text.encode("utf-8", "replace"), "s.twee")
    except TweeError:
        return
    assert parse_case(made.yaml, "s").nodes


@settings(deadline=None, database=None, max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_become_a_case_or_are_refused(content):
    with contextlib.suppress(TweeError):
        from_twee(content, "s.twee")


def test_the_commands_write_a_case_its_picture_and_its_twee_and_read_it_back(tmp_path, runner):
    file = tmp_path / "the-queue.case.yaml"
    assert runner.invoke(command, ["new", str(file), "--title", "The queue"]).exit_code == 0
    assert check(load_case(file)) == []
    assert (tmp_path / "case.schema.json").is_file()
    for name in ("graph", "export --twee"):
        done = runner.invoke(command, [*name.split(), str(file)])
        assert done.exit_code == 0, done.output
    assert (tmp_path / "the-queue.svg").read_text().startswith("<svg ")
    again = tmp_path / "again.case.yaml"
    done = runner.invoke(
        command, ["import", str(tmp_path / "the-queue.twee"), "--output", str(again)]
    )
    assert done.exit_code == 0, done.output
    assert same(load_case(file), load_case(again))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["new", "The Queue!.case.yaml"], "is not an id"),
        (["graph", "gone.case.yaml"], "there is no such file"),
        (["export", "--twee", "gone.case.yaml"], "there is no such file"),
        (["import", "gone.twee"], "no such file or directory; check the name"),
    ],
)
def test_a_command_that_cannot_do_it_says_so_in_a_sentence(arguments, sentence, runner):
    done = runner.invoke(command, arguments)
    assert done.exit_code == 1
    assert sentence in done.output
    assert "Traceback" not in done.output
