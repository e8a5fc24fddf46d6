"""Rulebook ``drift``: an oracle that says how far it may be trusted, and losses shared by all.

The index is the last print, however old, with a validity; a table says what may be done at which.
While the stock market is shut nothing opens. Liquidations free a part at a time over a minute.
What the insurance fund does not pay, every contract pays alike, long or short, through funding.

It lists crypto; a stock or an index under it is a what-if.
"""

from venue.core.listing import Fees, RuleRef
from venue.core.units import E6
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['validity_ladder', 'frozen', 'jump', 'drift_matrix']
    """
    return (
        ref("index_open", "validity_ladder"),
        ref("index_closed", "frozen"),
        ref("reopen", "jump"),
        ref("actions", "drift_matrix"),
        ref("mark", "index"),
        ref("clamp", "none"),
        ref("band", "none"),
        ref("funding", "twap_drift"),
        ref("funding_closed", "on"),
        ref("margin", "flat", initial_e4=1_000, maintenance_e4=500),
        ref("fees", "flat"),
        ref("terms", "none"),
        ref("interruption", "fill_bands"),
        ref("closeout", "ramp"),
        ref("backstop", "fund", draw_micros_max=1_000_000 * E6),
        ref("last_resort", "social_all_contracts"),
    )


RULEBOOK = Rulebook(
    line="a ladder of oracle validity, liquidation by a ramp, losses shared by all contracts",
    dated="undated",
    rules=rules,
    gap="the fund up to $1 M a market, then every contract, long or short",
    listed=adapted(stocks=(10,), fees=Fees(maker_e6=-20, taker_e6=1_000)),
    verified=(
        "drift-labs/protocol-v2 0ae3e3b: validity ladder and action matrix, no funding where mark "
        "and oracle are 10 % apart, no fill, trigger or liquidation where the oracle is 50 % from "
        "its mean of five minutes, fills within the initial margin of the oracle and 50 % of its "
        "mean, hourly funding (1/24, "
        "offset 1/5000, clamp 3 % in tiers A and B), ramp over a minute, $50, claims by tier "
        "(B: $1 M), loss per contract over both sides.",
    ),
    remembered=("Fees of -0.002 and 0.1 %.",),
    assumed=(
        "Tier B, margin of 10 and 5 %, all sources safe (tier factor 1).",
        "Internal pricing counts as stale for margin: nothing opens while closed; liquidations go "
        "on. Its market maker of the house has no counterpart here.",
        "Start, buffer, discount and fee of the ramp; when the fund takes a position over.",
    ),
)
