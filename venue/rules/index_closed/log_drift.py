"""Index rule ``log_drift``: the index drifts towards our impact mid in logarithms.

    O <- O × exp(k × ln(mid / O)) = O^(1-k) × mid^k,  k = min(dt / tau, c)

Parameters: ``tau_ns`` (8 hours), ``cap_e4`` (c, 1e-4: 0.1 of the way at one update at most),
``impact_micros`` ($10,000; assumed). A side too thin: the index stays.

Guards against spikes, as slowly as tau says, and treats a doubling and a halving alike.

Does not guard against a wide book, whose middle either side moves, nor against a long push: k is
the tangent of the exponential and a little faster, by a share of dt / 2 tau.

Rounding: half to even, to a nano-dollar, at each update; logarithm and exponential to 1e-18.

Source: devnet.one equities specification (``Index = prev * exp(k * ln(ImpactMid / prev))``, tau 8
h, c 0.1).
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import E18, exp_e18, ln_e18
from venue.core.policies import ClosedInputs
from venue.core.units import E4, E6, NS_PER_HOUR, div_half_even
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import Duration, PositiveMicros, PositiveShareE4
from venue.rules.properties import Property


class LogDrift(msgspec.Struct, frozen=True):
    """A share of the way to the impact mid, counted in logarithms."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "it is even in ratios: half the price mirrors twice the price",
    }

    tau_ns: Duration = 8 * NS_PER_HOUR
    cap_e4: PositiveShareE4 = 1_000
    impact_micros: PositiveMicros = 10_000 * E6

    def initial(self) -> Nothing:
        """Return the memory: nothing, the previous index is all it needs."""
        return NOTHING

    def index(self, seen: ClosedInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return the index in nano-dollars.

        >>> from venue.rules.examples import CLOSED
        >>> doubled = CLOSED._replace(
        ...     impact_bid_nanos=500_000_000_000,
        ...     impact_ask_nanos=500_000_000_000,
        ...     since_update_ns=86_400_000_000_000,  # a day counts as 0.1
        ... )
        >>> LogDrift().index(doubled, NOTHING)[0]  # 250 × 2^0.1 = 267.943365634...
        267943365634
        """
        bid_nanos, ask_nanos = seen.impact_bid_nanos, seen.impact_ask_nanos
        index_nanos = seen.previous_index_nanos
        if bid_nanos is None or ask_nanos is None:
            return index_nanos, memory
        log_e18 = ln_e18(bid_nanos + ask_nanos, 2 * index_nanos)
        if log_e18 == 0:
            return index_nanos, memory
        if seen.since_update_ns * E4 >= self.tau_ns * self.cap_e4:
            share_n, share_d = self.cap_e4, E4
        else:
            share_n, share_d = seen.since_update_ns, self.tau_ns
        # A falling exponential is cheaper than a rising one: up is divided by it.
        factor_e18 = exp_e18(-abs(log_e18) * share_n, share_d * E18)
        if log_e18 > 0:
            return div_half_even(index_nanos * E18, factor_e18), memory
        return max(1, div_half_even(index_nanos * factor_e18, E18)), memory
