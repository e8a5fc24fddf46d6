"""Prices: prints come in, the index follows its rules, the mark follows at its own cadence."""

from typing import NamedTuple

from venue.core import events as ev
from venue.core.apply import emit, pack_memory
from venue.core.bounds import is_blocked, last_external_nanos
from venue.core.breaches import find_breaches, refresh_sweep
from venue.core.calls import begin_reopen_call
from venue.core.commands import Side, SubmitPrint
from venue.core.contract import base_of, contract_nanos, underlying_nanos
from venue.core.handlers.refusing import reject
from venue.core.handlers.triggers import fire_triggers
from venue.core.impact import impact_prices
from venue.core.interruption import holds_mark, move_bounds
from venue.core.liquidator_vault import keep_vault
from venue.core.market import NEW_FEED, Market
from venue.core.matching import cancel
from venue.core.phases import Phase, Pricing, Session
from venue.core.policies import (
    Action,
    BandInputs,
    ClampInputs,
    ClosedInputs,
    MarkInputs,
    Memory,
    OpenInputs,
    Print,
    ReopenInputs,
    Validity,
    Verdict,
)
from venue.core.pool_keeping import keep_pool
from venue.core.rejects import Cause, Reason
from venue.core.source_units import counted, hearers, is_in_question, is_near
from venue.core.state import State, source_of
from venue.core.units import E4, NANO_E9_PER_MICRO, clamp, div_half_even
from venue.core.vaults import check_vaults


class NextMark(NamedTuple):
    """The next mark before rounding, the memories of mark, clamp and band, and whether they held
    the candidate back."""

    mark_nanos: int
    memory: Memory
    clamp_memory: Memory
    band_memory: Memory
    is_held: bool


def submit_print(state: State, command: SubmitPrint) -> None:
    """Let the index rule of every market on this underlying judge a print."""
    markets = [*hearers(state, command.underlying)]
    if not markets:
        reject(state, command, Reason.UNKNOWN_MARKET)
        return
    for market in markets:
        if command.without_dividends and not market.is_driven:
            emit(state, ev.PrintsDriven(market.spec.market))
        _judge(state, market, counted(market, command))


def _judge(state: State, market: Market, arrived: Print) -> None:
    name = market.spec.market
    price_max = market.spec.limits.price_max_ticks * market.spec.units.tick_nanos
    is_positive = arrived.price_nanos > 0
    if arrived.source_time_ns < market.adjusted_ns:  # In the units, or with the dividend, of then.
        emit(state, _judged(name, arrived, Verdict.BEFORE_ADJUSTMENT, None))
        return
    if is_positive and is_in_question(market, arrived.source):
        if not is_near(market, arrived.price_nanos):
            emit(state, _judged(name, arrived, Verdict.NOT_SPLIT, None))
            return
        _find(state, market, arrived.source)
    if is_positive and contract_nanos(market, arrived.price_nanos) > price_max:
        emit(state, _judged(name, arrived, Verdict.ABOVE_PRICE_MAX, None))
        return
    if source_of(state, market).session is Session.NO_TRADING:
        _judge_closed(state, market, arrived)
        return
    before = market.index_memory
    answer, memory = market.rules.index_open.index(open_inputs(state, market, arrived), before)
    packed = None if not is_positive and memory == before else pack_memory(memory)
    emit(state, _judged(name, arrived, answer.verdict, packed))
    _tell_validity(state, market, answer.validity)
    # Only a print that the rule believes brings outside prices back: after a short halt a price
    # from before it may still be fresh.
    believed = market.pricing is Pricing.EXTERNAL or answer.verdict is Verdict.ACCEPTED
    if (
        answer.index_nanos is not None
        and believed
        and is_positive
        and not is_blocked(market, Action.INDEX)
    ):
        _tell_underlying(state, market, answer.index_nanos)
        publish_external(state, market, contract_nanos(market, answer.index_nanos))


def _find(state: State, market: Market, source: str) -> None:
    """A source prints in the market's units; one that needs telling otherwise stays in question.

    Where an operator has said so, it may still follow the split by itself, and is then held back.
    """
    feed = market.feeds.get(source, NEW_FEED)
    if feed.units_new == feed.units_old:
        emit(state, ev.SourceCounted(market.spec.market, source, True, 1, 1))


def _judge_closed(state: State, market: Market, arrived: Print) -> None:
    """A print while the underlying does not trade: for a closed rule that hears it, or nobody."""
    index_nanos, anchor_nanos = market.index_nanos, market.anchor_nanos
    hears = getattr(market.rules.index_closed, "hears", False)
    verdict = Verdict.NOT_TRADING
    if arrived.price_nanos <= 0:
        verdict = Verdict.NOT_POSITIVE
    elif hears and index_nanos is not None and anchor_nanos is not None:
        verdict = Verdict.HEARD_WHILE_CLOSED
    emit(state, _judged(market.spec.market, arrived, verdict, None))
    if verdict is Verdict.HEARD_WHILE_CLOSED:
        assert index_nanos is not None, "asked above"
        assert anchor_nanos is not None, "asked above"
        heard = arrived._replace(price_nanos=contract_nanos(market, arrived.price_nanos))
        _move_closed(state, market, index_nanos, anchor_nanos, heard)


