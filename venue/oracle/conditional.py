"""Other markets, conditional on a recorded one: one factor, which is the recorded market.

With a recording of one underlying alone the others must not wander off by themselves: on the
Monday on which TSLA opens 5 % lower NVDA does not stand still. So each step of the recorded
price moves the other by ``beta`` times as much, and by something of its own:

    d ln(other) = beta × d ln(recorded) + own × sqrt(minutes) × normal

Promises: the same recording and seed give the same prints on every machine; no print depends
on a recorded print that comes later. What this does not do: a false print in the recording is
carried over, times beta, at the same moment, for only the future would show it false.
"""

from collections.abc import Iterable, Iterator
from math import sqrt

import msgspec

from venue.core.commands import SubmitPrint
from venue.core.units import E9, NS_PER_HOUR, NS_PER_MINUTE
from venue.oracle.chance import Stream, checked_seed, ln, price_at
from venue.oracle.errors import SourceError
from venue.oracle.feed import FOREVER_NS, Clock, Submit, release

# Between prints further apart than this the market was shut: a gap.
GAP_NS = 2 * NS_PER_HOUR


class Conditional(msgspec.Struct, frozen=True):
    """A market that follows a recorded one.

    ``price_nanos`` is its price at the first recorded print. ``beta``: by how much it moves
    when the recorded one moves by one. ``own_bp``: its own volatility in basis points a
    square-root minute; ``own_gap_bp``: that of its own part of a gap of at least two hours,
    whatever the length. ``source`` names its prints.
    """

    underlying: str
    price_nanos: int
    beta: float
    own_bp: float
    own_gap_bp: float
    source: str = "conditional"
    step_nanos: int = E9 // 100


# On TSLA. Beta is the ratio of the scales of the weekend gaps times the mean correlation of
# 0.67; what is its own is the rest: sqrt(1 - 0.67²) = 0.74 of the mid-day volatility (8.0 and
# 3.3 bp) and of the gap's scale (86 and 38 bp).
ON_TSLA: tuple[Conditional, ...] = (
    Conditional("NVDA", price_nanos=110 * E9, beta=0.45, own_bp=5.9, own_gap_bp=64.0),
    Conditional("US100", price_nanos=18_700 * E9, beta=0.20, own_bp=2.4, own_gap_bp=28.0),
)


def conditional(
    recorded: Iterable[SubmitPrint], market: Conditional, *, seed: bytes, source: str | None = None
) -> Iterator[SubmitPrint]:
    """Yield one print of a market for each print of the recorded one, at the same times.

    Args:
        recorded: prints of one underlying in order of time.
        market: what follows it.
        seed: at least 128 bits.
        source: which source of the recorded underlying to follow; the first that prints, when
            ``None``. Others are passed over.

    ``SourceError`` when ``recorded`` holds prints of two underlyings.
    """
    checked_seed(seed)
    _check(market)
    before: SubmitPrint | None = None
    level = 0.0
    for each in recorded:
        if before is not None and each.underlying != before.underlying:
            raise SourceError(
                expected=f"prints of {before.underlying} alone", found=each.underlying
            )
        source = source or each.source
        if each.source != source:
            continue
        if before is not None:
            level += _step(market, before, each, seed)
        before = each
        yield msgspec.structs.replace(
            each,
            underlying=market.underlying,
            source=market.source,
            price_nanos=price_at(level, market.price_nanos, market.step_nanos),
            without_dividends=True,
        )


class ConditionalFeed:
    """A market conditional on a recorded one, as a known feed."""

    def __init__(
        self,
        recorded: Iterable[SubmitPrint],
        market: Conditional,
        *,
        seed: bytes,
        source: str | None = None,
    ) -> None:
        self._all = tuple(conditional(recorded, market, seed=seed, source=source))

    def prints(self, from_ns: int, to_ns: int) -> Iterator[SubmitPrint]:
        """Yield the prints received at or after ``from_ns`` and before ``to_ns``, in order."""
        return (each for each in self._all if from_ns <= each.received_ns < to_ns)

    async def run(self, clock: Clock, submit: Submit) -> None:
        """Submit every print from now on, each at its time."""
        await release(self.prints(clock.now_ns(), FOREVER_NS), clock, submit)


def _step(market: Conditional, before: SubmitPrint, each: SubmitPrint, seed: bytes) -> float:
    own = Stream(seed, "conditional", market.underlying, before.received_ns, each.received_ns)
    passed_ns = max(0, each.received_ns - before.received_ns)
    own_bp = market.own_gap_bp
    if passed_ns < GAP_NS:
        own_bp = market.own_bp * sqrt(passed_ns / NS_PER_MINUTE)
    followed = market.beta * (ln(float(each.price_nanos)) - ln(float(before.price_nanos)))
    return followed + own_bp * 1e-4 * own.normal()


def _check(market: Conditional) -> None:
    if market.price_nanos <= 0 or market.step_nanos <= 0:
        raise SourceError(expected="a positive price and step", found=market.price_nanos)
    if not -10.0 <= market.beta <= 10.0:
        raise SourceError(expected="a beta from -10 to 10", found=market.beta)
    for volatility_bp in (market.own_bp, market.own_gap_bp):
        if not 0.0 <= volatility_bp <= 1_000.0:
            raise SourceError(expected="volatility of 0 to 1,000 bp", found=volatility_bp)
