"""Band rule ``mark_average``: the mark stays below three times its own average of eight hours.

    M at most factor × EMA8h(M)

The average is of the marks that were published, by the num/den rule; the first mark is free.

Parameters: ``tau_ns``; ``factor_e4`` (1e-4: 30,000 is three times).

Guards against a squeeze of a thin market without an outside price: a price that takes ten minutes
to triple does not reach the shorts' margin for hours.

Does not guard against a fall, which it leaves alone, nor against anything short of the factor; for
a stock it is no more than a last stop.

Rounding: the average half to even, the bound down, to a nano-dollar.

Source: Hyperliquid, hyperps: mark capped at 3x its 8 h EMA; since the prelaunch squeezes of 2025 at
10x elsewhere (venue-rules.md, section 1).
"""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from venue.core.fixed import DecayedMean, decayed_mean
from venue.core.policies import BandInputs
from venue.core.units import E4, NS_PER_HOUR
from venue.rules.parameters import Duration
from venue.rules.properties import Property

# More than one, and up to a hundred times.
CapFactorE4 = Annotated[int, Meta(ge=E4 + 1, le=100 * E4)]

NO_AVERAGE = DecayedMean()


class MarkAverage(msgspec.Struct, frozen=True):
    """At most ``factor_e4`` times the mark's own average."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "it caps a rise and leaves a fall alone, as the venue's text does",
        Property.CONTINUOUS: "the average that is capped by holds capped marks itself: while the "
        "cap holds, a nano-dollar may become three, then nine",
    }

    tau_ns: Duration = 8 * NS_PER_HOUR
    factor_e4: CapFactorE4 = 30_000

    def initial(self) -> DecayedMean:
        """Return the average of no mark yet."""
        return NO_AVERAGE

    def band(self, seen: BandInputs, memory: DecayedMean) -> tuple[int, DecayedMean]:
        """Return the mark in nano-dollars.

        >>> from venue.rules.examples import BAND
        >>> _, memory = MarkAverage().band(BAND, NO_AVERAGE)
        >>> squeeze = BAND._replace(candidate_nanos=900_000_000_000)
        >>> MarkAverage().band(squeeze, memory)[0]  # 3 × 250
        750000000000
        """
        mark_nanos = seen.candidate_nanos
        average = memory.mean
        if average is not None:
            mark_nanos = min(mark_nanos, average * self.factor_e4 // E4)
        memory = decayed_mean(
            memory,
            sample=mark_nanos,
            elapsed_ns=max(1, seen.since_update_ns),
            tau_ns=self.tau_ns,
        )
        return mark_nanos, memory
