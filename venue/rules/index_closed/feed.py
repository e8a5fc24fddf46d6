"""Index rule ``feed``: while the underlying is closed, one named source goes on counting.

    O = the last price of the source, while it is fresh; else O stays

The source may be a night market, another venue's perp, or a replayed series. While the underlying
trades, its prints are judged by the open rule like any other's.

Parameters: ``source`` (its name; prints of others are not heard), ``stale_ns`` (5 minutes: how old
a price may be by the source's own stamp), ``reach_e4`` (1e-4 of the last external price: 2,000, so
that the index stays within 20 % of it; assumed).

Guards against a dead source (the index stays), late and repeated prints (the source's time must go
forward), other sources, and, by ``reach_e4``, against nonsense.

Does not guard against a source that is wrong within its reach: there is no median of one, and no
confirmation. Whoever moves the source moves the index.

Rounding: none; the reach down to a nano-dollar.

Source: venue-rules.md, section 16.2 (``replay/feed``); trade.xyz's and Felix's weeknights are such
feeds. Staleness and reach are assumed.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ClosedInputs
from venue.core.units import E4, NS_PER_MINUTE, clamp
from venue.rules.parameters import Duration, PositiveShareE4
from venue.rules.properties import Property


class FeedMemory(msgspec.Struct, frozen=True, array_like=True):
    """The source's last price in nano-dollars and its time, in ns since the Unix epoch."""

    price_nanos: int = 0
    price_ns: int = 0


UNHEARD = FeedMemory()


class Feed(msgspec.Struct, frozen=True):
    """One named source, with its own staleness."""

    exempt: ClassVar[dict[Property, str]] = {}
    hears: ClassVar[bool] = True

    source: str = "night"
    stale_ns: Duration = 5 * NS_PER_MINUTE
    reach_e4: PositiveShareE4 = 2_000

    @property
    def impact_micros(self) -> int:
        """Micro-dollars of notional whose impact prices it wants: the least, it reads none."""
        return 1

    def initial(self) -> FeedMemory:
        """Return the memory of a market that has not heard the source."""
        return UNHEARD

    def index(self, seen: ClosedInputs, memory: FeedMemory) -> tuple[int, FeedMemory]:
        """Return the index in nano-dollars.

        >>> from venue.rules.examples import CLOSED, PRINT
        >>> night = PRINT._replace(source="night", price_nanos=251_000_000_000)
        >>> Feed().index(CLOSED._replace(arrived=night), UNHEARD)[0]
        251000000000
        >>> Feed().index(CLOSED._replace(arrived=PRINT), UNHEARD)[0]  # somebody else's
        250000000000
        """
        arrived = seen.arrived
        if (
            arrived is not None
            and arrived.source == self.source
            and arrived.source_time_ns > memory.price_ns
        ):
            memory = FeedMemory(arrived.price_nanos, arrived.source_time_ns)
        if not memory.price_nanos or seen.now_ns - memory.price_ns > self.stale_ns:
            return seen.previous_index_nanos, memory
        anchor_nanos = seen.last_external_nanos
        reach_nanos = anchor_nanos * self.reach_e4 // E4
        low, high = max(1, anchor_nanos - reach_nanos), anchor_nanos + reach_nanos
        return clamp(memory.price_nanos, low=low, high=high), memory
