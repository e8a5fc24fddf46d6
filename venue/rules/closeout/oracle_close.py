"""Close-out rule ``oracle_close``: closed at the oracle against the holder, no book asked.

The backstop is handed the position at the index. What is left of the margin goes with it; where
that is below zero the insurance fund pays what it lacks.

Parameters: ``retry_ns`` (1 s; when the backstop cannot carry it, or there is no index yet),
``cancel_orders_first`` (true).

Guards against an empty book: there is always a price.

Does not guard against the holder's loss: it is the counterparty of every loss that the margin did
not cover, at a price that it did not make.

Rounding: none; the price is the index in whole micro-dollars a lot.

Source: Ostium and GMX v2 (fact sheet, sections 7 and 10): liquidations close at the oracle against
the vault or pool, and the liquidation margin stays there.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import CloseoutAnswer, CloseoutInputs
from venue.core.units import NS_PER_SECOND
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import Duration
from venue.rules.properties import Property


class OracleClose(msgspec.Struct, frozen=True):
    """At the index, to the holder."""

    exempt: ClassVar[dict[Property, str]] = {}

    retry_ns: Duration = NS_PER_SECOND
    cancel_orders_first: bool = True

    def initial(self) -> Nothing:
        """Return the memory of a fresh market: none."""
        return NOTHING

    def closeout(self, seen: CloseoutInputs, memory: Nothing) -> tuple[CloseoutAnswer, Nothing]:
        """Return the whole position, handed over at the index; nothing before there is one.

        >>> from venue.rules.examples import CLOSEOUT
        >>> answer, _ = OracleClose().closeout(CLOSEOUT._replace(index_nanos=249 * 10**9), NOTHING)
        >>> answer.lots, answer.limit_nanos, answer.hands_over
        (10000, 249000000000, True)
        """
        if seen.index_nanos is None:
            return CloseoutAnswer(0, seen.mark_nanos, self.retry_ns), memory
        lots = abs(seen.size_lots)
        return CloseoutAnswer(lots, seen.index_nanos, self.retry_ns, hands_over=True), memory
