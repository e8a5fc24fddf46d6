"""Corporate rule ``index_adjust``: at ex the index is lowered by the dividend; nobody is paid.

    index <- index - dividend, once, at ``ex_ns``; no cash

The anchor and the other reference prices go with it, and prints stamped before ex are refused from
then on. The mark follows by its own rule.

Guards against the jump that the first print of the ex-date would be for the index rule's guards.
Does not guard against the loss of longs: they lose the dividend for each unit and shorts gain it,
once the mark is where the index is.

Rounding: none, nano-dollars are taken from nano-dollars. Source: devnet.one, venue-rules.md
section 5 ("index minus dividend, no cash") [V~ 21].
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ActionStep, DividendInputs, Does
from venue.rules.properties import Property


class IndexAdjust(msgspec.Struct, frozen=True):
    """The index steps down at ex."""

    exempt: ClassVar[dict[Property, str]] = {}

    def dividend(self, seen: DividendInputs) -> tuple[ActionStep, ...]:
        """Return the one step.

        >>> from venue.rules.examples import DIVIDEND
        >>> [(step.does.value, step.figure) for step in IndexAdjust().dividend(DIVIDEND)]
        [('adjust_index', 1000000000)]
        """
        return (ActionStep(seen.ex_ns, Does.ADJUST_INDEX, seen.amount_nanos),)
