"""How far a mark may go at once."""

from venue.core.policies import ClampRule
from venue.rules.clamp.daily_factor import DailyFactor
from venue.rules.clamp.none import NoClamp
from venue.rules.clamp.step import Step
from venue.rules.clamp.step_and_daily import StepAndDaily

RULES: dict[str, type[ClampRule]] = {
    "step": Step,
    "daily_factor": DailyFactor,
    "step_and_daily": StepAndDaily,
    "none": NoClamp,
}
