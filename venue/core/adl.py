"""ADL: opposite positions are closed against one that nobody else would take.

The liquidated side closes at its bankruptcy price (or, if the rule says so, at the previous mark
or the index), so after it the account has nothing and owes nothing. Counterparties are taken by
the rule's rank, then by id, or all in proportion. None ends below its own maintenance, insolvent
ones are skipped. Who would give up what is worked out before the first is closed; what no
counterparty could take comes back as lots.

Other accounts of the same owner are asked before the backstop, where its rule says so
(``net_own``), and never in ADL itself.
"""

from collections.abc import Callable
from functools import partial

from venue.core import events as ev
from venue.core.account import INSURANCE, Account, Holding
from venue.core.apply import emit
from venue.core.commands import MarginMode
from venue.core.deferrals import Liquidation
from venue.core.margin import unit_margin, unit_of
from venue.core.market import Market
from venue.core.matching import move_isolated
from venue.core.position import released_micros
from venue.core.sharing import draw_of, parties, proportional
from venue.core.state import State
from venue.core.units import E4, E12, div_ceil, div_floor, div_half_even

# The forms of a last resort that close positions.
CLOSING = ("ranked", "prorata")

# What somebody gives up: an account, and how many lots.
Plan = list[tuple[Account, int]]


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
    is closed; the last takes the remainder. Positions whose rule closes nobody's are left.
    """
    for holding, share in equity_shares(state, account, liquidation, holdings):
        market = state.markets[holding.market]
        size = holding.size_lots
        if market.rules.last_resort.form in CLOSING:
            cash_total = _cash_total(market, size, share)
            given = plan(state, market, account, liquidation, size, cash_total)
            _close_all(state, account, liquidation, holding, cash_total, given)
    return [holding for holding in holdings if holding.size_lots]


def net_own(
    state: State, account: Account, liquidation: Liquidation, holdings: list[Holding]
) -> None:
    """Close a unit's positions against opposite ones of the same owner, at the bankruptcy price."""
    for holding, share in equity_shares(state, account, liquidation, holdings):
        market = state.markets[holding.market]
        size = holding.size_lots
        cash_total = size * market.mark_micros - share
        given = plan(state, market, account, liquidation, size, cash_total, own=True)
        _close_all(state, account, liquidation, holding, cash_total, given)


def equity_shares(
    state: State, account: Account, liquidation: Liquidation, holdings: list[Holding]
) -> list[tuple[Holding, int]]:
    """Return each position's share of the unit's equity, by maintenance margin.

    Shares round down, and the last position has what is left.
    """
    margin = unit_margin(state, account, liquidation.market)
    shares = []
    left = margin.equity_micros
    for holding in holdings[:-1]:
        market = state.markets[holding.market]
        own_e4 = market.tiers.maintenance_e4(holding.size_lots * market.mark_micros)
        share = div_floor(margin.equity_micros * own_e4, margin.maintenance_e4)
        shares.append((holding, share))
        left -= share
    return [*shares, (holdings[-1], left)]


def _close_all(
    state: State,
    account: Account,
    liquidation: Liquidation,
    holding: Holding,
    cash_total: int,
    given: Plan,
) -> None:
    """Close a position against everybody in a plan."""
    market = state.markets[holding.market]
    size = holding.size_lots
    done = 0
    for counterparty, lots in given:
        # Cash by cumulative share, so that the parts add up to the whole exactly.
        cash = div_floor(cash_total * (done + lots), abs(size)) - div_floor(
            cash_total * done, abs(size)
        )
        done += lots
        signed = lots if size > 0 else -lots
        _close_against(state, market, account, liquidation, counterparty, signed, cash)


def _cash_total(market: Market, size: int, share: int) -> int:
    """Return what the liquidated side gets for all its lots (negative: pays)."""
    price = market.rules.last_resort.price
    if price == "previous_mark":
        return size * market.previous_mark_micros
    if price == "oracle" and market.index_nanos is not None:
        return size * market.spec.units.micros_per_lot(market.index_nanos)
    return size * market.mark_micros - share


