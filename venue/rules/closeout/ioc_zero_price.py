"""Close-out rule ``ioc_zero_price``: no worse than the price at which the account's health stays.

    zero price, long:   M × (1 - MMF × equity / maintenance)
    zero price, short:  M × (1 + MMF × equity / maintenance)

A fill at it leaves equity / maintenance as it was; any better one heals. One position at a time is
sent whole; the core stops as soon as the account is healthy.

Parameters: ``fee_e6`` (at most 1 % of notional to the insurance fund, never more than the fill was
better than the zero price), ``retry_ns`` (3 s, assumed), ``cancel_orders_first`` (true, stated).

Guards against close-outs that make things worse: where equity is below zero the zero price lies on
the near side of the mark, and the order waits for somebody who pays that.

Does not guard against time: while nobody pays it, nothing happens until the backstop.

Rounding: the limit towards the mark, so up for a long and down for a short.

Source: Lighter, liquidations (fact sheet, section 6). The formula follows from the property that is
stated there; vector: mark 100, MMF 5 %, equity at 0.6 of maintenance: 97.0 for a long.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import CloseoutAnswer, CloseoutInputs
from venue.core.units import NS_PER_SECOND
from venue.rules.closeout.limits import away_from_mark
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import FeeE6, Wait
from venue.rules.properties import Property


class IocZeroPrice(msgspec.Struct, frozen=True):
    """Lighter's zero price."""

    exempt: ClassVar[dict[Property, str]] = {}

    fee_e6: FeeE6 = 10_000
    retry_ns: Wait = 3 * NS_PER_SECOND
    cancel_orders_first: bool = True

    def initial(self) -> Nothing:
        """Return the memory of a fresh market: none."""
        return NOTHING

    def closeout(self, seen: CloseoutInputs, memory: Nothing) -> tuple[CloseoutAnswer, Nothing]:
        """Return the whole position (unsigned), the zero price in nano-dollars, and the wait.

        >>> from venue.rules.examples import CLOSEOUT
        >>> IocZeroPrice().closeout(CLOSEOUT, NOTHING)[0][:3]  # 250 × (1 - 2.5 % × 0.2)
        (10000, 248750000000, 3000000000)
        """
        zero_nanos = away_from_mark(
            seen,
            seen.position_maintenance_micros * seen.equity_micros,
            max(1, seen.notional_micros * seen.maintenance_micros),
        )
        lots = abs(seen.size_lots)
        return CloseoutAnswer(lots, zero_nanos, self.retry_ns, self.fee_e6, zero_nanos), memory
