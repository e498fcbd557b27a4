"""Calls to the kernel that Python has no function for; each raises OSError with its reason.

They are made by a process that is about to run something untrusted, between its fork and that.
"""

import ctypes
import fcntl
import os
import platform
import socket
import struct
from enum import IntFlag

PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
CAPABILITY_VERSION_3 = 0x20080522
LAST_CAPABILITY = 63
SIOCSIFFLAGS = 0x8914
IFF_UP = 1

_libc = ctypes.CDLL(None, use_errno=True)


class Namespace(IntFlag):
    """What of the machine a process can have of its own."""

    TIME = 0x00000080
    MOUNT = 0x00020000
    CGROUP = 0x02000000
    UTS = 0x04000000
    IPC = 0x08000000
    USER = 0x10000000
    PID = 0x20000000
    NET = 0x40000000


class Mount(IntFlag):
    """How something is mounted."""

    READ_ONLY = 1
    NO_SUID = 2
    NO_DEVICES = 4
    NO_EXEC = 8
    RECURSIVE = 16384
    PRIVATE = 1 << 18


def _checked(result: int, what: str) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(namespaces: Namespace) -> None:
    """Give this process new namespaces; a new process namespace is for its children."""
    _checked(_libc.unshare(ctypes.c_int(int(namespaces))), "unshare")


def mount(kind: str, target: str, flags: Mount, options: str = "") -> None:
    """Mount a new file system of a kind, such as tmpfs, on a folder."""
    result = _libc.mount(
        kind.encode(),
        target.encode(),
        kind.encode(),
        ctypes.c_ulong(int(flags)),
        options.encode() or None,
    )
    _checked(result, f"mount {kind} on {target}")


def detach_mounts() -> None:
    """Keep what is mounted from now on to this process's own view."""
    flags = ctypes.c_ulong(int(Mount.RECURSIVE | Mount.PRIVATE))
    _checked(_libc.mount(None, b"/", None, flags, None), "mount --make-rprivate /")


def prctl(option: int, *arguments: int) -> None:
    """One of the many settings of a process."""
    given = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    _checked(_libc.prctl(ctypes.c_int(option), *given), f"prctl {option}")


def drop_privileges() -> None:
    """Give up every capability for good, for this process and all that it starts."""
    for capability in range(LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break  # the kernel knows fewer
    header = struct.pack("=Ii", CAPABILITY_VERSION_3, 0)
    _checked(_libc.capset(header, bytes(24)), "capset")
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def syscall(number: int, *arguments: object) -> int:
    """A call by its number; integers and ctypes values are passed on."""
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    _libc.syscall.restype = ctypes.c_long
    return _checked(_libc.syscall(ctypes.c_long(number), *given), f"system call {number}")


def loopback_up() -> None:
    """Let a process in a network of its own speak with itself, and with nobody else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))


def machine() -> str:
    """The name of this processor's calls, such as x86_64."""
    return platform.machine()
