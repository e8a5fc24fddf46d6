"""Rulebook ``lighter_2026``: the outside price fades in a minute, our own book takes its place.

Lighter gave up its closed market for one that trades on: index and mark go over to averages of the
impact prices, the index at most 1/L less half a per cent from the last outside price, the mark at
most 1/L. Back to outside prices at once. Margin, funding and liquidation are as before.
"""

from venue.core.listing import RuleRef
from venue.rules.build import ref
from venue.rules.rulebooks import lighter_2025
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.lighter_2025 import IMPACT_MICROS, NO_FEES
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'decay_blend', 'median3_impact', 'none']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "decay_blend", impact_micros=IMPACT_MICROS),
        ref("mark", "median3_impact", impact_micros=IMPACT_MICROS),
        ref("clamp", "none"),
        ref("band", "leverage"),
        *lighter_2025.machinery(),
        ref("terms", "none"),
    )


RULEBOOK = Rulebook(
    line="the outside price fades in a minute, the book takes over, within 1/L",
    dated="2026",
    rules=rules,
    gap="winners by ADL at the close-out margin, then the fund",
    listed=adapted(stocks=(10, 5), fees=NO_FEES),
    verified=lighter_2025.VERIFIED,
    in_part=(
        "docs.lighter.xyz, pricing mechanism, two versions: weight of the oracle decays with "
        "1 min, index average of 30 min (2 h before), index within 1/L less 0.5 %, mark within "
        "1/L.",
        *lighter_2025.IN_PART,
    ),
    remembered=lighter_2025.REMEMBERED,
    assumed=(
        "The mark's own average: 8 min, its earlier value.",
        *lighter_2025.ASSUMED,
    ),
)
