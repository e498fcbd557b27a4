"""Which choice of a case a link from Twine is, since Twine keeps no ids.

A wrong guess would give a choice's key (what it does, whether it is acceptable, its feedback) to
another decision, so that a link without a sure answer is a new choice.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Link = tuple[str, str]
"""A link's text and the id of the node to which it leads."""
_OldChoice = dict[str, Any]
_TARGET = re.compile(r"->([^\[\]]*)\]\]")


@dataclass(frozen=True)
class Matched:
    """The choice that each link was, if any; which of them are guesses, and what is left."""

    choices: tuple[_OldChoice | None, ...]
    guessed: frozenset[int]
    """The places of links that were reworded, as far as can be told."""
    left: tuple[_OldChoice, ...]
    """The choices that no link is any more."""


def linked(text: str) -> str:
    """A choice's text as it may stand in a link, on one line."""
    line = " ".join(text.split())
    return (
        line.replace("[", "(")
        .replace("]", ")")
        .replace("->", "→")
        .replace("<-", "←")
        .replace("|", "/")
    )


def renamed(scenes: Mapping[str, str], old: Mapping[str, str]) -> dict[str, str]:
    """The node that each passage with a new name was, by its words and those of its links.

    Args:
        scenes: the passages by name, as Twine has them now.
        old: the nodes by id, each as the body of the passage that was written for it.
    """

    def words(bodies: Mapping[str, str], beside: Mapping[str, str]) -> dict[str, str]:
        said = {
            name: _TARGET.sub("->]]", body).strip("\n")
            for name, body in bodies.items()
            if name not in beside
        }
        times = Counter(said.values())
        return {text: name for name, text in said.items() if text and times[text] == 1}

    gone = words(old, scenes)
    return {name: gone[text] for text, name in words(scenes, old).items() if text in gone}


def under_old_names(scenes: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """The passages as if none had been renamed, in their links too."""

    def target(found: re.Match[str]) -> str:
        to = found[1].strip()
        return f"->{names[to]}]]" if to in names else found[0]

    return {names.get(name, name): _TARGET.sub(target, body) for name, body in scenes.items()}


def match(links: Sequence[Link], old: Sequence[_OldChoice]) -> Matched:
    """The choices that a passage's links were before somebody changed it.

    By text and target, then by text alone; a link with a new text only where one choice whose own
    text is gone, and no other, led to the same node, and no other new link leads there.
    """
    open_links = dict(enumerate(links))
    left = list(old)
    found: dict[int, _OldChoice] = {}

    def take(fits: Callable[[Link, _OldChoice], bool]) -> None:
        for place, link in list(open_links.items()):
            choice = next((each for each in left if fits(link, each)), None)
            if choice is not None:
                found[place] = choice
                left.remove(choice)
                del open_links[place]

    take(lambda link, each: link == (linked(each["text"]), each["next"]))
    take(lambda link, each: link[0] == linked(each["text"]))
    sure = set(found)
    # A text that a link still has is not gone, even where two choices shared it.
    texts = {text for text, _ in links}
    reworded = [each for each in left if linked(each["text"]) not in texts]
    for place, (_, to) in open_links.items():
        choices = [each for each in reworded if each["next"] == to]
        rivals = [other for other, link in open_links.items() if link[1] == to]
        if len(choices) == 1 and rivals == [place]:
            found[place] = choices[0]
            left.remove(choices[0])
    choices_of = tuple(found.get(place) for place in range(len(links)))
    return Matched(choices_of, frozenset(found.keys() - sure), tuple(left))


def forget_gone(nodes: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    """A sentence for each condition on a choice that is gone, which is taken out of it.

    The nodes are changed: with such a condition no case could be made of them.
    """
    ids = {choice["id"] for node in nodes.values() for choice in node.get("choices", ())}
    for name, node in nodes.items():
        for part in (*node.get("choices", ()), *node.get("passages", ())):
            when = part.get("when") or {}
            gone = sorted({each for earlier in when.values() for each in earlier} - ids)
            if gone:
                part["when"] = {
                    field: [each for each in earlier if each in ids]
                    for field, earlier in when.items()
                }
                what = f"choice `{part['id']}`" if "id" in part else "passage"
                names = ", ".join(f"`{each}`" for each in gone)
                yield (
                    f"in “{name}” the {what} depended on {names}, which is gone: "
                    "correct its `when:`."
                )
