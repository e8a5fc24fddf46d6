"""Rulebook ``binance``: a mark of three parts, eight-hour funding, no clamp.

Index with funding to come, index plus a 30 s average of the basis, contract price: the middle one.
While the stock market is shut the index is a smoothed average of the order book. The insurance fund
pays first, then winners by profit and leverage.
"""

from venue.core.listing import Fees, RuleRef
from venue.core.units import NS_PER_HOUR
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import AROUND_THE_CLOCK, adapted
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'impact_mid_ema', 'median3_funding', 'none']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "impact_mid_ema"),
        ref("mark", "median3_funding", samples=10),
        ref("clamp", "none"),
        ref("band", "none"),
        ref("funding", "clamped_8h", weights="rising", margin_cap_e4=None),
        ref("funding_closed", "on"),
        ref("margin", "tiers", transfer_e4=0),
        ref("fees", "flat"),
        ref("terms", "none"),
        ref("closeout", "market_full"),
        ref("backstop", "fund", due_thirds=0),
        ref("last_resort", "adl_bitmex"),
    )


RULEBOOK = Rulebook(
    line="mark of three parts, smoothed order book off hours, eight-hour funding",
    dated="undated",
    rules=rules,
    gap="the insurance fund, then winners by ADL",
    listed=adapted(
        stocks=(20, 10, 5),
        indices=(20, 10, 5),
        fees=Fees(maker_e6=200, taker_e6=500),
        hours=AROUND_THE_CLOCK,
        funding_interval_ns=8 * NS_PER_HOUR,
    ),
    verified=(
        "developers.binance.com, trading session stream: pre-market, regular, after-market, "
        "overnight, no trading.",
    ),
    in_part=(
        "Reports on the mark of September 2025: three prices, average of 30 s; funding [P + "
        "clamp(I - P, 0.05 %)] / (8/N); impact notional of 200 USDT over the initial margin.",
        "Reports on commodities: from a fixed index to an order-book EWMA off hours; Korean stock "
        "perps at 20x with 8 h of funding.",
    ),
    remembered=(
        "Insurance fund, then ADL by profit and leverage; rising weights of the premium; fees of "
        "0.02 and 0.05 %.",
    ),
    assumed=(
        "Averages of 1 h at night and 8 h at weekends: its parameters are not published.",
        "The rank is BitMEX's; no cap on funding; the close-out is a market order for all of it.",
        "That it lists no index: US100 under it has a stock's rules.",
    ),
)
