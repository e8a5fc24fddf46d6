"""Close-out rule ``network_disposal``: the network party takes position and margin at once.

No order goes to the book in the account's name: the backstop is handed the position at the mark,
with all the margin, and disposes of it by its own steps. It needs a backstop that takes everything,
``network``, whose parameters say how.

Parameters: ``retry_ns`` (1 s; when the backstop would not take it), ``cancel_orders_first`` (true,
stated).

Guards against a book that moves under a liquidation in the trader's name: it is over in one step,
and the disposal takes its time.

Does not guard against the trader's loss: all of the margin is gone at once.

Rounding: none.

Source: Vega specs, position resolution (fact sheet, section 11): cancel orders, check again, the
position moves to the network party and the whole margin to the insurance pool.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import CloseoutAnswer, CloseoutInputs
from venue.core.units import NS_PER_SECOND
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import Duration
from venue.rules.properties import Property


class NetworkDisposal(msgspec.Struct, frozen=True):
    """Everything to the network party."""

    exempt: ClassVar[dict[Property, str]] = {}

    retry_ns: Duration = NS_PER_SECOND
    cancel_orders_first: bool = True

    def initial(self) -> Nothing:
        """Return the memory of a fresh market: none."""
        return NOTHING

    def closeout(self, seen: CloseoutInputs, memory: Nothing) -> tuple[CloseoutAnswer, Nothing]:
        """Return the whole position, handed over at the mark.

        >>> from venue.rules.examples import CLOSEOUT
        >>> answer, _ = NetworkDisposal().closeout(CLOSEOUT, NOTHING)
        >>> answer.lots, answer.limit_nanos, answer.hands_over
        (10000, 250000000000, True)
        """
        lots = abs(seen.size_lots)
        return CloseoutAnswer(lots, seen.mark_nanos, self.retry_ns, hands_over=True), memory
