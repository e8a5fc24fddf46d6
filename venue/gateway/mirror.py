"""What the durable events have shown so far: open orders, book levels, positions.

The core's state runs ahead of what is durable, so it may not be shown. This mirror is moved by
durable events alone; feeds and private notices take their figures from it.
"""

from typing import Final

from msgspec.structs import replace

from venue.core import events as ev
from venue.core.commands import Side
from venue.core.state import State
from venue.gateway.book_mirror import BookMirror, HiddenBook
from venue.gateway.shown import FLAT, Shown, shown_of

BUY: Final = Side.BUY


class Mirror:
    """Orders, books and positions after the last durable event."""

    __slots__ = ("books", "orders", "positions", "tick_lot_micros", "triggers")

    def __init__(self) -> None:
        self.orders: dict[int, Shown] = {}
        self.triggers: dict[int, ev.TriggerPlaced] = {}
        self.books: dict[str, BookMirror] = {}
        self.tick_lot_micros: dict[str, int] = {}
        self.positions: dict[tuple[int, str], tuple[int, int]] = {}

    def prime(self, state: State) -> None:
        """Begin at a state of which everything is durable."""
        self.orders.clear()
        self.triggers.clear()
        self.books.clear()
        self.positions.clear()
        for name, market in state.markets.items():
            self.books[name] = BookMirror() if market.pool is None else HiddenBook()
            self.tick_lot_micros[name] = market.tick_lot_micros
            for side in (Side.BUY, Side.SELL):
                for order in market.book.resting(side):
                    shown = shown_of(order.accepted)
                    shown.price_ticks = order.limit_ticks
                    shown.size_lots = order.size_lots
                    shown.remaining_lots = order.remaining_lots
                    shown.filled_lots = order.filled_lots
                    shown.cost_micros = order.cost_micros
                    self.orders[order.order_id] = shown
                    self._rest(shown)
        for number, account in state.accounts.items():
            for name, holding in account.holdings.items():
                if holding.size_lots:
                    self.positions[number, name] = holding.size_lots, holding.entry_micros
            for order_id, trigger in account.triggers.items():
                self.triggers[order_id] = trigger.placed

    def position_rescaled(self, event: ev.PositionRescaled) -> None:
        change_micros = event.cost_micros + event.realised_micros
        lots = event.size_lots - event.was_lots
        self.move(event.account, event.market, lots, change_micros)

    def order_rescaled(self, event: ev.OrderRescaled) -> Shown:
        shown = self.orders[event.order_id]
        self._leave(shown, shown.remaining_lots)
        shown.price_ticks = event.price_ticks
        shown.size_lots = event.size_lots
        shown.filled_lots = event.filled_lots
        shown.remaining_lots = event.remaining_lots
        self._rest(shown)
        return shown

    def trigger_rescaled(self, event: ev.TriggerRescaled) -> None:
        self.triggers[event.order_id] = replace(
            self.triggers[event.order_id],
            size_lots=event.size_lots,
            trigger_ticks=event.trigger_ticks,
            price_ticks=event.price_ticks,
        )

    def market_renamed(self, event: ev.MarketRenamed) -> None:
        """Everything of the market is known by its new name."""
        old, new = event.market, event.to
        self.books[new] = self.books.pop(old)
        self.tick_lot_micros[new] = self.tick_lot_micros.pop(old)
        for account, name in [key for key in self.positions if key[1] == old]:
            self.positions[account, new] = self.positions.pop((account, name))
        for shown in self.orders.values():
            if shown.accepted.market == old:
                shown.accepted = replace(shown.accepted, market=new)
        for order_id, placed in self.triggers.items():
            if placed.market == old:
                self.triggers[order_id] = replace(placed, market=new)

    def market_listed(self, event: ev.MarketListed) -> None:
        spec = event.spec
        self.books[spec.market] = BookMirror()
        self.tick_lot_micros[spec.market] = spec.units.tick_lot_micros

    def pool_opened(self, event: ev.PoolOpened) -> None:
        """Show no book of a market whose orders wait for a pool alone."""
        self.books[event.market] = HiddenBook()

    def accepted(self, event: ev.OrderAccepted) -> None:
        is_buy, ticks, lots = event.side is BUY, event.price_ticks, event.size_lots
        self.orders[event.order_id] = Shown(event, is_buy, ticks, lots, lots, event.rests)
        if event.rests:
            book = self.books[event.market]
            (book.bids if is_buy else book.asks).change(ticks, lots, 1)

    def rested(self, event: ev.OrderRested) -> None:
        self._rest(self.orders[event.order_id])

    def traded(self, event: ev.Traded) -> tuple[Shown, Shown]:
        """Return the maker's and the taker's order after the trade."""
        lots = event.size_lots
        cost_micros = lots * event.price_ticks * self.tick_lot_micros[event.market]
        maker = self._fill(event.maker_order_id, lots, cost_micros)
        taker = self._fill(event.taker_order_id, lots, cost_micros)
        sign = 1 if event.taker_side is BUY else -1
        self.move(
            event.taker_account,
            event.market,
            sign * lots,
            sign * cost_micros + event.taker_realised_micros,
        )
        self.move(
            event.maker_account,
            event.market,
            -sign * lots,
            -sign * cost_micros + event.maker_realised_micros,
        )
        return maker, taker

    def move(self, account: int, market: str, lots: int, entry_micros: int) -> None:
        """Add lots and entry cost (released profit included) to a position."""
        key = account, market
        was_lots, was_micros = self.positions.get(key, FLAT)
        after_lots = was_lots + lots
        if after_lots:
            self.positions[key] = after_lots, was_micros + entry_micros
        else:
            self.positions.pop(key, None)

    def reduced(self, event: ev.OrderReduced) -> Shown:
        shown = self.orders[event.order_id]
        shown.size_lots -= event.lots
        self._take(event.order_id, shown, event.lots)
        return shown

    def cancelled(self, event: ev.OrderCancelled) -> Shown:
        shown = self.orders.pop(event.order_id)
        if shown.in_book:
            self._leave(shown, shown.remaining_lots)
        return shown

    def amended(self, event: ev.OrderAmended) -> Shown:
        shown = self.orders[event.order_id]
        book = self.books[event.market]
        if event.kept_priority:
            lots = shown.remaining_lots - event.remaining_lots
            book.change(shown.is_buy, shown.price_ticks, -lots, 0)
        else:
            self._leave(shown, shown.remaining_lots)
        shown.price_ticks = event.price_ticks
        shown.size_lots = event.size_lots
        shown.remaining_lots = event.remaining_lots
        return shown

    def _fill(self, order_id: int, lots: int, cost_micros: int) -> Shown:
        shown = self.orders[order_id]
        shown.filled_lots += lots
        shown.cost_micros += cost_micros
        self._take(order_id, shown, lots)
        return shown

    def _take(self, order_id: int, shown: Shown, lots: int) -> None:
        """Lots leave an order; one with nothing left is forgotten."""
        left_lots = shown.remaining_lots = shown.remaining_lots - lots
        if shown.in_book:
            book = self.books[shown.accepted.market]
            side = book.bids if shown.is_buy else book.asks
            side.change(shown.price_ticks, -lots, 0 if left_lots else -1)
        if not left_lots:
            del self.orders[order_id]

    def _rest(self, shown: Shown) -> None:
        shown.in_book = True
        book = self.books[shown.accepted.market]
        book.change(shown.is_buy, shown.price_ticks, shown.remaining_lots, 1)

    def _leave(self, shown: Shown, lots: int) -> None:
        shown.in_book = False
        book = self.books[shown.accepted.market]
        (book.bids if shown.is_buy else book.asks).change(shown.price_ticks, -lots, -1)
