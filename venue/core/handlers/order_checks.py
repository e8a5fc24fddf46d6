"""Every reason to refuse an order, checked completely before anything changes.

The order of the checks is the order of ``rejects.Reason``: who and where, what is asked by
itself, what the market allows now, what the account can bear, what the book can give.
"""

from typing import Final, NamedTuple

from venue.core.account import Account, Holding
from venue.core.book import Book, Order
from venue.core.bounds import is_blocked, validity_figures
from venue.core.calls import has_call
from venue.core.commands import MarginMode, PlaceOrder, SelfTrade, Side, TimeInForce
from venue.core.margin import (
    account_required_micros,
    bankruptcy_nanos,
    cross_equity_micros,
    is_past_bankruptcy,
    isolated_required_micros,
    required_micros,
)
from venue.core.market import Market
from venue.core.matching import reducible_lots
from venue.core.phases import ACCEPTS_ORDERS, Phase
from venue.core.policies import Action, Terms
from venue.core.pool_trading import pool_fillable_lots
from venue.core.rejects import Reason
from venue.core.state import State, leverage_of
from venue.core.units import E4, E6
from venue.core.volumes import open_orders_max

GTC: Final = TimeInForce.GTC
IOC: Final = TimeInForce.IOC
FOK: Final = TimeInForce.FOK
GFA: Final = TimeInForce.GFA
OPG: Final = TimeInForce.OPG
CLS: Final = TimeInForce.CLS
BUY: Final = Side.BUY
CONTINUOUS: Final = Phase.CONTINUOUS
ISOLATED: Final = MarginMode.ISOLATED


class Refusal(NamedTuple):
    """A reason, and the figures behind it."""

    reason: Reason
    figures: dict[str, int]


def protection_ticks(
    state: State,
    account: Account,
    market: Market,
    *,
    is_buy: bool,
    reduce_only: bool,
    slippage_e4: int | None = None,
) -> int:
    """Return how far a market order may trade: the mark moved by the market's protection.

    ``slippage_e4`` may hold it nearer, or be a trigger's own. A reducing one goes no further than
    its position's bankruptcy price; and none further than the band, where the session's terms say
    so.
    """
    slippage_e4 = slippage_e4 or market.protection_e4
    reach_e4 = E4 + slippage_e4 * (1 if is_buy else -1)
    assert market.mark_nanos is not None, "a market order needs a mark"
    nanos = market.mark_nanos * reach_e4 // E4
    units = market.spec.units
    ticks = units.ticks_floor(nanos) if is_buy else units.ticks_ceil(nanos)
    if reduce_only and reducible_lots(account.holdings.get(market.spec.market), is_buy=is_buy):
        limit_nanos = bankruptcy_nanos(state, account, market.spec.market)
        if is_buy:
            ticks = min(ticks, units.ticks_floor(limit_nanos))
        else:
            ticks = max(ticks, units.ticks_ceil(limit_nanos))
    band = market.band_ticks
    if band is not None and market.terms.band_caps_market:
        ticks = min(ticks, band[1]) if is_buy else max(ticks, band[0])
    return max(1, min(ticks, market.spec.limits.price_max_ticks))


