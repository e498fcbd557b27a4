"""The texts of a case for a catalogue, and a case in another language.

A context is a stable id such as `case:the-uncle/node:platform/text`; a role's variant ends in
`@role`. Ids, references and file names never change with the language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from travesia.scenarios.parts import Feedback, LearnerChoice, LearnerEnding, LearnerNode, Part

if TYPE_CHECKING:
    from travesia.scenarios.model import Playable

    AnyCase = TypeVar("AnyCase", bound=Playable)

TranslateIn = Callable[[str, str], str]
_Part = TypeVar("_Part", bound=Part)


def iter_strings(case: Playable) -> Iterator[tuple[str, str]]:
    """Every text of a case with its context, in the order of the case."""
    found: list[tuple[str, str]] = []

    def record(context: str, text: str) -> str:
        found.append((context, text))
        return text

    localised(case, record)
    return iter(found)


def localised(case: AnyCase, translate: TranslateIn) -> AnyCase:
    """A copy of a case whose every text went through `translate(context, text)`."""
    base = f"case:{case.id}"
    texts = _texts(case, base, translate, "title", "summary", "grounding")
    roles = {
        name: _with_texts(role, f"{base}/role:{name}", translate, "title", "briefing")
        for name, role in case.roles.items()
    }
    nodes = {}
    for name, node in case.nodes.items():
        shared = case.shared.get(name)
        if shared is None:
            nodes[name] = _node(node, base, f"{base}/node:{name}", "", translate)
        else:
            # One text, however often the group is used.
            here = f"{shared.context}/node:{shared.node}"
            nodes[name] = _node(node, shared.context, here, shared.prefix, translate)
    return case.model_copy(update={**texts, "roles": roles, "nodes": nodes})


def _node(
    node: LearnerNode, base: str, here: str, prefix: str, translate: TranslateIn
) -> LearnerNode:
    changed: dict[str, object] = dict(_texts(node, here, translate, "note", "text"))
    changed["text_by_role"] = _variants(node.text_by_role, f"{here}/text", translate)
    if node.illustration is not None:
        changed["illustration"] = _with_texts(
            node.illustration, f"{here}/illustration", translate, "alt"
        )
    if node.ending is not None:
        changed["ending"] = _ending(node.ending, f"{here}/ending", translate)
    changed["passages"] = tuple(
        _with_texts(passage, f"{here}/passage:{number}", translate, "text")
        for number, passage in enumerate(node.passages, 1)
    )
    changed["timeline"] = tuple(
        _with_texts(moment, f"{here}/moment:{number}", translate, "at", "text")
        for number, moment in enumerate(node.timeline, 1)
    )
    changed["choices"] = tuple(
        _choice(choice, f"{base}/choice:{choice.id.removeprefix(prefix)}", translate)
        for choice in node.choices
    )
    return node.model_copy(update=changed)


def _ending(ending: LearnerEnding, here: str, translate: TranslateIn) -> LearnerEnding:
    texts = _texts(ending, here, translate, "title", "text")
    variants = _variants(ending.text_by_role, f"{here}/text", translate)
    return ending.model_copy(update={**texts, "text_by_role": variants})


def _choice(choice: LearnerChoice, here: str, translate: TranslateIn) -> LearnerChoice:
    changed: dict[str, object] = dict(_texts(choice, here, translate, "text"))
    changed["text_by_role"] = _variants(choice.text_by_role, f"{here}/text", translate)
    feedback: Feedback | None = getattr(choice, "feedback", None)
    if feedback is not None:
        changed["feedback"] = _feedback(feedback, f"{here}/feedback", translate)
    by_role: Mapping[str, Feedback] = getattr(choice, "feedback_by_role", {})
    if by_role:
        changed["feedback_by_role"] = {
            role: _feedback(variant, f"{here}/feedback@{role}", translate)
            for role, variant in by_role.items()
        }
    return choice.model_copy(update=changed)


def _feedback(feedback: Feedback, here: str, translate: TranslateIn) -> Feedback:
    return _with_texts(feedback, here, translate, *Feedback.model_fields)


def _with_texts(part: _Part, here: str, translate: TranslateIn, *fields: str) -> _Part:
    return part.model_copy(update=_texts(part, here, translate, *fields))


def _texts(part: Part, here: str, translate: TranslateIn, *fields: str) -> dict[str, str]:
    """The translated texts of the named fields that have one."""
    return {
        field: translate(f"{here}/{field}", text)
        for field in fields
        if (text := getattr(part, field))
    }


def _variants(texts: Mapping[str, str], context: str, translate: TranslateIn) -> dict[str, str]:
    return {role: translate(f"{context}@{role}", text) for role, text in texts.items()}
