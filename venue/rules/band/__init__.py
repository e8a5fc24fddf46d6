"""How far a mark may go in all; applied after the clamp."""

from venue.core.policies import BandRule
from venue.rules.band.discovery import Discovery
from venue.rules.band.index_average import IndexAverage
from venue.rules.band.leverage import LeverageBand
from venue.rules.band.mark_average import MarkAverage
from venue.rules.band.none import NoBand

RULES: dict[str, type[BandRule]] = {
    "leverage": LeverageBand,
    "discovery": Discovery,
    "index_average": IndexAverage,
    "mark_average": MarkAverage,
    "none": NoBand,
}
