"""Rulebook ``hyperliquid``: the venue of crypto perps that the stock venues are built on.

Index: median of sources. It knows no closed market: here the index is frozen while the stock
market is shut, and the book goes on. Mark: the median of index, smoothed basis and local book,
without a clamp and without a band. Funding: hourly, an eighth of the eight-hour rate, always.
Liquidation: 20 % of a large position first, then all; below 2/3 of maintenance the vault; then ADL
by profit and leverage, at the mark before: after a gap of the mark winners are closed at the price
from before it.

It lists crypto; a stock or an index under it is a what-if.
"""

from venue.core.listing import RuleRef
from venue.rules.build import ref
from venue.rules.rulebooks import hip3
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Accepted, Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'frozen', 'median3_oracle', 'significant_figures']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "frozen"),
        ref("mark", "median3_oracle"),
        ref("orders", "significant_figures", brackets_wait=True),
        ref("open_orders", "by_volume", exits_to_listed=True),
        ref("requests", "by_volume"),
        ref("clamp", "none"),
        ref("band", "none"),
        ref("funding", "hyperliquid"),
        ref("funding_closed", "on"),
        ref("margin", "tiers"),
        ref("fees", "volume_tiers"),
        ref("terms", "rows", open=hip3.SIZES),
        hip3.closeout(),
        ref("backstop", "vault"),
        ref("last_resort", "profit_leverage", price="previous_mark"),
    )


RULEBOOK = Rulebook(
    line="crypto's largest book: median of three, no clamp, no band, no closed market",
    dated="undated",
    rules=rules,
    gap="the vault, then winners by ADL at the mark",
    listed=adapted(stocks=(20, 10, 5), indices=(25, 10, 5)),
    verified=(
        "Hyperliquid documentation, whole: mark of three components with 150 s and 30 s averages, "
        "funding (samples of 5 s, 0.01 % and 0.05 % for 8 h, cap 4 % an hour, paid on the oracle, "
        "$6,000 of impact notional), tiers, transfers, liquidation, vault, fees, order sizes, "
        "prices of five significant figures, open orders and requests by volume.",
    ),
    remembered=hip3.REMEMBERED,
    assumed=(
        "That a stock's index is frozen while its market is shut, and leverage of 20, 10 and 5: "
        "Hyperliquid itself lists neither stocks nor indices.",
        "Its weighted median of exchanges is our plain median of sources with confirmed jumps; the "
        "median of other venues' perps has no counterpart here and is left out.",
        *hip3.ASSUMED,
    ),
    accepts=(
        Accepted(
            "adl_at_mark_without_clamp",
            "ADL closes at the previous mark, and only HIP-3 clamps marks: for the perps of its "
            "validators no clamp is documented. What that risks, both without a bound: a winner "
            "gives up the whole of one jump, more than the loser lacked, and the rest of the "
            "loser's margin goes to the fund; and a loser who is looked at a mark too late is "
            "closed beyond the bankruptcy price, where the fund pays, then bad debt stands.",
        ),
    ),
)
