"""What requires or forbids what: rules that are each in order, and do not fit together.

A table, so that it can be read: each line is a name, the sentence that a listing is refused with,
and the condition under which it is.
"""

from collections.abc import Callable
from typing import NamedTuple

from venue.core.listing import MarketSpec, maintenance_e4
from venue.core.policies import Rules
from venue.core.units import NS_PER_SECOND
from venue.rules.clamp.none import NoClamp
from venue.rules.clamp.step import Step
from venue.rules.funding.hyperliquid import HyperliquidFunding
from venue.rules.mark.median3_oracle import Median3Oracle

# A step is counted in updates: with marks more frequent than this it would bound nothing.
STEP_INTERVAL_NS_MIN = NS_PER_SECOND


class Misfit(NamedTuple):
    """One way in which a bundle does not fit."""

    name: str
    sentence: str
    holds: Callable[[MarketSpec, Rules], bool]


def _adl_without_clamp(spec: MarketSpec, rules: Rules) -> bool:
    return rules.adl.price == "previous_mark" and isinstance(rules.clamp, NoClamp)


def _step_beyond_maintenance(spec: MarketSpec, rules: Rules) -> bool:
    if not isinstance(rules.clamp, Step):
        return False
    leverage_max = max(tier.leverage_max for tier in spec.tiers)
    return rules.clamp.step_e4 > maintenance_e4(leverage_max)


def _marks_too_frequent(spec: MarketSpec, rules: Rules) -> bool:
    return isinstance(rules.clamp, Step) and spec.mark_interval_ns < STEP_INTERVAL_NS_MIN


def _average_slower_than_marks(spec: MarketSpec, rules: Rules) -> bool:
    return (
        isinstance(rules.mark, Median3Oracle) and spec.mark_interval_ns > rules.mark.elapsed_ns_max
    )


def _samples_do_not_divide(spec: MarketSpec, rules: Rules) -> bool:
    return spec.funding_interval_ns % spec.sample_interval_ns != 0


def _funding_never_capped(spec: MarketSpec, rules: Rules) -> bool:
    return isinstance(rules.funding, HyperliquidFunding) and rules.funding.cap_e12_per_hour == 0


MISFITS: tuple[Misfit, ...] = (
    Misfit(
        "adl_at_mark_without_clamp",
        "adl at previous_mark needs a clamp of the mark: without one, what it leaves unpaid has no "
        "bound; list it with clamp step, or with adl price bankruptcy",
        _adl_without_clamp,
    ),
    Misfit(
        "step_beyond_maintenance",
        "one step of the clamp must not pass the maintenance margin at the highest leverage: an "
        "account could go from above maintenance to bankrupt in one update; lower step_e4 or the "
        "leverage",
        _step_beyond_maintenance,
    ),
    Misfit(
        "marks_too_frequent",
        "clamp step counts in updates: mark_interval_ns must be at least one second",
        _marks_too_frequent,
    ),
    Misfit(
        "average_slower_than_marks",
        "mark median3_oracle counts a sample for at most elapsed_ns_max: mark_interval_ns must not "
        "be longer",
        _average_slower_than_marks,
    ),
    Misfit(
        "samples_do_not_divide",
        "funding_interval_ns must be a whole number of sample_interval_ns",
        _samples_do_not_divide,
    ),
    Misfit(
        "funding_cap_zero",
        "funding cap_e12_per_hour is 0, so funding would never be paid: to pay none, set "
        "scale_e4 to 0",
        _funding_never_capped,
    ),
)
