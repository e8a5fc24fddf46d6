"""Minute bars as vendors export them: the recorded fortnight where it is, and generated ones.

The generated file has the recorded one's shape: padded cells, New York stamps of bar starts,
minutes without trades missing, one row out of order at the end, a Monday that opens 4 % lower,
and late reports of old prices at 08:02, up to 6 % off.
"""

from pathlib import Path
from random import Random

from tests.scenarios.stage import new_york_ns
from venue.core.units import E9
from venue.oracle import Reading, Recording, read, repair

RECORDED = (
    Path(__file__).parents[2] / ".." / "shared" / "data" / "TSLA_1min_ext_2025-04-07_2025-04-21.csv"
)
WHY_ABSENT = f"the recording {RECORDED.name} is not here"
HOW = Reading(underlying="TSLA")

DAYS = (("2025-05-16", 15 * 60, 20 * 60, 25_000), ("2025-05-19", 4 * 60, 10 * 60 + 45, 24_000))
LATE_MINUTES = {8 * 60 + 2: (1.06, 0.99), 8 * 60 + 3: (1.005, 0.94)}


def mended(path: Path, out: Path) -> Recording:
    """Mend a recording that is refused, and read it."""
    report = repair(path, out, HOW)
    assert len(report.moved) == 1, "one row is out of order"
    return read(out, HOW)


def generated(out: Path) -> Path:
    """Write the generated minutes and return where."""
    chance = Random(20250519)
    rows = []
    for day, first, last, cents in DAYS:
        price = cents
        for minute in range(first, last):
            off_hours = not 9 * 60 + 30 <= minute < 16 * 60
            if off_hours and chance.randrange(12) == 0 and minute not in (first, *LATE_MINUTES):
                continue
            rows.append(_row(day, minute, price, moved := price + chance.randrange(-20, 21)))
            price = moved
    rows.insert(len(rows), rows.pop(-20))
    out.write_text("timestamp          , open , high , low , close , volume\n" + "".join(rows))
    return out


def _row(day: str, minute: int, opens: int, closes: int) -> str:
    high, low = max(opens, closes) + 5, min(opens, closes) - 5
    if day == DAYS[1][0] and minute in LATE_MINUTES:
        up, down = LATE_MINUTES[minute]
        high, low = int(opens * up), int(opens * down)
    prices = ", ".join(
        f"{cents // 100}.{cents % 100:02d}00" for cents in (opens, high, low, closes)
    )
    return f"{day} {minute // 60:02d}:{minute % 60:02d}:00, {prices}, 1000\n"


def median_at(recording: Recording, text: str, *, minutes: int = 2) -> int:
    """Return the middle one of the closes within some minutes of a New York time, in nanos."""
    at_ns = new_york_ns(text)
    reach_ns = minutes * 60 * E9
    closes = sorted(
        each.price_nanos
        for each in recording.prints(at_ns - reach_ns, at_ns + reach_ns + 1)
        if each.received_ns // E9 % 60 == 59
    )
    return closes[len(closes) // 2]
