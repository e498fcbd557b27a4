"""Keeps a service of the hub's running, at a port that is the hub's.

Run as `python -I -S keeper.py PORT -- PROGRAM…` by the hub's own account. JupyterHub starts it as
if it were the service: by itself it would look every 30 seconds whether a service has ended, and
has no setting for that. Each start of the program is given a listening socket, as descriptor
`DOOR`, and the keeper keeps none: who asks while the program is down is refused at once.

The hub holds the port all the time (`launch.held_port`). The kernel lets processes of one account
share it in that way and refuses everybody else, so that nobody answers in the service's place.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

# None of the low numbers, which the steps of a sandbox use.
DOOR = 10
# A program that can't start is not tried more often; one that ended later is started at once.
SECONDS_BETWEEN_STARTS = 10.0


def listening(port: int) -> socket.socket:
    """A socket that listens at the hub's port, beside the one by which the hub holds it."""
    door = socket.socket()
    # The second lets it in where connections of an earlier start have not quite ended.
    for option in (socket.SO_REUSEPORT, socket.SO_REUSEADDR):
        door.setsockopt(socket.SOL_SOCKET, option, 1)
    door.bind(("127.0.0.1", port))
    door.listen()
    return door


def start(port: int, program: list[str]) -> subprocess.Popen[bytes]:
    """The program, started with its own door."""
    with listening(port) as door:
        os.dup2(door.fileno(), DOOR)
    try:
        return subprocess.Popen(program, pass_fds=[DOOR])
    finally:
        os.close(DOOR)


def keep(port: int, program: list[str]) -> None:
    """Start the program whenever it has ended, until this process is told to end."""
    while True:
        began = time.monotonic()
        running = start(port, program)
        try:
            status = running.wait()
        finally:
            # Told to end: so is the program, which may finish what it does.
            running.terminate()
            running.wait()
        pause = max(0.0, began + SECONDS_BETWEEN_STARTS - time.monotonic())
        when = f"in {pause:.0f} s" if pause else "at once"
        # Into the hub's window: the program's own messages are in its log.
        print(
            f"The campus ended by itself (status {status}) and is started again {when}; "
            "logs/campus.log says more.",
            file=sys.stderr,
            flush=True,
        )
        time.sleep(pause)


def main() -> None:
    """Keep the program that the command line names."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _told)
    keep(int(sys.argv[1]), sys.argv[3:])


def _told(_number: int, _frame: FrameType | None) -> None:
    sys.exit()


if __name__ == "__main__":
    main()
