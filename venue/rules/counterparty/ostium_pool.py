"""Counterparty rule ``ostium_pool``: a pool at the oracle's bid and ask, profits capped.

    price:    who buys trades at index × (1 + spread), who sells at index × (1 - spread)
    impact:   |index - price| / index; an opening is refused where impact × leverage > its limit
    caps:     an opening is refused where its side, or the collateral of all, would pass a cap
    profit:   no position gains more than 900 % of its collateral, and all of a side together
              never more than the pool has

Parameters: ``spread_e6`` (half the oracle's spread in 1e-6; 200, assumed: Ostium's reports carry
a bid and an ask), ``impact_leverage_e4`` (maxNegativePnlOnOpenP; 40 %, assumed),
``side_micros_max`` (open interest a side; $20 million, assumed), ``collateral_e4`` (collateral of
all positions, as a share of the pool's money; 50 %, assumed), ``gain_max_e4`` (900 %),
``traders_e4`` (what a side may gain together, of the pool's money; all of it, assumed),
``fee_share_e4`` (the pool's part of opening fees; 70 %, assumed), ``epoch_ns`` (1 day, assumed),
``notice_ns`` (1 day, assumed), ``waits_for_open`` (ours: true).

Guards against an empty book, and against a stale price by refusing while the underlying is closed.

Does not guard against an oracle that lags: who knows better trades with the pool at the old price.

Rounding: an ask up, a bid down, then to ticks the same way; each towards the pool.

Source: Ostium's contracts, venue-rules section 7 (oracle bid/ask, price impact, reject above
maxNegativePnlOnOpenP, maximum gain 900 %, caps on open interest and collateral).
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import Quote, QuoteInputs
from venue.core.rejects import Cause
from venue.core.units import E4, E6, NS_PER_DAY
from venue.rules.counterparty.parts import oracle_nanos, side_after_micros
from venue.rules.parameters import Duration, PositiveMicros, PositiveShareE4, ShareE4, Wait
from venue.rules.properties import Property

SpreadE6 = Annotated[int, msgspec.Meta(ge=0, le=50_000)]


class OstiumPool(msgspec.Struct, frozen=True):
    """A pool whose oracle has a spread."""

    exempt: ClassVar[dict[Property, str]] = {}
    is_pool: ClassVar[bool] = True
    reserve_e4: ClassVar[int] = 0
    adl_above_e4: ClassVar[int | None] = None
    adl_to_e4: ClassVar[int] = 0
    counts_collateral: ClassVar[bool] = True

    spread_e6: SpreadE6 = 200
    impact_leverage_e4: PositiveShareE4 = 4_000
    side_micros_max: PositiveMicros = 20_000_000 * E6
    collateral_e4: PositiveShareE4 = 5_000
    gain_max_e4: Annotated[int, msgspec.Meta(ge=1, le=1_000 * E4)] = 9 * E4
    traders_e4: PositiveShareE4 = E4
    fee_share_e4: ShareE4 = 7_000
    epoch_ns: Duration = NS_PER_DAY
    notice_ns: Wait = NS_PER_DAY
    waits_for_open: bool = True

    def quote(self, seen: QuoteInputs) -> Quote:
        """Return the oracle's ask or bid; refused where it costs too much, or passes a cap.

        >>> from venue.rules.examples import QUOTE
        >>> OstiumPool().quote(QUOTE)
        Quote(price_nanos=250050000000, refused=None)
        >>> OstiumPool(spread_e6=50_000).quote(QUOTE).refused  # 5 % × 10 is above 40 %
        <Cause.PRICE_IMPACT: 'price_impact'>
        """
        price_nanos = oracle_nanos(seen, self.spread_e6)
        if not seen.opens:
            return Quote(price_nanos)
        impact_nanos = abs(price_nanos - seen.index_nanos)
        if impact_nanos * seen.leverage * E4 > self.impact_leverage_e4 * seen.index_nanos:
            return Quote(price_nanos, Cause.PRICE_IMPACT)
        if (
            side_after_micros(seen) > self.side_micros_max
            or seen.collateral_micros * E4 > self.collateral_e4 * seen.pool_micros
        ):
            return Quote(price_nanos, Cause.POOL_LIMIT)
        return Quote(price_nanos)
