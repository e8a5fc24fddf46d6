"""Interruption rule ``none``: nothing stops continuous trading but the operator.

    no bounds; a call ends at its time

Guards against nothing; it is here to be compared with, and for markets whose order price bands are
guard enough. Traders can always trade.

Does not guard against one order that walks through a thin book, nor against trading on while the
stock itself is halted.

Rounding: none. Source: crypto perps trade through everything (Hyperliquid, BitMEX, Binance).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import Bounds, BoundsInputs, InterruptInputs, OnHalt
from venue.rules.memory import NOTHING, Nothing
from venue.rules.properties import Property


class NoInterruption(msgspec.Struct, frozen=True):
    """Trade on."""

    exempt: ClassVar[dict[Property, str]] = {}
    cancels_beyond: ClassVar[bool] = False
    limit_state_ns: ClassVar[int] = 0
    watches_mark: ClassVar[bool] = False
    on_halt: ClassVar[OnHalt] = "nothing"

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def bounds(self, seen: BoundsInputs, memory: Nothing) -> tuple[Bounds | None, Nothing]:
        """Return no bounds.

        >>> from venue.rules.examples import BOUNDS
        >>> NoInterruption().bounds(BOUNDS, NOTHING)[0] is None
        True
        """
        return None, memory

    def interrupt(self, seen: InterruptInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return 0: no call is begun or made longer."""
        return 0, memory
