"""Terms rule ``by_session``: what holds in a market follows the underlying's session.

Three rows, and which one holds:

    row         when                                              band   position   close-outs
    regular     REGULAR hours, outside prices                     10 %   1          no throttle
    off hours   pre-market, after-market, overnight; a weeknight;  7 %   0.5        $50,000 a second
                REGULAR hours while our sources are silent
    closed      NO_TRADING at a weekend, on a holiday, or         5 %   0.1        $10,000 a second
                unscheduled; any halt of the underlying

The band is counted from the mark (``band_from``: or from the last external price ``anchor``, the
``index``, the last REGULAR ``close``, the last REGULAR ``open``). Buys above it and sells below it
are refused; with ``band_both_ways`` also buys below and sells above. With
``band_by_leverage_internal`` it is at most 1/L while no outside price comes. A market order whose
protection lies outside is refused; with ``band_caps_market`` it fills as far as the band, and the
rest is cancelled. ``band_below_e4`` and ``band_above_e4`` add a lowest and a highest price for all
orders, off ``band_range_from``.

The position limit is a factor on the listing's own. The throttle holds only while pricing is
INTERNAL: then each close-out moves the book, the book moves the index, and the index the next
close-out; so it is slowed. With outside prices the mark walks towards a price that will not wait,
and a throttle would turn close-outs into shortfalls. Open interest is not scaled (on recorded
weekends it hardly changed), and nothing becomes reduce-only: makers are needed most when few are
there. Funding runs always, at ``funding_e4`` (10,000: whole).

Parameters: ``band_*_e4``, ``position_*_e4``, ``open_interest_*_e4`` in 1e-4;
``throttle_*_micros_per_second`` in micro-dollars of notional a second, ``None``: no throttle;
``reduce_only_closed``.

Guards against orders at absurd prices, against positions built in a thin book to push the index,
and against a cascade of close-outs into it.

Does not guard against many accounts of one owner, each within its limit, nor against positions
opened on Friday that are too large for Monday. A band from the mark moves with the mark.

Rounding: none. Source: devnet.one equities (order bands 10/7/5 %, position multipliers 1/0.5/0.1,
liquidation throttle 100k/50k/10k dollars a second); edgeX (closed: within last close × (1 ± 1/L));
Aster (off hours 5 % from the mark, market orders fill to it); QFEX refuses by side, and has lowest
and highest prices beside its bands; it also shrinks position limits to 50 % overnight and 10 % at
weekends; funding at weekends as on trade.xyz.
"""

from typing import ClassVar, Literal

import msgspec

from venue.core.phases import Closure, Pricing, Session
from venue.core.policies import Terms, TermsInputs
from venue.core.units import E4, E6
from venue.rules.parameters import FactorE4, PositiveMicros, PositiveShareE4, ShareE4
from venue.rules.properties import Property

# What a band may be counted from; ``Terms.band_from`` says what each is.
Centre = Literal["mark", "anchor", "index", "close", "open"]

# A weeknight's NO_TRADING is still off hours; longer and stranger closures are closed.
CLOSED_BY = frozenset({Closure.WEEKEND, Closure.HOLIDAY, Closure.UNSCHEDULED})


class BySession(msgspec.Struct, frozen=True):
    """Bands, limits and throttles in three rows: regular, off hours, closed."""

    exempt: ClassVar[dict[Property, str]] = {}

    band_regular_e4: PositiveShareE4 | None = 1_000
    band_off_hours_e4: PositiveShareE4 | None = 700
    band_closed_e4: PositiveShareE4 | None = 500
    band_from: Centre = "mark"
    band_by_leverage_internal: bool = False
    band_both_ways: bool = False
    band_caps_market: bool = False
    band_below_e4: ShareE4 | None = None
    band_above_e4: FactorE4 | None = None
    band_range_from: Centre = "close"
    position_regular_e4: ShareE4 = 10_000
    position_off_hours_e4: ShareE4 = 5_000
    position_closed_e4: ShareE4 = 1_000
    open_interest_off_hours_e4: ShareE4 = 10_000
    open_interest_closed_e4: ShareE4 = 10_000
    throttle_off_hours_micros_per_second: PositiveMicros | None = 50_000 * E6
    throttle_closed_micros_per_second: PositiveMicros | None = 10_000 * E6
    reduce_only_closed: bool = False
    funding_e4: FactorE4 = 10_000

    def terms(self, seen: TermsInputs) -> Terms:
        """Return the terms of the session.

        >>> from venue.rules.examples import TERMS
        >>> BySession().terms(TERMS).band_e4
        1000
        >>> saturday = TermsInputs(Session.NO_TRADING, Closure.WEEKEND, Pricing.INTERNAL)
        >>> BySession().terms(saturday)[:3], BySession().terms(saturday)[5]
        ((500, 'mark', 1000), 10000000000)
        """
        row = self._row(seen)
        band_e4 = row.band_e4
        if self.band_by_leverage_internal and seen.pricing is Pricing.INTERNAL:
            by_leverage_e4 = E4 // seen.leverage_max
            band_e4 = by_leverage_e4 if band_e4 is None else min(band_e4, by_leverage_e4)
        return row._replace(
            band_e4=band_e4,
            band_both_ways=self.band_both_ways,
            band_caps_market=self.band_caps_market,
            band_below_e4=self.band_below_e4,
            band_above_e4=self.band_above_e4,
            band_range_from=self._range_from(),
        )

    def _range_from(self) -> str:
        # Without a range the mark stands for it, so that nothing is refreshed for its sake.
        has_range = self.band_below_e4 is not None or self.band_above_e4 is not None
        return self.band_range_from if has_range else "mark"

    def _row(self, seen: TermsInputs) -> Terms:
        is_internal = seen.pricing is Pricing.INTERNAL
        if _is_closed(seen):
            return Terms(
                band_e4=self.band_closed_e4,
                band_from=self.band_from,
                position_e4=self.position_closed_e4,
                open_interest_e4=self.open_interest_closed_e4,
                reduce_only=self.reduce_only_closed,
                closeout_micros_per_second=(
                    self.throttle_closed_micros_per_second if is_internal else None
                ),
                funding_e4=self.funding_e4,
            )
        if is_internal or seen.session is not Session.REGULAR:
            return Terms(
                band_e4=self.band_off_hours_e4,
                band_from=self.band_from,
                position_e4=self.position_off_hours_e4,
                open_interest_e4=self.open_interest_off_hours_e4,
                reduce_only=False,
                closeout_micros_per_second=(
                    self.throttle_off_hours_micros_per_second if is_internal else None
                ),
                funding_e4=self.funding_e4,
            )
        return Terms(
            band_e4=self.band_regular_e4,
            band_from=self.band_from,
            position_e4=self.position_regular_e4,
            open_interest_e4=10_000,
            reduce_only=False,
            closeout_micros_per_second=None,
            funding_e4=self.funding_e4,
        )


def _is_closed(seen: TermsInputs) -> bool:
    if seen.closure is Closure.HALT:
        return True
    return seen.session is Session.NO_TRADING and seen.closure in CLOSED_BY
