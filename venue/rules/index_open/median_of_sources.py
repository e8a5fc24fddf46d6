"""Index rule ``median_of_sources``: the median of fresh sources, each print judged alone.

A source's print is believed when it lies near the index, or near what the same source said
last. Any other is a jump: it waits, and is believed only when the source has kept saying so,
by TIME and by FURTHER PRINTS, and the confirming print agrees with the one before it. One
print back near the index and the wait is over. How near is near depends on the session:

- outside REGULAR hours ``jump_off_hours_e4`` (1 %), whatever the number of sources: a late
  report is in everybody's feed, so a median of three does not catch it;
- in REGULAR hours with three or more fresh sources ``jump_e4`` (50 %; 20 % suits an index):
  the median is the guard, and the threshold only stops nonsense;
- in REGULAR hours with one or two sources ``jump_alone_e4`` (5 %): there is no median, so
  the limit-up limit-down band of large US stocks stands in for it. The exchange itself pauses a
  stock that leaves 5 %, so a farther print is false or comes out of a pause, and can wait.

A true jump of any size, -16 % on a Monday included, is in the index with the fourth print
that comes at least 60 s after the first: 60 s at a print a second, 60 to 80 s at four prints a
minute.

Index: the median of the believed prices that are not stale, one for each source; of an even
number, the mean of the two in the middle, rounded half to even. A price is stale after
``stale_cadences`` (5) of its source's own cadence, but never within ``stale_min_ns`` (30 s). With
none fresh the answer is ``None``: silence.

Guards against late and mistyped prints that come among true ones (real ones stay under four
minutes), one wrong source of three, repeated and old prints, a dead feed.

Does not guard against false prints that agree with each other for 60 s with no true one
between, against a slow walk in steps below the threshold, nor, in REGULAR hours with one source,
against a false print of less than 5 %: there the mark's median and clamp must do. The first print
of a new market is believed. The price of the guard is that a true jump is published a minute late.

Source: equities specification of devnet.one (freshness 30 s, jump accepted up to 50 %, else
confirmed); Ventuals (internal after 30 s of
silence); LULD plan, tier 1. The thresholds outside REGULAR hours were chosen on recorded minute
bars of TSLA, April 2025 (``tests/rules/test_recorded_prints.py``).
"""

from typing import ClassVar

import msgspec

from venue.core.phases import Session
from venue.core.policies import OpenAnswer, OpenInputs, Print, Verdict
from venue.core.units import E4, NS_PER_SECOND, div_half_even
from venue.rules.parameters import Count, Duration, PositiveShareE4, Wait
from venue.rules.properties import Property

# More sources than any market has; the one unheard for longest makes room for another.
SOURCES_MAX = 32

# With so many fresh sources a median outvotes one that is wrong.
MEDIAN_GUARDS_FROM = 3


class SourceMemory(msgspec.Struct, frozen=True, array_like=True):
    """What is known of one source.

    ``seen_ns`` is the source's time of its latest print, believed or not; ``price_nanos`` and
    ``price_ns`` its latest believed price and that price's source time (``None``: none yet).
    ``waiting`` counts the prints of an unconfirmed jump, since ``waiting_since_ns``, the latest
    of them at ``waiting_nanos``.
    """

    source: str
    cadence_ns: int
    seen_ns: int
    price_nanos: int | None = None
    price_ns: int = 0
    waiting: int = 0
    waiting_since_ns: int = 0
    waiting_nanos: int = 0


class MedianMemory(msgspec.Struct, frozen=True, array_like=True):
    """All sources heard so far, in the order in which they were first heard."""

    sources: tuple[SourceMemory, ...] = ()


NO_SOURCES = MedianMemory()


