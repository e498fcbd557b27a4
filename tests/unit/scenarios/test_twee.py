"""Cases as Twee 3 and back: nothing is lost, and no file from elsewhere does harm."""

import contextlib
import re

import pytest
from cases import cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from travesia.cli import case as command
from travesia.scenarios import check, load_case, parse_case
from travesia.scenarios.twee import KEPT, TweeError, to_twee
from travesia.scenarios.twee_import import from_twee

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


NOTIFY, SEPARATE, GREET = (
    "- [[Tell the Procuraduría.->room]]\n",
    "- [[Take the little girl away.->room]]\n",
    "- [[Greet both and sit down.->room]]\n",
)


@pytest.fixture
def edited(small):
    """The choices of the platform after its links were changed in Twine, and the notes."""

    def choices(*changes):
        text = to_twee(small)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        made = from_twee(text.encode(), "s.twee")
        return parse_case(made.yaml, "s").nodes["platform"].choices, " ".join(made.notes)

    return choices


def test_a_passage_renamed_in_twine_is_the_node_that_it_was(small):
    twee = to_twee(small)
    for node in small.nodes:
        # As Twine does it: in the head, in the story's start and in every link that leads there.
        twee = twee.replace(f":: {node} {{", f":: Escena «{node}» {{")
        twee = twee.replace(f"->{node}]]", f"->Escena «{node}»]]")
    twee = twee.replace(f'"start": "{small.start}"', f'"start": "Escena «{small.start}»"', 1)

    made = from_twee(twee.encode(), "s.twee")

    assert same(small, parse_case(made.yaml, "s"))
    assert f"“Escena «{small.start}»” is the node `{small.start}`, renamed" in " ".join(made.notes)


def test_of_two_new_passages_with_the_words_of_one_that_is_gone_neither_takes_its_place(small):
    twee = to_twee(small)
    head, body = f":: {small.start} {{", twee.split(f":: {small.start} ")[1].split("\n::")[0]
    twee = twee.replace(head, ":: One {")
    twee = twee.replace("\n:: StoryData", f"\n:: Two {body}\n:: StoryData")

    made = parse_case(from_twee(twee.encode(), "s.twee").yaml, "s")

    assert {"one", "two"} <= set(made.nodes)


def test_an_author_is_told_when_what_the_file_kept_of_the_case_cannot_be_read(small):
    made = from_twee(to_twee(small).replace('"roles"', '"rolls"').encode(), "s.twee")

    assert f"the passage “{KEPT}” cannot be read" in " ".join(made.notes)


def test_a_link_put_above_the_others_takes_the_key_of_none_of_them(small, edited):
    choices, notes = edited((NOTIFY, f"- [[Walk past them.->room]]\n{NOTIFY}"))
    assert choices[1:] == small.nodes["platform"].choices
    assert (choices[0].id, choices[0].acceptable, choices[0].feedback) == (
        "platform-1",
        False,
        None,
    )
    assert "taken for" not in notes


def test_where_one_link_is_gone_and_another_reworded_no_key_is_guessed(small, edited):
    choices, notes = edited((NOTIFY, ""), (SEPARATE, "- [[Lead her away.->room]]\n"))
    assert [choice.id for choice in choices] == ["platform-1", "greet"]
    assert choices[0].critical is None
    assert "in “platform” no link is surely `notify`, `separate` any more" in notes


def test_a_key_that_went_to_a_reworded_link_is_told(edited):
    choices, notes = edited((GREET, "- [[Sit down with them.->room]]\n"))
    assert choices[2].id == "greet"
    assert "the link “Sit down with them.” was taken for the choice `greet`, reworded" in notes


def test_a_new_link_to_another_scene_takes_no_key(edited):
    choices, _ = edited((GREET, "- [[Leave.->harmed]]\n"))
    assert (choices[2].id, choices[2].acceptable) == ("platform-3", False)


def test_a_link_that_leads_elsewhere_now_is_the_same_choice(edited):
    choices, _ = edited((GREET, "- [[Greet both and sit down.->seen]]\n"), (SEPARATE, ""))
    assert [(choice.id, choice.next) for choice in choices] == [
        ("notify", "room"),
        ("greet", "seen"),
    ]


def test_a_condition_on_a_choice_that_is_gone_is_told_and_taken_out(small):
    made = from_twee(to_twee(small).replace(NOTIFY, "").encode(), "s.twee")
    thank = parse_case(made.yaml, "s").nodes["room"].choices[2]
    assert thank.when.decisions == ()
    assert "in “room” the choice `thank` depended on `notify`, which is gone" in " ".join(
        made.notes
    )


def test_a_new_link_never_gets_the_id_of_a_choice_that_is_gone(edited):
    choices, _ = edited(('"id": "greet"', '"id": "platform-3"'), (GREET, "- [[Leave.->harmed]]\n"))
    assert choices[2].id == "platform-3-2"


def test_a_line_of_spaces_that_is_no_head_is_passed_by_at_once():
    # Read again from every place, it would take hours.
    text = f":: A\nShe waits.\n::{' ' * 100_000}]\n"
    with pytest.raises(TweeError, match="is longer than 8000 characters"):
        from_twee(text.encode(), "s.twee")


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


@pytest.mark.parametrize(
    "words",
    [
        "Asks the COMAR (COMAR: Comisión Mexicana de Ayuda a Refugiados).",
        "Waits (ojo: con su hija) in a row (source: LM 98) of ten (sin: papeles, todavía).",
        "(Nota: espera.) She reads (text: 3 pages, if: she can).",
    ],
)
def test_what_people_write_in_parentheses_is_no_code(words):
    made = from_twee(f":: A\n{words}\n".encode(), "s.twee")
    assert parse_case(made.yaml, "s").nodes["a"].ending.text == words
    assert "had code" not in " ".join(made.notes)


