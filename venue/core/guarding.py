"""What an actions rule that watches prices is told: the index's own mean, and the book's middle.

Both are as of the last mark; only markets whose actions rule has a ``mean_ns`` keep them.
"""

from venue.core.fixed import DecayedMean, decayed_mean
from venue.core.market import Market
from venue.core.policies import ActionsInputs
from venue.core.state import State, source_of


def mean_ns_of(market: Market) -> int:
    """Return over how long the actions rule wants the index's mean; 0: it watches no prices."""
    mean_ns: int = getattr(market.rules.actions, "mean_ns", 0)
    return mean_ns


def note_prices(market: Market, now_ns: int) -> None:
    """With a mark: let the index into its mean for the time since the last one."""
    if market.index_nanos is None:
        return
    elapsed_ns = now_ns - (market.index_mean_at_ns or now_ns - market.spec.mark_interval_ns)
    mean = decayed_mean(
        DecayedMean(market.index_mean_whole, market.index_mean_rest, market.index_mean_ps),
        sample=market.index_nanos,
        elapsed_ns=max(0, elapsed_ns),
        tau_ns=mean_ns_of(market),
    )
    market.index_mean_whole, market.index_mean_rest = mean.whole, mean.rest
    market.index_mean_ps, market.index_mean_at_ns = mean.den_ps, now_ns
    bid, ask = market.book.bids.best_ticks(), market.book.asks.best_ticks()
    market.middle_nanos = None
    if bid is not None and ask is not None:
        market.middle_nanos = (bid + ask) * market.spec.units.tick_nanos // 2


def refresh_blocked(state: State, market: Market) -> None:
    """Ask the actions rule what is blocked now."""
    source = source_of(state, market)
    seen = ActionsInputs(market.validity, market.pricing, source.session, source.closure)
    if market.index_mean_ps:
        seen = seen._replace(
            index_nanos=market.index_nanos,
            index_mean_nanos=DecayedMean(
                market.index_mean_whole, market.index_mean_rest, market.index_mean_ps
            ).mean,
            middle_nanos=market.middle_nanos,
        )
    market.blocked = market.rules.actions.blocked(seen)
