"""How much of a position below maintenance goes to the book, and at what price."""

from venue.core.policies import CloseoutRule
from venue.rules.closeout.market_full import MarketFull
from venue.rules.closeout.slices import Slices

RULES: dict[str, type[CloseoutRule]] = {
    "slices": Slices,
    "market_full": MarketFull,
}
