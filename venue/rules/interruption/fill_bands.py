"""Interruption rule ``fill_bands``: no fill beyond so much of the index, nor of its mean.

    a buyer pays    less than index × (1 + index_e4), and less than mean × (1 + mean_e4)
    a seller gets   more than index × (1 - index_e4), and more than mean × (1 - mean_e4)

The bands are of the fill, not of the order: an order may ask for any price, trades as far as the
band, and what is left of it beyond the band is cancelled, as is an order that stands where nobody
may be filled any more. Nothing stops and nobody waits: there is no call.

``mean`` is of the index, and fades with ``mean_ns``; bounds move with the mark. In a call orders
are collected at any price; after its uncross those beyond the band go.

Parameters: ``index_e4`` (1e-4; 1,000: 10 %), where the venue has the contract's initial margin, so
that nobody can be filled so far off that the fill alone takes the margin; ``mean_e4`` (5,000: 50 %)
and ``mean_ns`` (5 minutes).

Guards against a fill at an absurd price: a fat finger, or two accounts that hand money over in a
thin book.

Does not guard against an index that is wrong, for the band goes with it; the mean holds it for some
minutes only. A close-out order is held by it too, and then waits for backstop and last resort.

Rounding: the mean half even; the bands inwards to the nano-dollar that is still allowed, then to
whole ticks.

Source: Drift v2, protocol-v2 ``math/orders.rs`` (a fill within the initial margin of the oracle,
and within 50 % of its mean of five minutes; a maker beyond the first is cancelled). That an order
beyond the band is cancelled when it would rest, and not only when somebody would fill it, is
assumed: there nobody is told in between. Drift's mean is of its updates; here it is by time.
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import DecayedMean, decayed_mean
from venue.core.policies import Bounds, BoundsInputs, InterruptInputs, OnHalt
from venue.core.units import E4, NS_PER_MINUTE, NS_PER_SECOND, div_ceil, div_floor
from venue.rules.parameters import Duration, PositiveShareE4
from venue.rules.properties import Property

# How long the first index seen stands for: the mark's cadence.
FIRST_NS = 3 * NS_PER_SECOND


class FillBandsMemory(msgspec.Struct, frozen=True, array_like=True):
    """The index's mean, and when it was last added to."""

    mean: DecayedMean = DecayedMean()
    at_ns: int = 0


class FillBands(msgspec.Struct, frozen=True):
    """Fills near the index, and near its mean."""

    exempt: ClassVar[dict[Property, str]] = {}
    limit_state_ns: ClassVar[int] = 0
    cancels_beyond: ClassVar[bool] = True
    watches_mark: ClassVar[bool] = False
    on_halt: ClassVar[OnHalt] = "nothing"

    index_e4: PositiveShareE4 = 1_000
    mean_e4: PositiveShareE4 = 5_000
    mean_ns: Duration = 5 * NS_PER_MINUTE

    def initial(self) -> FillBandsMemory:
        """Return the memory: nothing seen yet."""
        return FillBandsMemory()

    def bounds(
        self, seen: BoundsInputs, memory: FillBandsMemory
    ) -> tuple[Bounds | None, FillBandsMemory]:
        """Return the lowest and the highest price of a fill; none before there is an index.

        >>> from venue.rules.examples import BOUNDS
        >>> rule = FillBands()
        >>> rule.bounds(BOUNDS, rule.initial())[0]  # $250: above 225 and below 275
        Bounds(low_nanos=225000000001, high_nanos=274999999999)
        """
        index = seen.index_nanos
        if index is None:
            return None, memory
        elapsed_ns = max(0, seen.now_ns - memory.at_ns) if memory.at_ns else FIRST_NS
        mean = decayed_mean(memory.mean, sample=index, elapsed_ns=elapsed_ns, tau_ns=self.mean_ns)
        centre = index if mean.mean is None else mean.mean
        low = max(
            div_floor(index * (E4 - self.index_e4), E4),
            div_floor(centre * (E4 - self.mean_e4), E4),
        )
        high = min(
            div_ceil(index * (E4 + self.index_e4), E4),
            div_ceil(centre * (E4 + self.mean_e4), E4),
        )
        at_ns = max(memory.at_ns, seen.now_ns)
        # Where index and mean are that far apart that nothing lies between, nothing trades.
        return Bounds(low + 1, max(low + 1, high - 1)), FillBandsMemory(mean, at_ns)

    def interrupt(
        self, seen: InterruptInputs, memory: FillBandsMemory
    ) -> tuple[int, FillBandsMemory]:
        """Return 0: no call is begun or made longer."""
        return 0, memory
