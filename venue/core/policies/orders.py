"""Orders: which prices they may have, how far they may slip, and whether takers wait."""

from typing import NamedTuple, Protocol


class PriceInputs(NamedTuple):
    """A price in ticks, above zero, and the market's steps of price and size.

    ``tick_nanos`` is in nano-dollars, ``lot_e9`` in 1e-9 of a unit.
    """

    price_ticks: int
    tick_nanos: int
    lot_e9: int


class LegalPrices(NamedTuple):
    """The nearest legal prices at or below, and at or above; the same where it is legal itself.

    ``below_ticks`` is 0 where no legal price is below.
    """

    below_ticks: int
    above_ticks: int


class OrdersRule(Protocol):
    """What an order may ask for beside the listing's limits, and when it may take.

    An order that would trade at once waits ``taker_delay_ns`` before it may; 0: no wait. Market
    orders wait as well if ``market_orders_wait``. ``slippage_e4`` is how far from the mark a market
    order may trade, and ``trigger_slippage_e4`` one that a trigger sends; ``None``: as far as the
    listing says. ``brackets_wait``: an order's bracket sleeps until its last fill, not its first.
    ``changes_nothing``: the order path need not ask.
    """

    @property
    def changes_nothing(self) -> bool: ...
    @property
    def taker_delay_ns(self) -> int: ...
    @property
    def market_orders_wait(self) -> bool: ...
    @property
    def slippage_e4(self) -> int | None: ...
    @property
    def trigger_slippage_e4(self) -> int | None: ...
    @property
    def brackets_wait(self) -> bool: ...

    def legal(self, seen: PriceInputs) -> LegalPrices: ...
