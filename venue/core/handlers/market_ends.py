"""A market ends: every order goes, every position is closed at one price, and nothing is left."""

from venue.core import events as ev
from venue.core.apply import emit, pack_memory
from venue.core.breaches import refresh_sweep
from venue.core.market import Market
from venue.core.phases import NEXT_PHASES, Phase
from venue.core.rejects import Cause
from venue.core.resweeping import resweep
from venue.core.settlement import cancel_everything, settle_positions
from venue.core.state import State


def end_market(state: State, market: Market, price_nanos: int | None, why: str) -> None:
    """Close every position at a price of one unit, cancel every order, and end the market.

    ``None``: there never was a price, and so no position.
    """
    name, units = market.spec.market, market.spec.units
    cancel_everything(state, market, Cause.DELISTED)
    if Phase.HALTED in NEXT_PHASES[market.phase]:
        emit(state, ev.PhaseChanged(name, Phase.HALTED, why, None))
    if price_nanos is not None and market.mark_nanos is not None:
        refresh_sweep(state)
        price_max = market.spec.limits.price_max_ticks * units.tick_nanos
        mark_micros = max(1, units.micros_per_lot(min(price_nanos, price_max)))
        emit(
            state,
            ev.MarkUpdated(
                name,
                state.now_ns,
                units.nanos(mark_micros),
                mark_micros,
                pack_memory(market.mark_memory),
                pack_memory(market.clamp_memory),
                None,
                True,
            ),
        )
        settle_positions(state, market)
    for announced in market.actions:
        emit(state, ev.ActionWithdrawn(name, announced.action_id, "delisted"))
    if market.reducing_why:
        emit(state, ev.ReducingOnly(name, ""))
    emit(state, ev.PhaseChanged(name, Phase.DELISTED, why, None))
    resweep(state)
