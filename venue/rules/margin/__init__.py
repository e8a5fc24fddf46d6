"""What a position needs to be opened and to be kept, and what must stay when money leaves."""

from venue.core.policies import MarginRule
from venue.rules.margin.flat import Flat
from venue.rules.margin.levels import Levels
from venue.rules.margin.oi_scaled import OiScaled
from venue.rules.margin.shock import Shock
from venue.rules.margin.tiers import Tiers

RULES: dict[str, type[MarginRule]] = {
    "flat": Flat,
    "levels": Levels,
    "oi_scaled": OiScaled,
    "shock": Shock,
    "tiers": Tiers,
}
