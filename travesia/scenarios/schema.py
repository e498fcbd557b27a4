"""The JSON Schema of a case, for editors."""

from typing import Any

from travesia.scenarios.model import Case


def json_schema() -> dict[str, Any]:
    """The JSON Schema with which an editor completes and checks the YAML of a case."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Case.model_json_schema(),
        "title": "Travesía case",
    }
