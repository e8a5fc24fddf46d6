"""Rulebook ``vega``: a price that is too far away calls an auction.

The mark is made of trades, book and outside price, each as long as it is fresh. A trade or mark
beyond the bounds of the last 10 minutes, 30 minutes or 2 hours is not executed: orders are
collected for 5 to 60 minutes, and one price is found. After an outage of the venue too. A
liquidated position goes to the network with all its margin, and is disposed of in steps; what is
missing after that, winners give up in proportion to their gains.

It lists what its users propose, crypto mostly; a stock or an index under it is a what-if.
"""

from venue.core.listing import RuleRef
from venue.core.units import NS_PER_HOUR, NS_PER_SECOND
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'frozen', 'auction_print', 'composite']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "frozen"),
        ref("reopen", "auction_print"),
        ref("mark", "composite"),
        ref("clamp", "none"),
        ref("band", "none"),
        ref("funding", "twap_vega"),
        ref("funding_closed", "on"),
        ref("margin", "levels", owed_e4=9_000),
        ref("fees", "flat"),
        ref("terms", "none"),
        ref("interruption", "price_monitoring"),
        ref("calls", "outage"),
        ref("closeout", "network_disposal"),
        ref("backstop", "network"),
        ref("last_resort", "social_gain_prorata"),
    )


RULEBOOK = Rulebook(
    line="composite mark, auctions when a price is too far away, gains shared out of",
    dated="undated",
    rules=rules,
    gap="the insurance pool, then all winners in proportion to their gains",
    listed=adapted(
        stocks=(10, 5), mark_interval_ns=5 * NS_PER_SECOND, funding_interval_ns=8 * NS_PER_HOUR
    ),
    verified=(
        "vegaprotocol/specs 5fea1f3: composite mark with staleness (0009), funding by averages "
        "without auction time (0053), price monitoring (0032) and auctions (0026), outage "
        "auctions, network disposal and its example, loss socialisation (0012), levels "
        "1.1, 1.2, 1.3 (0019), the margin funding factor (0053), marks at most every 5 s.",
    ),
    assumed=(
        "Weights, windows and staleness of the composite mark; the three triggers are an example "
        "of its text.",
        "A margin funding factor of 0.9, as its own tests of mainnet markets have it.",
        "Leverage of 10 stands for its risk model; fees are the listing's own; funding every 8 h.",
        "That the index waits for the auction's price (two hours at most) when outside prices come "
        "back.",
    ),
)
