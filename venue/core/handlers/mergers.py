"""A merger is carried out: units become cash, or units of another, or both.

    cash alone                    every position is closed at the cash of a unit; the market ends
    units of a name that is new   the market becomes that one: a split by the exact ratio, then its
                                  name; nobody gains or loses by it
    units of a listed market,     every position is closed at cash + index of that market × ratio;
    with or without cash          the market ends

Positions in a market that is listed already are not added up with ours: its rules, margin and
limits are its own, and who wants to be in it can buy. Cash beside a new name is refused: no ratio
of prices is exact then, so that orders and entry costs could not follow; list the acquirer's market
first, and settle at it.

Rounding: the price of a unit half even to a nano-dollar, then a lot's down to a micro-dollar.

Source: option exchanges adjust a contract to what a share becomes, and settle in cash what is cash
only (from memory); a fixed ratio as in a split (venue-rules.md, sections 14 and 16, number 11).
"""

from venue.core import events as ev
from venue.core.apply import emit
from venue.core.commands import Merger
from venue.core.handlers.market_ends import end_market
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.rescaling import NewUnits
from venue.core.splitting import count_prints, split
from venue.core.state import State
from venue.core.units import div_half_even

MERGER = "merger"


def becomes(state: State, market: Market, merger: Merger) -> bool:
    """Say whether a market goes on as another one, instead of being settled."""
    return bool(merger.to) and merger.to not in state.markets


def final_nanos(state: State, merger: Merger) -> int | None:
    """Return what a unit is worth to whom it is settled; ``None``: not known."""
    if not merger.to:
        return merger.cash_nanos
    into = state.markets.get(merger.to)
    if into is None or into.index_nanos is None or into.phase is Phase.DELISTED:
        return None
    shares_nanos = div_half_even(into.index_nanos * merger.numerator, merger.denominator)
    return merger.cash_nanos + shares_nanos


def settle_merger(state: State, market: Market, merger: Merger) -> None:
    """Close every position at what a unit becomes, and end the market."""
    price_nanos = final_nanos(state, merger)
    assert price_nanos is not None, "a merger without a price is withdrawn"
    end_market(state, market, price_nanos, MERGER)


def convert(state: State, market: Market, merger: Merger) -> None:
    """Rescale the market by the ratio, and give it the name of what its units became."""
    if merger.numerator != merger.denominator:
        units = NewUnits(merger.numerator, merger.denominator)
        split(state, market, units)
        count_prints(state, market, units)
    follows = merger.underlying or merger.to
    emit(state, ev.MarketRenamed(market.spec.market, merger.to, follows))
    if market.reducing_why == MERGER:
        emit(state, ev.ReducingOnly(merger.to, ""))
