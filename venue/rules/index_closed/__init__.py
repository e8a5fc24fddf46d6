"""What O is while there is no outside price."""

from venue.core.policies import IndexClosedRule
from venue.rules.index_closed.frozen import Frozen
from venue.rules.index_closed.impact_ema import ImpactEma

RULES: dict[str, type[IndexClosedRule]] = {
    "impact_ema": ImpactEma,
    "frozen": Frozen,
}
