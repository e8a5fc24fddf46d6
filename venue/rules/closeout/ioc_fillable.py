"""Close-out rule ``ioc_fillable``: a tenth a block, cheaper the nearer the account is to nothing.

    ABR = clamp(BA × (1 - equity / maintenance), 0, 1)
    limit, long:   P × (1 - ABR × SMMR × MMF)
    limit, short:  P × (1 + ABR × SMMR × MMF)
    lots:          at most ``share_e4`` of the position, but at least ``least_micros`` of notional

P is the mark, MMF the position's maintenance fraction.

Parameters: ``adjustment_e4`` (BA, 1.0), ``spread_e4`` (SMMR, the spread to maintenance margin
ratio, 150 %), ``share_e4`` (10 %), ``least_micros`` ($1,000), ``block_ns`` (1 s, assumed),
``fee_e6`` (at most 1.5 %, to the insurance fund), ``loss_micros_max`` ($1M: what the fund may lose
on one order), ``cancel_orders_first`` (true, assumed).

A limit beyond the bankruptcy price would be a loss of the fund's: it goes that far only as the fund
can pay it, and else ends where the fund does.

Guards against waiting for somebody at a price that nobody gives: the discount grows as equity goes.

Does not guard against takers who wait for it to grow.

Rounding: lots up, the limit towards the mark.

Source: dYdX v4, genesis values and code (fact sheet, section 8; P = 100, MMF 3 %, equity at 0.4 of
maintenance: 97.3 for a long, 102.7 for a short). The documents print one sign for both sides, which
is wrong for shorts: the code wins.
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import CloseoutAnswer, CloseoutInputs
from venue.core.units import E4, E6, NS_PER_SECOND, div_ceil, div_floor
from venue.rules.closeout.limits import away_from_mark
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import Duration, FeeE6, Micros, PositiveShareE4
from venue.rules.properties import Property


class IocFillable(msgspec.Struct, frozen=True):
    """dYdX's fillable price."""

    exempt: ClassVar[dict[Property, str]] = {}

    adjustment_e4: Annotated[int, msgspec.Meta(ge=1, le=10 * E4)] = E4
    spread_e4: Annotated[int, msgspec.Meta(ge=0, le=10 * E4)] = 15_000
    share_e4: PositiveShareE4 = 1_000
    least_micros: Micros = 1_000 * E6
    block_ns: Duration = NS_PER_SECOND
    fee_e6: FeeE6 = 15_000
    loss_micros_max: Micros = 1_000_000 * E6
    cancel_orders_first: bool = True

    def initial(self) -> Nothing:
        """Return the memory of a fresh market: none."""
        return NOTHING

    def closeout(self, seen: CloseoutInputs, memory: Nothing) -> tuple[CloseoutAnswer, Nothing]:
        """Return how many lots to send (unsigned), the limit in nano-dollars, and the wait.

        >>> from venue.rules.examples import CLOSEOUT
        >>> IocFillable().closeout(CLOSEOUT, NOTHING)[0][:3]  # $1,000 is 4 of 10; 20 % left
        (4000, 242500000000, 1000000000)
        """
        size = abs(seen.size_lots)
        least_lots = div_ceil(self.least_micros * size, max(1, seen.notional_micros))
        lots = min(size, max(div_ceil(size * self.share_e4, E4), least_lots, 1))
        limit_nanos = self._bearable(seen, self._fillable(seen), lots)
        return CloseoutAnswer(lots, limit_nanos, self.block_ns, self.fee_e6), memory

    def _fillable(self, seen: CloseoutInputs) -> int:
        # ABR as a fraction: bankrupt / whole, of which at most all.
        whole = max(1, seen.maintenance_micros) * E4
        bankrupt = self.adjustment_e4 * (seen.maintenance_micros - seen.equity_micros)
        bankrupt = max(0, min(bankrupt, whole))
        numerator = bankrupt * self.spread_e4 * seen.position_maintenance_micros
        denominator = whole * E4 * max(1, seen.notional_micros)
        return away_from_mark(seen, min(numerator, denominator), denominator)

    def _bearable(self, seen: CloseoutInputs, limit_nanos: int, lots: int) -> int:
        """Let the limit go beyond bankruptcy only as far as the fund can pay."""
        loss_micros = min(self.loss_micros_max, max(0, seen.spare_micros))
        # Micro-dollars into nano-dollars a unit: the mark is notional / size.
        reach_nanos = div_floor(
            loss_micros * abs(seen.size_lots) * seen.mark_nanos,
            max(1, seen.notional_micros) * lots,
        )
        if seen.size_lots > 0:
            return max(limit_nanos, seen.bankruptcy_nanos - reach_nanos)
        return min(limit_nanos, seen.bankruptcy_nanos + reach_nanos)
