"""Recordings: a file of prints, bars or ticks becomes prints in time order, or is refused.

Promises: what ``read`` returns is complete, in the order in which it was received, and in
whole nano-dollars; a file that is unsorted or broken anywhere is refused as a whole, with the
line, what was expected and what was found. Nothing is mended silently: that is ``repair``.
"""

from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import msgspec

from venue.core.commands import SubmitPrint
from venue.core.units import NS_PER_DAY
from venue.oracle.bars import Bar, BarRule, bar_rule
from venue.oracle.errors import RecordingError
from venue.oracle.feed import FOREVER_NS, Clock, Submit, release
from venue.oracle.figures import CADENCE_NS_MAX, name_of, stamp_text
from venue.oracle.formats import Format, Kind
from venue.oracle.lengths import bar_length
from venue.oracle.reading import (
    TICK_CADENCE_NS,
    Entry,
    Fault,
    Reading,
    checked,
    entries,
    table,
)

PRINTS_MAX = 10_000_000


class Recording(msgspec.Struct, frozen=True):
    """A recording that has been read whole: a known feed.

    ``bar_ns`` is the length of its bars, ``None`` when it holds none.
    """

    path: str
    format: str
    bar_ns: int | None
    all_prints: tuple[SubmitPrint, ...]

    def prints(self, from_ns: int, to_ns: int) -> Iterator[SubmitPrint]:
        """Yield the prints received at or after ``from_ns`` and before ``to_ns``, in order."""
        start = bisect_left(self.all_prints, from_ns, key=lambda each: each.received_ns)
        for index in range(start, len(self.all_prints)):
            if self.all_prints[index].received_ns >= to_ns:
                return
            yield self.all_prints[index]

    async def run(self, clock: Clock, submit: Submit) -> None:
        """Submit every print from now on, each at its time."""
        await release(self.prints(clock.now_ns(), FOREVER_NS), clock, submit)

    @property
    def first_ns(self) -> int:
        """When the first print was received."""
        return self.all_prints[0].received_ns

    @property
    def last_ns(self) -> int:
        """When the last print was received."""
        return self.all_prints[-1].received_ns

    def last_prices(self) -> dict[str, int]:
        """Return each underlying's last price in nano-dollars, whichever source printed it."""
        return {each.underlying: each.price_nanos for each in self.all_prints}


def read(path: Path | str, how: Reading | None = None) -> Recording:
    """Read a recording whole, or refuse it with ``RecordingError``."""
    path, how = Path(path), how or Reading()
    check(path, how)
    seen = table(path, how)
    found: list[Entry] = []
    # The last stamp of each underlying; the venue's own recordings have one order for all.
    latest: dict[str, Entry] = {}
    for _, entry in entries(seen, how):
        if entry is None:
            continue
        if isinstance(entry, Fault):
            raise RecordingError(path, line=entry.line, expected=entry.expected, found=entry.found)
        whose = "" if seen.shape.kind is Kind.PRINTS else entry.underlying
        if (before := latest.get(whose)) is not None:
            _check_order(path, seen.shape, before, entry)
        latest[whose] = entry
        found.append(entry)
        if len(found) > PRINTS_MAX:
            raise RecordingError(path, expected=f"at most {PRINTS_MAX} rows", found="more")
    if not found:
        what = f"rows of {how.underlying}" if how.underlying else "at least one row"
        raise RecordingError(path, expected=what, found="none")
    bar_ns = None
    if seen.shape.kind is Kind.BARS:
        bar_ns = bar_length(path, seen.shape, how, found)
    prints = [each for entry in found for each in _prints(entry, seen.shape, how, bar_ns)]
    # Bars of one underlying are in order; files of several are often sorted by name first.
    prints.sort(key=lambda each: each.received_ns)
    return Recording(str(path), seen.shape.name, bar_ns, tuple(prints))


def check(path: Path, how: Reading) -> None:
    """Refuse a way of reading that makes no sense, whatever is in the file."""
    checked(path, lambda: bar_rule(how.bar_rule))
    source = how.source
    if source is not None:
        checked(path, lambda: name_of(source, of="a source"))
    for what, value in (("bar_ns", how.bar_ns), ("cadence_ns", how.cadence_ns)):
        if value is not None and not 0 < value <= CADENCE_NS_MAX:
            raise RecordingError(path, expected=f"{what} from 1 to {CADENCE_NS_MAX}", found=value)


def _check_order(path: Path, shape: Format, before: Entry, entry: Entry) -> None:
    if entry.at_ns < before.at_ns:
        raise RecordingError(
            path,
            line=entry.line,
            expected=f"a stamp not before {stamp_text(before.at_ns)} (line {before.line})",
            found=f"{stamp_text(entry.at_ns)}: the recording is not sorted by time",
        )
    if shape.kind is Kind.BARS and entry.at_ns == before.at_ns:
        raise RecordingError(
            path,
            line=entry.line,
            expected=f"a stamp after {stamp_text(before.at_ns)} (line {before.line})",
            found="the same stamp again",
        )
    if shape.kind is Kind.PRINTS and is_repeat(before, entry):
        raise RecordingError(
            path,
            line=entry.line,
            expected=f"a print other than that of line {before.line}",
            found="the same print again",
        )


def is_repeat(one: Entry, other: Entry) -> bool:
    """Say whether two entries are the same in everything but their line."""
    return msgspec.structs.replace(one, line=0) == msgspec.structs.replace(other, line=0)


def _prints(entry: Entry, shape: Format, how: Reading, bar_ns: int | None) -> Iterator[SubmitPrint]:
    source = entry.source or how.source or shape.name
    if bar_ns is None:
        yield SubmitPrint(
            underlying=entry.underlying,
            source=source,
            price_nanos=entry.prices[0],
            source_time_ns=entry.source_time_ns,
            received_ns=entry.at_ns,
            cadence_ns=entry.cadence_ns or how.cadence_ns or TICK_CADENCE_NS,
        )
        return
    at_ns = entry.at_ns - bar_ns if how.stamped_at_end else entry.at_ns
    rule: BarRule = bar_rule(how.bar_rule)
    cadence_ns = how.cadence_ns or (NS_PER_DAY if shape.daily else bar_ns)
    for print_ns, nanos in rule(Bar(at_ns, bar_ns, *entry.prices)):
        yield SubmitPrint(
            underlying=entry.underlying,
            source=source,
            price_nanos=nanos,
            source_time_ns=print_ns,
            received_ns=print_ns,
            cadence_ns=cadence_ns,
        )
