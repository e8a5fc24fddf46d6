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
oracle is too old for its market maker by half a period, or the mark is 10 % off; of these the age
alone is here.

Parameter: ``internal_as``: as what internal pricing counts, for Drift knows no closed market: its
oracle is just old. ``stale_for_margin``: nothing opens until prints come back; ``valid``: the
closed index is as good as any.

Guards against acting on a price that is known to be bad, with less blocked the less harm an action
does: who is to be liquidated at an uncertain price is, who wants to open waits.

Does not guard against a price that is wrong and says it is sure, nor against the position that
needed closing while nothing could: what is blocked is late when it comes.

Rounding: none. Source: Drift v2, protocol-v2 ``math/oracle.rs`` (ladder and matrix). How internal
pricing counts, and funding's row, are assumed.
"""

from typing import ClassVar, Literal

import msgspec

from venue.core.phases import Pricing
from venue.core.policies import Action, ActionsInputs, Validity
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


class DriftMatrix(msgspec.Struct, frozen=True):
    """The worse the price, the more is blocked."""

    exempt: ClassVar[dict[Property, str]] = {}

    internal_as: Literal["stale_for_margin", "valid"] = "stale_for_margin"

    def blocked(self, seen: ActionsInputs) -> tuple[Action, ...]:
        """Return what is blocked at the validity seen.

        >>> from venue.rules.examples import ACTIONS
        >>> uncertain = ACTIONS._replace(validity=Validity.TOO_UNCERTAIN)
        >>> [action.value for action in DriftMatrix().blocked(uncertain)]
        ['match', 'margin', 'fund']
        """
        if seen.pricing is Pricing.INTERNAL:
            is_valid = self.internal_as == "valid"
            return MATRIX[Validity.VALID if is_valid else Validity.STALE_FOR_MARGIN]
        return MATRIX[seen.validity]
