"""What a committed maker owes."""

from venue.core.policies import MakersRule
from venue.rules.makers.none import NoMakers
from venue.rules.makers.sla import Sla

RULES: dict[str, type[MakersRule]] = {"none": NoMakers, "sla": Sla}
