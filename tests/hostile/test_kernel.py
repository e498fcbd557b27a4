"""What a program asks of the machine's own kernel: tracing, namespaces, mounts, devices, setuid."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

LIBC = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def said(result):
    return "done" if result == 0 else os.strerror(ctypes.get_errno())
"""

# Tracing


TRACE = f"""{LIBC}
PTRACE_SEIZE, PTRACE_DETACH = 0x4206, 17
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        if open("/proc/" + pid + "/cmdline").read() == {{cmdline!r}}:
            pid = int(pid)
            break
    except OSError:
        pass
else:
    pid = {{pid}}
print(said(libc.ptrace(PTRACE_SEIZE, pid, None, None)))
"""


def sleeper(scene, seconds: int) -> tuple[psutil.Process, str]:
    """A program that ana has started, and the code that would trace it."""
    # A hub beside this one has its sleepers too: the port tells them apart.
    words = ["sleep", f"{seconds}.{urlsplit(scene.hub.url).port}"]
    scene.ana.run(f"import subprocess; hostile_traced = subprocess.Popen({words!r})")
    (found,) = [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == words]
    return found, TRACE.format(cmdline="\0".join([*words, ""]), pid=found.pid)


def test_nobody_traces_a_program_of_anothers(scene):
    first, attack = sleeper(scene, 86_403)
    assert scene.beto.run(attack) == "No such process"
    assert scene.ana.run(attack) == "done"
    first.kill()

    second, attack = sleeper(scene, 86_404)
    bare = {"number": scene.number("ana"), "options": ["--bare"]}
    assert scene.hub.exposed(attack, **bare) == "done"
    second.kill()


# Namespaces and mounts


ASK = {
    "a user namespace": "libc.unshare(0x10000000)",
    "a mount of one's own": "libc.unshare(0x10000000 | 0x20000) or "
    "libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)",
    "the system made writable": "libc.unshare(0x10000000 | 0x20000) or "
    "libc.mount(b'none', b'/', None, 0x40000, None)",
}


NO_NAMESPACE = {"No space left on device", "Operation not permitted"}


def in_its_own_process(code: str) -> str:
    """Code that runs other code in a process that ends with what it got."""
    return (
        "import subprocess, sys\n"
        f"ran = subprocess.run([sys.executable, '-c', {code!r}], capture_output=True, text=True)\n"
        "print(ran.stdout)"
    )


@pytest.mark.parametrize("asked", ASK.values(), ids=ASK)
def test_a_learner_makes_no_namespace_and_no_mount(scene, asked):
    attack = in_its_own_process(f"{LIBC}print(said({asked}))")
    assert scene.beto.run(attack) in NO_NAMESPACE

    # An instructor's grading makes sandboxes itself, and a sandbox that may be nested allows it.
    assert scene.rosa.run(attack) == "done"
    assert scene.hub.exposed(attack, options=["--nested"]) == "done"


WRITE = """
import errno, os
for folder in {folders!r}:
    try:
        with open(os.path.join(folder, "hostile-written"), "w") as file:
            file.write("x")
        print("written")
    except OSError as error:
        print(errno.errorcode[error.errno])
"""
LESSONS = "/opt/travesia/notebooks"


def test_nothing_of_the_system_or_of_everybodys_can_be_written(scene, open_folder):
    """Whoever writes there runs a program of theirs in everybody's place."""
    everybodys = ["/", "/usr/bin", "/etc", sys.prefix, LESSONS, "/opt/travesia/jupyter"]
    attack = WRITE.format(folders=everybodys)
    assert scene.beto.run(attack).split() == ["EROFS"] * len(everybodys)

    own = WRITE.format(folders=["/home/beto", "/tmp", "/dev/shm"])
    assert scene.beto.run(own).split() == ["written"] * 3
    # A folder that whoever likes may write, shown in the lessons' place as they are, and not so.
    attack, beto = WRITE.format(folders=[LESSONS]), scene.number("beto")
    read_only = ["--show", f"{LESSONS}={open_folder}"]
    assert scene.hub.exposed(attack, number=beto, options=read_only) == "EROFS"
    assert scene.hub.exposed(attack, number=beto, bind={LESSONS: open_folder}) == "written"


OVER = "libc.mount(b'none', b'/usr/share', b'tmpfs', 0, None)"
IN_OWN_NAMESPACE = "libc.unshare(0x10000000 | 0x20000) or "


def test_nothing_of_the_system_can_be_mounted_over_or_away(scene):
    attack = f"{LIBC}print(said({OVER}), said(libc.umount2(b'/usr', 2)))"
    assert scene.beto.run(attack) == "Operation not permitted Operation not permitted"

    # Where namespaces can be made, a program lays over it what it likes, for itself alone.
    over = in_its_own_process(f"{LIBC}print(said({IN_OWN_NAMESPACE}{OVER}))")
    assert scene.beto.run(over) in NO_NAMESPACE
    assert scene.rosa.run(over) == "done"
    assert scene.hub.exposed(over, options=["--nested"]) == "done"


# Devices and /sys


DEVICES = {
    "console", "core", "fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin",
    "stdout", "tty", "urandom", "zero",
}  # fmt: skip
LIST = "import os; print(*os.listdir({path!r}), sep='\\n')"
MAKE = """import os
try:
    os.mknod("/tmp/hostile-device", 0o20666, os.makedev(1, 1))
    print("made")
except OSError as error:
    print(type(error).__name__)
"""


def test_the_machines_devices_are_not_there_and_none_can_be_made(scene):
    seen = set(scene.beto.run(LIST.format(path="/dev")).split())
    assert {"null", "urandom"} <= seen <= DEVICES
    assert scene.beto.run(MAKE) == "PermissionError"

    bare = {"number": scene.number("beto"), "options": ["--bare"]}
    assert set(scene.hub.exposed(LIST.format(path="/dev"), **bare).split()) - DEVICES


