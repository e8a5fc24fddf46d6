"""Rulebook ``edgex``: closed means limit orders only, within 1/L of the last close.

The index is frozen. Market orders are refused, limit orders outside close × (1 ± 1/L) too, and the
mark stays in that range and moves at most 0.5 % in 3 seconds, at the reopen as well: a gap of 30 %
takes three and a half minutes.
"""

from venue.core.listing import RuleRef
from venue.core.units import NS_PER_HOUR
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Rulebook

CLOSED = "band_e4=1/L band_from=close band_both_ways=true market_orders=false"


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'frozen', 'index', 'step']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "frozen"),
        ref("mark", "index"),
        ref("clamp", "step", step_e4=50),
        ref("band", "leverage"),
        ref("funding", "clamped_8h"),
        ref("funding_closed", "off"),
        ref("margin", "tiers"),
        ref("fees", "flat"),
        ref("terms", "rows", overnight=CLOSED),
        ref("interruption", "mirrored", on_halt="freeze"),
        ref("closeout", "market_full"),
        ref("backstop", "fund"),
        ref("last_resort", "profit_leverage"),
    )


RULEBOOK = Rulebook(
    line="closed: limit orders within 1/L of the close, a mark that walks 0.5 % in 3 s",
    dated="undated",
    rules=rules,
    gap="the fund, then winners by ADL",
    listed=adapted(stocks=(10, 5), funding_interval_ns=4 * NS_PER_HOUR),
    verified=(
        "edgex-1.gitbook.io, stock perpetual: closed means no market orders, limit orders inside "
        "last close × (1 ± 1/L), triggered orders likewise; mark in the range, 0.5 % in 3 s.",
    ),
    assumed=(
        "Mark is the index, funding every 4 h and none while closed, sources by their median.",
        "Leverage of 10, fees as listed, hours 04:00 to 20:00, a halt freezes.",
        "All of the liquidation: the whole position to the book, the fund, ADL by profit and "
        "leverage at the bankruptcy price.",
    ),
)
