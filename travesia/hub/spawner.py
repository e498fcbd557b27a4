"""A person's notebook server, in a sandbox of its own."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from typing import Any

import psutil
from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Instance

from travesia.hub.people import People, PeopleError
from travesia.hub.place import Place
from travesia.hub.settings import HubSettings

SERVER = ["-m", "jupyterhub.singleuser"]


class SandboxSpawner(LocalProcessSpawner):
    """Starts each person's server in their place, and in no other way."""

    settings = Instance(HubSettings, help="The hub's folders and addresses.").tag(config=True)

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
        return env | self.place.environment

    def load_state(self, state: dict[str, Any]) -> None:
        """Forget an earlier hub's server: it ended with that hub, and its number may be reused."""
        super().load_state({key: value for key, value in state.items() if key != "pid"})

    async def start(self) -> tuple[str, int]:
        """Start the server in its place; the address is the one the hub picked."""
        place = self.place
        self.default_url = "/tree" if place.person.kind == "learner" else "/lab"
        await asyncio.to_thread(place.write_configuration)
        self.cmd = place.command([sys.executable, *SERVER])
        with place.log.open("ab") as log:
            # Instructors share the course's folders through their group; others share nothing.
            umask = 0o007 if place.instructs else 0o077
            self.popen_kwargs = {"umask": umask, "stdout": log, "stderr": log, "cwd": place.start}
            address: tuple[str, int] = await super().start()
        return address

    async def stop(self, now: bool = False) -> None:  # noqa: FBT001, FBT002 - the spawner's signature
        """Stop the server: the program inside first, so that it can save, then its sandbox."""
        if not now and self.pid:
            for pid in _server_processes(self.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
                await self.wait_for_death(self.interrupt_timeout)
        await super().stop(now=now)


def _server_processes(pid: int) -> list[int]:
    """The single-user server among the processes below a sandbox's first one, if it runs."""
    try:
        below = psutil.Process(pid).children(recursive=True)
        return [found.pid for found in below if found.cmdline()[1:3] == SERVER]
    except psutil.Error:
        return []
