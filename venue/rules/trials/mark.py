"""How rules of the mark are asked: what it is made of, clamp and band."""

from typing import NamedTuple

from venue.core.phases import Pricing
from venue.core.units import NS_PER_HOUR, NS_PER_SECOND
from venue.rules import examples
from venue.rules.trials.draw import builds, one_of, whole
from venue.rules.trials.driver import (
    CENTRE,
    MAYBE,
    PRICES,
    WAITS,
    Driver,
    Inputs,
    in_time,
    reflected,
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


AGES = one_of([0, NS_PER_SECOND, 30 * NS_PER_SECOND, NS_PER_HOUR])
BESIDE = builds(
    Beside,
    PRICES,
    PRICES,
    MAYBE,
    whole(1, 10**9),
    MAYBE,
    one_of(Pricing),
    one_of([0, 10**9, -(10**9)]),
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
    inputs=builds(
        _mark_inputs,
        PRICES,
        PRICES,
        PRICES,
        MAYBE,
        one_of(["", "", "", "bid", "ask", "both"]),
        WAITS,
        BESIDE,
    ),
    answers=in_time(
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
    inputs=builds(
        lambda price, wait: examples.CLAMP._replace(candidate_nanos=price, since_update_ns=wait),
        PRICES,
        WAITS,
    ),
    answers=in_time(lambda rule, seen, memory: rule.clamp(seen, memory)),
    mirror=lambda seen: seen._replace(candidate_nanos=reflected(seen.candidate_nanos)),
    image=reflected,
    same=examples.CLAMP,
    prices=("candidate_nanos", "previous_mark_nanos"),
)

BAND = Driver(
    inputs=builds(
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
        one_of(Pricing),
        WAITS,
    ),
    answers=in_time(lambda rule, seen, memory: rule.band(seen, memory)),
    mirror=lambda seen: seen._replace(
        candidate_nanos=reflected(seen.candidate_nanos),
        index_nanos=reflected(seen.index_nanos),
        external_nanos=reflected(seen.external_nanos),
    ),
    image=reflected,
    same=examples.BAND,
    prices=("candidate_nanos", "index_nanos", "external_nanos"),
)
