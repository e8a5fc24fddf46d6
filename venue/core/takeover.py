"""Takeovers: positions go to the insurance fund, the vault, or providers who opted in, at the mark.

A vault is an account of its own, so that its depositors' profit and loss is visible. Providers take
by available margin, within their own caps and initial margin; each is paid a fee for what adds to
its position. Whoever takes over is asked before anything moves whether all of it can be taken.
"""

from venue.core import events as ev
from venue.core.account import FIRST_ACCOUNT, INSURANCE, VAULT, Account, Holding
from venue.core.adl import equity_shares
from venue.core.apply import emit
from venue.core.breaches import is_on_record
from venue.core.commands import MarginMode
from venue.core.deferrals import Liquidation
from venue.core.liquidator_vault import waiting_micros
from venue.core.margin import (
    UnitMargin,
    account_required_micros,
    cross_equity_micros,
    required_micros,
    unit_margin,
)
from venue.core.market import Market
from venue.core.policies import BackstopInputs
from venue.core.position import realised_micros
from venue.core.sharing import proportional
from venue.core.state import State, leverage_of
from venue.core.units import E4, E6, div_floor


def holder_of(market: Market) -> int:
    """Return the account that holds what this market's backstop takes over by itself."""
    if market.pool is not None:
        return market.pool.account
    return VAULT if market.rules.backstop.holder == "vault" else INSURANCE


def payer_of(market: Market, liquidation: Liquidation) -> int:
    """Return who keeps what is left of a unit that was taken over, and pays what it lacks.

    A pool does so for an isolated position. A cross account may have lost elsewhere, too: that is
    the insurance fund's.
    """
    if market.pool is not None and not liquidation.market:
        return INSURANCE
    return holder_of(market)


