"""Rulebook ``felix``: outside prices in regular hours only; else averages of the book's middle.

From 16:00 to 09:30 on weekdays the index follows the middle of the impact prices with a time
constant of 1 hour, at weekends of 8 hours (its index market: 30 minutes and 2 hours). The mark is
the median of three, moves 1 % an update, and stays within 1/L, at most 20 %, of a minute's average
of the index. Margin and liquidation are Hyperliquid's.
"""

from venue.core.listing import RuleRef
from venue.core.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.build import ref
from venue.rules.rulebooks import hip3
from venue.rules.rulebooks.adapting import REGULAR, adapted
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'impact_mid_ema', 'median3_oracle', 'index_average']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "impact_mid_ema"),
        ref("mark", "median3_oracle", stale_after_ns=10 * NS_PER_SECOND),
        ref("band", "index_average"),
        ref("funding", "hyperliquid"),
        ref("funding_closed", "on"),
        *hip3.machinery(fees=ref("fees", "growth")),
    )


def index_rules() -> tuple[RuleRef, ...]:
    """Return what USA500 has instead: shorter time constants."""
    tau_ns, tau_weekend_ns = 30 * NS_PER_MINUTE, 2 * NS_PER_HOUR
    return (ref("index_closed", "impact_mid_ema", tau_ns=tau_ns, tau_weekend_ns=tau_weekend_ns),)


RULEBOOK = Rulebook(
    line="outside prices 09:30 to 16:00 only; else averages of the book's middle, 1 h and 8 h",
    dated="undated",
    rules=rules,
    gap="the vault, then winners by ADL at the mark",
    index_rules=index_rules,
    listed=adapted(stocks=(10, 5), hours=REGULAR),
    verified=hip3.VERIFIED,
    in_part=(
        "usefelix.gitbook.io, single-ticker equities and USA500: four weekday windows, median of "
        "feeds in regular hours, averages of 1 h and 8 h (30 min and 2 h), mark and its 1 %, "
        "external price as an average of 1 min, min(1/L, 20 %) round it.",
    ),
    remembered=hip3.REMEMBERED,
    assumed=(
        "The basis is averaged over 150 s: another of its pages says 300 s.",
        "Leverage of 10; fees in growth mode; impact notionals; funding parameters are "
        "Hyperliquid's own.",
        "The middle of the two impact prices is their median; samples come with each mark.",
        *hip3.ASSUMED,
    ),
)
