"""What a rulebook is: a named, dated bundle of rules, and what it changes about a listing.

A rulebook says of every part where it is from: ``verified`` was read in a venue's documents or
code, ``remembered`` was not found again, ``assumed`` is ours because the venue does not say.
"""

from collections.abc import Callable

import msgspec

from venue.core.listing import MarketSpec, RuleRef


def unchanged(listing: MarketSpec) -> MarketSpec:
    """Return a listing as it is: the rulebook has rules only."""
    return listing


class Rulebook(msgspec.Struct, frozen=True):
    """One bundle. ``rules`` names one rule of each kind, kinds that change nothing left out.

    ``line`` is the sentence of ``venue rules list``; ``dated`` the month that it is true of.
    ``listed`` adapts a listing: margin tiers, limits, fees, intervals.
    """

    line: str
    dated: str
    rules: Callable[[], tuple[RuleRef, ...]]
    listed: Callable[[MarketSpec], MarketSpec] = unchanged
    verified: tuple[str, ...] = ()
    remembered: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
