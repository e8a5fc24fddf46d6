"""Prices: prints come in, the index follows its rules, the mark follows at its own cadence."""

from venue.core import events as ev
from venue.core.apply import emit, pack_memory
from venue.core.breaches import find_breaches, refresh_sweep
from venue.core.commands import Side, SubmitPrint
from venue.core.handlers.refusing import reject
from venue.core.handlers.reopen import begin_reopen_call
from venue.core.handlers.triggers import fire_triggers
from venue.core.impact import impact_prices
from venue.core.matching import cancel
from venue.core.phases import Phase, Pricing, Session
from venue.core.policies import (
    ClampInputs,
    ClosedInputs,
    MarkInputs,
    OpenInputs,
    Print,
    Verdict,
)
from venue.core.rejects import Cause, Reason
from venue.core.state import Market, State, last_external_nanos, source_of


def submit_print(state: State, command: SubmitPrint) -> None:
    """Let the index rule of every market on this underlying judge a print."""
    markets = [
        market for market in state.markets.values() if market.spec.underlying == command.underlying
    ]
    if not markets:
        reject(state, command, Reason.UNKNOWN_MARKET)
        return
    arrived = Print(
        command.source,
        command.price_nanos,
        command.source_time_ns,
        command.received_ns,
        command.cadence_ns,
    )
    for market in markets:
        _judge(state, market, arrived)


def _judge(state: State, market: Market, arrived: Print) -> None:
    name = market.spec.market
    verdict = None
    price_max = market.spec.limits.price_max_ticks * market.spec.units.tick_nanos
    if not 0 < arrived.price_nanos <= price_max:
        verdict = Verdict.NOT_POSITIVE if arrived.price_nanos <= 0 else Verdict.ABOVE_PRICE_MAX
    elif source_of(state, market).session is Session.NO_TRADING:
        verdict = Verdict.NOT_TRADING
    if verdict is not None:
        emit(state, _judged(name, arrived, verdict, None))
        return
    answer, memory = market.rules.index_open.index(
        open_inputs(state, market, arrived), market.index_memory
    )
    emit(state, _judged(name, arrived, answer.verdict, pack_memory(memory)))
    # Only a print that the rule believes brings outside prices back: after a short halt a price
    # from before it may still be fresh.
    believed = market.pricing is Pricing.EXTERNAL or answer.verdict is Verdict.ACCEPTED
    if answer.index_nanos is not None and believed:
        publish_external(state, market, answer.index_nanos)


def _judged(market: str, arrived: Print, verdict: Verdict, memory: bytes | None) -> ev.PrintJudged:
    return ev.PrintJudged(
        market, arrived.source, arrived.price_nanos, arrived.source_time_ns, verdict, memory
    )


def open_inputs(state: State, market: Market, arrived: Print | None) -> OpenInputs:
    """Gather what the open index rule sees."""
    source = source_of(state, market)
    return OpenInputs(
        state.now_ns,
        arrived,
        market.index_nanos,
        market.pricing,
        market.pricing_since_ns,
        source.session,
        source.closure,
        source.since_ns,
    )


def publish_external(
    state: State, market: Market, index_nanos: int, open_memory: bytes | None = None
) -> None:
    """Publish an index from outside; after long internal pricing, begin the reopen call."""
    name = market.spec.market
    was_internal = market.pricing is Pricing.INTERNAL
    internal_since_ns = market.pricing_since_ns
    if was_internal:
        emit(
            state,
            ev.PricingChanged(
                name, Pricing.EXTERNAL, state.now_ns, index_nanos, state.now_ns, "print"
            ),
        )
    if was_internal or index_nanos != market.index_nanos or open_memory is not None:
        emit(state, ev.IndexUpdated(name, index_nanos, Pricing.EXTERNAL, None, open_memory))
    if was_internal:
        begin_reopen_call(state, market, internal_since_ns)


def begin_internal(state: State, market: Market, why: str) -> None:
    """The outside price is gone: anchor the last one, and price from our own book."""
    emit(
        state,
        ev.PricingChanged(
            market.spec.market,
            Pricing.INTERNAL,
            state.now_ns,
            market.index_nanos or 0,
            market.index_at_ns,
            why,
        ),
    )


def cancel_outside_band(state: State, market: Market) -> None:
    """Cancel bids above and asks below the band, the best first."""
    band = market.band_ticks
    if band is None:
        return
    low, high = band
    gone = [order for order in market.book.resting(Side.BUY) if order.limit_ticks > high]
    gone += [order for order in market.book.resting(Side.SELL) if order.limit_ticks < low]
    for order in gone:
        cancel(state, order, Cause.OUTSIDE_BAND)


