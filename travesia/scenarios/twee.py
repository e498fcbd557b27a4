"""Cases as Twee 3, the text that Twine writes and reads, and back.

A passage is a node and a link is a choice. What Twine does not know (roles, effects, feedback,
references) travels in a passage of its own, `TravesiaCase`: a passage that nobody changed comes
back as it was, and in one that was changed the text and the links of Twine win, while choices
keep what else they had. A file from elsewhere becomes a skeleton, with notes on what is missing.
"""

import copy
import json
import re
import unicodedata
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from travesia.scenarios.layout import layers
from travesia.scenarios.loading import MAX_BYTES, parse_case
from travesia.scenarios.model import MAX_NODES, Case
from travesia.scenarios.parts import MAX_CHOICES
from travesia.scenarios.problems import CaseError
from travesia.scenarios.twee_links import Link, forget_gone, linked, match
from travesia.scenarios.twine_code import as_links, has_code, plain_words, without_comments

KEPT = "TravesiaCase"
LONGEST_TEXT = 8000
_NAMESPACE = uuid.UUID("6b0c3f0e-6d0b-5d5e-9a53-74726176c3ad")
_SPECIAL = {
    "StoryTitle",
    "StoryData",
    "StoryInit",
    "StoryMenu",
    "StoryCaption",
    "StoryAuthor",
    KEPT,
}
_READ = {"StoryTitle", "StoryData", KEPT}
_SPECIAL_TAGS = {"script", "stylesheet", "twine.private"}
# What was once read is never read again (`*+`), or a line of spaces would take its square of steps.
_HEADER = re.compile(
    r"^::(?P<name>(?:\\.|[^\\\[\]{}\n])*+)"
    r"(?:\[(?P<tags>(?:\\.|[^\\\[\]\n])*+)\])?+[ \t]*+(?P<data>\{[^\n]*\})?[ \t]*$",
    re.MULTILINE,
)
_LINK = re.compile(r"\[\[(?P<inner>[^\[\]]*(?:\[[^\[\]]+\][^\[\]]*)*?)(?:\]\[[^\]]*)?\]\]")


class TweeError(ValueError):
    """A Twee file that cannot become a case; the text is a sentence for its author."""


@dataclass(frozen=True)
class Imported:
    """A case made of a Twee file: its id, its YAML, and a sentence for each thing to look at."""

    name: str
    yaml: str
    notes: tuple[str, ...]


@dataclass
class _Passage:
    name: str
    text: str
    links: list[Link] = field(default_factory=list)


def to_twee(case: Case) -> str:
    """A case as Twee 3, from which `from_twee` makes the same case again."""
    story = {
        "ifid": str(uuid.uuid5(_NAMESPACE, case.id)).upper(),
        "format": "Harlowe",
        "format-version": "3.3.9",
        "start": case.start,
    }
    places = _places(case)
    parts = [
        f":: StoryTitle\n{_body(case.title)}\n",
        f":: StoryData\n{json.dumps(story, indent=1)}\n",
        *(f":: {name} {places[name]}\n{body}\n" for name, body in _bodies(case.data())),
        f":: {KEPT} [Twine.private]\n{json.dumps(case.data(), ensure_ascii=True)}\n",
    ]
    return "\n".join(parts)


def _places(case: Case) -> dict[str, str]:
    """Where Twine draws each passage: the start above, and each row of scenes below the last."""
    following = {
        name: [to for each in node.choices for to in (each.next, *each.next_by_role.values())]
        for name, node in case.nodes.items()
    }
    reached = layers(case.start, following)
    rows = [*reached, [name for name in case.nodes if not any(name in row for row in reached)]]
    return {
        name: json.dumps({"position": f"{100 + 150 * column},{100 + 150 * row}", "size": "100,100"})
        for row, names in enumerate(rows)
        for column, name in enumerate(names)
    }


def from_twee(content: bytes, file: str) -> Imported:
    """A case made of the bytes of a Twee 3 file.

    Raises:
        TweeError: the file is no Twee, or holds what no case can; a sentence with the remedy.
    """
    passages, aside = _passages(content, file)
    kept = _kept(passages.get(KEPT, ""))
    story = _story(passages.get("StoryData", ""))
    scenes = {name: text for name, text in passages.items() if name not in _SPECIAL}
    aside |= {name: text for name, text in passages.items() if name in _SPECIAL - _READ and text}
    if not scenes:
        raise TweeError(f"{file}: it has no passage with a story: export it from Twine as Twee 3.")
    if len(scenes) > MAX_NODES:
        raise TweeError(f"{file}: it has {len(scenes)} passages, {MAX_NODES} at most: split it.")
    work = _Import(file, kept, scenes)
    for name, body in aside.items():
        work.leave(name, body, "was left out")
    title = passages.get("StoryTitle", "").strip()[:200] or "A story"
    data = work.case(_unescaped(title), str(story.get("start", "")))
    dumped = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
    text = "".join(work.comments) + dumped
    if len(text.encode()) > MAX_BYTES:
        raise TweeError(f"{file}: it is larger than {MAX_BYTES // 1024} KB: split the story.")
    try:
        case = parse_case(text, file)
    except CaseError as error:
        raise TweeError(str(error)) from error
    return Imported(case.id, text, tuple(work.notes))


