"""Executing submissions, judging answers, feedback."""

from pathlib import Path

JUPYTER_DATA = Path(__file__).parent / "jupyter"
"""A folder for `JUPYTER_PATH`: there the formgrader finds our templates, whose search path it sets
itself."""
