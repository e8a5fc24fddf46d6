"""Rulebook ``dydx_v4``: one price for everything, margin that rises with open interest.

The oracle is the mark, the liquidation price and the trigger. While the stock market is shut it
stays where it was. Who opens in a crowded market needs more margin, up to all of the notional.
Close-outs take a tenth of a position at a time, at a price that falls as equity goes; the fund pays
a shortfall up to $1 million, then accounts are deleveraged from a pseudo-random one on.

It lists crypto; a stock or an index under it is a what-if.
"""

from venue.core.listing import Fees, RuleRef
from venue.core.units import E6, NS_PER_SECOND
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'frozen', 'index', 'none']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "frozen"),
        ref("mark", "index"),
        ref("clamp", "none"),
        ref("band", "none"),
        ref("funding", "premium_8h_cap", votes=60, votes_min=15),
        ref("funding_closed", "on"),
        ref("margin", "oi_scaled", initial_e4=500, maintenance_e4=300),
        ref("fees", "flat"),
        ref("terms", "none"),
        ref("closeout", "ioc_fillable"),
        ref("backstop", "fund", claim_micros_max=1_000_000 * E6, gates_withdrawals=True),
        ref("last_resort", "adl_random"),
    )


RULEBOOK = Rulebook(
    line="oracle is mark, margin rises with open interest, ADL from a random account on",
    dated="undated",
    rules=rules,
    gap="the fund up to $1 M each, then whoever is drawn",
    listed=adapted(
        stocks=(20,), fees=Fees(maker_e6=100, taker_e6=500), sample_interval_ns=NS_PER_SECOND
    ),
    verified=(
        "dydxprotocol/v4-chain 84d4664: fillable price with its signs, genesis values (150 %, "
        "1.5 % to the fund, a tenth a block and at least $1,000, $1 M of loss), deleveraging from "
        "a pseudo-random subaccount at the bankruptcy price, withdrawals gated while one is "
        "negative.",
        "dydxprotocol/v4-documentation 3e475b7: oracle for collateral, liquidation and triggers; "
        "margin of 5 and 3 %, by open interest; funding with votes, medians and its cap of 600 %.",
    ),
    remembered=("Fees of 0.01 and 0.05 %; that missing votes count as zero.",),
    assumed=(
        "A block is a second; a vote is a sample of a second.",
        "Open interest from $25 M to $50 M raises the margin: each market has its own bounds.",
        "Of the fund's floor and its share of a takeover nothing is documented: at 2/3 of "
        "maintenance it takes what it can carry.",
    ),
)
