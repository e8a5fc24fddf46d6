"""Rulebook ``power_perp``: a contract on the root of the price, on margin, funded in cash.

The index is A × (S / S0)^(1/2), worth what one side of a constant-product pool is worth, so shorts
pay longs for what such a pool loses to those who trade against it. Longs pay mark minus index over
17.5 days. Any power from 0 to 4 is a change of four figures: ``power_n`` and ``power_d`` of
contract and margin.
"""

from venue.core.listing import RuleRef
from venue.core.units import NS_PER_HOUR
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'impact_ema', 'power', 'median3_oracle']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "impact_ema"),
        ref("contract", "power", power_n=1, power_d=2),
        ref("mark", "median3_oracle"),
        ref("clamp", "none"),
        ref("band", "none"),
        ref("funding", "mark_minus_index", period_ns=420 * NS_PER_HOUR),
        ref("margin", "shock", power_n=1, power_d=2),
        ref("fees", "flat"),
        ref("terms", "none"),
        ref("closeout", "slices"),
        ref("backstop", "fund"),
        ref("last_resort", "profit_leverage"),
    )


RULEBOOK = Rulebook(
    line="the root of the price on margin: shock margin, longs pay mark minus index",
    dated="undated",
    rules=rules,
    gap="the fund, then winners by ADL",
    listed=adapted(stocks=(10,)),
    verified=(
        "opynfinance/squeeth-monorepo 6dc8cd9: the period of 420 h.",
        "Worked out: margin by shock, the fair mark 1 / (1 - f g), shorts pay sigma²/8 a year at "
        "p = 1/2 (tests of the contract and of fair_mark).",
    ),
    in_part=("paradigm.xyz, everlasting options: funding is mark minus payoff.",),
    assumed=(
        "No venue lists this: index, mark, fees and liquidation are this venue's own, without a "
        "clamp, and margin of 10x of the underlying.",
    ),
)
