"""Rulebook ``tradexyz_2026_04``: trade.xyz from 2026-04-30, as documented.

The closed index has a time constant of 30 minutes. The band of 1/L moves on: when the index has
come 90 % of the way to a bound, the bound becomes the middle of a fresh band, a few times in each
direction. Funding is half of Hyperliquid's, interest included, with its clamp of 5 basis points.
"""

from venue.core.listing import RuleRef
from venue.core.units import NS_PER_MINUTE
from venue.rules.build import ref
from venue.rules.rulebooks import tradexyz
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> rules()[1].parameters["tau_ns"] // NS_PER_MINUTE
    30
    """
    return tradexyz.rules_of(
        tau_ns=30 * NS_PER_MINUTE,
        band=ref("band", "discovery"),
        funding=ref("funding", "hyperliquid", scale_e4=5_000),
    )


IN_PART = (
    "docs.trade.xyz, discovery bounds: the reference re-anchors at a bound when the oracle has "
    "passed a trigger, for example 90 % of the way; a number of resets a direction.",
    *tradexyz.IN_PART,
)
ASSUMED = (
    "Two resets in each direction, and the trigger of 90 % for all markets.",
    *tradexyz.ASSUMED,
)

RULEBOOK = Rulebook(
    line="trade.xyz of April 2026: index 30 min behind, a band that moves on, half funding",
    dated="2026-04",
    rules=rules,
    gap="the vault, then winners by ADL at the mark",
    index_rules=tradexyz.index_rules,
    listed=tradexyz.LISTED,
    verified=(
        "docs.trade.xyz, oracle price, second version: 30 min from 2026-04-30.",
        "docs.trade.xyz, updates: the whole funding formula times 0.5 from 2025-12-19, clamp of "
        "0.05 %.",
        *tradexyz.VERIFIED,
    ),
    in_part=IN_PART,
    remembered=tradexyz.REMEMBERED,
    assumed=ASSUMED,
)
