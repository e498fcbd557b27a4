"""A warm server's processes are as fresh as a new kernel's, and none is seen by the next."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from travesia.grading.execute import SandboxedExecute
from travesia.grading.session import ProcessEnded, Session
from travesia.grading.warm import LIMITS, Setting, WarmServer, close_servers, warm_server
from travesia.sandbox import Identity, Sandbox
from travesia.sandbox.limits import MEBIBYTE

ROOM = 1_000_000


@pytest.fixture(scope="module")
def server():
    made = WarmServer(Setting(preload=("pandas",)))
    yield made
    made.close()


def runner(server):
    """Runs cells in a process of their own, and gives what each of them shows."""

    def run(*cells: str) -> list[str]:
        session = Session(server, [], {"TRAVESIA_LANGUAGE": "es"}, ROOM)
        shown = []
        for count, code in enumerate(cells, start=1):
            session.ask("run", code=code, count=count)
            said = list(session.listen(30))
            errors = [each.content["evalue"] for each in said if each.kind == "error"]
            assert errors == []
            shown.append("".join(str(e.content["text"]) for e in said if e.kind == "stream"))
        session.close()
        return shown

    return run


@pytest.fixture
def run(server):
    return runner(server)


@pytest.fixture
def warmed():
    """The same, where everything that is used ahead has been used."""
    server = WarmServer(Setting(preload=("pandas", "plotly.express", "plotly.graph_objects")))
    yield runner(server)
    server.close()


def runs(process, word):
    """Whether a process runs something with a word in its command; one that has ended does not."""
    try:
        return any(word in part for part in process.cmdline())
    except psutil.Error:
        return False


def forkserver(server):
    """The process that all others are forked from."""
    below = psutil.Process(server._process.pid).children(recursive=True)
    return next(each for each in below if runs(each, "forkserver") and each.name() != "bwrap")


CHANGED = {
    "the working folder": ("import os; os.mkdir('deep'); os.chdir('deep')", "os.getcwd()"),
    "the environment": ("import os; os.environ['X'] = '1'", "sorted(os.environ.items())"),
    "the time zone": (
        "import os, time; os.environ['TZ'] = 'Asia/Tokyo'; time.tzset()",
        "time.tzname, os.environ.get('TZ')",
    ),
    "the locale": (
        "import locale; locale.setlocale(locale.LC_ALL, 'C')",
        "locale.setlocale(locale.LC_ALL)",
    ),
    "a library's attribute": (
        "import pandas; pandas.read_csv = 3",
        "__import__('pandas').read_csv.__name__",
    ),
    "an option": (
        "import pandas; pandas.set_option('display.max_rows', 1)",
        "__import__('pandas').get_option('display.max_rows')",
    ),
    "a built-in": ("import builtins; builtins.abs = max", "abs.__name__"),
    "names": ("leftover = 1; _ = 5", "'leftover' in dir(), _, __, Out, len(In)"),
    "the shell": ("%xmode Plain", "get_ipython().InteractiveTB.mode"),
    "warnings": (
        "import warnings; warnings.simplefilter('error')",
        "len(__import__('warnings').filters)",
    ),
    "signals": (
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "__import__('signal').getsignal(15)",
    ),
    "the recursion limit": ("import sys; sys.setrecursionlimit(5000)", "sys.getrecursionlimit()"),
    "modules": (
        "import pandas, travesia.learn",
        "[m for m in ('pandas', 'numpy', 'travesia') if m in sys.modules]",
    ),
    "the path": ("import sys; sys.path.insert(0, '/tmp')", "sys.path"),
    "files": (
        (
            "from pathlib import Path\n"
            "for p in ('/tmp', '/dev/shm', '.'): Path(p, 'left').write_text('x')"
        ),
        "[sorted(os.listdir(p)) for p in ('/tmp', '/dev/shm', '.')]",
    ),
    "limits": (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (50, 50))",
        "__import__('resource').getrlimit(7)",
    ),
    "the decimal context": (
        "import decimal; decimal.getcontext().prec = 3",
        "__import__('decimal').getcontext().prec",
    ),
}


@pytest.fixture(scope="module")
def seen(server):
    """What a process sees of everything above: before any other ran, and after each was changed."""
    looks = ["import os, sys, time, locale"]
    looks += [f"print(repr(({look})))" for _, look in CHANGED.values()]

    def look():
        session = Session(server, [], {"TRAVESIA_LANGUAGE": "es"}, ROOM)
        texts = []
        for code in looks:
            session.ask("run", code=code, count=1)
            texts.append(
                "".join(m.content["text"] for m in session.listen(30) if m.kind == "stream")
            )
        session.close()
        return dict(zip(CHANGED, texts[1:], strict=True))

    first = look()
    session = Session(server, [], {}, ROOM)
    for change, _ in CHANGED.values():
        session.ask("run", code=change, count=1)
        assert not [m.content for m in session.listen(30) if m.kind == "error"], change
    session.close()
    return first, look()


@pytest.mark.parametrize("what", CHANGED)
def test_what_one_submission_changes_the_next_does_not_see(seen, what):
    before, after = seen
    assert before[what] != ""
    assert after[what] == before[what]


def test_a_change_is_seen_in_its_own_process(run):
    """The control: the looks above do notice a change."""
    (_, noticed) = run("import builtins; builtins.abs = max", "print(abs((1, 2, 9)))")
    assert noticed == "9\n"


def test_what_is_loaded_ahead_is_imported_only_when_asked_for(run):
    look = "import sys; print([m for m in ('pandas', 'numpy', 'travesia') if m in sys.modules])"
    assert run(look, "import pandas", look)[::2] == ["[]\n", "['pandas', 'numpy']\n"]


AS_IMPORTED = """
import sys
import plotly.express as px
import pandas as pd
print(px.__spec__.name, type(px.__spec__.loader).__name__, type(px.__loader__).__name__)
print(pd.io.__spec__.name, sys.modules["pandas.io"] is pd.io)
print(pd.core.frame.DataFrame is pd.DataFrame, callable(px.line))
print(hasattr(sys.modules["plotly"], "express"), hasattr(pd, "testing"))
"""
LEFT_BEHIND = """
import sys, warnings, pandas as pd, plotly.express as px
print([name for name in ("last_type", "last_value", "last_traceback") if hasattr(sys, name)])
print(pd.options.display.max_rows, px.defaults.template, px.defaults.width)
loaded = [m for name, m in sys.modules.items() if name.startswith(("pandas", "plotly"))]
print([m.__name__ for m in loaded if len(getattr(m, "__warningregistry__", {})) > 1])
print(len(get_ipython().history_manager.input_hist_raw), get_ipython().last_execution_succeeded)
"""


@pytest.mark.parametrize("look", [AS_IMPORTED, LEFT_BEHIND], ids=["imports", "what-is-left"])
def test_a_library_that_was_used_ahead_is_as_in_a_kernel_that_has_just_started(warmed, look):
    """The same cell, run by nbclient in a kernel of its own, says the same."""
    kernel = NotebookClient(new_notebook(cells=[new_code_cell(look)]), kernel_name="python3")
    (fresh,) = kernel.execute().cells[0].outputs
    assert warmed(look) == [fresh.text]


FAILURES = (
    "1 / 0",
    "def f():\n    raise KeyError('a')\nf()",
    "assert 1 == 2, 'unequal'",
    "try:\n    1 / 0\nexcept ZeroDivisionError:\n    unknown",
    "raise ExceptionGroup('many', [ValueError(1)])",
    "import statistics\nstatistics.mean([])",
    "1 +",
)
HISTORY = """
import json, sys
from travesia.grading.shell import Shell
failures = json.loads(sys.argv[1])
shell = Shell()
shell.load([])
shell.begin()
for count, code in enumerate(failures, start=1):
    shell.run(code, count)
    own = shell.shell
    result = own.last_execution_result
    made = type(own)._format_exception_for_storage(
        own, result.error_before_exec or result.error_in_exec
    )
    print(json.dumps([own.history_manager.exceptions[count], made]), file=sys.__stdout__)
