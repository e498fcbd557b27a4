"""What hostile and clumsy submissions do, each under the name of the learner who hands it in.

An attack's code prints `FOUND` and what it reached, as JSON; the rest of its notebook answers
rightly, so that its marks tell whether it disturbed anything.
"""

import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursework import SECRET, answered
from nbformat.v4 import new_code_cell

FOUND = """
import json, os, socket, sys, ctypes, subprocess, time
from pathlib import Path
ROOT, PORT, ABSTRACT = Path({root!r}), {port!r}, {abstract!r}

def can(act):
    try:
        return bool(act())
    except (OSError, ValueError, LookupError, subprocess.SubprocessError):
        return False

def connects(family, address):
    with socket.socket(family) as asking:
        asking.settimeout(1)
        asking.connect(address)
        return True

def hears(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect(("127.0.0.1", port))
        for _ in range(3):
            asking.send(b"x")  # the second is refused if nobody heard the first
            time.sleep(0.1)
        return True

def writes(path):
    with open(path, "ab"):
        return True

def call(number, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(number, *arguments) != -1

print("FOUND " + json.dumps(can(lambda: {expression})))
"""


@dataclass(frozen=True)
class Attack:
    """One submission: the code it runs first, or its whole notebook, and the files beside it."""

    first: str = ""
    notebook: Callable[[], Any] | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    prepare: Callable[[Path, Path], None] | None = None

    def build(self, **facts: Any) -> Any:
        if self.notebook is not None:
            return self.notebook()
        code = self.first
        for name, value in facts.items():
            code = code.replace(f"@{name}@", repr(value))
        return answered(first=code)


def reach(expression: str, **more: Any) -> Attack:
    """An attack that tells whether an expression comes true."""
    code = FOUND.replace("{root!r}", "@root@").replace("{port!r}", "@port@")
    code = code.replace("{abstract!r}", "@abstract@").replace("{expression}", expression)
    return Attack(code, **more)


REACH = {
    "gradebook-read": reach('(ROOT / "gradebook/gradebook.db").read_bytes()'),
    "gradebook-written": reach('writes(ROOT / "gradebook/gradebook.db")'),
    "source-read": reach('(ROOT / "source/sums/sums.ipynb").read_bytes()'),
    "source-written": reach('writes(ROOT / "source/sums/sums.ipynb")'),
    "key-read": reach('(ROOT / "keys/sums/questions.yaml").read_bytes()'),
    "key-written": reach('writes(ROOT / "keys/sums/questions.yaml")'),
    "another-written": reach('writes(ROOT / "submitted/right/sums/sums.ipynb")'),
    "another-read": reach('(ROOT / "submitted/right/sums/sums.ipynb").read_bytes()'),
    "receipt-read": reach('(ROOT / "submitted/right/sums/receipt.json").read_bytes()'),
    "course-listed": reach("os.listdir(ROOT)"),
    "configuration-read": reach('(ROOT / "nbgrader_config.py").read_bytes()'),
    "token-in-environment": reach('"s3cret" in json.dumps(dict(os.environ))'),
    "token-of-the-parent": reach(
        '"s3cret" in "".join(p.read_text(errors="replace") for p in '
        'Path("/proc").glob("[0-9]*/environ") if can(p.read_bytes))'
    ),
    "others-processes": reach(
        '"nbgrader" in "".join(p.read_text() for p in Path("/proc").glob("[0-9]*/cmdline"))'
    ),
    "others-open-files": reach(
        'any(can(lambda p=p: os.listdir(p / "fd")) for p in Path("/proc").glob("[0-9]*")'
        " if int(p.name) != os.getpid())"
    ),
    "loopback": reach('connects(socket.AF_INET, ("127.0.0.1", PORT))'),
    "loopback-of-ip-6": reach('connects(socket.AF_INET6, ("::1", PORT))'),
    "loopback-by-datagram": reach("hears(PORT)"),
    "abstract-socket": reach("connects(socket.AF_UNIX, ABSTRACT)"),
    "socket-in-a-folder": reach('connects(socket.AF_UNIX, str(ROOT / "socket"))'),
    "machines-sockets-listed": reach(
        'any(f":{PORT:04X} " in line for line in open("/proc/net/tcp"))'
    ),
    "machines-interfaces-listed": reach('any(name != "lo" for _, name in socket.if_nameindex())'),
    "link-in-the-submission": reach(
        'Path("linked.csv").read_bytes()',
        prepare=lambda folder, root: (folder / "linked.csv").symlink_to(
            root / "gradebook/gradebook.db"
        ),
    ),
    "hard-link-in-the-submission": reach(
        'Path("hard.csv").read_bytes()',
        prepare=lambda folder, root: os.link(root / "gradebook/gradebook.db", folder / "hard.csv"),
    ),
}
"""What must not be reached; with the defences taken away, each of them is."""

