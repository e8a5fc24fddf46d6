"""How the contract test asks each kind of rule: inputs, mirror images, small nudges, answers."""

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from venue.core.phases import Closure, Pricing, Session
from venue.core.policies import TermsInputs
from venue.core.units import E9, NS_PER_HOUR, NS_PER_SECOND
from venue.rules import examples

Rule = Any  # A rule of any kind; the drivers know which questions to ask.
Inputs = Any

# Prices are drawn about $250, far enough from zero that their mirror images are prices too.
CENTRE = 250 * E9
PRICES = st.integers(50 * E9, 450 * E9) | st.integers(CENTRE - 3 * E9, CENTRE + 3 * E9)
MAYBE = st.none() | PRICES
WAITS = st.sampled_from([3 * NS_PER_SECOND, NS_PER_SECOND, 20 * NS_PER_SECOND, NS_PER_HOUR])


class Driver(NamedTuple):
    """``answers`` runs a sequence of inputs and returns every answer and memory on the way.

    ``mirror`` reflects inputs about the centre; ``image`` says what an answer must then become.
    ``same`` is one input whose prices are all the centre. Where a kind has none, it is ``None``.
    """

    inputs: st.SearchStrategy[Inputs]
    answers: Callable[[Rule, list[Inputs]], list[tuple[Any, Any]]]
    mirror: Callable[[Inputs], Inputs] | None = None
    image: Callable[[Any], Any] | None = None
    same: Inputs = None
    prices: tuple[str, ...] = ()


def reflected(price_nanos: int | None) -> int | None:
    """Return a price mirrored about the centre."""
    return None if price_nanos is None else 2 * CENTRE - price_nanos


