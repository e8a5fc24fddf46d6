"""A pool for a run of hours: whoever provides to it is in at once, as if it had long been there."""

from msgspec.structs import replace

from venue.core.listing import MarketSpec
from venue.core.units import NS_PER_MINUTE
from venue.rules.build import ref


def soon(listing: MarketSpec) -> MarketSpec:
    """Return a listing whose pool has epochs of a minute and no notice; others as they are.

    >>> from venue.rules.rulebooks import spec
    >>> book, pool = spec("TSLA"), spec("TSLA", "ostium")
    >>> soon(book) == book
    True
    >>> [r.parameters["epoch_ns"] for r in soon(pool).rules if r.kind == "counterparty"]
    [60000000000]
    """
    at_once = {"epoch_ns": NS_PER_MINUTE, "notice_ns": 0}
    rules = tuple(
        ref(rule.kind, rule.name, **rule.parameters | at_once)
        if rule.kind == "counterparty" and "epoch_ns" in rule.parameters
        else rule
        for rule in listing.rules
    )
    return replace(listing, rules=rules)