"""


def test_the_history_of_errors_is_the_one_that_ipython_would_keep():
    program = [sys.executable, "-c", HISTORY, json.dumps(FAILURES)]
    said = subprocess.run(program, check=True, capture_output=True, text=True).stdout.splitlines()
    pairs = [json.loads(line) for line in said if line.startswith("[")]
    assert len(pairs) == len(FAILURES)
    for code, (kept, made) in zip(FAILURES, pairs, strict=True):
        assert kept == made, code
        assert kept["traceback"], code


def test_the_server_that_is_started_ahead_is_the_one_that_a_submission_asks_for(tmp_path):
    converter = Autograde(coursedir=CourseDirectory(root=str(tmp_path)))
    step = SandboxedExecute(parent=converter.exporter_class(parent=converter, config=Config()))
    preload = ("pandas",)
    assert replace(step.setting("flows"), preload=preload) == Setting(preload=preload)


def test_random_numbers_are_each_submissions_own(run):
    code = (
        "import random, uuid, numpy as np; print(random.random(), np.random.rand(), uuid.uuid4())"
    )
    first, second = (run(code)[0].split() for _ in range(2))
    assert not set(first) & set(second)


def test_a_seed_gives_what_it_gives_everywhere(run):
    code = "import random; random.seed(7); print(random.random())"
    here = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run(code) == [here.stdout]


def test_threads_and_pools_work_as_in_a_new_kernel(run):
    code = """
