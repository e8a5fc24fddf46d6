"""What the book can give an order at once, all or nothing."""

from venue.core.account import Account, Holding
from venue.core.book import Book
from venue.core.commands import PlaceOrder, SelfTrade
from venue.core.handlers.refusing import Refusal
from venue.core.market import Market
from venue.core.matching import reducible_lots
from venue.core.pool_trading import pool_fillable_lots
from venue.core.rejects import Reason
from venue.core.state import State


def fill_refusal(
    state: State,
    account: Account,
    market: Market,
    holding: Holding | None,
    command: PlaceOrder,
    limit_ticks: int,
    *,
    is_buy: bool,
) -> Refusal | None:
    """Refuse a fill-or-kill order that would not trade whole."""
    if market.bounds is not None:  # It trades whole within the bounds, or not at all.
        low, high = market.bounds
        limit_ticks = min(limit_ticks, high) if is_buy else max(limit_ticks, low)
    if market.pool is not None:
        lots = pool_fillable_lots(state, market, account, command, limit_ticks)
    else:
        lots = fillable_lots(state, account, market.book, command, limit_ticks, is_buy=is_buy)
    if command.reduce_only:
        lots = min(lots, reducible_lots(holding, is_buy=is_buy))
    if lots < command.size_lots:
        return Refusal(Reason.FOK_NOT_FILLABLE, {"fillable_lots": lots})
    return None


def fillable_lots(
    state: State,
    account: Account,
    book: Book,
    command: PlaceOrder,
    limit_ticks: int,
    *,
    is_buy: bool,
) -> int:
    """Return how much an order would fill at once; stops counting when it is enough.

    Reducing orders of others are not counted: they may shrink while the order trades.
    """
    total = 0
    for price, level in (book.asks if is_buy else book.bids).walk():
        if price > limit_ticks if is_buy else price < limit_ticks:
            break
        for maker in level.living():
            if state.accounts[maker.account].owner == account.owner:
                if command.self_trade is SelfTrade.CANCEL_RESTING:
                    continue
                return total
            if not maker.reduce_only:
                total += maker.remaining_lots
            if total >= command.size_lots:
                return total
    return total
