"""Rulebook ``tradexyz_2025_10``: trade.xyz as it began, before 2025-11-21.

While the stock market is shut the index follows the book with a time constant of 8 hours, so a
weekend's news is mostly still to come on Monday, and whoever is right about it pays funding at
Hyperliquid's whole scale until then. The mark stays within 1/L of the last outside price, whatever
happens, and moves 1 % an update.
"""

from venue.core.listing import RuleRef
from venue.core.units import NS_PER_HOUR
from venue.rules.build import ref
from venue.rules.rulebooks import tradexyz
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> rules()[1].parameters["tau_ns"] // NS_PER_HOUR
    8
    """
    return tradexyz.rules_of(
        tau_ns=8 * NS_PER_HOUR, band=ref("band", "leverage"), funding=ref("funding", "hyperliquid")
    )


RULEBOOK = Rulebook(
    line="trade.xyz at its launch: index 8 h behind the weekend's book, band of 1/L at rest",
    dated="2025-10",
    rules=rules,
    gap="the vault, then winners by ADL at the mark",
    index_rules=tradexyz.index_rules,
    listed=tradexyz.LISTED,
    verified=(
        "docs.trade.xyz, oracle time constant update: 8 h until 2025-11-21.",
        *tradexyz.VERIFIED,
    ),
    in_part=(
        "docs.trade.xyz, discovery bounds, first form: mark within 1/L of the last outside price.",
        *tradexyz.IN_PART,
    ),
    remembered=tradexyz.REMEMBERED,
    assumed=("That the band stood from the first day.", *tradexyz.ASSUMED),
)
