"""Funding rule ``qfex``: the premium alone, and exactly nothing outside a symbol's market hours.

    P = mean over the hour of [max(impact_bid - S, 0) - max(S - impact_ask, 0)] / S
    f = P + clamp(0 - P, -c, +c) inside market hours, a rate for ``rate_hours``; 0 outside

There is no interest: a premium within ±c costs nothing. Parameters: ``clamp_e12`` (c; 5 bp),
``rate_hours`` (what the formula's rate is for; assumed 8, as on Hyperliquid, whose premium it
takes), ``pays_overnight`` (whether market hours include the night session: false for stocks, 04:00
to 20:00 New York, true for a market that trades 23 hours; regular, pre- and after-market always
count), ``impact_micros`` ($10,000; $100,000 for currencies), ``pay_on`` (assumed ``index``).

A sample outside market hours is not taken, and whoever settles outside them pays nothing at all,
whatever was sampled before: the hour that ends with the market's last minute is the last that pays.

Guards against a weekend's funding: whoever holds a correct bet on Monday's gap does not pay for it,
and nobody is paid for pushing a thin book.

Does not guard against a weekend's premium: nothing draws P towards O until the market opens. A
hedge that earns the premium earns it for 80 of 168 hours.

Rounding: half to even. Source: QFEX documentation, funding (60 minutes, clamp 5 bp, impact 10,000
USDC, only during ``market_hours``), read in part; its hours in ``risk-limits``.
"""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from venue.core.phases import Session
from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.core.units import E6, NS_PER_HOUR, clamp, div_half_even
from venue.rules.funding.parts import NO_SAMPLES, Samples, impact_premium_e12, share_e12
from venue.rules.parameters import PositiveMicros, PositiveRateE12
from venue.rules.properties import Property

MARKET_HOURS = frozenset({Session.PRE_MARKET, Session.REGULAR, Session.AFTER_MARKET})


class QfexFunding(msgspec.Struct, frozen=True):
    """Premium beyond a dead zone, in market hours only."""

    exempt: ClassVar[dict[Property, str]] = {}

    clamp_e12: PositiveRateE12 = 500_000_000
    rate_hours: Annotated[int, Meta(ge=1, le=24)] = 8
    pays_overnight: bool = False
    impact_micros: PositiveMicros = 10_000 * E6
    pay_on: Literal["index", "mark"] = "index"

    def _is_open(self, session: Session) -> bool:
        return session in MARKET_HOURS or (self.pays_overnight and session is Session.OVERNIGHT)

    def initial(self) -> Samples:
        """Return the memory of an interval that has just begun."""
        return NO_SAMPLES

    def sample(self, seen: SampleInputs, memory: Samples) -> Samples:
        """Add the premium as it stands, in market hours.

        >>> from venue.rules.examples import SAMPLE
        >>> bid_up = SAMPLE._replace(impact_bid_nanos=252_500_000_000)
        >>> QfexFunding().sample(bid_up, NO_SAMPLES)
        Samples(sum_e12=10000000000, samples=1)
        >>> QfexFunding().sample(bid_up._replace(session=Session.NO_TRADING), NO_SAMPLES)
        Samples(sum_e12=0, samples=0)
        """
        if not self._is_open(seen.session):
            return memory
        premium_e12 = impact_premium_e12(
            seen.impact_bid_nanos, seen.impact_ask_nanos, seen.index_nanos, seen.index_nanos
        )
        return Samples(memory.sum_e12 + premium_e12, memory.samples + 1)

    def settle(self, seen: SettleInputs, memory: Samples) -> tuple[FundingAnswer, Samples]:
        """Return the hour's rate; outside market hours exactly 0.

        >>> from venue.rules.examples import SETTLE
        >>> hour = Samples(720 * 10_000_000_000, 720)  # P = 1 %: 0.95 % for 8 h
        >>> QfexFunding().settle(SETTLE, hour)[0].rate_e12
        1187500000
        >>> QfexFunding().settle(SETTLE._replace(session=Session.NO_TRADING), hour)[0].rate_e12
        0
        """
        if memory.samples == 0 or not self._is_open(seen.session):
            return FundingAnswer(0, 0, memory.samples, self.pay_on), NO_SAMPLES
        premium_e12 = div_half_even(memory.sum_e12, memory.samples)
        beyond_e12 = premium_e12 + clamp(-premium_e12, low=-self.clamp_e12, high=self.clamp_e12)
        rate_e12 = share_e12(beyond_e12, seen.interval_ns, self.rate_hours * NS_PER_HOUR)
        return FundingAnswer(rate_e12, premium_e12, memory.samples, self.pay_on), NO_SAMPLES
