"""Whose turn it is: one message each, round and round by account, not by the fattest buffer.

An account with many connections has one turn a round like everybody else; a connection that is
not logged in counts as an account of its own.
"""

from collections import deque

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
        key = connection.account if connection.account >= 0 else -1 - connection.number
        connections = self._ready.get(key)
        if connections is None:
            self._ready[key] = deque((connection,))
            self._keys.append(key)
        else:
            connections.append(connection)

    def next(self) -> tuple[Connection, bytes] | None:
        """Take the next message and whose it is; ``None``: nobody has said anything more."""
        keys = self._keys
        while keys:
            key = keys.popleft()
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
