"""The programs of one workspace: which of them belong together, and their end."""

import math
from collections.abc import Sequence
from contextlib import suppress

import psutil

Group = list[psutil.Process]


def server_of(processes: Group, words: Sequence[str]) -> psutil.Process | None:
    """The notebook server, if it runs: the oldest that is called so, for it started the rest."""
    found = [(_began(each), each) for each in processes if _words(each)[1:3] == words]
    return min(found, key=lambda each: each[0])[1] if found else None


def groups_of(processes: Group, first: int, words: Sequence[str]) -> list[Group]:
    """The programs that run beside each other: the server by itself, kernels, terminals.

    Args:
        processes: all of a workspace, parents before children.
        first: the number of its first process.
        words: what the command line of the notebook server itself begins with.
    """
    parents = {each.pid: _parent(each) for each in processes}
    server = server_of(processes, words)
    if server is None:
        return [processes]
    above = {server.pid}
    pid = server.pid
    while pid != first and (pid := parents.get(pid, first)):
        above.add(pid)
    groups: dict[int, Group] = {server.pid: [server]}
    member = dict.fromkeys(above, server.pid)
    for each in processes:
        if each.pid in above:
            continue
        parent = parents[each.pid]
        member[each.pid] = each.pid if parent in above else member.get(parent, each.pid)
        groups.setdefault(member[each.pid], []).append(each)
    return list(groups.values())


def with_children(first: psutil.Process, processes: Group) -> Group:
    """A process and all below it, of processes that come after their parents."""
    group = {first.pid: first}
    for each in processes:
        if _parent(each) in group:
            group[each.pid] = each
    return list(group.values())


def end(group: Group) -> bool:
    """Whether any of these programs still ran; now they end for good, all suspended first.

    So none starts another meanwhile. What has ended stays listed until who started it has asked.
    """
    alive = [each for each in group if _runs(each)]
    for act in (psutil.Process.suspend, psutil.Process.kill):
        for process in alive:
            with suppress(psutil.Error):
                act(process)
    return bool(alive)


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def _parent(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return process.ppid()
    return 0


def _began(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        return process.create_time()
    return math.inf


def _words(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []
