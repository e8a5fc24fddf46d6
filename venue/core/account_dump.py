"""One account as it is written in a checkpoint: its form, to it, and back from it."""

from collections import deque

import msgspec
from msgspec import structs

from venue.core.account import Account, Holding, Trigger
from venue.core.apply_plans import set_timer
from venue.core.book import Order
from venue.core.commands import MarginMode
from venue.core.plans import OpenPlan, Plan
from venue.core.state import State
from venue.core.timers import Timer

# A remembered client order id: an open order or trigger by its id, a finished one whole.
Remembered = tuple[str, int, Order | None, Trigger | None]


class HoldingDump(msgspec.Struct, array_like=True, gc=False):
    """What one account has in one market, field by field as ``Holding`` has it."""

    market: str
    leverage: int
    mode: MarginMode
    size_lots: int
    entry_micros: int
    isolated_micros: int
    buy_lots: int
    buy_micros: int
    sell_lots: int
    sell_micros: int
    reducing: int
    realised_micros: int
    funding_micros: int
    fees_micros: int


class AccountDump(msgspec.Struct, array_like=True):
    """One account."""

    account: int
    name: str
    parent: int | None
    owner: int
    balance_micros: int
    base_micros: int
    holdings: list[HoldingDump]
    triggers: list[Trigger]
    remembered: list[Remembered]
    recent: list[str]
    client_order_ids: int
    cancel_all_at_ns: int | None
    cancel_on_disconnect: list[int]
    day_maker_micros: int = 0
    day_taker_micros: int = 0
    days: tuple[tuple[int, int], ...] = ()
    plans: list[OpenPlan] = []
    # Client order ids of plans: an open one by its id, another whole.
    named_plans: list[tuple[str, int, Plan | None]] = []
    traded_micros: int = 0


def dump_account(account: Account) -> AccountDump:
    """Return what is written of an account."""
    remembered: list[Remembered] = []
    for name, what in sorted(account.remembered.items()):
        if isinstance(what, Order):
            gone = None if what.in_book else what
            remembered.append((name, what.order_id, gone, None))
        elif isinstance(what, Trigger):
            order_id = what.placed.order_id
            remembered.append(
                (name, order_id, None, None if order_id in account.triggers else what)
            )
    return AccountDump(
        account.account,
        account.name,
        account.parent,
        account.owner,
        account.balance_micros,
        account.base_micros,
        [_dump_holding(holding) for _, holding in sorted(account.holdings.items())],
        [trigger for _, trigger in sorted(account.triggers.items())],
        remembered,
        list(account.recent),
        account.client_order_ids,
        account.cancel_all_at_ns,
        sorted(account.cancel_on_disconnect),
        account.day_maker_micros,
        account.day_taker_micros,
        account.days,
        plans=[plan for _, plan in sorted(account.plans.items())],
        named_plans=_dump_named_plans(account),
        traded_micros=account.traded_micros,
    )


def _dump_holding(holding: Holding) -> HoldingDump:
    return HoldingDump(
        holding.market,
        holding.leverage,
        holding.mode,
        holding.size_lots,
        holding.entry_micros,
        holding.isolated_micros,
        holding.buy_lots,
        holding.buy_micros,
        holding.sell_lots,
        holding.sell_micros,
        holding.reducing,
        holding.realised_micros,
        holding.funding_micros,
        holding.fees_micros,
    )


def _dump_named_plans(account: Account) -> list[tuple[str, int, Plan | None]]:
    # An open plan by its id, any other whole: a scale has its first order's id, which may wait.
    return [
        (name, what.order_id, None if account.plans.get(what.order_id) is what else what)
        for name, what in sorted(account.remembered.items())
        if not isinstance(what, Order | Trigger)
    ]


def load_account(state: State, stored: AccountDump) -> None:
    """Put an account back; its open orders come with their markets."""
    account = Account(
        stored.account,
        stored.name,
        stored.parent,
        stored.owner,
        balance_micros=stored.balance_micros,
        base_micros=stored.base_micros,
        holdings={held.market: Holding(*structs.astuple(held)) for held in stored.holdings},
        triggers={trigger.placed.order_id: trigger for trigger in stored.triggers},
        recent=deque(stored.recent),
        client_order_ids=stored.client_order_ids,
        cancel_all_at_ns=stored.cancel_all_at_ns,
        cancel_on_disconnect=dict.fromkeys(stored.cancel_on_disconnect, True),
        day_maker_micros=stored.day_maker_micros,
        day_taker_micros=stored.day_taker_micros,
        days=stored.days,
        traded_micros=stored.traded_micros,
        plans={plan.order_id: plan for plan in stored.plans},
    )
    state.accounts[account.account] = account
    state.names[account.name] = account.account
    state.dirty.add((account.account, ""))
    state.dirty.update((account.account, name) for name in account.holdings)
    for plan in stored.plans:
        set_timer(state, plan)
    if account.cancel_all_at_ns is not None:
        state.timers.set(account.cancel_all_at_ns, Timer.CANCEL_ALL, (account.account,))


def load_remembered(state: State, stored: AccountDump) -> None:
    """Put an account's client order ids back, once its open orders are there."""
    account = state.accounts[stored.account]
    for name, order_id, gone_order, gone_trigger in stored.remembered:
        what = gone_order or gone_trigger
        if what is None:
            what = account.orders.get(order_id) or account.triggers[order_id]
        account.remembered[name] = what
    for name, order_id, gone in stored.named_plans:
        account.remembered[name] = account.plans[order_id] if gone is None else gone
