"""What the door must know of a market to read and write its numbers."""

from msgspec.structs import replace

from venue.core.listing import MarketSpec
from venue.core.units import E4, E12, div_half_even
from venue.gateway.decimals import Scale, decimal_text, money_text, nanos_text, rate_text
from venue.gateway.refusals import DoorReason, Refused

NANOS_PER_MICRO_LOT = 1_000_000_000_000  # A micro-dollar a lot of 1e-9 units, in nano-dollars.


class MarketScales:
    """The decimals of one market: prices in ticks, sizes in lots, both exactly."""

    __slots__ = ("lot_e9", "market", "price", "size", "spec", "tick_lot_micros")

    def __init__(self, spec: MarketSpec) -> None:
        self.spec = spec
        self.market = spec.market
        self.price = Scale(spec.units.tick_nanos, DoorReason.PRICE_OFF_TICK)
        self.size = Scale(spec.units.lot_e9, DoorReason.SIZE_OFF_LOT)
        self.lot_e9 = spec.units.lot_e9
        self.tick_lot_micros = spec.units.tick_lot_micros

    def average_text(self, *, cost_micros: int, lots: int) -> str:
        """Return the average price of lots (not zero) bought for a cost; rounds half even."""
        if lots < 0:
            cost_micros, lots = -cost_micros, -lots
        return nanos_text(div_half_even(cost_micros * NANOS_PER_MICRO_LOT, lots * self.lot_e9))

    def figure(self, name: str, value: int) -> tuple[str, str | int]:
        """Return a figure of a refusal in the wire's units, its name without the core's.

        >>> from venue.core.listing import Fees, Limits
        >>> from venue.core.units import Units
        >>> limits = Limits(1, 1, 1, 1, 1)
        >>> spec = MarketSpec("TSLA", "TSLA", "", Units(10_000_000, 1_000_000), limits,
        ...     Fees(0, 0), (), "", ())
        >>> MarketScales(spec).figure("size_lots_max", 1_500)
        ('size_max', '1.500')
        >>> MarketScales(spec).figure("now_ns", 1_500_000_000)
        ('now_ms', 1500)
        """
        for unit, scale in (("_lots", self.size), ("_ticks", self.price)):
            if unit in name:
                return name.replace(unit, ""), scale.text(value)
        return plain_figure(name, value)


def plain_figure(name: str, value: int) -> tuple[str, str | int]:
    """Return a figure that has no market's units: money, a time, a share, or a count.

    >>> plain_figure("duration_ns_min", 300_000_000_000), plain_figure("last_e4_min", 100)
    (('duration_ms_min', 300000), ('last_percent_min', '1'))
    """
    if "_micros" in name:
        return name.replace("_micros", ""), money_text(value)
    if "_nanos" in name:
        return name.replace("_nanos", ""), nanos_text(value)
    if "_ns" in name:
        return name.replace("_ns", "_ms"), value // 1_000_000
    if name == "ratio_e4":
        return "ratio", rate_text(value * (E12 // E4))
    if "_e4" in name:
        return name.replace("_e4", "_percent"), decimal_text(value, 100, 2).removesuffix(".00")
    return name, value


class MarketTable:
    """The listed markets, as far as durable events have told."""

    __slots__ = ("markets", "renamed")

    def __init__(self) -> None:
        self.markets: dict[str, MarketScales] = {}
        # Old names, and what each market is called now.
        self.renamed: dict[str, str] = {}

    def list(self, spec: MarketSpec) -> None:
        """Know a market from now on."""
        self.markets[spec.market] = MarketScales(spec)

    def rename(self, old: str, new: str, underlying: str) -> None:
        """Know a market by its new name; the old one is refused with it."""
        scales = self.markets[new] = self.markets.pop(old)
        scales.market = new
        scales.spec = replace(scales.spec, market=new, underlying=underlying)
        self.renamed = {name: new if now == old else now for name, now in self.renamed.items()}
        self.renamed[old] = new

    def known(self, market: str) -> MarketScales:
        """Return the scales of a market by any name that it had: the past keeps its words."""
        return self.markets[self.renamed.get(market, market)]

    def get(self, market: str) -> MarketScales:
        """Return a market's scales, or refuse."""
        scales = self.markets.get(market)
        if scales is None:
            now_called = self.renamed.get(market)
            if now_called is not None:
                raise Refused(
                    DoorReason.MARKET_RENAMED,
                    f"market: {market!r} is called {now_called!r} now",
                    now_called=now_called,
                )
            raise Refused(
                DoorReason.UNKNOWN_MARKET,
                f"market: expected one of {sorted(self.markets)[:20]}, found {market[:40]!r}",
            )
        return scales
