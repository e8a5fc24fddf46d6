"""Index rule ``adaptive_step``: a step towards our impact mid, the smaller the farther it strays.

    deviation = |mid - E| / E           E: average of the index itself, tau_ns
    k         = 0.7 up to 0.02 %, 0.5 to 0.05 %, 0.3 to 0.1 %, 0.2 to 0.2 %, then ``far_e4``
    O        <- O + k × (mid - O)       a side too thin: O stays

Parameters: ``tau_ns`` of E (1 hour), ``interval_ns`` (3 s: k is a step of so long; a shorter wait
takes its share of it, a longer one no more; assumed), ``far_e4`` (k beyond 0.2 %: 0.1; assumed, the
published list goes on unseen), ``impact_micros`` ($10,000; assumed).

Guards against sudden moves: as long as the book stays near the last hour, the index is the book's
middle in seconds; far from it it takes many steps, and the hour's average follows only slowly.

Does not guard against patience: at 10 % a step a constant push of any size is in the index within
minutes, so that this is the fastest of the closed rules. The middle of a wide book moves with
either side.

Rounding: half to even, to a nano-dollar; the thresholds are compared without division.

Source: Ventuals, indices (adaptive k by deviation from its own 1 h EMA). That the deviation is the
impact mid's from the index's average is assumed.
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import DecayedMean, decayed_mean
from venue.core.policies import ClosedInputs
from venue.core.units import E4, E6, NS_PER_HOUR, NS_PER_SECOND, div_half_even
from venue.rules.parameters import Duration, PositiveMicros, PositiveShareE4
from venue.rules.properties import Property

# Up to so far (1e-4 of the average), a step of so much (1e-4 of the way).
STEPS: tuple[tuple[int, int], ...] = ((2, 7_000), (5, 5_000), (10, 3_000), (20, 2_000))


class StepMemory(msgspec.Struct, frozen=True, array_like=True):
    """The average of the index, and which closure it belongs to."""

    anchor_ns: int = -1
    average: DecayedMean = DecayedMean()


AT_FIRST = StepMemory()


class AdaptiveStep(msgspec.Struct, frozen=True):
    """Large steps near the last hour's average, small ones far from it."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.CONTINUOUS: "k falls at thresholds: a nano-dollar beyond one the step is smaller",
    }

    tau_ns: Duration = NS_PER_HOUR
    interval_ns: Duration = 3 * NS_PER_SECOND
    far_e4: PositiveShareE4 = 1_000
    impact_micros: PositiveMicros = 10_000 * E6

    def initial(self) -> StepMemory:
        """Return the memory of a market that has not been closed."""
        return AT_FIRST

    def index(self, seen: ClosedInputs, memory: StepMemory) -> tuple[int, StepMemory]:
        """Return the index in nano-dollars.

        >>> from venue.rules.examples import CLOSED
        >>> def at(mid_nanos: int) -> int:
        ...     book = CLOSED._replace(impact_bid_nanos=mid_nanos, impact_ask_nanos=mid_nanos)
        ...     return AdaptiveStep().index(book, AT_FIRST)[0]
        >>> at(250_050_000_000), at(251_000_000_000)  # 0.02 %: 0.7 of it; 0.4 %: 0.1
        (250035000000, 250100000000)
        """
        average = memory.average
        if memory.anchor_ns != seen.last_external_ns:
            average = DecayedMean()
        index_nanos = seen.previous_index_nanos
        average = decayed_mean(
            average,
            sample=index_nanos,
            elapsed_ns=max(1, seen.since_update_ns),
            tau_ns=self.tau_ns,
        )
        memory = StepMemory(seen.last_external_ns, average)
        bid_nanos, ask_nanos = seen.impact_bid_nanos, seen.impact_ask_nanos
        mean_nanos = average.mean
        if bid_nanos is None or ask_nanos is None or mean_nanos is None:
            return index_nanos, memory
        twice_mid = bid_nanos + ask_nanos
        step_e4 = self._step_e4(abs(twice_mid - 2 * mean_nanos), mean_nanos)
        elapsed_ns = min(seen.since_update_ns, self.interval_ns)
        moved_nanos = div_half_even(
            (twice_mid - 2 * index_nanos) * step_e4 * elapsed_ns, 2 * E4 * self.interval_ns
        )
        return index_nanos + moved_nanos, memory

    def _step_e4(self, twice_off_nanos: int, mean_nanos: int) -> int:
        for reach_e4, step_e4 in STEPS:
            if twice_off_nanos * E4 <= 2 * reach_e4 * mean_nanos:
                return step_e4
        return self.far_e4
