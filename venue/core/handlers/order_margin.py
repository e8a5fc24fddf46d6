"""What an account can bear of an order: its initial margin, its bankruptcy price."""

from typing import Final

from venue.core.account import Account, Holding
from venue.core.commands import MarginMode
from venue.core.handlers.refusing import Refusal
from venue.core.margin import (
    account_required_micros,
    bankruptcy_nanos,
    cross_equity_micros,
    is_past_bankruptcy,
    isolated_required_micros,
    required_micros,
)
from venue.core.market import Market
from venue.core.rejects import Reason
from venue.core.state import State, leverage_of
from venue.core.units import E4, E6

ISOLATED: Final = MarginMode.ISOLATED


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