import threading, pandas as pd, pyarrow as pa, numpy as np
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
print(threading.active_count())
with ThreadPoolExecutor(3) as pool:
    print(sum(pool.map(abs, [-1, -2])))
table = pa.table({"a": list(range(100_000))})
print(table["a"].to_pandas().sum(), (np.ones((50, 50)) @ np.ones((50, 50))).sum())
"""
    assert run(code) == ["1\n3\n4999950000 125000.0\n"]


def test_a_tasks_loop_is_its_own(run):
    assert run("import asyncio; print(await asyncio.sleep(0, 'slept'))") == ["slept\n"]


def test_the_server_has_one_thread_no_secret_and_no_right(server):
    server.wait()
    process = psutil.Process(server._process.pid)
    below = process.children(recursive=True)
    pythons = [each for each in below if each.name().startswith("python")]
    oldest = min(pythons, key=lambda each: each.create_time())
    assert oldest.num_threads() == 1
    status = Path(f"/proc/{oldest.pid}/status").read_text()
    assert "CapEff:\t0000000000000000" in status
    assert oldest.uids().real != 0
    assert not [name for name in oldest.environ() if "TOKEN" in name or "PASSWORD" in name]


def test_everything_a_submission_started_ends_with_it(server):
    session = Session(server, [], {}, ROOM)
    sleeps = "import subprocess; p = subprocess.Popen(['sleep', '7654.321'])"
    session.ask("run", code=sleeps, count=1)
    list(session.listen(30))

    def sleeping():
        return [each for each in psutil.process_iter() if runs(each, "7654.321")]

    assert sleeping()
    session.close()
    deadline = time.monotonic() + 10
    while sleeping() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert sleeping() == []


@pytest.mark.parametrize(("most", "why"), [(300, "memory"), (3000, "")])
def test_the_memory_of_all_processes_together_is_bounded(most, why):
    """Each of the processes keeps to its own limit."""
    limits = replace(LIMITS, memory_bytes=200 * MEBIBYTE, total_bytes=most * MEBIBYTE)
    server = WarmServer(Setting(limits=limits))
    session = Session(server, [], {}, ROOM)
    code = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        held = bytearray(b"x") * (100 * 1024 * 1024)
        time.sleep(60)
        os._exit(0)
time.sleep(6)
"""
    session.ask("run", code=code, count=1)
    try:
        list(session.listen(60))
        found = ""
    except ProcessEnded as ended:
        found = ended.end.why
    session.close()
    server.close()
    assert found == why


