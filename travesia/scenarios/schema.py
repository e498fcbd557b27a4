"""The JSON Schemas of a case and of a group's file, for editors."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from travesia.scenarios.groups import Group, GroupFile, Use
from travesia.scenarios.model import MAX_NODES, Case
from travesia.scenarios.parts import Identifier, Node

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SOME_NODES = [
    {"required": [field], "properties": {field: {least: 1}}}
    for field, least in (("nodes", "minProperties"), ("uses", "minItems"))
]


class _CaseFile(Case):
    """A case as its file holds it: groups and their uses are put in place on reading."""

    # Its uses may bring all nodes; that one of the two is there, `_SOME_NODES` says.
    nodes: Annotated[Mapping[Identifier, Node], Field(max_length=MAX_NODES)] = Field(
        default_factory=dict
    )
    groups: dict[Identifier, Group] = Field(default_factory=dict)
    """Groups of nodes that the case uses more than once."""
    uses: tuple[Use, ...] = ()
    """Where groups stand in the case."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema with which an editor completes and checks the YAML of a case."""
    schema = _CaseFile.model_json_schema()
    return {"$schema": _DIALECT, **schema, "anyOf": _SOME_NODES, "title": "Travesía case"}


def group_schema() -> dict[str, Any]:
    """The JSON Schema of a group in a file of its own."""
    schema = TypeAdapter(GroupFile).json_schema()
    return {"$schema": _DIALECT, **schema, "title": "Travesía group of nodes"}
