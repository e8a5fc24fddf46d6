"""Public views of a market and of the insurance fund, from a state that is all durable."""

from hashlib import sha256
from typing import Literal

import msgspec

from venue.core.account import INSURANCE, Account, Holding
from venue.core.auction import indication_of
from venue.core.commands import (
    CorporateAction,
    Delisting,
    Dividend,
    MarginMode,
    Merger,
    Rename,
    Split,
)
from venue.core.listing import MarketSpec
from venue.core.margin import equity_micros, liquidation_nanos
from venue.core.market import Market
from venue.core.policies import Rules
from venue.core.requests import allowance
from venue.core.state import State
from venue.core.units import NS_PER_MS
from venue.core.volumes import fees_of, open_orders_max
from venue.gateway.decimals import money_text, nanos_text, rate_text
from venue.gateway.scales import MarketScales, MarketTable
from venue.gateway.showing import ms, ms_or_none
from venue.gateway.terms_views import terms_view
from venue.gateway.views import (
    ActionView,
    FeesView,
    InsuranceView,
    MarginView,
    MarketView,
    PhaseView,
    PositionView,
    SessionView,
    TierView,
)

ActionKind = Literal["split", "dividend", "rename", "delisting", "merger"]
ACTION_KINDS: dict[type, ActionKind] = {
    Split: "split",
    Dividend: "dividend",
    Rename: "rename",
    Delisting: "delisting",
    Merger: "merger",
}
E6_TO_E12 = 1_000_000
E4_TO_E12 = 100_000_000


def rules_hash(spec: MarketSpec) -> str:
    """Return a hash of a listing: units, limits, and every rule's parameters and source."""
    return sha256(msgspec.msgpack.encode(spec)).hexdigest()


def market_view(market: Market, scales: MarketScales) -> MarketView:
    """Show a market's listing and what it is doing."""
    spec = market.spec
    limits = spec.limits
    size, price = scales.size, scales.price
    return MarketView(
        market=spec.market,
        underlying=spec.underlying,
        tick=price.text(1),
        lot=size.text(1),
        rulebook=spec.rulebook,
        maker_fee=rate_text(market.base_fees.maker_e6 * E6_TO_E12),
        taker_fee=rate_text(market.base_fees.taker_e6 * E6_TO_E12),
        order_size_max=size.text(limits.order_lots_max),
        position_max=size.text(limits.position_lots_max),
        open_interest_max=size.text(limits.open_interest_lots_max),
        open_orders_max=limits.open_orders_max,
        price_max=price.text(limits.price_max_ticks),
        notional_min=money_text(limits.order_micros_min),
        protection=rate_text(limits.protection_e4 * E4_TO_E12),
        tiers=[
            TierView(from_notional=money_text(tier.from_micros), leverage_max=tier.leverage_max)
            for tier in spec.tiers
        ],
        margin=margin_views(market),
        terms=terms_view(market, scales),
        mark_interval_ms=spec.mark_interval_ns // NS_PER_MS,
        sample_interval_ms=spec.sample_interval_ns // NS_PER_MS,
        funding_interval_ms=spec.funding_interval_ns // NS_PER_MS,
        reopen_call_ms=spec.reopen_call_ns // NS_PER_MS,
        phase=market.phase,
        open_interest=size.text(market.open_interest_lots),
        power=None if market.rules.contract.is_linear else power_text(market.rules),
        actions=action_views(market),
        rules_hash=rules_hash(spec),
    )


def action_views(market: Market) -> list[ActionView]:
    """Show the corporate actions that were announced, the one whose step comes next first."""
    return [
        ActionView(
            action_id=each.action_id,
            kind=ACTION_KINDS[type(each.action)],
            effective_ms=ms(each.effective_ns),
            next_step=each.steps[0].does,
            next_step_ms=ms(each.steps[0].at_ns),
            ratio=_ratio(each.action),
            amount=_amount(each.action),
            to=(each.action.to or None) if isinstance(each.action, (Rename, Merger)) else None,
        )
        for each in market.actions
    ]


def _ratio(action: CorporateAction) -> tuple[int, int] | None:
    if isinstance(action, Split) or (isinstance(action, Merger) and action.to):
        return action.numerator, action.denominator
    return None


def _amount(action: CorporateAction) -> str | None:
    if isinstance(action, Dividend):
        return nanos_text(action.amount_nanos)
    if isinstance(action, Merger) and action.cash_nanos:
        return nanos_text(action.cash_nanos)
    return None


