"""Runs every tier of the tests, or those named, and prints how long each took."""

import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
PYTEST = [PYTHON, "-m", "pytest", "-q", "--durations=5"]
PARALLEL = ["-n", "2"]

HUB = ["tests/hub", "tests/browser", "tests/hostile"]

# The steps of a tier, one after another; of the last tier, side by side.
TIERS = {
    "static": [
        [PYTHON, "-m", "ruff", "check", "."],
        [PYTHON, "-m", "ruff", "format", "--check", "."],
        [PYTHON, "-m", "mypy"],
    ],
    "unit": [[*PYTEST, *PARALLEL, "tests/unit"]],
    "notebooks": [[*PYTEST, *PARALLEL, "tests/notebooks"]],
    # One process for each hub, so that each is started once.
    "hub, browser, hostile": [[*PYTEST, f"--half={half}", *HUB] for half in ("root", "account")],
}
SIDE_BY_SIDE = {"hub, browser, hostile"}


def one_after_another(steps: list[list[str]]) -> list[int]:
    """The exit statuses of steps, each begun when the one before has ended."""
    return [subprocess.run(step, cwd=CHECKOUT, check=False).returncode for step in steps]


def side_by_side(steps: list[list[str]]) -> list[int]:
    """The exit statuses of steps that run together; what each prints stays in one piece."""
    with ExitStack() as stack:
        # The first prints as it goes; what another prints is kept until all have ended.
        kept = [None, *(stack.enter_context(tempfile.TemporaryFile("w+")) for _ in steps[1:])]
        started = [
            subprocess.Popen(step, cwd=CHECKOUT, stdout=output, stderr=subprocess.STDOUT)
            for step, output in zip(steps, kept, strict=True)
        ]
        try:
            return [process.wait() for process in started]
        except KeyboardInterrupt:
            # Each stops its hub before it ends.
            for process in started:
                process.send_signal(signal.SIGINT)
                process.wait()
            raise
        finally:
            for step, output in zip(steps, kept, strict=True):
                if output is not None:
                    output.seek(0)
                    print(f"\n-- {' '.join(step[1:])}", output.read(), sep="\n", flush=True)


def main() -> int:
    """0 if every tier passed, 1 otherwise."""
    # A shell that starts this in the background has it ignore Ctrl-C, and the tests' own programs
    # would with it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
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
        ended = (side_by_side if name in SIDE_BY_SIDE else one_after_another)(steps)
        seconds = time.monotonic() - began
        failed |= any(ended)
        lines.append(f"{name:<24} {'failed' if any(ended) else 'passed'} {seconds:7.1f} s")
    print("\nTiers:", *lines, sep="\n  ")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
