"""``execute(command) -> events``: the one door through which the venue changes.

A command first runs every timer that is due, each at its own time, then its handler, then the
liquidation steps that are due, within a budget. What the budget leaves is on record and goes
on with the next command; the shell sees it in ``next_due_ns`` and lets time pass.
"""

from typing import Final

from venue.core import events as ev
from venue.core.apply import emit
from venue.core.breaches import DIRTY_MAX, read_some, search_on
from venue.core.calls import begin_scheduled_call
from venue.core.commands import Command, TraderCommand
from venue.core.deferrals import Breach, Search, Unit
from venue.core.events import Event
from venue.core.forced import begin_closing, work_forced
from venue.core.fund import unwind
from venue.core.handlers import HANDLERS
from venue.core.handlers.corporate_steps import take_step
from venue.core.handlers.delays import release
from venue.core.handlers.funding import sample_premium, settle_funding
from venue.core.handlers.makers import judge_makers, sample_quotes
from venue.core.handlers.orders import cancel_many
from venue.core.handlers.prices import update_mark
from venue.core.handlers.reopen import end_call
from venue.core.handlers.twap import send_suborder
from venue.core.interruption import end_limit_state
from venue.core.liquidation import check_touched, step
from venue.core.matching import cancel
from venue.core.phases import Phase
from venue.core.plans import Delayed
from venue.core.policies import BuildRules
from venue.core.rejects import Cause
from venue.core.requests import execute_counted
from venue.core.state import State
from venue.core.timers import Key, Timer

# Bound here because reading a member off its enum costs as much as two function calls.
EXPIRE_ORDER: Final = Timer.EXPIRE_ORDER
CANCEL_ALL: Final = Timer.CANCEL_ALL
SAMPLE_PREMIUM: Final = Timer.SAMPLE_PREMIUM
SETTLE_FUNDING: Final = Timer.SETTLE_FUNDING
UPDATE_MARK: Final = Timer.UPDATE_MARK
END_CALL: Final = Timer.END_CALL
BEGIN_CLOSING: Final = Timer.BEGIN_CLOSING
FORCE_CLOSE: Final = Timer.FORCE_CLOSE
FEE_DAY: Final = Timer.FEE_DAY
BEGIN_CALL: Final = Timer.BEGIN_CALL
END_LIMIT: Final = Timer.END_LIMIT
WORK_PLAN: Final = Timer.WORK_PLAN
JUDGE_MAKERS: Final = Timer.JUDGE_MAKERS

CORPORATE_ACTION: Final = Timer.CORPORATE_ACTION
# What a delisted market does no more.
ENDS_WITH_TRADING: Final = frozenset(
    {SAMPLE_PREMIUM, SETTLE_FUNDING, UPDATE_MARK, BEGIN_CLOSING, FORCE_CLOSE, BEGIN_CALL, END_LIMIT}
)

# Liquidation steps and other timers one command works off; load is never an assertion.
STEPS_PER_COMMAND: Final = 8
# A trader's command waits for few of them: in a cascade the door must go on answering.
STEPS_BESIDE_A_TRADER: Final = 4
TIMERS_PER_COMMAND: Final = 10_000


class Engine:
    """The state machine: one writer calls ``execute``; the same commands give the same events."""

    __slots__ = ("state",)

    def __init__(self, build_rules: BuildRules, state: State | None = None) -> None:
        self.state = State(build_rules) if state is None else state

    @property
    def next_due_ns(self) -> int:
        """When time must pass at the latest for a timer to run; ``timers.NEVER_NS``: never."""
        return self.state.timers.next_due_ns

    def execute(self, command: Command, *, at_ns: int) -> list[Event]:
        """Run one command to its end and return what happened.

        ``at_ns`` is its stamp; stamps never go back.
        """
        state = self.state
        assert at_ns >= state.now_ns, f"stamp {at_ns} is before {state.now_ns}"
        state.seq += 1
        out: list[Event] = []
        state.out = out
        timers = state.timers
        spent = 0
        if timers.next_due_ns <= at_ns:
            steps = steps_beside(command)
            spent = steps - self._run_due(at_ns, steps)
        state.now_ns = at_ns
        if state.counts_requests:
            execute_counted(state, command)
        else:
            HANDLERS[type(command)](state, command)
        if timers.next_due_ns <= at_ns:
            self._run_due(at_ns, steps_beside(command) - spent)
        if len(state.dirty) > DIRTY_MAX:
            read_some(state)
        return out

    def _run_due(self, at_ns: int, steps: int) -> int:
        """Run due timers in order, each at its own time, and at most so many liquidation steps.

        Returns how many steps are left.
        """
        state = self.state
        timers = state.timers
        runs = TIMERS_PER_COMMAND
        while runs:
            timer_due = timers.due(at_ns)
            # Steps of an instant come after its timers: the mark moves, then they are dealt with.
            before_ns = timers.first_ns() - 1 if timer_due else at_ns
            if steps and timers.step_due(before_ns):
                step_ns, rank_e12, account, name, is_search = timers.pop_step()
                unit = (account, name)
                if is_search:
                    if state.search != Search(step_ns, rank_e12, account, name):
                        continue
                elif not is_live_step(state, step_ns, rank_e12, unit):
                    continue
                runs -= 1
                tell_time(state, step_ns, at_ns)
                steps -= 1
                if is_search:
                    search_on(state)
                    continue
                step(state, unit)
                if state.touched:
                    check_touched(state)
                continue
            if not timer_due:
                break
            due_ns, kind, key = timers.pop()
            if not is_live(state, due_ns, kind, key):
                continue
            runs -= 1
            tell_time(state, due_ns, at_ns)
            run_timer(state, kind, key)
        if state.now_ns < at_ns and state.out:
            emit(state, ev.TimePassed(at_ns))
        return steps


