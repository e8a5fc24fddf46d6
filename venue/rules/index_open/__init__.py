"""What O is while outside prints count."""

from venue.core.policies import IndexOpenRule
from venue.rules.index_open.carry import Carry
from venue.rules.index_open.close_plus_change import ClosePlusChange
from venue.rules.index_open.close_ratio import CloseRatio
from venue.rules.index_open.devnet import Devnet
from venue.rules.index_open.index_guard import IndexGuard
from venue.rules.index_open.last_print import LastPrint
from venue.rules.index_open.median_of_sources import MedianOfSources
from venue.rules.index_open.validity_ladder import ValidityLadder

RULES: dict[str, type[IndexOpenRule]] = {
    "median_of_sources": MedianOfSources,
    "last_print": LastPrint,
    "index_guard": IndexGuard,
    "devnet": Devnet,
    "validity_ladder": ValidityLadder,
    "carry": Carry,
    "close_plus_change": ClosePlusChange,
    "close_ratio": CloseRatio,
}
