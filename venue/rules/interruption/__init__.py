"""Which trades, marks or halts of the underlying stop continuous trading, and for how long."""

from venue.core.policies import InterruptionRule
from venue.rules.interruption.fill_bands import FillBands
from venue.rules.interruption.luld import Luld
from venue.rules.interruption.mirrored import Mirrored
from venue.rules.interruption.none import NoInterruption
from venue.rules.interruption.price_monitoring import PriceMonitoring

RULES: dict[str, type[InterruptionRule]] = {
    "none": NoInterruption,
    "fill_bands": FillBands,
    "luld": Luld,
    "price_monitoring": PriceMonitoring,
    "mirrored": Mirrored,
}
