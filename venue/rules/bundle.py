"""What requires or forbids what: rules that are each in order, and do not fit together.

A table, so that it can be read: each line is a name, the sentence that a listing is refused with,
and the condition under which it is.
"""

from collections.abc import Callable
from typing import NamedTuple

from venue.core.listing import MarketSpec
from venue.core.margin_tiers import ladders_fault
from venue.core.policies import LadderInputs, Rules
from venue.core.units import NS_PER_SECOND
from venue.rules.backstop.network import Network
from venue.rules.backstop.none import NoBackstop
from venue.rules.backstop.pool import PoolTakes
from venue.rules.backstop.providers import Providers
from venue.rules.band.none import NoBand
from venue.rules.calls.reopen import Reopen
from venue.rules.clamp.daily_factor import DailyFactor
from venue.rules.clamp.none import NoClamp
from venue.rules.clamp.step import Step
from venue.rules.clamp.step_and_daily import StepAndDaily
from venue.rules.closeout.network_disposal import NetworkDisposal
from venue.rules.closeout.oracle_close import OracleClose
from venue.rules.contract.power import Power
from venue.rules.corporate.captured_by_funding import CapturedByFunding
from venue.rules.funding.hyperliquid import HyperliquidFunding
from venue.rules.funding.in_kind import InKind
from venue.rules.funding.mark_minus_index import MarkMinusIndex
from venue.rules.funding.none import NoFunding
from venue.rules.interruption.none import NoInterruption
from venue.rules.margin.flat import Flat
from venue.rules.margin.levels import Levels
from venue.rules.margin.oi_scaled import OiScaled
from venue.rules.margin.shock import Shock
from venue.rules.margin.tiers import Tiers
from venue.rules.mark.composite import Composite
from venue.rules.mark.index import MarkIsIndex
from venue.rules.mark.median3_oracle import Median3Oracle

# A step is counted in updates: with marks more frequent than this it would bound nothing.
STEP_INTERVAL_NS_MIN = NS_PER_SECOND


class Misfit(NamedTuple):
    """One way in which a bundle does not fit."""

    name: str
    sentence: str
    holds: Callable[[MarketSpec, Rules], bool]


def _adl_without_clamp(spec: MarketSpec, rules: Rules) -> bool:
    return rules.last_resort.price == "previous_mark" and isinstance(
        rules.clamp, (NoClamp, DailyFactor)
    )


def _step_beyond_maintenance(spec: MarketSpec, rules: Rules) -> bool:
    if not isinstance(rules.clamp, (Step, StepAndDaily)):
        return False
    ladders = rules.margin.ladders(LadderInputs(spec.tiers))
    least_e4 = min(ladders.long[0].maintenance_e4, ladders.short[0].maintenance_e4)
    return rules.clamp.step_e4 > least_e4


def _ladders_unfit(spec: MarketSpec, rules: Rules) -> bool:
    return ladders_fault(rules.margin.ladders(LadderInputs(spec.tiers))) is not None


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


def _funding_never_capped(spec: MarketSpec, rules: Rules) -> bool:
    return isinstance(rules.funding, HyperliquidFunding) and rules.funding.cap_e12_per_hour == 0


def _power_without_shock(spec: MarketSpec, rules: Rules) -> bool:
    power_n, power_d = rules.contract.power
    margin = rules.margin
    if power_n == power_d:
        return False
    if isinstance(margin, Shock):
        return margin.power_n * power_d != power_n * margin.power_d
    return isinstance(margin, (Flat, Levels, OiScaled, Tiers))


def _scale_above_price_max(spec: MarketSpec, rules: Rules) -> bool:
    highest_nanos = spec.limits.price_max_ticks * spec.units.tick_nanos
    return isinstance(rules.contract, Power) and rules.contract.scale_nanos > highest_nanos


HANDING_OVER = (NetworkDisposal, OracleClose)


def _handed_to_nobody(spec: MarketSpec, rules: Rules) -> bool:
    return isinstance(rules.closeout, HANDING_OVER) and isinstance(
        rules.backstop, (NoBackstop, Providers)
    )


def _disposal_without_network(spec: MarketSpec, rules: Rules) -> bool:
    return isinstance(rules.closeout, NetworkDisposal) and not isinstance(rules.backstop, Network)


def _freeze_without_fund(spec: MarketSpec, rules: Rules) -> bool:
    return rules.last_resort.form == "frozen" and isinstance(rules.backstop, (NoBackstop, Network))


def _shared_before_a_loss(spec: MarketSpec, rules: Rules) -> bool:
    return rules.last_resort.form == "shared" and isinstance(rules.backstop, NoBackstop)


def _cap_without_an_end(spec: MarketSpec, rules: Rules) -> bool:
    return bool(rules.backstop.draw_interval_ns) and rules.backstop.draw_micros_max is None


def _dividend_without_funding(spec: MarketSpec, rules: Rules) -> bool:
    return isinstance(rules.corporate, CapturedByFunding) and isinstance(rules.funding, NoFunding)


