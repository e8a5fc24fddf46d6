"""Close-out rule ``ramp``: what is short may be freed a share at a time, at a growing discount.

    freeable = min(1, initial + elapsed / duration); all of it if the shortage is below ``small``
    lots     = freeable × (lots that would heal, those done included) - lots done
    limit    = M × (1 -+ discount), discount = min(most, start + growth × slots after the grace)

The shortage is maintenance with its buffer, less equity; a lot frees its maintenance, buffer
included, less what the discount and the fee cost.

Parameters: ``initial_e4`` (10 %), ``duration_ns`` (60 s), ``small_micros`` ($50), ``buffer_e4``
(2 % of notional on top of maintenance), ``discount_e6`` (1 %), ``growth_e6`` (1, that is 0.01 bp, a
slot), ``slot_ns`` (400 ms), ``grace_slots`` (25), ``discount_e6_max`` (5 %), ``fee_e6`` (0.5 % to
the insurance fund), ``retry_ns`` (1 s). Growth, slot and small are Drift's; the others are assumed.
``cancel_orders_first`` (true).

Guards against liquidating more than heals, and against doing it in one moment's price.

Does not guard against a fast price: a minute is a long time. Never worse than the bankruptcy price
here.

Rounding: lots up, at least one; the limit towards the mark.

Source: Drift v2, calculate_max_pct_to_liquidate and get_liquidation_fee (fact sheet, section 9).
The discount is what Drift pays the liquidator, so here who takes the order has it.
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import CloseoutAnswer, CloseoutInputs
from venue.core.units import E4, E6, NS_PER_SECOND, div_ceil
from venue.rules.closeout.limits import away_from_mark, within_bankruptcy
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import Duration, FeeE6, Micros, ShareE4, Wait
from venue.rules.properties import Property

DiscountE6 = Annotated[int, msgspec.Meta(ge=0, le=200_000)]


class Ramp(msgspec.Struct, frozen=True):
    """Drift's slow start."""

    exempt: ClassVar[dict[Property, str]] = {}

    initial_e4: ShareE4 = 1_000
    duration_ns: Duration = 60 * NS_PER_SECOND
    small_micros: Micros = 50 * E6
    buffer_e4: ShareE4 = 200
    discount_e6: DiscountE6 = 10_000
    growth_e6: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 1
    slot_ns: Duration = 400_000_000
    grace_slots: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 25
    discount_e6_max: DiscountE6 = 50_000
    fee_e6: FeeE6 = 5_000
    retry_ns: Wait = NS_PER_SECOND
    cancel_orders_first: bool = True

    def initial(self) -> Nothing:
        """Return the memory of a fresh market: none."""
        return NOTHING

    def closeout(self, seen: CloseoutInputs, memory: Nothing) -> tuple[CloseoutAnswer, Nothing]:
        """Return how many lots to send (unsigned), the limit in nano-dollars, and the wait.

        >>> from venue.rules.examples import CLOSEOUT  # short of $250 + $50 of buffer - $50
        >>> Ramp(initial_e4=5_000).closeout(CLOSEOUT, NOTHING)[0][:3]  # half of all at once
        (5000, 247500000000, 1000000000)
        >>> late = CLOSEOUT._replace(now_ns=CLOSEOUT.started_ns + 60 * NS_PER_SECOND)
        >>> Ramp().closeout(late, NOTHING)[0][:2]  # 125 slots after the grace: 1.0125 %
        (10000, 247468750000)
        """
        elapsed_ns = max(0, seen.now_ns - seen.started_ns)
        size = abs(seen.size_lots)
        discount_e6 = self._discount_e6(elapsed_ns)
        shortage_micros = self._shortage_micros(seen)
        # What closing everything would free, in 1e-6 micro-dollars; a lot's part is in proportion.
        frees = (
            seen.position_maintenance_micros * E6
            + seen.notional_micros * self.buffer_e4 * E6 // E4
            - seen.notional_micros * (discount_e6 + self.fee_e6)
        )
        heals = size if frees <= 0 else min(size, div_ceil(shortage_micros * E6 * size, frees))
        lots = max(1, heals)
        if shortage_micros >= self.small_micros:
            lots = max(1, self._freeable(elapsed_ns, heals + seen.filled_lots) - seen.filled_lots)
        limit_nanos = within_bankruptcy(seen, away_from_mark(seen, discount_e6, E6))
        return CloseoutAnswer(min(size, lots), limit_nanos, self.retry_ns, self.fee_e6), memory

    def _discount_e6(self, elapsed_ns: int) -> int:
        slots = max(0, elapsed_ns // self.slot_ns - self.grace_slots)
        most_e6 = max(self.discount_e6, self.discount_e6_max)
        return min(most_e6, self.discount_e6 + self.growth_e6 * slots)

    def _shortage_micros(self, seen: CloseoutInputs) -> int:
        buffer_micros = div_ceil(seen.notional_micros * self.buffer_e4, E4)
        return seen.maintenance_micros + buffer_micros - seen.equity_micros

    def _freeable(self, elapsed_ns: int, lots: int) -> int:
        whole = self.duration_ns * E4
        share = min(whole, self.initial_e4 * self.duration_ns + elapsed_ns * E4)
        return div_ceil(lots * share, whole)
