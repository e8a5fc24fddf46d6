"""How rules of close-out, backstop and last resort are asked."""

from typing import Any

from venue.core.units import NS_PER_SECOND
from venue.rules import examples
from venue.rules.trials.draw import builds, either, one_of, tuples, whole
from venue.rules.trials.driver import MAYBE, PRICES, Driver, Inputs, Rule, once, reflected, stepped

CLOSEOUT = Driver(
    inputs=builds(
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
        whole(1, 10**9),
        one_of([1, -1]),
        tuples(PRICES, MAYBE),
        whole(10**9, 10**13),
        tuples(whole(-(10**9), 10**9), whole(1, 5 * 10**8), whole(0, 10**9)),
        whole(0, 300),
        whole(0, 3),
    ),
    answers=stepped(lambda rule, seen, memory: rule.closeout(seen, memory)),
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
    inputs=tuples(
        builds(
            lambda equity, maintenance, fund: examples.BACKSTOP._replace(
                equity_micros=equity, maintenance_micros=maintenance, fund_equity_micros=fund
            ),
            whole(-(10**12), 10**12),
            whole(0, 10**12),
            whole(-(10**12), 10**13),
        ),
        builds(
            lambda lots, lot_micros: examples.UNWIND._replace(
                size_lots=lots, lot_notional_micros=lot_micros
            ),
            either(whole(-(10**9), -1), whole(1, 10**9)),
            whole(1, 10**9),
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
    inputs=builds(
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
        whole(1, 10**9),
        one_of([1, -1]),
        whole(1, 10**7),
        whole(1, 10**7),
        whole(-(10**9), 10**13),
        whole(1, 10**13),
        whole(0, 10**18),
    ),
    answers=once("weigh"),
    mirror=_resort_reflected,
    image=lambda answer: answer,
)