def backstop_inputs(
    state: State, margin: UnitMargin, holdings: list[Holding], holder: int
) -> BackstopInputs:
    """Return what the backstop's rule is told of a unit and of its holder."""
    return BackstopInputs(
        margin.equity_micros,
        -(-margin.maintenance_e4 // E4),
        *holder_after(state, margin, holdings, holder),
    )


def holder_after(
    state: State, margin: UnitMargin, holdings: list[Holding], holder: int
) -> tuple[int, int]:
    """Return the holder's equity and maintenance if it took a unit over, margin and all."""
    account = state.accounts[holder]
    now = unit_margin(state, account, "")
    maintenance_e4 = now.maintenance_e4
    for holding in holdings:
        market = state.markets[holding.market]
        has = account.holdings.get(holding.market)
        held = has.size_lots if has is not None else 0
        mark = market.mark_micros
        maintenance_e4 += market.tiers.maintenance_e4(
            (held + holding.size_lots) * mark
        ) - market.tiers.maintenance_e4(held * mark)
    equity_micros = now.equity_micros - waiting_micros(state, holder)
    return equity_micros + margin.equity_micros, -(-maintenance_e4 // E4)


def takeover_prices(
    state: State,
    market: Market,
    account: Account,
    liquidation: Liquidation,
    holdings: list[Holding],
) -> list[tuple[Holding, int]]:
    """Return what a lot of each position is taken over at, in micro-dollars: the rule's price.

    At the bankruptcy price each position loses its share of the unit's equity against the mark,
    rounded so that less than a micro-dollar a lot is left. A unit in debt goes at the mark, so that
    what is paid for it is counted.
    """
    equity_micros = unit_margin(state, account, liquidation.market).equity_micros
    if market.rules.backstop.takeover_price != "bankruptcy" or equity_micros < 0:
        return [(each, state.markets[each.market].mark_micros) for each in holdings]
    found = []
    for holding, share in equity_shares(state, account, liquidation, holdings):
        size, mark = holding.size_lots, state.markets[holding.market].mark_micros
        loss_micros = div_floor(share, abs(size))
        found.append((holding, mark - loss_micros if size > 0 else mark + loss_micros))
    return found


def take_over(
    state: State,
    account: Account,
    liquidation: Liquidation,
    holding: Holding,
    *,
    taker: int = INSURANCE,
    lots: int | None = None,
    price_micros: int | None = None,
) -> None:
    """Let somebody have a position, or ``lots`` of it (unsigned), at the mark or at a price."""
    market = state.markets[holding.market]
    taking = state.accounts[taker].holdings.get(holding.market)
    size = holding.size_lots
    if lots is not None:
        size = lots if size > 0 else -lots
    price = market.mark_micros if price_micros is None else price_micros
    emit(
        state,
        ev.TakenOver(
            liquidation.liquidation_id,
            account.account,
            holding.market,
            size,
            price,
            realised_micros(
                size_lots=holding.size_lots,
                entry_micros=holding.entry_micros,
                delta_lots=-size,
                price_micros=price,
            ),
            realised_micros(
                size_lots=taking.size_lots if taking is not None else 0,
                entry_micros=taking.entry_micros if taking is not None else 0,
                delta_lots=size,
                price_micros=price,
            ),
            taker,
        ),
    )


def provider_shares(
    state: State, market: Market, account: Account, size_lots: int
) -> list[tuple[int, int]]:
    """Return (provider, lots) by available margin; less than the whole if they cannot take it."""
    found, margins, capacities = [], [], []
    for provider_id, cap_micros in sorted(market.providers.items()):
        provider = state.accounts[provider_id]
        if provider.owner == account.owner or is_on_record(state, provider.cross_unit):
            continue
        holding = provider.holdings.get(market.spec.market)
        if holding is not None and holding.mode is not MarginMode.CROSS:
            continue
        available = cross_equity_micros(state, provider) - account_required_micros(state, provider)
        if available <= 0:
            continue
        found.append(provider_id)
        margins.append(available)
        capacities.append(_bearable_lots(state, market, provider, cap_micros, size_lots))
    shares = proportional(abs(size_lots), margins, capacities)
    return [(found[n], lots) for n, lots in enumerate(shares) if lots]


def _bearable_lots(
    state: State, market: Market, provider: Account, cap_micros: int, size_lots: int
) -> int:
    """Return how many lots a provider can take within its cap, the limit, and initial margin."""
    name = market.spec.market
    holding = provider.holdings.get(name)
    if holding is None:
        holding = Holding(name, leverage_of(state, provider, name))
    side = 1 if size_lots > 0 else -1
    mark = market.mark_micros
    most = min(div_floor(cap_micros, max(1, mark)), market.position_max_lots)
    high = min(abs(size_lots), most - side * holding.size_lots)
    if high <= 0:
        return 0
    equity = cross_equity_micros(state, provider)
    others = account_required_micros(state, provider, but=name)

    def fits(lots: int) -> bool:
        bought, sold = (lots, 0) if side > 0 else (0, lots)
        need = required_micros(
            market,
            holding,
            more_buy_lots=bought,
            more_buy_micros=bought * mark,
            more_sell_lots=sold,
            more_sell_micros=sold * mark,
        )
        return others + need <= equity

    if fits(high):
        return high
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle):
            low = middle
        else:
            high = middle
    return low


def providers_take(
    state: State, account: Account, liquidation: Liquidation, holdings: list[Holding]
) -> bool:
    """Let providers have every position of a unit, if they can take all of them; say whether.

    Where the first of several has used up what they have, the fund has the rest of the later ones.
    """
    for holding in holdings:
        market = state.markets[holding.market]
        shares = provider_shares(state, market, account, holding.size_lots)
        if sum(lots for _, lots in shares) < abs(holding.size_lots):
            return False
    first = state.markets[holdings[0].market]
    for holding, price in takeover_prices(state, first, account, liquidation, holdings):
        market = state.markets[holding.market]
        for provider, lots in provider_shares(state, market, account, holding.size_lots):
            before = state.accounts[provider].holdings.get(holding.market)
            opposite = 0
            if before is not None and (before.size_lots > 0) != (holding.size_lots > 0):
                opposite = abs(before.size_lots)
            take_over(
                state,
                account,
                liquidation,
                holding,
                taker=provider,
                lots=lots,
                price_micros=price,
            )
            state.touched[provider, holding.market] = None
            _pay_provider(state, market, liquidation, provider, max(0, lots - opposite))
        if holding.size_lots:
            take_over(state, account, liquidation, holding, price_micros=price)
    return True


def _pay_provider(
    state: State, market: Market, liquidation: Liquidation, provider: int, lots: int
) -> None:
    """Pay a provider for the lots that added to its position, as far as the fund can spare it."""
    rule = market.rules.backstop
    fee = div_floor(lots * market.mark_micros * rule.provider_fee_e6, E6)
    fee = min(fee, max(0, state.accounts[INSURANCE].balance_micros - rule.floor_micros))
    if fee:
        emit(
            state,
            ev.LiquidationFeePaid(
                liquidation.liquidation_id, provider, "", market.spec.market, -fee
            ),
        )


def is_house(account: int) -> bool:
    """Say whether an account is the venue's own: the insurance fund or the vault."""
    return account < FIRST_ACCOUNT
