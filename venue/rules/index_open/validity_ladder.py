"""Index rule ``validity_ladder``: the last print, and how far it can be trusted.

The index is the last print, however old; what may be done with it, the ``actions`` rule says by its
validity. The first rung that holds counts:

    NON_POSITIVE         the last print is not above zero (the index stays)
    TOO_VOLATILE         max(print, average) > 5 × min(print, average)
    TOO_UNCERTAIN        the source's confidence > 2 % × tier of the print
    STALE_FOR_MARGIN     older than 60 s
    INSUFFICIENT_DATA    fewer sources than ``sources_min`` spoke within that time
    STALE_FOR_IMMEDIATE  older than 5 s
    VALID

The average is of five minutes, by time, each print held within ``average_clamp_e4`` of it.

Parameters: ``volatile_times`` (5), ``uncertain_e4`` (1e-4: 200), ``tier`` (1 for the safest
contracts; 2, 10, 50 for worse), ``stale_margin_ns`` (120 slots of 0.5 s), ``stale_immediate_ns``
(10 slots), ``sources_min`` (1), ``tau_ns`` (5 min), ``average_clamp_e4`` (1,000: 10 %, tiers A and
B; 20 and 50 % below).

Guards against acting on a price that its own source is unsure of, or that is old, or far from its
average, without pretending that there is none: the index stays external and says what it is worth.

Does not guard against a false print that comes with a small confidence and within five times: it is
the index at once. It never falls silent, so internal pricing begins by the calendar alone.

Rounding: none for the index; the average half to even; bounds are compared without division.

Source: Drift v2, protocol-v2 ``math/oracle.rs`` (oracle validity, guard rails, twap sanitising).
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import DecayedMean, decayed_mean
from venue.core.policies import OpenAnswer, OpenInputs, Print, Validity, Verdict
from venue.core.units import E4, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.parameters import Count, Duration, PositiveShareE4
from venue.rules.properties import Property

SOURCES_MAX = 32
NS_PER_SLOT = NS_PER_SECOND // 2


class LadderMemory(msgspec.Struct, frozen=True, array_like=True):
    """The last print, the average of prints, and when each source last spoke."""

    price_nanos: int | None = None
    price_ns: int = 0
    confidence_nanos: int = 0
    index_nanos: int | None = None
    average: DecayedMean = DecayedMean()
    sources: tuple[tuple[str, int], ...] = ()


NO_PRINT = LadderMemory()


class ValidityLadder(msgspec.Struct, frozen=True):
    """The last print with its validity."""

    exempt: ClassVar[dict[Property, str]] = {}

    volatile_times: Count = 5
    uncertain_e4: PositiveShareE4 = 200
    tier: Count = 1
    stale_margin_ns: Duration = 120 * NS_PER_SLOT
    stale_immediate_ns: Duration = 10 * NS_PER_SLOT
    sources_min: Count = 1
    tau_ns: Duration = 5 * NS_PER_MINUTE
    average_clamp_e4: PositiveShareE4 = 1_000

    def initial(self) -> LadderMemory:
        """Return the memory of a market that has heard nobody."""
        return NO_PRINT

    def index(self, seen: OpenInputs, memory: LadderMemory) -> tuple[OpenAnswer, LadderMemory]:
        """Take the print that has come, if one has, and return the index and its validity.

        >>> from venue.rules.examples import OPEN, PRINT
        >>> unsure = PRINT._replace(confidence_nanos=6_000_000_000)  # 2.4 %
        >>> answer, memory = ValidityLadder().index(OPEN._replace(arrived=unsure), NO_PRINT)
        >>> answer.index_nanos, answer.validity.name
        (250000000000, 'TOO_UNCERTAIN')
        """
        verdict = Verdict.ACCEPTED
        if seen.arrived is not None:
            verdict, memory = self._taken(seen.arrived, memory)
        elif memory.index_nanos is None:
            verdict = Verdict.STALE
        validity = self._validity(seen.now_ns, memory)
        return OpenAnswer(memory.index_nanos, verdict, validity), memory

    def _taken(self, arrived: Print, memory: LadderMemory) -> tuple[Verdict, LadderMemory]:
        if memory.price_nanos is not None and arrived.source_time_ns <= memory.price_ns:
            same = arrived.source_time_ns == memory.price_ns
            return Verdict.DUPLICATE if same else Verdict.STALE, memory
        price_nanos = arrived.price_nanos
        if price_nanos <= 0:
            bad = msgspec.structs.replace(
                memory, price_nanos=price_nanos, price_ns=arrived.source_time_ns
            )
            return Verdict.NOT_POSITIVE, bad
        sample = price_nanos
        mean_nanos = memory.average.mean
        if mean_nanos is not None:
            reach_nanos = mean_nanos * self.average_clamp_e4 // E4
            sample = max(mean_nanos - reach_nanos, min(sample, mean_nanos + reach_nanos))
        since_ns = arrived.source_time_ns - memory.price_ns
        if memory.price_nanos is None:
            since_ns = arrived.cadence_ns
        # Whole seconds, so that the exponential of a regular source is worked out once.
        elapsed_ns = max(1, since_ns // NS_PER_SECOND) * NS_PER_SECOND
        return Verdict.ACCEPTED, LadderMemory(
            price_nanos,
            arrived.source_time_ns,
            arrived.confidence_nanos,
            price_nanos,
            decayed_mean(memory.average, sample=sample, elapsed_ns=elapsed_ns, tau_ns=self.tau_ns),
            _with(memory.sources, arrived.source, arrived.source_time_ns),
        )

    def _validity(self, now_ns: int, memory: LadderMemory) -> Validity:
        price_nanos, mean_nanos = memory.price_nanos, memory.average.mean
        if price_nanos is None:
            return Validity.INSUFFICIENT_DATA
        if price_nanos <= 0:
            return Validity.NON_POSITIVE
        if mean_nanos is not None and max(price_nanos, mean_nanos) > self.volatile_times * min(
            price_nanos, mean_nanos
        ):
            return Validity.TOO_VOLATILE
        if memory.confidence_nanos * E4 > self.uncertain_e4 * self.tier * price_nanos:
            return Validity.TOO_UNCERTAIN
        age_ns = now_ns - memory.price_ns
        if age_ns > self.stale_margin_ns:
            return Validity.STALE_FOR_MARGIN
        if self.sources_min > 1:
            spoke = sum(now_ns - at_ns <= self.stale_margin_ns for _, at_ns in memory.sources)
            if spoke < self.sources_min:
                return Validity.INSUFFICIENT_DATA
        if age_ns > self.stale_immediate_ns:
            return Validity.STALE_FOR_IMMEDIATE
        return Validity.VALID


def _with(
    sources: tuple[tuple[str, int], ...], source: str, at_ns: int
) -> tuple[tuple[str, int], ...]:
    if len(sources) == 1 and sources[0][0] == source:
        return ((source, at_ns),)
    others = tuple(known for known in sources if known[0] != source)
    return (*others[-(SOURCES_MAX - 1) :], (source, at_ns))
