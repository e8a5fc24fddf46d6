"""How long the bars of a recording are: no format says, so their stamps do."""

from math import gcd
from pathlib import Path

from venue.core.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.oracle.errors import RecordingError
from venue.oracle.formats import Format
from venue.oracle.reading import DAILY_LENGTH_NS, Entry, Reading

# Lengths that vendors' bars have, longest first.
BAR_LENGTHS_NS = (
    4 * NS_PER_HOUR,
    NS_PER_HOUR,
    *(minutes * NS_PER_MINUTE for minutes in (30, 15, 10, 5, 3, 2, 1)),
    *(seconds * NS_PER_SECOND for seconds in (30, 15, 10, 5, 1)),
)


def bar_length(path: Path, shape: Format, how: Reading, found: list[Entry]) -> int:
    """Return the length of a recording's bars in ns: stated, or found from their stamps.

    Found: the longest usual length that divides every step between two stamps; a lone bar is
    one of a minute. ``RecordingError`` when bars overlap, or no usual length fits.
    """
    if shape.daily:
        return DAILY_LENGTH_NS
    steps: dict[str, int] = {}
    latest: dict[str, Entry] = {}
    for entry in found:
        if (before := latest.get(entry.underlying)) is not None:
            step_ns = entry.at_ns - before.at_ns
            if how.bar_ns is not None and step_ns < how.bar_ns:
                raise RecordingError(
                    path,
                    line=entry.line,
                    expected=f"bars at least {how.bar_ns / NS_PER_SECOND:g} s apart",
                    found=f"{step_ns / NS_PER_SECOND:g} s",
                )
            steps[entry.underlying] = gcd(steps.get(entry.underlying, 0), step_ns)
        latest[entry.underlying] = entry
    if how.bar_ns is not None:
        return how.bar_ns
    step_ns = gcd(*steps.values())
    if step_ns == 0:
        return NS_PER_MINUTE
    for length_ns in BAR_LENGTHS_NS:
        if step_ns % length_ns == 0:
            return length_ns
    raise RecordingError(
        path,
        expected="bars whose stamps are whole seconds apart, or to be told their length",
        found=f"a common step of {step_ns} ns",
    )
