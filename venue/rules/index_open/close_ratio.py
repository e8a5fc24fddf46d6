"""Index rule ``close_ratio``: the last close, times what the future has risen since.

    O = close × sum_i share_i × F_i / F_i at the close

Everything else is as in ``close_plus_change``: the index's own fresh prints count in REGULAR hours,
the last of them is the close, and quarterly contracts roll on business days 5 to 10.

Parameters: ``prefix``, ``roll_from_day``, ``roll_to_day``.

Guards against the gap of a closed stock market, and keeps percentages: 1 % of the future is 1 % of
the index, however large its basis.

Does not guard against a false print of the future, nor against a close that was itself false.

Rounding: half to even, to a nano-dollar, each contract's share.

Source: QFEX's earlier text (``close × F_now / F_settle``, constants refreshed daily at 16:00 to
16:30 in Chicago). Here they are refreshed with the last print in REGULAR hours; which share of the
roll falls on which day is assumed.
"""

from typing import ClassVar

from venue.core.policies import OpenAnswer, OpenInputs
from venue.core.units import div_half_even
from venue.rules.index_open.close_plus_change import ClosePlusChange
from venue.rules.index_open.from_future import Future, FutureMemory
from venue.rules.properties import Property


class CloseRatio(ClosePlusChange, frozen=True):
    """The close times the ratio of the future."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "it is even in ratios: half the price mirrors twice the price",
        Property.CONTINUOUS: "a nano-dollar of a future at a fifth of the index moves it by five",
    }

    def index(self, seen: OpenInputs, memory: FutureMemory) -> tuple[OpenAnswer, FutureMemory]:
        """Return the index in nano-dollars.

        >>> from venue.rules.examples import OPEN, PRINT
        >>> closed = FutureMemory(  # the index closed at 250, the future at 200
        ...     250 * 10**9, 0, 0, 250 * 10**9, (Future("M5", 200 * 10**9, 0, 0, 200 * 10**9),)
        ... )
        >>> night = PRINT._replace(source="future:M5", price_nanos=204 * 10**9)  # + 2 %
        >>> CloseRatio().index(OPEN._replace(arrived=night), closed)[0].index_nanos
        255000000000
        """
        return super().index(seen, memory)

    def since_close(self, close_nanos: int, counted: list[tuple[Future, int]]) -> int:
        """Return where the futures have taken the close, in nano-dollars."""
        shares = sum(share for _, share in counted)
        return sum(
            div_half_even(close_nanos * future.price_nanos * share, future.close_nanos * shares)
            for future, share in counted
        )
