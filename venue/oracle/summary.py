"""What a recording holds, told source by source: for the person who looks before replaying."""

from itertools import pairwise

import msgspec

from venue.core.commands import SubmitPrint
from venue.oracle.recording import Recording


class SourceSummary(msgspec.Struct, frozen=True):
    """What a recording holds of one source of one underlying."""

    underlying: str
    source: str
    prints: int
    first_ns: int
    last_ns: int
    lowest_nanos: int
    highest_nanos: int
    last_nanos: int
    cadence_ns: int
    longest_silence_ns: int


def summary(recording: Recording) -> list[SourceSummary]:
    """Return what a recording holds, one record a source, ordered by underlying and source."""
    by_source: dict[tuple[str, str], list[SubmitPrint]] = {}
    for each in recording.all_prints:
        by_source.setdefault((each.underlying, each.source), []).append(each)
    return [
        SourceSummary(
            underlying=underlying,
            source=source,
            prints=len(held),
            first_ns=held[0].received_ns,
            last_ns=held[-1].received_ns,
            lowest_nanos=min(each.price_nanos for each in held),
            highest_nanos=max(each.price_nanos for each in held),
            last_nanos=held[-1].price_nanos,
            cadence_ns=held[-1].cadence_ns,
            longest_silence_ns=max(
                (b.received_ns - a.received_ns for a, b in pairwise(held)),
                default=0,
            ),
        )
        for (underlying, source), held in sorted(by_source.items())
    ]