def plan(
    state: State,
    market: Market,
    account: Account,
    liquidation: Liquidation,
    size: int,
    cash_total: int,
    *,
    own: bool = False,
) -> Plan:
    """Return who gives up how many lots; ``own``: which other accounts of the same owner do.

    The first layer of seniority that can take all lots is asked; else the last takes what it can.
    An owner's own accounts are asked by rank, whatever they won.
    """
    rule = market.rules.last_resort
    found = [
        party
        for party in parties(state, market, is_long=size < 0, draw=draw_of(state, liquidation))
        if (party.account.owner == account.owner) is own and party.account is not account
    ]
    weights = [rule.weigh(party.seen) for party in found]

    def takeable(n: int, lots_max: int, *, keeps_entry: bool) -> int:
        return takeable_lots(
            state,
            market,
            found[n].account,
            lots_max=lots_max,
            cash_total=cash_total,
            size_lots=size,
            keeps_entry=keeps_entry,
        )

    given: Plan = []
    profits_first = rule.seniority == "profits_only" and not own
    for keeps_entry in (True, False) if profits_first else (False,):
        spread = _ranked if own or rule.form == "ranked" else _prorata
        shares = spread(weights, abs(size), partial(takeable, keeps_entry=keeps_entry))
        given = [(found[n].account, lots) for n, lots in shares]
        if sum(lots for _, lots in given) == abs(size):
            break
    return given


def _ranked(
    weights: list[int], lots: int, takeable: Callable[[int, int], int]
) -> list[tuple[int, int]]:
    """Take from the highest rank, then the lowest id, as much as each can give up."""
    found = []
    for n in sorted(range(len(weights)), key=lambda n: (-weights[n], n)):
        if not lots:
            break
        taken = takeable(n, lots)
        if taken:
            found.append((n, taken))
            lots -= taken
    return found


def _prorata(
    weights: list[int], lots: int, takeable: Callable[[int, int], int]
) -> list[tuple[int, int]]:
    """Take from all in proportion, within what each can give up."""
    shares = proportional(lots, weights, [takeable(n, lots) for n in range(len(weights))])
    return [(n, share) for n, share in enumerate(shares) if share]


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
            cash - size_lots * market.mark_micros,
        ),
    )
    if other.mode is MarginMode.ISOLATED:
        move_isolated(state, counterparty, other, size_lots, 0, margin_micros)
    state.touched[counterparty.account, name] = None


def takeable_lots(
    state: State,
    market: Market,
    counterparty: Account,
    *,
    lots_max: int,
    cash_total: int,
    size_lots: int,
    keeps_entry: bool = False,
) -> int:
    """Return how many lots a counterparty can give up and stay at or above its maintenance.

    Its slack is concave in the lots it gives up (maintenance is convex in notional), so the
    lots it can bear are a range from zero, found by halving. ``keeps_entry``: none, if it would be
    closed at worse than its entry price.
    """
    name = market.spec.market
    holding = counterparty.holdings[name]
    margin = unit_margin(state, counterparty, unit_of(counterparty, name)[1])
    own = abs(holding.size_lots)
    # Entry cost a lot (both signed as the counterparty's) against the cash it would pay a lot.
    if keeps_entry and -cash_total * own < holding.entry_micros * abs(size_lots):
        return 0
    mark = market.mark_micros
    side = 1 if holding.size_lots > 0 else -1
    before_e4 = market.tiers.maintenance_e4(side * own * mark)
    # What it loses a lot against the mark, by |size| lots: cash at the mark less cash it gets.
    loss_total = abs(cash_total - size_lots * mark) if _loses(cash_total, size_lots, mark) else 0

    def bears(lots: int) -> bool:
        loss = div_ceil(loss_total * lots, abs(size_lots)) + 1
        after_e4 = (
            margin.maintenance_e4
            - before_e4
            + market.tiers.maintenance_e4(side * (own - lots) * mark)
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