def test_a_large_class_never_fills_the_way_back_from_the_server():
    """It tells of each process's end, and nobody may be listening just then."""
    server = WarmServer(Setting())
    spoken = server._control.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    # The kernel counts at least its own bookkeeping for a message, which is more than what it says.
    for _ in range(spoken // 640):
        Session(server, [], {}, ROOM).close()
    assert server.ended == {}
    server.close()


def test_the_courses_data_is_there_to_read(tmp_path):
    (tmp_path / "events.csv").write_text("n\n1\n")
    tmp_path.chmod(0o777)
    server = WarmServer(Setting(read_only=(("/data", str(tmp_path)),)))
    session = Session(server, [], {}, ROOM)
    code = """
from pathlib import Path
try:
    Path("/data/new").write_text("x")
except OSError as error:
    print(error.strerror)
print(Path("/data/events.csv").read_text())
"""
    session.ask("run", code=code, count=1)
    text = "".join(each.content["text"] for each in session.listen(30) if each.kind == "stream")
    session.close()
    server.close()
    assert text == "Read-only file system\nn\n1\n\n"
    assert not (tmp_path / "new").exists()


def test_a_server_that_has_died_is_started_again():
    setting = Setting()
    first = warm_server(setting)
    first.wait()
    assert warm_server(setting) is first
    os.kill(first._process.pid, signal.SIGKILL)
    first._process.wait()
    second = warm_server(setting)
    assert second is not first
    second.wait()
    close_servers()
    assert second._process.poll() is not None
    assert not second._private.exists()


def test_where_namespaces_are_forbidden_grading_refuses(tmp_path):
    """In a sandbox that may make none itself, as on a machine that allows none."""
    state, home = tmp_path / "state", tmp_path / "home"
    home.mkdir()
    uid = os.getuid() or 70901
    os.chown(home, uid, uid)
    code = """
from travesia.grading.session import ProcessEnded, Session
from travesia.grading.warm import Setting, WarmError, WarmServer
for isolated in (True, False):
    server = WarmServer(Setting(isolated=isolated))
    try:
        Session(server, [], {}, 1000)
        print("runs")
    except WarmError as error:
        print(error)
"""
    sandbox = Sandbox(identity=Identity("rosa", uid, uid), state=state, home=home)
    done = subprocess.run(
        sandbox.command([sys.executable, "-c", code]),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    refused, told_otherwise = done.stdout.splitlines()
    assert "did not start" in refused
    assert "nothing was graded" in refused
    assert told_otherwise == "runs"


def test_an_interrupt_that_comes_late_interrupts_nothing_that_is_asked_after_it(server):
    session = Session(server, [], {}, ROOM)
    session.ask("run", code="x = 1", count=1)
    list(session.listen(30))
    busy = forkserver(server)
    busy.suspend()
    threading.Timer(0.3, busy.resume).start()
    session.interrupt()
    session.ask("run", code="import time; time.sleep(1)", count=2)
    said = list(session.listen(30))
    session.close()
    assert [each.content.get("ename") for each in said if each.kind == "error"] == []


def test_an_interrupt_beside_the_learners_code_ends_the_cell_and_not_the_process(server):
    session = Session(server, [], {}, ROOM)
    # It comes when the cell's code is over and its reply is on the way.
    late = """
import asyncio, os, signal
asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
"""
    session.ask("run", code=late, count=1)
    reply = list(session.listen(30))[-1]
    assert reply.content["ename"] == "KeyboardInterrupt"
    session.ask("run", code="print('goes on')", count=2)
    assert "goes on\n" in [each.content.get("text") for each in session.listen(30)]
    session.close()
