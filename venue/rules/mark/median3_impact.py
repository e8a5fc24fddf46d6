"""Mark rule ``median3_impact``: the middle one of index with funding, fading outside price, impact.

    1. O × (1 + rate × time left / interval)
    2. w × E + (1 - w) × A      E the last external price, A = EMA(impact mid)
    3. impact mid               mean of the prices that ``impact_micros`` would buy and sell at
    M = median(1, 2, 3)

w is 1 while outside prices come, and ``w <- w × exp(-t / fade_tau_ns)`` while none do; when they
come again it is 1 at once. A is averaged at all times, over ``internal_tau_ns``, so that it is
ready when the outside falls silent; before the first sample it is E.

What is missing: an impact mid (a side too thin, or a call) leaves A as it stood, and A stands for
3.

Guards against one wrong component, and against a small quote: the impact prices ask for size.
Guards against a step when the sources fall silent, for 2 goes over to the book within minutes.

Does not guard against size: within a few ``fade_tau_ns`` of the close, 2 and 3 are both the book's,
and whoever moves ``impact_micros`` on both sides moves the mark. A band has to bound it.

Rounding: half to even, to a nano-dollar.

Source: Lighter, fair price marking and the present RWA pricing (venue-rules.md, section 6): impact
notional 500 USDC / initial margin, $10,000 at 20x; fading over 1 min. The average of the mark was
8 min; its present value is not known and 8 min is assumed.
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import E18, exp_neg_e18, weighted_e18
from venue.core.phases import Pricing
from venue.core.policies import MarkInputs
from venue.core.units import E6, NS_PER_MINUTE, div_half_even
from venue.rules.mark.parts import impact_mid_nanos, middle, with_funding_nanos
from venue.rules.parameters import Duration, PositiveMicros
from venue.rules.properties import Property


class FadingMemory(msgspec.Struct, frozen=True, array_like=True):
    """The weight of the outside price in 1e-18, and the average of the impact mid."""

    weight_e18: int = E18
    internal_nanos: int | None = None


UNFADED = FadingMemory()


class Median3Impact(msgspec.Struct, frozen=True):
    """Median of the index with funding, the fading outside price, and the impact mid."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "funding still to come is a share of the index, not a distance from it",
    }

    impact_micros: PositiveMicros = 10_000 * E6
    fade_tau_ns: Duration = NS_PER_MINUTE
    internal_tau_ns: Duration = 8 * NS_PER_MINUTE

    def initial(self) -> FadingMemory:
        """Return the memory of a market whose book has not been seen."""
        return UNFADED

    def mark(self, seen: MarkInputs, memory: FadingMemory) -> tuple[int, FadingMemory]:
        """Return the candidate mark in nano-dollars.

        >>> from venue.rules.examples import MARK
        >>> rule = Median3Impact()
        >>> book_up = MARK._replace(
        ...     impact_bid_nanos=259_000_000_000, impact_ask_nanos=261_000_000_000
        ... )
        >>> rule.mark(book_up, UNFADED)[0]  # of 250, 250 and 260
        250000000000
        >>> faded = FadingMemory(weight_e18=0, internal_nanos=256_000_000_000)
        >>> closed = book_up._replace(pricing=Pricing.INTERNAL)
        >>> rule.mark(closed, faded)[0]  # of 250, the average, and 260
        256024922038
        """
        elapsed_ns = seen.since_update_ns
        impact = impact_mid_nanos(seen)
        internal = memory.internal_nanos
        if impact is not None:
            kept_e18 = exp_neg_e18(elapsed_ns, self.internal_tau_ns)
            internal = impact if internal is None else weighted_e18(internal, impact, kept_e18)
        weight_e18 = E18
        if seen.pricing is Pricing.INTERNAL:
            faded_e18 = exp_neg_e18(elapsed_ns, self.fade_tau_ns)
            weight_e18 = div_half_even(memory.weight_e18 * faded_e18, E18)
        outside = seen.index_nanos if seen.external_nanos is None else seen.external_nanos
        if internal is None:
            inside = fading = outside
        else:
            inside = internal if impact is None else impact
            fading = weighted_e18(outside, internal, weight_e18)
        candidate = middle(with_funding_nanos(seen), fading, inside)
        return candidate, FadingMemory(weight_e18, internal)
