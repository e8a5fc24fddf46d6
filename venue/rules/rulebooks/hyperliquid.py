"""Rulebook ``hyperliquid``: the venue of crypto perps that the stock venues are built on.

Index: median of sources. It knows no closed market: here the index is frozen while the stock
market is shut, and the book goes on. Mark: the median of index, smoothed basis and local book,
without a clamp and without a band. Funding: hourly, an eighth of the eight-hour rate, always.
Liquidation: 20 % of a large position first, then all; below 2/3 of maintenance the vault; then ADL
by profit and leverage.

It lists crypto; a stock or an index under it is a what-if.
"""

from venue.core.listing import RuleRef
from venue.rules.build import ref
from venue.rules.rulebooks import hip3
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'frozen', 'median3_oracle', 'significant_figures']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "frozen"),
        ref("mark", "median3_oracle"),
        ref("orders", "significant_figures"),
        ref("clamp", "none"),
        ref("band", "none"),
        ref("funding", "hyperliquid"),
        ref("funding_closed", "on"),
        ref("margin", "tiers"),
        ref("fees", "volume_tiers"),
        ref("terms", "rows", open=hip3.SIZES),
        hip3.closeout(),
        ref("backstop", "vault"),
        ref("last_resort", "profit_leverage"),
    )


RULEBOOK = Rulebook(
    line="crypto's largest book: median of three, no clamp, no band, no closed market",
    dated="undated",
    rules=rules,
    gap="the vault, then winners by ADL",
    listed=adapted(stocks=(20, 10, 5), indices=(25, 10, 5)),
    verified=(
        "Hyperliquid documentation, whole: mark of three components with 150 s and 30 s averages, "
        "funding (samples of 5 s, 0.01 % and 0.05 % for 8 h, cap 4 % an hour, paid on the oracle, "
        "$6,000 of impact notional), tiers, transfers, liquidation, vault, fees, order sizes, "
        "prices of five significant figures.",
    ),
    remembered=hip3.REMEMBERED,
    assumed=(
        "That a stock's index is frozen while its market is shut, and leverage of 20, 10 and 5: "
        "Hyperliquid itself lists neither stocks nor indices.",
        "Its weighted median of exchanges is our plain median of sources with confirmed jumps; the "
        "median of other venues' perps has no counterpart here and is left out.",
        "ADL at the bankruptcy price: at the previous mark, as documented, an unclamped mark would "
        "leave a remainder without a bound, and such a bundle is refused here.",
        *hip3.ASSUMED,
    ),
)
