"""What requires or forbids what: rules that are each in order, and do not fit together.

Tables, so that they can be read: each line is a name, the sentence that a listing is refused with,
and the condition under which it is. Most lines are about rules that could not work together. A few
are about a risk: those a rulebook may accept by name, with its reason, where a venue documents just
that (``Rulebook.accepts``), and the listing carries the names.
"""

from venue.core.listing import MarketSpec
from venue.core.policies import Rules
from venue.rules.bundle.liquidation import LIQUIDATION
from venue.rules.bundle.margin import MARGIN
from venue.rules.bundle.misfit import Misfit
from venue.rules.bundle.payments import PAYMENTS
from venue.rules.bundle.pools import POOLS

MISFITS: tuple[Misfit, ...] = (*POOLS, *MARGIN, *LIQUIDATION, *PAYMENTS)

__all__ = ["MISFITS", "Misfit", "misfit_of"]


def misfit_of(spec: MarketSpec, rules: Rules) -> str | None:
    """Return the sentence of the first misfit that a listing does not accept, or ``None``.

    >>> from venue.rules.rulebooks import spec
    >>> from venue.rules.build import build
    >>> misfit_of(spec("TSLA"), build(spec("TSLA"))) is None
    True
    """
    risks = {misfit.name for misfit in MISFITS if misfit.is_risk}
    for name in spec.accepts:
        if name not in risks:
            return f"a listing may accept {', '.join(sorted(risks))}: found {name}"
    for misfit in MISFITS:
        if misfit.name not in spec.accepts and misfit.holds(spec, rules):
            return misfit.sentence
    return None
