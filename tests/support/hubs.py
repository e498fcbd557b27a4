"""A real hub with its proxy and campus, started as a person starts it, for tests to share."""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import accounts
import httpx
import psutil
from visitors import Visitor

SIGN_IN = re.compile(r"^  (\w+) +([a-z0-9]{4}(?:-[a-z0-9]{4}){3}) ", re.MULTILINE)
SECONDS_TO_START = 120
LOOPBACK = "127.0.0.1"
LOWEST_PORT, HIGHEST_PORT = 10_000, 65_536
SECONDS_TO_STOP = 40


@dataclass
class RunningHub:
    """One running hub: where it is, who may sign in, and its first process."""

    url: str
    data: Path
    account: str
    passwords: dict[str, str]
    process: subprocess.Popen[bytes]
    output: Path
    command: list[str]
    visitors: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, username: str) -> Visitor:
        """A person of the demonstration, signed in with their own password; kept and shared."""
        if username not in self.visitors:
            self.visitors[username] = Visitor(self.url, username, self.passwords[username])
        return self.visitors[username]

    @property
    def first(self) -> psutil.Process:
        """The hub's own process: the one that was started, or the one an account got from root."""
        started = psutil.Process(self.process.pid)
        for process in (started, *started.children(recursive=True)):
            # What has ended since it was listed is not the hub.
            with suppress(psutil.Error):
                if {"jupyterhub", "--config"} <= {*process.cmdline()}:
                    return process
        raise AssertionError("the hub is not running")

    def stop(self) -> None:
        """Stop the hub as Ctrl-C does, if it runs."""
        for visitor in self.visitors.values():
            visitor.client.close()
        self.visitors.clear()
        if self.process.poll() is None:
            self.end(signal.SIGINT)

    def end(self, number: int) -> None:
        """End the hub itself with a signal, and see it end."""
        first = self.first
        first.send_signal(number)
        first.wait(timeout=SECONDS_TO_STOP)
        self.process.wait(timeout=SECONDS_TO_STOP)

    def processes(self) -> list[psutil.Process]:
        """Every process that works on this hub's data or below its first process."""
        found = {}
        for process in psutil.process_iter():
            try:
                words = " ".join(process.cmdline())
                below = self.process.pid in {parent.pid for parent in process.parents()}
            except psutil.Error:
                continue
            if below or process.pid == self.process.pid or str(self.data) in words:
                found[process.pid] = process
        return list(found.values())

    def part(self, name: str) -> psutil.Process:
        """A process of this hub by what it is.

        Args:
            name: `hub`; `proxy`; `campus`; `server`, ana's notebook server; `kernel`, one of hers;
                or `sandbox`, the first process of her sandbox.
        """
        if name == "hub":
            return self.first
        words = {"proxy": "configurable-http-proxy", "campus": "travesia.campus"}
        words["kernel"] = "ipykernel_launcher"
        if name in words:
            return self._running(words[name], "ana")
        server = self._running("jupyterhub.singleuser", "ana")
        if name == "server":
            return server
        return next(p for p in (server, *server.parents()) if p.ppid() == self.first.pid)

    def _running(self, words: str, username: str) -> psutil.Process:
        """The innermost process with these words in its command, of this person if of anybody."""
        for process in sorted(self.processes(), key=depth, reverse=True):
            try:
                argv, environment = process.cmdline(), process.environ()
            except psutil.Error:
                continue
            if any(words in word for word in argv) and environment.get(
                "JUPYTERHUB_USER", username
            ) in {username, ""}:
                return process
        raise AssertionError(f"no process of this hub is {words}")

    def restart(self) -> None:
        """Start the hub again on the same data and port, after it was stopped or killed."""
        for visitor in self.visitors.values():
            visitor.client.close()
        self.visitors.clear()
        self.process = launch(self.command, self.output, self.url)

    def travesia(self, *words: str) -> subprocess.CompletedProcess[str]:
        """What `travesia …` says on this hub's data, run by the account that runs the hub."""
        argv = [str(Path(sys.prefix) / "bin" / "travesia"), *words, "--data", str(self.data)]
        return subprocess.run(
            self._run_as(argv),
            capture_output=True,
            text=True,
            check=False,
            cwd=accounts.CHECKOUT,
            env=accounts.environment(),
        )

    def environment_of(self, words: str, username: str | None = None) -> dict[str, str]:
        """The environment of a process that the hub started: a server, or the campus."""
        for process in self.processes():
            try:
                argv, environment = process.cmdline(), process.environ()
            except psutil.Error:
                continue
            mine = username in {None, environment.get("JUPYTERHUB_USER")}
            if words in argv and mine and "JUPYTERHUB_API_TOKEN" in environment:
                return environment
        raise AssertionError(f"no process of this hub is {words}")

    def server_port(self, username: str) -> int:
        """The port of the machine where the proxy finds a person's running server: the hub's."""
        found = self.first.net_connections("inet")
        listening = {each.laddr.port for each in found if each.status == psutil.CONN_LISTEN}
        (port,) = [port for port in listening if answers_for(port, username)]
        return port

    def exposed(
        self,
        code: str,
        *,
        bind: dict[str, Path] | None = None,
        number: tuple[int, int] | None = None,
        options: Sequence[str] = (),
    ) -> str:
        """What code prints in a person's sandbox with a wall of it taken down, errors included.

        Args:
            code: what `Visitor.run` would run.
            bind: what the sandbox shows besides: the path inside to the path on the machine.
            number: the user and group it runs as where root started the hub; else nobody's.
            options: further options of `exposed.py`.
        """
        program = Path(__file__).with_name("exposed.py")
        argv = [sys.executable, str(program), *options]
        for inside, path in (bind or {}).items():
            argv += ["--bind", f"{inside}={path}"]
        if number is not None:
            argv += ["--number", "{}:{}".format(*number)]
        ran = subprocess.run(
            self._run_as(argv),
            input=code,
            capture_output=True,
            text=True,
            check=False,
            cwd=accounts.CHECKOUT,
            env=accounts.environment(),
        )
        last = ran.stderr.strip().splitlines()[-1:] if ran.returncode else []
        return "\n".join([ran.stdout.strip(), *last]).strip()

    def _run_as(self, argv: list[str]) -> list[str]:
        return argv if self.account == "root" else accounts.as_ordinary(argv)


