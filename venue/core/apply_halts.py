"""What bounds, calls and halts do to the state."""

from venue.core import events as ev
from venue.core.apply_orders import move_position
from venue.core.apply_prices import refresh_terms, unpack_memory
from venue.core.state import State
from venue.core.timers import Timer


def bounds_moved(state: State, event: ev.BoundsMoved) -> None:
    market = state.markets[event.market]
    market.bounds = event.bounds
    if event.memory is not None:
        market.interruption_memory = unpack_memory(event.memory, market.interruption_memory)


def limit_state_changed(state: State, event: ev.LimitStateChanged) -> None:
    state.markets[event.market].limit_until_ns = event.until_ns
    if event.until_ns is not None:
        state.timers.set(event.until_ns, Timer.END_LIMIT, (event.market,))


def trading_interrupted(state: State, event: ev.TradingInterrupted) -> None:
    market = state.markets[event.market]
    market.interruption_memory = unpack_memory(event.memory, market.interruption_memory)


def call_scheduled(state: State, event: ev.CallScheduled) -> None:
    state.markets[event.market].next_call_ns = event.begins_ns
    if event.begins_ns is not None:
        state.timers.set(event.begins_ns, Timer.BEGIN_CALL, (event.market,))


def call_extended(state: State, event: ev.CallExtended) -> None:
    market = state.markets[event.market]
    market.phase_until_ns = event.until_ns
    market.extensions += 1
    if event.memory is not None:
        market.interruption_memory = unpack_memory(event.memory, market.interruption_memory)
    state.timers.set(event.until_ns, Timer.END_CALL, (event.market,))


def reducing_only(state: State, event: ev.ReducingOnly) -> None:
    market = state.markets[event.market]
    market.reducing_why = event.why
    refresh_terms(state, market)


def position_settled(state: State, event: ev.PositionSettled) -> None:
    move_position(
        state,
        state.markets[event.market],
        state.accounts[event.account],
        -event.size_lots,
        -event.size_lots * event.mark_micros,
        event.realised_micros,
        fee_micros=0,
    )
