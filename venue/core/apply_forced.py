"""What events of forced closes do to the state: records that begin, wait and end."""

from msgspec.structs import replace

from venue.core import events as ev
from venue.core.deferrals import ForcedClose
from venue.core.state import State
from venue.core.timers import Timer


def forced_closes_found(state: State, event: ev.ForcedClosesFound) -> None:
    for account, leverage_e4 in event.positions:
        state.forced[account, event.market] = ForcedClose(
            account, event.market, event.at_ns, event.at_ns, leverage_e4, event.leverage_max
        )
    _go_on(state, event.market, event.at_ns)


def forced_close_deferred(state: State, event: ev.ForcedCloseDeferred) -> None:
    key = (event.account, event.market)
    closed = state.forced[key]
    state.forced[key] = replace(closed, until_ns=event.until_ns, attempts=closed.attempts + 1)


def forced_close_ended(state: State, event: ev.ForcedCloseEnded) -> None:
    del state.forced[event.account, event.market]


def forced_closes_worked(state: State, event: ev.ForcedClosesWorked) -> None:
    _go_on(state, event.market, event.next_ns)


def _go_on(state: State, market: str, next_ns: int | None) -> None:
    state.markets[market].next_forced_ns = next_ns
    if next_ns is not None:
        state.timers.set(next_ns, Timer.FORCE_CLOSE, (market,))
