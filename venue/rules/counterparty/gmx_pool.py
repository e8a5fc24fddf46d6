"""Counterparty rule ``gmx_pool``: a pool at the oracle, and a price impact on its imbalance.

    d = |longs - shorts| in dollars, d0 before an order and d1 after it
    impact = factor × (d0 ** e - d1 ** e) dollars; charged (or paid) by way of the price
    what brings the sides nearer is paid ``better_e4`` of the factor, also across zero
    price = oracle's ask or bid, moved by impact / notional

    a side's profit above 85 % of the pool's money: positions are closed until it is 77 %
    a side's profit above 90 % of it: each trader is paid in proportion, 90 % together

Parameters: ``spread_e6`` (half the oracle's spread in 1e-6; 100, assumed), ``factor_e18`` (in
1e-18; 500 million: an imbalance of $1 million costs $500, assumed), ``exponent_e4`` (e in 1e-4;
2, assumed), ``better_e4`` (50 %, assumed), ``side_micros_max`` (open interest a side;
$50 million, assumed), ``reserve_e4`` (a side's notional, as a share of the pool's money; 90 %,
assumed), ``adl_above_e4`` (85 %), ``adl_to_e4`` (77 %; other markets have 55 and 50),
``traders_e4`` (90 %), ``fee_share_e4`` (the pool's part of opening fees; 63 %, assumed),
``epoch_ns`` and ``notice_ns`` (1 day each, assumed: GMX has no epochs), ``waits_for_open``
(ours: true).

Guards against one side alone: who adds to the imbalance pays for what the pool then carries.

Does not guard against a slow imbalance: many small orders pay the same as one that is large.

Rounding: impact towards the pool, then an ask up and a bid down, then to ticks the same way.

Source: GMX v2, synthetics, venue-rules section 10 (``factor × (d0^e - d1^e)`` on open interest,
charged via the entry price; ADL 85 to 77 %, traders capped at 90 %).
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.fixed import E18, pow_e18
from venue.core.policies import Quote, QuoteInputs
from venue.core.rejects import Cause
from venue.core.units import E4, E6, E12, NS_PER_DAY, div_floor
from venue.rules.counterparty.ostium_pool import SpreadE6
from venue.rules.counterparty.parts import oracle_nanos, side_after_micros
from venue.rules.parameters import Duration, PositiveMicros, PositiveShareE4, ShareE4, Wait
from venue.rules.properties import Property


class GmxPool(msgspec.Struct, frozen=True):
    """A pool that charges for imbalance."""

    exempt: ClassVar[dict[Property, str]] = {}
    is_pool: ClassVar[bool] = True
    gain_max_e4: ClassVar[int | None] = None
    counts_collateral: ClassVar[bool] = False

    spread_e6: SpreadE6 = 100
    factor_e18: Annotated[int, msgspec.Meta(ge=0, le=E18)] = 500_000_000
    exponent_e4: Annotated[int, msgspec.Meta(ge=E4, le=3 * E4)] = 2 * E4
    better_e4: ShareE4 = 5_000
    side_micros_max: PositiveMicros = 50_000_000 * E6
    reserve_e4: PositiveShareE4 = 9_000
    adl_above_e4: PositiveShareE4 = 8_500
    adl_to_e4: ShareE4 = 7_700
    traders_e4: PositiveShareE4 = 9_000
    fee_share_e4: ShareE4 = 6_300
    epoch_ns: Duration = NS_PER_DAY
    notice_ns: Wait = NS_PER_DAY
    waits_for_open: bool = True

    def quote(self, seen: QuoteInputs) -> Quote:
        """Return the oracle's ask or bid, moved by the impact; refused where it passes a cap.

        >>> from venue.rules.examples import QUOTE
        >>> GmxPool(spread_e6=0).quote(QUOTE._replace(long_micros=0, short_micros=0))
        Quote(price_nanos=250000312500, refused=None)
        """
        price_nanos = oracle_nanos(seen, self.spread_e6)
        notional = abs(seen.notional_micros)
        # What is paid for the order, in nano-dollars a unit; negative: what it costs besides.
        better_nanos = div_floor(self.impact_micros(seen) * seen.index_nanos, notional)
        if seen.notional_micros > 0:
            price_nanos -= better_nanos
        else:
            price_nanos += better_nanos
        price_nanos = max(1, price_nanos)
        if seen.opens:
            side = side_after_micros(seen)
            if side > self.side_micros_max or side * E4 > self.reserve_e4 * seen.pool_micros:
                return Quote(price_nanos, Cause.POOL_LIMIT)
        return Quote(price_nanos)

    def impact_micros(self, seen: QuoteInputs) -> int:
        """Return the impact of an order in micro-dollars: negative, what it costs; rounded down.

        >>> from venue.rules.examples import QUOTE
        >>> alone = QUOTE._replace(long_micros=0, short_micros=0)
        >>> GmxPool().impact_micros(alone)  # 5e-10 × 2,500 squared
        -3125
        """
        before = seen.long_micros - seen.short_micros
        after = before + seen.notional_micros
        worse, better = self.factor_e18 * E4, self.factor_e18 * self.better_e4
        cost = better_paid = worse
        if (before >= 0) != (after >= 0) or abs(after) < abs(before):
            better_paid = better
            cost = better if (before >= 0) == (after >= 0) else worse
        difference = better_paid * self._power(before) - cost * self._power(after)
        return div_floor(difference, E12 * E18 * E4)

    def _power(self, difference_micros: int) -> int:
        """Return (|difference| in dollars) ** e, in 1e-18."""
        return pow_e18(abs(difference_micros), E6, self.exponent_e4, E4)
