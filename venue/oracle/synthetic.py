"""The synthetic source: markets that move as shares do, from a seed that nobody can guess.

Promises: the same seed, anchor and hours give the same prints on every machine, from whatever
time they are asked for; prints come in trading hours only; all markets of one seed move
together, as one factor says; nobody without the seed can tell the next print from all those
before (``chance`` says why). The figures are in ``markets``, the path in ``paths``.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sqrt

import msgspec

from venue.core.commands import SubmitPrint
from venue.core.units import NS_PER_MINUTE, NS_PER_SECOND
from venue.oracle.chance import Stream, checked_seed, price_at
from venue.oracle.errors import SourceError
from venue.oracle.feed import FOREVER_NS, Clock, Submit, release, time_order
from venue.oracle.hours import OpenInterval
from venue.oracle.markets import MARKETS, SyntheticMarket
from venue.oracle.paths import Cell, Path


class PrintStyle(msgspec.Struct, frozen=True):
    """How one source prints a path: its name, its cadence, its noise and its lateness.

    ``cadence_ns`` divides a minute. ``noise_bp`` is the standard deviation of its prints
    round the path in basis points. ``delay_ns``, under a minute, is how long after its own
    stamp a print is received.
    """

    name: str = "synthetic"
    cadence_ns: int = 5 * NS_PER_SECOND
    noise_bp: float = 0.0
    delay_ns: int = 0


class SyntheticSource:
    """Prints of synthetic markets: a known feed.

    Args:
        seed: at least 128 bits that stay with the operator: ``secrets.token_bytes(32)``.
        anchor_ns: when each market stands at its ``price_nanos``; prints begin there.
        hours: the trading hours of each underlying, in order, from the start of the session
            that holds the anchor, or earlier; they must reach beyond the next regular session.
        markets: what to print; by default all of ``MARKETS`` that have hours.
        styles: the sources that print each of them.
    """

    def __init__(
        self,
        *,
        seed: bytes,
        anchor_ns: int,
        hours: Mapping[str, Iterable[OpenInterval]],
        markets: Sequence[SyntheticMarket] | None = None,
        styles: Sequence[PrintStyle] = (PrintStyle(),),
    ) -> None:
        self._seed = checked_seed(seed)
        self._anchor_ns = anchor_ns
        self._styles = tuple(styles)
        if markets is None:
            markets = [market for name, market in MARKETS.items() if name in hours]
        for style in self._styles:
            _check_style(style)
        self._paths: list[Path] = []
        for market in markets:
            if market.underlying not in hours:
                raise SourceError(
                    expected=f"trading hours of {market.underlying}", found=", ".join(hours)
                )
            self._paths.append(Path(self._seed, market, hours[market.underlying]))
        # Where each path stands at the anchor, found when first asked.
        self._levels: dict[str, float] = {}

    def prints(self, from_ns: int, to_ns: int) -> Iterator[SubmitPrint]:
        """Yield the prints received at or after ``from_ns`` and before ``to_ns``, in order."""
        return heapq.merge(
            *(
                self._printed(path, style, from_ns, to_ns)
                for path in self._paths
                for style in self._styles
            ),
            key=time_order,
        )

    async def run(self, clock: Clock, submit: Submit) -> None:
        """Submit every print from now on, each at its time, while there are hours."""
        await release(self.prints(clock.now_ns(), FOREVER_NS), clock, submit)

    def _printed(
        self, path: Path, style: PrintStyle, from_ns: int, to_ns: int
    ) -> Iterator[SubmitPrint]:
        market = path.market
        if market.underlying not in self._levels:
            self._levels[market.underlying] = path.level(self._anchor_ns)
        anchor_level = self._levels[market.underlying]
        first_ns = max(from_ns - style.delay_ns, self._anchor_ns)
        for cell in path.cells(first_ns, to_ns - style.delay_ns):
            if not cell.is_open:
                continue
            for at_ns, level in self._within(market, style, cell):
                if first_ns <= at_ns < to_ns - style.delay_ns:
                    yield SubmitPrint(
                        underlying=market.underlying,
                        source=style.name,
                        price_nanos=price_at(
                            level - anchor_level, market.price_nanos, market.step_nanos
                        ),
                        source_time_ns=at_ns,
                        received_ns=at_ns + style.delay_ns,
                        cadence_ns=style.cadence_ns,
                        without_dividends=True,
                    )

    def _within(
        self, market: SyntheticMarket, style: PrintStyle, cell: Cell
    ) -> Iterator[tuple[int, float]]:
        # A Brownian bridge over the minute, the same one for every source of one cadence.
        count = NS_PER_MINUTE // style.cadence_ns
        minute = cell.from_ns // NS_PER_MINUTE
        walk = Stream(self._seed, "minute", minute, market.underlying, count)
        noise = Stream(self._seed, "noise", minute, market.underlying, style.name)
        step = cell.width / sqrt(count)
        walked = [0.0]
        for _ in range(count):
            walked.append(walked[-1] + step * walk.normal())
        missing = cell.high - cell.low - walked[-1]
        for index in range(count):
            level = cell.low + walked[index] + missing * index / count
            if style.noise_bp:
                level += style.noise_bp * 1e-4 * noise.normal()
            yield cell.from_ns + index * style.cadence_ns, level


def _check_style(style: PrintStyle) -> None:
    if style.cadence_ns <= 0 or NS_PER_MINUTE % style.cadence_ns:
        raise SourceError(expected="a cadence in ns that divides a minute", found=style.cadence_ns)
    if not 0 <= style.delay_ns < NS_PER_MINUTE:
        raise SourceError(expected="a delay of 0 up to a minute, in ns", found=style.delay_ns)
    if not 0.0 <= style.noise_bp <= 100.0:
        raise SourceError(expected="a noise of 0 to 100 basis points", found=style.noise_bp)
