"""Named bundles of rules, and listings made with them."""

from msgspec.structs import replace

from venue.core.listing import MarketSpec
from venue.rules.build import completed
from venue.rules.rulebooks import (
    aster,
    binance,
    bitmex,
    devnet_equities,
    drift,
    dydx_v4,
    edgex,
    felix,
    gmx,
    hyperliquid,
    lighter_2025,
    lighter_2026,
    naive_last,
    naive_print,
    ostium,
    power_perp,
    qfex,
    rai,
    squeeth,
    tradexyz_2025_10,
    tradexyz_2025_11,
    tradexyz_2026_04,
    tradexyz_2026_08,
    vega,
    ventuals,
    venue_default,
)
from venue.rules.rulebooks.listings import LISTINGS
from venue.rules.rulebooks.rulebook import Rulebook
from venue.rules.table import RuleFault

RULEBOOKS: dict[str, Rulebook] = {
    "venue_default": venue_default.RULEBOOK,
    "naive_print": naive_print.RULEBOOK,
    "naive_last": naive_last.RULEBOOK,
    # Venues on Hyperliquid's machinery, then other venues of stocks, then crypto's.
    "hyperliquid": hyperliquid.RULEBOOK,
    "tradexyz_2025_10": tradexyz_2025_10.RULEBOOK,
    "tradexyz_2025_11": tradexyz_2025_11.RULEBOOK,
    "tradexyz_2026_04": tradexyz_2026_04.RULEBOOK,
    "tradexyz_2026_08": tradexyz_2026_08.RULEBOOK,
    "qfex": qfex.RULEBOOK,
    "felix": felix.RULEBOOK,
    "ventuals": ventuals.RULEBOOK,
    "lighter_2025": lighter_2025.RULEBOOK,
    "lighter_2026": lighter_2026.RULEBOOK,
    "edgex": edgex.RULEBOOK,
    "aster": aster.RULEBOOK,
    "devnet_equities": devnet_equities.RULEBOOK,
    "dydx_v4": dydx_v4.RULEBOOK,
    "drift": drift.RULEBOOK,
    "vega": vega.RULEBOOK,
    "bitmex": bitmex.RULEBOOK,
    "binance": binance.RULEBOOK,
    # Pools instead of a book, then powers of a price.
    "ostium": ostium.RULEBOOK,
    "gmx": gmx.RULEBOOK,
    "squeeth": squeeth.RULEBOOK,
    "rai": rai.RULEBOOK,
    "power_perp": power_perp.RULEBOOK,
}


def under(listing: MarketSpec, rulebook: str) -> MarketSpec:
    """Return a listing under a rulebook of the table; ``RuleFault`` where there is none.

    >>> [rule.name for rule in under(LISTINGS["TSLA"], "naive_print").rules if rule.kind == "mark"]
    ['index']
    """
    if rulebook not in RULEBOOKS:
        known = ", ".join(RULEBOOKS)
        raise RuleFault(f"no rulebook is named {rulebook!r}: expected one of {known}")
    found = RULEBOOKS[rulebook]
    rules = completed(found.rules_for(listing))
    accepts = tuple(each.misfit for each in found.accepts)
    return replace(found.listed(listing), rulebook=rulebook, rules=rules, accepts=accepts)


def spec(market: str, rulebook: str = "venue_default") -> MarketSpec:
    """Return a market that ships (TSLA, NVDA, US100), under a rulebook.

    >>> spec("US100").calendar, spec("US100").tiers[0].leverage_max
    ('cme_index_future', 25)
    """
    if market not in LISTINGS:
        raise RuleFault(f"no listing ships for {market!r}: expected one of {', '.join(LISTINGS)}")
    return under(LISTINGS[market], rulebook)
