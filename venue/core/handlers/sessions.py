"""The underlying closes and opens: ordered effects, as the tables in docs/close-and-open.md say.

Close: (1) the session's terms hold: limits, bands, funding scale, (2) the last external price
becomes the anchor, internal pricing begins, and with it the liquidation throttle, (3) orders
that asked for it are cancelled, (4) orders outside the new band are cancelled. Sources that
fall silent close a market too, but for (1) and (3): ``prices.py``. Open: the terms hold at
once; the index resumes with the first print that its rule accepts, and the rest follows from
that (``prices.py``, ``reopen.py``).
"""

from msgspec.structs import replace

from venue.core import events as ev
from venue.core.apply import emit
from venue.core.calls import plan_call
from venue.core.commands import ChangeSession
from venue.core.forced import find_forced
from venue.core.handlers.halts import go_on_with_underlying, halt_with_underlying
from venue.core.handlers.plans import end_on_close
from venue.core.handlers.prices import begin_internal, cancel_outside_band
from venue.core.market import NO_SOURCE, Market
from venue.core.matching import cancel
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.rejects import Cause
from venue.core.source_units import names_now
from venue.core.state import State


def change_session(state: State, command: ChangeSession) -> None:
    """Take note of the underlying's session, by every name that it has been given since."""
    for name in names_now(state, command.underlying):
        _change(state, replace(command, underlying=name))


def _change(state: State, command: ChangeSession) -> None:
    """Let a close have its effects in order."""
    before, was_closure = _told(state, command.underlying)
    emit(
        state,
        ev.SessionChanged(
            command.underlying,
            command.session,
            command.closure,
            command.since_ns,
            command.next_change_ns,
            command.next_session,
        ),
    )
    closes = command.session is Session.NO_TRADING and before is not Session.NO_TRADING
    for _, market in sorted(state.markets.items()):
        if market.spec.underlying != command.underlying or market.phase is Phase.DELISTED:
            continue
        if closes:
            if market.pricing is Pricing.EXTERNAL:
                begin_internal(state, market, "calendar")
            _cancel_on_close(state, market)
            end_on_close(state, market.spec.market)
        cancel_outside_band(state, market)
        find_forced(state, market)
        plan_call(state, market)
        if command.closure is Closure.HALT and was_closure is not Closure.HALT:
            halt_with_underlying(state, market)
        elif was_closure is Closure.HALT and command.closure is not Closure.HALT:
            go_on_with_underlying(state, market)


def _told(state: State, underlying: str) -> tuple[Session, Closure]:
    source = state.sources.get(underlying, NO_SOURCE)
    return source.session, source.closure


def _cancel_on_close(state: State, market: Market) -> None:
    for order_id, order in sorted(state.orders.items()):
        if (
            order.in_book
            and order.market == market.spec.market
            and order.accepted.cancel_on_close
            and order_id in state.orders
        ):
            cancel(state, order, Cause.UNDERLYING_CLOSED)
