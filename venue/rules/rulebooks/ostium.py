"""Rulebook ``ostium``: a pool at the oracle, and closed is closed.

Who buys pays the oracle's ask, who sells gets its bid, and the other side is the pool: there is no
book. From 09:30 to 16:00 only; outside, no order is taken and nobody is liquidated. From 15:45 what
stands above 10x is closed by force. Funding follows the skew of the pool's traders, the more
steeply the fuller it is. The gap of whoever stays over the weekend is the pool's.
"""

from venue.core.listing import Fees, RuleRef
from venue.core.units import NS_PER_MINUTE
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import REGULAR, adapted
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'frozen', 'ostium_pool', 'index']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "frozen"),
        ref("counterparty", "ostium_pool"),
        ref("mark", "index"),
        ref("clamp", "none"),
        ref("band", "none"),
        ref("funding", "hill_skew", rollover_e12_per_hour=50_000_000),
        ref("funding_closed", "off"),
        ref("margin", "tiers", transfer_e4=0),
        ref("fees", "maker_taker_skew"),
        ref(
            "terms",
            "rows",
            open=f"closing_lead_ns={15 * NS_PER_MINUTE}",
            closing="leverage_max=10 forced_leverage_max=10",
            extended="is_closed=true",
        ),
        ref("closeout", "oracle_close"),
        ref("backstop", "pool"),
        ref("last_resort", "profit_leverage"),
    )


RULEBOOK = Rulebook(
    line="a pool at the oracle, closed when the stock market is, 10x at most overnight",
    dated="undated",
    rules=rules,
    gap="the pool's providers",
    listed=adapted(stocks=(100,), fees=Fees(maker_e6=300, taker_e6=1_000), hours=REGULAR),
    verified=(
        "0xOstium/smart-contracts-public da3b944: execution at the oracle's bid and ask, price "
        "impact limit, gain of at most 900 %, refusal while closed, forced close above the "
        "overnight leverage, liquidation margin, opening fee by skew, funding (hill) and rollover.",
    ),
    in_part=(
        "ostium-labs.gitbook.io, stocks day trading (marked deprecated): to 100x, opening from "
        "09:31, forced close 15:45 New York; overnight cap 10x at first.",
    ),
    assumed=(
        "Spread of 0.02 %, caps of the pool, fees of 0.03 and 0.1 %, maxima and springs of "
        "funding and rollover; a threshold of 50 %, so half a per cent of notional at 100x.",
        "Providers' epochs: a day each, with a day's notice, and none ends while it is closed.",
        "Halts of the stock are silence of the sources; a cross account's loss is shared between "
        "pool and fund as the rule backstop/pool says.",
    ),
)
