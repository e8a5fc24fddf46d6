"""Reopen rule ``auction_print``: the index waits for an auction, and comes back at its price.

With ``waits_for`` = ``uncross`` (our own reopen call): the index stays until the call is over, and
is the uncross price if anything traded, else the outside price. With ``opening`` (the stock's
official opening): it stays until the underlying is in REGULAR hours, and is the outside price that
is believed then. From the next print on it is the outside price.

Parameter: ``wait_ns_max`` (2 hours): then the index is the outside price whatever came, so that no
wait is for ever.

Guards against a first print that is not the market's: thin pre-market trades, late reports. An
auction price is made by everybody who came.

Does not guard against an auction in which few took part, nor against the wait itself: until then
margin is measured at a price from before the news. With ``opening`` that is all of pre-market
trading, as far as ``wait_ns_max`` lets it be. Without a call (the closure was short, or the listing
has none) ``uncross`` is ``jump`` one update later.

Rounding: none. Source: Vega, where leaving an auction sets the mark to the uncrossing price (specs
0026 and 0053); Nasdaq's official opening price is its cross. The longest wait is assumed.
"""

from typing import ClassVar, Literal

import msgspec

from venue.core.phases import Phase, Session
from venue.core.policies import ReopenAnswer, ReopenInputs
from venue.core.units import NS_PER_HOUR
from venue.rules.parameters import Duration
from venue.rules.properties import Property


class AuctionPrint(msgspec.Struct, frozen=True):
    """The index resumes at an auction's price."""

    exempt: ClassVar[dict[Property, str]] = {}

    waits_for: Literal["uncross", "opening"] = "uncross"
    wait_ns_max: Duration = 2 * NS_PER_HOUR

    def index(self, seen: ReopenInputs) -> ReopenAnswer:
        """Return the index as it was while the auction is awaited, then its price.

        >>> from venue.rules.examples import REOPEN
        >>> monday = REOPEN._replace(outside_nanos=220_000_000_000, phase=Phase.AUCTION)
        >>> AuctionPrint().index(monday)  # the call goes on
        ReopenAnswer(index_nanos=250000000000, is_done=False)
        >>> over = monday._replace(phase=Phase.CONTINUOUS, uncross_nanos=221_000_000_000)
        >>> AuctionPrint().index(over)
        ReopenAnswer(index_nanos=221000000000, is_done=True)
        """
        if seen.now_ns - seen.since_ns >= self.wait_ns_max:
            return ReopenAnswer(seen.outside_nanos, is_done=True)
        if self.waits_for == "opening":
            if seen.session is Session.REGULAR:
                return ReopenAnswer(seen.outside_nanos, is_done=True)
        elif seen.now_ns > seen.since_ns and seen.phase is not Phase.AUCTION:
            if seen.uncross_nanos is not None:
                return ReopenAnswer(seen.uncross_nanos, is_done=True)
            return ReopenAnswer(seen.outside_nanos, is_done=True)
        return ReopenAnswer(seen.previous_index_nanos, is_done=False)
