"""conda's environment and the package's own metadata name the same dependencies."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def project() -> dict[str, Any]:
    with (CHECKOUT / "pyproject.toml").open("rb") as source:
        return tomllib.load(source)["project"]


@pytest.fixture
def environment() -> list[str]:
    """The requirements of `environment.yml`, those that pip installs among them."""
    content = yaml.safe_load((CHECKOUT / "environment.yml").read_text(encoding="utf-8"))
    requirements: list[str] = []
    for entry in content["dependencies"]:
        requirements += entry["pip"] if isinstance(entry, dict) else [entry]
    return requirements


def named(requirements: list[str]) -> dict[str, str]:
    """Each requirement's versions by its name."""
    parsed = [Requirement(text) for text in requirements]
    return {canonicalize_name(each.name): str(each.specifier) for each in parsed}


def test_both_files_name_the_same_packages_and_versions(
    project: dict[str, Any], environment: list[str]
) -> None:
    conda = named(environment)
    del conda["python"], conda["pip"]
    assert conda == named(project["dependencies"])


def test_both_files_claim_the_same_lowest_python(
    project: dict[str, Any], environment: list[str]
) -> None:
    assert named(environment)["python"] == project["requires-python"]


def test_no_package_is_named_twice(environment: list[str]) -> None:
    assert len(named(environment)) == len(environment)
