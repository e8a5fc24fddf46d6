"""Corporate actions are carried out: the next step of what a market announced, when it is due.

An action is a timetable (``timetables.py``) that stands in the state until its last step is taken
or it is withdrawn. A step that does not fit any more by then (a split after which a price would be
nothing, a dividend above the price) withdraws what is left of its action.
"""

from venue.core import events as ev
from venue.core.apply import emit, pack_memory
from venue.core.averaging import average_nanos
from venue.core.bounds import last_external_nanos
from venue.core.commands import Delisting, Dividend, Merger, Rename, Split
from venue.core.contract import underlying_nanos
from venue.core.handlers.halts import resume
from venue.core.handlers.market_ends import end_market
from venue.core.handlers.mergers import MERGER, becomes, convert, final_nanos, settle_merger
from venue.core.liquidation import check_unit
from venue.core.margin import unit_of
from venue.core.market import Announced, Market
from venue.core.payments import to_each
from venue.core.phases import NEXT_PHASES, Phase
from venue.core.policies import ActionStep, Does, Memory
from venue.core.rejects import Cause
from venue.core.relisting import relist
from venue.core.rescaling import NewUnits, rescaled_memory
from venue.core.resweeping import resweep
from venue.core.settlement import cancel_growing
from venue.core.source_units import together
from venue.core.splitting import count_prints, split
from venue.core.splitting_power import split_power, units_after
from venue.core.state import State
from venue.core.units import div_half_even

# Why a market is halted, or its positions may only shrink: what ends with it.
SPLIT, DIVIDEND, DELISTING = "split", "dividend", "delisting"
REDUCING = {Delisting: DELISTING, Merger: MERGER, Dividend: DIVIDEND}
LETS_GO = (Does.TRADE_NORMALLY, Does.RELEASE_MARK, Does.SET_INTERVAL)


def take_step(state: State, market: Market) -> None:
    """Take the next step of the action that is due."""
    announced = market.actions[0]
    step, name = announced.steps[0], market.spec.market
    is_last = len(announced.steps) == 1
    if _unfit(state, market, announced, step):
        withdraw(state, market, announced, "unfit")
        return
    emit(
        state,
        ev.ActionStepTaken(
            name, announced.action_id, state.now_ns, step.does, step.figure, is_last
        ),
    )
    _do(state, market, announced, step)


def withdraw(state: State, market: Market, announced: Announced, why: str) -> None:
    """Call off what is left of an action, and let go of what it has begun to hold back."""
    name, action = market.spec.market, announced.action
    emit(state, ev.ActionWithdrawn(name, announced.action_id, why))
    if (
        isinstance(action, (Split, Merger))
        and market.phase is Phase.HALTED
        and market.phase_why == SPLIT
    ):
        resume(state, market, market.spec.reopen_call_ns)
    if isinstance(action, Merger) and market.reducing_why == MERGER:
        emit(state, ev.ReducingOnly(name, ""))
    elif isinstance(action, Delisting):
        if market.reducing_why == DELISTING:
            emit(state, ev.ReducingOnly(name, ""))
        if market.average_since_ns is not None:
            emit(state, ev.AverageBegan(name, None))
    # Of each kind the last step is the one that lets go.
    for step in {step.does: step for step in announced.steps if step.does in LETS_GO}.values():
        _do(state, market, announced, step)


def can_split(market: Market, units: NewUnits) -> bool:
    """Say whether a market can be in such units; a contract on a power stays as it is."""
    if together(market.splits_new, market.splits_old, units) is None:
        return False
    if market.rules.contract.is_linear:
        return relist(market, units) is not None
    return units_after(market, units) is not None


def can_merge(state: State, market: Market, action: Merger) -> bool:
    """Say whether a market's units can become what a merger says.

    Of contracts on a power none can: a power of cash is not a price. Vaults outlive no name.
    """
    contract = market.rules.contract
    if not contract.is_linear or contract.vaults is not None:
        return False
    if not becomes(state, market, action):
        price_nanos = final_nanos(state, action)
        return price_nanos is not None and price_nanos > 0
    same = action.numerator == action.denominator
    return (
        not action.cash_nanos
        and action.to not in state.renamed
        and (same or can_split(market, NewUnits(action.numerator, action.denominator)))
    )


def _unfit(state: State, market: Market, announced: Announced, step: ActionStep) -> bool:
    action = announced.action
    if step.does is Does.MERGE:
        assert isinstance(action, Merger), "a merger's step is of a merger"
        return not can_merge(state, market, action)
    if step.does is Does.SPLIT:
        assert isinstance(action, Split), "a split's step is of a split"
        return not can_split(market, NewUnits(action.numerator, action.denominator))
    if step.does is Does.ADJUST_INDEX:
        return market.index_nanos is None or market.index_nanos <= step.figure
    return False