def free_port() -> int:
    """A port of loopback that is free, and that no connection is given while its hub is down."""
    given = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(LOWEST_PORT, given if given > LOWEST_PORT else HIGHEST_PORT)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port


def depth(process: psutil.Process) -> int:
    """How many processes stand above one; 0 if it has ended."""
    try:
        return len(process.parents())
    except psutil.Error:
        return 0


def launch(command: list[str], output: Path, url: str) -> subprocess.Popen[bytes]:
    """The hub's first process, once the hub answers at its address, whatever resolves its name."""
    with output.open("wb") as sink:
        process = subprocess.Popen(
            command,
            cwd=accounts.CHECKOUT,
            env=accounts.environment(),
            stdout=sink,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    deadline = time.monotonic() + SECONDS_TO_START
    hub = urlsplit(url)
    campus = hub.netloc if hub.hostname == LOOPBACK else f"campus--service.{hub.netloc}"
    pages = {"hub/health": hub.netloc, "services/campus/static/tokens.css": campus}
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            answers = [
                httpx.get(f"http://{LOOPBACK}:{hub.port}/{page}", headers={"Host": at}, timeout=5)
                for page, at in pages.items()
            ]
            if all(answer.status_code == httpx.codes.OK for answer in answers):
                return process
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    process.kill()
    process.wait()
    raise AssertionError(f"the hub did not start:\n{output.read_text(errors='replace')[-6000:]}")


def answers_for(port: int, username: str) -> bool:
    """Whether a person's notebook server answers at a port of the machine."""
    try:
        said = httpx.get(f"http://127.0.0.1:{port}/user/{username}/api", timeout=20)
    except httpx.HTTPError:
        return False
    # The hub's own port sends such a request elsewhere.
    return said.status_code == httpx.codes.OK and "version" in said.json()


@contextmanager
def running_hub(account: str, *options: str, name: str = LOOPBACK) -> Iterator[RunningHub]:
    """A hub on fresh data, started by root or by an ordinary account; stopped at the end.

    Args:
        account: `root` or `account`.
        options: further options of `travesia hub`.
        name: the machine's name in the hub's address.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"travesia-{account}-"))
    folder.chmod(0o711)
    data = folder / "data"
    data.mkdir()
    if account != "root" and os.geteuid() == 0:
        who = accounts.ordinary()
        os.chown(data, who.pw_uid, who.pw_gid)
    port = free_port()
    argv = [str(Path(sys.prefix) / "bin" / "travesia"), "hub", "--port", str(port)]
    argv += ["--data", str(data), *options]
    command = argv if account == "root" else accounts.as_ordinary(argv)
    output = folder / "output.txt"
    url = f"http://{name}:{port}/"
    process = launch(command, output, url)
    running = RunningHub(
        url=url,
        data=data,
        account=account,
        passwords=dict(SIGN_IN.findall(output.read_text())),
        process=process,
        output=output,
        command=command,
    )
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)
