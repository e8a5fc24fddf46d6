"""Requests by volume: counted and limited in markets whose rules say so.

A market's requests rule says how many requests an account may send for what it has traded. They are
counted for each account, whatever the market, when they are accepted: a refusal changes nothing. A
command that is only answered again (its client order id is known) is neither counted nor refused
here, so that nobody takes an order that stands for one that was refused.
"""

from typing import Final, NamedTuple

from venue.core import events as ev
from venue.core.account import INSURANCE, Account
from venue.core.apply import emit
from venue.core.commands import (
    AmendOrder,
    CancelOrder,
    Command,
    MoveIsolatedMargin,
    PlaceOrder,
    PlaceScale,
    PlaceTrigger,
    PlaceTwap,
    SetLeverage,
)
from venue.core.handlers import HANDLERS
from venue.core.handlers.orders import find_order
from venue.core.handlers.refusing import reject
from venue.core.market import Market
from venue.core.plans import Scale
from venue.core.policies import RequestsInputs
from venue.core.rejects import Reason
from venue.core.state import State
from venue.core.volumes import traded_micros

# What names a market by itself, and what is in the market of the order that it names.
IN_A_MARKET: Final = (
    PlaceOrder,
    PlaceTrigger,
    PlaceTwap,
    PlaceScale,
    SetLeverage,
    MoveIsolatedMargin,
)
OF_AN_ORDER: Final = (AmendOrder, CancelOrder)
# What an account may be answered again.
NAMED: Final = (PlaceOrder, PlaceTrigger, PlaceTwap, PlaceScale)


class Allowance(NamedTuple):
    """How many requests an account may have sent, and when the next is taken beyond that."""

    requests_max: int
    next_at_ns: int


def execute_counted(state: State, command: Command) -> None:
    """Run a command's handler, unless it is a request too many; count it if it was accepted."""
    handler = HANDLERS[type(command)]
    account = state.accounts.get(getattr(command, "account", INSURANCE))
    market = None if account is None else _market_of(state, account, command)
    if account is None or market is None or _is_again(account, command):
        handler(state, command)
        return
    allowed = allowance(market, account, is_cancel=isinstance(command, CancelOrder))
    if (
        allowed is not None
        and account.requests >= allowed.requests_max
        and state.now_ns < allowed.next_at_ns
    ):
        reject(
            state,
            command,
            Reason.REQUESTS_SPENT,
            requests=account.requests,
            requests_max=allowed.requests_max,
            next_at_ns=allowed.next_at_ns,
        )
        return
    before = len(state.out)
    handler(state, command)
    if len(state.out) > before and not isinstance(state.out[before], ev.Rejected):
        emit(state, ev.RequestsCounted(account.account, account.requests + _requests(command)))


def allowance(market: Market, account: Account, *, is_cancel: bool = False) -> Allowance | None:
    """Return what a market's rules allow an account; ``None``: as many requests as it likes."""
    rule = market.rules.requests
    if not rule.counts_requests:
        return None
    most = rule.requests_max(RequestsInputs(traded_micros(account), is_cancel))
    if most is None:
        return None
    return Allowance(most, account.requested_at_ns + rule.wait_ns)


def _market_of(state: State, account: Account, command: Command) -> Market | None:
    """Return the market that a request is in, if its rules count requests."""
    if account.account == INSURANCE:
        return None
    name: str | None = None
    if isinstance(command, IN_A_MARKET):
        name = command.market
    elif isinstance(command, OF_AN_ORDER):
        name = _named_in(account, command.order_id, command.client_order_id)
    market = None if name is None else state.markets.get(name)
    return None if market is None or not market.rules.requests.counts_requests else market


def _named_in(account: Account, order_id: int | None, client_order_id: str | None) -> str | None:
    """Return the name of the market of an open order, trigger, plan or scale; ``None``: none."""
    if client_order_id is not None:
        scale = account.remembered.get(client_order_id)
        if isinstance(scale, Scale):
            return scale.asked.market
    found = find_order(account, order_id, client_order_id)
    if found is None:
        return None
    if found in account.orders:
        return account.orders[found].market
    if found in account.triggers:
        return account.triggers[found].placed.market
    return account.plans[found].asked.market


def _is_again(account: Account, command: Command) -> bool:
    """Say whether a command names what another one has named: it is answered, nothing more."""
    return isinstance(command, NAMED) and command.client_order_id in account.remembered


def _requests(command: Command) -> int:
    """Return how many requests a command counts for."""
    if isinstance(command, PlaceScale):
        return command.orders
    if isinstance(command, PlaceOrder):
        return 1 + (command.stop_ticks is not None) + (command.take_profit_ticks is not None)
    return 1
