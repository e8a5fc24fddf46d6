"""What a trade costs: maker and taker fees, and how they follow from what an account traded."""

from venue.core.policies import FeesRule
from venue.rules.fees.flat import FlatFees
from venue.rules.fees.growth import Growth
from venue.rules.fees.maker_taker_skew import MakerTakerSkew
from venue.rules.fees.volume_tiers import VolumeTiers

RULES: dict[str, type[FeesRule]] = {
    "flat": FlatFees,
    "growth": Growth,
    "maker_taker_skew": MakerTakerSkew,
    "volume_tiers": VolumeTiers,
}
