"""Halts: by the operator, and with the underlying; frozen, reduce-only, or settled at the mark."""

from venue.core import events as ev
from venue.core.apply import emit
from venue.core.calls import begin_call
from venue.core.commands import HaltKind, HaltMarket, ResumeMarket
from venue.core.handlers.refusing import reject
from venue.core.handlers.reopen import trade_on, uncross
from venue.core.interruption import interrupt
from venue.core.market import Market
from venue.core.phases import NEXT_PHASES, Phase
from venue.core.rejects import Cause, Reason
from venue.core.settlement import cancel_everything, cancel_growing, settle_positions
from venue.core.state import State

# Why a market is halted or reduce-only when the underlying is: what ends with it.
UNDERLYING_HALTED = "underlying_halted"


def halt_market(state: State, command: HaltMarket) -> None:
    """Stop trading, or let positions only shrink, or settle them; marks go on.

    While trading is stopped cancels stay allowed and liquidations wait. A frozen market may still
    be settled.
    """
    market = _market(state, command)
    if market is None:
        return
    stopped = market.phase is Phase.HALTED
    if command.kind is HaltKind.REDUCE_ONLY:
        if market.phase not in (Phase.CONTINUOUS, Phase.AUCTION):
            reject(state, command, Reason.MARKET_NOT_TRADING)
        elif market.reducing_why:
            reject(state, command, Reason.NOTHING_TO_CHANGE)
        else:
            _only_reduce(state, market, command.why)
        return
    settles = command.kind is HaltKind.SETTLE and stopped
    if Phase.HALTED not in NEXT_PHASES[market.phase] and not settles:
        reject(state, command, Reason.MARKET_NOT_TRADING)
        return
    if not stopped:
        emit(state, ev.PhaseChanged(command.market, Phase.HALTED, command.why, None))
    if command.kind is HaltKind.SETTLE:
        cancel_everything(state, market, Cause.HALTED)
        settle_positions(state, market)


def resume_market(state: State, command: ResumeMarket) -> None:
    """End a halt of any kind, at once or by a call."""
    market = _market(state, command)
    if market is None:
        return
    if market.phase is not Phase.HALTED and not market.reducing_why:
        reject(state, command, Reason.MARKET_NOT_TRADING)
        return
    if market.reducing_why:
        emit(state, ev.ReducingOnly(command.market, ""))
    if market.phase is Phase.HALTED:
        resume(state, market, command.call_ns)


def resume(state: State, market: Market, call_ns: int) -> None:
    """Let a stopped market trade again, at once or by a call."""
    if call_ns > 0 and market.pool is None:  # A pool has no call: nobody would meet in it.
        begin_call(state, market, "resume", call_ns)
        return
    if market.book.is_crossed():  # The halt came in a call: what it collected trades first.
        uncross(state, market, market.called_from_id)
    trade_on(state, market, "resumed")


def halt_with_underlying(state: State, market: Market) -> None:
    """The underlying's trading is halted: do what the interruption rule says."""
    does = market.rules.interruption.on_halt
    if does == "freeze" and Phase.HALTED in NEXT_PHASES[market.phase]:
        emit(state, ev.PhaseChanged(market.spec.market, Phase.HALTED, UNDERLYING_HALTED, None))
    elif does == "reduce_only" and not market.reducing_why and market.mark_nanos is not None:
        _only_reduce(state, market, UNDERLYING_HALTED)
    elif does == "call" and market.phase is Phase.CONTINUOUS:
        interrupt(state, market, None)


def go_on_with_underlying(state: State, market: Market) -> None:
    """The underlying's halt is over: end what it began here; a call ends by itself."""
    if market.reducing_why == UNDERLYING_HALTED:
        emit(state, ev.ReducingOnly(market.spec.market, ""))
    if market.phase is Phase.HALTED and market.phase_why == UNDERLYING_HALTED:
        resume(state, market, market.spec.reopen_call_ns)


def _only_reduce(state: State, market: Market, why: str) -> None:
    emit(state, ev.ReducingOnly(market.spec.market, why))
    cancel_growing(state, market, Cause.HALTED)


def _market(state: State, command: HaltMarket | ResumeMarket) -> Market | None:
    market = state.markets.get(command.market)
    if market is None:
        reject(state, command, Reason.UNKNOWN_MARKET)
    return market
