"""How rules of funding, margin, fees and terms are asked."""

from typing import Any, NamedTuple

from venue.core.listing import Tier
from venue.core.phases import Closure, Pricing, Session
from venue.core.policies import CrowdInputs, PauseInputs, TermsInputs
from venue.core.units import E9
from venue.rules import examples
from venue.rules.trials.draw import builds, just, lists, one_of, tuples, whole, yes_or_no
from venue.rules.trials.driver import (
    CENTRE,
    MAYBE,
    PRICES,
    Driver,
    Inputs,
    Rule,
    once,
    reflected,
    stepped,
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


INTEREST = whole(0, 4 * 10**12)

FUNDING = Driver(
    inputs=builds(
        FundingSeen,
        MAYBE,
        MAYBE,
        PRICES,
        MAYBE,
        yes_or_no(),
        one_of([Session.REGULAR, Session.OVERNIGHT, Session.NO_TRADING]),
        INTEREST,
        INTEREST,
        yes_or_no(),
    ),
    answers=stepped(_funding),
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
    inputs=builds(PauseInputs, whole(-(10**12), 10**12), just(0), yes_or_no()),
    answers=_pauses,
    mirror=lambda seen: seen._replace(rate_e12=-seen.rate_e12),
    image=lambda answer: (-answer[0], -answer[1], answer[2]),
)

TERMS = Driver(
    inputs=builds(TermsInputs, one_of(Session), one_of(Closure), one_of(Pricing)),
    answers=once("terms"),
)


def _margin(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
    return [((rule.ladders(listed), rule.crowded_e4(crowd)), None) for listed, crowd in inputs]


MARGIN = Driver(
    inputs=tuples(
        builds(
            lambda leverages: examples.LADDER._replace(
                tiers=tuple(
                    Tier(n * 10**12, leverage)
                    for n, leverage in enumerate(sorted(set(leverages), reverse=True))
                )
            ),
            lists(whole(1, 100), 1, 4),
        ),
        builds(CrowdInputs, whole(0, 10**15)),
    ),
    answers=_margin,
    mirror=lambda seen: seen,
    image=lambda answer: (
        answer[0]._replace(long=answer[0].short, short=answer[0].long),
        answer[1],
    ),
)

FEES = Driver(
    inputs=builds(
        lambda volume, maker, venue: examples.FEES._replace(
            volume_micros=volume + maker, maker_micros=maker, venue_micros=venue + maker
        ),
        whole(0, 10**16),
        whole(0, 10**16),
        whole(0, 10**17),
    ),
    answers=once("rates"),
)
