"""Named bundles of rules, and listings made with them."""

from msgspec.structs import replace

from venue.core.listing import MarketSpec
from venue.rules.build import completed
from venue.rules.rulebooks import naive_last, naive_print, venue_default
from venue.rules.rulebooks.listings import LISTINGS
from venue.rules.rulebooks.rulebook import Rulebook
from venue.rules.table import RuleFault

RULEBOOKS: dict[str, Rulebook] = {
    "venue_default": venue_default.RULEBOOK,
    "naive_print": naive_print.RULEBOOK,
    "naive_last": naive_last.RULEBOOK,
}


def under(listing: MarketSpec, rulebook: str) -> MarketSpec:
    """Return a listing under a rulebook of the table; ``RuleFault`` where there is none.

    >>> under(LISTINGS["TSLA"], "naive_print").rules[2].name
    'index'
    """
    if rulebook not in RULEBOOKS:
        known = ", ".join(RULEBOOKS)
        raise RuleFault(f"no rulebook is named {rulebook!r}: expected one of {known}")
    found = RULEBOOKS[rulebook]
    return replace(found.listed(listing), rulebook=rulebook, rules=completed(found.rules()))


def spec(market: str, rulebook: str = "venue_default") -> MarketSpec:
    """Return a market that ships (TSLA, NVDA, US100), under a rulebook.

    >>> spec("US100").calendar, spec("US100").tiers[0].leverage_max
    ('cme_index_future', 25)
    """
    if market not in LISTINGS:
        raise RuleFault(f"no listing ships for {market!r}: expected one of {', '.join(LISTINGS)}")
    return under(LISTINGS[market], rulebook)
