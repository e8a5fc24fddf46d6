"""Makers rule ``sla``: a bond that pays for the time in which its maker did not quote.

At each sample of the funding premium a maker quotes when its resting orders come to
``notional_micros_min`` on both sides within ``range_e4`` of the middle. At the end of an epoch,
with t the share of its samples in which it quoted and s = ``required_e4``,

    penalty = max(0, min(max_e4, slope_e4 * (1 - t / s))) of the bond

goes to the insurance fund.

Parameters: ``slope_e4`` (p, 1e-4, default 20,000; 0 to 1,000,000), ``max_e4`` (m, default 5,000; 0
to 10,000): the venue's. Assumed, for they are a market's own there: ``required_e4`` (default
9,500; 1 to 10,000), ``range_e4`` (default 50; 1 to 5,000), ``notional_micros_min`` (default
$10,000), ``bond_micros_min`` (default $1,000), ``epoch_ns`` (default a day; a minute to 30 days),
``centre`` (``mid`` of the book, or ``mark``).

Guards against quotes that are there only while nobody needs them. Does not guard against quotes
that are wide within the range, nor measure between two samples; a call or a halt is not measured.

Rounding: the penalty up, towards the insurance fund. Source: Vega's liquidity SLA (venue-rules.md,
section 11: f = max(0, min(m, p (1 - t/s))), p 2.0, m 0.5).
"""

from typing import Annotated, ClassVar, Literal

import msgspec

from venue.core.policies import DutyInputs, QuotedInputs
from venue.core.units import E4, E6, E12, NS_PER_DAY, NS_PER_MINUTE, clamp, div_ceil
from venue.rules.properties import Property


class Sla(msgspec.Struct, frozen=True):
    """Time at quote, paid for by a bond."""

    exempt: ClassVar[dict[Property, str]] = {}

    required_e4: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 9_500
    slope_e4: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 20_000
    max_e4: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 5_000
    range_e4: Annotated[int, msgspec.Meta(ge=1, le=5_000)] = 50
    centre: Literal["mid", "mark"] = "mid"
    notional_micros_min: Annotated[int, msgspec.Meta(ge=1, le=10**15)] = 10_000 * E6
    bond_micros_min: Annotated[int, msgspec.Meta(ge=1, le=10**14)] = 1_000 * E6
    epoch_ns: Annotated[int, msgspec.Meta(ge=NS_PER_MINUTE, le=30 * NS_PER_DAY)] = NS_PER_DAY

    def quotes(self, seen: QuotedInputs) -> bool:
        """Say whether both sides come to the least notional.

        >>> from venue.rules.examples import QUOTES
        >>> Sla().quotes(QUOTES), Sla().quotes(QUOTES._replace(ask_micros=9_999 * E6))
        (True, False)
        """
        return min(seen.bid_micros, seen.ask_micros) >= self.notional_micros_min

    def penalty_e12(self, seen: DutyInputs) -> int:
        """Return the share of the bond that an epoch costs, in 1e-12, rounded up.

        72 % of the time where 80 % are owed: 2 x (1 - 0.9) = 20 %; nobody measured owes nothing.

        >>> Sla(required_e4=8_000).penalty_e12(DutyInputs(sampled=100, met=72))
        200000000000
        >>> Sla().penalty_e12(DutyInputs(sampled=0, met=0))
        0
        """
        if not seen.sampled:
            return 0
        owed = seen.sampled * self.required_e4
        missing = owed - seen.met * E4
        share_e12 = div_ceil(missing * self.slope_e4 * E12, owed * E4)
        return clamp(share_e12, low=0, high=self.max_e4 * (E12 // E4))
