"""Which calls to the kernel something untrusted may not make, as a filter the kernel runs.

Whatever a program is allowed to do by its account, these are refused with an error it can handle:
looking into other processes, mounting, making namespaces, the kernel's keys and its programs, and
every kind of socket that a network namespace does not hold.
"""

import ctypes
import errno
import struct
from collections.abc import Iterable, Iterator

from travesia.sandbox import syscalls

PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
ALLOW = 0x7FFF0000
ERRNO = 0x00050000
KILL_PROCESS = 0x80000000

NEW_NAMESPACES = 0x7E020080
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
MAP_SHARED, MAP_ANONYMOUS = 0x01, 0x20
FAMILIES = (1, 2, 10, 16)  # Unix, IPv4, IPv6, netlink: what a network namespace holds

_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# fmt: off
REFUSED: dict[str, tuple[int, int]] = {
    # name: the number on x86_64, on aarch64; -1 where there is none
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    "move_pages": (279, 239), "migrate_pages": (256, 238), "perf_event_open": (298, 241),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "setns": (308, 268), "unshare": (272, 97),
    "bpf": (321, 280),
    "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "adjtimex": (159, 171), "clock_adjtime": (305, 266), "syslog": (103, 116),
    "sethostname": (170, 161), "setdomainname": (171, 162), "vhangup": (153, 58),
    "lookup_dcookie": (212, 18), "iopl": (172, -1), "ioperm": (173, -1), "modify_ldt": (154, -1),
    "uselib": (134, -1), "nfsservctl": (180, 42),
}
# Memory that belongs to no process, so that nobody can tell whose it is.
UNSEEN_MEMORY = {
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
}
# No namespace divides them: every sandbox has the session's keys of who started the hub.
KEYS = {"add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219)}
REFUSED |= UNSEEN_MEMORY | KEYS
_CLONE, _CLONE3, _SOCKET, _IOCTL = (56, 220), (435, 435), (41, 198), (16, 29)
_MMAP = (9, 222)
# fmt: on

_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_X32 = 0x40000000

Step = tuple[int, int, int, int]


def supported() -> bool:
    """Whether the calls of this processor are known here."""
    return syscalls.machine() in _AUDIT


def install() -> None:
    """Refuse the calls from now on, for this process and all that it starts, for good.

    Raises:
        OSError: the kernel takes no filter, or this processor is unknown here.
    """
    if not supported():
        raise OSError(errno.ENOSYS, f"no list of calls for {syscalls.machine()}")
    steps = _packed(_program(syscalls.machine()))
    buffer = ctypes.create_string_buffer(steps, len(steps))
    program = struct.pack("@HP", len(steps) // 8, ctypes.addressof(buffer))
    held = ctypes.create_string_buffer(program, len(program))
    syscalls.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(held))


def for_bubblewrap() -> bytes:
    """A filter as bubblewrap takes it, against what its namespaces do not hold; empty if none.

    It refuses memory that no process shows, the kernel's keys and the families of sockets that no
    network namespace divides, and leaves alone what a sandbox within the sandbox needs.
    """
    if not supported():
        return b""
    machine = syscalls.machine()
    which = list(_AUDIT).index(machine)
    refused = UNSEEN_MEMORY | KEYS
    steps = [*_begin(machine), *_refuse(numbers[which] for numbers in refused.values())]
    return _packed([*steps, *_refuse_shared_memory(which), *_allow_all_but_families(which)])


def _packed(steps: Iterable[Step]) -> bytes:
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _begin(machine: str) -> Iterator[Step]:
    """Leave the number of the call loaded, of a program of this processor alone."""
    yield (_LOAD, 0, 0, _ARCHITECTURE)
    yield (_EQUAL, 1, 0, _AUDIT[machine])
    yield (_RETURN, 0, 0, KILL_PROCESS)
    yield (_LOAD, 0, 0, _NUMBER)
    if machine == "x86_64":
        # The same calls by a second set of numbers.
        yield (_AT_LEAST, 0, 1, _X32)
        yield (_RETURN, 0, 0, ERRNO | errno.ENOSYS)


def _refuse(calls: Iterable[int]) -> Iterator[Step]:
    for number in calls:
        if number >= 0:
            yield (_EQUAL, 0, 1, number)
            yield (_RETURN, 0, 0, ERRNO | errno.EPERM)


def _refuse_shared_memory(which: int) -> Iterator[Step]:
    """Refuse memory without a file that is shared; leave the number of the call loaded.

    A process shows of it only what it has mapped at the moment, and keeps all that it ever wrote.
    """
    yield (_EQUAL, 0, 4, _MMAP[which])
    yield (_LOAD, 0, 0, _ARGUMENTS + 3 * 8)
    yield (_ANY_BIT, 0, 2, MAP_ANONYMOUS)
    yield (_ANY_BIT, 0, 1, MAP_SHARED)
    yield (_RETURN, 0, 0, ERRNO | errno.EPERM)
    yield (_LOAD, 0, 0, _NUMBER)


def _allow_all_but_families(which: int) -> Iterator[Step]:
    """The end of a filter: what is left is allowed, but for sockets of other families."""
    yield (_EQUAL, 1, 0, _SOCKET[which])
    yield (_RETURN, 0, 0, ALLOW)
    yield (_LOAD, 0, 0, _ARGUMENTS)
    for family in FAMILIES:
        yield (_EQUAL, 0, 1, family)
        yield (_RETURN, 0, 0, ALLOW)
    yield (_RETURN, 0, 0, ERRNO | errno.EAFNOSUPPORT)


def _program(machine: str) -> Iterator[Step]:
    which = list(_AUDIT).index(machine)
    yield from _begin(machine)
    yield from _refuse(numbers[which] for numbers in REFUSED.values())
    yield from _refuse_shared_memory(which)
    # Its arguments lie in memory that a filter can't read: the C library then uses clone.
    yield (_EQUAL, 0, 1, _CLONE3[which])
    yield (_RETURN, 0, 0, ERRNO | errno.ENOSYS)
    yield (_EQUAL, 0, 3, _CLONE[which])
    yield (_LOAD, 0, 0, _ARGUMENTS)
    yield (_ANY_BIT, 0, 1, NEW_NAMESPACES)
    yield (_RETURN, 0, 0, ERRNO | errno.EPERM)
    # After a load the number is gone, so it is loaded anew for each of these.
    yield (_LOAD, 0, 0, _NUMBER)
    yield (_EQUAL, 0, 4, _IOCTL[which])
    yield (_LOAD, 0, 0, _ARGUMENTS + 8)
    yield (_EQUAL, 1, 0, TIOCSTI)
    yield (_EQUAL, 0, 1, TIOCLINUX)
    yield (_RETURN, 0, 0, ERRNO | errno.EPERM)
    yield (_LOAD, 0, 0, _NUMBER)
    yield from _allow_all_but_families(which)