def update_mark(state: State, market: Market) -> None:
    """The mark timer: index, then mark, then triggers and whoever is below maintenance."""
    _update_index(state, market)
    name = market.spec.market
    if market.index_nanos is None:
        emit(state, ev.MarkSkipped(name, state.now_ns))
        return
    refresh_sweep(state)
    units = market.spec.units
    mark_nanos, memory, clamp_memory = _next_mark(state, market, market.index_nanos)
    price_max = market.spec.limits.price_max_ticks * units.tick_nanos
    mark_micros = max(1, units.micros_per_lot(min(mark_nanos, price_max)))
    first = market.mark_nanos is None
    emit(
        state,
        ev.MarkUpdated(
            name,
            state.now_ns,
            units.nanos(mark_micros),
            mark_micros,
            pack_memory(memory),
            pack_memory(clamp_memory),
        ),
    )
    if first:
        state.sweep.list_market(name, market.tiers, mark_micros)
        emit(state, ev.PhaseChanged(name, Phase.CONTINUOUS, "first_mark", None))
    find_breaches(state, market)
    if market.phase is Phase.CONTINUOUS:
        fire_triggers(state, market)


def _update_index(state: State, market: Market) -> None:
    """Ask the open rule whether its sources still speak; else let the closed rule move."""
    if source_of(state, market).session is not Session.NO_TRADING:
        before = market.index_memory
        answer, memory = market.rules.index_open.index(open_inputs(state, market, None), before)
        packed = None if memory == before else pack_memory(memory)
        if market.pricing is Pricing.EXTERNAL:
            if answer.index_nanos is not None:
                publish_external(state, market, answer.index_nanos, packed)
                return
            begin_internal(state, market, "source_silence")
            cancel_outside_band(state, market)
        if packed is not None and market.index_nanos is not None:
            emit(
                state,
                ev.IndexUpdated(
                    market.spec.market, market.index_nanos, Pricing.INTERNAL, None, packed
                ),
            )
    elif market.pricing is Pricing.EXTERNAL:
        begin_internal(state, market, "calendar")
    if market.index_nanos is not None and market.anchor_nanos is not None:
        _move_closed(state, market, market.index_nanos, market.anchor_nanos)


def _move_closed(state: State, market: Market, index_nanos: int, anchor_nanos: int) -> None:
    rule = market.rules.index_closed
    source = source_of(state, market)
    bid = ask = None
    if market.phase is Phase.CONTINUOUS:
        bid, ask = impact_prices(market, rule.impact_micros)
    price, memory = rule.index(
        ClosedInputs(
            state.now_ns,
            state.now_ns - max(market.index_at_ns, market.pricing_since_ns),
            index_nanos,
            anchor_nanos,
            market.anchor_ns,
            bid,
            ask,
            market.mark_nanos,
            source.session,
            source.closure,
        ),
        market.closed_memory,
    )
    emit(
        state,
        ev.IndexUpdated(
            market.spec.market, max(1, price), Pricing.INTERNAL, pack_memory(memory), None
        ),
    )


def _next_mark(state: State, market: Market, index_nanos: int) -> tuple[int, object, object]:
    """Return the next mark before rounding, and the memories of mark and clamp rules."""
    tick_nanos = market.spec.units.tick_nanos
    bid = ask = None
    if market.phase in (Phase.CONTINUOUS, Phase.LISTED):
        bid, ask = market.book.bids.best_ticks(), market.book.asks.best_ticks()
    since = state.now_ns - market.mark_at_ns if market.mark_at_ns else market.spec.mark_interval_ns
    candidate, memory = market.rules.mark.mark(
        MarkInputs(
            state.now_ns,
            since,
            index_nanos,
            market.mark_nanos,
            None if bid is None else bid * tick_nanos,
            None if ask is None else ask * tick_nanos,
            None if market.last_ticks is None else market.last_ticks * tick_nanos,
            source_of(state, market).session,
            market.pricing,
        ),
        market.mark_memory,
    )
    mark_nanos, clamp_memory = market.rules.clamp.clamp(
        ClampInputs(
            state.now_ns,
            since,
            candidate,
            market.mark_nanos,
            index_nanos,
            last_external_nanos(market),
            market.tiers.leverage_max,
            market.pricing,
        ),
        market.clamp_memory,
    )
    return mark_nanos, memory, clamp_memory
