"""Calls rule ``crosses``: the stock market's own auctions, opening and closing, and the reopen.

    opening = from ``opening_ns`` before the REGULAR session until it begins (09:30)
    closing = from ``closing_ns`` before the REGULAR session ends until it does (16:00)
    reopen  = as rule ``reopen``;  outage = as rule ``outage``, where ``after_outage`` is true
    opening and closing price: from bid - reach to ask + reach
    reach = max(collar_e4 × (bid + ask) / 2, collar_nanos)

Parameters: ``opening_ns`` (5 min) and ``closing_ns`` (10 min), 0 for none; ``internal_ns``,
``after_outage``, and ``uncross_at`` and ``mark_from_uncross`` as in rule ``reopen``. Orders at the
open (``opg``, also for the reopen) and at the close (``cls``) wait for their call and join it: with
a limit as the stock market's LOO and LOC, without one as its MOO and MOC, held to the market's
protection off the mark as the call begins. ``gfa`` is taken during any call, and waits for none.
``collar_e4`` (1e-4 of the middle; default none; Nasdaq: 1,000, that is 10 %; 1 to 10,000) and
``collar_nanos`` (0; $0.50 on Nasdaq later) are the collar of both: its bid and ask are the best of
orders that were in the book before the call, the mark for both where a side is empty. What would
still cross at the collar's edge is cancelled (``outside_band``): bids above its upper, asks below
its lower edge.

Guards against opening and closing prices made by whoever is first or last: they become the price
at which the most trades; with a collar, against one large order at a price that nobody quotes.

Does not guard against what happens between the crosses, and stops continuous trading meanwhile: the
stock market's crosses run beside it, on a book of their own.

Rounding: the middle down to a tick, the collar inwards. Source: Nasdaq publishes the imbalance from
9:25 and from 15:50 and crosses at 9:30 and 16:00; price: the most paired, the least imbalance,
nearest to the reference, within bid and ask -/+ 10 % of their midpoint (2010 FAQ; venue-rules
section 14). Its bid and ask are those of a book that trades on meanwhile; that those from before
the call stand for them, and that what is beyond the collar is cancelled, is assumed.
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.phases import Session
from venue.core.policies import CallInputs, ScheduledCall, ScheduleInputs, UncrossAt
from venue.core.units import NS_PER_MINUTE
from venue.rules.calls.outage import outage_call_ns
from venue.rules.parameters import Duration, Wait
from venue.rules.properties import Property


class Crosses(msgspec.Struct, frozen=True):
    """Calls that end when the REGULAR session begins and ends."""

    exempt: ClassVar[dict[Property, str]] = {}

    opening_ns: Wait = 5 * NS_PER_MINUTE
    closing_ns: Wait = 10 * NS_PER_MINUTE
    internal_ns: Duration = 30 * NS_PER_MINUTE
    after_outage: bool = False
    uncross_at: UncrossAt = "reference"
    mark_from_uncross: bool = False
    collar_e4: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    collar_nanos: Annotated[int, msgspec.Meta(ge=0, le=10**15)] = 0

    def call_ns(self, seen: CallInputs) -> int:
        """Return the listing's call time at a reopen, or Vega's after an outage.

        >>> from venue.rules.examples import CALL
        >>> Crosses().call_ns(CALL) // 10**9
        30
        """
        if seen.why == "outage":
            return outage_call_ns(seen.lasted_ns) if self.after_outage else 0
        return seen.listed_ns if seen.lasted_ns >= self.internal_ns else 0

    def scheduled(self, seen: ScheduleInputs) -> ScheduledCall | None:
        """Return the call that ends with the next change of session, or ``None``.

        >>> from venue.rules.examples import SCHEDULE
        >>> why, begins_ns, ends_ns = Crosses().scheduled(SCHEDULE)  # The open is an hour away.
        >>> why, (begins_ns - SCHEDULE.now_ns) // 10**9, (ends_ns - SCHEDULE.now_ns) // 10**9
        ('opening', 3300, 3600)
        """
        ends_ns = seen.next_change_ns
        if ends_ns is None:
            return None
        opens = seen.next_session is Session.REGULAR
        if opens and seen.session is not Session.REGULAR and self.opening_ns:
            return ScheduledCall("opening", ends_ns - self.opening_ns, ends_ns)
        if seen.session is Session.REGULAR and not opens and self.closing_ns:
            return ScheduledCall("closing", ends_ns - self.closing_ns, ends_ns)
        return None
