"""Plans in general: begun, found again by their client order id, and ended.

A delayed order is checked and matched anew when it has waited, so that nothing of it need be kept
up to date while it waits: a halt, a liquidation, a close of the market, a smaller margin refuse it
then as they would any order.
"""

from collections.abc import Iterator

import msgspec

from venue.core import events as ev
from venue.core.account import Account
from venue.core.apply import emit
from venue.core.commands import PlaceOrder, PlaceScale, PlaceTwap
from venue.core.handlers.refusing import reject
from venue.core.plans import PLANS_PER_ACCOUNT_MAX, Delayed, OpenPlan, Scale, Twap, size_of
from venue.core.rejects import Cause, Reason
from venue.core.state import State


def answer_plan_again(
    state: State, account: Account, command: PlaceOrder | PlaceTwap | PlaceScale
) -> bool:
    """Answer a client order id that is known: the same body, or refused. Return whether it was.

    The connection is not part of what was asked: a bot may ask again after a reconnect.
    """
    name = command.client_order_id
    named = None if name is None else account.remembered.get(name)
    if named is None or name is None:
        return False
    if not isinstance(named, Delayed | Twap | Scale) or (
        msgspec.structs.replace(named.asked, connection=command.connection) != command
    ):
        reject(state, command, Reason.CLIENT_ORDER_ID_REUSED)
        return True
    filled = cost = remaining = 0
    if isinstance(named, Twap):
        filled, cost = named.filled_lots, named.cost_micros
    if isinstance(named, Delayed | Twap) and named.order_id in account.plans:
        remaining = size_of(named)
    emit(
        state,
        ev.DuplicateAnswered(
            account.account, name, named.order_id, filled, cost, remaining, remaining > 0
        ),
    )
    return True


def has_room(account: Account) -> bool:
    """Say whether an account may have one more plan."""
    return len(account.plans) < PLANS_PER_ACCOUNT_MAX


def delay(state: State, command: PlaceOrder, order_id: int, due_ns: int) -> None:
    """Let a checked order wait until a time, or for its call (``NEVER_NS``)."""
    emit(state, ev.OrderDelayed(order_id, command.account, command.market, command, due_ns))


def end(state: State, plan: OpenPlan, cause: Cause, reason: Reason | None = None) -> None:
    """Let a plan be over: nothing more of it will be sent."""
    asked = plan.asked
    emit(
        state,
        ev.PlanEnded(
            plan.order_id,
            asked.account,
            asked.market,
            size_of(plan),
            cause,
            reason,
            isinstance(plan, Twap),
        ),
    )


def end_many(
    state: State, account: Account, cause: Cause, market: str | None, connection: int | None
) -> None:
    """End an account's plans, in a market or in all, of a connection or of all, oldest first."""
    for _, plan in sorted(account.plans.items()):
        if market is not None and plan.asked.market != market:
            continue
        if connection is not None and plan.asked.connection != connection:
            continue
        end(state, plan, cause)


def plans_of(state: State, market: str) -> Iterator[OpenPlan]:
    """Yield the open plans of a market, by account, oldest first."""
    for _, account in sorted(state.accounts.items()):
        for _, plan in sorted(account.plans.items()):
            if plan.asked.market == market:
                yield plan


def end_on_close(state: State, market: str) -> None:
    """The underlying closes: end the delayed orders that asked to be cancelled then."""
    for plan in list(plans_of(state, market)):
        if isinstance(plan, Delayed) and plan.asked.cancel_on_close:
            end(state, plan, Cause.UNDERLYING_CLOSED)
