"""What requires or forbids what: rules that are each in order, and do not fit together.

Tables, so that they can be read: each line is a name, the sentence that a listing is refused with,
and the condition under which it is.
"""

from venue.rules.bundle.liquidation import LIQUIDATION
from venue.rules.bundle.margin import MARGIN
from venue.rules.bundle.misfit import Misfit
from venue.rules.bundle.payments import PAYMENTS
from venue.rules.bundle.pools import POOLS

MISFITS: tuple[Misfit, ...] = (*POOLS, *MARGIN, *LIQUIDATION, *PAYMENTS)

__all__ = ["MISFITS", "Misfit"]
