"""Rulebook ``ventuals``: outside prices round the clock on weekdays, a quick index at weekends.

From Friday 20:00 to Sunday 20:00, and after 30 seconds of silence, the index steps towards the
book's impact mid: 70 % of the way while the mid is near the index's own hour, less the farther it
strays. So of all closed indices here it follows the book fastest. Margin and liquidation are
Hyperliquid's.
"""

from venue.core.listing import RuleRef
from venue.core.units import NS_PER_SECOND
from venue.rules.build import ref
from venue.rules.rulebooks import hip3
from venue.rules.rulebooks.adapting import AROUND_THE_CLOCK, adapted
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'adaptive_step', 'median3_oracle', 'index_average']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "adaptive_step"),
        ref("mark", "median3_oracle", stale_after_ns=10 * NS_PER_SECOND),
        ref("band", "index_average"),
        ref("funding", "hyperliquid"),
        ref("funding_closed", "on"),
        *hip3.machinery(fees=ref("fees", "growth")),
    )


RULEBOOK = Rulebook(
    line="outside prices round the clock on weekdays, a quick step index at weekends",
    dated="undated",
    rules=rules,
    gap="the vault, then winners by ADL at the mark",
    listed=adapted(stocks=(10, 5), hours=AROUND_THE_CLOCK),
    verified=hip3.VERIFIED,
    in_part=(
        "docs.ventuals.com, indices: internal after 30 s without an outside price, weekend from "
        "Friday 20:00 to Sunday 20:00 New York, steps by deviation from an average of 1 h.",
    ),
    remembered=hip3.REMEMBERED,
    assumed=(
        "Steps beyond a deviation of 0.2 %: a tenth; one step in 3 s; impact notional of $10,000.",
        "Band of min(1/L, 20 %) as on Felix, leverage of 10 (pre-IPO markets: 5), fees in growth "
        "mode, funding as Hyperliquid's.",
        *hip3.ASSUMED,
    ),
)
