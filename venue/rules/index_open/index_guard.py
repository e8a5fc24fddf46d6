"""Index rule ``index_guard``: the last print, unless it is off by half.

    O_t = p_t                if p_t within [0.5, 1.5] × p_{t-1}
    O_t = p_{t-1}            else

p_{t-1} is the last price that passed. The venue's text can also be read with the last raw price:
then a false print would be published by the true one that follows it.

Parameters: ``jump_e4`` (1e-4 of the last: 5,000, half), ``confirm_prints`` (5: so many prints in a
row beyond it that agree within it are believed, or a true fall of 60 % would freeze the index for
ever; assumed), ``stale_cadences`` (5) and ``stale_min_ns`` (30 s; both assumed): then silence.

Guards against nonsense: a missing digit, a zero too many, a price of another stock.

Does not guard against anything less than half: late, mistyped and single false prints go straight
into the index, from whichever source they come.

Rounding: none; the bound is compared without division.

Source: QFEX, definitions (``index_t = market_t if market_t in [0.5, 1.5] * market_{t-1}``).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import OpenAnswer, OpenInputs, Print, Verdict
from venue.core.units import E4, NS_PER_SECOND
from venue.rules.parameters import Count, Duration, PositiveShareE4
from venue.rules.properties import Property


class GuardMemory(msgspec.Struct, frozen=True, array_like=True):
    """The last price that passed, its source time and cadence; prints beyond it that wait."""

    price_nanos: int = 0
    price_ns: int = 0
    cadence_ns: int = 0
    waiting: int = 0
    waiting_nanos: int = 0


NOTHING_PASSED = GuardMemory()


class IndexGuard(msgspec.Struct, frozen=True):
    """The last print within half of the one before."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.CONTINUOUS: "a guard is a threshold: one nano-dollar beyond it, a print waits",
        Property.SYMMETRIC: "the bound is a share of the price, so it is narrower below",
    }

    jump_e4: PositiveShareE4 = 5_000
    confirm_prints: Count = 5
    stale_cadences: Count = 5
    stale_min_ns: Duration = 30 * NS_PER_SECOND

    def initial(self) -> GuardMemory:
        """Return the memory of a market that has heard nobody."""
        return NOTHING_PASSED

    def index(self, seen: OpenInputs, memory: GuardMemory) -> tuple[OpenAnswer, GuardMemory]:
        """Judge the print that has come, if one has, and return the index in nano-dollars.

        >>> from venue.rules.examples import OPEN, PRINT
        >>> _, memory = IndexGuard().index(OPEN, NOTHING_PASSED)  # $250.00
        >>> def later(price_nanos: int) -> OpenInputs:
        ...     after = PRINT.source_time_ns + 1
        ...     print_ = PRINT._replace(price_nanos=price_nanos, source_time_ns=after)
        ...     return OPEN._replace(arrived=print_)
        >>> IndexGuard().index(later(125_000_000_000), memory)[0].index_nanos  # just half
        125000000000
        >>> IndexGuard().index(later(124_999_999_999), memory)[0].index_nanos
        250000000000
        """
        verdict = Verdict.ACCEPTED
        if seen.arrived is not None:
            verdict, memory = self._judge(seen.arrived, memory)
        stale_ns = max(self.stale_min_ns, self.stale_cadences * memory.cadence_ns)
        if not memory.price_nanos or seen.now_ns - memory.price_ns > stale_ns:
            silent = Verdict.STALE if seen.arrived is None else verdict
            return OpenAnswer(None, silent), memory
        return OpenAnswer(memory.price_nanos, verdict), memory

    def _judge(self, arrived: Print, memory: GuardMemory) -> tuple[Verdict, GuardMemory]:
        price_nanos = arrived.price_nanos
        if price_nanos <= 0:
            return Verdict.NOT_POSITIVE, memory
        if memory.price_nanos and arrived.source_time_ns < memory.price_ns:
            return Verdict.STALE, memory
        if not memory.price_nanos or self._near(price_nanos, memory.price_nanos):
            return Verdict.ACCEPTED, _passed(arrived)
        agrees = memory.waiting and self._near(price_nanos, memory.waiting_nanos)
        waiting = memory.waiting + 1 if agrees else 1
        if waiting >= self.confirm_prints:
            return Verdict.ACCEPTED, _passed(arrived)
        waits = GuardMemory(
            memory.price_nanos, arrived.source_time_ns, arrived.cadence_ns, waiting, price_nanos
        )
        return Verdict.UNCONFIRMED_JUMP, waits

    def _near(self, price_nanos: int, of_nanos: int) -> bool:
        return abs(price_nanos - of_nanos) * E4 <= self.jump_e4 * of_nanos


def _passed(arrived: Print) -> GuardMemory:
    return GuardMemory(arrived.price_nanos, arrived.source_time_ns, arrived.cadence_ns)
