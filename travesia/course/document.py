"""Reading a content file into its model, with errors that an author can act on."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Place = tuple[int | str, ...]

# YAML 1.1 counts 22:40 in sixties and 0113 in eights.
_OTHER_BASE = re.compile(r"[-+]?(?:0[0-9_]+|[0-9_]+(?::[0-9_.]+)+)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# The same safe reader either way; the one in C takes a tenth of the time where it is built in.
_Reader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContentError(Exception):
    """Something in a content file that its author has to put right, one sentence a problem."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ContentModel(BaseModel):
    """A model that knows each of its fields by name: a misspelt one is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)


def load(path: Path, model: type[Model]) -> Model:
    """The content of a YAML file as its model.

    Raises:
        ContentError: the file, the line, what is wrong there and how to put it right.
    """
    data, lines = _read(path)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ContentError(
            *(_sentence(path, data, lines, problem) for problem in _own(error.errors()))
        ) from error


def _read(path: Path) -> tuple[Any, dict[Place, int]]:
    lines: dict[Place, int] = {}
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ContentError(f"{path} does not exist: create it, or correct its name.") from error
    except UnicodeDecodeError as error:
        raise ContentError(f"{path} is not UTF-8 text: save it as UTF-8.") from error
    try:
        reader = _Reader(source)
        try:
            root = reader.get_single_node()
            slips = list(_mark(root, (), lines, set())) if root is not None else []
            if slips:
                raise ContentError(*(f"{path}, line {line}: {said}" for line, said in slips))
            data = reader.construct_document(root) if root is not None else None
        finally:
            reader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError(
            f"{path}, line {line}: this is not YAML ({error.problem}): "
            "check the indentation, colons and quotes there."
        ) from error
    except (yaml.YAMLError, ValueError) as error:
        raise ContentError(f"{path} is not YAML ({error}): correct what it names.") from error
    except RecursionError as error:
        raise ContentError(f"{path} is nested too deeply: correct the indentation.") from error
    except (KeyError, IndexError, AttributeError) as error:
        # PyYAML's own readers of tagged values, such as `!!bool maybe`, fail so.
        raise ContentError(
            f"{path} has a value with a tag (!!) that it does not fit: take the tag from it."
        ) from error
    return data, lines


def _mark(
    node: yaml.Node, place: Place, lines: dict[Place, int], known: set[int]
) -> Iterable[tuple[int, str]]:
    """Notes the line of each place, and gives what YAML would read as nobody means it."""
    if id(node) in known:
        # Aliases of aliases blow a small file up beyond any machine.
        line = lines.get(place) or lines[place[:-1]]
        yield line, "it uses a YAML alias (*name): write the value out."
        return
    known.add(id(node))
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                yield key.start_mark.line + 1, f"{name} is written twice: keep one of the two."
            seen.add(name)
            lines[*place, name] = key.start_mark.line + 1
            yield from _mark(value, (*place, name), lines, known)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _mark(value, (*place, index), lines, known)
    elif isinstance(node, yaml.ScalarNode) and (said := _misread(node)):
        yield node.start_mark.line + 1, said


def _misread(node: yaml.ScalarNode) -> str:
    """What is wrong with a plain value that YAML takes for another one; empty if it does not."""
    written = str(node.value)
    if node.tag.endswith((":int", ":float")) and _OTHER_BASE.fullmatch(written):
        return (
            f"YAML reads {written} as another number: write it without a colon and without a zero "
            "in front, or in quotes if it is text."
        )
    if node.tag.endswith(":timestamp") and _DAY.fullmatch(written):
        try:
            date.fromisoformat(written)
        except ValueError:
            return f"{written} is no day of the calendar: correct it."
    return ""


def _own(problems: list[Any]) -> list[Any]:
    """The problems without those that only follow from another: a list short of a bad part."""
    places = [problem["loc"] for problem in problems]
    return [
        problem
        for problem, place in zip(problems, places, strict=True)
        if problem["type"] != "too_short"
        or not any(len(each) > len(place) and each[: len(place)] == place for each in places)
    ]


def _sentence(path: Path, data: Any, lines: dict[Place, int], problem: Any) -> str:
    place = _place(data, problem["loc"])
    line = place
    while line and line not in lines:
        line = line[:-1]
    return f"{path}, line {lines.get(line, 1)}: {_complaint(problem, _name(place), data, place)}"


def _place(data: Any, location: Place) -> Place:
    """Where in the file an error lies: without the tags that pydantic adds for kinds."""
    place: list[int | str] = []
    here = data
    for index, part in enumerate(location):
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            if index < len(location) - 1 or (isinstance(here, dict) and part == here.get("kind")):
                continue
        place.append(part)
    return tuple(place)


def _value(data: Any, place: Place) -> Any:
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _name(place: Sequence[int | str]) -> str:
    name = ""
    for part in place:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name or "the file"


_NUMBER = (
    "{name} should be a number: write it in digits, with a point before decimals, nothing between "
    "thousands and no quotes."
)
_LIST = "{name} should be a list: write it as [a, b], or each on a line with `- `."
_FIELDS = "{name} should have fields of its own: write each as `name: value`."
_TRUE = "{name} should be true or false: write one of the two."
_DATE = "{name} should be a day: write it as 2026-02-08."
REMEDIES = {
    "missing": "{name} is missing: add it.",
    "extra_forbidden": "{name} is no field known here: remove it or correct its spelling.",
    "union_tag_invalid": "{name}: the kind is one of {expected_tags}: choose one.",
    "union_tag_not_found": "{name} has no kind: add one.",
    "value_error": "{name}: {error}",
    "string_type": "{name} should be text: write it in quotes.",
    "string_too_short": "{name} is empty: write a text.",
    "string_pattern_mismatch": "{name} is not an id: use small letters, digits and single hyphens.",
    "literal_error": "{name} is one of {expected}: choose one.",
    "too_short": "{name} has too few entries, {min_length} at least: add some.",
    "too_long": "{name} has too many entries, {max_length} at most: take some away.",
    "greater_than": "{name} should be more than {gt:g}: correct it.",
    "greater_than_equal": "{name} is less than {ge:g}: write {ge:g} or more.",
    "less_than_equal": "{name} is more than {le:g}: write {le:g} or less.",
    **dict.fromkeys(("tuple_type", "list_type"), _LIST),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _FIELDS),
    **dict.fromkeys(("bool_type", "bool_parsing"), _TRUE),
    **dict.fromkeys(
        ("float_type", "float_parsing", "finite_number", "int_type", "int_parsing"), _NUMBER
    ),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        _DATE,
    ),
}


def _complaint(problem: Any, name: str, data: Any, place: Place) -> str:
    kind = problem["type"]
    if kind == "string_type" and isinstance(_value(data, place), bool | int | float | date):
        return f"{name} is not read as text: put it in quotes."
    remedy = REMEDIES.get(kind, "{name}: {message}: correct it.")
    said = remedy.format(name=name, message=problem["msg"], **problem.get("ctx", {}))
    return said if said.endswith(".") else f"{said}."
