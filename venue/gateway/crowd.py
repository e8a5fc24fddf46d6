"""Strangers who are too many to be read at once: they come in a few at a time, in turns.

A thousand sockets that speak in the same moment would be read in one turn of the loop, and every
bot would wait for that. So as soon as too many strangers wait for their turn, whoever of them
speaks is read no more, at the end of a queue. From its front as many are read as may wait; who
of them has nothing to say within a beat makes room, and comes back later. It costs them time and
us nothing: what they send meanwhile lies in the network.
"""

from collections import OrderedDict
from collections.abc import Iterator

from venue.gateway.connection import Connection

# Who has said nothing for so long belongs to the crowd no more, and may speak when it likes.
TALKER_S = 2.0


class Crowd:
    """Who is not read (``_outside``), and who is and has not spoken yet (``_inside``)."""

    __slots__ = ("_inside", "_outside", "_waiting_max")

    def __init__(self, waiting_max: int) -> None:
        """``waiting_max``: so many strangers may wait for their turn."""
        self._waiting_max = waiting_max
        self._outside: OrderedDict[Connection, None] = OrderedDict()
        self._inside: dict[Connection, None] = {}

    def __contains__(self, connection: Connection) -> bool:
        return connection in self._outside

    def leave(self, connection: Connection) -> None:
        """Forget one that is no stranger any more."""
        del self._outside[connection]

    def joins(self, stranger: Connection, waiting: int) -> bool:
        """Take a stranger that has spoken while so many wait; say whether to read it no more."""
        self._inside.pop(stranger, None)
        if not self._outside and waiting <= self._waiting_max:
            return False
        self._outside[stranger] = None
        return True

    def let_in(self, waiting: int) -> Iterator[Connection]:
        """Choose whom to read, while so many wait."""
        while self._outside and len(self._inside) + waiting < self._waiting_max:
            connection, _ = self._outside.popitem(last=False)
            self._inside[connection] = None
            yield connection

    def beat(self, now_s: float) -> Iterator[Connection]:
        """Choose whom to read no more: it had its time, said nothing, and is no silent one."""
        had_their_time, self._inside = self._inside, {}
        for connection in had_their_time:
            is_in_crowd = connection.account < 0 and not connection.is_paused
            if is_in_crowd and self._outside and now_s - connection.heard_s < TALKER_S:
                self._outside[connection] = None
                yield connection