# Refused by the kernel's filter or for want of a right: no other account of a machine has them
# either, so their control is a process of the machine's root, or another family that is allowed.
REFUSED = {
    "vsock": reach("socket.socket(40, socket.SOCK_STREAM)"),
    "packet-socket": reach("socket.socket(17, socket.SOCK_RAW)"),
    "raw-socket": reach("socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"),
    "crypto-socket": reach("socket.socket(38, socket.SOCK_SEQPACKET)"),
    "the-internet": reach('connects(socket.AF_INET, ("192.0.2.1", 80))'),
    "ptrace": reach("call(101, 0, 0, 0, 0)"),
    "user-namespace": reach("ctypes.CDLL(None).unshare(0x10000000) == 0"),
    "mount": reach('ctypes.CDLL(None).mount(b"x", b"/tmp", b"tmpfs", 0, None) == 0'),
    "kernel-keys": reach("call(250, 0, -3, 1)"),
    "io-uring": reach("call(425, 1, ctypes.create_string_buffer(200))"),
    "bpf": reach("call(321, 0, ctypes.create_string_buffer(200), 72)"),
    "signal-to-the-parent": reach("os.kill(os.getppid(), 9) is None and os.getppid() > 0"),
    "system-written": reach(
        "any(can(lambda p=p: writes(Path(p) / 'new')) for p in "
        "['/usr', '/etc', '/dev', '/', '/proc', sys.prefix, sys.base_prefix])"
    ),
    "a-library-written": reach("writes(json.__file__)"),
    "shadow": reach('Path("/etc/shadow").read_bytes()'),
    "roots-home": reach(
        "any(p.is_file() and p.read_bytes() for p in "
        'Path(__import__("pwd").getpwuid(0).pw_dir).iterdir())'
    ),
    "linked-folder": reach(
        'Path("folder/questions.yaml").read_bytes()',
        prepare=lambda folder, root: (folder / "folder").symlink_to(root / "keys/sums"),
    ),
    "an-earlier-submission": reach(
        '[p for f in ("/tmp", "/dev/shm", "/home") for p in Path(f).rglob("left-behind*")]'
    ),
}

LEAVES = """
from pathlib import Path
for folder in ("/tmp", "/dev/shm", str(Path.home())):
    (Path(folder) / "left-behind").write_text("x")
import builtins, pandas, sys
builtins.left_behind = pandas.left_behind = sys.left_behind = True
"""

GRANDCHILD = """
import os, subprocess, sys
subprocess.Popen(["sleep", "86399"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "86398"])
    os._exit(0)
print("STARTED")
"""

PROCESSES_OF_MEMORY = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        held = bytearray(os.urandom(1) * (200 * 1024 * 1024))
        time.sleep(30)
        os._exit(0)
time.sleep(30)
"""

COPIES_LEFT = """
import os
try:
    while True:
        if os.fork() == 0:
            while True:
                pass
except OSError:
    print("before")
"""

GARBAGE = """
import os
print("before", flush=True)
for number in range(3, 64):
    try:
        os.write(number, {data})
    except OSError:
        pass
