"""How the synthetic markets move: every figure that the synthetic source uses, and its origin.

Gaps are ln(open / previous close), measured on daily bars of 2012 to 2026 (764 weekends and
2,877 weeknights of TSLA); minute volatility on 5-minute bars of TSLA (206 sessions) and
1-minute bars of NVDA and SPY (127 sessions).
"""

import msgspec

from venue.core.phases import Session
from venue.core.units import E9, NS_PER_HOUR, NS_PER_MINUTE

# A gap is at least this long closed to be a weekend's: Friday 16:00 to Monday 09:30 is 65.5 h,
# a single holiday's 41.5 h.
WEEKEND_NS = 48 * NS_PER_HOUR

# The weeknight that the overnight laws were measured on: 16:00 to 09:30. A shorter closure
# moves the price less, by the square root of its share.
WEEKNIGHT_NS = 17 * NS_PER_HOUR + 30 * NS_PER_MINUTE

# No single share of this size has opened further from its close on a day without a split.
GAP_MAX = 0.35

# Where a weekend gap is made, as shares of its variance: Friday 16-20 h, the jump over the
# closed time, Monday 04-09:30: the squares of 0.42, 1.65 and 1.23 % (50 weekends of TSLA).
# The overnight session of round-the-clock feeds is quiet: a guess between the first and last.
# Each is the share of a whole session, of the length that stands with it.
CLOSED_SHARE = 2.72
QUIET_SHARES: dict[Session, tuple[float, int]] = {
    Session.AFTER_MARKET: (0.18, 4 * NS_PER_HOUR),
    Session.OVERNIGHT: (0.60, 8 * NS_PER_HOUR),
    Session.PRE_MARKET: (1.51, 5 * NS_PER_HOUR + 30 * NS_PER_MINUTE),
}

# Degrees of freedom of the day's own volatility: how much one day is wilder than another.
DAY_DEGREES = 6.0


class GapLaw(msgspec.Struct, frozen=True):
    """A Student-t law of ln(open / previous close): degrees of freedom, centre and scale."""

    degrees: float
    centre: float
    scale: float


class MinuteVolatility(msgspec.Struct, frozen=True):
    """Volatility in the regular session, in basis points a square-root minute.

    By minutes after the open: 0-5, 5-15, 15-30, 30-60, then mid-day; and the last five.
    """

    first_5_bp: float
    to_15_bp: float
    to_30_bp: float
    to_60_bp: float
    midday_bp: float
    last_5_bp: float

    def at_bp(self, minute: int, minutes: int) -> float:
        """Return it for one minute of a session of so many minutes.

        >>> tsla = MARKETS["TSLA"].volatility
        >>> [tsla.at_bp(minute, 390) for minute in (0, 14, 200, 389)]
        [35.5, 21.5, 9.6, 12.1]
        """
        for until, value in (
            (5, self.first_5_bp),
            (15, self.to_15_bp),
            (30, self.to_30_bp),
            (60, self.to_60_bp),
        ):
            if minute < until:
                return value
        return self.last_5_bp if minute >= minutes - 5 else self.midday_bp


class SyntheticMarket(msgspec.Struct, frozen=True):
    """One underlying of the synthetic source.

    ``price_nanos`` is its price at the anchor, ``step_nanos`` what prints are rounded to.
    ``loading`` is its share of the one common factor: two markets correlate by the product.
    """

    underlying: str
    price_nanos: int
    weekend: GapLaw
    overnight: GapLaw
    volatility: MinuteVolatility
    # The mean pairwise correlation of the weekend gaps of 16 shares is 0.67, as 764 weekends
    # show it; tails this heavy show a little less than the product of the loadings, 0.71.
    loading: float = 0.84
    step_nanos: int = E9 // 100


MARKETS: dict[str, SyntheticMarket] = {
    "TSLA": SyntheticMarket(
        underlying="TSLA",
        price_nanos=250 * E9,
        weekend=GapLaw(2.4, 0.0025, 0.0129),
        overnight=GapLaw(2.0, 0.0014, 0.0093),
        volatility=MinuteVolatility(35.5, 21.5, 18.1, 15.2, 9.6, 12.1),
    ),
    "NVDA": SyntheticMarket(
        underlying="NVDA",
        price_nanos=135 * E9,
        weekend=GapLaw(2.2, 0.0014, 0.0086),
        overnight=GapLaw(2.4, 0.0014, 0.0083),
        volatility=MinuteVolatility(28.8, 19.1, 15.0, 12.4, 8.0, 9.8),
    ),
    # An index moves as SPY does.
    "US100": SyntheticMarket(
        underlying="US100",
        price_nanos=21_400 * E9,
        weekend=GapLaw(2.4, 0.0004, 0.0038),
        overnight=GapLaw(2.6, 0.0006, 0.0034),
        volatility=MinuteVolatility(6.2, 4.9, 4.7, 4.7, 3.3, 3.6),
    ),
}
