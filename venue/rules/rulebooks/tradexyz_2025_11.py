"""Rulebook ``tradexyz_2025_11``: trade.xyz from 2025-11-21, with an index eight times as fast.

The time constant of the closed index went from 8 hours to 1: who was right about a weekend gap kept
10 % of the move before, and 87 % after. All else is as in ``tradexyz_2025_10``: band of 1/L at
rest, funding at Hyperliquid's whole scale (halved on 2025-12-19).
"""

from venue.core.listing import RuleRef
from venue.core.units import NS_PER_HOUR
from venue.rules.build import ref
from venue.rules.rulebooks import tradexyz
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> rules()[1].parameters["tau_ns"] // NS_PER_HOUR
    1
    """
    return tradexyz.rules_of(
        tau_ns=NS_PER_HOUR, band=ref("band", "leverage"), funding=ref("funding", "hyperliquid")
    )


RULEBOOK = Rulebook(
    line="trade.xyz of November 2025: index 1 h behind the weekend's book, band of 1/L at rest",
    dated="2025-11",
    rules=rules,
    gap="the vault, then winners by ADL at the mark",
    index_rules=tradexyz.index_rules,
    listed=tradexyz.LISTED,
    verified=(
        "docs.trade.xyz, oracle time constant update: 1 h from 2025-11-21, and why.",
        "docs.trade.xyz, updates: funding halved from 2025-12-19 only.",
        *tradexyz.VERIFIED,
    ),
    in_part=(
        "docs.trade.xyz, discovery bounds, first form: mark within 1/L of the last outside price.",
        *tradexyz.IN_PART,
    ),
    remembered=tradexyz.REMEMBERED,
    assumed=tradexyz.ASSUMED,
)
