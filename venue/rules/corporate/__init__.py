"""What a venue does about a cash dividend; splits are exact everywhere and need no rule."""

from venue.core.policies import CorporateRule
from venue.rules.corporate.captured_by_funding import CapturedByFunding
from venue.rules.corporate.index_adjust import IndexAdjust
from venue.rules.corporate.none import NoAdjustment
from venue.rules.corporate.special_funding import SpecialFunding

RULES: dict[str, type[CorporateRule]] = {
    "none": NoAdjustment,
    "index_adjust": IndexAdjust,
    "captured_by_funding": CapturedByFunding,
    "special_funding": SpecialFunding,
}
