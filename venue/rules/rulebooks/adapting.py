"""What rulebooks change about a listing, said in one line each: leverage, fees, hours, intervals.

Units and limits of size and price stay the listing's own: they are what the venue can hold, not
what somebody else's venue allows.
"""

from collections.abc import Callable

from msgspec.structs import replace

from venue.core.listing import Fees, MarketSpec, Tier
from venue.rules.rulebooks.rulebook import is_index

# Hours of the underlying for a stock: with pre- and after-market, with nights, without either.
EXTENDED = "us_equity"
AROUND_THE_CLOCK = "us_equity_24_5"
REGULAR = "us_equity_regular"


def adapted(
    *,
    stocks: tuple[int, ...] = (),
    indices: tuple[int, ...] = (),
    fees: Fees | None = None,
    hours: str = EXTENDED,
    mark_interval_ns: int | None = None,
    sample_interval_ns: int | None = None,
    funding_interval_ns: int | None = None,
    reopen_call_ns: int = 0,
) -> Callable[[MarketSpec], MarketSpec]:
    """Return what a rulebook does to a listing.

    Args:
        stocks: highest leverage of each margin tier of a stock, from the lowest notional; empty:
            the listing's own. Tiers begin at the listing's notionals.
        indices: the same for an index; empty: as ``stocks``.
        fees: base tier, ``None``: the listing's own.
        hours: calendar of a stock; an index keeps the future's.
        mark_interval_ns: between two marks, ``None``: the listing's own; so the other intervals.
        reopen_call_ns: length of the call when outside prices come back, 0: there is none.
    """

    def listed(listing: MarketSpec) -> MarketSpec:
        index = is_index(listing)
        leverages = indices or stocks if index else stocks
        changes: dict[str, object] = {
            "tiers": _tiers(listing, leverages),
            "fees": fees,
            "calendar": None if index else hours,
            "mark_interval_ns": mark_interval_ns,
            "sample_interval_ns": sample_interval_ns,
            "funding_interval_ns": funding_interval_ns,
        }
        named = {name: value for name, value in changes.items() if value is not None}
        return replace(listing, reopen_call_ns=reopen_call_ns, **named)

    return listed


def _tiers(listing: MarketSpec, leverages: tuple[int, ...]) -> tuple[Tier, ...] | None:
    if not leverages:
        return None
    begins = [tier.from_micros for tier in listing.tiers]
    assert len(leverages) <= len(begins), "a listing that ships has three tiers"
    return tuple(Tier(at, most) for at, most in zip(begins, leverages, strict=False))
