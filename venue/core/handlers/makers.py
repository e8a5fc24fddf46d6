"""Maker obligations: a bond is committed, quotes are measured at samples, epochs are judged.

The bond leaves the account's balance and stands in the market, so that it backs no position. What
an epoch costs goes to the insurance fund; what is given back goes to the balance. Calls and halts
are not measured, nor is a maker before it has committed.
"""

from venue.core import events as ev
from venue.core.account import Account
from venue.core.apply import emit
from venue.core.breaches import is_on_record
from venue.core.commands import CommitMaker
from venue.core.handlers.naming import account_and_market
from venue.core.handlers.refusing import reject
from venue.core.liquidation import check_unit
from venue.core.margin import withdrawable_micros
from venue.core.market import Maker, Market
from venue.core.phases import Phase
from venue.core.policies import DutyInputs, QuotedInputs
from venue.core.rejects import Reason
from venue.core.state import State
from venue.core.units import E4, E12, div_ceil

# $100M, as for every other movement of money.
BOND_MICROS_MAX = 100_000_000_000_000


def commit_maker(state: State, command: CommitMaker) -> None:
    """Commit a bond, add to it, or ask for it, or a part of it, back at the epoch's end."""
    both = account_and_market(state, command, command.market)
    if both is None:
        return
    account, market = both
    if is_on_record(state, (command.account, "")):
        reject(state, command, Reason.LIQUIDATION_OPEN)
        return
    rule = market.rules.makers
    if not rule.epoch_ns:
        reject(state, command, Reason.NO_MAKERS_HERE)
        return
    wanted = command.bond_micros
    if wanted < 0:
        reject(state, command, Reason.AMOUNT_NOT_POSITIVE, amount_micros=wanted)
        return
    if wanted > BOND_MICROS_MAX:
        reject(state, command, Reason.AMOUNT_TOO_LARGE, amount_micros_max=BOND_MICROS_MAX)
        return
    maker = market.makers.get(command.account, Maker(command.account))
    if wanted == maker.wanted_micros:
        reject(state, command, Reason.NOTHING_TO_CHANGE)
        return
    if 0 < wanted < rule.bond_micros_min:
        reject(state, command, Reason.BOND_TOO_SMALL, bond_micros_min=rule.bond_micros_min)
        return
    more = max(0, wanted - maker.bond_micros)
    available = withdrawable_micros(state, account)
    if more > available:
        reject(state, command, Reason.INSUFFICIENT_BALANCE, withdrawable_micros=available)
        return
    ends_ns = market.next_epoch_ns
    if ends_ns is None:
        ends_ns = (state.now_ns // rule.epoch_ns + 1) * rule.epoch_ns
    emit(state, ev.BondMoved(command.account, command.market, more, wanted, ends_ns))
    if more:
        check_unit(state, (command.account, ""))


def sample_quotes(state: State, market: Market) -> None:
    """See which of the committed makers quote as they owe; in continuous trading only."""
    if market.phase is not Phase.CONTINUOUS:
        return
    rule = market.rules.makers
    low, high = _range(market)
    met = []
    for number, maker in sorted(market.makers.items()):
        bid, ask = _quoted_micros(state.accounts[number], market, low, high)
        met.append((number, rule.quotes(QuotedInputs(bid, ask, maker.bond_micros))))
    emit(state, ev.QuotesSampled(market.spec.market, tuple(met)))


def _range(market: Market) -> tuple[int, int]:
    """Return twice the lowest and highest price that counts, in nano-dollars; inclusive."""
    rule = market.rules.makers
    assert market.mark_nanos is not None, "continuous trading has a mark"
    twice = 2 * market.mark_nanos
    bid, ask = market.book.bids.best_ticks(), market.book.asks.best_ticks()
    if rule.centre == "mid" and bid is not None and ask is not None:
        twice = (bid + ask) * market.spec.units.tick_nanos
    return div_ceil(twice * (E4 - rule.range_e4), E4), twice * (E4 + rule.range_e4) // E4


def _quoted_micros(account: Account, market: Market, low: int, high: int) -> tuple[int, int]:
    """Return what an account's resting bids and asks within a range come to.

    An order that may only reduce is no quote: it goes with the position.
    """
    name, twice_tick = market.spec.market, 2 * market.spec.units.tick_nanos
    bid = ask = 0
    for order in account.orders.values():
        if order.market != name or order.reduce_only:
            continue
        if low <= order.limit_ticks * twice_tick <= high:
            micros = order.remaining_lots * order.limit_ticks * market.tick_lot_micros
            if order.is_buy:
                bid += micros
            else:
                ask += micros
    return bid, ask


def judge_makers(state: State, market: Market) -> None:
    """The timer of an epoch's end: each bond pays for what was missing, and what was asked back
    is given back."""
    rule = market.rules.makers
    judged = []
    stay = False
    for number, maker in sorted(market.makers.items()):
        share_e12 = rule.penalty_e12(DutyInputs(maker.sampled, maker.met))
        penalty = min(maker.bond_micros, div_ceil(maker.bond_micros * share_e12, E12))
        kept = maker.bond_micros - penalty
        returned = max(0, kept - maker.wanted_micros)
        judged.append(
            ev.Judgement(number, maker.sampled, maker.met, penalty, returned, kept - returned)
        )
        stay = stay or kept > returned
    next_ns = state.now_ns + rule.epoch_ns if stay else None
    emit(state, ev.MakersJudged(market.spec.market, tuple(judged), next_ns))