class MedianOfSources(msgspec.Struct, frozen=True):
    """Median of fresh sources; a jump is confirmed by time and by further prints."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.CONTINUOUS: "a guard is a threshold: one nano-dollar beyond it, a print waits",
    }

    jump_off_hours_e4: PositiveShareE4 = 100
    jump_alone_e4: PositiveShareE4 = 500
    jump_e4: PositiveShareE4 = 5_000
    confirm_prints: Count = 4
    confirm_ns: Wait = 60 * NS_PER_SECOND
    stale_cadences: Count = 5
    stale_min_ns: Duration = 30 * NS_PER_SECOND
    future_ns_max: Wait = 5 * NS_PER_SECOND

    def initial(self) -> MedianMemory:
        """Return the memory of a market that has heard nobody."""
        return NO_SOURCES

    def index(self, seen: OpenInputs, memory: MedianMemory) -> tuple[OpenAnswer, MedianMemory]:
        """Judge the print that has come, if one has, and return the index in nano-dollars.

        >>> from venue.rules.examples import OPEN, PRINT
        >>> rule = MedianOfSources()
        >>> near = PRINT._replace(price_nanos=252_000_000_000)  # $252.00, 0.8 % above $250.00
        >>> rule.index(OPEN._replace(arrived=near), NO_SOURCES)[0].index_nanos
        252000000000
        >>> far = PRINT._replace(price_nanos=210_000_000_000)  # -16 %: silence, so far
        >>> rule.index(OPEN._replace(arrived=far), NO_SOURCES)[0][:2]
        (None, <Verdict.UNCONFIRMED_JUMP: 'unconfirmed_jump'>)
        """
        sources = memory.sources
        verdict = Verdict.ACCEPTED
        arrived = seen.arrived
        if arrived is not None:
            place = _place(sources, arrived.source)
            before = None if place is None else sources[place]
            verdict, after = self._judge(seen, arrived, before, sources)
            if after is not None and after is not before:
                sources = _with(sources, place, after)
                memory = MedianMemory(sources)
        index_nanos = self._median(sources, seen.now_ns)
        if arrived is None and index_nanos is None:
            verdict = Verdict.STALE
        return OpenAnswer(index_nanos, verdict), memory

    def _judge(
        self,
        seen: OpenInputs,
        arrived: Print,
        before: SourceMemory | None,
        sources: tuple[SourceMemory, ...],
    ) -> tuple[Verdict, SourceMemory | None]:
        if arrived.price_nanos <= 0:
            return Verdict.NOT_POSITIVE, before
        if arrived.source_time_ns > arrived.received_ns + self.future_ns_max:
            return Verdict.FROM_THE_FUTURE, before
        if before is not None and arrived.source_time_ns == before.seen_ns:
            return Verdict.DUPLICATE, before
        if before is not None and arrived.source_time_ns < before.seen_ns:
            return Verdict.STALE, before
        if seen.now_ns - arrived.source_time_ns > self._stale_ns(arrived.cadence_ns):
            return Verdict.STALE, before

        jump_e4 = self._jump_e4(seen, arrived, sources)
        if self._near(seen, arrived.price_nanos, before, jump_e4):
            return Verdict.ACCEPTED, _believed(arrived)
        waits = _waits(seen, arrived, before)
        if self._confirmed(seen, waits, before, jump_e4):
            return Verdict.ACCEPTED, _believed(arrived)
        return Verdict.UNCONFIRMED_JUMP, waits

    def _jump_e4(self, seen: OpenInputs, arrived: Print, sources: tuple[SourceMemory, ...]) -> int:
        if seen.session is not Session.REGULAR:
            return self.jump_off_hours_e4
        fresh = 1
        for other in sources:
            if other.source != arrived.source and self._is_fresh(other, seen.now_ns):
                fresh += 1
        return self.jump_e4 if fresh >= MEDIAN_GUARDS_FROM else self.jump_alone_e4

    def _near(
        self, seen: OpenInputs, price_nanos: int, before: SourceMemory | None, jump_e4: int
    ) -> bool:
        index_nanos = seen.previous_index_nanos
        if index_nanos is None or _within(price_nanos, index_nanos, jump_e4):
            return True
        # One source of three has moved and is confirmed, while the median has not: do not make
        # it confirm every print anew.
        return (
            before is not None
            and before.price_nanos is not None
            and self._is_fresh(before, seen.now_ns)
            and _within(price_nanos, before.price_nanos, jump_e4)
        )

    def _confirmed(
        self, seen: OpenInputs, waits: SourceMemory, before: SourceMemory | None, jump_e4: int
    ) -> bool:
        if waits.waiting < self.confirm_prints:
            return False
        if seen.now_ns - waits.waiting_since_ns < self.confirm_ns:
            return False
        if waits.waiting == 1 or before is None:
            return True
        return _within(waits.waiting_nanos, before.waiting_nanos, jump_e4)

    def _stale_ns(self, cadence_ns: int) -> int:
        return max(self.stale_min_ns, self.stale_cadences * cadence_ns)

    def _is_fresh(self, known: SourceMemory, now_ns: int) -> bool:
        return known.price_nanos is not None and now_ns - known.price_ns <= self._stale_ns(
            known.cadence_ns
        )

    def _median(self, sources: tuple[SourceMemory, ...], now_ns: int) -> int | None:
        prices = [
            known.price_nanos
            for known in sources
            if known.price_nanos is not None and self._is_fresh(known, now_ns)
        ]
        if not prices:
            return None
        prices.sort()
        middle = len(prices) // 2
        if len(prices) % 2:
            return prices[middle]
        return div_half_even(prices[middle - 1] + prices[middle], 2)


def _within(price_nanos: int, of_nanos: int, share_e4: int) -> bool:
    return abs(price_nanos - of_nanos) * E4 <= share_e4 * of_nanos


def _believed(arrived: Print) -> SourceMemory:
    return SourceMemory(
        arrived.source,
        arrived.cadence_ns,
        arrived.source_time_ns,
        arrived.price_nanos,
        arrived.source_time_ns,
    )


def _waits(seen: OpenInputs, arrived: Print, before: SourceMemory | None) -> SourceMemory:
    # A jump to the other side of the index is another jump, and begins its own wait.
    goes_on = before is not None and before.waiting > 0 and _same_side(seen, arrived, before)
    return SourceMemory(
        source=arrived.source,
        cadence_ns=arrived.cadence_ns,
        seen_ns=arrived.source_time_ns,
        price_nanos=None if before is None else before.price_nanos,
        price_ns=0 if before is None else before.price_ns,
        waiting=before.waiting + 1 if before is not None and goes_on else 1,
        waiting_since_ns=before.waiting_since_ns if before is not None and goes_on else seen.now_ns,
        waiting_nanos=arrived.price_nanos,
    )


def _same_side(seen: OpenInputs, arrived: Print, before: SourceMemory) -> bool:
    index_nanos = seen.previous_index_nanos
    assert index_nanos is not None, "without an index every print is believed"
    return (arrived.price_nanos > index_nanos) == (before.waiting_nanos > index_nanos)


def _place(sources: tuple[SourceMemory, ...], source: str) -> int | None:
    for place, known in enumerate(sources):
        if known.source == source:
            return place
    return None


def _with(
    sources: tuple[SourceMemory, ...], place: int | None, after: SourceMemory
) -> tuple[SourceMemory, ...]:
    if place is not None:
        return (*sources[:place], after, *sources[place + 1 :])
    if len(sources) < SOURCES_MAX:
        return (*sources, after)
    quietest = min(range(len(sources)), key=lambda at: (sources[at].seen_ns, at))
    return (*sources[:quietest], *sources[quietest + 1 :], after)
