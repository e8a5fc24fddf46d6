"""How rules of the pool, halts, calls, orders, makers and corporate actions are asked."""

from typing import Any

from venue.core.phases import Session
from venue.core.policies import DutyInputs
from venue.core.units import E9, NS_PER_HOUR, NS_PER_SECOND
from venue.rules import examples
from venue.rules.trials.draw import builds, one_of, tuples, whole, yes_or_no
from venue.rules.trials.driver import CENTRE, MAYBE, Driver, Inputs, Rule, once, stepped


def _mirrored_quote(seen: Inputs) -> Inputs:
    return seen._replace(
        notional_micros=-seen.notional_micros,
        long_micros=seen.short_micros,
        short_micros=seen.long_micros,
    )


# The index stands at the centre, so that a bid there is the mirror image of an ask.
COUNTERPARTY = Driver(
    inputs=builds(
        lambda size, side, longs, shorts, pool, leverage, opens: examples.QUOTE._replace(
            notional_micros=size * side,
            long_micros=longs,
            short_micros=shorts,
            pool_micros=pool,
            leverage=leverage,
            opens=opens,
        ),
        whole(10**6, 10**12),
        one_of([1, -1]),
        whole(0, 10**13),
        whole(0, 10**13),
        whole(0, 10**13),
        whole(1, 100),
        yes_or_no(),
    ),
    answers=once("quote"),
    mirror=_mirrored_quote,
    image=lambda answer: (answer[0]._replace(price_nanos=2 * CENTRE - answer[0].price_nanos),),
)


def _interrupted(rule: Rule, seen: Inputs, memory: Any) -> tuple[Any, Any]:
    trades, beyond = seen
    bounds, memory = rule.bounds(trades, memory)
    more_ns, memory = rule.interrupt(beyond, memory)
    return (bounds, more_ns), memory


INTERRUPTION = Driver(
    inputs=builds(
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
        whole(0, 20_000),
        MAYBE,
        whole(0, 5),
        yes_or_no(),
        one_of([Session.REGULAR, Session.NO_TRADING]),
        MAYBE,
        one_of(["", "volatility", "reopen"]),
        whole(0, 5),
    ),
    answers=stepped(_interrupted),
)

CALLS = Driver(
    inputs=builds(
        lambda why, lasted, session, then: (
            examples.CALL._replace(why=why, lasted_ns=lasted),
            examples.SCHEDULE._replace(session=session, next_session=then),
        ),
        one_of(["reopen", "outage"]),
        whole(0, 10**15),
        one_of(Session),
        one_of(Session),
    ),
    answers=lambda rule, inputs: [
        ((rule.call_ns(call), rule.scheduled(planned)), None) for call, planned in inputs
    ],
)

ORDERS = Driver(
    inputs=builds(
        lambda ticks, lot: examples.ORDER_PRICE._replace(price_ticks=ticks, lot_e9=lot),
        whole(1, 10**9),
        one_of([1, 10**6, 10**8, 5 * 10**8, E9, 100 * E9]),
    ),
    answers=once("legal"),
)

OPEN_ORDERS = Driver(
    inputs=builds(
        lambda listed, traded: examples.OPEN_ORDERS._replace(
            listed_max=listed, traded_micros=traded
        ),
        whole(1, 10_000),
        whole(0, 10**18),
    ),
    answers=once("open_orders_max"),
)

REQUESTS = Driver(
    inputs=builds(
        lambda traded, cancels: examples.REQUESTS._replace(traded_micros=traded, is_cancel=cancels),
        whole(0, 10**18),
        one_of([False, True]),
    ),
    answers=once("requests_max"),
)

MAKERS = Driver(
    inputs=tuples(
        builds(
            lambda bid, ask: examples.QUOTES._replace(bid_micros=bid, ask_micros=ask),
            whole(0, 10**13),
            whole(0, 10**13),
        ),
        builds(
            lambda sampled, missed: DutyInputs(sampled, max(0, sampled - missed)),
            whole(0, 10**6),
            whole(0, 10**6),
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
    inputs=builds(
        lambda amount, hours: examples.DIVIDEND._replace(
            amount_nanos=amount, funding_interval_ns=hours * NS_PER_HOUR
        ),
        whole(1, 100 * E9),
        whole(1, 24),
    ),
    answers=once("dividend"),
)
