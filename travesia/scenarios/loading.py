"""Reading a case from a YAML file or from data, with errors that an author can act on.

A file may be hostile: it is read as plain data by a safe loader, within limits of size and
depth, without aliases (which can blow a small file up) and without repeated keys (of which YAML
would silently keep the last).
"""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from travesia.scenarios import parts
from travesia.scenarios.groups import expand
from travesia.scenarios.model import Case, LearnerCase, Playable
from travesia.scenarios.problems import (
    BrokenReferences,
    CaseError,
    Location,
    Origin,
    Problem,
)
from travesia.scenarios.sentences import sentence

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 16
_NESTED = "it is nested too deeply"
_IN_QUOTES = "write it in quotes, or correct it"
# The tags of ordinary values, with what to do about one that is none.
_SCALARS = {
    "tag:yaml.org,2002:str": _IN_QUOTES,
    "tag:yaml.org,2002:null": _IN_QUOTES,
    "tag:yaml.org,2002:bool": "write true or false, or the text in quotes",
    "tag:yaml.org,2002:int": _IN_QUOTES,
    "tag:yaml.org,2002:float": _IN_QUOTES,
    "tag:yaml.org,2002:timestamp": "write a day of the calendar, such as 2026-02-08",
}

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FIELDS = sorted(
    {
        field
        for part in (*vars(parts).values(), Case)
        if isinstance(part, type) and issubclass(part, parts.Part)
        for field in part.model_fields
    }
)


def load_case(path: str | os.PathLike[str], name: str | None = None) -> Case:
    """The case in a YAML file.

    Args:
        path: the file.
        name: what errors call it; its name without folders by default, which learners may read.

    Raises:
        CaseError: in one sentence that names the file, the place and the remedy.
    """
    path = Path(path)
    name = name or path.name
    return parse_case(_bytes_of(path, name), name, folder=path.parent)


def parse_case(text: str | bytes, file: str, folder: Path | None = None) -> Case:
    """The case in a YAML text.

    Args:
        text: the YAML.
        file: its name in errors.
        folder: where shared groups are found; without it, a case can use its own groups only.

    Raises:
        CaseError: in one sentence that names the file, the place and the remedy.
    """

    def read(other: str) -> tuple[Any, Origin]:
        if folder is None:
            what = f"it uses the file {other}, and was not itself read from a file"
            raise CaseError([Problem(file, what, "save the case first")])
        # What an author writes beside the case, named as the case names it.
        return _parsed(_bytes_of(folder / other, other), other)

    data, origin = _parsed(text, file)
    whole = expand(data, origin, read)
    case = _validated(Case, whole.data, whole.origin)
    return case.at(whole.origin, whole.shared)


def read_case(data: object, file: str) -> Case | LearnerCase:
    """The case in data that `Playable.data` made, in whichever form they hold."""
    if isinstance(data, Mapping) and "form" in data:
        return _validated(LearnerCase, data, Origin(file))
    return _validated(Case, data, Origin(file))


def _bytes_of(path: Path, name: str) -> bytes:
    def refused(what: str, remedy: str) -> CaseError:
        return CaseError([Problem(name, what, remedy)])

    try:
        # Without O_NONBLOCK, opening a named pipe would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as source:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise refused("it is not an ordinary file", "give the YAML file of a case")
            content = source.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise refused("there is no such file", "check the name and the folder") from None
    except IsADirectoryError:
        raise refused("it is a folder", "give the YAML file of a case") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise refused(f"it cannot be read ({reason})", "check its permissions") from None
    if len(content) > MAX_BYTES:
        raise refused(f"it is larger than {MAX_BYTES // 1024} KB", "split it into two cases")
    return content


