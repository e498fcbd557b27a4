"""Six kinds of question to synthetic records: pandas, Polars, DuckDB and ours, side by side.

    python benchmarks/flows.py --rows 10000000 --json

Each peer runs in a process of its own, so that its peak memory is its own; the questions go round
the peers in turn, so that a busy machine slows all of them. Every answer arrives in pandas and is
compared with the others'. `scan` reads and decodes the columns that a question needs and does
nothing with them: nothing that looks at every record is faster. A peer that took longer than
`--patience` seconds for a question is not asked it again: its first answer counts, since finding
the file in memory is then the least of it. The last line is one JSON object.
"""

import argparse
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from flow_peers import MAKERS, QUESTIONS, RESULT, memory

from travesia.flows.synthetic import generate

PEERS = tuple(MAKERS)
WORDS = {"period", "year", "counts", "nationality", "origin", "transit", "destination"}
PEERS_FILE = Path(__file__).with_name("flow_peers.py")


class Peer:
    """A peer's process, asked one question at a time."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, str(PEERS_FILE), name, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.bare = float(self._line()["ready"])
        self.peak = self.bare

    def ask(self, question: str, keep: str = "") -> dict[str, Any]:
        """One question's seconds and the peak so far."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([question, keep]) + "\n")
        self.process.stdin.flush()
        said = self._line()
        self.peak = float(said["peak"])
        return said

    def end(self) -> None:
        """Ends the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)

    def _line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended early (out of memory?)")
        said: dict[str, Any] = json.loads(line)
        return said


def same(question: str, folder: Path, peers: list[str]) -> bool:
    """Whether all peers' answers are equal: words and whole numbers exactly, shares to 1e-9."""
    tables = []
    for peer in peers:
        table = pd.read_pickle(folder / f"{peer}.{question}.pkl")[RESULT[question]]
        if "period" in table:
            table = table.assign(period=pd.to_datetime(table["period"]).astype("datetime64[us]"))
        words = [name for name in RESULT[question] if name in WORDS]
        tables.append(table.sort_values(words, ignore_index=True))
    first = tables[0]
    for table in tables[1:]:
        if len(table) != len(first):
            return False
        for name in first:
            if first[name].dtype.kind in "OUSM" or str(first[name].dtype) == "str":
                equal = (table[name].astype(str) == first[name].astype(str)).all()
            else:
                equal = np.allclose(
                    table[name].astype("float64"), first[name].astype("float64"),
                    rtol=1e-9, atol=0, equal_nan=True,
                )  # fmt: skip
            if not equal:
                return False
    return True


def filters(seed: int, number: int) -> list[str]:
    """Random filters as an explorer sends them: one to eight nationalities, states, a start."""
    draw = random.Random(seed)
    nationalities = ["HND", "GTM", "VEN", "SLV", "ECU", "COL", "CUB", "HTI", "NIC", "PER", "other"]
    states = ["MX-CHP", "MX-TAB", "MX-VER", "MX-OAX", "MX-TAM", "MX-COA", "MX-NLE", "MX-SON",
              "MX-CHH", "MX-BCN", "MX-CMX", "MX-PUE"]  # fmt: skip
    return [
        json.dumps(
            {
                "nationality": draw.sample(nationalities, draw.randint(1, 8)),
                "place": draw.sample(states, draw.randint(1, 12)),
                "start": f"{draw.randint(2018, 2024)}-{draw.randint(1, 12):02}-01",
            }
        )
        for _ in range(number)
    ]


def p95(seconds: list[float]) -> float:
    """The 95th percentile in milliseconds."""
    return round(1000 * sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1], 1)


