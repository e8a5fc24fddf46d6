"""Rulebook ``gmx``: a pool at the oracle that charges for imbalance, and closes winners when thin.

What adds to the difference of longs and shorts pays for it by way of its price; what lessens it is
paid. Funding goes from the larger side to the smaller by the second. When the profit of a side
passes 85 % of the pool's money, profitable positions are closed until it is 77 %; and no side is
paid more than 90 %.

It lists crypto; a stock or an index under it is a what-if.
"""

from venue.core.listing import Fees, RuleRef
from venue.core.units import NS_PER_SECOND
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import REGULAR, adapted
from venue.rules.rulebooks.rulebook import Rulebook

# What a second's rate may rise and fall by in a second, in 1e-18: 0 to its highest in some 3 days.
INCREASE_E18, DECREASE_E18 = 400_000, 100_000


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'frozen', 'gmx_pool', 'index']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "frozen"),
        ref("counterparty", "gmx_pool"),
        ref("mark", "index"),
        ref("clamp", "none"),
        ref("band", "none"),
        ref(
            "funding",
            "skew_gmx",
            max_e18_per_second=100_000_000_000,
            increase_e18=INCREASE_E18,
            decrease_e18=DECREASE_E18,
        ),
        ref("funding_closed", "on"),
        ref("margin", "flat", initial_e4=200, maintenance_e4=100),
        ref("fees", "maker_taker_skew", maker_leverage_max=100),
        ref("terms", "rows", extended="is_closed=true"),
        ref("closeout", "oracle_close"),
        ref("backstop", "pool"),
        ref("last_resort", "profit_leverage"),
    )


RULEBOOK = Rulebook(
    line="a pool at the oracle, price impact for imbalance, winners closed when it is thin",
    dated="undated",
    rules=rules,
    gap="the pool's providers, then winners by ADL",
    listed=adapted(
        stocks=(50,),
        fees=Fees(maker_e6=400, taker_e6=600),
        hours=REGULAR,
        funding_interval_ns=60 * NS_PER_SECOND,
    ),
    verified=(
        "gmx-io/gmx-synthetics a5c0c88: funding by imbalance and its adaptive form, price impact "
        "on open interest, ADL from 85 to 77 %, traders capped at 90 %, least collateral of 1 %.",
    ),
    remembered=("Opening fees of 0.04 and 0.06 %.",),
    assumed=(
        "Impact factor and exponent, caps, spread, the rates at which funding adapts; leverage of "
        "50. Borrowing fees are left out.",
        "That it is closed outside 09:30 to 16:00 New York; its funding goes on.",
        "Providers' epochs: GMX has none.",
    ),
)
