"""Funding rule ``none``: nobody pays anybody.

    f = 0

Guards against funding itself: a market to compare the others with, or one whose target drifts by
other means.

Does not guard against a premium: nothing draws P towards O but the reopen.

Rounding: none. Source: the control of every comparison; devnet.one's rule for the closed market.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.rules.memory import NOTHING, Nothing
from venue.rules.properties import Property


class NoFunding(msgspec.Struct, frozen=True):
    """Rate zero, whatever is sampled."""

    exempt: ClassVar[dict[Property, str]] = {}

    @property
    def impact_micros(self) -> int:
        """Return the notional of the impact prices: the least, it reads none."""
        return 1

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def sample(self, seen: SampleInputs, memory: Nothing) -> Nothing:
        """Look at nothing."""
        return memory

    def settle(self, seen: SettleInputs, memory: Nothing) -> tuple[FundingAnswer, Nothing]:
        """Return the rate zero.

        >>> from venue.rules.examples import SETTLE
        >>> NoFunding().settle(SETTLE, NOTHING)[0].rate_e12
        0
        """
        return FundingAnswer(0, 0, seen.samples_due, "index"), memory