def order_refusal(
    state: State,
    account: Account,
    market: Market,
    command: PlaceOrder,
    limit_ticks: int,
    *,
    is_new: bool = False,
) -> Refusal | None:
    """Return why an order may not stand, or ``None``. ``limit_ticks`` is its resolved limit.

    ``is_new``: it is placed now, and neither comes of a trigger or plan nor has waited.
    """
    limits = market.spec.limits
    size = command.size_lots
    if size <= 0:
        return Refusal(Reason.SIZE_NOT_POSITIVE, {"size_lots": size})
    if size > market.order_max_lots:
        return Refusal(Reason.SIZE_TOO_LARGE, {"size_lots_max": market.order_max_lots})
    if command.price_ticks is None and size > market.market_order_max_lots:
        return Refusal(Reason.SIZE_TOO_LARGE, {"size_lots_max": market.market_order_max_lots})
    if limit_ticks <= 0:
        return Refusal(Reason.PRICE_NOT_POSITIVE, {"price_ticks": limit_ticks})
    if limit_ticks > limits.price_max_ticks:
        return Refusal(Reason.PRICE_TOO_LARGE, {"price_ticks_max": limits.price_max_ticks})
    notional = size * limit_ticks * market.tick_lot_micros
    if notional < limits.order_micros_min and not command.reduce_only:
        return Refusal(Reason.NOTIONAL_TOO_SMALL, {"notional_micros_min": limits.order_micros_min})
    force = command.time_in_force
    if command.post_only and (force is not GTC or command.price_ticks is None):
        return Refusal(Reason.POST_ONLY_NOT_GTC, {})
    if command.expires_at_ns is not None:
        if force is not GTC or command.price_ticks is None:
            return Refusal(Reason.EXPIRY_NOT_GTC, {})
        if command.expires_at_ns <= state.now_ns:
            return Refusal(Reason.TIME_PASSED, {"now_ns": state.now_ns})
    if command.stop_ticks is not None or command.take_profit_ticks is not None:
        bracket = _bracket_refusal(market, command)
        if bracket is not None:
            return bracket

    is_buy = command.side is BUY
    if force is OPG or force is CLS:
        if not has_call(market, force):
            return Refusal(Reason.NO_SUCH_CALL, {})
    elif market.phase is not CONTINUOUS:
        if (
            (force is not GTC and force is not GFA)
            or command.price_ticks is None
            or command.post_only
        ):
            return Refusal(Reason.NOT_IN_AUCTION, {})
    elif force is GFA:
        return Refusal(Reason.ONLY_IN_AUCTION, {})
    if command.price_ticks is None and not market.terms.market_orders:
        return Refusal(Reason.MARKET_ORDERS_NOT_NOW, {})
    holding = account.holdings.get(command.market)
    refusal = limits_refusal(
        state, market, holding, is_buy, size, limit_ticks, reduce_only=command.reduce_only
    )
    if refusal is not None:
        return refusal
    may_rest = (
        force is not IOC
        and force is not FOK
        and (command.price_ticks is not None or force is OPG or force is CLS)
    )
    if may_rest and len(account.orders) >= limits.open_orders_max:
        orders_max = open_orders_max(market, account)
        if len(account.orders) >= orders_max:
            return Refusal(Reason.OPEN_ORDERS_LIMIT, {"open_orders_max": orders_max})
    if is_new and (
        command.reduce_only
        or command.stop_ticks is not None
        or command.take_profit_ticks is not None
    ):
        refusal = exit_refusal(market, account, 1)
        if refusal is not None:
            return refusal
    if command.post_only and market.book.would_trade(is_buy=is_buy, limit_ticks=limit_ticks):
        return Refusal(Reason.POST_ONLY_WOULD_TRADE, {})
    if command.reduce_only:
        refusal = past_bankruptcy(state, account, market, is_buy, limit_ticks)
        if refusal is not None:
            return refusal
    elif not within_headroom(state, account, market, holding, is_buy, size, notional):
        refusal = margin_refusal(state, account, market, holding, is_buy, size, notional)
        if refusal is not None:
            return refusal
    if force is FOK:
        if market.bounds is not None:  # It trades whole within the bounds, or not at all.
            low, high = market.bounds
            limit_ticks = min(limit_ticks, high) if is_buy else max(limit_ticks, low)
        if market.pool is not None:
            lots = pool_fillable_lots(state, market, account, command, limit_ticks)
        else:
            lots = fillable_lots(state, account, market.book, command, limit_ticks, is_buy=is_buy)
        if command.reduce_only:
            lots = min(lots, reducible_lots(holding, is_buy=is_buy))
        if lots < size:
            return Refusal(Reason.FOK_NOT_FILLABLE, {"fillable_lots": lots})
    return None


def exit_refusal(market: Market, account: Account, orders: int) -> Refusal | None:
    """Refuse what can only close, or waits, beyond the listing's number; where the rules do."""
    if not market.rules.open_orders.exits_to_listed:
        return None
    listed_max = market.spec.limits.open_orders_max
    if len(account.orders) + len(account.triggers) + orders <= listed_max:
        return None
    return Refusal(Reason.OPEN_ORDERS_LIMIT, {"open_orders_max": listed_max})


def place_refusal(state: State, account: Account, market: Market) -> Refusal | None:
    """Return why an account may place nothing in a market now, or ``None``."""
    if state.liquidations and (
        (account.account, "") in state.liquidations
        or (account.account, market.spec.market) in state.liquidations
    ):
        return Refusal(Reason.LIQUIDATION_OPEN, {})
    if market.mark_nanos is None:
        return Refusal(Reason.NO_MARK_YET, {})
    if market.phase is not CONTINUOUS and market.phase not in ACCEPTS_ORDERS:
        return Refusal(Reason.MARKET_NOT_TRADING, {})
    if market.terms.is_closed:
        return Refusal(Reason.MARKET_CLOSED, {})
    return None


