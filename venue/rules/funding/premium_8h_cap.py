"""Funding rule ``premium_8h_cap``: a mean of medians, an eighth an hour, capped by the margins.

    vote   = impact premium over S, held within ± vote_cap × (IM - MM)
    sample = median of the votes of a minute, those missing from the least number counted as 0
    P      = mean of the samples of the hour
    F8h    = P + 8 × interest, held within ± cap × (IM - MM)
    f      = F8h / 8 an hour

Parameters: ``interest_e12_per_hour`` (0 in cross-margined markets, 0.125 bp in isolated ones),
``cap_e4`` (60,000: 600 % of IM - MM; ``None``: no cap), ``vote_cap_e4`` (600,000: 6,000 %),
``votes`` a sample (12: a minute of samples five seconds apart), ``votes_min`` (the least; 3,
assumed in proportion: 15 of some 60 blocks there), ``impact_micros`` ($10,000: 500 USDC over an
initial margin of 5 %), ``pay_on`` (``index``: the oracle is the mark there). IM is one over the
highest leverage, MM the lowest tier's maintenance.

Guards against a burst: a quote that stands for less than half a minute moves no median. Against a
funding larger than the margin can bear: the cap leaves an account time.

Does not guard against a quote held for more than half of each minute, at half the cost of all of
it. The interest counts inside the cap.

Rounding: votes, medians of an even number, mean and rate half to even to 1e-12.

Source: dYdX v4 documentation (funding) and v4-chain 84d4664: premium / 8 + interest, clamp factor
6,000,000 ppm of IMF - MMF, vote clamp 60,000,000 ppm, at least 15 votes a sample. That missing
votes count as zero is from memory.
"""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from venue.core.policies import FundingAnswer, SampleInputs, SettleInputs
from venue.core.units import E4, E6, NS_PER_HOUR, clamp, div_half_even
from venue.rules.funding.parts import impact_premium_e12, margins_apart_e12, share_e12
from venue.rules.parameters import PositiveMicros, RateE12
from venue.rules.properties import Property

FORMULA_HOURS = 8

# A multiple of IM - MM in 1e-4, up to a hundred times.
MarginMultipleE4 = Annotated[int, Meta(ge=1, le=100 * E4)]


class Votes(msgspec.Struct, frozen=True, array_like=True):
    """This minute's votes, the sum of the medians so far, how many medians, how many votes."""

    votes_e12: tuple[int, ...] = ()
    sum_e12: int = 0
    medians: int = 0
    samples: int = 0


NO_VOTES = Votes()


def median_e12(votes: tuple[int, ...]) -> int:
    """Return the median; of an even number the middle of two, half to even.

    >>> median_e12((3, 9, 1)), median_e12((3, 9, 1, 4))
    (3, 4)
    """
    ordered = sorted(votes)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return div_half_even(ordered[half - 1] + ordered[half], 2)


class Premium8hCap(msgspec.Struct, frozen=True):
    """Sixty medians an hour, an eighth of their mean plus interest, capped by IM - MM."""

    exempt: ClassVar[dict[Property, str]] = {}
    # The interest rate is the axis of symmetry; the contract test mirrors about none.
    symmetric_with: ClassVar[dict[str, int]] = {"interest_e12_per_hour": 0}

    interest_e12_per_hour: RateE12 = 0
    cap_e4: MarginMultipleE4 | None = 60_000
    vote_cap_e4: MarginMultipleE4 = 600_000
    votes: Annotated[int, Meta(ge=1, le=60)] = 12
    votes_min: Annotated[int, Meta(ge=0, le=60)] = 3
    impact_micros: PositiveMicros = 10_000 * E6
    pay_on: Literal["index", "mark"] = "index"

    def initial(self) -> Votes:
        """Return the memory of an hour that has just begun."""
        return NO_VOTES

    def sample(self, seen: SampleInputs, memory: Votes) -> Votes:
        """Take one vote; with the last of a minute, its median.

        >>> from venue.rules.examples import SAMPLE
        >>> bid_up = SAMPLE._replace(impact_bid_nanos=252_500_000_000)
        >>> Premium8hCap(votes=1).sample(bid_up, NO_VOTES)
        Votes(votes_e12=(), sum_e12=10000000000, medians=1, samples=1)
        """
        cap_e12 = div_half_even(
            margins_apart_e12(seen.leverage_max, seen.maintenance_e4) * self.vote_cap_e4, E4
        )
        premium_e12 = impact_premium_e12(
            seen.impact_bid_nanos, seen.impact_ask_nanos, seen.index_nanos, seen.index_nanos
        )
        vote_e12 = clamp(premium_e12, low=-cap_e12, high=cap_e12)
        votes = (*memory.votes_e12, vote_e12)
        if len(votes) < self.votes:
            return Votes(votes, memory.sum_e12, memory.medians, memory.samples + 1)
        return self._closed(votes, memory.sum_e12, memory.medians, memory.samples + 1)

    def _closed(self, votes: tuple[int, ...], sum_e12: int, medians: int, samples: int) -> Votes:
        missing = min(self.votes_min, self.votes) - len(votes)
        if missing > 0:
            votes += (0,) * missing
        return Votes((), sum_e12 + median_e12(votes), medians + 1, samples)

    def settle(self, seen: SettleInputs, memory: Votes) -> tuple[FundingAnswer, Votes]:
        """Return the hour's rate.

        >>> from venue.rules.examples import SETTLE
        >>> hour = Votes((), 60 * 8_000_000_000, 60, 720)  # P = 0.8 %
        >>> Premium8hCap().settle(SETTLE, hour)[0].rate_e12  # an eighth
        1000000000
        """
        if memory.samples == 0:
            return FundingAnswer(0, 0, 0, self.pay_on), NO_VOTES
        if memory.votes_e12:
            memory = self._closed(memory.votes_e12, memory.sum_e12, memory.medians, memory.samples)
        premium_e12 = div_half_even(memory.sum_e12, memory.medians)
        eight_e12 = premium_e12 + FORMULA_HOURS * self.interest_e12_per_hour
        if self.cap_e4 is not None:
            apart_e12 = margins_apart_e12(seen.leverage_max, seen.maintenance_e4)
            cap_e12 = div_half_even(apart_e12 * self.cap_e4, E4)
            eight_e12 = clamp(eight_e12, low=-cap_e12, high=cap_e12)
        rate_e12 = share_e12(eight_e12, seen.interval_ns, FORMULA_HOURS * NS_PER_HOUR)
        return FundingAnswer(rate_e12, premium_e12, memory.samples, self.pay_on), NO_VOTES