def _bodies(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each node of a case's data as the body of its passage."""
    for name, node in data["nodes"].items():
        ending = node.get("ending")
        text = ending["text"] if ending else node.get("text", "")
        links = [
            f"- [[{linked(each['text'])}->{each['next']}]]" for each in node.get("choices", ())
        ]
        yield name, "\n".join([_body(text), *(["", *links] if links else [])]) + "\n"


def _body(text: str) -> str:
    """A text in which no line is read as a passage's head and nothing as a link."""
    return re.sub(r"^::", r"\\::", text.replace("[[", "[ ["), flags=re.MULTILINE)


def _unescaped(text: str) -> str:
    return re.sub(r"^\\::", "::", text, flags=re.MULTILINE)


def _passages(content: bytes, file: str) -> tuple[dict[str, str], dict[str, str]]:
    """The passages of a story, and beside them what is no scene: scripts, styles, tags, notes."""
    if len(content) > MAX_BYTES:
        raise TweeError(f"{file}: it is larger than {MAX_BYTES // 1024} KB: split the story.")
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise TweeError(f"{file}: it is not UTF-8 text: save it as UTF-8.") from None
    heads = list(_HEADER.finditer(text))
    if not heads:
        raise TweeError(
            f"{file}: it has no passage: a Twee 3 file begins each one with `::`. "
            "In Twine, choose Build, then Export As Twee."
        )
    found: dict[str, str] = {}
    aside: dict[str, str] = {}
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        name = re.sub(r"\\(.)", r"\1", head["name"]).strip()
        tags = [re.sub(r"\\(.)", r"\1", tag) for tag in (head["tags"] or "").split()]
        body = text[head.end() + 1 : following.start() if following else len(text)].strip("\n")
        if name != KEPT and _SPECIAL_TAGS.intersection(tag.lower() for tag in tags):
            aside[f"{name} [{' '.join(tags)}]"] = body
            continue
        if name in found:
            raise TweeError(f"{file}: two passages are called “{name[:60]}”: rename one.")
        found[name] = body
        if tags and name not in _SPECIAL:
            aside[f"{name} [{' '.join(tags)}]"] = ""
    return found, aside


def _story(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _kept(text: str) -> dict[str, Any]:
    """What the file keeps of a case beyond Twine; nothing where somebody spoiled it."""
    try:
        case = Case.model_validate(json.loads(text))
    except (ValueError, RecursionError):
        return {}
    return case.data()


class _Import:
    def __init__(self, file: str, kept: Mapping[str, Any], scenes: Mapping[str, str]) -> None:
        self._file = file
        self._kept = kept
        self._scenes = scenes
        self._bodies = dict(_bodies(kept)) if kept else {}
        self._names = dict(_slugs(scenes, self._bodies))
        self._ids: set[str] = {
            choice["id"]
            for node in kept.get("nodes", {}).values()
            for choice in node.get("choices", ())
        }
        self.notes: list[str] = []
        self.comments: list[str] = []

    def leave(self, name: str, body: str, how: str) -> None:
        """Says what of a passage a case cannot carry, and keeps it as a comment."""
        shown = " ".join(name.split())[:60]
        if not body:
            self.notes.append(f"{self._file}: the tags of “{shown}” were left out.")
            self.comments.append(f"# Twine's passage “{_printable(name)}” had these tags.\n")
            return
        self.notes.append(
            f"{self._file}: the passage “{shown}” {how}; its text stays as a comment in the case."
        )
        lines = "".join(f"#   {_printable(line)}\n" for line in body.splitlines())
        self.comments.append(f"# Twine's passage “{_printable(name)}”, as it was:\n{lines}")

    def case(self, title: str, start: str) -> dict[str, Any]:
        """The data of the case."""
        nodes = {self._names[name]: self._node(name, text) for name, text in self._scenes.items()}
        targets = {
            choice["next"]: None for node in nodes.values() for choice in node.get("choices", ())
        }
        for missing in [name for name in targets if name not in nodes]:
            self.notes.append(f"{self._file}: a link leads to {missing}, which has no passage yet.")
            nodes[missing] = _ending(missing, "Write this ending.")
        # A copy: parts of the nodes are those of the case that the file keeps.
        nodes = copy.deepcopy(nodes)
        self.notes += [f"{self._file}: {said}" for said in forget_gone(nodes)]
        first = self._names.get(start) or self._names.get("Start") or next(iter(nodes))
        if self._kept:
            head = {name: each for name, each in self._kept.items() if name != "nodes"}
            # The title may have been cut or changed by Twine's own rules: the kept one stands
            # unless somebody gave another.
            changed = title if title != _unescaped(_body(head["title"]))[:200] else head["title"]
            return {**head, "title": changed, "start": first, "nodes": nodes}
        self.notes.append(
            f"{self._file}: Twine knows no roles, feedback or effects: write them in the case."
        )
        return {
            "id": _slug(title) or "story",
            "version": "1",
            "title": title,
            "roles": {"official": {"title": "Public official", "briefing": "You are on shift."}},
            "start": first,
            "nodes": nodes,
        }

    def _node(self, name: str, body: str) -> dict[str, Any]:
        slug = self._names[name]
        old = dict(self._kept["nodes"].get(slug, {})) if self._kept else {}
        if old and self._bodies.get(slug, "").strip("\n") == body:
            return old
        passage = self._read(name, body)
        if len(passage.text) > LONGEST_TEXT:
            raise TweeError(
                f"{self._file}: the passage “{name[:60]}” is longer than {LONGEST_TEXT} "
                "characters: split it."
            )
        if has_code(body):
            self.leave(name, body, "had code, which was left out: write conditions as `when:`")
        if not passage.links:
            ending = {**old.get("ending", _ending(name, "")["ending"])}
            ending["text"] = passage.text or "Write this ending."
            return {
                **{k: v for k, v in old.items() if k not in {"choices", "text"}},
                "ending": ending,
            }
        if len(passage.links) > MAX_CHOICES:
            self.notes.append(
                f"{self._file}: the passage “{name[:60]}” has {len(passage.links)} links; "
                f"the first {MAX_CHOICES} were taken."
            )
        rest = {k: v for k, v in old.items() if k != "ending"}
        choices = self._choices(name, passage.links, old.get("choices", []))[:MAX_CHOICES]
        return {**rest, "text": passage.text or "Write this scene.", "choices": choices}

    def _choices(
        self, name: str, links: Sequence[Link], old: Sequence[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        matched = match(links, old)
        shown = name[:60]
        made: list[dict[str, Any]] = []
        for number, ((text, to), known) in enumerate(zip(links, matched.choices, strict=True)):
            if known is None:
                new = self._new_id(f"{self._names[name][:52].rstrip('-')}-{number + 1}")
                made.append({"id": new, "text": text or "Go on", "next": to})
            elif number in matched.guessed:
                made.append({**known, "text": text or "Go on", "next": to})
                self.notes.append(
                    f"{self._file}: in “{shown}” the link “{text[:60]}” was taken for the choice "
                    f"`{known['id']}`, reworded: if it is another decision, give it an id, "
                    "effects and feedback of its own."
                )
            else:
                made.append({**known, "next": to})
        if matched.left and None in matched.choices:
            gone = ", ".join(f"`{each['id']}`" for each in matched.left)
            self.notes.append(
                f"{self._file}: in “{shown}” no link is surely {gone} any more: if a new one is "
                "meant to be, copy its id, effects and feedback from the case."
            )
        return made

    def _new_id(self, wanted: str) -> str:
        """An id that no choice has or had: answers were saved by those."""
        given = wanted
        for number in range(2, 10_000):
            if given not in self._ids:
                break
            given = f"{wanted[:56].rstrip('-')}-{number}"
        self._ids.add(given)
        return given

    def _read(self, name: str, body: str) -> _Passage:
        passage = _Passage(name, "")
        plain = as_links(without_comments(body))

        def link(found: re.Match[str]) -> str:
            text, to = _parted(found["inner"])
            slug = self._names.get(to) or _slug(to)
            if slug:
                passage.links.append((" ".join(text.split())[:LONGEST_TEXT], slug))
            return ""

        without = re.sub(r"^[ \t]*[-*][ \t]*$\n?", "", _LINK.sub(link, plain), flags=re.MULTILINE)
        passage.text = _unescaped(plain_words(without)).strip()
        return passage


def _printable(text: str) -> str:
    """A line as it may stand in a comment: what YAML would read as its end is a space."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _parted(inner: str) -> tuple[str, str]:
    """The text and the target of a link, in any of Twine's spellings."""
    if "->" in inner:
        text, _, to = inner.rpartition("->")
    elif "<-" in inner:
        to, _, text = inner.partition("<-")
    elif "|" in inner:
        text, _, to = inner.rpartition("|")
    else:
        text = to = inner
    return text.strip(), to.strip()


def _ending(name: str, text: str) -> dict[str, Any]:
    return {
        "ending": {"kind": "mixed", "title": name.strip()[:LONGEST_TEXT] or "End", "text": text}
    }


def _slugs(scenes: Mapping[str, str], known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each passage's name with the id of its node, unique."""
    used: set[str] = {name for name in scenes if name in known}
    for number, name in enumerate(scenes, 1):
        if name in known:
            yield name, name
            continue
        wanted = slug = _slug(name) or f"passage-{number}"
        again = 2
        while slug in used:
            slug = f"{wanted[:58].rstrip('-')}-{again}"
            again += 1
        used.add(slug)
        yield name, slug


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")
