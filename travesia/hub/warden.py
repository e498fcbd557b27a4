"""Who looks after running workspaces, for what no limit of one process can hold.

It looks every second at the memory of all of a person's programs together and at the room they
take on the disk. Whoever goes beyond loses the program that took most, such as one notebook's
kernel, and is told why; nothing on the disk is ever deleted. Where a control group holds the memory
the kernel has ended that program before.
"""

import asyncio
import logging
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from travesia.hub import logs, notices, programs, room
from travesia.hub.allowances import NICENESS
from travesia.hub.people import Roll
from travesia.hub.place import Place
from travesia.hub.programs import Group
from travesia.sandbox import cgroups, terminals, usage
from travesia.sandbox.usage import Room

SECONDS = 1.0
# A home is measured this often, and at once when programs have written this much since.
SECONDS_BETWEEN_MEASURES = 15.0
WRITTEN_BEFORE_MEASURE = 32 * 1000 * 1000
# Looks in a row beyond the memory after which everything of a workspace ends.
STRIKES = 4
# So many terminals a workspace keeps where more than half of the machine's are taken.
TERMINALS = 64
# What a program may still write where its person's home is full: answers, a page that is saved.
LITTLE = 16 * 1000 * 1000
# Below this part of the disk's reserve every home counts as full.
CRITICAL = 0.5

log = logging.getLogger("JupyterHub")


@dataclass
class Ward:
    """One person's running workspace.

    Attributes:
        place: where it runs.
        pid: its first process.
        words: what the command line of the notebook server itself begins with.
        home: what their home held when it was last measured.
    """

    place: Place
    pid: int
    words: list[str]
    home: Room = field(default_factory=Room)
    _first: psutil.Process | None = None
    _group: Path | None = None
    _ended_by_kernel: int = 0
    _strikes: int = 0
    _measured: float = 0.0
    _written: int = 0
    _at_full: dict[int, int] = field(default_factory=dict)
    # The hub's own is none of theirs.
    _sessions: set[int] = field(default_factory=lambda: {os.getsid(0)})

    def __post_init__(self) -> None:
        """Know the first process from another that gets its number later."""
        with suppress(psutil.NoSuchProcess):
            self._first = psutil.Process(self.pid)

    @property
    def runs(self) -> bool:
        """Whether the workspace still runs."""
        return self._first is not None and self._first.is_running()

    def look(self, processes: list[psutil.Process], *, scarce: bool) -> None:
        """Keep what runs to what it may take; where the disk is scarce, nobody writes much."""
        usage.step_back(processes, NICENESS, self._sessions)
        self._hold_memory(processes)
        self._hold_room(processes, scarce=scarce)

    def end_all(self, processes: Group) -> None:
        """End everything of a workspace whose person was removed."""
        if programs.end(processes):
            log.warning(
                "The workspace of %s, who was removed, is ended", self.place.person.username
            )

    def tell(self, kind: str) -> None:
        """Leave a notice for the person's workspace: why a program of theirs was ended."""
        notices.tell_end(self.place, kind)
        log.warning("A program of %s was ended: %s", self.place.person.username, kind)

    def hold_terminals(self, processes: Group) -> None:
        """End what holds most terminals, for few are left for everybody; some stay theirs."""
        server, *others = programs.groups_of(processes, self.pid, self.words)
        held = {group[0].pid: _terminals_of(group) for group in (server, *others)}
        # The server last: with it everything ends.
        order = [*sorted(others, key=lambda each: -len(held[each[0].pid])), server]
        ended: Group = []
        for number, group in enumerate(order):
            left = {each for rest in order[number:] for each in held[rest[0].pid]}
            if len(left) <= TERMINALS:
                break
            if held[group[0].pid]:
                ended += group
        if programs.end(ended):
            self.tell("terminals")

    def _hold_memory(self, processes: list[psutil.Process]) -> None:
        # It joins its group, if there is one, a moment after it has started.
        self._group = self._group or cgroups.group_of(self.pid)
        if self._group is not None:
            ended = cgroups.ended_by_kernel(self._group)
            if ended > self._ended_by_kernel:
                self.tell("memory")
            self._ended_by_kernel = ended
            return
        most = self.place.allowance.memory
        if usage.memory_at_most(processes) <= most or usage.memory_of(processes) <= most:
            self._strikes = 0
            return
        programs.end(self._greedy(processes, most))
        self._strikes += 1
        self.tell("memory")

    def _greedy(self, processes: Group, most: int) -> Group:
        """What has to end so that the others have enough: more of it, the longer it goes on."""
        groups = programs.groups_of(processes, self.pid, self.words)
        if self._strikes >= STRIKES:
            # Something starts anew whatever was ended.
            return [process for group in groups for process in group]
        server, *others = groups
        held = {each.pid: usage.memory_of([each]) for group in groups for each in group}
        if not others or held[server[0].pid] > most:
            return server
        if self._strikes == 0:
            # First what takes most, such as one submission of a class that is graded; if that was
            # not it, all that it belongs to. With the server everything ends, however little of it
            # a greedy program has taken by then.
            beside = [process for group in others for process in group]
            greediest = max(beside, key=lambda each: held[each.pid])
            return programs.with_children(greediest, beside)
        taken = {group[0].pid: sum(held[each.pid] for each in group) for group in others}
        left = sum(held.values())
        ended: Group = []
        for group in sorted(others, key=lambda each: taken[each[0].pid], reverse=True):
            if ended and left <= most:
                break
            ended += group
            left -= taken[group[0].pid]
        return ended

    def _hold_room(self, processes: list[psutil.Process], *, scarce: bool) -> None:
        written = usage.written_by(processes)
        since = time.monotonic() - self._measured
        if since < SECONDS_BETWEEN_MEASURES and written - self._written < WRITTEN_BEFORE_MEASURE:
            return
        began = time.monotonic()
        self.home = room.home_of(self.place, processes)
        # A home of very many files is not measured all the time.
        self._measured, self._written = time.monotonic() + 20 * (time.monotonic() - began), written
        used = room.part_used(self.home, self.place)
        if used >= room.FULL or scarce:
            self._end_writers(processes, used)
        else:
            self._at_full.clear()
        # Last: on a disk that has no room for it, whoever filled it has been ended before.
        notices.tell_room(self.place, self.home)

    def _end_writers(self, processes: Group, used: float) -> None:
        groups = programs.groups_of(processes, self.pid, self.words)
        for group in groups:
            self._at_full.setdefault(group[0].pid, usage.written_by(group))
        if used >= room.TOO_FULL:
            writers = groups
        else:
            writers = [g for g in groups if self._written_since_full(g) > LITTLE]
        for group in writers:
            programs.end(group)
        if writers:
            self.tell("room" if used >= room.FULL else "disk")

    def _written_since_full(self, group: Group) -> int:
        return usage.written_by(group) - self._at_full[group[0].pid]


