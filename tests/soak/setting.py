"""What makes one seed unlike another: markets, rulebooks, the clock, how dense its events are."""

from random import Random

import msgspec
from msgspec.structs import replace

from tests.simulation import drawn_rules
from venue.core.listing import MarketSpec, RuleRef
from venue.core.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_MS, NS_PER_SECOND
from venue.rules.build import fault, ref
from venue.rules.rulebooks import RULEBOOKS, spec
from venue.rules.table import RuleFault

# Some Tuesday, 15:00 in New York. Most lives begin within the hour, some in any hour of a week.
START_NS = 1_744_743_600 * NS_PER_SECOND
MARKETS = ("TSLA", "NVDA")
THIRD = "US100"
SPEEDS = (60, 2_000, 20_000)
# The share of lives with a third market, and of markets whose rules are not their rulebook's.
THIRDS = 0.5
BY_CHANCE = 0.5
FROM_FUTURES = ("carry", "close_plus_change", "close_ratio")


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One seed's venue.

    ``speed`` is venue seconds a wall second; 0: the machine's own clock, which may be set.
    ``pause_ms`` is how long the world waits between two actions, at most; ``every_print`` takes one
    print of the synthetic source in so many; ``gap`` is how often the live source's price leaps.
    ``is_late``: the third market is in the settings of the second start only.
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
    is_late: bool = False
    accounts: int = 9

    @property
    def first_specs(self) -> tuple[MarketSpec, ...]:
        """Return what a fresh venue lists."""
        return self.specs[:2] if self.is_late else self.specs


def drawn(seed: int) -> Setting:
    """Return the setting of a seed."""
    random = Random(f"setting {seed}")
    names = list(RULEBOOKS)
    # Every rulebook has its turn; the second market has any. Their number changes nothing else.
    books: tuple[str, ...] = (names[seed % len(names)], Random(f"second {seed}").choice(names))
    listings = [by_chance(spec(*each), seed) for each in zip(MARKETS, books, strict=True)]
    third = Random(f"third {seed}")
    if third.random() < THIRDS:
        books = (*books, third.choice(names))
        listings.append(unlike(by_chance(spec(THIRD, books[-1]), seed), third))
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
        gap=random.choice([0.003, 0.01, 0.03, 0.1]),
        is_late=third.random() < 0.3,
    )


def by_chance(listing: MarketSpec, seed: int) -> MarketSpec:
    """Return a listing with some of its rules drawn, in one seed of so many where that fits."""
    if Random(f"by chance {seed} {listing.market}").random() >= BY_CHANCE:
        return listing
    changed = drawn_rules.drawn(listing, seed)
    return listing if fault(changed) else changed


def unlike(listing: MarketSpec, random: Random) -> MarketSpec:
    """Return a listing with what no rulebook names, where that fits: tight limits, rare funding,
    an index from its future.

    Rare funding comes with dividends by special funding, which ask for it by the hour.
    """
    limits, rules = listing.limits, {rule.kind: rule for rule in listing.rules}
    interval_ns = listing.funding_interval_ns
    if random.random() < 0.3:
        lots = max(1, limits.order_lots_max // 400)
        limits = replace(
            limits,
            order_lots_max=lots,
            position_lots_max=2 * lots,
            open_interest_lots_max=3 * lots,
            open_orders_max=4,
        )
    if random.random() < 0.3:
        rules["corporate"] = ref("corporate", "special_funding")
        interval_ns = 8 * NS_PER_HOUR
    if random.random() < 0.25:
        rules["index_open"] = ref("index_open", random.choice(FROM_FUTURES))
    changed = replace(
        listing,
        limits=limits,
        rules=tuple(rules.values()),
        funding_interval_ns=interval_ns,
    )
    return listing if fault(changed) else changed


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
