"""Which calls the filter refuses, read from its program as the kernel reads it."""

import errno

import pytest

from travesia.sandbox import seccomp

ALLOW = seccomp.ALLOW
REFUSED = seccomp.ERRNO | errno.EPERM


def decided(
    machine: str, number: int, first: int = 0, second: int = 0, audit: int = 0, fourth: int = 0
) -> int:
    """What the filter answers to a call."""
    program = list(seccomp._program(machine))
    words = {0: number, 4: audit or seccomp._AUDIT[machine], 16: first, 24: second, 40: fourth}
    held, at = 0, 0
    while True:
        code, true, false, value = program[at]
        at += 1
        if code == seccomp._RETURN:
            return value
        if code == seccomp._LOAD:
            held = words[value]
            continue
        holds = {
            seccomp._EQUAL: held == value,
            seccomp._AT_LEAST: held >= value,
            seccomp._ANY_BIT: bool(held & value),
        }[code]
        at += true if holds else false


MACHINES = ["x86_64", "aarch64"]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", seccomp.REFUSED)
def test_a_refused_call_is_an_error_the_program_can_handle(machine, name):
    number = seccomp.REFUSED[name][MACHINES.index(machine)]
    if number >= 0:
        assert decided(machine, number) == REFUSED


@pytest.mark.parametrize(("machine", "read"), [("x86_64", 0), ("aarch64", 63)])
def test_ordinary_calls_are_allowed(machine, read):
    assert decided(machine, read) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_a_process_may_be_made_but_no_namespace(machine):
    clone = seccomp._CLONE[MACHINES.index(machine)]
    assert decided(machine, clone, 0x01200011) == ALLOW
    for namespace in (0x80, 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000):
        assert decided(machine, clone, namespace | 17) == REFUSED
    assert decided(machine, 435) == seccomp.ERRNO | errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("family", "answer"),
    [(1, ALLOW), (2, ALLOW), (10, ALLOW), (16, ALLOW)]
    + [(family, seccomp.ERRNO | errno.EAFNOSUPPORT) for family in (17, 38, 40)],
)
def test_only_sockets_that_a_network_of_ones_own_holds_are_made(machine, family, answer):
    assert decided(machine, seccomp._SOCKET[MACHINES.index(machine)], family) == answer


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(("request_", "answer"), [(0x5413, ALLOW), (0x5412, REFUSED)])
def test_nothing_is_typed_into_a_terminal(machine, request_, answer):
    assert decided(machine, seccomp._IOCTL[MACHINES.index(machine)], 0, request_) == answer


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("flags", "answer"),
    [(0x01, ALLOW), (0x02, ALLOW), (0x22, ALLOW), (0x4022, ALLOW), (0x21, REFUSED)],
)
def test_memory_is_shared_by_a_file_alone(machine, flags, answer):
    assert decided(machine, seccomp._MMAP[MACHINES.index(machine)], fourth=flags) == answer


def test_another_processors_calls_end_the_process():
    assert decided("x86_64", 0, audit=0x40000003) == seccomp.KILL_PROCESS


def test_the_second_set_of_numbers_is_closed():
    assert decided("x86_64", 0x40000000 + 101) == seccomp.ERRNO | errno.ENOSYS
