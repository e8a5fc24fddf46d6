"""What makes one seed unlike another: markets, rulebooks, the clock, how dense its events are."""

from random import Random

import msgspec

from venue.core.listing import MarketSpec, RuleRef
from venue.core.units import NS_PER_DAY, NS_PER_MINUTE, NS_PER_MS, NS_PER_SECOND
from venue.rules.build import fault, ref
from venue.rules.rulebooks import RULEBOOKS, spec
from venue.rules.table import RuleFault

# Some Tuesday, 15:00 in New York. Most lives begin within the hour, some in any hour of a week.
START_NS = 1_744_743_600 * NS_PER_SECOND
MARKETS = ("TSLA", "NVDA")
SPEEDS = (60, 2_000, 20_000)


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One seed's venue.

    ``speed`` is venue seconds a wall second; 0: the machine's own clock, which may be set.
    ``pause_ms`` is how long the world waits between two actions, at most; ``every_print`` takes one
    print of the synthetic source in so many; ``gap`` is how often the live source's price leaps.
    """

    seed: int
    rulebooks: tuple[str, ...]
    specs: tuple[MarketSpec, ...]
    start_ns: int
    speed: int
    pause_ms: int
    every_print: int
    insurance_dollars: int
    gap: float
    accounts: int = 9


def drawn(seed: int) -> Setting:
    """Return the setting of a seed."""
    random = Random(f"setting {seed}")
    names = list(RULEBOOKS)
    # Every rulebook has its turn; the second market has any. Their number changes nothing else.
    books = (names[seed % len(names)], Random(f"second {seed}").choice(names))
    listings = [spec(market, book) for market, book in zip(MARKETS, books, strict=True)]
    speed = random.choice([0, *SPEEDS])
    minutes_max = random.choice([50, 50, 50, 7 * NS_PER_DAY // NS_PER_MINUTE])
    start_ns = START_NS + random.randrange(minutes_max) * NS_PER_MINUTE
    specs = paced(listings, speed)
    while specs is None:  # These rules do not bear so rare marks.
        speed //= 2
        specs = paced(listings, speed)
    return Setting(
        seed=seed,
        rulebooks=books,
        specs=specs,
        start_ns=start_ns,
        speed=speed,
        pause_ms=random.choice([500, 3_000]) if speed else random.choice([1_000, 5_000]),
        every_print=max(20, speed // 10) if speed else 100,
        insurance_dollars=random.choice([20, 2_000, 50_000]),
        gap=random.choice([0.003, 0.01, 0.03]),
    )


def paced(listings: list[MarketSpec], speed: int) -> tuple[MarketSpec, ...] | None:
    """Return listings whose marks come every 600 ms of the wall; ``None``: they cannot."""
    interval_ns = speed * 600 * NS_PER_MS
    slower = tuple(_slower(listing, interval_ns) for listing in listings)
    return None if any(fault(each) for each in slower) else slower


def _slower(listing: MarketSpec, interval_ns: int) -> MarketSpec:
    if interval_ns <= listing.mark_interval_ns:
        return listing
    times = -(-interval_ns // listing.mark_interval_ns)
    fundings = max(1, listing.funding_interval_ns // interval_ns)
    return msgspec.structs.replace(
        listing,
        mark_interval_ns=interval_ns,
        sample_interval_ns=interval_ns,
        funding_interval_ns=fundings * interval_ns,
        reopen_call_ns=max(listing.reopen_call_ns, interval_ns // 2),
        rules=tuple(_longer(rule, times) for rule in listing.rules),
    )


def _longer(rule: RuleRef, times: int) -> RuleRef:
    """Return a rule with its durations so many times as long, where it may have them."""
    parameters = {
        name: value * times if "_ns" in name and type(value) is int else value
        for name, value in rule.parameters.items()
    }
    try:
        return ref(rule.kind, rule.name, **parameters)
    except RuleFault:
        return rule
