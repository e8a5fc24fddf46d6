"""Band rule ``discovery``: a band of 1/L that moves on when the index has nearly crossed it.

    M within R × (1 ± 1/L)
    O >= R × (1 + trigger/L): R <- R × (1 + 1/L), at most ``resets`` times upwards in one closure
    O <= R × (1 - trigger/L): R <- R × (1 - 1/L), at most ``resets`` times downwards

R is the last external price when outside prices stop. Once the *index* has come ``trigger_e4`` of
the way to a bound (the mark alone is not enough), the bound becomes the reference and a fresh band
lies round it; one re-anchoring an update. While outside prices come there is no band; the next
closure starts with all its resets.

    R 100, L 20: band 95 to 105, trigger 104.5; then R 105, band 99.75 to 110.25

Parameters: ``trigger_e4`` (1e-4 of the way), ``resets`` (in each direction), ``reach_e4`` (1e-4 of
R; ``None``: 1/L).

Guards against a thin weekend book pushed in minutes, as ``leverage`` does, for the index follows
only size that is held. Guards against what a band at rest does: freeze at the bound, and make the
reopen the larger for it.

Does not guard against size held for hours: with each reset another 1/L of positions can be reached.
After ``resets`` it freezes like a band at rest.

Rounding: reach and trigger down to a nano-dollar.

Source: trade.xyz, discovery bounds v2, trigger 90 % (venue-rules.md, section 3). Each market's
number of resets is not known: 2 is assumed. v1 is ``leverage``, or this with ``resets`` 0.
"""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from venue.core.phases import Pricing
from venue.core.policies import BandInputs
from venue.core.units import E4, clamp
from venue.rules.band.reach import reach_nanos
from venue.rules.parameters import PositiveShareE4
from venue.rules.properties import Property

Resets = Annotated[int, Meta(ge=0, le=100)]


class AnchorMemory(msgspec.Struct, frozen=True, array_like=True):
    """R in nano-dollars, 0 while there is no band, and the resets used in each direction."""

    reference_nanos: int = 0
    ups: int = 0
    downs: int = 0


NO_ANCHOR = AnchorMemory()


class Discovery(msgspec.Struct, frozen=True):
    """Within 1/L of a reference that steps to its bound when the index comes near."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.CONTINUOUS: "re-anchoring moves the whole band once the index passes the trigger",
        Property.SYMMETRIC: "the reach is a share of the reference: higher is wider in dollars",
    }

    trigger_e4: PositiveShareE4 = 9_000
    resets: Resets = 2
    reach_e4: PositiveShareE4 | None = None

    def initial(self) -> AnchorMemory:
        """Return the memory of a market without a band."""
        return NO_ANCHOR

    def band(self, seen: BandInputs, memory: AnchorMemory) -> tuple[int, AnchorMemory]:
        """Return the mark in nano-dollars.

        >>> from venue.rules.examples import BAND
        >>> at_100 = BAND._replace(external_nanos=100, index_nanos=100, candidate_nanos=120)
        >>> Discovery().band(at_100, NO_ANCHOR)
        (105, AnchorMemory(reference_nanos=100, ups=0, downs=0))
        >>> Discovery().band(at_100._replace(index_nanos=105), NO_ANCHOR)
        (110, AnchorMemory(reference_nanos=105, ups=1, downs=0))
        """
        external = seen.external_nanos
        if external is None or seen.pricing is Pricing.EXTERNAL:
            return seen.candidate_nanos, NO_ANCHOR
        reference = memory.reference_nanos or external
        ups, downs = memory.ups, memory.downs
        reach = self._reach(seen, reference)
        trigger = reach * self.trigger_e4 // E4
        if seen.index_nanos >= reference + trigger and ups < self.resets:
            reference, ups = reference + reach, ups + 1
            reach = self._reach(seen, reference)
        elif seen.index_nanos <= reference - trigger and downs < self.resets:
            reference, downs = reference - reach, downs + 1
            reach = self._reach(seen, reference)
        mark_nanos = clamp(seen.candidate_nanos, low=reference - reach, high=reference + reach)
        return mark_nanos, AnchorMemory(reference, ups, downs)

    def _reach(self, seen: BandInputs, reference_nanos: int) -> int:
        return reach_nanos(
            reference_nanos,
            leverage_max=seen.leverage_max,
            reach_e4=self.reach_e4,
            reach_e4_max=E4,
        )