def margin_views(market: Market) -> list[MarginView]:
    """Show the rungs of the margin ladders; both sides have them at the same notionals."""
    long, short = market.tiers.long, market.tiers.short

    def shown(fraction_e4: int) -> str:
        return rate_text(fraction_e4 * E4_TO_E12)

    return [
        MarginView(
            from_notional=money_text(start),
            initial_long=shown(long.initials_e4[long.tier_of(start)]),
            initial_short=shown(short.initials_e4[short.tier_of(start)]),
            maintenance_long=shown(long.fractions_e4[long.tier_of(start)]),
            maintenance_short=shown(short.fractions_e4[short.tier_of(start)]),
        )
        for start in sorted({*long.from_micros, *short.from_micros})
    ]


def power_text(rules: Rules) -> str:
    """Return the power that a contract is on, as a fraction."""
    numerator, denominator = rules.contract.power
    return f"{numerator}/{denominator}"


def fees_views(state: State, account: Account) -> list[FeesView]:
    """Show what an account pays in every market; how many orders and requests it may have."""
    return [
        FeesView(
            market=name,
            maker_fee=rate_text(fees.maker_e6 * E6_TO_E12),
            taker_fee=rate_text(fees.taker_e6 * E6_TO_E12),
            open_orders_max=open_orders_max(market, account),
            requests_max=None if allowed is None else allowed.requests_max,
        )
        for name, market in sorted(state.markets.items())
        for fees in (fees_of(market, account.account),)
        for allowed in (allowance(market, account),)
    ]


def phase_view(state: State, market: Market, scales: MarketScales) -> PhaseView:
    """Show a market's phase; in a call, what the uncross would give now."""
    found = indication_of(market)
    low, high = market.bounds or (None, None)
    return PhaseView(
        market=market.spec.market,
        seq=state.seq,
        time_ms=ms(state.now_ns),
        phase=market.phase,
        why=market.phase_why,
        until_ms=ms_or_none(market.phase_until_ns),
        indicative_price=None if found is None else scales.price.text(found.price_ticks),
        paired_size=None if found is None else scales.size.text(found.paired_lots),
        imbalance=None if found is None else scales.size.text(found.imbalance_lots),
        bound_low=None if low is None else scales.price.text(low),
        bound_high=None if high is None else scales.price.text(high),
        limit_until_ms=ms_or_none(market.limit_until_ns),
        reduce_only=bool(market.reducing_why),
        reducing_why=market.reducing_why,
        actions=action_views(market) or None,
    )


def session_view(state: State, underlying: str) -> SessionView | None:
    """Show what the market of an underlying is doing; ``None``: nobody has told yet."""
    source = state.sources.get(underlying)
    if source is None:
        return None
    return SessionView(
        underlying=underlying,
        session=source.session,
        closure=source.closure,
        since_ms=ms(source.since_ns),
        next_change_ms=ms_or_none(source.next_change_ns),
        next_session=source.next_session,
    )


def position_view(
    state: State, account: Account, holding: Holding, scales: MarketScales
) -> PositionView:
    """Show what an account has in one market, at the published mark."""
    market = state.markets[holding.market]
    size = holding.size_lots
    isolated = holding.mode is MarginMode.ISOLATED
    unrealised = size * market.mark_micros - holding.entry_micros
    mark = market.mark_nanos
    liquidation = liquidation_nanos(state, account, holding.market) if size else None
    return PositionView(
        market=holding.market,
        size=scales.size.text(size),
        entry_cost=money_text(holding.entry_micros),
        leverage=holding.leverage,
        mode=holding.mode,
        mark=None if mark is None else nanos_text(mark),
        average_entry=(
            scales.average_text(cost_micros=holding.entry_micros, lots=size) if size else None
        ),
        unrealised=money_text(unrealised) if size else None,
        liquidation_price=None if liquidation is None else nanos_text(liquidation),
        isolated_margin=money_text(holding.isolated_micros) if isolated else None,
        realised=money_text(holding.realised_micros),
        funding=money_text(holding.funding_micros),
        fees=money_text(holding.fees_micros),
    )


def insurance_view(state: State, markets: MarketTable) -> InsuranceView:
    """Show the insurance fund, what it holds, and the bad debt that nobody could pay."""
    fund = state.accounts[INSURANCE]
    return InsuranceView(
        seq=state.seq,
        time_ms=ms(state.now_ns),
        balance=money_text(fund.balance_micros),
        equity=money_text(equity_micros(state, fund)),
        bad_debt=money_text(-state.ledger.bad_debt_micros),
        positions=[
            position_view(state, fund, holding, markets.get(name))
            for name, holding in sorted(fund.holdings.items())
            if holding.size_lots
        ],
    )