def _parsed(text: str | bytes, file: str) -> tuple[Any, Origin]:
    """The plain data of a YAML text, and the lines of its parts."""
    try:
        decoded = text if isinstance(text, str) else text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"it is not UTF-8 text (byte {error.start + 1})"
        raise CaseError([Problem(file, what, "save the file as UTF-8")]) from None
    lines: dict[Location, int] = {}
    reader = _PlainData(file, lines)
    try:
        reader.refuse_bombs(decoded)
        loader = _Loader(decoded)
        try:
            root = loader.get_single_node()
        finally:
            loader.dispose()
        data = reader.value(root, ()) if root is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context
        what, remedy = (
            (_NESTED, "correct the indentation")
            if "nesting depth" in str(said)  # libyaml's own limit, met before ours
            else (
                f"it is not readable YAML ({said})",
                "correct the indentation, quotes or colons there",
            )
        )
        raise CaseError(
            [
                Problem(
                    file,
                    what,
                    remedy,
                    line=mark.line + 1 if mark else None,
                )
            ]
        ) from None
    except yaml.YAMLError:
        what = "it holds characters that YAML does not allow"
        raise CaseError([Problem(file, what, "remove control characters")]) from None
    if data is None:
        raise CaseError([Problem(file, "it is empty", "write a case into it")])
    if not isinstance(data, dict):
        what = "it does not hold a case"
        raise CaseError([Problem(file, what, "start with `id:`, `title:`, `nodes:`")])
    return data, Origin(file, lines)


class _PlainData:
    """Plain data from YAML nodes; only mappings, lists and ordinary scalars pass."""

    def __init__(self, file: str, lines: dict[Location, int]) -> None:
        self._file = file
        self._lines = lines
        self._scalars: Any = yaml.SafeLoader("")

    def _refused(self, mark: Any, what: str, remedy: str) -> CaseError:
        return CaseError([Problem(self._file, what, remedy, line=mark.line + 1)])

    def refuse_bombs(self, text: str) -> None:
        depth = 0
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                raise self._refused(
                    event.start_mark, "it uses a YAML alias (`*name`)", "write the value out"
                )
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise self._refused(event.start_mark, _NESTED, "correct the indentation")

    def value(self, node: yaml.Node, here: Location) -> Any:
        self._lines.setdefault(here, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
            return self._mapping(node, here)
        if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
            return [self.value(item, (*here, number)) for number, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag in _SCALARS:
            try:
                return self._scalars.construct_object(node)
            # Where a tag stands before another value (`!!bool maybe`), PyYAML trips over it.
            except (ValueError, OverflowError, LookupError, AttributeError, TypeError):
                raise self._refused(
                    node.start_mark,
                    f"`{node.value[:40]}` is not a value that can be read",
                    _SCALARS[node.tag],
                ) from None
        raise self._refused(
            node.start_mark, f"it uses the YAML tag `{node.tag[:60]}`", "write plain values"
        )

    def _mapping(self, node: yaml.MappingNode, here: Location) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._refused(
                    key_node.start_mark, "a key is not a plain word", "write a plain word"
                )
            # As written: the ids `no` and `1` stay words.
            key = key_node.value
            if key in mapping:
                raise self._refused(
                    key_node.start_mark,
                    f"`{key[:60]}` is written twice in the same place",
                    "rename or remove one of them",
                )
            self._lines[*here, key] = key_node.start_mark.line + 1
            mapping[key] = self.value(value_node, (*here, key))
        return mapping


_Form = TypeVar("_Form", bound=Playable)


def _validated(form: type[_Form], data: object, origin: Origin) -> _Form:
    try:
        return form.model_validate(data).at(origin)
    except ValidationError as error:
        raise CaseError(list(_problems(error, data, origin))) from None


def _problems(error: ValidationError, data: object, origin: Origin) -> Iterator[Problem]:
    # A misspelt field explains why another is missing, so it comes first.
    details = error.errors(include_url=False)
    for detail in sorted(details, key=lambda detail: detail["type"] == "missing"):
        location: Location = detail["loc"]
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, BrokenReferences):
            for fault in cause.faults:
                yield origin.problem(fault.location, fault.what, fault.remedy, data)
        else:
            what, remedy = sentence(detail, location, _FIELDS)
            yield origin.problem(location, what, remedy, data)
