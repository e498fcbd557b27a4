"""Where one person's programs run: their sandbox, environment and configuration.

Their notebook server and the hub's own errands for them (releasing the demonstration) run in the
same place, so that what holds for one holds for the other.
"""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from travesia.campus.preferences import Preferences
from travesia.grading import JUPYTER_DATA
from travesia.hub import allowances, folders, identities
from travesia.hub.allowances import Allowance, Allowances
from travesia.hub.people import Person
from travesia.hub.settings import COURSE_ID, HubSettings
from travesia.labextension import jupyter_config
from travesia.sandbox import Sandbox, cgroups, outside, relay

INSIDE = "/opt/travesia"
# Kernels' sockets: in the sandbox's own /tmp, and short enough for a Unix socket's path.
RUNTIME = "/tmp/jupyter"  # noqa: S108 - no other account sees this /tmp
SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True)
class Place:
    """The place of one person on one hub.

    Without isolation (a declared demonstration) programs run as they are, never as root.
    """

    settings: HubSettings
    person: Person

    @property
    def state(self) -> Path:
        """The privileged side's folder for the place's generated files."""
        return self.settings.run / "people" / self.person.username

    @property
    def sockets(self) -> Path:
        """The folder, the person's own, where their server's socket lies."""
        return self.state / "sockets"

    @property
    def notices(self) -> Path:
        """The folder where the hub leaves what the person's workspace tells them."""
        return self.state / "notices"

    @property
    def own_folders(self) -> list[Path]:
        """All that the person's programs may fill on the data's disk as they like, made or not."""
        return [folders.home_of(self.settings, self.person), self.sockets]

    @cached_property
    def allowances(self) -> Allowances:
        """The hub's limits, as its file has them when this place is first asked.

        Raises:
            AllowancesError: the file can't be read.
        """
        return allowances.load(self.settings.checkout, self.settings.data)

    @property
    def allowance(self) -> Allowance:
        """What the person may use."""
        return self.allowances.of(self.person.kind)

    @property
    def outside(self) -> bool:
        """Whether the person's programs may reach the internet."""
        return self.allowances.reaches_outside([self.person.kind, *self.person.groups])

    @property
    def log(self) -> Path:
        """The file that the person's server writes its messages to, outside their place."""
        return self.settings.data / "logs" / f"{self.person.username}.log"

    @property
    def instructs(self) -> bool:
        """Whether the person gets the course's folders."""
        return self.person.kind == "instructor"

    @property
    def language(self) -> str:
        """The language the person chose on the campus, else the one they were added with."""
        chosen = Preferences(self.settings.campus_data / "campus.sqlite").language(
            self.person.username
        )
        return chosen or self.person.language

    @property
    def home(self) -> str:
        """The person's home as their programs see it."""
        if not self.settings.isolated:
            return str(folders.home(self.settings, self.person))
        return Sandbox(identity=identities.of_person(self.person), state=self.state).home_inside

    @property
    def course_root(self) -> str:
        """The course's folder as an instructor's programs see it."""
        return f"{self.home}/course/{COURSE_ID}"

    @property
    def sandbox(self) -> Sandbox:
        """All that the person's programs get."""
        writable = {}
        if self.instructs:
            mounts = folders.course_mounts(self.settings)
            writable = {f"{self.course_root}/{name}": path for name, path in mounts.items()}
        if self.sockets.is_dir():
            writable[relay.INSIDE] = self.sockets
        return Sandbox(
            identity=identities.of_person(self.person),
            state=self.state,
            home=folders.home(self.settings, self.person),
            read_only={f"{INSIDE}/{name}": path for name, path in self._read_only.items()},
            writable=writable,
            network=False,
            nested=self.instructs,
            limits=self.allowance.limits,
            control=cgroups.delegation(),
        )

    @property
    def _read_only(self) -> dict[str, Path]:
        checkout = self.settings.checkout
        return {
            "jupyter": self.state / "jupyter",
            "notebooks": checkout / "notebooks",
            "course.yaml": checkout / "course.yaml",
            "notices": self.notices,
        }

    def _seen(self, name: str) -> str:
        """Where the person's programs find one of the read-only paths."""
        return f"{INSIDE}/{name}" if self.settings.isolated else str(self._read_only[name])

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the person's programs, with what our parts of them read."""
        return {
            "USER": self.person.username,
            "LOGNAME": self.person.username,
            "HOME": self.home,
            "SHELL": "/bin/bash",
            "LANG": "C.UTF-8",
            "PATH": f"{Path(sys.prefix) / 'bin'}:{SEARCH_PATH}",
            "JUPYTER_CONFIG_PATH": self._seen("jupyter"),
            "JUPYTER_PATH": str(JUPYTER_DATA),
            "TRAVESIA_KIND": self.person.kind,
            "TRAVESIA_LANGUAGE": self.language,
            "TRAVESIA_LESSONS": self._seen("notebooks"),
            "TRAVESIA_COURSE": self._seen("course.yaml"),
            "TRAVESIA_COURSE_ID": COURSE_ID,
            "TRAVESIA_COURSE_ROOT": self.course_root if self.instructs else "",
            "TRAVESIA_COURSE_LANGUAGE": self.settings.language,
            "TRAVESIA_ISOLATION": "1" if self.settings.isolated else "0",
            "TRAVESIA_CAMPUS_URL": self.settings.campus_url,
            "TRAVESIA_CAMPUS_ADDRESS": self.settings.campus_address,
            "TRAVESIA_NOTICES": self._seen("notices"),
            "JUPYTER_RUNTIME_DIR": self._runtime,
        } | (outside.variables() if self.outside and self.settings.isolated else {})

    @property
    def _runtime(self) -> str:
        """Where the sockets of the person's kernels lie: nobody else reaches them."""
        if self.settings.isolated:
            return RUNTIME
        return str(folders.runtime(self.settings, self.person))

    @property
    def start(self) -> str:
        """The folder of this machine to start from: a sandbox goes to the home inside by itself."""
        return "/" if self.settings.isolated else self.home

    def write_configuration(self) -> None:
        """Lay out the Jupyter configuration, which the person can read but not change."""
        target = self.state / "jupyter"
        for folder in (target, self.notices):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        jupyter_config.write_config(
            target,
            kind=self.person.kind,
            language=self.language,
            home=self.home,
        )
        own = self.settings.checkout / "hub_config" / "nbgrader_config.py"
        shutil.copyfile(own, target / "nbgrader_config.py")
        for path in [target, *target.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)

    def command(self, argv: Sequence[str], entrance: Sequence[str] = ()) -> list[str]:
        """The command that runs `argv` here, with `environment` given to it by the caller.

        What is given as `entrance` opens the ways of a sandbox before it.
        """
        if self.settings.isolated:
            return self.sandbox.command(argv, entrance)
        if self.instructs:
            self._link_course()
        # Outside a sandbox its processes would be counted with everybody's.
        limits = replace(self.allowance.limits, processes=None)
        who = identities.of_person(self.person)
        return limits.outer_command(identities.without_root(who, limits.command(argv)))

    def _link_course(self) -> None:
        base = Path(self.course_root)
        base.mkdir(parents=True, exist_ok=True)
        for name, path in folders.course_mounts(self.settings).items():
            if not (base / name).exists():
                (base / name).symlink_to(path)
