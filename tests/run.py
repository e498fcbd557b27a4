"""Runs every tier of the tests, or those named, and prints how long each took."""

import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
PYTEST = [PYTHON, "-m", "pytest", "-q", "--durations=5"]
PARALLEL = ["-n", "2"]

TIERS = {
    "static": [
        [PYTHON, "-m", "ruff", "check", "."],
        [PYTHON, "-m", "ruff", "format", "--check", "."],
        [PYTHON, "-m", "mypy"],
    ],
    "unit": [[*PYTEST, *PARALLEL, "tests/unit"]],
    "notebooks": [[*PYTEST, *PARALLEL, "tests/notebooks"]],
    # One process for the three: they share two hubs and one browser.
    "hub, browser, hostile": [[*PYTEST, "tests/hub", "tests/browser", "tests/hostile"]],
}


def main() -> int:
    """0 if every tier passed, 1 otherwise."""
    wanted = sys.argv[1:]
    chosen = {
        name: steps
        for name, steps in TIERS.items()
        if not wanted or any(word in name for word in wanted)
    }
    lines, failed = [], False
    for name, steps in chosen.items():
        print(f"\n== {name}", flush=True)
        began = time.monotonic()
        ended = [subprocess.run(step, cwd=CHECKOUT, check=False).returncode for step in steps]
        seconds = time.monotonic() - began
        failed |= any(ended)
        lines.append(f"{name:<24} {'failed' if any(ended) else 'passed'} {seconds:7.1f} s")
    print("\nTiers:", *lines, sep="\n  ")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
