"""How far a mark may go at once."""

from venue.core.policies import ClampRule
from venue.rules.clamp.none import NoClamp
from venue.rules.clamp.step import Step

RULES: dict[str, type[ClampRule]] = {
    "step": Step,
    "none": NoClamp,
}