def _bracket_refusal(market: Market, command: PlaceOrder) -> Refusal | None:
    """A stop stands on the losing side of the order's price, a take-profit on the winning.

    The price of a limit order is its limit; that of a market order is the mark, which triggers act
    on. How far a market order may trade (``protection_ticks``) is nothing that anybody hopes for.
    """
    side = 1 if command.side is BUY else -1
    tick_nanos = market.spec.units.tick_nanos
    if command.price_ticks is not None:
        name, price = "price_ticks", command.price_ticks
        price_nanos = price * tick_nanos
    else:
        assert market.mark_nanos is not None, "a market order needs a mark"
        name, price = "mark_nanos", market.mark_nanos
        price_nanos = price
    for leg, ticks, winning in (
        ("stop_ticks", command.stop_ticks, -side),
        ("take_profit_ticks", command.take_profit_ticks, side),
    ):
        if ticks is None:
            continue
        if ticks <= 0:
            return Refusal(Reason.PRICE_NOT_POSITIVE, {"price_ticks": ticks})
        price_max_ticks = market.spec.limits.price_max_ticks
        if ticks > price_max_ticks:
            return Refusal(Reason.PRICE_TOO_LARGE, {"price_ticks_max": price_max_ticks})
        if (ticks * tick_nanos - price_nanos) * winning <= 0:
            return Refusal(Reason.BRACKET_WRONG_SIDE, {leg: ticks, name: price})
    return None


def limits_refusal(
    state: State,
    market: Market,
    holding: Holding | None,
    is_buy: bool,
    lots: int,
    limit_ticks: int,
    *,
    reduce_only: bool,
) -> Refusal | None:
    """Check band, reducing, position and open-interest limits; ``lots`` are what is added."""
    band = market.band_ticks
    if band is not None and (
        limit_ticks > band[1] or limit_ticks < band[2]
        if is_buy
        else limit_ticks < band[0] or limit_ticks > band[3]
    ):
        return Refusal(Reason.OUTSIDE_BAND, {"low_ticks": band[0], "high_ticks": band[1]})
    if reduce_only:
        if not reducible_lots(holding, is_buy=is_buy):
            return Refusal(Reason.REDUCE_ONLY_WOULD_INCREASE, {})
        return _blocked(market, is_buy, limit_ticks, opens=False) if market.blocked else None
    if holding is None:
        worst = lots
    elif is_buy:
        worst = holding.size_lots + holding.buy_lots + lots
    else:
        worst = holding.sell_lots + lots - holding.size_lots
    if market.blocked:
        refusal = _blocked(market, is_buy, limit_ticks, opens=worst > 0)
        if refusal is not None:
            return refusal
    if worst <= 0:
        return None  # All of it reduces: no limit stands in the way of getting out.
    terms = market.terms
    if terms.reduce_only:
        return Refusal(Reason.ONLY_REDUCING_NOW, {})
    if terms.margin_mode != "any" and (holding is None or holding.mode is not ISOLATED):
        return Refusal(Reason.ISOLATED_ONLY, {})
    if worst > market.position_max_lots:
        return Refusal(Reason.POSITION_LIMIT, {"position_lots_max": market.position_max_lots})
    opening = lots if lots < worst else worst
    if market.open_interest_lots + opening > market.interest_max_lots:
        return _interest_refusal(market, holding, is_buy, limit_ticks)
    if terms.venue_interest_micros_max is not None:
        return _venue_interest_refusal(state, opening * market.mark_micros, terms)
    return None


def _venue_interest_refusal(state: State, opening_micros: int, terms: Terms) -> Refusal | None:
    """Check the open interest of all markets together, each at its mark.

    Source: HIP-3, venue-rules section 2 (a cap per asset, and one on the whole exchange).
    """
    together = sum(each.open_interest_lots * each.mark_micros for each in state.markets.values())
    most = terms.venue_interest_micros_max
    if most is None or together + opening_micros <= most:
        return None
    figures = {"venue_interest_micros": together, "venue_interest_micros_max": most}
    return Refusal(Reason.OPEN_INTEREST_LIMIT, figures)


def _interest_refusal(
    market: Market, holding: Holding | None, is_buy: bool, limit_ticks: int
) -> Refusal:
    """Say what an order ran into at the open-interest limit; under a cap in money, which way.

    Source: Hyperliquid's order statuses, venue-rules section 1 (increase, flip, too aggressive).
    """
    terms = market.terms
    figures = {
        "open_interest_lots": market.open_interest_lots,
        "open_interest_lots_max": market.interest_max_lots,
    }
    if terms.at_cap_e4 is not None and market.mark_nanos is not None:
        reach_e4 = E4 + terms.at_cap_e4 * (1 if is_buy else -1)
        beyond = limit_ticks * market.spec.units.tick_nanos * E4 - market.mark_nanos * reach_e4
        if (beyond if is_buy else -beyond) > 0:
            return Refusal(Reason.TOO_AGGRESSIVE_AT_OPEN_INTEREST_CAP, figures)
    if terms.open_interest_micros_max is not None and reducible_lots(holding, is_buy=is_buy):
        return Refusal(Reason.POSITION_FLIP_AT_OPEN_INTEREST_CAP, figures)
    return Refusal(Reason.OPEN_INTEREST_LIMIT, figures)


