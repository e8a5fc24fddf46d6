"""Marks and funding: intervals that divide, parts that have a weight, rates that are paid."""

from venue.core.listing import MarketSpec
from venue.core.policies import Rules
from venue.core.units import NS_PER_SECOND
from venue.rules.bundle.misfit import Misfit
from venue.rules.clamp.step import Step
from venue.rules.clamp.step_and_daily import StepAndDaily
from venue.rules.corporate.captured_by_funding import CapturedByFunding
from venue.rules.funding.hyperliquid import HyperliquidFunding
from venue.rules.funding.in_kind import InKind
from venue.rules.funding.mark_minus_index import MarkMinusIndex
from venue.rules.funding.none import NoFunding
from venue.rules.mark.composite import Composite
from venue.rules.mark.median3_oracle import Median3Oracle

# A step is counted in updates: with marks more frequent than this it would bound nothing.
STEP_INTERVAL_NS_MIN = NS_PER_SECOND


def _marks_too_frequent(spec: MarketSpec, rules: Rules) -> bool:
    interval_ns = spec.mark_interval_ns
    if isinstance(rules.clamp, StepAndDaily):
        interval_ns = max(interval_ns, rules.clamp.spacing_ns_min)
    elif not isinstance(rules.clamp, Step):
        return False
    return interval_ns < STEP_INTERVAL_NS_MIN


def _average_slower_than_marks(spec: MarketSpec, rules: Rules) -> bool:
    return (
        isinstance(rules.mark, Median3Oracle) and spec.mark_interval_ns > rules.mark.elapsed_ns_max
    )


def _composite_without_weight(spec: MarketSpec, rules: Rules) -> bool:
    mark = rules.mark
    return isinstance(mark, Composite) and not (
        mark.weight_trades_e4 or mark.weight_book_e4 or mark.weight_outside_e4
    )


def _samples_do_not_divide(spec: MarketSpec, rules: Rules) -> bool:
    return spec.funding_interval_ns % spec.sample_interval_ns != 0


def _period_shorter_than_interval(spec: MarketSpec, rules: Rules) -> bool:
    rule = rules.funding
    return isinstance(rule, (InKind, MarkMinusIndex)) and spec.funding_interval_ns > rule.period_ns


def _dividend_without_funding(spec: MarketSpec, rules: Rules) -> bool:
    return isinstance(rules.corporate, CapturedByFunding) and isinstance(rules.funding, NoFunding)


def _funding_never_capped(spec: MarketSpec, rules: Rules) -> bool:
    return isinstance(rules.funding, HyperliquidFunding) and rules.funding.cap_e12_per_hour == 0


PAYMENTS: tuple[Misfit, ...] = (
    Misfit(
        "marks_too_frequent",
        "clamp step counts in updates: mark_interval_ns, or the clamp's own spacing_ns_min, must "
        "be at least one second",
        _marks_too_frequent,
    ),
    Misfit(
        "average_slower_than_marks",
        "mark median3_oracle counts a sample for at most elapsed_ns_max: mark_interval_ns must not "
        "be longer",
        _average_slower_than_marks,
    ),
    Misfit(
        "composite_without_weight",
        "mark composite has no part with a weight, so the mark would never move: set one of "
        "weight_trades_e4, weight_book_e4, weight_outside_e4",
        _composite_without_weight,
    ),
    Misfit(
        "samples_do_not_divide",
        "funding_interval_ns must be a whole number of sample_interval_ns",
        _samples_do_not_divide,
    ),
    Misfit(
        "funding_period_short",
        "funding in_kind and mark_minus_index pay over period_ns: funding_interval_ns must not be "
        "longer",
        _period_shorter_than_interval,
    ),
    Misfit(
        "dividend_without_funding",
        "corporate captured_by_funding lets longs have a dividend as funding only, and funding "
        "none pays nothing: list it with a funding rule that pays, or with corporate none",
        _dividend_without_funding,
    ),
    Misfit(
        "funding_cap_zero",
        "funding cap_e12_per_hour is 0, so funding would never be paid: to pay none, set "
        "scale_e4 to 0",
        _funding_never_capped,
    ),
)