def _stepped(ask: Callable[[Rule, Inputs, Any], tuple[Any, Any]]) -> Any:
    def answers(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
        memory = rule.initial()
        told = []
        for seen in inputs:
            answer, memory = ask(rule, seen, memory)
            told.append((answer, memory))
        return told

    return answers


def _once(*questions: str) -> Any:
    def answers(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
        return [
            (tuple(getattr(rule, question)(seen) for question in questions), None)
            for seen in inputs
        ]

    return answers


def _open_index(rule: Rule, seen: Inputs, memory: Any) -> tuple[Any, Any]:
    answer, memory = rule.index(seen, memory)
    return answer.index_nanos, memory


OPEN = Driver(
    inputs=st.builds(
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
        st.integers(0, 300),
        st.sampled_from("abc"),
        st.sampled_from([Session.REGULAR, Session.PRE_MARKET]),
    ),
    answers=_stepped(_open_index),
    mirror=lambda seen: seen._replace(
        arrived=seen.arrived._replace(price_nanos=reflected(seen.arrived.price_nanos))
    ),
    image=reflected,
    same=examples.OPEN,
    prices=("arrived.price_nanos",),
)


def _closed_answers(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
    memory, index = rule.initial(), CENTRE
    told = []
    for seen in inputs:
        index, memory = rule.index(seen._replace(previous_index_nanos=index), memory)
        told.append((index, memory))
    return told


def _book_reflected(seen: Inputs) -> Inputs:
    return seen._replace(
        impact_bid_nanos=reflected(seen.impact_ask_nanos),
        impact_ask_nanos=reflected(seen.impact_bid_nanos),
    )


CLOSED = Driver(
    inputs=st.builds(
        lambda bid, ask, wait: examples.CLOSED._replace(
            impact_bid_nanos=bid, impact_ask_nanos=ask, since_update_ns=wait
        ),
        MAYBE,
        MAYBE,
        WAITS,
    ),
    answers=_closed_answers,
    mirror=_book_reflected,
    image=reflected,
    same=examples.CLOSED._replace(impact_bid_nanos=CENTRE, impact_ask_nanos=CENTRE),
    prices=("impact_bid_nanos", "impact_ask_nanos"),
)


def _mark_inputs(index: int, one: int, two: int, last: int | None, gone: str, wait: int) -> Inputs:
    return examples.MARK._replace(
        index_nanos=index,
        best_bid_nanos=None if gone in ("bid", "both") else min(one, two),
        best_ask_nanos=None if gone in ("ask", "both") else max(one, two),
        last_nanos=last,
        since_update_ns=wait,
    )


MARK = Driver(
    inputs=st.builds(
        _mark_inputs,
        PRICES,
        PRICES,
        PRICES,
        MAYBE,
        st.sampled_from(["", "", "", "bid", "ask", "both"]),
        WAITS,
    ),
    answers=_stepped(lambda rule, seen, memory: rule.mark(seen, memory)),
    mirror=lambda seen: seen._replace(
        index_nanos=reflected(seen.index_nanos),
        best_bid_nanos=reflected(seen.best_ask_nanos),
        best_ask_nanos=reflected(seen.best_bid_nanos),
        last_nanos=reflected(seen.last_nanos),
    ),
    image=reflected,
    same=examples.MARK._replace(best_bid_nanos=CENTRE, best_ask_nanos=CENTRE),
    prices=("index_nanos", "best_bid_nanos", "best_ask_nanos", "last_nanos"),
)

CLAMP = Driver(
    inputs=st.builds(lambda price: examples.CLAMP._replace(candidate_nanos=price), PRICES),
    answers=_stepped(lambda rule, seen, memory: rule.clamp(seen, memory)),
    mirror=lambda seen: seen._replace(candidate_nanos=reflected(seen.candidate_nanos)),
    image=reflected,
    same=examples.CLAMP,
    prices=("candidate_nanos", "previous_mark_nanos"),
)


def _funding(rule: Rule, seen: Inputs, memory: Any) -> tuple[Any, Any]:
    memory = rule.sample(seen, memory)
    answer, _ = rule.settle(examples.SETTLE, memory)
    return (answer.rate_e12, answer.premium_e12), memory


FUNDING = Driver(
    inputs=st.builds(
        lambda bid, ask: examples.SAMPLE._replace(impact_bid_nanos=bid, impact_ask_nanos=ask),
        MAYBE,
        MAYBE,
    ),
    answers=_stepped(_funding),
    mirror=_book_reflected,
    image=lambda answer: (-answer[0], -answer[1]),
    same=examples.SAMPLE._replace(impact_bid_nanos=CENTRE, impact_ask_nanos=CENTRE),
    prices=("impact_bid_nanos", "impact_ask_nanos"),
)

TERMS = Driver(
    inputs=st.builds(
        TermsInputs, st.sampled_from(Session), st.sampled_from(Closure), st.sampled_from(Pricing)
    ),
    answers=_once("terms"),
)

CLOSEOUT = Driver(
    inputs=st.builds(
        lambda lots, side, bankruptcy, notional, attempts: examples.CLOSEOUT._replace(
            size_lots=lots * side,
            bankruptcy_nanos=bankruptcy,
            notional_micros=notional,
            attempts=attempts,
        ),
        st.integers(1, 10**9),
        st.sampled_from([1, -1]),
        PRICES,
        st.integers(1, 10**13),
        st.integers(0, 3),
    ),
    answers=_once("closeout"),
    mirror=lambda seen: seen._replace(
        size_lots=-seen.size_lots, bankruptcy_nanos=reflected(seen.bankruptcy_nanos)
    ),
    image=lambda answer: (answer[0]._replace(limit_nanos=reflected(answer[0].limit_nanos)),),
)


def _backstop(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
    return [
        ((rule.due(account), rule.takes_over(account), rule.unwind(held)), None)
        for account, held in inputs
    ]


BACKSTOP = Driver(
    inputs=st.tuples(
        st.builds(
            lambda equity, maintenance, fund: examples.BACKSTOP._replace(
                equity_micros=equity, maintenance_micros=maintenance, fund_equity_micros=fund
            ),
            st.integers(-(10**12), 10**12),
            st.integers(0, 10**12),
            st.integers(-(10**12), 10**13),
        ),
        st.builds(
            lambda lots, lot_micros: examples.UNWIND._replace(
                size_lots=lots, lot_notional_micros=lot_micros
            ),
            st.integers(-(10**9), 10**9).filter(bool),
            st.integers(1, 10**9),
        ),
    ),
    answers=_backstop,
    mirror=lambda pair: (pair[0], pair[1]._replace(size_lots=-pair[1].size_lots)),
    image=lambda answer: (
        *answer[:2],
        answer[2]._replace(limit_nanos=reflected(answer[2].limit_nanos)),
    ),
)


def _adl_reflected(seen: Inputs) -> Inputs:
    # A long at 200 marked 250 has gained what a short at 250 marked 200 has.
    entry_price = abs(seen.entry_micros // seen.size_lots)
    return seen._replace(
        size_lots=-seen.size_lots,
        entry_micros=-seen.size_lots * seen.mark_micros,
        mark_micros=entry_price,
    )


ADL = Driver(
    inputs=st.builds(
        lambda lots, side, entry, mark, equity, notional: examples.ADL._replace(
            size_lots=lots * side,
            entry_micros=lots * side * entry,
            mark_micros=mark,
            equity_micros=equity,
            notional_micros=notional,
        ),
        st.integers(1, 10**9),
        st.sampled_from([1, -1]),
        st.integers(1, 10**7),
        st.integers(1, 10**7),
        st.integers(-(10**9), 10**13),
        st.integers(1, 10**13),
    ),
    answers=_once("rank_e12"),
    mirror=_adl_reflected,
    image=lambda answer: answer,
)

DRIVERS: dict[str, Driver] = {
    "index_open": OPEN,
    "index_closed": CLOSED,
    "mark": MARK,
    "clamp": CLAMP,
    "funding": FUNDING,
    "terms": TERMS,
    "closeout": CLOSEOUT,
    "backstop": BACKSTOP,
    "adl": ADL,
}
