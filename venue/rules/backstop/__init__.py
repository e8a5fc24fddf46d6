"""When the insurance fund takes over, how it unwinds, and the floor that it keeps."""

from venue.core.policies import BackstopRule
from venue.rules.backstop.fund import Fund

RULES: dict[str, type[BackstopRule]] = {
    "fund": Fund,
}
