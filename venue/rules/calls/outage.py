"""Calls rule ``outage``: after the venue itself was down, a call as long as the outage deserves.

    down more than 10 s: 1 min; 1 min: 5 min; 10 min: 1 h; 1 h: 1 h; 6 h: 3 h; 24 h: 6 h

Parameters: ``reopen_internal_ns``: a call of the listing's length at the reopen too, after so much
internal pricing (0, Vega's: none). ``uncross_at`` (``middle`` of all prices that trade the most)
and ``mark_from_uncross`` (true) as Vega's auctions; see rule ``reopen``.

Guards against trading on a book that nobody could change while the venue was down, and against
whoever reconnects first. Does not guard against an outage of a feed, which is internal pricing. An
outage of more than the longest call is followed by six hours without a trade.

Rounding: the middle down to a tick. Source: Vega's block-time auctions and its uncrossing price
(venue-rules sections 11 and 14).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import CallInputs, ScheduledCall, ScheduleInputs, UncrossAt
from venue.core.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.parameters import Wait
from venue.rules.properties import Property

# Down for more than so long, and the call that follows; the longest outage first.
LENGTHS: tuple[tuple[int, int], ...] = (
    (24 * NS_PER_HOUR, 6 * NS_PER_HOUR),
    (6 * NS_PER_HOUR, 3 * NS_PER_HOUR),
    (NS_PER_HOUR, NS_PER_HOUR),
    (10 * NS_PER_MINUTE, NS_PER_HOUR),
    (NS_PER_MINUTE, 5 * NS_PER_MINUTE),
    (10 * NS_PER_SECOND, NS_PER_MINUTE),
)


def outage_call_ns(down_ns: int) -> int:
    """Return how long the call after an outage lasts; 0 up to ten seconds.

    >>> [outage_call_ns(seconds * 10**9) // 10**9 for seconds in (10, 11, 61, 601, 21_601)]
    [0, 60, 300, 3600, 10800]
    """
    return next((call_ns for more_than_ns, call_ns in LENGTHS if down_ns > more_than_ns), 0)


class Outage(msgspec.Struct, frozen=True):
    """A call at the restart."""

    exempt: ClassVar[dict[Property, str]] = {}
    collar_e4: ClassVar[int | None] = None
    collar_nanos: ClassVar[int] = 0

    reopen_internal_ns: Wait = 0
    uncross_at: UncrossAt = "middle"
    mark_from_uncross: bool = True

    def call_ns(self, seen: CallInputs) -> int:
        """Return the length of the call that an outage or a reopen begins, or 0.

        >>> from venue.rules.examples import CALL
        >>> Outage().call_ns(CALL._replace(why="outage", lasted_ns=90 * 10**9)) // 10**9
        300
        """
        if seen.why == "outage":
            return outage_call_ns(seen.lasted_ns)
        enough = 0 < self.reopen_internal_ns <= seen.lasted_ns
        return seen.listed_ns if enough else 0

    def scheduled(self, seen: ScheduleInputs) -> ScheduledCall | None:
        """Return ``None``: no time of day begins a call."""
        return None
