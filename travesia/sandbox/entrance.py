"""Opens a sandbox's own doors to the outside, then becomes the program that it is given.

Run as `python -I -S entrance.py FD PORT… -- PROGRAM…`, before anything of the person's runs. It
listens on the ports of the sandbox's own loopback and hands these sockets to the privileged side
over the inherited socket FD; the program keeps neither. So no process of ours stays inside.

The program sets the person's limits itself: the kernel counts descriptors that are on their way by
account and refuses more of them by the limit of who sends, so that under a person's own limit a
neighbour of the same account could keep these doors from ever being handed over.
"""

import os
import resource
import socket
import sys


def main() -> None:
    """Hand the listening sockets over, and become the program."""
    end = sys.argv.index("--")
    with socket.socket(fileno=int(sys.argv[1])) as hand:
        doors = [socket.create_server(("127.0.0.1", int(port))) for port in sys.argv[2:end]]
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        socket.send_fds(hand, [b"\0"], [door.fileno() for door in doors])
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    program = sys.argv[end + 1 :]
    os.execv(program[0], program)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
