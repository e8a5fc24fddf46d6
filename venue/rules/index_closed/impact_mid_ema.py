"""Index rule ``impact_mid_ema``: an average of the middle of our impact prices.

    x = (impact_bid + impact_ask) / 2                            a side too thin: O stays
    O <- b × O + (1 - b) × x,  b = exp(-dt* / tau),  dt* = min(dt, c × tau)

Parameters: ``tau_ns`` on weekday nights (1 hour), ``tau_weekend_ns`` at weekends and on holidays
(8 hours), ``cap_e4`` (c, 1e-4 of tau: 1, so that one update after an outage goes at most 63 % of
the way; assumed), ``impact_micros`` ($10,000; assumed, the venue configures it).

Guards against single trades and short spikes, and more at weekends, when fewer people watch.

Does not guard against a wide book: its middle moves with either side, so that whoever pulls the
offers moves the index, where ``impact_ema`` would stay. With tau 8 h most of a weekend's news is
still outside the index on Monday.

Rounding: half to even, to a nano-dollar, the middle and each update; it stops within 0.5 / (1 - b)
nanos of its target (4,800 at 3 s and 8 h), 0.000005 dollar.

Source: Felix, single-ticker equities: EMA 1 h of the median of impact bid and ask off hours, 8 h
at weekends (30 min and 2 h for its index), ``b = exp(-dt / tau)``.
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import exp_neg_e18, weighted_e18
from venue.core.phases import Closure
from venue.core.policies import ClosedInputs
from venue.core.units import E4, E6, NS_PER_HOUR, div_half_even
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import Duration, PositiveMicros, PositiveShareE4
from venue.rules.properties import Property

LONG_CLOSURES = frozenset({Closure.WEEKEND, Closure.HOLIDAY})


class ImpactMidEma(msgspec.Struct, frozen=True):
    """The middle of the impact prices, averaged, and more slowly at weekends."""

    exempt: ClassVar[dict[Property, str]] = {}

    tau_ns: Duration = NS_PER_HOUR
    tau_weekend_ns: Duration = 8 * NS_PER_HOUR
    cap_e4: PositiveShareE4 = 10_000
    impact_micros: PositiveMicros = 10_000 * E6

    def initial(self) -> Nothing:
        """Return the memory: nothing, the previous index is all it needs."""
        return NOTHING

    def index(self, seen: ClosedInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the index in nano-dollars.

        >>> from venue.rules.examples import CLOSED
        >>> wide = CLOSED._replace(  # $250 and $252: the middle is a dollar up
        ...     impact_ask_nanos=252_000_000_000,
        ...     impact_bid_nanos=250_000_000_000,
        ...     since_update_ns=28_800_000_000_000,  # eight hours
        ... )
        >>> ImpactMidEma().index(wide, NOTHING)[0]  # 1 - exp(-1) of the dollar
        250632120559
        """
        bid_nanos, ask_nanos = seen.impact_bid_nanos, seen.impact_ask_nanos
        if bid_nanos is None or ask_nanos is None:
            return seen.previous_index_nanos, memory
        tau_ns = self.tau_weekend_ns if seen.closure in LONG_CLOSURES else self.tau_ns
        elapsed_ns = min(seen.since_update_ns, tau_ns * self.cap_e4 // E4)
        middle_nanos = div_half_even(bid_nanos + ask_nanos, 2)
        kept_e18 = exp_neg_e18(elapsed_ns, tau_ns)
        return weighted_e18(seen.previous_index_nanos, middle_nanos, kept_e18), memory
