"""Index rule ``devnet``: the median of sources, fresh in two degrees; a jump needs confirmation.

    MDP = median of the prices at most ``soft_ns`` old; if none is, of those at most ``hard_ns`` old
    O   = MDP       if |MDP / O_prev - 1| <= jump, or so many further prints have agreed
    O   = O_prev    else; silence while internal pricing has not ended

Parameters: ``soft_ns`` (5 s), ``hard_ns`` (30 s: older, and there is silence), ``jump_e4`` (1e-4:
5,000 for a stock; 2,000 suits an index), ``confirm_prints`` (2). Prices older than soft make the
index STALE_FOR_IMMEDIATE.

Guards against one wrong source of three, a dead feed, and a jump of half that one print alone says.

Does not guard against a false print of less than ``jump_e4`` while there is one source, nor against
two agreeing ones after it of more. The first print of a market is believed.

Rounding: the median of an even number is the mean of the two in the middle, half to even.

Source: devnet.one equities specification (T_stale_soft 5 s, T_stale_hard 30 s, jump 50 %, indices
20 to 30 %, else confirmation). The number of confirmations is assumed.
"""

from typing import ClassVar

import msgspec

from venue.core.phases import Pricing
from venue.core.policies import OpenAnswer, OpenInputs, Print, Validity, Verdict
from venue.core.units import E4, NS_PER_SECOND, div_half_even
from venue.rules.parameters import Count, Duration, PositiveShareE4
from venue.rules.properties import Property

SOURCES_MAX = 32


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """The last price of one source and its source time."""

    source: str
    price_nanos: int
    price_ns: int


class DevnetMemory(msgspec.Struct, frozen=True, array_like=True):
    """All sources, in the order first heard; the last median accepted; a jump that waits."""

    sources: tuple[Heard, ...] = ()
    accepted_nanos: int = 0
    waiting: int = 0
    waiting_nanos: int = 0


NO_SOURCES = DevnetMemory()


class Devnet(msgspec.Struct, frozen=True):
    """Median of sources with soft and hard staleness; jumps are confirmed by further prints."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.CONTINUOUS: "a guard is a threshold: one nano-dollar beyond it, a print waits",
        Property.SYMMETRIC: "a jump is a share of the price before, so it is narrower below",
    }

    soft_ns: Duration = 5 * NS_PER_SECOND
    hard_ns: Duration = 30 * NS_PER_SECOND
    jump_e4: PositiveShareE4 = 5_000
    confirm_prints: Count = 2

    def initial(self) -> DevnetMemory:
        """Return the memory of a market that has heard nobody."""
        return NO_SOURCES

    def index(self, seen: OpenInputs, memory: DevnetMemory) -> tuple[OpenAnswer, DevnetMemory]:
        """Judge the print that has come, if one has, and return the index in nano-dollars.

        >>> from venue.rules.examples import OPEN, PRINT
        >>> half = PRINT._replace(price_nanos=125_000_000_000)  # -50 %
        >>> Devnet().index(OPEN._replace(arrived=half), NO_SOURCES)[0].index_nanos
        125000000000
        >>> beyond = PRINT._replace(price_nanos=124_000_000_000)
        >>> Devnet().index(OPEN._replace(arrived=beyond), NO_SOURCES)[0].verdict.value
        'unconfirmed_jump'
        """
        arrived = seen.arrived
        if arrived is not None:
            refused = self._refused(seen, arrived, memory)
            if refused is not None:
                answer, memory = self._answer(seen, memory, is_new=False)
                return answer._replace(verdict=refused), memory
            memory = msgspec.structs.replace(memory, sources=_with(memory.sources, arrived))
        return self._answer(seen, memory, is_new=arrived is not None)

    def _refused(self, seen: OpenInputs, arrived: Print, memory: DevnetMemory) -> Verdict | None:
        if arrived.price_nanos <= 0:
            return Verdict.NOT_POSITIVE
        for known in memory.sources:
            if known.source == arrived.source and arrived.source_time_ns <= known.price_ns:
                same = arrived.source_time_ns == known.price_ns
                return Verdict.DUPLICATE if same else Verdict.STALE
        if seen.now_ns - arrived.source_time_ns > self.hard_ns:
            return Verdict.STALE
        return None

    def _answer(
        self, seen: OpenInputs, memory: DevnetMemory, *, is_new: bool
    ) -> tuple[OpenAnswer, DevnetMemory]:
        validity = Validity.VALID
        prices = _fresh(memory.sources, seen.now_ns, self.soft_ns)
        if not prices:
            validity = Validity.STALE_FOR_IMMEDIATE
            prices = _fresh(memory.sources, seen.now_ns, self.hard_ns)
        if not prices:
            return OpenAnswer(None, Verdict.STALE, Validity.STALE_FOR_MARGIN), memory
        median_nanos = _median(prices)
        previous_nanos = seen.previous_index_nanos
        waiting = 0
        if not (
            previous_nanos is None
            or self._near(median_nanos, previous_nanos)
            or self._near(median_nanos, memory.accepted_nanos)
        ):
            agrees = memory.waiting and self._near(median_nanos, memory.waiting_nanos)
            waiting = (memory.waiting if agrees else 0) + is_new
        if waiting <= self.confirm_prints and waiting:
            held = previous_nanos if seen.pricing is Pricing.EXTERNAL else None
            waits = DevnetMemory(memory.sources, memory.accepted_nanos, waiting, median_nanos)
            return OpenAnswer(held, Verdict.UNCONFIRMED_JUMP, validity), waits
        accepted = DevnetMemory(memory.sources, median_nanos)
        return OpenAnswer(median_nanos, Verdict.ACCEPTED, validity), accepted

    def _near(self, price_nanos: int, of_nanos: int) -> bool:
        return abs(price_nanos - of_nanos) * E4 <= self.jump_e4 * of_nanos


def _fresh(sources: tuple[Heard, ...], now_ns: int, within_ns: int) -> list[int]:
    return sorted(known.price_nanos for known in sources if now_ns - known.price_ns <= within_ns)


def _median(prices: list[int]) -> int:
    middle = len(prices) // 2
    if len(prices) % 2:
        return prices[middle]
    return div_half_even(prices[middle - 1] + prices[middle], 2)


def _with(sources: tuple[Heard, ...], arrived: Print) -> tuple[Heard, ...]:
    after = Heard(arrived.source, arrived.price_nanos, arrived.source_time_ns)
    for place, known in enumerate(sources):
        if known.source == arrived.source:
            return (*sources[:place], after, *sources[place + 1 :])
    if len(sources) < SOURCES_MAX:
        return (*sources, after)
    quietest = min(range(len(sources)), key=lambda at: (sources[at].price_ns, at))
    return (*sources[:quietest], *sources[quietest + 1 :], after)
