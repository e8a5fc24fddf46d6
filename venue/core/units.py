"""Whole-number units, and the only division and rounding of money.

Scales: orders and trades in ticks and lots; prices that rules compute in nano-dollars
(1e-9); money in micro-dollars (1e-6); rates in 1e-12; margin fractions in 1e-4; time in
nanoseconds since the Unix epoch, UTC.

Money rounds towards the venue, and whoever calls books the remainder; prices and averages
round half to even, because a floor drifts.
"""

from typing import Final

import msgspec

E4: Final = 10_000
E6: Final = 1_000_000
E9: Final = 1_000_000_000
E12: Final = 1_000_000_000_000
E18: Final = 1_000_000_000_000_000_000

NS_PER_MS: Final = 1_000_000
NS_PER_SECOND: Final = 1_000_000_000
NS_PER_MINUTE: Final = 60 * NS_PER_SECOND
NS_PER_HOUR: Final = 60 * NS_PER_MINUTE
NS_PER_DAY: Final = 24 * NS_PER_HOUR

# A nano-dollar price times a lot in 1e-9 units is in 1e-18 dollar; a micro-dollar is 1e12 of them.
NANO_E9_PER_MICRO: Final = E12


def div_floor(numerator: int, denominator: int) -> int:
    """Divide and round towards minus infinity.

    >>> div_floor(7, 2), div_floor(-7, 2)
    (3, -4)
    """
    return numerator // denominator


def div_ceil(numerator: int, denominator: int) -> int:
    """Divide and round towards plus infinity.

    >>> div_ceil(7, 2), div_ceil(-7, 2)
    (4, -3)
    """
    return -(-numerator // denominator)


def div_half_even(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest whole number, a tie to the even one.

    The denominator is positive.

    >>> [div_half_even(n, 2) for n in (1, 3, 5, -1, -3)]
    [0, 2, 2, 0, -2]
    """
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and quotient & 1):
        return quotient + 1
    return quotient


def clamp(value: int, *, low: int, high: int) -> int:
    """Hold a number within ``low`` and ``high``, both included.

    >>> clamp(12, low=0, high=10)
    10
    """
    if value < low:
        return low
    return min(value, high)


class Units(msgspec.Struct, frozen=True):
    """The scales of one market.

    ``tick_nanos`` is the price step in nano-dollars a unit of the underlying, ``lot_e9`` the
    size step in 1e-9 of a unit. One tick on one lot must be a whole number of micro-dollars,
    so that the notional of every trade is exact.

    >>> share = Units(tick_nanos=10_000_000, lot_e9=1_000_000)  # a cent; a thousandth of a share
    >>> share.tick_lot_micros  # one cent on a thousandth of a share
    10
    >>> share.micros_per_lot(250 * E9)  # $250.00 a share
    250000
    """

    tick_nanos: int
    lot_e9: int

    @property
    def tick_lot_micros(self) -> int:
        """Micro-dollars that one tick is worth on one lot."""
        return self.tick_nanos * self.lot_e9 // NANO_E9_PER_MICRO

    def fault(self) -> str | None:
        """Say what is wrong with these scales, or ``None``."""
        if self.tick_nanos <= 0 or self.lot_e9 <= 0:
            return "tick and lot must be positive"
        if self.tick_nanos * self.lot_e9 % NANO_E9_PER_MICRO:
            return "one tick on one lot must be a whole number of micro-dollars"
        return None

    def micros_per_lot(self, price_nanos: int) -> int:
        """Return a price in micro-dollars a lot, rounded half to even."""
        return div_half_even(price_nanos * self.lot_e9, NANO_E9_PER_MICRO)

    def nanos(self, price_micros_per_lot: int) -> int:
        """Return a price of whole micro-dollars a lot in nano-dollars, rounded half to even."""
        return div_half_even(price_micros_per_lot * NANO_E9_PER_MICRO, self.lot_e9)

    def ticks_to_nanos(self, price_ticks: int) -> int:
        """Return the nano-dollars of a price in ticks; exact."""
        return price_ticks * self.tick_nanos

    def ticks_floor(self, price_nanos: int) -> int:
        """Return the highest tick at or below a price."""
        return price_nanos // self.tick_nanos

    def ticks_ceil(self, price_nanos: int) -> int:
        """Return the lowest tick at or above a price."""
        return -(-price_nanos // self.tick_nanos)
