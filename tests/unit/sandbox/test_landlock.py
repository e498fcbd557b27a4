"""The second wall: what may be written, where mounts would allow it."""

import subprocess
import sys

import pytest

from travesia.sandbox import landlock

CODE = """
import sys
from pathlib import Path
from travesia.sandbox import landlock, syscalls

inside, outside = Path(sys.argv[1]), Path(sys.argv[2])
if sys.argv[3] == "walled":
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict_writing([str(inside)], ["/dev/null"])
def writes(path):
    try:
        path.open("a").close()
        return True
    except OSError:
        return False
print(writes(inside / "new"), writes(outside / "new"), writes(Path("/dev/null")))
(inside / "folder").mkdir()
(inside / "new").rename(inside / "folder" / "moved")
print((outside / "kept").read_text())
"""


@pytest.mark.parametrize(("wall", "outside"), [("walled", "False"), ("open", "True")])
def test_only_the_named_folders_and_devices_are_written(tmp_path, wall, outside):
    if not landlock.version():
        pytest.skip("this kernel has no Landlock")
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    (tmp_path / "out" / "kept").write_text("read all the same")
    command = [sys.executable, "-c", CODE, str(tmp_path / "in"), str(tmp_path / "out"), wall]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"True {outside} True\nread all the same\n"
