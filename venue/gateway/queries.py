"""What can be asked about the state: one function a question. The state is all durable."""

from collections.abc import Callable
from typing import Any

from venue.core.commands import Side
from venue.core.margin import (
    account_required_micros,
    equity_micros,
    unit_margin,
    withdrawable_micros,
)
from venue.core.state import Account, State
from venue.gateway import private_params as ask
from venue.gateway import public_params as public
from venue.gateway import results
from venue.gateway.decimals import money_text
from venue.gateway.liquidation_notes import maintenance_text
from venue.gateway.market_views import (
    insurance_view,
    market_view,
    phase_view,
    position_view,
    prices_view,
    session_view,
)
from venue.gateway.refusals import DoorReason, Refused
from venue.gateway.scales import MarketTable
from venue.gateway.showing import ms, ms_or_none, open_order, open_trigger
from venue.gateway.views import (
    AccountView,
    InsuranceView,
    LevelsView,
    PhaseView,
    PricesView,
    SessionView,
)
from venue.gateway.wire_types import Params, Result


def markets(
    state: State, params: public.NothingParams, account: int, table: MarketTable
) -> results.MarketsResult:
    """Answer ``public/get_markets``."""
    shown = [market_view(market, table.get(name)) for name, market in sorted(state.markets.items())]
    return results.MarketsResult(markets=shown)


def book(state: State, params: public.BookParams, account: int, table: MarketTable) -> LevelsView:
    """Answer ``public/get_book``."""
    scales = table.get(params.market)
    levels = state.markets[params.market].book

    def shown(side: Side) -> list[tuple[str, str, int]]:
        return [
            (scales.price.text(price), scales.size.text(lots), orders)
            for price, lots, orders in levels.depth(side, params.depth)
        ]

    return LevelsView(
        market=params.market,
        seq=state.seq,
        time_ms=ms(state.now_ns),
        bids=shown(Side.BUY),
        asks=shown(Side.SELL),
    )


def prices(
    state: State, params: public.MarketParams, account: int, table: MarketTable
) -> PricesView:
    """Answer ``public/get_prices``."""
    scales = table.get(params.market)
    return prices_view(state, state.markets[params.market], scales)


def phase(state: State, params: public.MarketParams, account: int, table: MarketTable) -> PhaseView:
    """Answer ``public/get_phase``."""
    scales = table.get(params.market)
    return phase_view(state, state.markets[params.market], scales)


def session(
    state: State, params: public.SessionParams, account: int, table: MarketTable
) -> SessionView:
    """Answer ``public/get_session``."""
    view = session_view(state, params.underlying)
    if view is None:
        raise Refused(
            DoorReason.UNKNOWN_UNDERLYING,
            f"underlying: expected one of {sorted(state.sources)[:20]}, "
            f"found {params.underlying!r}",
        )
    return view


def insurance(
    state: State, params: public.NothingParams, account: int, table: MarketTable
) -> InsuranceView:
    """Answer ``public/get_insurance``."""
    return insurance_view(state, table)


def account_money(
    state: State, params: ask.GetAccountParams, account: int, table: MarketTable
) -> results.AccountResult:
    """Answer ``private/get_account``."""
    view = account_view(state, state.accounts[account])
    return results.AccountResult(seq=state.seq, time_ms=ms(state.now_ns), account=view)


def account_view(state: State, account: Account) -> AccountView:
    """Show an account's money at the published marks."""
    maintenance_e4 = unit_margin(state, account, "").maintenance_e4
    return AccountView(
        account=account.account,
        name=account.name,
        owner=account.owner,
        balance=money_text(account.balance_micros),
        equity=money_text(equity_micros(state, account)),
        initial_margin=money_text(account_required_micros(state, account)),
        maintenance_margin=maintenance_text(maintenance_e4),
        withdrawable=money_text(withdrawable_micros(state, account)),
        base=money_text(account.base_micros),
        open_orders=len(account.orders),
        open_triggers=len(account.triggers),
        cancel_all_at_ms=ms_or_none(account.cancel_all_at_ns),
        parent=account.parent,
    )


def positions(
    state: State, params: ask.PositionsParams, account: int, table: MarketTable
) -> results.PositionsResult:
    """Answer ``private/get_positions``."""
    mine = state.accounts[account]
    shown = [
        position_view(state, mine, holding, table.get(name))
        for name, holding in sorted(mine.holdings.items())
    ]
    return results.PositionsResult(seq=state.seq, time_ms=ms(state.now_ns), positions=shown)


def orders(
    state: State, params: ask.OrdersParams, account: int, table: MarketTable
) -> results.OrdersResult:
    """Answer ``private/get_orders``: oldest first, at most ``count`` of both kinds together."""
    mine = state.accounts[account]
    if params.market is not None:
        table.get(params.market)
    wanted = sorted(
        order_id
        for order_id, market in (
            *((order_id, order.market) for order_id, order in mine.orders.items()),
            *((order_id, trigger.placed.market) for order_id, trigger in mine.triggers.items()),
        )
        if order_id > params.after and params.market in (None, market)
    )
    page = wanted[: params.count]
    return results.OrdersResult(
        seq=state.seq,
        time_ms=ms(state.now_ns),
        orders=[
            open_order(order, table.get(order.market))
            for order_id in page
            if (order := mine.orders.get(order_id)) is not None
        ],
        triggers=[
            open_trigger(trigger, table.get(trigger.placed.market))
            for order_id in page
            if (trigger := mine.triggers.get(order_id)) is not None
        ],
        more=len(wanted) > len(page),
    )


Query = Callable[[State, Any, int, MarketTable], Result]

QUERIES: dict[type[Params], Query] = {
    public.MarketsParams: markets,
    public.BookParams: book,
    public.PricesParams: prices,
    public.PhaseParams: phase,
    public.SessionParams: session,
    public.InsuranceParams: insurance,
    ask.GetAccountParams: account_money,
    ask.PositionsParams: positions,
    ask.OrdersParams: orders,
}
