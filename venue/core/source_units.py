"""What prices a source prints in: a market's own units, or those from before a split.

A source that the venue drives itself (``SubmitPrint.in_first_units``) knows of no split: all splits
of a market since its listing are applied to its prints,

    price = printed × old / new,   half to even in nano-dollars, at least 1

Nor does it know of a dividend (``SubmitPrint.without_dividends``), unless it is a recording of
prices that fell by themselves. As a unit goes ex, what it prints is lowered by the dividend, and
stays in that proportion:

    price = printed × kept,   kept <- kept × (last - dividend) / last,   half to even in 1e-18

A source of the world splits by itself, some day. So after a split the first print of every source
is held to be nearer, as a ratio, to the last price from outside than to that price with the split
undone, or done once more:

    price² × high > last² × low,  price² × low < last² × high;   low, high: of the split's n and d

What is not is judged ``not_split`` and not used. The source is asked again at its next print, and
an operator can say what its prints are in (``CountSource``).
"""

from collections.abc import Iterator
from math import gcd

from venue.core.bounds import last_external_nanos
from venue.core.commands import SubmitPrint
from venue.core.contract import underlying_nanos
from venue.core.market import NEW_FEED, Market
from venue.core.phases import Phase
from venue.core.policies import Print
from venue.core.rescaling import NewUnits
from venue.core.state import State
from venue.core.units import E18, div_half_even

# All splits of a market together; neither part of their ratio is larger.
RATIO_MAX = 10**9


def together(new: int, old: int, units: NewUnits) -> tuple[int, int] | None:
    """Return a ratio and a further one in lowest terms; ``None``: further than is counted.

    >>> together(2, 1, NewUnits(3, 2)), together(2, 1, NewUnits(1, 2))
    ((3, 1), (1, 1))
    """
    new, old = new * units.numerator, old * units.denominator
    common = gcd(new, old)
    found = new // common, old // common
    return found if max(found) <= RATIO_MAX else None


def hearers(state: State, underlying: str) -> Iterator[Market]:
    """Yield the markets that hear of an underlying: by its name, or by its name when listed."""
    for market in state.markets.values():
        is_heard = underlying in (market.spec.underlying, market.heard_as)
        if is_heard and market.phase is not Phase.DELISTED:
            yield market


def names_now(state: State, underlying: str) -> list[str]:
    """Return an underlying's name and the names that it has been given since, in order."""
    now = (each.spec.underlying for each in state.markets.values() if each.heard_as == underlying)
    return list(dict.fromkeys((underlying, *now)))


def hear_as_others(state: State, market: Market) -> bool:
    """Let a market count prints as the others on its underlying do; say whether there are any.

    Where its underlying has what was the name of another's, that other is not heard by it any more.
    """
    underlying, found = market.spec.underlying, False
    for other in state.markets.values():
        if other is market or other.phase is Phase.DELISTED:
            continue
        if other.spec.underlying == underlying:
            market.heard_as, found = other.heard_as, True
            market.splits_new, market.splits_old = other.splits_new, other.splits_old
            market.is_driven, market.kept_e18 = other.is_driven, other.kept_e18
        elif other.heard_as == underlying:
            other.heard_as = ""
    return found


def counted(market: Market, command: SubmitPrint) -> Print:
    """Return a print in the market's units."""
    price_nanos, confidence_nanos = command.price_nanos, command.confidence_nanos
    new, old = market.splits_new, market.splits_old
    if not command.in_first_units:
        new = old = 1
    feed = market.feeds.get(command.source, NEW_FEED)
    if new != old or feed.units_new != feed.units_old:
        units = NewUnits(new * feed.units_new, old * feed.units_old)
        price_nanos, confidence_nanos = units.price(price_nanos), units.price(confidence_nanos)
    if command.without_dividends and market.kept_e18 != E18:
        price_nanos = _kept(price_nanos, market.kept_e18)
        confidence_nanos = _kept(confidence_nanos, market.kept_e18)
    return Print(
        command.source,
        price_nanos,
        command.source_time_ns,
        command.received_ns,
        command.cadence_ns,
        confidence_nanos,
    )


def _kept(nanos: int, kept_e18: int) -> int:
    """Return what dividends have left of a price above zero; what is no price stays as it is."""
    return max(1, div_half_even(nanos * kept_e18, E18)) if nanos > 0 else nanos


def is_in_question(market: Market, source: str) -> bool:
    """Say whether a source has not been found in the market's units since its last split."""
    if market.last_split_new == market.last_split_old:
        return False
    return not market.feeds.get(source, NEW_FEED).is_found


def is_near(market: Market, price_nanos: int) -> bool:
    """Say whether a price is nearer to the last one from outside than a split away from it."""
    external_nanos = last_external_nanos(market) or market.index_nanos
    if external_nanos is None:
        return True
    last_nanos = underlying_nanos(market, external_nanos)
    if last_nanos is None:
        return True
    low, high = sorted((market.last_split_new, market.last_split_old))
    return price_nanos**2 * high > last_nanos**2 * low and (
        price_nanos**2 * low < last_nanos**2 * high
    )
