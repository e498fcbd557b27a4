"""Cases as Twee 3, the text that Twine writes and reads.

A passage is a node and a link is a choice. What Twine does not know (roles, effects, feedback,
references) travels in a passage of its own, `TravesiaCase`.
"""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from travesia.scenarios.layout import layers
from travesia.scenarios.loading import MAX_BYTES
from travesia.scenarios.model import Case
from travesia.scenarios.twee_links import linked

KEPT = "TravesiaCase"
_NAMESPACE = uuid.UUID("6b0c3f0e-6d0b-5d5e-9a53-74726176c3ad")
SPECIAL = {
    "StoryTitle",
    "StoryData",
    "StoryInit",
    "StoryMenu",
    "StoryCaption",
    "StoryAuthor",
    KEPT,
}
READ = {"StoryTitle", "StoryData", KEPT}
_SPECIAL_TAGS = {"script", "stylesheet", "twine.private"}
# What was once read is never read again (`*+`), or a line of spaces would take its square of steps.
_HEADER = re.compile(
    r"^::(?P<name>(?:\\.|<(?![-0-9.,]*>[ \t]*$)|[^\\\[\]{}<\n])*+)"
    r"(?:\[(?P<tags>(?:\\.|[^\\\[\]\n])*+)\])?+[ \t]*+(?P<data>\{[^\n]*\}|<[-0-9.,]*>)?[ \t]*$",
    re.MULTILINE,
)


class TweeError(ValueError):
    """A Twee file that cannot become a case; the text is a sentence for its author."""


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
        f":: StoryTitle\n{body_of(case.title)}\n",
        f":: StoryData\n{json.dumps(story, indent=1)}\n",
        *(f":: {name} {places[name]}\n{body}\n" for name, body in bodies(case.data())),
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


def bodies(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each node of a case's data as the body of its passage."""
    for name, node in data["nodes"].items():
        ending = node.get("ending")
        text = ending["text"] if ending else node.get("text", "")
        links = [
            f"- [[{linked(each['text'])}->{each['next']}]]" for each in node.get("choices", ())
        ]
        yield name, "\n".join([body_of(text), *(["", *links] if links else [])]) + "\n"


def body_of(text: str) -> str:
    """A text in which no line is read as a passage's head and nothing as a link."""
    return re.sub(r"^::", r"\\::", text.replace("[[", "[ ["), flags=re.MULTILINE)


def unescaped(text: str) -> str:
    """A body's text as its author wrote it: what `body_of` put before a line's colons is gone."""
    return re.sub(r"^\\::", "::", text, flags=re.MULTILINE)


def passages_of(content: bytes, file: str) -> tuple[dict[str, str], dict[str, str]]:
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
    before = text[: heads[0].start()].strip()
    aside = {"(what stands before the first)": before} if before else {}
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
        if tags and name not in SPECIAL:
            aside[f"{name} [{' '.join(tags)}]"] = ""
    return found, aside


def story_of(text: str) -> dict[str, Any]:
    """What `StoryData` says of the story; nothing where it is damaged."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def kept_in(text: str) -> dict[str, Any]:
    """What the file keeps of a case beyond Twine; nothing where somebody spoiled it."""
    try:
        case = Case.model_validate(json.loads(text))
    except (ValueError, RecursionError):
        return {}
    return case.data()
