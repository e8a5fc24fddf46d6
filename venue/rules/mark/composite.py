"""Mark rule ``composite``: trades, book and outside price by weight, as long as each is fresh.

    1. trades    average of the trades of the last ``window_ns``, by size × K,
                 K = 1 - decay × (age / window) ** power
    2. book      mean of the prices that ``impact_micros`` would buy and sell at
    3. outside   the last external price
    M = Σ weight × price / Σ weight         over those that are fresh

A part is fresh while its price is no older than its ``*_stale_ns``: the last trade, the last time
that both sides held the notional, the last print that was believed. With ``by_median`` the middle
one of the fresh parts counts instead of their weighted mean (of two, their mean); a part without
weight is left out of both. None is fresh: no update, the previous mark stays; no mark yet, the
index.

Trades are kept in ten stretches of the window; all of one stretch count as old as its first.

Parameters: ``weight_*_e4``, ``decay_e4`` and ``power`` as above; times in nanoseconds.

Guards against a source that falls silent: its weight goes to the others at once, and it comes back
with its next price. Guards against a burst of small trades, for trades count by size.

Does not guard against size traded with oneself through accounts of different owners, nor against a
jump: when a part becomes stale M goes to what is left in one update, and the clamp has to slow it.

Rounding: half to even, to a nano-dollar, for each average.

Source: Vega protocol, composite mark price (venue-rules.md, section 11): decay formula, power 1 to
3, weights with staleness, no update when all are stale. Its markets choose weights, windows and
tolerances; those here are assumed.
"""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from venue.core.policies import MarkInputs
from venue.core.rescaling import NewUnits
from venue.core.units import E4, E6, NS_PER_MINUTE, div_half_even
from venue.rules.mark.parts import impact_mid_nanos
from venue.rules.parameters import Duration, PositiveMicros, ShareE4
from venue.rules.properties import Property

Power = Annotated[int, Meta(ge=1, le=3)]

STRETCHES = 10
# A share of the window in units fine enough that its cube still tells stretches apart.
AGE_UNITS = 1_000


class CompositeMemory(msgspec.Struct, frozen=True, array_like=True):
    """Stretches of trades, (begun, lots, price); their average; the book's price and its time."""

    trades: tuple[tuple[int, int, int], ...] = ()
    trades_nanos: int | None = None
    book_nanos: int | None = None
    book_at_ns: int = 0


NOTHING_SEEN = CompositeMemory()


