"""Which prices orders may have, how far they may slip, and whether takers wait."""

from venue.core.policies import OrdersRule
from venue.rules.orders.none import AnyOrder
from venue.rules.orders.significant_figures import SignificantFigures
from venue.rules.orders.speed_bump import SpeedBump

RULES: dict[str, type[OrdersRule]] = {
    "none": AnyOrder,
    "significant_figures": SignificantFigures,
    "speed_bump": SpeedBump,
}
