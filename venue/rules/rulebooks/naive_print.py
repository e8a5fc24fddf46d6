"""Rulebook ``naive_print``: the index is the last print, the mark is the index, no guards.

What a venue does that trusts its feed. It is here to be compared with: on recorded late prints it
liquidates whom ``venue_default`` does not. Funding, backstop and ADL are the default's, so that the
prices decide.
"""

from venue.core.listing import RuleRef
from venue.rules.build import ref
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['last_print', 'frozen', 'index', 'none']
    """
    return (
        ref("index_open", "last_print"),
        ref("index_closed", "frozen"),
        ref("mark", "index"),
        ref("clamp", "none"),
        ref("funding", "hyperliquid", scale_e4=5_000),
        ref("terms", "none"),
        ref("closeout", "market_full"),
        ref("backstop", "fund"),
        ref("last_resort", "profit_leverage"),
    )


RULEBOOK = Rulebook(
    line="the index is the last print, the mark is the index, no guards",
    dated="2026-04",
    rules=rules,
    gap="the fund, then winners by ADL",
)
