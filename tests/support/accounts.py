"""An ordinary account of this machine, for the tests that must not be root's."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from travesia.sandbox import bubblewrap

CHECKOUT = Path(__file__).resolve().parents[2]
NAME = "travesia-tester"


def ordinary() -> pwd.struct_passwd:
    """The account the tests use: one made for them under root, this one otherwise."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        # Another process of the tests may make it at the same moment.
        make = ["useradd", "--create-home", "--shell", "/bin/bash", NAME]
        subprocess.run(make, check=False, capture_output=True)
        return pwd.getpwnam(NAME)


def closed_ancestor(path: Path) -> Path | None:
    """The topmost folder above a path that other accounts may not enter, if there is one."""
    for parent in reversed(path.resolve().parents):
        if not parent.stat().st_mode & stat.S_IXOTH:
            return parent
    return None


def as_ordinary(argv: Sequence[str], *, readable: Sequence[Path] = ()) -> list[str]:
    """The command that runs `argv` under the ordinary account."""
    if os.geteuid() != 0:
        return list(argv)
    account = ordinary()
    return as_number(argv, account.pw_uid, account.pw_gid, readable=readable)


def as_number(
    argv: Sequence[str], uid: int, gid: int, *, readable: Sequence[Path] = ()
) -> list[str]:
    """The command by which root runs `argv` under another account's number.

    Python and the checkout may lie where only root enters: they are laid out for the account in a
    view of the machine of its own, at the same paths, read-only; the rest of those closed folders
    is not there.
    """
    wanted = [*bubblewrap.python_folders(), CHECKOUT, *readable]
    view = [str(bubblewrap.find_bwrap()), "--die-with-parent", "--dev-bind", "/", "/"]
    covered = {top for path in wanted if (top := closed_ancestor(path))}
    for top in sorted(covered):
        view += ["--perms", "0755", "--tmpfs", str(top)]
    for path in wanted:
        top = closed_ancestor(path)
        if top is None:
            continue
        for parent in reversed(path.resolve().parents):
            if parent != top and parent.is_relative_to(top):
                view += ["--perms", "0755", "--dir", str(parent)]
        view += ["--ro-bind", str(path), str(path)]
    setpriv = shutil.which("setpriv") or "setpriv"
    drop = [setpriv, "--reuid", str(uid), "--regid", str(gid)]
    drop += ["--clear-groups", "--pdeathsig", "KILL"]
    return [*view, "--", *drop, *argv]


def environment() -> dict[str, str]:
    """The ordinary account's environment: nothing of the tests' own but where Python is."""
    account = ordinary()
    return {
        "HOME": account.pw_dir,
        "USER": account.pw_name,
        "LANG": "C.UTF-8",
        "PATH": f"{Path(sys.prefix) / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
