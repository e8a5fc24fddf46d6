"""The weekend that ships with the venue: a generated recording, Friday 15:30 to Monday 10:30.

New York time, 2025-05-16 to 2025-05-19: the last half hour of Friday, its after-market, the
closed weekend, Monday's pre-market and its first hour, for TSLA, NVDA and US100. All of it is
synthetic; no price was ever traded. The seed is published here, chosen among thousands for a
Monday on which TSLA opens about 6 % below Friday's close and the others fall with it. What
follows Monday 10:30 comes from a seed of the operator's own.

TSLA has a second source, ``tape_b``, two seconds late and a little noisy. On Monday at 08:00 it
emits two false prints at Friday's closing price, as late reports of off-exchange trades did
in 2025 (up to 6.4 % off the market at 08:00 to 08:06): an index that takes last prices falls
for them, and a median of two does so by half.
"""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import msgspec

from venue.core.commands import SubmitPrint
from venue.core.phases import Session
from venue.core.units import E9, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.oracle.feed import time_order
from venue.oracle.hours import OpenInterval
from venue.oracle.markets import MARKETS, SyntheticMarket
from venue.oracle.synthetic import PrintStyle, SyntheticSource

SEED = b"venue weekend recording, no. 7483"

# 2025-05-16 00:00 in New York, four hours behind UTC.
FRIDAY_NS = 1_747_368_000 * NS_PER_SECOND
MONDAY_NS = FRIDAY_NS + 72 * NS_PER_HOUR

FROM_NS = FRIDAY_NS + 15 * NS_PER_HOUR + 30 * NS_PER_MINUTE
TO_NS = MONDAY_NS + 10 * NS_PER_HOUR + 30 * NS_PER_MINUTE
FRIDAY_CLOSE_NS = FRIDAY_NS + 16 * NS_PER_HOUR

HOURS = tuple(
    OpenInterval(day_ns + from_ns, day_ns + to_ns, session)
    for day_ns in (FRIDAY_NS, MONDAY_NS)
    for from_ns, to_ns, session in (
        (4 * NS_PER_HOUR, 9 * NS_PER_HOUR + 30 * NS_PER_MINUTE, Session.PRE_MARKET),
        (9 * NS_PER_HOUR + 30 * NS_PER_MINUTE, 16 * NS_PER_HOUR, Session.REGULAR),
        (16 * NS_PER_HOUR, 20 * NS_PER_HOUR, Session.AFTER_MARKET),
    )
)

# Prices at Friday 15:30, near those of the day.
PRICES_NANOS = {"TSLA": 350 * E9, "NVDA": 135 * E9, "US100": 21_400 * E9}

CADENCE_NS = 10 * NS_PER_SECOND
TAPE_A = PrintStyle("tape_a", CADENCE_NS)
TAPE_B = PrintStyle("tape_b", CADENCE_NS, noise_bp=0.5, delay_ns=2 * NS_PER_SECOND)

# Between two true prints of tape_b, twice.
FALSE_PRINTS_NS = (
    MONDAY_NS + 8 * NS_PER_HOUR + 7 * NS_PER_SECOND,
    MONDAY_NS + 8 * NS_PER_HOUR + 27 * NS_PER_SECOND,
)


def weekend_prints(seed: bytes = SEED) -> list[SubmitPrint]:
    """Return the recording's prints in order of time."""
    both = _source(seed, ("TSLA", "NVDA", "US100"), TAPE_A)
    second = _source(seed, ("TSLA",), TAPE_B)
    prints = [*both.prints(FROM_NS, TO_NS), *second.prints(FROM_NS, TO_NS)]
    prints.extend(_false_prints(prints))
    return sorted(prints, key=time_order)


def weekend_path() -> Path:
    """Return where the recording that ships with the venue is."""
    return Path(str(files("venue.oracle") / "data" / "weekend.csv.gz"))


def _source(seed: bytes, names: tuple[str, ...], style: PrintStyle) -> SyntheticSource:
    return SyntheticSource(
        seed=seed,
        anchor_ns=FROM_NS,
        hours=dict.fromkeys(names, HOURS),
        markets=[_priced(MARKETS[name]) for name in names],
        styles=[style],
    )


def _priced(market: SyntheticMarket) -> SyntheticMarket:
    return msgspec.structs.replace(market, price_nanos=PRICES_NANOS[market.underlying])


def _false_prints(prints: list[SubmitPrint]) -> Iterator[SubmitPrint]:
    last = [
        each for each in prints if each.source == TAPE_B.name and each.received_ns < FRIDAY_CLOSE_NS
    ][-1]
    for at_ns in FALSE_PRINTS_NS:
        # The report carries the time at which it was made, not that of its trade.
        yield msgspec.structs.replace(last, source_time_ns=at_ns, received_ns=at_ns)
