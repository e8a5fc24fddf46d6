"""Index rule ``decay_blend``: the last outside price fades, our own book takes its place.

    w = exp(-age / tau_stale)          age of the last external price
    E <- b × E + (1 - b) × x,  b = exp(-dt* / tau),  x = (impact_bid + impact_ask) / 2
    O = w × P + (1 - w) × E            within P × (1 ± (1/L - margin))

E is the internal average; it begins at P, the last external price, and stays while a side is too
thin. L is the market's highest leverage.

Parameters: ``tau_stale_ns`` (1 minute), ``tau_ns`` (30 minutes), ``elapsed_ns_max`` (10 s: dt* is
never more; assumed), ``margin_e4`` (50: 0.5 %), ``impact_micros`` ($10,000; assumed: the venue
takes 500 USDC / initial margin).

Guards against a jump at the close (the outside price fades in minutes) and against a weekend in
which the book walks away: the index stays inside what a position at the highest leverage can lose.

Does not guard against a price held at the bound: with news of more than 1/L the index waits there,
and the rest of the gap falls on the reopen. The middle of a wide book moves with either side.

Rounding: half to even, to a nano-dollar, E and O; the bound towards P.

Source: Lighter, RWA pricing mechanism: oracle weight ``w <- w × exp(-dt / tau)`` when stale, index
tau 30 min (2 h before), caps ``P × (1 ± (1/L - 0.5 %))``; back to external at once.
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import exp_neg_e18, weighted_e18
from venue.core.policies import ClosedInputs
from venue.core.units import E4, E6, NS_PER_MINUTE, NS_PER_SECOND, clamp, div_half_even
from venue.rules.parameters import Duration, PositiveMicros, ShareE4
from venue.rules.properties import Property


class BlendMemory(msgspec.Struct, frozen=True, array_like=True):
    """The internal average in nano-dollars, and which closure it belongs to."""

    anchor_ns: int = -1
    internal_nanos: int = 0


NO_BLEND = BlendMemory()


class DecayBlend(msgspec.Struct, frozen=True):
    """The last outside price, fading into an average of our own impact price."""

    exempt: ClassVar[dict[Property, str]] = {}

    tau_stale_ns: Duration = NS_PER_MINUTE
    tau_ns: Duration = 30 * NS_PER_MINUTE
    elapsed_ns_max: Duration = 10 * NS_PER_SECOND
    margin_e4: ShareE4 = 50
    impact_micros: PositiveMicros = 10_000 * E6

    def initial(self) -> BlendMemory:
        """Return the memory of a market that has not been closed."""
        return NO_BLEND

    def index(self, seen: ClosedInputs, memory: BlendMemory) -> tuple[int, BlendMemory]:
        """Return the index in nano-dollars.

        >>> from venue.rules.examples import CLOSED
        >>> up = CLOSED._replace(  # thirty hours after the close: the old price has faded
        ...     impact_bid_nanos=259_000_000_000, impact_ask_nanos=261_000_000_000
        ... )
        >>> DecayBlend().index(up, NO_BLEND)[0]  # 250 + 10 × (1 - exp(-3/1800))
        250016652785
        """
        anchor_nanos = seen.last_external_nanos
        internal_nanos = memory.internal_nanos
        if memory.anchor_ns != seen.last_external_ns:
            internal_nanos = anchor_nanos
        bid_nanos, ask_nanos = seen.impact_bid_nanos, seen.impact_ask_nanos
        if bid_nanos is not None and ask_nanos is not None:
            elapsed_ns = min(seen.since_update_ns, self.elapsed_ns_max)
            internal_nanos = weighted_e18(
                internal_nanos,
                div_half_even(bid_nanos + ask_nanos, 2),
                exp_neg_e18(elapsed_ns, self.tau_ns),
            )
        # Seconds are fine enough for a weight that fades in minutes, and can be remembered.
        age_s = max(0, seen.now_ns - seen.last_external_ns) // NS_PER_SECOND
        weight_e18 = exp_neg_e18(age_s * NS_PER_SECOND, self.tau_stale_ns)
        index_nanos = weighted_e18(anchor_nanos, internal_nanos, weight_e18)
        reach_nanos = max(
            0, anchor_nanos // seen.leverage_max - anchor_nanos * self.margin_e4 // E4
        )
        return (
            clamp(index_nanos, low=anchor_nanos - reach_nanos, high=anchor_nanos + reach_nanos),
            BlendMemory(seen.last_external_ns, internal_nanos),
        )
