"""How rules of the index and what leans on it are asked."""

from typing import Any

from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.policies import ActionsInputs, Validity
from venue.core.units import NS_PER_SECOND
from venue.rules import examples
from venue.rules.trials.draw import builds, maybe, one_of, whole
from venue.rules.trials.driver import (
    CENTRE,
    MAYBE,
    PRICES,
    WAITS,
    Driver,
    Inputs,
    Rule,
    once,
    reflected,
    stepped,
)


def _open_index(rule: Rule, seen: Inputs, memory: Any) -> tuple[Any, Any]:
    answer, memory = rule.index(seen, memory)
    return answer.index_nanos, memory


OPEN = Driver(
    inputs=builds(
        lambda price, second, source, session: examples.OPEN._replace(
            now_ns=examples.NOW_NS + second * NS_PER_SECOND,
            arrived=examples.PRINT._replace(
                source=source,
                price_nanos=price,
                source_time_ns=examples.NOW_NS + second * NS_PER_SECOND,
                received_ns=examples.NOW_NS + second * NS_PER_SECOND,
            ),
            session=session,
        ),
        PRICES,
        whole(0, 300),
        one_of(["a", "b", "c", "future:M5"]),
        one_of([Session.REGULAR, Session.PRE_MARKET]),
    ),
    answers=stepped(_open_index),
    mirror=lambda seen: seen._replace(
        arrived=seen.arrived._replace(price_nanos=reflected(seen.arrived.price_nanos))
    ),
    image=reflected,
    same=examples.OPEN,
    prices=("arrived.price_nanos",),
)


def _closed_answers(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
    memory, index, now_ns = rule.initial(), CENTRE, examples.NOW_NS
    told = []
    for seen in inputs:
        now_ns += seen.since_update_ns
        arrived = seen.arrived
        if arrived is not None:
            arrived = arrived._replace(source_time_ns=now_ns)
        asked = seen._replace(previous_index_nanos=index, now_ns=now_ns, arrived=arrived)
        index, memory = rule.index(asked, memory)
        told.append((index, memory))
    return told


def _book_reflected(seen: Inputs) -> Inputs:
    return seen._replace(
        impact_bid_nanos=reflected(seen.impact_ask_nanos),
        impact_ask_nanos=reflected(seen.impact_bid_nanos),
    )


def _closed_reflected(seen: Inputs) -> Inputs:
    seen = _book_reflected(seen)._replace(mark_nanos=reflected(seen.mark_nanos))
    if seen.arrived is None:
        return seen
    price_nanos = 2 * CENTRE - seen.arrived.price_nanos
    return seen._replace(arrived=seen.arrived._replace(price_nanos=price_nanos))


CLOSED = Driver(
    inputs=builds(
        lambda bid, ask, mark, heard, closure, wait: examples.CLOSED._replace(
            impact_bid_nanos=bid,
            impact_ask_nanos=ask,
            mark_nanos=mark,
            arrived=None
            if heard is None
            else examples.PRINT._replace(source="night", price_nanos=heard),
            closure=closure,
            since_update_ns=wait,
        ),
        MAYBE,
        MAYBE,
        PRICES,
        MAYBE,
        one_of([Closure.WEEKEND, Closure.OVERNIGHT]),
        WAITS,
    ),
    answers=_closed_answers,
    mirror=_closed_reflected,
    image=reflected,
    same=examples.CLOSED._replace(
        impact_bid_nanos=CENTRE,
        impact_ask_nanos=CENTRE,
        arrived=examples.PRINT._replace(source="night"),
    ),
    prices=("impact_bid_nanos", "impact_ask_nanos", "mark_nanos"),
)


def _reopened(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
    index = CENTRE
    told = []
    for seen in inputs:
        answer = rule.index(seen._replace(previous_index_nanos=index))
        index = answer.index_nanos
        told.append((index, None))
    return told


REOPEN = Driver(
    inputs=builds(
        lambda price, uncross, wait, phase, session: examples.REOPEN._replace(
            outside_nanos=price,
            uncross_nanos=uncross,
            since_update_ns=wait,
            phase=phase,
            session=session,
        ),
        PRICES,
        MAYBE,
        WAITS,
        one_of([Phase.AUCTION, Phase.CONTINUOUS]),
        one_of([Session.REGULAR, Session.PRE_MARKET]),
    ),
    answers=_reopened,
    mirror=lambda seen: seen._replace(
        outside_nanos=reflected(seen.outside_nanos), uncross_nanos=reflected(seen.uncross_nanos)
    ),
    image=reflected,
    same=examples.REOPEN,
    prices=("outside_nanos", "uncross_nanos"),
)

CONTRACT = Driver(
    inputs=builds(lambda price: examples.CONTRACT._replace(underlying_nanos=price), PRICES),
    answers=lambda rule, inputs: [(rule.contract(seen), None) for seen in inputs],
    mirror=lambda seen: seen._replace(underlying_nanos=reflected(seen.underlying_nanos)),
    image=reflected,
    prices=("underlying_nanos",),
)

ACTIONS = Driver(
    inputs=builds(
        ActionsInputs,
        one_of(Validity),
        one_of(Pricing),
        one_of(Session),
        one_of(Closure),
        maybe(whole(1, 10**13)),
        maybe(whole(1, 10**13)),
        maybe(whole(1, 10**13)),
    ),
    answers=once("blocked"),
)
