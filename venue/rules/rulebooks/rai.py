"""Rulebook ``rai``: a contract on a constant, whose target a controller drifts.

The power is 0: the price of the underlying does not move the index. Units are minted against the
underlying in a vault; the controller answers a market price below the target with a target that
rises, above with one that falls, and no cash moves. A coin without a peg, as a perpetual.
"""

from venue.core.listing import RuleRef
from venue.core.units import NS_PER_DAY
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'frozen', 'power', 'median3_oracle']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "frozen"),
        ref("contract", "power", power_n=0, power_d=1, vault="index", vault_ratio_e4=14_500),
        ref("mark", "median3_oracle"),
        ref("clamp", "none"),
        ref("band", "none"),
        ref(
            "funding",
            "pi",
            mode="drift",
            kp_e18=154_700_000_000,
            ki_e18=13_785,
            half_life_ns=30 * NS_PER_DAY,
            barrier_e12=5_000_000_000,
        ),
        ref("margin", "shock", power_n=0, power_d=1),
        ref("fees", "flat"),
        ref("terms", "none"),
        ref("closeout", "slices"),
        ref("backstop", "fund"),
        ref("last_resort", "profit_leverage"),
    )


RULEBOOK = Rulebook(
    line="a constant whose target a controller drifts, minted against the underlying",
    dated="undated",
    rules=rules,
    gap="whoever bought what a vault minted, once its collateral is gone",
    listed=adapted(stocks=(10,)),
    verified=(
        "hai-on-op/core de5a2d0, 'imported from RAI': gains of 1.547e-7 and 1.3785e-14, half-life "
        "of 30 days, barrier of 0.5 %, update every hour, bounds of -90 and +950 % a year.",
        "reflexer-labs/geb-rrfm-calculators 56c709d: trapezoid with leak, noise barrier, bounds.",
    ),
    remembered=("A vault's ratio of 145 %.",),
    assumed=(
        "RAI's own live gains were not read, HAI's stand for them. The barrier is on the "
        "deviation: on the output, as in the contracts, it would never be reached.",
        "That the collateral is a share instead of ether; the scale of $100; reward and dust.",
        "All that is on margin: RAI has vaults only. A floor of 5 % stands for the basis.",
    ),
)