def _blocked(market: Market, is_buy: bool, limit_ticks: int, *, opens: bool) -> Refusal | None:
    """Refuse what would trade, or open, while the outside price is not good enough for it."""
    trades = market.phase is CONTINUOUS and market.book.would_trade(
        is_buy=is_buy, limit_ticks=limit_ticks
    )
    if (trades and is_blocked(market, Action.MATCH)) or (
        opens and is_blocked(market, Action.MARGIN)
    ):
        return Refusal(Reason.INDEX_NOT_VALID, validity_figures(market))
    return None


def past_bankruptcy(
    state: State, account: Account, market: Market, is_buy: bool, limit_ticks: int
) -> Refusal | None:
    """Refuse a reducing order that could lose more than its position's share of equity."""
    if not is_past_bankruptcy(state, account, market, is_buy=is_buy, price_ticks=limit_ticks):
        return None
    limit_nanos = bankruptcy_nanos(state, account, market.spec.market)
    return Refusal(Reason.INSUFFICIENT_MARGIN, {"bankruptcy_nanos": limit_nanos})


def within_headroom(
    state: State,
    account: Account,
    market: Market,
    holding: Holding | None,
    is_buy: bool,
    lots: int,
    micros: int,
) -> bool:
    """Say whether what was left of the margin at the last full check covers an order for sure.

    A short cut: initial margin grows by no more than notional at the mark over leverage, or
    the steepest initial fraction, and by what the order would lose at once. Fills and
    cancels take off what they may cost at most (``apply_orders``); what moves money or a mark
    ends its validity.
    """
    if account.headroom_version != state.marks_version:
        return False
    if holding is None:
        leverage = leverage_of(state, account, market.spec.market)
    else:
        leverage = holding.leverage
    leverage_max = market.terms.leverage_max
    if leverage_max is not None and leverage_max < leverage:
        return False  # All of the position needs more than it did: it is looked at whole.
    worth = lots * market.mark_micros
    steepest_e4 = market.initial_e4_max
    # Each quotient is rounded up by the 1 in the 4 below.
    more = worth // leverage if leverage * steepest_e4 <= E4 else worth * steepest_e4 // E4
    loss = micros - worth if is_buy else worth - micros
    if loss > 0:
        more += loss
    more += 4
    headroom = account.headroom_micros
    if headroom < more + micros * market.base_fees.taker_e6 // E6:
        return False
    account.headroom_micros = headroom - more
    return True


def margin_refusal(
    state: State,
    account: Account,
    market: Market,
    holding: Holding | None,
    is_buy: bool,
    lots: int,
    micros: int,
) -> Refusal | None:
    """Check that the account can bear ``lots`` more of resting orders on one side.

    Equity at the mark, less the taker fee of the order, must cover initial margin with the
    worse side of every market filled. What lowers that need is always allowed.
    """
    name = market.spec.market
    cap = market.terms.leverage_max
    bare = holding
    if holding is None:
        holding = Holding(name, leverage_of(state, account, name))
    if is_buy:
        need = required_micros(
            market, holding, more_buy_lots=lots, more_buy_micros=micros, leverage_max=cap
        )
    else:
        need = required_micros(
            market, holding, more_sell_lots=lots, more_sell_micros=micros, leverage_max=cap
        )
    after = need
    if holding.mode is ISOLATED:
        after = isolated_required_micros(market, holding, need)
    fees = market.own_fees.get(account.account, market.base_fees)
    fee = -(-micros * fees.taker_e6 // E6)
    available = cross_equity_micros(state, account) - fee
    required = after + account_required_micros(state, account, but=name)
    if available >= required:
        account.headroom_micros = available + fee - required
        account.headroom_version = state.marks_version
        return None
    if bare is not None and need <= required_micros(market, bare, leverage_max=cap):
        return None
    return Refusal(
        Reason.INSUFFICIENT_MARGIN,
        {"available_micros": available, "required_micros": required},
    )


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


def same_body(accepted_order: Order, command: PlaceOrder) -> bool:
    """Say whether a command asks word for word for what an order was accepted as.

    The connection is not part of what was asked: a bot may ask again after a reconnect.
    """
    was = accepted_order.accepted
    return (
        was.market == command.market
        and was.side is command.side
        and was.size_lots == command.size_lots
        and (
            was.is_market
            if command.price_ticks is None
            else not was.is_market and was.price_ticks == command.price_ticks
        )
        and was.time_in_force is command.time_in_force
        and was.post_only == command.post_only
        and was.reduce_only == command.reduce_only
        and was.self_trade is command.self_trade
        and was.expires_at_ns == command.expires_at_ns
        and was.cancel_on_close == command.cancel_on_close
        and was.stop_ticks == command.stop_ticks
        and was.take_profit_ticks == command.take_profit_ticks
    )
