"""Ports for the servers that scripts and tests start."""

import secrets
import socket
from contextlib import ExitStack

# Below those that the system gives to connections: one that asks for a server which is not there
# yet could otherwise be given that very port, meet itself, and keep the server out.
FIRST, LAST = 15_000, 32_000


def free_ports(count: int) -> list[int]:
    """Return neighbouring ports that nobody listens on now, in order."""
    while True:
        first = FIRST + secrets.randbelow(LAST - FIRST - count)
        ports = list(range(first, first + count))
        with ExitStack() as stack:
            try:
                for port in ports:
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return ports


def free_port() -> int:
    """Return a free port of which the next one, for the operator's door, is free, too."""
    return free_ports(2)[0]
