"""The last resort: opposite winners are closed against a position that nobody else would take.

The liquidated side closes at its bankruptcy price (or, if the rule says so, at the previous
mark), so after it the account has nothing and owes nothing. Counterparties are taken by the
rule's rank, then by id; none ends below its own maintenance, insolvent ones are skipped. What no
counterparty could take comes back as lots for the fund.
"""

from venue.core import events as ev
from venue.core.apply import emit
from venue.core.commands import MarginMode
from venue.core.margin import unit_holdings, unit_margin, unit_of
from venue.core.matching import move_isolated
from venue.core.policies import AdlInputs
from venue.core.position import released_micros
from venue.core.state import INSURANCE, Account, Holding, Liquidation, Market, State
from venue.core.units import E4, E12, div_ceil, div_floor, div_half_even


def fund_spare_micros(state: State, floor_micros: int) -> int:
    """Return what the fund can pay in cash and stay above its maintenance and floor."""
    fund = state.accounts[INSURANCE]
    margin = unit_margin(state, fund, "")
    equity = min(margin.equity_micros, fund.balance_micros)
    return max(0, equity - -(-margin.maintenance_e4 // E4) - floor_micros)


def deleverage(
    state: State, account: Account, liquidation: Liquidation, holdings: list[Holding]
) -> list[Holding]:
    """Close a unit's positions against counterparties; return those that have lots left.

    The unit's shortfall is allocated over its positions by maintenance margin before the first
    is closed; the last takes the remainder.
    """
    margin = unit_margin(state, account, liquidation.market)
    shares = []
    left = margin.equity_micros
    for holding in holdings[:-1]:
        market = state.markets[holding.market]
        own_e4 = market.tiers.maintenance_e4(abs(holding.size_lots) * market.mark_micros)
        share = div_floor(margin.equity_micros * own_e4, margin.maintenance_e4)
        shares.append(share)
        left -= share
    shares.append(left)
    for holding, share in zip(holdings, shares, strict=True):
        _deleverage_one(state, account, liquidation, holding, share)
    return [holding for holding in holdings if holding.size_lots]


def _deleverage_one(
    state: State, account: Account, liquidation: Liquidation, holding: Holding, share: int
) -> None:
    market = state.markets[holding.market]
    size = holding.size_lots
    price = market.previous_mark_micros
    cash_total = (
        size * price
        if market.rules.adl.price == "previous_mark"
        else size * market.mark_micros - share
    )
    done = 0
    for counterparty in ranked(state, market, is_long=size < 0, but=account.owner):
        if done == abs(size):
            break
        lots = takeable_lots(
            state,
            market,
            counterparty,
            lots_max=abs(size) - done,
            cash_total=cash_total,
            size_lots=size,
        )
        if not lots:
            continue
        # Cash by cumulative share, so that the parts add up to the whole exactly.
        cash = div_floor(cash_total * (done + lots), abs(size)) - div_floor(
            cash_total * done, abs(size)
        )
        done += lots
        signed = lots if size > 0 else -lots
        _close_against(state, market, account, liquidation, counterparty, signed, cash)


def _close_against(
    state: State,
    market: Market,
    account: Account,
    liquidation: Liquidation,
    counterparty: Account,
    size_lots: int,
    cash: int,
) -> None:
    name = market.spec.market
    lots = abs(size_lots)
    own = account.holdings[name]
    other = counterparty.holdings[name]
    margin_micros = other.isolated_micros
    emit(
        state,
        ev.Deleveraged(
            liquidation.liquidation_id,
            account.account,
            counterparty.account,
            name,
            size_lots,
            cash,
            div_half_even(abs(cash) * E12, lots * market.spec.units.lot_e9),
            cash
            - released_micros(
                size_lots=own.size_lots, entry_micros=own.entry_micros, closed_lots=lots
            ),
            -cash
            - released_micros(
                size_lots=other.size_lots, entry_micros=other.entry_micros, closed_lots=lots
            ),
        ),
    )
    if other.mode is MarginMode.ISOLATED:
        move_isolated(state, counterparty, other, size_lots, 0, margin_micros)
    state.touched[counterparty.account, name] = None


def ranked(state: State, market: Market, *, is_long: bool, but: int) -> list[Account]:
    """Return the accounts on one side of a market, first to be deleveraged first."""
    found = []
    name = market.spec.market
    for account_id in sorted(market.holders):
        account = state.accounts[account_id]
        holding = account.holdings[name]
        if (holding.size_lots > 0) != is_long or account.owner == but:
            continue
        unit = unit_of(account, name)
        if unit in state.liquidations or unit in state.breaches:
            continue
        margin = unit_margin(state, account, unit[1])
        if margin.equity_micros <= 0 or margin.is_below:
            continue
        notional = sum(
            abs(each.size_lots) * state.markets[each.market].mark_micros
            for each in unit_holdings(account, unit[1])
        )
        rank = market.rules.adl.rank_e12(
            AdlInputs(
                account=account_id,
                size_lots=holding.size_lots,
                entry_micros=holding.entry_micros,
                mark_micros=market.mark_micros,
                equity_micros=margin.equity_micros,
                notional_micros=notional,
            )
        )
        found.append((-rank, account_id))
    found.sort()
    return [state.accounts[account_id] for _, account_id in found]


def takeable_lots(
    state: State,
    market: Market,
    counterparty: Account,
    *,
    lots_max: int,
    cash_total: int,
    size_lots: int,
) -> int:
    """Return how many lots a counterparty can give up and stay at or above its maintenance.

    Its slack is concave in the lots it gives up (maintenance is convex in notional), so the
    lots it can bear are a range from zero, found by halving.
    """
    name = market.spec.market
    holding = counterparty.holdings[name]
    margin = unit_margin(state, counterparty, unit_of(counterparty, name)[1])
    own = abs(holding.size_lots)
    mark = market.mark_micros
    before_e4 = market.tiers.maintenance_e4(own * mark)
    # What it loses a lot against the mark, by |size| lots: cash at the mark less cash it gets.
    loss_total = abs(cash_total - size_lots * mark) if _loses(cash_total, size_lots, mark) else 0

    def bears(lots: int) -> bool:
        loss = div_ceil(loss_total * lots, abs(size_lots)) + 1
        after_e4 = (
            margin.maintenance_e4 - before_e4 + market.tiers.maintenance_e4((own - lots) * mark)
        )
        return (margin.equity_micros - loss) * E4 >= after_e4

    most = min(own, lots_max)
    if bears(most):
        return most
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        if bears(middle):
            low = middle
        else:
            high = middle
    return low


def _loses(cash_total: int, size_lots: int, mark: int) -> bool:
    """The counterparty pays ``cash_total``: more than the mark's worth is a loss to it."""
    return cash_total > size_lots * mark
