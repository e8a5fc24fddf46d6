"""Whose turn it is: one message each, round and round by account, not by the fattest buffer.

An account with many connections has one turn a round like everybody else. All connections that
are not logged in count as one account together: nobody in particular waits for the traders.
"""

from collections import deque
from collections.abc import Set

from venue.gateway.connection import Connection


class Turns:
    """Connections with messages in their inbox, in the order in which they are served."""

    __slots__ = ("_keys", "_ready")

    def __init__(self) -> None:
        self._keys: deque[int] = deque()
        self._ready: dict[int, deque[Connection]] = {}

    def __bool__(self) -> bool:
        return bool(self._keys)

    def add(self, connection: Connection) -> None:
        """Queue a connection whose inbox was empty until now."""
        key = connection.account  # -1: nobody in particular.
        connections = self._ready.get(key)
        if connections is None:
            self._ready[key] = deque((connection,))
            self._keys.append(key)
        else:
            connections.append(connection)

    def next(self, busy: Set[int] = frozenset()) -> tuple[Connection, bytes] | None:
        """Take the next message and whose it is; ``None``: nobody has said anything more.

        Accounts that are ``busy`` keep their place, and are passed over.
        """
        keys = self._keys
        passed_over = 0
        while passed_over < len(keys):
            key = keys.popleft()
            if key in busy:
                keys.append(key)
                passed_over += 1
                continue
            connections = self._ready[key]
            connection = connections.popleft()
            inbox = connection.inbox
            message = inbox.popleft() if inbox else None  # Empty: it has left meanwhile.
            if inbox:
                connections.append(connection)
            if connections:
                keys.append(key)
            else:
                del self._ready[key]
            if message is not None:
                return connection, message
        return None
