"""Rulebook ``venue_default``, 2026-04: trade.xyz's prices on Hyperliquid's machinery.

Index: median of fresh sources, with jumps outside REGULAR hours confirmed by time and further
prints; while closed the one-sided impact-price average, tau 30 min. Mark: HIP-3's median of three
with the index, at most 1 % an update, and while closed within trade.xyz's discovery bounds: 1/L of
a reference that the index alone can move on, twice each way. Funding: Hyperliquid's at half scale.
Terms: devnet.one's bands and position limits by session. Liquidation: 20 % slices, the insurance
fund as backstop (after the owner's own opposite accounts), ADL at the bankruptcy price. Figures of
each stand in the rules themselves.
"""

from venue.core.listing import RuleRef
from venue.rules.build import ref
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'impact_ema', 'median3_oracle', 'step']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "impact_ema"),
        ref("mark", "median3_oracle"),
        ref("clamp", "step"),
        ref("band", "discovery"),
        ref("funding", "hyperliquid", scale_e4=5_000),
        ref("terms", "by_session"),
        ref("closeout", "slices"),
        ref("backstop", "fund", owner_first=True),
        ref("last_resort", "profit_leverage"),
    )


RULEBOOK = Rulebook(
    line="trade.xyz's prices on Hyperliquid's machinery; what the venue lists by default",
    dated="2026-04",
    rules=rules,
    gap="the fund, then winners by ADL",
)
