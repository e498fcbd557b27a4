"""Excel workbooks (`.xls`, `.xlsx`): opened in a process of their own, within bounds.

A workbook of 6 kB can ask its reader for a gigabyte: one cell in the last row and column is enough,
and a reader written in C or Rust then ends the process instead of raising an error.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from travesia.flows.importers.problems import Refusal
from travesia.flows.importers.sheet import Row

_PROGRAM = Path(__file__).with_name("_read_workbook.py")
SECONDS = 60
MOST_MEMORY = 1024 * 1024 * 1024
MOST_OUTPUT = 128 * 1024 * 1024


@dataclass(frozen=True)
class Workbook:
    """A workbook's sheets, and the day it was last saved if it says so."""

    sheets: tuple[tuple[str, Callable[[], Iterator[Row]]], ...]
    saved: str


def convert(path: Path, scratch: Path, name: str) -> Workbook:
    """The sheets of a workbook, read by a program that holds nothing and may use little.

    Raises:
        Refusal: it is damaged, locked, or asks for more than a publisher's table can.
    """
    command = [sys.executable, "-I", str(_PROGRAM), str(path), str(scratch), *_limits()]
    try:
        ended = subprocess.run(
            command, check=False, capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL,
            env={"PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Refusal(
            f"{name} took longer than {SECONDS} seconds to open; save it again in a spreadsheet "
            "program."
        ) from error
    said = _last_line(ended.stdout)
    if ended.returncode == 0 and "sheets" in said:
        sheets = tuple(
            (str(title)[:60], partial(_rows, scratch / f"sheet-{number}.jsonl"))
            for number, title in enumerate(said["sheets"])
        )
        return Workbook(sheets, str(said["saved"]))
    if "locked" in said:
        raise Refusal(f"{name} is locked with a password; unlock it and save it without one.")
    if "missing" in said:
        raise Refusal("Reading workbooks needs the package python-calamine: run 'make setup'.")
    if "damaged" in said:
        raise Refusal(f"{name} is a damaged workbook; download it again.")
    raise Refusal(
        f"{name} asks for more memory than any publisher's table, or is damaged; download it "
        "again, or save its sheet as CSV in a spreadsheet program."
    )


def _limits() -> list[str]:
    return [str(MOST_MEMORY), str(MOST_OUTPUT), str(SECONDS)]


def _last_line(output: bytes) -> dict[str, list[str] | str]:
    try:
        said = json.loads(output.splitlines()[-1])
    except (ValueError, IndexError):
        return {}
    return said if isinstance(said, dict) else {}


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            number, cells = json.loads(line)
            yield number, cells
