"""Whose turn it is: one message each, round and round by account, not by the fattest buffer.

An account with many connections has one turn a round like everybody else. All connections that
are not logged in count as one account together: nobody in particular waits for the traders.

Messages are not alike: one may take a hundred times as long as another. So the time of each
account's long messages is counted, and halves with every beat. Orders are short: however many an
account sends, up to its rate limit, they do not count. Who asked for long answers, one after the
other, is *greedy*, as strangers always are: it comes after everybody who is modest, and not at all
while one of those waits for an answer, but for one turn in eight and one every beat, in which it
comes first: it does not starve.
"""

from collections import deque
from collections.abc import Set
from typing import Final

from venue.gateway.connection import Connection

# An order takes about 0.08 ms, a thousand trades 1 ms.
LONG_S: Final = 0.000_2
# Time counted halves every 50 ms, so that at a steady load it is twice what a beat brings: this is
# a fiftieth of the loop.
MODEST_S: Final = 0.002
# Nobody is held to more than three beats will forgive.
COUNTED_S_MAX: Final = 8 * MODEST_S
FORGOTTEN_S: Final = 0.000_05
GREEDY_FIRST_EVERY: Final = 8
STRANGERS: Final = -1
# Beats without a word of anybody modest.
ALONE_AFTER: Final = 20


class Turns:
    """Connections with messages in their inbox, in the order in which they are served."""

    __slots__ = (
        "_beats_alone",
        "_greedy",
        "_greedy_first",
        "_modest",
        "_modest_only",
        "_ready",
        "_spent_s",
        "_turn",
    )

    def __init__(self) -> None:
        self._modest: deque[int] = deque()
        self._greedy: deque[int] = deque()
        self._ready: dict[int, deque[Connection]] = {}
        self._spent_s: dict[int, float] = {}
        self._turn = 0
        self._modest_only = False
        self._greedy_first = False
        self._beats_alone = ALONE_AFTER

    def __bool__(self) -> bool:
        return bool(self._modest or self._greedy)

    @property
    def strangers(self) -> int:
        """How many connections that are not logged in wait for their turn."""
        return len(self._ready.get(STRANGERS, ()))

    @property
    def are_greedy_alone(self) -> bool:
        """Say whether nobody modest has spoken for a while: then nobody minds long turns."""
        return self._beats_alone >= ALONE_AFTER

    def add(self, connection: Connection) -> None:
        """Queue a connection whose inbox was empty until now."""
        key = connection.account  # -1: nobody in particular.
        connections = self._ready.get(key)
        if connections is None:
            self._ready[key] = deque((connection,))
            self._queue_of(key).append(key)
        else:
            connections.append(connection)

    def begin(self, *, modest_only: bool) -> None:
        """Begin a turn of the loop; ``modest_only``: one of them waits for an answer."""
        self._turn = (self._turn + 1) % GREEDY_FIRST_EVERY
        self._modest_only = modest_only and self._turn > 0
        self._greedy_first = self._turn == 0

    def hold(self) -> None:
        """Let only the modest go on in this turn, unless it is the others'."""
        self._modest_only = self._turn > 0

    def next(self, busy: Set[int] = frozenset()) -> tuple[Connection, bytes] | None:
        """Take the next message and whose it is; ``None``: nobody has said anything more.

        Accounts that are ``busy`` keep their place, and are passed over.
        """
        if self._greedy_first:
            self._greedy_first = False  # One message of theirs.
            found = self._take(self._greedy, busy)
            if found is not None:
                return found
        found = self._take(self._modest, busy)
        if found is not None:
            self._beats_alone = 0
            return found
        return None if self._modest_only else self._take(self._greedy, busy)

    def charge(self, account: int, seconds: float) -> bool:
        """Count the time of a message, if it was long; return whether its account is greedy."""
        spent_s = self._spent_s
        total_s = spent_s.get(account, 0.0)
        if seconds > LONG_S:
            total_s = spent_s[account] = min(total_s + seconds, COUNTED_S_MAX)
        return account < 0 or total_s > MODEST_S

    def beat(self) -> bool:
        """Forget half of the times; the next turn is the greedy's. Return whether anybody waits."""
        self._spent_s = {
            key: spent_s / 2 for key, spent_s in self._spent_s.items() if spent_s > FORGOTTEN_S
        }
        self._beats_alone += 1
        self._turn = -1
        return bool(self)

    def _queue_of(self, key: int) -> deque[int]:
        is_greedy = key < 0 or self._spent_s.get(key, 0.0) > MODEST_S
        return self._greedy if is_greedy else self._modest

    def _take(self, keys: deque[int], busy: Set[int]) -> tuple[Connection, bytes] | None:
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
                self._queue_of(key).append(key)
            else:
                del self._ready[key]
            if message is not None:
                return connection, message
        return None
