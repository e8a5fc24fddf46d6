"""Rulebook ``aster``: a mark of three parts, averages at night, market orders held to 5 %.

Off hours the index is a smoothed average of the book, no order is taken more than 5 % off the mark,
and a market order fills to there and is then cancelled. Dividends are paid by a special funding.
"""

from venue.core.listing import RuleRef
from venue.core.units import NS_PER_HOUR, NS_PER_MINUTE
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'impact_mid_ema', 'median3_funding', 'none']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "impact_mid_ema"),
        ref("mark", "median3_funding", samples=5, spacing_ns=NS_PER_MINUTE),
        ref("clamp", "none"),
        ref("band", "none"),
        ref("funding", "clamped_8h", margin_cap_e4=None),
        ref("funding_closed", "on"),
        ref("corporate", "special_funding"),
        ref("margin", "tiers"),
        ref("fees", "flat"),
        ref("terms", "rows", extended="band_e4=500 band_caps_market=true"),
        ref("interruption", "mirrored", on_halt="freeze"),
        ref("closeout", "market_full"),
        ref("backstop", "fund"),
        ref("last_resort", "adl_bitmex"),
    )


RULEBOOK = Rulebook(
    line="mark of three parts, averages off hours, market orders fill to 5 % and no farther",
    dated="undated",
    rules=rules,
    gap="the fund, then winners by ADL",
    listed=adapted(stocks=(20, 10, 5), indices=(25, 10, 5), funding_interval_ns=8 * NS_PER_HOUR),
    in_part=(
        "docs.asterdex.com, stock perpetuals: median of index with funding, index plus an average "
        "of 5 min, contract price; averaged at night (20:00 to 04:00), from Friday 20:00 and on "
        "holidays; orders within 5 % of the mark off hours, market orders fill to it; "
        "dividends by a special funding the evening before ex.",
    ),
    assumed=(
        "Average of 1 h at night and 8 h at weekends; one sample of the basis a minute.",
        "Funding: 8 h, 0.01 % and 0.05 %, no cap, also while closed; leverage of 20; fees as "
        "listed; a halt freezes.",
        "All of the liquidation: the whole position to the book, the fund, ADL as BitMEX ranks.",
    ),
)
