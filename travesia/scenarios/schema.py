"""The JSON Schemas of a case and of a group's file, for editors."""

from typing import Any

from pydantic import Field, TypeAdapter

from travesia.scenarios.groups import Group, GroupFile, Use
from travesia.scenarios.model import Case
from travesia.scenarios.parts import Identifier

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _CaseFile(Case):
    """A case as its file holds it: groups and their uses are put in place on reading."""

    groups: dict[Identifier, Group] = Field(default_factory=dict)
    """Groups of nodes that the case uses more than once."""
    uses: tuple[Use, ...] = ()
    """Where groups stand in the case."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema with which an editor completes and checks the YAML of a case."""
    return {"$schema": _DIALECT, **_CaseFile.model_json_schema(), "title": "Travesía case"}


def group_schema() -> dict[str, Any]:
    """The JSON Schema of a group in a file of its own."""
    schema = TypeAdapter(GroupFile).json_schema()
    return {"$schema": _DIALECT, **schema, "title": "Travesía group of nodes"}
