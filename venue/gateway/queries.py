"""What can be asked about the state: one function a question. The state is all durable."""

from collections.abc import Callable
from typing import Any

from venue.core.account import Account
from venue.core.book import Book
from venue.core.commands import Side
from venue.core.margin import (
    account_required_micros,
    equity_micros,
    unit_margin,
    withdrawable_micros,
)
from venue.core.state import State
from venue.gateway import private_params as ask
from venue.gateway import public_params as public
from venue.gateway import results, vault_answers
from venue.gateway import vault_wire as vault
from venue.gateway.decimals import money_text
from venue.gateway.liquidation_notes import maintenance_text
from venue.gateway.market_views import (
    fees_views,
    insurance_view,
    market_view,
    phase_view,
    position_view,
    session_view,
)
from venue.gateway.plan_showing import makers_view, plan_view
from venue.gateway.plan_views import MakersView
from venue.gateway.pool_views import pool_share_view, pool_view
from venue.gateway.price_views import prices_view
from venue.gateway.refusals import DoorReason, Refused
from venue.gateway.scales import MarketTable
from venue.gateway.showing import ms, ms_or_none, open_order, open_trigger
from venue.gateway.terms_views import market_terms_view
from venue.gateway.views import (
    AccountView,
    InsuranceView,
    LevelsView,
    MarketTermsView,
    PhaseView,
    PoolView,
    PricesView,
    SessionView,
)
from venue.gateway.wire_types import Params, Result

EMPTY = Book()


def markets(
    state: State, params: public.NothingParams, account: int, table: MarketTable
) -> results.MarketsResult:
    """Answer ``public/get_markets``."""
    shown = [market_view(market, table.get(name)) for name, market in sorted(state.markets.items())]
    return results.MarketsResult(markets=shown)


def book(state: State, params: public.BookParams, account: int, table: MarketTable) -> LevelsView:
    """Answer ``public/get_book``."""
    scales = table.get(params.market)
    market = state.markets[params.market]
    levels = market.book if market.pool is None else EMPTY  # What waits for a pool is its own.

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


def terms(
    state: State, params: public.TermsParams, account: int, table: MarketTable
) -> MarketTermsView:
    """Answer ``public/get_terms``."""
    scales = table.get(params.market)
    return market_terms_view(state, state.markets[params.market], scales)


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


def pool(state: State, params: public.PoolParams, account: int, table: MarketTable) -> PoolView:
    """Answer ``public/get_pool``."""
    scales = table.get(params.market)
    return pool_view(state, state.markets[params.market], scales)


def makers(
    state: State, params: public.MakersParams, account: int, table: MarketTable
) -> MakersView:
    """Answer ``public/get_makers``."""
    table.get(params.market)
    return makers_view(state, state.markets[params.market])


def pool_shares(
    state: State, params: ask.PoolSharesParams, account: int, table: MarketTable
) -> results.PoolSharesResult:
    """Answer ``private/get_pool_shares``."""
    table.get(params.market)
    view = pool_share_view(state, state.markets[params.market], account)
    return results.PoolSharesResult(seq=state.seq, time_ms=ms(state.now_ns), pool=view)


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
        requests=account.requests,
        fees=fees_views(state, account),
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
    """Answer ``private/get_orders``: oldest first, at most ``count`` of all kinds together."""
    mine = state.accounts[account]
    if params.market is not None:
        table.get(params.market)
    wanted = sorted(
        order_id
        for order_id, market in (
            *((order_id, order.market) for order_id, order in mine.orders.items()),
            *((order_id, trigger.placed.market) for order_id, trigger in mine.triggers.items()),
            *((order_id, plan.asked.market) for order_id, plan in mine.plans.items()),
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
        plans=[
            plan_view(plan, table.get(plan.asked.market))
            for order_id in page
            if (plan := mine.plans.get(order_id)) is not None
        ],
        more=len(wanted) > len(page),
    )


Query = Callable[[State, Any, int, MarketTable], Result]

QUERIES: dict[type[Params], Query] = {
    public.MarketsParams: markets,
    public.BookParams: book,
    public.PricesParams: prices,
    public.PhaseParams: phase,
    public.TermsParams: terms,
    public.SessionParams: session,
    public.InsuranceParams: insurance,
    public.PoolParams: pool,
    public.MakersParams: makers,
    ask.PoolSharesParams: pool_shares,
    vault.VaultsParams: vault_answers.vaults,
    vault.FairMarkParams: vault_answers.fair_mark,
    ask.GetAccountParams: account_money,
    ask.PositionsParams: positions,
    ask.OrdersParams: orders,
}