def steps_beside(command: Command) -> int:
    """Return how many liquidation steps may be taken beside a command."""
    return STEPS_BESIDE_A_TRADER if isinstance(command, TraderCommand) else STEPS_PER_COMMAND


def tell_time(state: State, due_ns: int, at_ns: int) -> None:
    """Before a timer runs, say when it does; one left over by the last command runs at its time."""
    if due_ns > state.now_ns:
        emit(state, ev.TimePassed(due_ns))
    elif not state.out and state.now_ns < at_ns:
        emit(state, ev.TimePassed(state.now_ns))


def is_live_step(state: State, due_ns: int, rank_e12: int, unit: Unit) -> bool:
    """Say whether a step is the one that its unit's record waits for.

    Another is left over: it may neither count nor be told, for a restored venue has it not.
    """
    liquidation = state.liquidations.get(unit)
    if liquidation is not None:
        return liquidation.until_ns == due_ns and liquidation.rank_e12 == rank_e12
    return unit in state.breaches and state.breaches[unit] == Breach(due_ns, rank_e12)


def is_live(state: State, due_ns: int, kind: Timer, key: Key) -> bool:
    """Say whether a timer's field still has the time that its entry was made for."""
    name = key[0]
    if kind is EXPIRE_ORDER:
        order = state.orders.get(int(name))
        return order is not None and order.in_book
    if kind is CANCEL_ALL:
        return state.accounts[int(name)].cancel_all_at_ns == due_ns
    if kind is FEE_DAY:
        return state.next_fee_day_ns == due_ns
    if kind is WORK_PLAN:
        plan = state.accounts[int(key[1])].plans.get(int(name))
        return plan is not None and plan.due_ns == due_ns
    market = state.markets.get(str(name))
    if market is None:  # It has another name by now, and timers of that name.
        return False
    if kind is CORPORATE_ACTION:
        due = market.actions
        return bool(due) and due[0].steps[0].at_ns <= due_ns
    if market.phase is Phase.DELISTED and kind in ENDS_WITH_TRADING:
        return False
    if kind is JUDGE_MAKERS:
        return market.next_epoch_ns == due_ns
    if kind is BEGIN_CLOSING:
        return market.closing_at_ns == due_ns
    if kind is FORCE_CLOSE:
        return market.next_forced_ns == due_ns
    if kind is UPDATE_MARK:
        return market.next_mark_ns == due_ns
    if kind is SAMPLE_PREMIUM:
        return market.next_sample_ns == due_ns
    if kind is SETTLE_FUNDING:
        return market.next_funding_ns == due_ns
    if kind is END_CALL:
        return market.phase is Phase.AUCTION and market.phase_until_ns == due_ns
    if kind is BEGIN_CALL:
        return market.next_call_ns == due_ns
    if kind is END_LIMIT:
        return market.limit_until_ns == due_ns
    return market.next_unwind_ns == due_ns


def run_timer(state: State, kind: Timer, key: Key) -> None:
    """Run one live timer."""
    name = key[0]
    if kind is EXPIRE_ORDER:
        cancel(state, state.orders[int(name)], Cause.EXPIRED)
    elif kind is CANCEL_ALL:
        emit(state, ev.CancelAllAfterSet(int(name), None))
        cancel_many(state, state.accounts[int(name)], Cause.CANCEL_ALL_AFTER)
    elif kind is UPDATE_MARK:
        update_mark(state, state.markets[str(name)])
    elif kind is SAMPLE_PREMIUM:
        sample_premium(state, state.markets[str(name)])
        if state.markets[str(name)].makers:
            sample_quotes(state, state.markets[str(name)])
    elif kind is SETTLE_FUNDING:
        settle_funding(state, state.markets[str(name)])
    elif kind is END_CALL:
        end_call(state, state.markets[str(name)])
    elif kind is BEGIN_CALL:
        begin_scheduled_call(state, state.markets[str(name)])
    elif kind is END_LIMIT:
        end_limit_state(state, state.markets[str(name)])
    elif kind is BEGIN_CLOSING:
        begin_closing(state, state.markets[str(name)])
    elif kind is FORCE_CLOSE:
        work_forced(state, state.markets[str(name)])
    elif kind is WORK_PLAN:
        work_plan(state, int(key[1]), int(name))
    elif kind is JUDGE_MAKERS:
        judge_makers(state, state.markets[str(name)])
    elif kind is CORPORATE_ACTION:
        take_step(state, state.markets[str(name)])
    elif kind is FEE_DAY:
        emit(state, ev.FeeDayBegan(state.now_ns))
    else:
        unwind(state, state.markets[str(name)])


def work_plan(state: State, account_id: int, order_id: int) -> None:
    """Release a delayed order, or give a TWAP's next suborder its turn."""
    account = state.accounts[account_id]
    plan = account.plans[order_id]
    if isinstance(plan, Delayed):
        release(state, account, plan)
    else:
        send_suborder(state, account, plan)
