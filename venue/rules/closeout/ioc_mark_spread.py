"""Close-out rule ``ioc_mark_spread``: near the mark, and no faster than an average allows.

    limit:  M × (1 - spread) for a long, M × (1 + spread) for a short, no worse than bankruptcy
    lots:   as many as keep  E × exp(-dt / tau) + submitted  at or below ``limit_micros``

E is the decaying sum of what this market's close-outs have submitted, filled or not.

Parameters: ``spread_e4`` (1 %, assumed), ``tau_ns`` (60 s), ``limit_micros`` ($100,000, assumed),
``retry_ns`` (3 s, assumed), ``fee_e6`` (0), ``cancel_orders_first`` (true, assumed).

Guards against a cascade that eats the book: many liquidations share one allowance.

Does not guard against the backlog: what waits is taken by the backstop when it is due. Beyond the
bankruptcy price it never sells, also where QFEX's spread alone would.

Rounding: lots down (none while the allowance is less than a lot); the limit towards the mark; the
average half-even.

Source: QFEX, liquidation, first stage (fact sheet, section 4): limit IOC at mark and spread, capped
so that the 60 s EMA of submitted quantity stays under the order book's limit. Of the EMA only that
is stated; a decaying sum is assumed.
"""

from typing import ClassVar

import msgspec

from venue.core.fixed import E18, exp_neg_e18
from venue.core.policies import CloseoutAnswer, CloseoutInputs
from venue.core.units import E4, E6, NS_PER_SECOND, div_floor, div_half_even
from venue.rules.closeout.limits import away_from_mark, within_bankruptcy
from venue.rules.parameters import Duration, FeeE6, PositiveMicros, ShareE4, Wait
from venue.rules.properties import Property


class Submitted(msgspec.Struct, frozen=True, array_like=True):
    """What was submitted, decayed to a time."""

    micros: int = 0
    at_ns: int = 0


class IocMarkSpread(msgspec.Struct, frozen=True):
    """QFEX's first stage."""

    exempt: ClassVar[dict[Property, str]] = {}

    spread_e4: ShareE4 = 100
    tau_ns: Duration = 60 * NS_PER_SECOND
    limit_micros: PositiveMicros = 100_000 * E6
    retry_ns: Wait = 3 * NS_PER_SECOND
    fee_e6: FeeE6 = 0
    cancel_orders_first: bool = True

    def initial(self) -> Submitted:
        """Return the memory of a fresh market: nothing was submitted."""
        return Submitted()

    def closeout(self, seen: CloseoutInputs, memory: Submitted) -> tuple[CloseoutAnswer, Submitted]:
        """Return how many lots to send (unsigned), the limit in nano-dollars, and the wait.

        >>> from venue.rules.examples import CLOSEOUT
        >>> rule = IocMarkSpread(limit_micros=4_000_000_000)
        >>> answer, memory = rule.closeout(CLOSEOUT, rule.initial())  # $2,500, 1 % below 250
        >>> answer[:3]
        (10000, 247500000000, 3000000000)
        >>> rule.closeout(CLOSEOUT, memory)[0].lots  # $1,500 are left of $4,000
        6000
        """
        elapsed_ns = max(0, seen.now_ns - memory.at_ns)
        before = div_half_even(memory.micros * exp_neg_e18(elapsed_ns, self.tau_ns), E18)
        size = abs(seen.size_lots)
        allowed = max(0, self.limit_micros - before)
        lots = min(size, div_floor(allowed * size, max(1, seen.notional_micros)))
        sent = div_floor(seen.notional_micros * lots, size)
        limit_nanos = within_bankruptcy(seen, away_from_mark(seen, self.spread_e4, E4))
        answer = CloseoutAnswer(lots, limit_nanos, self.retry_ns, self.fee_e6)
        return answer, Submitted(before + sent, seen.now_ns)