"""

FORGED = """
import json, os, struct, threading, time
frame = json.dumps({"id": "", "type": "execute_reply", "mark": 1, "
""content": {"status": "ok"}}).encode()
done = json.dumps({"id": "", "type": "done", "mark": 1, "content": {}}).encode()
def flood():
    while True:
        for number in range(3, 20):
            for body in (frame, done):
                try:
                    os.write(number, struct.pack("=IB", len(body), 0) + body)
                except OSError:
                    pass
        time.sleep(0.05)
threading.Thread(target=flood, daemon=True).start()
"""

MACHINE = {
    "fork-bomb": Attack("import os\nwhile True:\n    os.fork()"),
    "fork-bomb-that-catches": Attack(
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
    ),
    "fork-bomb-that-is-left-behind": Attack(COPIES_LEFT),
    "memory-bomb": Attack("held = bytearray(8 * 1024 ** 3)"),
    "memory-bomb-of-many": Attack(PROCESSES_OF_MEMORY),
    "home-filled": Attack(
        "import os\nfor n in range(100):\n    open(f'big{n}', 'wb').write(bytes(50_000_000))"
    ),
    "tmp-filled": Attack(
        "for n in range(100):\n    open(f'/tmp/big{n}', 'wb').write(bytes(50_000_000))"
    ),
    "shared-memory-filled": Attack(
        "for n in range(100):\n    open(f'/dev/shm/big{n}', 'wb').write(bytes(50_000_000))"
    ),
    "files-without-end": Attack(
        "n = 0\nwhile True:\n    open(f'/tmp/{n}', 'w').close()\n    n += 1"
    ),
    "one-huge-file": Attack("open('big', 'wb').truncate(10 ** 12)"),
    "printing-without-end": Attack("while True:\n    print('noise ' * 1000)"),
    "another-programs-noise": Attack("import subprocess\nsubprocess.run(['yes', 'noise'])"),
    "displays-without-end": Attack(
        "from IPython.display import display\n"
        "while True:\n    display({'text/plain': 'x' * 100000}, raw=True)"
    ),
    "one-huge-output": Attack("'x' * 50_000_000"),
    "cpu-burner": Attack("while True:\n    pass"),
    "ignored-interrupt": Attack(
        "import signal\nprint('before')\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "while True:\n    pass"
    ),
    "caught-interrupt": Attack(
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except BaseException:\n        pass"
    ),
    "exit-at-once": Attack("print('before')\nimport os\nos._exit(0)"),
    "crash": Attack("import ctypes\nctypes.string_at(0)"),
    "kills-everything": Attack(
        "import os, signal\ntry:\n    os.kill(-1, signal.SIGKILL)\nexcept OSError:\n    pass\n"
        "os.killpg(0, signal.SIGKILL)"
    ),
    "exits-politely": Attack("exit()"),
    "detached-grandchild": Attack(GRANDCHILD),
    "open-files-without-end": Attack("held = [open('/dev/null') for _ in range(10 ** 6)]"),
    "closes-its-connection": Attack("import os\nos.closerange(3, 1000)"),
    "closes-its-output": Attack("import os\nos.close(1)\nos.close(2)\nprint('x')"),
    "speaks-garbage": Attack(GARBAGE.format(data="b'garbage' * 100")),
    "speaks-a-huge-length": Attack(GARBAGE.format(data="b'\\xff' * 64")),
    "speaks-deep-json": Attack(
        GARBAGE.format(data="(lambda d: len(d).to_bytes(4, 'little') + b'\\0' + d)(b'[' * 100000)")
    ),
    "leaves-things-behind": Attack(LEAVES),
}
"""What would cost the machine, or the process, something; the tests' answers stay right."""

PATCHED_SHELL = """
shell = get_ipython()
shell.showtraceback = shell._showtraceback = lambda *a, **k: None
async def quietly(*a, **k):
    from IPython.core.interactiveshell import ExecutionResult, ExecutionInfo
    result = ExecutionResult(ExecutionInfo("", False, False, False, "", True, None))
    return result
shell.run_cell_async = quietly
"""
NO_ASSERT = """
import ast
class Quiet(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
get_ipython().ast_transformers.append(Quiet())
"""
EQUAL = "class Same:\n    def __eq__(self, other):\n        return True\n    __hash__ = None\n"
WRONG = "def add(a, b):\n    return 0"
EQUALS = "    def __eq__(self, other):\n        return True\n    __hash__ = None\n"
NOTHING_EXECUTED = """
import IPython.core.interactiveshell
IPython.core.interactiveshell.exec = lambda *_: None
"""
ASSERTS_LEFT_OUT = """
import ast
compiler = get_ipython().compile
parse = compiler.ast_parse
class Quiet(ast.NodeTransformer):
    def visit_Assert(self, node):
        left = ast.unparse(node).startswith("assert add")
        return ast.copy_location(ast.Pass(), node) if left else node
compiler.ast_parse = lambda *a, **k: ast.fix_missing_locations(Quiet().visit(parse(*a, **k)))
"""

LIARS = {
    **{
        f"equal-and-{kind}": f"class Same({kind}):\n{EQUALS}def add(a, b):\n    return Same()"
        for kind in ("int", "float", "str", "list")
    },
    "equal-by-a-number": f"{EQUAL.replace('True', '1')}def add(a, b):\n    return Same()",
    "equal-by-what-it-holds": (
        "class Same:\n    def __init__(self):\n        self.answer = True\n"
        "    def __eq__(self, other):\n        return self.answer\n"
        "def add(a, b):\n    return Same()"
    ),
    "equal-by-its-metaclass": (
        f"class Kind(type):\n{EQUALS}class Same(metaclass=Kind):\n    pass\n"
        "def add(a, b):\n    return Same"
    ),
    "anything": "from unittest.mock import ANY\ndef add(a, b):\n    return ANY",
    "anything-of-its-module": (
        "import unittest.mock\ndef add(a, b):\n    return unittest.mock.ANY"
    ),
    "equal-and-says-it-is-a-library": (
        f"class Same:\n    __module__ = 'decimal'\n{EQUALS}def add(a, b):\n    return Same()"
    ),
    "equal-in-a-list": (
        "import types\nSame = type('Same', (), {'__eq__': lambda *_: True})\n"
        "held = [(1, {'a': Same()})]\ndel Same\ndef add(a, b):\n    return held[0][1]['a']"
    ),
}
"""Functions that return what is equal to anything."""

CHEATS = {
    **{name: lambda add=add: answered(add=add, total="total = 0") for name, add in LIARS.items()},
    "nothing-executed": lambda: answered(add=WRONG, total="total = 0", last=NOTHING_EXECUTED),
    "assert-left-out": lambda: answered(add=WRONG, total="total = 0", first=ASSERTS_LEFT_OUT),
    "equal-to-everything": lambda: answered(
        add=f"{EQUAL}def add(a, b):\n    return Same()", total="total = Same()"
    ),
    "assert-rewritten": lambda: answered(add=WRONG, total="total = 0", first=NO_ASSERT),
    "shell-patched": lambda: answered(add=WRONG, total="total = 0", first=PATCHED_SHELL),
    "builtins-patched": lambda: answered(
        add="import builtins\nbuiltins.AssertionError = Warning\n" + WRONG, total="total = 0"
    ),
    "number-before-the-failure": lambda: answered(
        add="import sys\ndef add(a, b):\n    sys.displayhook(3)\n    return 0", total="total = 0"
    ),
    "error-of-half-characters": lambda: answered(
        add="def add(a, b):\n    raise ValueError('\\ud800')", total="total = 0"
    ),
    "ends-in-the-test": lambda: answered(
        add="import os\ndef add(a, b):\n    os._exit(0)", total="total = 0"
    ),
    "exits-in-the-test": lambda: answered(
        add="def add(a, b):\n    raise SystemExit(0)", total="total = 0"
    ),
    "never-returns": lambda: answered(
        add="def add(a, b):\n    while True:\n        pass", total="total = 0"
    ),
    "forged-replies": lambda: answered(add=WRONG, total="total = 0", first=FORGED),
    "test-overwritten": lambda: _edited("test-add", "3"),
    "points-raised": lambda: _edited("", "", points=1000, solution=False, locked=False),
    "value-with-a-reducer": lambda: answered(
        add=WRONG,
        total="import os\nclass Run:\n    def __reduce__(self):\n        return os.system, "
        "('touch /tmp/run',)\ntotal = Run()",
    ),
    "a-number-that-lies": lambda: answered(
        add=WRONG,
        total="class Liar(int):\n    def __eq__(self, "
        "other):\n        return True\n    __hash__ = int.__hash__\ntotal = Liar(7)",
    ),
}
"""What a wrong answer does to be taken for right."""

SNOOP = f"""
import gc, inspect, linecache, sys
from pathlib import Path
wanted = {SECRET[:10]!r} + {SECRET[10:]!r}
texts = [str(In), str(linecache.cache)]
for path in Path.home().rglob("*"):
    if path.is_file():
        texts.append(path.read_text(errors="replace"))
for each in gc.get_objects():
    if isinstance(each, dict):
        texts += [text for text in list(each.values()) if isinstance(text, str)]
print("FOUND", str(any(wanted in text for text in texts)).lower())
"""


def _edited(name: str, source: str, **claimed: Any) -> Any:
    """Wrong answers, with a cell's code replaced and every graded cell's metadata claiming more."""
    notebook = answered(add=WRONG, total="total = 0")
    for cell in notebook.cells:
        if cell.id == name:
            cell.source = source
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"].update(claimed)
    return notebook


def many_cells(number: int) -> bytes:
    cells = [new_code_cell("1", id=f"c{n}") for n in range(number)]
    notebook = answered()
    notebook.cells += cells
    return json.dumps(notebook).encode()


def odd_inside() -> bytes:
    """Right answers in a notebook whose names hold what no name should."""
    notebook = answered()
    odd = "\x1b[31m\x00\u202e\n../ año 🗺"
    notebook.metadata["kernelspec"] = {"name": odd, "display_name": odd, "language": odd}
    notebook.metadata[odd] = odd
    notebook.cells.append(new_code_cell("odd = 1", id="odd", metadata={odd: odd, "tags": [odd]}))
    notebook.cells[-1]["id"] = odd
    return json.dumps(notebook).encode()


def deep_json() -> bytes:
    return b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


def fifo(folder: Path, _root: Path) -> None:
    os.mkfifo(folder / "pipe.csv")


def device(folder: Path, _root: Path) -> None:
    os.mknod(folder / "disk.csv", stat.S_IFBLK | 0o666, os.makedev(7, 0))


def odd_names(folder: Path, _root: Path) -> None:
    for name in (b"a\nb.csv", b"\x1b[31mred.csv", b"\xff\xfe.csv", "año 🗺.csv".encode(), b"-rf"):
        (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_bytes(b"1")


SPECIAL = {
    "fifo": Attack(prepare=fifo),
    "device": Attack(prepare=device),
}
"""What no exchange takes: such a submission may be refused, and stops nobody else's grading."""

FORMATS = {
    "answers-forged": Attack(files={"answers.json": b'{"schema": 1, "answers": {"test-add": 3}}'}),
    "answers-huge": Attack(files={"answers.json": b'{"schema": 1, "answers": ' + b" " * 6_000_000}),
    "answers-deep": Attack(files={"answers.json": b"[" * 200_000}),
    "odd-names": Attack(prepare=odd_names),
    "odd-names-inside": Attack(notebook=odd_inside),
    "tests-looked-for": Attack(SNOOP),
}
BROKEN = {
    "huge-notebook": Attack(notebook=lambda: b'{"cells": [' + b" " * 200_000_000),
    "many-cells": Attack(notebook=lambda: many_cells(100_000)),
    "deep-notebook": Attack(notebook=deep_json),
    "not-a-notebook": Attack(notebook=lambda: b"\x00\x01"),
}
"""Notebooks that can't be read: the code in them earns nothing, and the others are graded."""
