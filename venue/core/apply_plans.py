"""What plans do to the state: delayed orders, TWAPs, scales."""

from venue.core import events as ev
from venue.core.account import CLIENT_ORDER_IDS_KEPT, Account
from venue.core.apply_orders import remember
from venue.core.plans import (
    CALLS_OF,
    SUBORDER_NS,
    Delayed,
    OpenPlan,
    Plan,
    Scale,
    Twap,
    waits_for_call,
)
from venue.core.state import State, hold
from venue.core.timers import NEVER_NS, Timer


def order_delayed(state: State, event: ev.OrderDelayed) -> None:
    _open(state, Delayed(event.order_id, event.asked, event.due_ns))


def delay_ended(state: State, event: ev.DelayEnded) -> None:
    _close(state, event.account, event.order_id)


def twap_placed(state: State, event: ev.TwapPlaced) -> None:
    _open(state, Twap(event.order_id, event.asked, event.suborders, state.now_ns))


def twap_worked(state: State, event: ev.TwapWorked) -> None:
    plan = state.accounts[event.account].plans[event.order_id]
    assert isinstance(plan, Twap), "only a TWAP has suborders"
    plan.sent += 1
    plan.filled_lots += event.filled_lots
    plan.cost_micros += event.cost_micros
    plan.due_ns = event.next_ns
    set_timer(state, plan)


def plan_ended(state: State, event: ev.PlanEnded) -> None:
    _close(state, event.account, event.order_id)


def scale_placed(state: State, event: ev.ScalePlaced) -> None:
    account = state.accounts[event.account]
    hold(state, account, event.market)
    _remember(account, Scale(event.order_id, event.asked))


def set_timer(state: State, plan: OpenPlan) -> None:
    """Let a plan be looked at when it is due; what waits for a call is woken by it."""
    if waits_for_call(plan):
        return
    state.timers.set(plan.due_ns, Timer.WORK_PLAN, (plan.order_id, plan.asked.account))


def wake_for_call(state: State, market: str, why: str) -> None:
    """A call begins: what has waited for one like it is due now."""
    for _, account in sorted(state.accounts.items()):
        for _, plan in sorted(account.plans.items()):
            if (
                isinstance(plan, Delayed)
                and plan.due_ns == NEVER_NS
                and plan.asked.market == market
                and why in CALLS_OF.get(plan.asked.time_in_force, ())
            ):
                plan.due_ns = state.now_ns
                set_timer(state, plan)


def skip_turns(state: State, until_ns: int) -> None:
    """Let the turns of TWAPs that fall into an outage pass; the last one of each comes after it."""
    for _, account in sorted(state.accounts.items()):
        for _, plan in sorted(account.plans.items()):
            if isinstance(plan, Twap) and plan.due_ns <= until_ns:
                passed = (until_ns - plan.due_ns) // SUBORDER_NS + 1
                plan.due_ns += passed * SUBORDER_NS
                plan.sent = min(plan.sent + passed, plan.suborders - 1)
                set_timer(state, plan)


def _open(state: State, plan: OpenPlan) -> None:
    account = state.accounts[plan.asked.account]
    hold(state, account, plan.asked.market)
    account.plans[plan.order_id] = plan
    _remember(account, plan)
    set_timer(state, plan)


def _remember(account: Account, plan: Plan) -> None:
    name = plan.asked.client_order_id
    if name is not None:
        plan.serial = remember(account, name, plan)


def _close(state: State, account_id: int, order_id: int) -> None:
    account = state.accounts[account_id]
    plan = account.plans.pop(order_id)
    name = plan.asked.client_order_id
    if name is not None and account.client_order_ids - plan.serial >= CLIENT_ORDER_IDS_KEPT:
        account.remembered.pop(name, None)