def _do(state: State, market: Market, announced: Announced, step: ActionStep) -> None:
    name, does, action = market.spec.market, step.does, announced.action
    if does is Does.HALT:
        halt_for_split(state, market)
    elif does is Does.SPLIT:
        assert isinstance(action, Split), "a split's step is of a split"
        halt_for_split(state, market)
        carry_out = split if market.rules.contract.is_linear else split_power
        units = NewUnits(action.numerator, action.denominator)
        carry_out(state, market, units)
        count_prints(state, market, units)
        if market.phase is Phase.HALTED and market.phase_why == SPLIT:
            resume(state, market, market.spec.reopen_call_ns)
    elif does is Does.RENAME:
        assert isinstance(action, Rename), "a new name's step is of a new name"
        rename(state, market, action)
    elif does is Does.ADJUST_INDEX:
        adjust_index(state, market, step.figure)
    elif does is Does.LOWER_PRINTS:
        lower_prints(state, market, step.figure)
    elif does is Does.PAY_DIVIDEND:
        pay_dividend(state, market, step.figure)
    elif does is Does.SET_INTERVAL:
        set_interval(state, market, step.figure)
    elif does is Does.ONLY_REDUCE:
        only_reduce(state, market, REDUCING[type(action)])
    elif does is Does.TRADE_NORMALLY:
        if market.reducing_why == DIVIDEND:
            emit(state, ev.ReducingOnly(name, ""))
    elif does is Does.HOLD_MARK or does is Does.RELEASE_MARK:
        within_e4 = step.figure if does is Does.HOLD_MARK else None
        if within_e4 != market.mark_within_e4:
            emit(state, ev.MarkHeldNear(name, within_e4))
    elif does is Does.BEGIN_AVERAGE:
        emit(state, ev.AverageBegan(name, state.now_ns))
    elif does is Does.DELIST:
        end_market(state, market, average_nanos(market, state.now_ns), DELISTING)
    elif does is Does.MERGE:
        assert isinstance(action, Merger), "a merger's step is of a merger"
        merge(state, market, action)


def halt_for_split(state: State, market: Market) -> None:
    """Stop trading, unless it has stopped already or has not begun."""
    if Phase.HALTED in NEXT_PHASES[market.phase]:
        emit(state, ev.PhaseChanged(market.spec.market, Phase.HALTED, SPLIT, None))


def only_reduce(state: State, market: Market, why: str) -> None:
    """Let positions only shrink, unless they do already: what ends that does not end with us."""
    if market.reducing_why or market.mark_nanos is None:
        return
    emit(state, ev.ReducingOnly(market.spec.market, why))
    cancel_growing(state, market, Cause.DIVIDEND if why == DIVIDEND else Cause.DELISTED)


def adjust_index(state: State, market: Market, amount_nanos: int) -> None:
    """Lower the index by a dividend, and what its rules remember in the same proportion."""
    index_nanos = market.index_nanos
    assert index_nanos is not None, "a market without an index was found unfit"
    lowered = index_nanos - amount_nanos
    ratio = NewUnits(index_nanos, lowered)
    name, rules = market.spec.market, market.rules
    emit(
        state,
        ev.IndexUpdated(
            name,
            lowered,
            market.pricing,
            _lowered(rules.index_closed, market.closed_memory, ratio),
            _lowered(rules.index_open, market.index_memory, ratio),
        ),
    )
    emit(state, ev.IndexAdjusted(name, state.now_ns, amount_nanos))


def _lowered(rule: object, memory: Memory, ratio: NewUnits) -> bytes:
    return pack_memory(rescaled_memory(rule, memory, ratio))


def lower_prints(state: State, market: Market, amount_nanos: int) -> None:
    """Let prints of sources that know of no dividend be lower by one from now on.

    kept × (price − dividend) / price, half to even in 1e-18; price is the last one from outside. So
    the path goes on from what a unit is worth without the dividend, and keeps its returns.
    """
    external_nanos = last_external_nanos(market) or market.index_nanos
    assert external_nanos is not None, "a dividend is announced of a market with an index"
    price_nanos = underlying_nanos(market, external_nanos)
    assert price_nanos is not None, "a dividend is announced of a linear contract"
    left_nanos = max(1, price_nanos - amount_nanos)
    kept_e18 = max(1, div_half_even(market.kept_e18 * left_nanos, price_nanos))
    emit(state, ev.PrintsLowered(market.spec.market, kept_e18, amount_nanos))


def pay_dividend(state: State, market: Market, amount_nanos: int) -> None:
    """Let every short pay the dividend on its units, and every long receive it.

    paid = −lots × dividend × lot size, rounded up: payers cover receivers, the remainder is booked.
    Then whoever it left below maintenance is liquidated, as after funding.
    """
    name = market.spec.market
    sizes = [
        (account_id, state.accounts[account_id].holdings[name].size_lots)
        for account_id in sorted(market.holders)
    ]
    # Nano-dollars times lots of 1e-9 units are 1e-18 dollar: 1e-12 of a micro-dollar.
    moved = to_each(sizes, amount_nanos * market.spec.units.lot_e9, -1)
    emit(
        state,
        ev.DividendPaid(name, state.now_ns, amount_nanos, moved.paid_micros, moved.rounding_micros),
    )
    for account_id, paid in moved.paid_micros:
        if paid > 0:
            check_unit(state, unit_of(state.accounts[account_id], name))


def set_interval(state: State, market: Market, interval_ns: int) -> None:
    """Let funding settle every so often, next at a whole interval of venue time.

    An interval that the market's samples do not divide is not taken.
    """
    spec = market.spec
    if interval_ns == spec.funding_interval_ns or interval_ns % spec.sample_interval_ns:
        return
    next_ns = (state.now_ns // interval_ns + 1) * interval_ns
    emit(state, ev.FundingIntervalChanged(spec.market, interval_ns, next_ns))


def rename(state: State, market: Market, action: Rename) -> None:
    """Give the market its new name; everything else about it stays."""
    spec = market.spec
    emit(
        state,
        ev.MarketRenamed(spec.market, action.to, action.underlying or spec.underlying),
    )
    resweep(state)


def merge(state: State, market: Market, action: Merger) -> None:
    """Let units become what they become: the market goes on as another, or ends."""
    if not becomes(state, market, action):
        settle_merger(state, market, action)
        return
    halt_for_split(state, market)
    convert(state, market, action)
    if market.phase is Phase.HALTED and market.phase_why == SPLIT:
        resume(state, market, market.spec.reopen_call_ns)
    resweep(state)
