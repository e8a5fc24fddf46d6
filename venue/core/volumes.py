"""What accounts traded, day by day, and the fees that follow from it.

Volumes are counted only once a market is listed whose fees, or limit of open orders or of requests,
depend on them. The present day's are added up as trades happen; at midnight (UTC) they become a day
of the past, and every account's fees are asked for anew. So between midnights a fee is a value that
is looked up.

An owner's accounts are counted together.
"""

from typing import Final

from venue.core.account import INSURANCE, Account
from venue.core.listing import Fees
from venue.core.market import Market
from venue.core.policies import FeesInputs, OpenOrdersInputs
from venue.core.state import State
from venue.core.timers import Timer
from venue.core.units import E4, NS_PER_DAY

# Whole days that are kept; Hyperliquid counts 14.
DAYS_KEPT_MAX: Final = 30


def begin_counting(state: State, market: Market) -> None:
    """After a listing: what a new account pays, and whether days must be counted from now on."""
    market.base_fees = new_account_fees(market)
    rules = market.rules
    state.counts_requests |= rules.requests.counts_requests
    if not (
        rules.fees.volume_days or rules.open_orders.counts_volume or rules.requests.counts_requests
    ):
        return
    if state.next_fee_day_ns is None:
        set_fee_day(state, (state.now_ns // NS_PER_DAY + 1) * NS_PER_DAY)
    refresh_fees(state)


def new_account_fees(market: Market) -> Fees:
    """Return what an account pays that has not traded yet; nobody pays more."""
    return market.rules.fees.rates(FeesInputs(market.spec.fees))


def join_owner(state: State, account: Account) -> None:
    """Let a new sub-account have the fees of its owner's family."""
    for market in state.markets.values():
        fees = market.own_fees.get(account.owner)
        if fees is not None:
            market.own_fees[account.account] = fees


def set_fee_day(state: State, at_ns: int) -> None:
    """Let fees be worked out anew at a midnight."""
    state.next_fee_day_ns = at_ns
    state.timers.set(at_ns, Timer.FEE_DAY, (0,))


def count_trade(market: Market, maker: Account, taker: Account, notional_micros: int) -> None:
    """Count a trade's notional for both sides, as far as its market's trades count."""
    credit_e4 = market.rules.fees.credit_e4
    if credit_e4 != E4:
        notional_micros = notional_micros * credit_e4 // E4
    maker.day_maker_micros += notional_micros
    taker.day_taker_micros += notional_micros


def begin_day(state: State, at_ns: int) -> None:
    """Close the present day's volumes, forget those beyond the longest window, ask for fees."""
    for account in state.accounts.values():
        day = (account.day_maker_micros, account.day_taker_micros)
        account.days = (*account.days, day)[-DAYS_KEPT_MAX:]
        account.traded_micros += sum(day)
        account.day_maker_micros = account.day_taker_micros = 0
    set_fee_day(state, at_ns + NS_PER_DAY)
    refresh_fees(state)


def refresh_fees(state: State) -> None:
    """Work out the fees of every account in every market whose fees depend on volume."""
    for market in state.markets.values():
        days = market.rules.fees.volume_days
        market.own_fees = {}
        if not days:
            continue
        made, taken = _by_owner(state, days)
        venue_micros = sum(made.values())
        for number, account in sorted(state.accounts.items()):
            maker_micros = made.get(account.owner, 0)
            seen = FeesInputs(
                market.spec.fees,
                maker_micros + taken.get(account.owner, 0),
                maker_micros,
                venue_micros,
            )
            fees = market.rules.fees.rates(seen)
            if fees != market.base_fees and number != INSURANCE:
                market.own_fees[number] = fees
        # What is left of the margin was worked out with the old fees.
    for account in state.accounts.values():
        account.headroom_version = -1


def _by_owner(state: State, days: int) -> tuple[dict[int, int], dict[int, int]]:
    made: dict[int, int] = {}
    taken: dict[int, int] = {}
    for account in state.accounts.values():
        for maker_micros, taker_micros in account.days[-days:]:
            made[account.owner] = made.get(account.owner, 0) + maker_micros
            taken[account.owner] = taken.get(account.owner, 0) + taker_micros
    return made, taken


def fees_of(market: Market, account: int) -> Fees:
    """Return what an account pays in a market now.

    The fees of a new account are the highest: a listing's rule promises it.
    """
    return market.own_fees.get(account, market.base_fees)


def open_orders_max(market: Market, account: Account) -> int:
    """Return how many open orders an account may have, when it places one in a market."""
    listed_max, rule = market.spec.limits.open_orders_max, market.rules.open_orders
    if not rule.counts_volume:
        return listed_max
    return rule.open_orders_max(OpenOrdersInputs(listed_max, traded_micros(account)))


def traded_micros(account: Account) -> int:
    """Return what an account has traded since volume is counted, today included."""
    return account.traded_micros + account.day_maker_micros + account.day_taker_micros
