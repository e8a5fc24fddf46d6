"""How the contract test asks each kind of rule: inputs, mirror images, small nudges, answers."""

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st

from venue.core.listing import Tier
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.policies import (
    ActionsInputs,
    CrowdInputs,
    DutyInputs,
    PauseInputs,
    TermsInputs,
    Validity,
)
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


def _in_time(ask: Callable[[Rule, Inputs, Any], tuple[Any, Any]], *ages: str) -> Any:
    """As ``_stepped``, while time goes on by what each input waited; ``ages`` go with it."""
    answers = _stepped(ask)

    def in_time(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
        now, timed = examples.NOW_NS, []
        for seen in inputs:
            now += seen.since_update_ns
            moved = {name: getattr(seen, name) + now - examples.NOW_NS for name in ages}
            timed.append(seen._replace(now_ns=now, **moved))
        told: list[tuple[Any, Any]] = answers(rule, timed)
        return told

    return in_time


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
        st.sampled_from(["a", "b", "c", "future:M5"]),
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
    inputs=st.builds(
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
        st.sampled_from([Closure.WEEKEND, Closure.OVERNIGHT]),
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
    inputs=st.builds(
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
        st.sampled_from([Phase.AUCTION, Phase.CONTINUOUS]),
        st.sampled_from([Session.REGULAR, Session.PRE_MARKET]),
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
    inputs=st.builds(lambda price: examples.CONTRACT._replace(underlying_nanos=price), PRICES),
    answers=lambda rule, inputs: [(rule.contract(seen), None) for seen in inputs],
    mirror=lambda seen: seen._replace(underlying_nanos=reflected(seen.underlying_nanos)),
    image=reflected,
    prices=("underlying_nanos",),
)

ACTIONS = Driver(
    inputs=st.builds(
        ActionsInputs,
        st.sampled_from(Validity),
        st.sampled_from(Pricing),
        st.sampled_from(Session),
        st.sampled_from(Closure),
        st.none() | st.integers(1, 10**13),
        st.none() | st.integers(1, 10**13),
        st.none() | st.integers(1, 10**13),
    ),
    answers=_once("blocked"),
)


class Beside(NamedTuple):
    """What a mark rule may see beside index and book."""

    impact_one: int
    impact_two: int
    traded: int | None
    lots: int
    external: int | None
    pricing: Pricing
    rate_e12: int
    last_age_ns: int
    external_age_ns: int


AGES = st.sampled_from([0, NS_PER_SECOND, 30 * NS_PER_SECOND, NS_PER_HOUR])
BESIDE = st.builds(
    Beside,
    PRICES,
    PRICES,
    MAYBE,
    st.integers(1, 10**9),
    MAYBE,
    st.sampled_from(Pricing),
    st.sampled_from([0, 10**9, -(10**9)]),
    AGES,
    AGES,
)


def _mark_inputs(
    index: int, one: int, two: int, last: int | None, gone: str, wait: int, beside: Beside
) -> Inputs:
    return examples.MARK._replace(
        index_nanos=index,
        best_bid_nanos=None if gone in ("bid", "both") else min(one, two),
        best_ask_nanos=None if gone in ("ask", "both") else max(one, two),
        last_nanos=last,
        since_update_ns=wait,
        impact_bid_nanos=(
            None if gone in ("bid", "both") else min(beside.impact_one, beside.impact_two)
        ),
        impact_ask_nanos=(
            None if gone in ("ask", "both") else max(beside.impact_one, beside.impact_two)
        ),
        traded_nanos=beside.traded,
        traded_lots=0 if beside.traded is None else beside.lots,
        external_nanos=beside.external,
        pricing=beside.pricing,
        rate_e12=beside.rate_e12,
        last_at_ns=examples.NOW_NS - beside.last_age_ns,
        external_at_ns=examples.NOW_NS - beside.external_age_ns,
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
        BESIDE,
    ),
    answers=_in_time(
        lambda rule, seen, memory: rule.mark(seen, memory), "last_at_ns", "external_at_ns"
    ),
    mirror=lambda seen: seen._replace(
        index_nanos=reflected(seen.index_nanos),
        best_bid_nanos=reflected(seen.best_ask_nanos),
        best_ask_nanos=reflected(seen.best_bid_nanos),
        last_nanos=reflected(seen.last_nanos),
        impact_bid_nanos=reflected(seen.impact_ask_nanos),
        impact_ask_nanos=reflected(seen.impact_bid_nanos),
        traded_nanos=reflected(seen.traded_nanos),
        external_nanos=reflected(seen.external_nanos),
    ),
    image=reflected,
    same=examples.MARK._replace(best_bid_nanos=CENTRE, best_ask_nanos=CENTRE),
    prices=(
        "index_nanos",
        "best_bid_nanos",
        "best_ask_nanos",
        "last_nanos",
        "impact_bid_nanos",
        "impact_ask_nanos",
        "traded_nanos",
        "external_nanos",
    ),
)

CLAMP = Driver(
    inputs=st.builds(
        lambda price, wait: examples.CLAMP._replace(candidate_nanos=price, since_update_ns=wait),
        PRICES,
        WAITS,
    ),
    answers=_in_time(lambda rule, seen, memory: rule.clamp(seen, memory)),
    mirror=lambda seen: seen._replace(candidate_nanos=reflected(seen.candidate_nanos)),
    image=reflected,
    same=examples.CLAMP,
    prices=("candidate_nanos", "previous_mark_nanos"),
)

BAND = Driver(
    inputs=st.builds(
        lambda price, index, external, pricing, wait: examples.BAND._replace(
            candidate_nanos=price,
            index_nanos=index,
            external_nanos=external,
            pricing=pricing,
            since_update_ns=wait,
        ),
        PRICES,
        PRICES,
        MAYBE,
        st.sampled_from(Pricing),
        WAITS,
    ),
    answers=_in_time(lambda rule, seen, memory: rule.band(seen, memory)),
    mirror=lambda seen: seen._replace(
        candidate_nanos=reflected(seen.candidate_nanos),
        index_nanos=reflected(seen.index_nanos),
        external_nanos=reflected(seen.external_nanos),
    ),
    image=reflected,
    same=examples.BAND,
    prices=("candidate_nanos", "index_nanos", "external_nanos"),
)


class FundingSeen(NamedTuple):
    """A sample, and the open interest that the settlement after it sees; it may go on, or end."""

    impact_bid_nanos: int | None
    impact_ask_nanos: int | None
    mark_nanos: int
    mid_nanos: int | None
    is_held: bool
    session: Session
    long_micros: int
    short_micros: int
    settles: bool


def _funding(rule: Rule, seen: FundingSeen, memory: Any) -> tuple[Any, Any]:
    memory = rule.sample(
        examples.SAMPLE._replace(
            impact_bid_nanos=seen.impact_bid_nanos,
            impact_ask_nanos=seen.impact_ask_nanos,
            mark_nanos=seen.mark_nanos,
            mid_nanos=seen.mid_nanos,
            is_held=seen.is_held,
            session=seen.session,
        ),
        memory,
    )
    answer, after = rule.settle(
        examples.SETTLE._replace(
            session=seen.session,
            mark_nanos=seen.mark_nanos,
            long_micros=seen.long_micros,
            short_micros=seen.short_micros,
        ),
        memory,
    )
    told = (
        answer.rate_e12,
        answer.premium_e12,
        answer.rollover_e12,
        answer.drift_e18 // 10**6,
    )
    return told, after if seen.settles else memory


def _funding_reflected(seen: FundingSeen) -> FundingSeen:
    return seen._replace(
        impact_bid_nanos=reflected(seen.impact_ask_nanos),
        impact_ask_nanos=reflected(seen.impact_bid_nanos),
        mark_nanos=2 * CENTRE - seen.mark_nanos,
        mid_nanos=reflected(seen.mid_nanos),
        long_micros=seen.short_micros,
        short_micros=seen.long_micros,
    )


INTEREST = st.integers(0, 4 * 10**12)

FUNDING = Driver(
    inputs=st.builds(
        FundingSeen,
        MAYBE,
        MAYBE,
        PRICES,
        MAYBE,
        st.booleans(),
        st.sampled_from([Session.REGULAR, Session.OVERNIGHT, Session.NO_TRADING]),
        INTEREST,
        INTEREST,
        st.booleans(),
    ),
    answers=_stepped(_funding),
    mirror=_funding_reflected,
    image=lambda answer: (-answer[0], -answer[1], answer[2], answer[3]),
    # A premium of 0.4 % and longs three to one: the same for ever, settled each time.
    same=FundingSeen(
        CENTRE + E9,
        CENTRE + E9,
        CENTRE + E9,
        CENTRE + E9,
        is_held=False,
        session=Session.REGULAR,
        long_micros=3 * 10**12,
        short_micros=10**12,
        settles=True,
    ),
    prices=("impact_bid_nanos", "impact_ask_nanos", "mark_nanos", "mid_nanos"),
)


def _pauses(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
    accrued_e12 = 0
    told = []
    for seen in inputs:
        answer = rule.pause(seen._replace(accrued_e12=accrued_e12))
        accrued_e12 = answer.accrued_e12
        told.append(((*answer, rule.samples(is_closed=seen.is_closed)), None))
    return told


FUNDING_CLOSED = Driver(
    inputs=st.builds(PauseInputs, st.integers(-(10**12), 10**12), st.just(0), st.booleans()),
    answers=_pauses,
    mirror=lambda seen: seen._replace(rate_e12=-seen.rate_e12),
    image=lambda answer: (-answer[0], -answer[1], answer[2]),
)

TERMS = Driver(
    inputs=st.builds(
        TermsInputs, st.sampled_from(Session), st.sampled_from(Closure), st.sampled_from(Pricing)
    ),
    answers=_once("terms"),
)


def _margin(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
    return [((rule.ladders(listed), rule.crowded_e4(crowd)), None) for listed, crowd in inputs]


MARGIN = Driver(
    inputs=st.tuples(
        st.builds(
            lambda leverages: examples.LADDER._replace(
                tiers=tuple(
                    Tier(n * 10**12, leverage)
                    for n, leverage in enumerate(sorted(leverages, reverse=True))
                )
            ),
            st.sets(st.integers(1, 100), min_size=1, max_size=4),
        ),
        st.builds(CrowdInputs, st.integers(0, 10**15)),
    ),
    answers=_margin,
    mirror=lambda seen: seen,
    image=lambda answer: (
        answer[0]._replace(long=answer[0].short, short=answer[0].long),
        answer[1],
    ),
)

FEES = Driver(
    inputs=st.builds(
        lambda volume, maker, venue: examples.FEES._replace(
            volume_micros=volume + maker, maker_micros=maker, venue_micros=venue + maker
        ),
        st.integers(0, 10**16),
        st.integers(0, 10**16),
        st.integers(0, 10**17),
    ),
    answers=_once("rates"),
)


def _mirrored_quote(seen: Inputs) -> Inputs:
    return seen._replace(
        notional_micros=-seen.notional_micros,
        long_micros=seen.short_micros,
        short_micros=seen.long_micros,
    )


# The index stands at the centre, so that a bid there is the mirror image of an ask.
COUNTERPARTY = Driver(
    inputs=st.builds(
        lambda size, side, longs, shorts, pool, leverage, opens: examples.QUOTE._replace(
            notional_micros=size * side,
            long_micros=longs,
            short_micros=shorts,
            pool_micros=pool,
            leverage=leverage,
            opens=opens,
        ),
        st.integers(10**6, 10**12),
        st.sampled_from([1, -1]),
        st.integers(0, 10**13),
        st.integers(0, 10**13),
        st.integers(0, 10**13),
        st.integers(1, 100),
        st.booleans(),
    ),
    answers=_once("quote"),
    mirror=_mirrored_quote,
    image=lambda answer: (answer[0]._replace(price_nanos=2 * CENTRE - answer[0].price_nanos),),
)

CLOSEOUT = Driver(
    inputs=st.builds(
        lambda lots, side, prices, notional, money, seconds, attempts: examples.CLOSEOUT._replace(
            size_lots=lots * side,
            bankruptcy_nanos=prices[0],
            index_nanos=prices[1],
            notional_micros=notional,
            equity_micros=money[0],
            maintenance_micros=money[1] + money[2],
            position_maintenance_micros=money[1],
            spare_micros=money[2],
            now_ns=examples.NOW_NS + seconds * NS_PER_SECOND,
            attempts=attempts,
            filled_lots=attempts * lots // 4,
        ),
        st.integers(1, 10**9),
        st.sampled_from([1, -1]),
        st.tuples(PRICES, MAYBE),
        st.integers(10**9, 10**13),
        st.tuples(st.integers(-(10**9), 10**9), st.integers(1, 5 * 10**8), st.integers(0, 10**9)),
        st.integers(0, 300),
        st.integers(0, 3),
    ),
    answers=_stepped(lambda rule, seen, memory: rule.closeout(seen, memory)),
    mirror=lambda seen: seen._replace(
        size_lots=-seen.size_lots,
        bankruptcy_nanos=reflected(seen.bankruptcy_nanos),
        index_nanos=reflected(seen.index_nanos),
    ),
    image=lambda answer: answer._replace(
        limit_nanos=reflected(answer.limit_nanos), fee_floor_nanos=reflected(answer.fee_floor_nanos)
    ),
)


def _backstop(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
    return [
        (
            (
                rule.due(account),
                rule.takes_over(account),
                rule.resorts(account),
                rule.unwind(held),
            ),
            None,
        )
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
        *answer[:3],
        answer[3]._replace(limit_nanos=reflected(answer[3].limit_nanos)),
    ),
)


def _resort_reflected(seen: Inputs) -> Inputs:
    # A long at 200 marked 250 has gained what a short at 250 marked 200 has.
    entry_price = abs(seen.entry_micros // seen.size_lots)
    return seen._replace(
        size_lots=-seen.size_lots,
        entry_micros=-seen.size_lots * seen.mark_micros,
        mark_micros=entry_price,
    )


RESORT = Driver(
    inputs=st.builds(
        lambda lots, side, entry, mark, equity, notional, draw: examples.RESORT._replace(
            size_lots=lots * side,
            entry_micros=lots * side * entry,
            mark_micros=mark,
            equity_micros=equity,
            notional_micros=notional,
            nth=draw % 7,
            among=7,
            draw=draw,
        ),
        st.integers(1, 10**9),
        st.sampled_from([1, -1]),
        st.integers(1, 10**7),
        st.integers(1, 10**7),
        st.integers(-(10**9), 10**13),
        st.integers(1, 10**13),
        st.integers(0, 10**18),
    ),
    answers=_once("weigh"),
    mirror=_resort_reflected,
    image=lambda answer: answer,
)


def _interrupted(rule: Rule, seen: Inputs, memory: Any) -> tuple[Any, Any]:
    trades, beyond = seen
    bounds, memory = rule.bounds(trades, memory)
    more_ns, memory = rule.interrupt(beyond, memory)
    return (bounds, more_ns), memory


INTERRUPTION = Driver(
    inputs=st.builds(
        lambda second, price, lots, fresh, session, asked, why, extensions: (
            examples.BOUNDS._replace(
                now_ns=examples.NOW_NS + second * NS_PER_SECOND,
                last_nanos=price,
                traded_lots=lots,
                is_fresh=fresh,
                session=session,
                index_nanos=price,
            ),
            examples.INTERRUPT._replace(price_nanos=asked, why=why, extensions=extensions),
        ),
        st.integers(0, 20_000),
        MAYBE,
        st.integers(0, 5),
        st.booleans(),
        st.sampled_from([Session.REGULAR, Session.NO_TRADING]),
        MAYBE,
        st.sampled_from(["", "volatility", "reopen"]),
        st.integers(0, 5),
    ),
    answers=_stepped(_interrupted),
)

CALLS = Driver(
    inputs=st.builds(
        lambda why, lasted, session, then: (
            examples.CALL._replace(why=why, lasted_ns=lasted),
            examples.SCHEDULE._replace(session=session, next_session=then),
        ),
        st.sampled_from(["reopen", "outage"]),
        st.integers(0, 10**15),
        st.sampled_from(Session),
        st.sampled_from(Session),
    ),
    answers=lambda rule, inputs: [
        ((rule.call_ns(call), rule.scheduled(planned)), None) for call, planned in inputs
    ],
)

ORDERS = Driver(
    inputs=st.builds(
        lambda ticks, lot: examples.ORDER_PRICE._replace(price_ticks=ticks, lot_e9=lot),
        st.integers(1, 10**9),
        st.sampled_from([1, 10**6, 10**8, 5 * 10**8, E9, 100 * E9]),
    ),
    answers=_once("legal"),
)

OPEN_ORDERS = Driver(
    inputs=st.builds(
        lambda listed, traded: examples.OPEN_ORDERS._replace(
            listed_max=listed, traded_micros=traded
        ),
        st.integers(1, 10_000),
        st.integers(0, 10**18),
    ),
    answers=_once("open_orders_max"),
)

MAKERS = Driver(
    inputs=st.tuples(
        st.builds(
            lambda bid, ask: examples.QUOTES._replace(bid_micros=bid, ask_micros=ask),
            st.integers(0, 10**13),
            st.integers(0, 10**13),
        ),
        st.builds(
            lambda sampled, missed: DutyInputs(sampled, max(0, sampled - missed)),
            st.integers(0, 10**6),
            st.integers(0, 10**6),
        ),
    ),
    answers=lambda rule, inputs: [
        ((rule.quotes(quotes), rule.penalty_e12(duty)), None) for quotes, duty in inputs
    ],
    mirror=lambda pair: (
        pair[0]._replace(bid_micros=pair[0].ask_micros, ask_micros=pair[0].bid_micros),
        pair[1],
    ),
    image=lambda answer: answer,
)

CORPORATE = Driver(
    inputs=st.builds(
        lambda amount, hours: examples.DIVIDEND._replace(
            amount_nanos=amount, funding_interval_ns=hours * NS_PER_HOUR
        ),
        st.integers(1, 100 * E9),
        st.integers(1, 24),
    ),
    answers=_once("dividend"),
)

DRIVERS: dict[str, Driver] = {
    "index_open": OPEN,
    "index_closed": CLOSED,
    "reopen": REOPEN,
    "contract": CONTRACT,
    "actions": ACTIONS,
    "mark": MARK,
    "clamp": CLAMP,
    "band": BAND,
    "funding": FUNDING,
    "funding_closed": FUNDING_CLOSED,
    "margin": MARGIN,
    "fees": FEES,
    "terms": TERMS,
    "counterparty": COUNTERPARTY,
    "orders": ORDERS,
    "open_orders": OPEN_ORDERS,
    "makers": MAKERS,
    "interruption": INTERRUPTION,
    "calls": CALLS,
    "closeout": CLOSEOUT,
    "backstop": BACKSTOP,
    "last_resort": RESORT,
    "corporate": CORPORATE,
}
