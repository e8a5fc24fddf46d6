"""Index rule ``impact_ema``: our own book moves the index, and only with real size on one side.

    IPD = max(impact_bid - S, 0) - max(S - impact_ask, 0)        a side too thin contributes 0
    S  <- b × S + (1 - b) × (S + IPD) = S + (1 - b) × IPD
    b  = exp(-dt* / tau),  dt* = min(dt, c × tau)

Parameters: ``tau_ns`` (30 minutes), ``cap_e4`` (c, 1e-4 of tau: 0.1, so that one update goes at
most 1 - exp(-0.1) = 9.52 % of the way, however long it has been since the last one),
``impact_micros`` ($10,000), the notional whose impact prices count.

Guards against an empty book (it freezes), a lone quote, a wide spread and a short spike: the index
moves only when $10,000 can be sold above it or bought below it, and then slowly.

Does not guard against somebody who keeps that size in the book: at tau 30 min a constant push is
absorbed by 86 % after an hour. The index follows the perp that it is meant to anchor; on recorded
weekends it did, with a time constant of 30 to 31 minutes.

Rounding: half to even, to a nano-dollar, at each update; so it stops within 0.5 / (1 - b) nanos of
its target (300 at 3 s), 0.0000003 dollar.

Source: trade.xyz documentation, oracle price (tau 30 min since 2026-04-30; 1 h and 8 h before).
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import E18, exp_neg_e18
from venue.core.policies import ClosedInputs
from venue.core.units import E4, E6, NS_PER_MINUTE, div_half_even
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import Duration, PositiveMicros, PositiveShareE4
from venue.rules.properties import Property


class ImpactEma(msgspec.Struct, frozen=True):
    """One-sided impact-price average: slow, and frozen while the book is thin."""

    exempt: ClassVar[dict[Property, str]] = {}

    tau_ns: Duration = 30 * NS_PER_MINUTE
    cap_e4: PositiveShareE4 = 1_000
    impact_micros: PositiveMicros = 10_000 * E6

    def initial(self) -> Nothing:
        """Return the memory: nothing, the previous index is all it needs."""
        return NOTHING

    def index(self, seen: ClosedInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the index in nano-dollars.

        >>> from venue.rules.examples import CLOSED
        >>> ImpactEma().index(CLOSED, NOTHING)[0]  # $250.00 within bid and ask: nobody pushes
        250000000000
        >>> pushed = CLOSED._replace(
        ...     impact_bid_nanos=251_000_000_000,  # $1 above the index
        ...     since_update_ns=3_600_000_000_000,  # an hour counts as 0.1 tau: 3 minutes
        ... )
        >>> ImpactEma().index(pushed, NOTHING)[0]  # 1 - exp(-0.1) = 0.0951625820 of the dollar
        250095162582
        """
        index_nanos = seen.previous_index_nanos
        difference_nanos = 0
        if seen.impact_bid_nanos is not None and seen.impact_bid_nanos > index_nanos:
            difference_nanos += seen.impact_bid_nanos - index_nanos
        if seen.impact_ask_nanos is not None and seen.impact_ask_nanos < index_nanos:
            difference_nanos -= index_nanos - seen.impact_ask_nanos
        if difference_nanos == 0:
            return index_nanos, memory
        elapsed_ns = min(seen.since_update_ns, self.tau_ns * self.cap_e4 // E4)
        moved_e18 = E18 - exp_neg_e18(elapsed_ns, self.tau_ns)
        return index_nanos + div_half_even(difference_nanos * moved_e18, E18), memory
