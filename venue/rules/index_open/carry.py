"""Index rule ``carry``: a dated future, brought back to today by its cost of carry.

    O = F × exp(-d × T)

F is the last print of the active contract (source ``future:Z5``), d = r - q one rate for interest
less dividends, T the years of 365 days to its expiry. In REGULAR hours the index's own fresh print
counts instead, and outside them while no future is fresh; with neither there is silence.

Contracts are quarterly and expire on the third Friday at ``expiry_time_ns`` (13:30 UTC); the
active one changes at once, ``roll_before_ns`` before that (4 days 15.5 hours: Sunday 22:00).

Parameters: ``rate_e12`` (d a year: 4 %, "updated periodically"), ``prefix`` (how a source of the
future begins), ``interval_ns`` (T is counted in whole minutes, so that an exponential serves that
long: at 4 % it is off by 0.0008 basis points at most), ``expiry_time_ns``, ``roll_before_ns``.

Guards against the gap of a closed stock market: the future trades 23 hours a day. A contract rolls
without a jump as far as d is right, for both are brought back to the same day.

Does not guard against a wrong d: 1 % too high is 25 basis points three months before expiry, and
none at expiry. A false print of the future is the index.

Rounding: half to even, to a nano-dollar; the exponential to 1e-18.

Source: trade.xyz, XYZ100 and index perpetuals (``S = F × exp(-(r - q) × T)``, Z5 active until
2025-12-14 22:00 UTC, expires 2025-12-19 13:30 UTC; d 4 %). The year of 365 days is assumed.
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import E18, exp_neg_e18
from venue.core.phases import Session
from venue.core.policies import OpenAnswer, OpenInputs, Verdict
from venue.core.units import (
    E12,
    NS_PER_DAY,
    NS_PER_HOUR,
    NS_PER_MINUTE,
    div_half_even,
)
from venue.rules.index_open.contracts import Contract, quarterly
from venue.rules.index_open.from_future import (
    NO_PRINTS,
    FutureMemory,
    cash_is_fresh,
    fresh_futures,
    heard,
)
from venue.rules.parameters import Duration, PositiveRateE12, Wait
from venue.rules.properties import Property

NS_PER_YEAR = 365 * NS_PER_DAY


class Carry(msgspec.Struct, frozen=True):
    """The active contract less its cost of carry."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "carry is a share of the price, and always lowers it",
    }

    rate_e12: PositiveRateE12 = 4 * E12 // 100
    prefix: str = "future:"
    interval_ns: Duration = NS_PER_MINUTE
    expiry_time_ns: Wait = 13 * NS_PER_HOUR + 30 * NS_PER_MINUTE
    roll_before_ns: Wait = 4 * NS_PER_DAY + 15 * NS_PER_HOUR + 30 * NS_PER_MINUTE

    def initial(self) -> FutureMemory:
        """Return the memory of a market that has heard nobody."""
        return NO_PRINTS

    def index(self, seen: OpenInputs, memory: FutureMemory) -> tuple[OpenAnswer, FutureMemory]:
        """Return the index in nano-dollars.

        >>> from venue.rules.examples import OPEN, PRINT
        >>> june = PRINT._replace(source="future:M5")  # expires in 67 days and 5.5 hours
        >>> Carry().index(OPEN._replace(arrived=june), NO_PRINTS)[0].index_nanos
        248164873544
        """
        is_regular = seen.session is Session.REGULAR
        verdict = Verdict.ACCEPTED
        if seen.arrived is not None:
            verdict, memory = heard(memory, seen.arrived, self.prefix, is_regular=is_regular)
        contract = self.active(seen.now_ns)
        future = fresh_futures(memory, seen.now_ns).get(contract.code)
        if cash_is_fresh(memory, seen.now_ns) and (is_regular or future is None):
            return OpenAnswer(memory.cash_nanos, verdict), memory
        if future is None:
            silent = Verdict.STALE if seen.arrived is None else verdict
            return OpenAnswer(None, silent), memory
        left_ns = max(0, self._expires_ns(contract) - seen.now_ns)
        left_ns -= left_ns % self.interval_ns
        carried_e18 = exp_neg_e18(self.rate_e12 * left_ns, E12 * NS_PER_YEAR)
        return OpenAnswer(div_half_even(future.price_nanos * carried_e18, E18), verdict), memory

    def active(self, now_ns: int) -> Contract:
        """Return the contract that counts at a time."""
        for contract in quarterly(now_ns // NS_PER_DAY):
            if now_ns < self._expires_ns(contract) - self.roll_before_ns:
                break
        return contract

    def _expires_ns(self, contract: Contract) -> int:
        return contract.expires_day * NS_PER_DAY + self.expiry_time_ns
