"""Runs a notebook as a learner's server does, in a kernel of its own."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

CHECKOUT = Path(__file__).parents[2]

Run = Callable[[Any, Path, str], Any]


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


@pytest.fixture(scope="session")
def run() -> Run:
    """Executes a notebook in a folder and a language, and gives it back with its outputs."""

    def execute(notebook: Any, folder: Path, language: str) -> Any:
        client = NotebookClient(
            notebook,
            timeout=120,
            kernel_name="python3",
            allow_errors=True,
            resources={"metadata": {"path": str(folder)}},
        )
        environment = {**os.environ, "TRAVESIA_LANGUAGE": language, "JUPYTERHUB_USER": "ana"}
        client.execute(env=environment)
        nbformat.validate(notebook)
        return notebook

    return execute
