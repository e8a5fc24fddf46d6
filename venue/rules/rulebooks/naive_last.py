"""Rulebook ``naive_last``: the mark is our own last trade, no guards.

What a venue does that trusts its book. It is here to be compared with: one lot traded across a thin
weekend book moves everybody's margin. Funding, backstop and ADL are the default's, so that the
prices decide.
"""

from venue.core.listing import RuleRef
from venue.rules.build import ref
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['last_print', 'frozen', 'last', 'none']
    """
    return (
        ref("index_open", "last_print"),
        ref("index_closed", "frozen"),
        ref("mark", "last"),
        ref("clamp", "none"),
        ref("funding", "hyperliquid", scale_e4=5_000),
        ref("terms", "none"),
        ref("closeout", "market_full"),
        ref("backstop", "fund"),
        ref("last_resort", "profit_leverage"),
    )


RULEBOOK = Rulebook(
    line="the mark is our own last trade, no guards",
    dated="2026-04",
    rules=rules,
    gap="nobody, until somebody trades: the mark shows the insolvent as solvent",
)