@pytest.mark.parametrize(
    "code",
    [
        "(if: not $late)[She",
        "(Set:$a to 1)She",
        "(text-colour: red)[She",
        "(else:)[She",
        "(after: 2s)[She",
        "(link_repeat: 'x')[She",
        "(if: visits is 2)[She",
    ],
)
def test_harlowes_code_is_left_out_in_all_its_spellings(code):
    body = f"{code} waits.{']' if '[' in code else ''}"
    made = from_twee(f":: A\n{body}\n".encode(), "s.twee")
    assert parse_case(made.yaml, "s").nodes["a"].ending.text == "She waits."
    assert "had code" in " ".join(made.notes)


@pytest.mark.parametrize(
    "body",
    [
        "Hola\n(if: $late)[[[Go->Home]]]",
        "Hola\n{(if: $late)[[[Go->Home]]]}",
        "Hola\n> [[Go->Home]]",
        "<% s.late = 1 %>Hola\n[[Go->Home]]",
    ],
)
def test_a_link_in_the_marks_of_its_format_is_that_link_and_leaves_no_sign_behind(body):
    made = from_twee(f":: Start\n{body}\n\n:: Home\nEnd\n".encode(), "s.twee")

    start = parse_case(made.yaml, "s").nodes["start"]
    assert start.text == "Hola"
    assert [(choice.text, choice.next) for choice in start.choices] == [("Go", "home")]


def test_places_as_older_programs_write_them_end_a_head_too():
    story = ":: Start [tag] <100,200>\nHola [[Go->Home]]\n:: Home <300,-1.5>\nEnd\n"

    case = parse_case(from_twee(story.encode(), "s.twee").yaml, "s")

    assert case.start == "start"
    assert case.nodes["start"].choices[0].next == "home"


def test_what_stands_before_the_first_passage_is_told_and_stays_as_a_comment():
    made = from_twee(b"Notes of ours\n\n:: Start\nEnd\n", "s.twee")

    assert "what stands before the first" in " ".join(made.notes)
    assert "#   Notes of ours" in made.yaml


def test_a_link_of_harlowe_with_one_value_leads_where_it_says():
    made = from_twee(b':: A\nx (link-goto: "B") (link-to: "Go", "B")\n\n:: B\ny\n', "s.twee")
    choices = parse_case(made.yaml, "s").nodes["a"].choices
    assert [(choice.text, choice.next) for choice in choices] == [("B", "b"), ("Go", "b")]
    assert "had code" not in " ".join(made.notes)


def test_what_a_comment_hides_is_left_out_and_many_open_ones_are_read_once():
    made = from_twee(b":: A\nShe <!-- [[x]] <!-- -->waits.<!-- on\n", "s.twee")
    assert parse_case(made.yaml, "s").nodes["a"].ending.text == "She waits.<!-- on"
    with pytest.raises(TweeError, match="is longer than"):
        from_twee(f":: A\n{'<!--' * 100_000}".encode(), "s.twee")


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


@pytest.mark.parametrize(("name", "output"), [("graph", "two.svg"), ("export --twee", "two.twee")])
def test_what_lies_beside_the_case_is_replaced_only_when_asked(name, output, tmp_path, runner):
    file, other = tmp_path / "two.case.yaml", tmp_path / output
    runner.invoke(command, ["new", str(file)])
    other.write_text("drawn by hand")
    done = runner.invoke(command, [*name.split(), str(file)])
    assert done.exit_code == 1
    assert "exists already: name another with --output, or replace it with --force." in done.output
    assert other.read_text() == "drawn by hand"
    assert runner.invoke(command, [*name.split(), str(file), "--force"]).exit_code == 0
    assert other.read_text() != "drawn by hand"


@pytest.mark.parametrize(
    "name", ["no", "yes", "y", "null", "true", "2024", "0x1f", "1e3", "a" * 64]
)
def test_a_new_case_has_the_id_that_was_asked_for(name, tmp_path, runner):
    done = runner.invoke(command, ["new", str(tmp_path / f"{name}.case.yaml")])
    assert done.exit_code == 0, done.output
    case = load_case(tmp_path / f"{name}.case.yaml")
    assert (case.id, check(case)) == (name, [])


@pytest.mark.parametrize(
    ("title", "given"),
    [
        ("2024", "2024"),
        ("no", "no"),
        ("null", "null"),
        (" ", "The queue"),
        ("a: b # 'c' $id", "a: b # 'c' $id"),
        ("Two\nlines\t\x07", "Two lines \x07"),
        ("1_000", "1_000"),
    ],
)
def test_a_new_case_has_the_title_that_was_asked_for(title, given, tmp_path, runner):
    file = tmp_path / "the-queue.case.yaml"
    assert runner.invoke(command, ["new", str(file), "--title", title]).exit_code == 0
    assert load_case(file).title == given


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["new", f"{'a' * 65}.case.yaml"], "is not an id: use small letters, digits and single"),
        (["new", "x.case.yaml", "--title", "a" * 8001], "its title is longer than 8000 characters"),
        (["new", "x.case.yaml", "--title", "a\udc80"], "its title is not UTF-8 text"),
        (["new", "The Queue!.case.yaml"], "is not an id"),
        (["graph", "gone.case.yaml"], "there is no such file"),
        (["export", "--twee", "gone.case.yaml"], "there is no such file"),
        (["import", "gone.twee"], "no such file or directory; check the name"),
    ],
)
def test_a_command_that_cannot_do_it_says_so_in_a_sentence(
    arguments, sentence, runner, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    done = runner.invoke(command, arguments)
    assert done.exit_code == 1
    assert sentence in done.output
    assert "Traceback" not in done.output
