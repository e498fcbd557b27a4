"""A second wall around what may be written, where the kernel has Landlock."""

import ctypes
import os
import struct
from collections.abc import Iterable

from travesia.sandbox import syscalls

CREATE, ADD, RESTRICT = 444, 445, 446
ASK_VERSION = 1
RULE_PATH_BENEATH = 1

WRITE_FILE, MAKE_CHAR, MAKE_BLOCK = 1 << 1, 1 << 6, 1 << 11
TRUNCATE, IOCTL = 1 << 14, 1 << 15
# Writing, removing and making of each kind; then what later versions know.
FIRST = WRITE_FILE | sum(1 << bit for bit in range(4, 13))
LATER = {2: 1 << 13, 3: TRUNCATE, 5: IOCTL}
SCOPES_SINCE, SCOPES = 6, 0b11  # abstract sockets and signals stay inside


def version() -> int:
    """The version of Landlock that the kernel has; 0 is none."""
    try:
        return syscalls.syscall(CREATE, 0, 0, ASK_VERSION)
    except OSError:
        return 0


def restrict_writing(folders: Iterable[str], devices: Iterable[str]) -> bool:
    """Allow writing below the folders and to the devices, and nowhere else, for good.

    Returns:
        Whether the kernel has it.
    """
    known = version()
    if not known:
        return False
    handled = FIRST
    for since, right in LATER.items():
        handled |= right if known >= since else 0
    scopes = SCOPES if known >= SCOPES_SINCE else 0
    attributes = struct.pack("=QQQ", handled, 0, scopes)[: 24 if scopes else 16 if known > 3 else 8]
    ruleset = syscalls.syscall(CREATE, ctypes.c_char_p(attributes), len(attributes), 0)
    try:
        inside = handled & ~(MAKE_CHAR | MAKE_BLOCK)
        for path in folders:
            _allow(ruleset, path, inside)
        for path in devices:
            if os.path.lexists(path):
                _allow(ruleset, path, handled & (WRITE_FILE | TRUNCATE | IOCTL))
        syscalls.syscall(RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, path: str, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", rights, descriptor)
        syscalls.syscall(ADD, ruleset, RULE_PATH_BENEATH, ctypes.c_char_p(rule), 0)
    finally:
        os.close(descriptor)
