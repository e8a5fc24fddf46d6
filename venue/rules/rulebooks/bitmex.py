"""Rulebook ``bitmex``: the first perpetual's rules.

The mark is the index and what funding is still to come: the book has no say. Funding is paid every
eight hours. The whole position goes to the book at no worse than the bankruptcy price; what is not
taken the insurance fund may take over, and else the winners with most leverage are deleveraged at
the bankruptcy price.

It lists crypto; a stock or an index under it is a what-if.
"""

from venue.core.listing import Fees, RuleRef
from venue.core.units import NS_PER_HOUR
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'frozen', 'funding_basis', 'none']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "frozen"),
        ref("mark", "funding_basis"),
        ref("clamp", "none"),
        ref("band", "none"),
        ref("funding", "clamped_8h"),
        ref("funding_closed", "on"),
        ref("margin", "tiers", transfer_e4=0),
        ref("fees", "flat"),
        ref("terms", "none"),
        ref("closeout", "slices", slice_e4=10_000, protection_e4=10_000),
        ref("backstop", "fund", due_thirds=0),
        ref("last_resort", "adl_bitmex"),
    )


RULEBOOK = Rulebook(
    line="the first perpetual: mark is index and funding to come, ADL at the bankruptcy price",
    dated="undated",
    rules=rules,
    gap="the insurance fund, then winners by ADL",
    listed=adapted(
        stocks=(20, 10, 5),
        indices=(20, 10, 5),
        fees=Fees(maker_e6=-100, taker_e6=750),
        funding_interval_ns=8 * NS_PER_HOUR,
    ),
    verified=(
        "support.bitmex.com, auto-deleveraging: rank by profit in per cent times effective "
        "leverage, closed at the bankruptcy price.",
    ),
    remembered=(
        "Fair price, funding of 8 h with its cap of 75 % of IM - MM, the liquidation engine at the "
        "bankruptcy price; fees of -0.01 and 0.075 %.",
    ),
    assumed=(
        "That a stock's index is frozen while its market is shut, and leverage of 20, 10 and 5.",
        "What a close-out fetches above the bankruptcy price stays with the trader here; there it "
        "goes to the fund.",
        "The fund takes over once equity is below zero, what it can carry.",
    ),
)
