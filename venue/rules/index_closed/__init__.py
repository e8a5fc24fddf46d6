"""What O is while there is no outside price."""

from venue.core.policies import IndexClosedRule
from venue.rules.index_closed.adaptive_step import AdaptiveStep
from venue.rules.index_closed.decay_blend import DecayBlend
from venue.rules.index_closed.feed import Feed
from venue.rules.index_closed.frozen import Frozen
from venue.rules.index_closed.hyperp import Hyperp
from venue.rules.index_closed.impact_ema import ImpactEma
from venue.rules.index_closed.impact_mid_ema import ImpactMidEma
from venue.rules.index_closed.log_drift import LogDrift

RULES: dict[str, type[IndexClosedRule]] = {
    "impact_ema": ImpactEma,
    "frozen": Frozen,
    "impact_mid_ema": ImpactMidEma,
    "log_drift": LogDrift,
    "hyperp": Hyperp,
    "decay_blend": DecayBlend,
    "adaptive_step": AdaptiveStep,
    "feed": Feed,
}
