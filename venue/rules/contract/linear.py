"""Contract rule ``linear``: the index is the price of the underlying.

    index = S × norm

``norm`` is 1 unless funding in kind or a drifting target has moved it.

Guards against nothing, and adds nothing. Does not guard against a split of the underlying, which
moves the index like any other print.

Rounding: half to even. Source: every venue of perpetuals; norm is Squeeth's (venue-rules.md,
section 13).
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import E18
from venue.core.policies import ContractInputs
from venue.core.units import div_half_even
from venue.rules.properties import Property


class Linear(msgspec.Struct, frozen=True):
    """One unit of the contract is one unit of the underlying."""

    exempt: ClassVar[dict[Property, str]] = {}
    is_linear: ClassVar[bool] = True
    base_nanos: ClassVar[int | None] = None
    power: ClassVar[tuple[int, int]] = (1, 1)
    vaults: ClassVar[None] = None

    def contract(self, seen: ContractInputs) -> int:
        """Return the contract's index.

        >>> from venue.rules.examples import CONTRACT
        >>> Linear().contract(CONTRACT)
        250000000000
        """
        return max(1, div_half_even(seen.underlying_nanos * seen.norm_e18, E18))
