"""What a rulebook is: a named, dated bundle of rules, and what it changes about a listing.

A rulebook says of every part where it is from: ``verified`` was read in a venue's documents or
code, ``in_part`` in an excerpt of them whose rest was not seen, ``remembered`` was not found again,
``assumed`` is ours because the venue does not say.
"""

from collections.abc import Callable

import msgspec

from venue.core.listing import MarketSpec, RuleRef


def unchanged(listing: MarketSpec) -> MarketSpec:
    """Return a listing as it is: the rulebook has rules only."""
    return listing


def nothing_else() -> tuple[RuleRef, ...]:
    """Return no rules: an index market has those of a stock."""
    return ()


class Accepted(msgspec.Struct, frozen=True):
    """A risk of the check of bundles, by its name there, that a rulebook takes, and why."""

    misfit: str
    why: str


class Rulebook(msgspec.Struct, frozen=True):
    """One bundle. ``rules`` names one rule of each kind, kinds that change nothing left out.

    ``line`` is the sentence of ``venue rules list``; ``dated`` the month that it is true of, or
    ``undated`` where the text that was read has no date. ``gap`` says in a few words who pays for
    what a Monday's gap takes from losers beyond their margin. ``index_rules`` stand in the place
    of ``rules`` of the same kind where the market is an index. ``listed`` adapts a listing: margin
    tiers, limits, fees, intervals, hours. ``accepts`` are risks that a bundle is refused for
    elsewhere, and that the venue documents as its own.
    """

    line: str
    dated: str
    rules: Callable[[], tuple[RuleRef, ...]]
    gap: str = ""
    index_rules: Callable[[], tuple[RuleRef, ...]] = nothing_else
    listed: Callable[[MarketSpec], MarketSpec] = unchanged
    verified: tuple[str, ...] = ()
    in_part: tuple[str, ...] = ()
    remembered: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    accepts: tuple[Accepted, ...] = ()

    def rules_for(self, listing: MarketSpec) -> tuple[RuleRef, ...]:
        """Return the rules for a market: an index may have others than a stock."""
        if not is_index(listing):
            return self.rules()
        named = {rule.kind: rule for rule in self.rules()}
        named.update({rule.kind: rule for rule in self.index_rules()})
        return tuple(named.values())


def is_index(listing: MarketSpec) -> bool:
    """Say whether a market follows an index rather than a stock: its hours are a future's."""
    return listing.calendar == "cme_index_future"
