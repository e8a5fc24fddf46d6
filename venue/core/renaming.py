"""A market's new name, wherever the state holds the old one; nothing else about it changes.

Timers and liquidation steps are set anew under the new name. The old entries of the heaps name a
market that is no more, and are dropped when met. The sweep is built anew by whoever renames.
"""

from msgspec.structs import replace

from venue.core import events as ev
from venue.core.account import Account, Trigger
from venue.core.book import Order
from venue.core.bounds import refresh_bounds
from venue.core.deferrals import Unit
from venue.core.market_timers import set_market_timers
from venue.core.source_units import hear_as_others
from venue.core.state import State, touch


def market_renamed(state: State, event: ev.MarketRenamed) -> None:
    old, new = event.market, event.to
    market = state.markets[old]
    followed = market.spec.underlying
    market.spec = replace(market.spec, market=new, underlying=event.underlying)
    if event.underlying != followed and not hear_as_others(state, market):
        market.heard_as = market.heard_as or followed
    state.markets = {new if name == old else name: each for name, each in state.markets.items()}
    state.renamed = {name: new if now == old else now for name, now in state.renamed.items()}
    state.renamed[old] = new
    if event.underlying not in state.sources and followed in state.sources:
        state.sources[event.underlying] = state.sources[followed]
    for account in state.accounts.values():
        _rename_account(account, old, new)
        touch(state, account, "")
    for order in state.orders.values():
        _rename_order(order, old, new)
    _rename_records(state, old, new)
    state.touched = {_unit(unit, old, new): None for unit in state.touched}
    state.dirty = {_unit(unit, old, new) for unit in state.dirty}
    set_market_timers(state, market)
    refresh_bounds(market)


def _unit(unit: Unit, old: str, new: str) -> Unit:
    return (unit[0], new) if unit[1] == old else unit


def _rename_account(account: Account, old: str, new: str) -> None:
    if old in account.holdings:
        account.holdings[old].market = new
        account.holdings = {
            new if name == old else name: held for name, held in account.holdings.items()
        }
    for trigger in account.triggers.values():
        _rename_trigger(trigger, old, new)
    for what in account.remembered.values():
        if isinstance(what, Order):
            _rename_order(what, old, new)
        elif isinstance(what, Trigger):
            _rename_trigger(what, old, new)
        elif what.asked.market == old:
            what.asked = replace(what.asked, market=new)
    for plan in account.plans.values():
        if plan.asked.market == old:
            plan.asked = replace(plan.asked, market=new)


def _rename_order(order: Order, old: str, new: str) -> None:
    if order.market == old:
        order.market = new
        order.accepted = replace(order.accepted, market=new)


def _rename_trigger(trigger: Trigger, old: str, new: str) -> None:
    if trigger.placed.market == old:
        trigger.placed = replace(trigger.placed, market=new)


def _rename_records(state: State, old: str, new: str) -> None:
    """Liquidations, breaches, forced closes and the search, and their steps."""
    for liquidation in state.liquidations.values():
        if liquidation.market == old:
            liquidation.market = new
        for counts in (liquidation.attempts, liquidation.filled):
            if old in counts:
                counts[new] = counts.pop(old)
    for unit, liquidation in [*state.liquidations.items()]:
        if unit[1] == old:
            del state.liquidations[unit]
            state.liquidations[unit[0], new] = liquidation
            state.timers.set_step(liquidation.until_ns, liquidation.rank_e12, (unit[0], new))
    for unit, breach in [*state.breaches.items()]:
        if unit[1] == old:
            del state.breaches[unit]
            state.breaches[unit[0], new] = breach
            state.timers.set_step(breach.since_ns, breach.rank_e12, (unit[0], new))
    for unit, closed in [*state.forced.items()]:
        if unit[1] == old:
            del state.forced[unit]
            state.forced[unit[0], new] = replace(closed, market=new)
    search = state.search
    if search is not None and search.market == old:
        state.search = search = replace(search, market=new)
        state.timers.set_search(search.due_ns, search.rank_e12, search.account, new)