class Warden:
    """Looks after every running workspace of one hub."""

    def __init__(self) -> None:
        self._wards: dict[str, Ward] = {}
        self._task: asyncio.Task[None] | None = None
        self._board = notices.Board()
        self._roll = Roll()

    def watch(self, ward: Ward) -> None:
        """Look after a workspace that has started."""
        self._wards[ward.place.person.username] = ward
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch_all())

    def forget(self, username: str) -> None:
        """Leave a workspace that ends."""
        self._wards.pop(username, None)

    def look(self) -> None:
        """Look at each workspace once."""
        for name, ward in list(self._wards.items()):
            if not ward.runs and self._wards.get(name) is ward:
                self.forget(name)
        wards = list(self._wards.values())
        if not wards:
            return
        running = usage.processes_below([ward.pid for ward in wards])
        newest = wards[-1].place
        scarce = room.free_bytes(newest.settings.data) < newest.allowances.reserve * CRITICAL
        few_terminals = terminals.scarce()
        names = self._roll.names(newest.settings.people_file)
        for ward in wards:
            if names is not None and ward.place.person.username not in names:
                ward.end_all(running[ward.pid])
                continue
            try:
                ward.look(running[ward.pid], scarce=scarce)
                if few_terminals:
                    ward.hold_terminals(running[ward.pid])
            except Exception:
                log.exception("Looking after %s failed", ward.place.person.username)
        self._board.publish([(ward.place, ward.home) for ward in wards if ward.home.bytes])
        logs.bound(newest.log.parent)

    async def _watch_all(self) -> None:
        while self._wards:
            # Whatever one look meets, such as a disk without any room: the next one is taken.
            try:
                await asyncio.to_thread(self.look)
            except Exception:
                log.exception("A look at the workspaces failed")
            await asyncio.sleep(SECONDS)


def _terminals_of(group: Group) -> set[tuple[int, int]]:
    held: set[tuple[int, int]] = set()
    for process in group:
        found = terminals.held_by(process)
        # What a program hides counts as too many.
        held |= {(-process.pid, n) for n in range(TERMINALS + 1)} if found is None else found
    return held