class Composite(msgspec.Struct, frozen=True):
    """Trades, book and outside price by weight, as long as each is fresh."""

    exempt: ClassVar[dict[Property, str]] = {}

    weight_trades_e4: ShareE4 = 3_000
    weight_book_e4: ShareE4 = 3_000
    weight_outside_e4: ShareE4 = 4_000
    trades_stale_ns: Duration = 5 * NS_PER_MINUTE
    book_stale_ns: Duration = NS_PER_MINUTE
    outside_stale_ns: Duration = NS_PER_MINUTE
    window_ns: Duration = 5 * NS_PER_MINUTE
    decay_e4: ShareE4 = 10_000
    power: Power = 1
    impact_micros: PositiveMicros = 10_000 * E6
    by_median: bool = False

    def initial(self) -> CompositeMemory:
        """Return the memory of a market where nothing was traded or quoted yet."""
        return NOTHING_SEEN

    def mark(self, seen: MarkInputs, memory: CompositeMemory) -> tuple[int, CompositeMemory]:
        """Return the candidate mark in nano-dollars.

        >>> from venue.rules.examples import MARK
        >>> rule = Composite()
        >>> apart = MARK._replace(
        ...     traded_nanos=253_000_000_000,
        ...     impact_bid_nanos=251_900_000_000,
        ...     impact_ask_nanos=252_100_000_000,
        ... )
        >>> rule.mark(apart, NOTHING_SEEN)[0]  # 0.3 × 253 + 0.3 × 252 + 0.4 × 250
        251500000000
        >>> silent = apart._replace(external_at_ns=0)
        >>> rule.mark(silent, NOTHING_SEEN)[0]  # the other two, halves each
        252500000000
        """
        memory = self._remembered(seen, memory)
        now_ns = seen.now_ns
        trades, book, outside = memory.trades_nanos, memory.book_nanos, seen.external_nanos
        by_trades, by_book, by_outside = (
            self.weight_trades_e4,
            self.weight_book_e4,
            self.weight_outside_e4,
        )
        if trades is None or now_ns - seen.last_at_ns > self.trades_stale_ns:
            trades = by_trades = 0
        if book is None or now_ns - memory.book_at_ns > self.book_stale_ns:
            book = by_book = 0
        if outside is None or now_ns - seen.external_at_ns > self.outside_stale_ns:
            outside = by_outside = 0
        weights_e4 = by_trades + by_book + by_outside
        if weights_e4 and self.by_median:
            parts = ((trades, by_trades), (book, by_book), (outside, by_outside))
            return _median([price for price, weight_e4 in parts if weight_e4]), memory
        if weights_e4:
            weighed = trades * by_trades + book * by_book + outside * by_outside
            return div_half_even(weighed, weights_e4), memory
        if seen.previous_mark_nanos is not None:
            return seen.previous_mark_nanos, memory
        return seen.index_nanos, memory

    def rescale(self, memory: CompositeMemory, units: NewUnits) -> CompositeMemory:
        """Return the memory in the units after a split: stretches hold sizes and prices.

        A stretch of which no whole lot is left goes.
        """
        trades = tuple(
            (begun_ns, units.lots(lots), units.price(nanos))
            for begun_ns, lots, nanos in memory.trades
            if units.lots(lots)
        )
        return CompositeMemory(
            trades,
            units.price_or_none(memory.trades_nanos),
            units.price_or_none(memory.book_nanos),
            memory.book_at_ns,
        )

    def _remembered(self, seen: MarkInputs, memory: CompositeMemory) -> CompositeMemory:
        trades, trades_nanos = memory.trades, memory.trades_nanos
        if seen.traded_nanos is not None:
            trades = self._with_trade(trades, seen.now_ns, seen.traded_lots, seen.traded_nanos)
        if trades:
            oldest_ns = seen.now_ns - self.window_ns
            while trades and trades[0][0] <= oldest_ns:
                trades = trades[1:]
            average = self._average(trades, seen.now_ns)
            trades_nanos = trades_nanos if average is None else average
        book_nanos, book_at_ns = impact_mid_nanos(seen), seen.now_ns
        if book_nanos is None:
            book_nanos, book_at_ns = memory.book_nanos, memory.book_at_ns
        return CompositeMemory(trades, trades_nanos, book_nanos, book_at_ns)

    def _with_trade(
        self, trades: tuple[tuple[int, int, int], ...], now_ns: int, lots: int, nanos: int
    ) -> tuple[tuple[int, int, int], ...]:
        if trades:
            begun_ns, lots_before, nanos_before = trades[-1]
            if (now_ns - begun_ns) * STRETCHES < self.window_ns:
                together = lots_before + lots
                price = div_half_even(lots_before * nanos_before + lots * nanos, together)
                return (*trades[:-1], (begun_ns, together, price))
        return (*trades, (now_ns, lots, nanos))

    def _average(self, trades: tuple[tuple[int, int, int], ...], now_ns: int) -> int | None:
        """Weigh the stretches by size × K; ``None`` when nothing is left of any."""
        decay, power, window_ns = self.decay_e4, self.power, self.window_ns
        whole = E4 * AGE_UNITS**power
        total = weights = 0
        for begun_ns, lots, nanos in trades:
            age = (now_ns - begun_ns) * AGE_UNITS // window_ns
            if power != 1:
                age **= power
            weight = (whole - decay * age) * lots
            total += weight * nanos
            weights += weight
        return div_half_even(total, weights) if weights else None


def _median(prices: list[int]) -> int:
    prices.sort()
    half = len(prices) // 2
    if len(prices) % 2:
        return prices[half]
    return div_half_even(prices[half - 1] + prices[half], 2)
