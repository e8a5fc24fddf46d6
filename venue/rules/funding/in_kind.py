"""Funding rule ``in_kind``: no cash moves, the contract's target index is scaled down (or up).

    norm <- norm × (I / M)^(t / period),   M held within [low, high] × I

With the mark above the index norm falls, and with it what a long holds: it has paid, in kind. I and
M are means over the interval (both with the norm so far), t the time of it that was sampled.

Parameters: ``period_ns`` (420 h, 17.5 days), ``low_e4`` and ``high_e4`` (0.8 and 1.4 of the index).

Guards against a mark that is led: what it can take in a day is bounded by ``high``, 1.9 %. No
account is made to pay cash, and no payment liquidates on the spot.

Does not guard against a maker's arithmetic: the index that orders are priced against moves at each
settlement, and stop prices do not move with it.

Rounding: means half to even to a nano-dollar, the factor to 1e-18 by ``fixed.ln_e18`` and
``fixed.exp_e18``.

Source: Opyn's Squeeth 6dc8cd9, Controller (FUNDING_PERIOD 420 hours, mark within 0.8 and 1.4): one
day at a mark 10 % above the index multiplies norm by 0.99457. Its mean is over 420 s.
"""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from venue.core.fixed import E18, exp_e18, ln_e18
from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.core.units import E4, NS_PER_DAY, NS_PER_HOUR, clamp
from venue.rules.funding.parts import bounded_e12
from venue.rules.funding.twap_vega import NO_SUMS, Sums, added, averages
from venue.rules.parameters import PositiveShareE4
from venue.rules.properties import Property

# From an hour up: a factor of one interval then stays within what exp can answer.
Period = Annotated[int, Meta(ge=NS_PER_HOUR, le=30 * NS_PER_DAY)]


class InKind(msgspec.Struct, frozen=True):
    """The index pays: a normalisation factor by mark over index."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "the factor is a power, and the bounds are 20 % down and 40 % up"
    }

    period_ns: Period = 420 * NS_PER_HOUR
    low_e4: PositiveShareE4 = 8_000
    high_e4: Annotated[int, Meta(ge=E4, le=10 * E4)] = 14_000

    @property
    def impact_micros(self) -> int:
        """Return the notional of the impact prices: the least, it reads none."""
        return 1

    def initial(self) -> Sums:
        """Return the memory of an interval that has just begun."""
        return NO_SUMS

    def sample(self, seen: SampleInputs, memory: Sums) -> Sums:
        """Add index and mark as they stand."""
        return added(memory, seen.index_nanos, seen.mark_nanos)

    def settle(self, seen: SettleInputs, memory: Sums) -> tuple[FundingAnswer, Sums]:
        """Return the factor of the interval, in ``drift_e18``; no rate.

        >>> from venue.rules.examples import SETTLE
        >>> day = SETTLE._replace(interval_ns=24 * NS_PER_HOUR, samples_due=1)
        >>> InKind().settle(day, Sums(100, 0, 10, 1))[0].drift_e18  # 1.1 for a day
        994568508193001542
        """
        samples = min(memory.samples, seen.samples_due)
        if samples == 0:
            return FundingAnswer(0, 0, 0, "index"), NO_SUMS
        index_nanos, mark_nanos = averages(memory)
        premium_e12 = bounded_e12(mark_nanos - index_nanos, index_nanos)
        # In 1e-4 nano-dollars, so that the bounds are exact.
        held = clamp(
            mark_nanos * E4, low=index_nanos * self.low_e4, high=index_nanos * self.high_e4
        )
        elapsed_ns = seen.interval_ns * samples // seen.samples_due
        # (I / M)^(t / period) = exp(-t ln(M / I) / period)
        grown = -elapsed_ns * ln_e18(held, index_nanos * E4)
        drift_e18 = exp_e18(grown, self.period_ns * E18)
        return FundingAnswer(0, premium_e12, memory.samples, "index", drift_e18=drift_e18), NO_SUMS
