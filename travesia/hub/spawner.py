"""A person's notebook server, in a sandbox of its own."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

import psutil
from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Instance

from travesia.hub import identities, programs, room
from travesia.hub.people import People, PeopleError
from travesia.hub.place import Place
from travesia.hub.settings import HubSettings
from travesia.hub.warden import Ward, Warden
from travesia.sandbox import relay, usage
from travesia.sandbox.relay import Relay

SERVER = ["-m", "jupyterhub.singleuser"]
# Jupyter Server takes a Unix socket only where the port is its default one; it opens neither then.
NO_PORT = "http://127.0.0.1:8888"


class SandboxSpawner(LocalProcessSpawner):
    """Starts each person's server in their place, and in no other way."""

    settings = Instance(HubSettings, help="The hub's folders and addresses.").tag(config=True)
    # By name, for the hub's whole life: a spawner is made anew at times, the port is never let go.
    relays: ClassVar[dict[str, Relay]] = {}
    warden: ClassVar[Warden] = Warden()

    @property
    def relay(self) -> Relay:
        """The ways in and out of this person's sandbox."""
        if self.user.name not in self.relays:
            ports = [self.settings.hub_port, self.settings.campus_port]
            self.relays[self.user.name] = Relay(self.place.sockets, ports)
        return self.relays[self.user.name]

    @property
    def place(self) -> Place:
        """Where this person's server runs, by the registry as it is now.

        Raises:
            PeopleError: they were removed meanwhile.
        """
        person = People(self.settings.people_file).get(self.user.name)
        if person is None:
            raise PeopleError(f"'{self.user.name}' is no longer in the registry of people.")
        return Place(self.settings, person)

    def make_preexec_fn(self, name: str) -> Any:  # noqa: ARG002 - the spawner's signature
        """Nothing to do before the start: the sandbox changes identity itself."""
        return None

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """The hub's environment for the server, with the place's own."""
        if self.settings.isolated:
            env = env | {"JUPYTERHUB_SERVICE_URL": f"{NO_PORT}{self.server.base_url}"}
        return env | self.place.environment

    def get_args(self) -> list[str]:
        """The server's options: where it listens, if it has a network of its own."""
        options: list[str] = super().get_args()
        if self.settings.isolated:
            options.append(f"--ServerApp.sock={relay.INSIDE}/{relay.SERVER}")
        return options

    def load_state(self, state: dict[str, Any]) -> None:
        """Forget an earlier hub's server: it ended with that hub, and its number may be reused."""
        super().load_state({key: value for key, value in state.items() if key != "pid"})

    async def start(self) -> tuple[str, int]:
        """Start the server in its place; the address is the one the hub picked.

        Raises:
            NoRoomError: the disk or the person's home is too full; nothing was started.
        """
        place = self.place
        await asyncio.to_thread(room.check, place)
        if self.settings.isolated:
            await self.relay.stop()
        self.default_url = "/tree" if place.person.kind == "learner" else "/lab"
        await asyncio.to_thread(place.write_configuration)
        with self._ways(place) as (entrance, inherited), place.log.open("ab") as log:
            self.cmd = place.command([sys.executable, *SERVER], entrance)
            # Instructors share the course's folders through their group; others share nothing.
            umask = 0o007 if place.instructs else 0o077
            self.popen_kwargs = {"umask": umask, "stdout": log, "stderr": log, "cwd": place.start}
            self.popen_kwargs["pass_fds"] = inherited
            address: tuple[str, int] = await super().start()
        if self.settings.isolated:
            self.relay.start()
        self.warden.watch(Ward(place, self.pid, SERVER))
        return address

    @contextmanager
    def _ways(self, place: Place) -> Iterator[tuple[list[str], list[int]]]:
        """What opens the server's ways, and the descriptors it has to inherit for that."""
        if not self.settings.isolated:
            yield [], []
            return
        who = identities.of_person(place.person)
        self.relay.outside = place.outside
        inherited = self.relay.prepare(who.uid, who.gid)
        self.port = self.relay.port
        try:
            yield self.relay.entrance(inherited), [inherited]
        finally:
            os.close(inherited)

    async def stop(self, now: bool = False) -> None:  # noqa: FBT001, FBT002 - the spawner's signature
        """Stop the server: the program inside first, so that it can save, then its sandbox."""
        self.warden.forget(self.user.name)
        if not now and self.pid:
            # One alone: a person's programs can call themselves as they like, and be as many.
            below = usage.processes_below([self.pid])[self.pid][1:]
            server = programs.server_of(below, SERVER)
            if server is not None:
                with suppress(psutil.Error):
                    server.terminate()
                await self.wait_for_death(self.interrupt_timeout)
        await super().stop(now=now)
        if self.user.name in self.relays:
            await self.relays[self.user.name].stop()
