"""Writes a workbook's sheets as lines of JSON; run by itself with `python -I`, never imported.

Arguments: the workbook, the folder to write to, and the most bytes of memory, bytes of output and
seconds. The last line on standard output says how it ended.
"""

import json
import resource
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

MOST_SHEETS = 50


def main(workbook: str, folder: str, memory: int, output: int, seconds: int) -> dict[str, object]:
    """What the last line says."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        import python_calamine  # noqa: PLC0415 - within the limits
    except ModuleNotFoundError:
        return {"missing": True}
    try:
        book = python_calamine.CalamineWorkbook.from_path(workbook)
        titles = book.sheet_names[:MOST_SHEETS]
        left = output
        for number, title in enumerate(titles):
            left -= write(book.get_sheet_by_name(title), Path(folder) / f"sheet-{number}.jsonl")
            if left < 0:
                return {"large": True}
    except python_calamine.PasswordError:
        return {"locked": True}
    except MemoryError:
        return {"large": True}
    # calamine panics on some damaged files, which Python sees as a BaseException.
    except BaseException as error:  # noqa: BLE001 - whatever it is, the file cannot be read
        return {"damaged": type(error).__name__}
    return {"sheets": [plain(title) for title in titles], "saved": saved(workbook)}


def write(sheet: Any, path: Path) -> int:
    """Write a sheet's rows, each with its number as a spreadsheet shows it; how many bytes."""
    first = (sheet.start or (0, 0))[1]
    written = 0
    with path.open("w", encoding="utf-8") as lines:
        for number, cells in enumerate(sheet.iter_rows(), 1):
            row = [None] * first + [value(cell) for cell in cells]
            while row and row[-1] is None:
                row.pop()
            if row:
                written += lines.write(json.dumps([number, row]) + "\n")
    return written


def value(cell: object) -> str | int | float | None:
    """A cell as JSON holds it."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 1 << 53 else cell
    text = cell.isoformat() if isinstance(cell, (date, time)) else str(cell)
    return plain(text)[:10_000]


def plain(text: str) -> str:
    """A text that can be written as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def saved(workbook: str) -> str:
    """The day on which an Excel 97 workbook was last saved; empty if it does not say."""
    try:
        import olefile  # noqa: PLC0415 - within the limits

        if not olefile.isOleFile(workbook):
            return ""
        with olefile.OleFileIO(workbook) as container:
            moment = container.get_metadata().last_saved_time
    except Exception:  # noqa: BLE001 - a damaged date is no date, and the table stands without it
        return ""
    return moment.date().isoformat() if isinstance(moment, datetime) else ""


if __name__ == "__main__":
    given = sys.argv[1:]
    print(json.dumps(main(given[0], given[1], *map(int, given[2:]))))
