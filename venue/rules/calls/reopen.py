"""Calls rule ``reopen``: one call, when outside prices come back.

    call = the listing's ``reopen_call_ns`` after at least ``internal_ns`` of internal pricing

Parameters: ``internal_ns`` (30 min): not every weeknight's silence and not every dropped feed is a
reopen. ``uncross_at``: of the prices that trade the most, with the least surplus, the one nearest
to the mark (``reference``), or the middle of all that trade the most (``middle``).
``mark_from_uncross``: the uncross price is the mark's next candidate.

Guards against the fastest bot taking every quote that rests from before the reopen: all of them
meet at one price. Does not guard against a short outage of venue or feed, nor collect orders at the
stock market's own open and close.

Rounding: the middle down to a tick. Source: this venue's own; Nasdaq's halt cross in spirit
(venue-rules section 14). Both figures are assumed.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import CallInputs, ScheduledCall, ScheduleInputs, UncrossAt
from venue.core.units import NS_PER_MINUTE
from venue.rules.parameters import Duration
from venue.rules.properties import Property


class Reopen(msgspec.Struct, frozen=True):
    """A call after long internal pricing."""

    exempt: ClassVar[dict[Property, str]] = {}
    collar_e4: ClassVar[int | None] = None
    collar_nanos: ClassVar[int] = 0

    internal_ns: Duration = 30 * NS_PER_MINUTE
    uncross_at: UncrossAt = "reference"
    mark_from_uncross: bool = False

    def call_ns(self, seen: CallInputs) -> int:
        """Return the listing's call time after long internal pricing, else 0.

        >>> from venue.rules.examples import CALL
        >>> Reopen().call_ns(CALL) // 10**9, Reopen().call_ns(CALL._replace(lasted_ns=10**9))
        (30, 0)
        """
        is_reopen = seen.why == "reopen" and seen.lasted_ns >= self.internal_ns
        return seen.listed_ns if is_reopen else 0

    def scheduled(self, seen: ScheduleInputs) -> ScheduledCall | None:
        """Return ``None``: no time of day begins a call."""
        return None
