"""A case made of what Twine writes.

A passage that nobody changed comes back as it was, and in one that was changed the text and the
links of Twine win, while choices keep what else they had. A file from elsewhere becomes a skeleton,
with notes on what is missing.
"""

import copy
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from travesia.scenarios.loading import MAX_BYTES, parse_case
from travesia.scenarios.model import MAX_NODES
from travesia.scenarios.parts import MAX_CHOICES
from travesia.scenarios.problems import CaseError
from travesia.scenarios.twee import (
    KEPT,
    READ,
    SPECIAL,
    TweeError,
    bodies,
    body_of,
    kept_in,
    passages_of,
    story_of,
    unescaped,
)
from travesia.scenarios.twee_links import Link, forget_gone, match, renamed, under_old_names
from travesia.scenarios.twine_code import as_links, has_code, plain_words, without_comments

LONGEST_TEXT = 8000
# In Harlowe a link often stands alone in brackets of its own: `(if: $late)[[[Go->Home]]]`.
_LINK = re.compile(r"\[\[(?!\[)(?P<inner>[^\[\]]*(?:\[[^\[\]]+\][^\[\]]*)*?)(?:\]\[[^\]]*)?\]\]")


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


def from_twee(content: bytes, file: str) -> Imported:
    """A case made of the bytes of a Twee 3 file.

    Raises:
        TweeError: the file is no Twee, or holds what no case can; a sentence with the remedy.
    """
    passages, aside = passages_of(content, file)
    kept = kept_in(passages.get(KEPT, ""))
    story = story_of(passages.get("StoryData", ""))
    scenes = {name: text for name, text in passages.items() if name not in SPECIAL}
    aside |= {name: text for name, text in passages.items() if name in SPECIAL - READ and text}
    if not scenes:
        raise TweeError(f"{file}: it has no passage with a story: export it from Twine as Twee 3.")
    if len(scenes) > MAX_NODES:
        raise TweeError(f"{file}: it has {len(scenes)} passages, {MAX_NODES} at most: split it.")
    names = renamed(scenes, dict(bodies(kept))) if kept else {}
    work = _Import(file, kept, under_old_names(scenes, names))
    for name, node in names.items():
        work.notes.append(
            f"{file}: “{name[:60]}” is the node `{node}`, renamed in Twine: it keeps its id."
        )
    if KEPT in passages and not kept:
        work.notes.append(
            f"{file}: the passage “{KEPT}” cannot be read, so that the roles, feedback and effects "
            "that it kept are lost: put it back as it was exported, and import again."
        )
    for name, body in aside.items():
        work.leave(name, body, "was left out")
    title = passages.get("StoryTitle", "").strip()[:200] or "A story"
    start = str(story.get("start", ""))
    data = work.case(unescaped(title), names.get(start, start))
    dumped = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100)
    text = "".join(work.comments) + dumped
    if len(text.encode()) > MAX_BYTES:
        raise TweeError(f"{file}: it is larger than {MAX_BYTES // 1024} KB: split the story.")
    try:
        case = parse_case(text, file)
    except CaseError as error:
        raise TweeError(str(error)) from error
    return Imported(case.id, text, tuple(work.notes))


class _Import:
    def __init__(self, file: str, kept: Mapping[str, Any], scenes: Mapping[str, str]) -> None:
        self._file = file
        self._kept = kept
        self._scenes = scenes
        self._bodies = dict(bodies(kept)) if kept else {}
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
            changed = title if title != unescaped(body_of(head["title"]))[:200] else head["title"]
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

        without = re.sub(r"^[ \t]*[-*>][ \t]*$\n?", "", _LINK.sub(link, plain), flags=re.MULTILINE)
        passage.text = unescaped(plain_words(without)).strip()
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
