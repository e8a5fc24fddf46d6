"""Band rule ``index_average``: the mark stays near a short average of the index, always.

    M within A × (1 ± min(1/L, 20 %))      A = EMA1m(O)

It holds while outside prices come and while they do not. A starts at the first index; its weight is
kept by the num/den rule, so a constant index is A from the first sample.

Parameters: ``tau_ns``; ``reach_e4`` (1e-4 of A; ``None``: 1/L), ``reach_e4_max`` (the cap, 2,000).

Guards against a mark that leaves the index behind: a book squeezed far above it liquidates nobody
beyond the band. Guards against one false index, which moves A by a twentieth in 3 s.

Does not guard against an index that follows our own book while the underlying is closed: then A
follows too, and nothing outside bounds the walk. At a reopen the index jumps at once and A within a
few minutes, so for that time the band holds the mark back.

Rounding: the average half to even, the reach down, to a nano-dollar.

Source: HIP-3, ``externalPerpPxs``; Felix, ExternalPerpPx = EMA1m(oracle), mark limited to
±min(1/L, 20 %) of it (venue-rules.md, sections 2 and 5).
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import DecayedMean, decayed_mean
from venue.core.policies import BandInputs
from venue.core.units import NS_PER_MINUTE, clamp
from venue.rules.band.reach import reach_nanos
from venue.rules.parameters import Duration, PositiveShareE4
from venue.rules.properties import Property

NO_AVERAGE = DecayedMean()


class IndexAverage(msgspec.Struct, frozen=True):
    """Within min(1/L, 20 %) of the index's average over a minute."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "the reach is a share of the average: higher is wider in dollars",
    }

    tau_ns: Duration = NS_PER_MINUTE
    reach_e4: PositiveShareE4 | None = None
    reach_e4_max: PositiveShareE4 = 2_000

    def initial(self) -> DecayedMean:
        """Return the average of no index yet."""
        return NO_AVERAGE

    def band(self, seen: BandInputs, memory: DecayedMean) -> tuple[int, DecayedMean]:
        """Return the mark in nano-dollars.

        >>> from venue.rules.examples import BAND
        >>> far = BAND._replace(candidate_nanos=200_000_000_000)
        >>> IndexAverage().band(far, NO_AVERAGE)[0]  # 250 - 250 / 20
        237500000000
        >>> IndexAverage().band(far._replace(leverage_max=2), NO_AVERAGE)[0]  # 250 - 20 %
        200000000000
        """
        memory = decayed_mean(
            memory,
            sample=seen.index_nanos,
            elapsed_ns=max(1, seen.since_update_ns),
            tau_ns=self.tau_ns,
        )
        average = memory.mean
        assert average is not None, "a sample was added"
        reach = reach_nanos(
            average,
            leverage_max=seen.leverage_max,
            reach_e4=self.reach_e4,
            reach_e4_max=self.reach_e4_max,
        )
        return clamp(seen.candidate_nanos, low=average - reach, high=average + reach), memory
