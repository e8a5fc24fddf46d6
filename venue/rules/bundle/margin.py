"""What margin and contract must be to each other: ladders, steps of the mark, powers."""

from venue.core.listing import MarketSpec
from venue.core.margin_tiers import ladders_fault
from venue.core.policies import LadderInputs, Rules
from venue.rules.bundle.misfit import Misfit
from venue.rules.clamp.step import Step
from venue.rules.clamp.step_and_daily import StepAndDaily
from venue.rules.contract.power import Power
from venue.rules.margin.flat import Flat
from venue.rules.margin.levels import Levels
from venue.rules.margin.oi_scaled import OiScaled
from venue.rules.margin.shock import Shock
from venue.rules.margin.tiers import Tiers


def _ladders_unfit(spec: MarketSpec, rules: Rules) -> bool:
    return ladders_fault(rules.margin.ladders(LadderInputs(spec.tiers))) is not None


def _step_beyond_maintenance(spec: MarketSpec, rules: Rules) -> bool:
    if not isinstance(rules.clamp, (Step, StepAndDaily)):
        return False
    ladders = rules.margin.ladders(LadderInputs(spec.tiers))
    least_e4 = min(ladders.long[0].maintenance_e4, ladders.short[0].maintenance_e4)
    return rules.clamp.step_e4 > least_e4


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


MARGIN: tuple[Misfit, ...] = (
    Misfit(
        "ladders_unfit",
        "the rungs of margin must begin at 0 and rise, no fraction may fall, maintenance must be "
        "above 0 and at most the initial fraction and five times the notional, and the highest "
        "leverage 1 to 100",
        _ladders_unfit,
    ),
    Misfit(
        "step_beyond_maintenance",
        "one step of the clamp must not pass the maintenance margin at the highest leverage: an "
        "account could go from above maintenance to bankrupt in one update; lower step_e4 or the "
        "leverage",
        _step_beyond_maintenance,
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
)
