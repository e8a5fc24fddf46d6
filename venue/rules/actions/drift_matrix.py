"""Actions rule ``drift_matrix``: Drift's table of what is blocked at which validity.

    validity               match  margin  liquidate  trigger  fund  index
    NON_POSITIVE             x      x        x          x      x      x
    TOO_VOLATILE             x      x        x          x      x
    TOO_UNCERTAIN            x      x                          x
    STALE_FOR_MARGIN                x                          x
    INSUFFICIENT_DATA
    STALE_FOR_IMMEDIATE
    VALID

Drift's own names differ a little: margin is its margin calculation and, for money that leaves,
``SettlePnl`` (blocked at TOO_UNCERTAIN and worse, and a withdrawal needs the margin besides); index
is its TWAP update. Its fills by the market maker of the house need VALID: there is none here, so
the two mildest rungs block nothing. Funding is blocked where margin is: Drift blocks it when its
oracle has been too old for its market maker for half a period.

Beside the table, two limits of divergence:

    |book's middle - index| > 10 % of the middle               fund
    |index - its mean of 5 minutes| >= 50 % of the mean        match, liquidate, trigger

The first stands for Drift's mark (its market maker's price) against the oracle; without both sides
of the book it does not hold. The mean fades with time constant ``mean_ns``.

Parameters: ``middle_divergence_e4`` (1,000: 10 %) and ``mean_divergence_e4`` (5,000: 50 %), both
0: no such limit; ``mean_ns`` (5 minutes). ``internal_as``: as what internal pricing counts, for
Drift knows no closed market: its oracle is just old. ``stale_for_margin``: nothing opens until
prints come back; ``valid``: the closed index is as good as any.

Guards against acting on a price that is known to be bad, with less blocked the less harm an action
does: who is to be liquidated at an uncertain price is, who wants to open waits. Against an index
that runs away, and funding that pays on a book that has left it.

Does not guard against a price that is wrong and says it is sure, nor against the position that
needed closing while nothing could: what is blocked is late when it comes.

Rounding: none. Source: Drift v2, protocol-v2 ``math/oracle.rs`` (ladder and matrix),
``math/amm.rs`` (mark against oracle, at least 10 %) and ``math/orders.rs`` (oracle against its
mean; asked before fills, triggers and liquidations). How internal pricing counts, and funding's
row, are assumed.
"""

from typing import ClassVar, Literal

import msgspec

from venue.core.phases import Pricing
from venue.core.policies import Action, ActionsInputs, Validity
from venue.core.units import E4, NS_PER_MINUTE
from venue.rules.parameters import Duration, ShareE4
from venue.rules.properties import Property

_MARGIN_ONLY = (Action.MARGIN, Action.FUND)
MATRIX: dict[Validity, tuple[Action, ...]] = {
    Validity.NON_POSITIVE: tuple(Action),
    Validity.TOO_VOLATILE: tuple(action for action in Action if action is not Action.INDEX),
    Validity.TOO_UNCERTAIN: (Action.MATCH, *_MARGIN_ONLY),
    Validity.STALE_FOR_MARGIN: _MARGIN_ONLY,
    Validity.INSUFFICIENT_DATA: (),
    Validity.STALE_FOR_IMMEDIATE: (),
    Validity.VALID: (),
}

# What waits while the index is too far from its own mean.
RUNAWAY = (Action.MATCH, Action.LIQUIDATE, Action.TRIGGER)


class DriftMatrix(msgspec.Struct, frozen=True):
    """The worse the price, the more is blocked."""

    exempt: ClassVar[dict[Property, str]] = {}

    internal_as: Literal["stale_for_margin", "valid"] = "stale_for_margin"
    middle_divergence_e4: ShareE4 = 1_000
    mean_divergence_e4: ShareE4 = 5_000
    mean_ns: Duration = 5 * NS_PER_MINUTE

    def blocked(self, seen: ActionsInputs) -> tuple[Action, ...]:
        """Return what is blocked at the validity seen.

        >>> from venue.rules.examples import ACTIONS
        >>> uncertain = ACTIONS._replace(validity=Validity.TOO_UNCERTAIN)
        >>> [action.value for action in DriftMatrix().blocked(uncertain)]
        ['match', 'margin', 'fund']
        >>> running = ACTIONS._replace(index_nanos=375, index_mean_nanos=250, middle_nanos=400)
        >>> [action.value for action in DriftMatrix().blocked(running)]
        ['match', 'liquidate', 'trigger']
        """
        validity = seen.validity
        if seen.pricing is Pricing.INTERNAL:
            is_valid = self.internal_as == "valid"
            validity = Validity.VALID if is_valid else Validity.STALE_FOR_MARGIN
        blocked = MATRIX[validity]
        diverging = self._diverging(seen)
        if not diverging:
            return blocked
        return tuple(action for action in Action if action in blocked or action in diverging)

    def _diverging(self, seen: ActionsInputs) -> tuple[Action, ...]:
        index, mean, middle = seen.index_nanos, seen.index_mean_nanos, seen.middle_nanos
        found: tuple[Action, ...] = ()
        if index is None:
            return found
        limit_e4 = self.middle_divergence_e4
        if limit_e4 and middle is not None and abs(middle - index) * E4 > limit_e4 * middle:
            found = (Action.FUND,)
        limit_e4 = self.mean_divergence_e4
        if limit_e4 and mean is not None and abs(index - mean) * E4 >= limit_e4 * mean:
            found += RUNAWAY
        return found
