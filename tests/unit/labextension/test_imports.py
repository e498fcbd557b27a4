"""What every person's server loads, on a machine that is shared by a class."""

import subprocess
import sys

TABLES = {"pandas", "pyarrow", "numpy", "duckdb", "ibis", "plotly"}
LOADED = "import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"


def loaded_with(module: str) -> set[str]:
    code = LOADED.format(module=module)
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    return set(done.stdout.split())


def test_a_server_leaves_figures_and_charts_to_its_kernels():
    """They would take some 90 MB of every learner, and a second of every start."""
    assert not loaded_with("travesia.labextension.extension") & TABLES


def test_the_same_look_finds_them_where_figures_are_used():
    assert "pandas" in loaded_with("travesia.flows")