def _pool_mark_not_oracle(spec: MarketSpec, rules: Rules) -> bool:
    return rules.counterparty.is_pool and not (
        isinstance(rules.mark, MarkIsIndex)
        and isinstance(rules.clamp, NoClamp)
        and isinstance(rules.band, NoBand)
    )


def _pool_not_closed_at_oracle(spec: MarketSpec, rules: Rules) -> bool:
    return rules.counterparty.is_pool and not (
        isinstance(rules.closeout, OracleClose) and isinstance(rules.backstop, PoolTakes)
    )


def _backstop_without_pool(spec: MarketSpec, rules: Rules) -> bool:
    return rules.backstop.holder == "pool" and not rules.counterparty.is_pool


def _pool_with_calls(spec: MarketSpec, rules: Rules) -> bool:
    return rules.counterparty.is_pool and not (
        isinstance(rules.calls, Reopen)
        and spec.reopen_call_ns == 0
        and isinstance(rules.interruption, NoInterruption)
    )


def _pool_with_makers(spec: MarketSpec, rules: Rules) -> bool:
    return rules.counterparty.is_pool and bool(rules.makers.epoch_ns or rules.orders.taker_delay_ns)


def _adl_upwards(spec: MarketSpec, rules: Rules) -> bool:
    rule = rules.counterparty
    return rule.adl_above_e4 is not None and rule.adl_to_e4 >= rule.adl_above_e4


MISFITS: tuple[Misfit, ...] = (
    Misfit(
        "pool_mark_not_oracle",
        "a pool trades at the oracle, so positions must count at it, too: list it with mark index, "
        "clamp none and band none",
        _pool_mark_not_oracle,
    ),
    Misfit(
        "pool_not_closed_at_oracle",
        "what is liquidated in a pool's market goes back to the pool at the oracle: list it with "
        "closeout oracle_close and backstop pool",
        _pool_not_closed_at_oracle,
    ),
    Misfit(
        "backstop_without_pool",
        "backstop pool needs a pool: list it with counterparty ostium_pool or gmx_pool",
        _backstop_without_pool,
    ),
    Misfit(
        "pool_with_calls",
        "nobody would meet in a call where everybody trades with the pool: list it with calls "
        "reopen, reopen_call_ns 0 and interruption none",
        _pool_with_calls,
    ),
    Misfit(
        "pool_with_makers",
        "no order of a pool's market is met by another: makers' duties and a wait before taking "
        "have nothing to go by; list it with makers none and without taker_delay_ns",
        _pool_with_makers,
    ),
    Misfit(
        "pool_adl_upwards",
        "adl must end below where it begins: adl_to_e4 under adl_above_e4",
        _adl_upwards,
    ),
    Misfit(
        "ladders_unfit",
        "the rungs of margin must begin at 0 and rise, no fraction may fall, maintenance must be "
        "above 0 and at most the initial fraction and five times the notional, and the highest "
        "leverage 1 to 100",
        _ladders_unfit,
    ),
    Misfit(
        "adl_at_mark_without_clamp",
        "adl at previous_mark needs a clamp of the mark: without one, what it leaves unpaid has no "
        "bound; list it with clamp step, or with adl price bankruptcy",
        _adl_without_clamp,
    ),
    Misfit(
        "handed_to_nobody",
        "closeout network_disposal and oracle_close hand positions over at once: backstop none "
        "takes nothing and providers take at the close-out margin only; list them with fund, "
        "vault or network",
        _handed_to_nobody,
    ),
    Misfit(
        "disposal_without_network",
        "closeout network_disposal needs backstop network, which takes everything: another would "
        "leave positions that no order ever closes",
        _disposal_without_network,
    ),
    Misfit(
        "freeze_without_fund",
        "last_resort freeze needs a backstop by which a fund can pay once the operator has "
        "decided: with none the freeze has no exit, and network takes everything before it",
        _freeze_without_fund,
    ),
    Misfit(
        "shared_before_a_loss",
        "backstop none calls the last resort before there is a loss, and a shared loss closes no "
        "position: list it with a last resort that does",
        _shared_before_a_loss,
    ),
    Misfit(
        "draw_interval_without_cap",
        "draw_interval_ns says within which time draw_micros_max holds, and there is none: set it, "
        "or leave draw_interval_ns at 0",
        _cap_without_an_end,
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
        "power_without_shock",
        "a power loses more, or less, than the underlying moves: contract power other than 1 needs "
        "margin shock of the same power",
        _power_without_shock,
    ),
    Misfit(
        "scale_above_price_max",
        "contract power begins at scale_nanos: it must not be above price_max_ticks",
        _scale_above_price_max,
    ),
    Misfit(
        "funding_cap_zero",
        "funding cap_e12_per_hour is 0, so funding would never be paid: to pay none, set "
        "scale_e4 to 0",
        _funding_never_capped,
    ),
)