def measure(
    path: Path,
    folder: Path,
    *,
    peers: list[str],
    questions: list[str],
    rounds: int,
    number: int,
    patience: float,
) -> dict[str, Any]:
    """The figures of one run."""
    running = {name: Peer(name, path) for name in peers}
    times: dict[str, dict[str, list[float]]] = {name: {q: [] for q in questions} for name in peers}
    first: dict[str, dict[str, float]] = {name: {} for name in peers}
    # Once beforehand: every peer finds the file in memory and its own code loaded.
    for question in questions:
        for name, peer in running.items():
            said = float(peer.ask(question, str(folder / f"{name}.{question}.pkl"))["seconds"])
            print(f"first {question} {name} {said:.2f} s", file=sys.stderr, flush=True)
            first[name][question] = said
            if said > patience:
                times[name][question].append(said)
    for turn in range(rounds):
        order = peers[turn % len(peers) :] + peers[: turn % len(peers)]
        for question in questions:
            for name in order:
                if first[name][question] <= patience:
                    times[name][question].append(float(running[name].ask(question)["seconds"]))
    answered = [name for name in peers if name != "scan"]
    equal = {question: same(question, folder, answered) for question in questions}
    peak = {name: round(peer.peak, 1) for name, peer in running.items()}
    ours, raw = running["ours"], running["duckdb"]
    rolled = ours.ask("roll up")
    scans: dict[str, list[float]] = {"ours": [], "duckdb": [], "rollup": []}
    alike = True
    for wanted in filters(1, number):
        kept = [str(folder / f"{kind}.filter.pkl") for kind in scans]
        scans["ours"].append(float(ours.ask(f"filter {wanted}", kept[0])["seconds"]))
        scans["duckdb"].append(float(raw.ask(f"filter {wanted}", kept[1])["seconds"]))
        scans["rollup"].append(float(ours.ask(f"rollup {wanted}", kept[2])["seconds"]))
        alike &= filters_alike(kept)
    for peer in running.values():
        peer.end()
    median = {n: {q: statistics.median(v) for q, v in each.items()} for n, each in times.items()}
    ratio = {q: median["ours"][q] / median["duckdb"][q] for q in questions}
    from_rollup = p95(scans["rollup"])
    from_records = p95(scans["ours"])
    rows = int(pq.read_metadata(path).num_rows)
    return {
        "rows": rows,
        "results_equal": all(equal.values()) and alike,
        "ours_vs_duckdb": round(math.exp(statistics.mean(map(math.log, ratio.values()))), 3),
        "ours_vs_duckdb_worst": round(max(ratio.values()), 3),
        "memory_vs_pandas": round(peak["ours"] / peak["pandas"], 3) if "pandas" in peak else None,
        "filter_ms_p95": from_records if rows <= 10_000_000 else from_rollup,
        "filter_records_ms_p95": from_records,
        "filter_records_ms_p95_duckdb": p95(scans["duckdb"]),
        "filter_rollup_ms_p95": from_rollup,
        "rollup_rows": rolled["answer"][0],
        "rollup_mb": round(rolled["answer"][1] / 1e6, 2),
        "rollup_seconds": round(rolled["seconds"], 2),
        "ours_vs_scan": {q: round(median["ours"][q] / median["scan"][q], 2) for q in questions},
        "seconds": {n: {q: round(s, 4) for q, s in each.items()} for n, each in median.items()},
        "first_seconds": {
            n: {q: round(s, 4) for q, s in each.items()} for n, each in first.items()
        },
        "peak_mb": peak,
        "peak_with_rollup_mb": round(ours.peak, 1),
        "bare_mb": {name: round(peer.bare, 1) for name, peer in running.items()},
        "file_mb": round(path.stat().st_size / 1e6, 1),
        "rounds": rounds,
        "processors": os.cpu_count(),
    }


def filters_alike(kept: list[str]) -> bool:
    """Whether three answers to one filter have the same values in the same order."""
    values = [pd.read_pickle(path)["value"].tolist() for path in kept]
    return bool(values[0] == values[1] == values[2])


def main() -> None:
    """Measures, and prints a table and one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--filters", type=int, default=60, help="how many random filters")
    parser.add_argument("--patience", type=float, default=5, help="seconds of one answer")
    parser.add_argument("--questions", nargs="*", default=list(QUESTIONS), choices=QUESTIONS)
    parser.add_argument("--without", nargs="*", default=[], choices=("pandas", "polars"))
    parser.add_argument("--data", type=Path, help="records made before, instead of --rows new ones")
    parser.add_argument("--json", action="store_true", help="only the JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        path = options.data or generate(Path(folder) / "synthetic.parquet", options.rows, seed=1)
        made = time.perf_counter() - began
        peers = [name for name in PEERS if name not in options.without]
        figures = measure(
            path,
            Path(folder),
            peers=peers,
            questions=options.questions,
            rounds=options.rounds,
            number=options.filters,
            patience=options.patience,
        )
    figures["generate_seconds"] = round(made, 1)
    figures["generate_peak_mb"] = round(memory(), 1)
    if not options.json:
        for question in options.questions:
            times = {n: f"{each[question]:.3f} s" for n, each in figures["seconds"].items()}
            print(f"{question:26}", times)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
