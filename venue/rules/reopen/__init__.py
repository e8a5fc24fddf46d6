"""How the index comes back to outside prices after internal pricing."""

from venue.core.policies import ReopenRule
from venue.rules.reopen.auction_print import AuctionPrint
from venue.rules.reopen.jump import Jump
from venue.rules.reopen.walk import Walk

RULES: dict[str, type[ReopenRule]] = {
    "jump": Jump,
    "walk": Walk,
    "auction_print": AuctionPrint,
}