def _tell_validity(state: State, market: Market, validity: Validity) -> None:
    if validity is not market.validity:
        emit(state, ev.ValidityChanged(market.spec.market, validity))


def _tell_underlying(state: State, market: Market, price_nanos: int) -> None:
    """Where the contract is on a power, keep the price that its next index comes from."""
    if market.rules.contract.is_linear or price_nanos == market.underlying_nanos:
        return
    base_nanos = base_of(market, price_nanos)
    emit(state, ev.UnderlyingPriced(market.spec.market, price_nanos, base_nanos))


def _judged(market: str, arrived: Print, verdict: Verdict, memory: bytes | None) -> ev.PrintJudged:
    return ev.PrintJudged(
        market, arrived.source, arrived.price_nanos, arrived.source_time_ns, verdict, memory
    )


def open_inputs(state: State, market: Market, arrived: Print | None) -> OpenInputs:
    """Gather what the open index rule sees."""
    source = source_of(state, market)
    index_nanos = market.index_nanos if market.outside_nanos is None else market.outside_nanos
    return OpenInputs(
        state.now_ns,
        arrived,
        None if index_nanos is None else underlying_nanos(market, index_nanos),
        market.pricing,
        market.pricing_since_ns,
        source.session,
        source.closure,
        source.since_ns,
    )


def publish_external(
    state: State, market: Market, index_nanos: int, open_memory: bytes | None = None
) -> None:
    """Publish an index from outside, by the reopen rule while it comes back; begin the call."""
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
    if was_internal or market.reopen_since_ns is not None:
        index_nanos = _reopened(state, market, index_nanos)
    if was_internal or index_nanos != market.index_nanos or open_memory is not None:
        emit(state, ev.IndexUpdated(name, index_nanos, Pricing.EXTERNAL, None, open_memory))
    if was_internal:
        begin_reopen_call(state, market, internal_since_ns)


def _reopened(state: State, market: Market, outside_nanos: int) -> int:
    """Ask the reopen rule how far the index is on its way back to outside prices."""
    begun_ns = market.reopen_since_ns
    if market.index_nanos is None:
        return outside_nanos
    answer = market.rules.reopen.index(
        ReopenInputs(
            state.now_ns,
            state.now_ns if begun_ns is None else begun_ns,
            state.now_ns - market.index_at_ns,
            outside_nanos,
            market.index_nanos,
            market.uncross_nanos,
            market.phase,
            source_of(state, market).session,
        )
    )
    since_ns = None
    if not answer.is_done:
        since_ns = state.now_ns if begun_ns is None else begun_ns
    if since_ns != begun_ns or (since_ns is not None and outside_nanos != market.outside_nanos):
        emit(state, ev.ReopenChanged(market.spec.market, since_ns, outside_nanos))
    return max(1, answer.index_nanos)


def begin_internal(state: State, market: Market, why: str) -> None:
    """The outside price is gone: anchor the last one, and price from our own book."""
    emit(
        state,
        ev.PricingChanged(
            market.spec.market,
            Pricing.INTERNAL,
            state.now_ns,
            last_external_nanos(market) or market.index_nanos or 0,
            market.index_at_ns,
            why,
        ),
    )


def cancel_outside_band(state: State, market: Market) -> None:
    """Cancel bids above and asks below the band, and what lies past its far side, best first."""
    band = market.band_ticks
    if band is None:
        return
    low, high, low_for_buys, high_for_sells = band
    gone = [
        order
        for order in market.book.resting(Side.BUY)
        if not low_for_buys <= order.limit_ticks <= high
    ]
    gone += [
        order
        for order in market.book.resting(Side.SELL)
        if not low <= order.limit_ticks <= high_for_sells
    ]
    for order in gone:
        cancel(state, order, Cause.OUTSIDE_BAND)


def update_mark(state: State, market: Market) -> None:
    """The mark timer: index, then mark, then triggers and whoever is below maintenance."""
    _update_index(state, market)
    if market.index_nanos is None:
        emit(state, ev.MarkSkipped(market.spec.market, state.now_ns))
        return
    refresh_sweep(state)
    next_mark = _next_mark(state, market, market.index_nanos)
    if not holds_mark(state, market, next_mark.mark_nanos):
        _publish_mark(state, market, next_mark)
    if state.vaults:
        check_vaults(state, market)


def mark_at_uncross(state: State, market: Market, uncross_nanos: int) -> None:
    """Let the uncross price be the mark's next candidate, held back by clamp and band."""
    assert market.index_nanos is not None, "a call has an index"
    refresh_sweep(state)
    since = state.now_ns - market.mark_at_ns
    memory = market.mark_memory
    next_mark = _held_back(state, market, market.index_nanos, uncross_nanos, memory, since)
    _publish_mark(state, market, next_mark)


