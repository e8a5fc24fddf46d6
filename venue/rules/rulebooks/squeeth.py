"""Rulebook ``squeeth``: a contract on the square of the price, funded in kind.

The index is A × (S / S0)² × norm, and funding is nothing but norm: it is scaled down while the mark
is above the index, so that longs hold less and less. Shorts mint units against collateral in a
vault at 3/2, which is liquidated by halves for a reward of 10 %. Beside the vaults the contract may
be held on margin, which is by shock: +30 % of the price costs its short 69 %.
"""

from venue.core.listing import RuleRef
from venue.core.units import NS_PER_SECOND
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
        ref("contract", "power", power_n=2, power_d=1, vault="index"),
        ref("mark", "median3_oracle", basis_tau_ns=420 * NS_PER_SECOND),
        ref("clamp", "none"),
        ref("band", "none"),
        ref("funding", "in_kind"),
        ref("margin", "shock", power_n=2, power_d=1),
        ref("fees", "flat"),
        ref("terms", "none"),
        ref("closeout", "slices"),
        ref("backstop", "fund"),
        ref("last_resort", "profit_leverage"),
    )


RULEBOOK = Rulebook(
    line="the square of the price: funding in kind, vaults at 3/2",
    dated="undated",
    rules=rules,
    gap="whoever bought what a vault minted, once its collateral is gone",
    listed=adapted(stocks=(10,), funding_interval_ns=420 * NS_PER_SECOND),
    verified=(
        "opynfinance/squeeth-monorepo 6dc8cd9: square of the price, funding period of 420 h, mark "
        "within 0.8 and 1.4 of the index, averages of 420 s, collateral 3/2, reward of 10 %, half "
        "a vault unless dust is left.",
    ),
    assumed=(
        "That it follows a stock instead of ether; the scale of $100; dust of $1,500.",
        "All that is on margin: Squeeth has vaults only. Shock margin of 10x of the underlying, "
        "slices, the fund, ADL at the bankruptcy price; a mark of three parts.",
        "The index is frozen while the underlying is closed, and in-kind funding goes on.",
    ),
)