@pytest.mark.parametrize("path", ["/sys", "/sys/fs", "/var/lib"])
def test_the_machines_own_folders_are_not_there(scene, path):
    attack = LIST.format(path=path)

    assert scene.beto.run(attack).startswith("FileNotFoundError")

    shown = scene.hub.exposed(attack, bind={path: Path(path)})
    assert set(shown.split()) == {each.name for each in Path(path).iterdir()}


SHARED = "import pathlib; p = pathlib.Path('/dev/shm/hostile'); {do}"


def test_shared_memory_is_each_persons_own(scene, open_folder):
    scene.ana.run(SHARED.format(do="p.write_text('hers')"))

    read = SHARED.format(do="print(p.read_text())")
    assert scene.beto.run(read).startswith("FileNotFoundError")

    assert scene.ana.run(read) == "hers"
    scene.ana.run(SHARED.format(do="p.unlink()"))
    shared = {"bind": {"/dev/shm": open_folder}, "number": scene.number("beto")}
    scene.hub.exposed(SHARED.format(do="p.write_text('hers')"), **shared)
    assert scene.hub.exposed(read, **shared) == "hers"


# Files that change who runs them


@pytest.fixture
def planted(scene):
    """A program of root's with the setuid bit, in beto's home: as a careless backup restores it."""
    if os.geteuid() != 0:
        pytest.skip("only root can plant a program of root's")
    program = scene.hub.data / "homes" / "beto" / "hostile-setuid"
    shutil.copy(shutil.which("id"), program)
    os.chown(program, 0, 0)
    program.chmod(0o4755)
    yield program
    program.unlink()


def test_a_setuid_program_changes_nobody(scene, planted, open_folder):
    attack = (
        "import os, subprocess\n"
        "ran = subprocess.run([os.path.expanduser('~/hostile-setuid'), '-u'],"
        " capture_output=True, text=True)\n"
        "print(ran.stdout.strip() == str(os.getuid()))"
    )
    assert scene.beto.run(attack) == "True"

    uid, gid = scene.number("beto")
    outside = open_folder / "hostile-setuid"
    shutil.copy(planted, outside)
    outside.chmod(0o4755)
    ran = subprocess.run(
        [outside, "-u"], user=uid, group=gid, extra_groups=[], capture_output=True, check=True
    )
    assert ran.stdout.strip() == b"0"


# What a program of root's with that bit runs as, read of its process: this one asks and waits.
POWERFUL = shutil.which("su")
STARTED = f"""
import os, subprocess, time
started = subprocess.Popen([{POWERFUL!r}], stdin=subprocess.PIPE, stdout=-3, stderr=-3)
while open(f"/proc/{{started.pid}}/comm").read().strip() != "su":
    time.sleep(0.01)
(line,) = [l for l in open(f"/proc/{{started.pid}}/status") if l.startswith("Uid:")]
started.kill()
print("own" if line.split()[2] == str(os.getuid()) else line.split()[2])
"""
NO_PRIVILEGES = f"{LIBC}print(libc.prctl(39, 0, 0, 0, 0))"


def runs_as(number: tuple[int, int], *through: str) -> int:
    """The number that root's program runs under when somebody of another number starts it."""
    uid, gid = number
    who = {"user": uid, "group": gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with subprocess.Popen(
        [*through, POWERFUL], stdin=subprocess.PIPE, stdout=-3, stderr=-3, **who
    ) as started:
        process = psutil.Process(started.pid)
        while process.name() != "su":
            time.sleep(0.01)
        effective = process.uids().effective
        started.kill()
    return effective


def test_no_program_of_a_person_ever_gains_a_privilege(scene):
    """The kernel's own promise for a process and all that it starts."""
    assert scene.beto.run(NO_PRIVILEGES) == "1"
    assert scene.rosa.run(NO_PRIVILEGES) == "1"
    status = "print(*[l for l in open('/proc/self/status') if l.startswith('Cap')])"
    capabilities = scene.beto.run(status).split()[1::2]
    assert capabilities == ["0" * 16] * 5
    assert scene.beto.run(STARTED) == "own"

    # That promise alone holds it, and without it any program of root's is a way to root.
    beto = scene.number("beto") if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    assert runs_as(beto, "setpriv", "--no-new-privs") == beto[0]
    assert runs_as(beto) == 0


# Core dumps


CRASH = """
import os, pathlib, resource, subprocess, sys, tempfile
most = resource.getrlimit(resource.RLIMIT_CORE)[1]
try:
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))
except ValueError:
    pass
code = "import os, signal; kept = b'in-' + b'memory'; os.kill(os.getpid(), signal.SIGSEGV)"
folder = tempfile.mkdtemp()
ended = subprocess.run([sys.executable, "-c", code], cwd=folder)
left = [each.read_bytes() for each in pathlib.Path(folder).iterdir()]
print(ended.returncode, [b"in-memory" in each for each in left])
"""
CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")


def test_a_program_that_crashes_leaves_no_picture_of_its_memory(scene):
    assert scene.beto.run(CRASH) == "-11 []"

    # Her own program's memory is there to be read while it runs.
    assert scene.beto.run("kept = b'in-' + b'memory'; print(kept.decode())") == "in-memory"
    beto = scene.number("beto")
    assert scene.hub.exposed(CRASH, number=beto) == "-11 []"
    if CORE_PATTERN.read_text().strip() != "core":
        pytest.skip("this machine's crashes leave their memory somewhere else")
    assert scene.hub.exposed(CRASH, number=beto, options=["--cores"]) == "-11 [True]"