def _publish_mark(state: State, market: Market, next_mark: NextMark) -> None:
    """Publish a mark; see who is below maintenance, where the bounds are, which triggers fire."""
    name = market.spec.market
    units = market.spec.units
    mark_nanos, memory, clamp_memory, band_memory, is_held = next_mark
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
            None if band_memory == market.band_memory else pack_memory(band_memory),
            is_held,
        ),
    )
    if first:
        state.sweep.list_market(name, market.tiers, mark_micros)
        emit(state, ev.PhaseChanged(name, Phase.CONTINUOUS, "first_mark", None))
    find_breaches(state, market)
    if market.phase is Phase.CONTINUOUS:
        move_bounds(state, market)
        fire_triggers(state, market)
    if market.pool is not None:
        keep_pool(state, market)
    elif state.vault_pool is not None:
        keep_vault(state)


def _update_index(state: State, market: Market) -> None:
    """Ask the open rule whether its sources still speak; else let the closed rule move."""
    if source_of(state, market).session is not Session.NO_TRADING:
        before = market.index_memory
        answer, memory = market.rules.index_open.index(open_inputs(state, market, None), before)
        packed = None if memory == before else pack_memory(memory)
        _tell_validity(state, market, answer.validity)
        if market.pricing is Pricing.EXTERNAL:
            if answer.index_nanos is not None:
                _tell_underlying(state, market, answer.index_nanos)
                index_nanos = contract_nanos(market, answer.index_nanos)
                if is_blocked(market, Action.INDEX) and market.index_nanos is not None:
                    index_nanos = market.index_nanos
                publish_external(state, market, index_nanos, packed)
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


def _move_closed(
    state: State,
    market: Market,
    index_nanos: int,
    anchor_nanos: int,
    arrived: Print | None = None,
) -> None:
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
            market.tiers.leverage_max,
            arrived,
        ),
        market.closed_memory,
    )
    packed = None if memory == market.closed_memory else pack_memory(memory)
    emit(
        state,
        ev.IndexUpdated(market.spec.market, max(1, price), Pricing.INTERNAL, packed, None),
    )


def _next_mark(state: State, market: Market, index_nanos: int) -> NextMark:
    """Ask the mark rule for a candidate, and clamp and band how far it may come."""
    since = state.now_ns - market.mark_at_ns if market.mark_at_ns else market.spec.mark_interval_ns
    candidate, memory = market.rules.mark.mark(
        _mark_inputs(state, market, index_nanos, since), market.mark_memory
    )
    return _held_back(state, market, index_nanos, candidate, memory, since)


def _held_back(
    state: State, market: Market, index_nanos: int, candidate: int, memory: Memory, since: int
) -> NextMark:
    rules = market.rules
    external_nanos = last_external_nanos(market)
    leverage_max = market.tiers.leverage_max
    clamped, clamp_memory = rules.clamp.clamp(
        ClampInputs(
            state.now_ns,
            since,
            candidate,
            market.mark_nanos,
            index_nanos,
            external_nanos,
            leverage_max,
            market.pricing,
        ),
        market.clamp_memory,
    )
    mark_nanos, band_memory = rules.band.band(
        BandInputs(
            state.now_ns,
            since,
            clamped,
            market.mark_nanos,
            index_nanos,
            external_nanos,
            leverage_max,
            market.pricing,
        ),
        market.band_memory,
    )
    within_e4 = market.mark_within_e4
    if within_e4 is not None:
        low, high = index_nanos * (E4 - within_e4) // E4, index_nanos * (E4 + within_e4) // E4
        mark_nanos = clamp(mark_nanos, low=low, high=high)
    is_held = mark_nanos != candidate
    return NextMark(mark_nanos, memory, clamp_memory, band_memory, is_held)


def _mark_inputs(state: State, market: Market, index_nanos: int, since_ns: int) -> MarkInputs:
    """Gather what the mark rule sees; impact prices only where it names a notional."""
    spec = market.spec
    tick_nanos = spec.units.tick_nanos
    bid = ask = impact_bid = impact_ask = None
    if market.phase in (Phase.CONTINUOUS, Phase.LISTED):
        bid, ask = market.book.bids.best_ticks(), market.book.asks.best_ticks()
        impact_micros = getattr(market.rules.mark, "impact_micros", 0)
        if impact_micros:
            impact_bid, impact_ask = impact_prices(market, impact_micros)
    traded_lots = market.traded_lots - market.tape_from_lots
    traded_nanos = None
    if traded_lots:
        traded_nanos = div_half_even(
            market.tape_micros * NANO_E9_PER_MICRO, traded_lots * spec.units.lot_e9
        )
    return MarkInputs(
        state.now_ns,
        since_ns,
        index_nanos,
        market.mark_nanos,
        None if bid is None else bid * tick_nanos,
        None if ask is None else ask * tick_nanos,
        None if market.last_ticks is None else market.last_ticks * tick_nanos,
        source_of(state, market).session,
        market.pricing,
        market.last_at_ns,
        traded_nanos,
        traded_lots,
        impact_bid,
        impact_ask,
        last_external_nanos(market),
        market.heard_at_ns,
        market.last_rate_e12,
        spec.funding_interval_ns,
        market.next_funding_ns - state.now_ns,
    )
