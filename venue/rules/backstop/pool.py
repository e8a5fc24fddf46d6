"""Backstop rule ``pool``: the market's pool takes over, whatever it has, with the margin.

    due:         at once
    takes over:  always: it held the opposite of the position before

Where the position's margin was its own (isolated) the pool keeps what is left of it, and bears
what it lacks. What a cross account has left, or lacks, is the insurance fund's as everywhere.

Parameters: those of the insurance fund beside it. A pool sells nothing: ``unwind`` is never due.

Guards against a position that nobody takes.

Does not guard against the providers' loss: a gap past the bankruptcy price is theirs.

Rounding: none.

Source: Ostium and GMX v2, venue-rules sections 7, 10 and 15b (backstop: vault, pool; last resort:
vault loss).
"""

from typing import ClassVar

from venue.core.policies import BackstopInputs, UnwindAnswer, UnwindInputs
from venue.core.units import NS_PER_DAY
from venue.rules.backstop.spending import Spending
from venue.rules.properties import Property


class PoolTakes(Spending, frozen=True, kw_only=True):
    """The pool: takes all, for it was the other side of it."""

    exempt: ClassVar[dict[Property, str]] = {}
    holder: ClassVar[str] = "pool"
    provider_fee_e6: ClassVar[int] = 0
    unwind_interval_ns: ClassVar[int] = NS_PER_DAY
    protection_e4: ClassVar[int] = 0

    def due(self, seen: BackstopInputs) -> bool:
        """Say that it is due at once.

        >>> from venue.rules.examples import BACKSTOP
        >>> PoolTakes().due(BACKSTOP), PoolTakes().takes_over(BACKSTOP)
        (True, True)
        """
        return True

    def takes_over(self, seen: BackstopInputs) -> bool:
        """Say yes."""
        return True

    def resorts(self, seen: BackstopInputs) -> bool:
        """Say whether the last resort acts: once equity is below zero, and nobody took over."""
        return seen.equity_micros < 0

    def unwind(self, seen: UnwindInputs) -> UnwindAnswer:
        """Return nothing: what a pool holds is the other side of its traders."""
        return UnwindAnswer(0, seen.mark_nanos)
