"""Named bundles of rules, and listings made with them."""

from collections.abc import Callable

from msgspec.structs import replace

from venue.core.listing import MarketSpec, RuleRef
from venue.rules.build import completed
from venue.rules.rulebooks import naive_last, naive_print, venue_default
from venue.rules.rulebooks.listings import LISTINGS
from venue.rules.table import RuleFault

RULEBOOKS: dict[str, Callable[[], tuple[RuleRef, ...]]] = {
    "venue_default": venue_default.rules,
    "naive_print": naive_print.rules,
    "naive_last": naive_last.rules,
}


def under(listing: MarketSpec, rulebook: str) -> MarketSpec:
    """Return a listing under a rulebook of the table; ``RuleFault`` where there is none.

    >>> under(LISTINGS["TSLA"], "naive_print").rules[2].name
    'index'
    """
    if rulebook not in RULEBOOKS:
        known = ", ".join(RULEBOOKS)
        raise RuleFault(f"no rulebook is named {rulebook!r}: expected one of {known}")
    return replace(listing, rulebook=rulebook, rules=completed(RULEBOOKS[rulebook]()))


def spec(market: str, rulebook: str = "venue_default") -> MarketSpec:
    """Return a market that ships (TSLA, NVDA, US100), under a rulebook.

    >>> spec("US100").calendar, spec("US100").tiers[0].leverage_max
    ('cme_index_future', 25)
    """
    if market not in LISTINGS:
        raise RuleFault(f"no listing ships for {market!r}: expected one of {', '.join(LISTINGS)}")
    return under(LISTINGS[market], rulebook)
