"""Close-out rule ``slices``: large positions in two parts, never at a loss to others.

    first attempt, notional > large:   share × position, rounded up;  then wait cooldown
    else:                              all that is left;              then wait retry

    limit, long:   max(bankruptcy, M × (1 - protection))
    limit, short:  min(bankruptcy, M × (1 + protection))

Parameters: ``large_micros`` ($100,000 of notional), ``slice_e4`` (20 %), ``cooldown_ns`` (30 s),
``retry_ns`` (3 s, one mark), ``protection_e4`` (5 %), ``fee_e6`` (0: Hyperliquid has no clearance
fee), ``cancel_orders_first`` (true; Hyperliquid's text does not say).

Where the bankruptcy price already lies beyond the mark (the account's equity is negative there) the
limit is the bankruptcy price still: the order waits for somebody who pays it, and else the backstop
or ADL takes the position. So no close-out through the book makes a shortfall.

Guards against dumping a large position into a thin book, against fills far from the mark, and
against fills that somebody else would have to pay for.

Does not guard against time: in the 30 s between the parts a clamped mark walks 10 %. Hyperliquid's
text lets every further order within the cool-down be for the whole remainder; ``cooldown_ns=0`` is
that reading.

Rounding: lots of a slice up; the limit towards the mark, so up for a long and down for a short.

Source: Hyperliquid documentation, liquidations (above $100k only 20 % is sent first, then 30 s of
cool-down, then the entire remainder); the limit in the manner of dYdX's "fillable price".
"""

from typing import ClassVar

import msgspec

from venue.core.policies import CloseoutAnswer, CloseoutInputs
from venue.core.units import E4, E6, NS_PER_SECOND, div_ceil
from venue.rules.closeout.limits import away_from_mark, within_bankruptcy
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import FeeE6, Micros, PositiveShareE4, ShareE4, Wait
from venue.rules.properties import Property


class Slices(msgspec.Struct, frozen=True):
    """A fifth first, then the rest, at no worse than the bankruptcy price."""

    exempt: ClassVar[dict[Property, str]] = {}

    large_micros: Micros = 100_000 * E6
    slice_e4: PositiveShareE4 = 2_000
    cooldown_ns: Wait = 30 * NS_PER_SECOND
    retry_ns: Wait = 3 * NS_PER_SECOND
    protection_e4: ShareE4 = 500
    fee_e6: FeeE6 = 0
    cancel_orders_first: bool = True

    def initial(self) -> Nothing:
        """Return the memory of a fresh market: none."""
        return NOTHING

    def closeout(self, seen: CloseoutInputs, memory: Nothing) -> tuple[CloseoutAnswer, Nothing]:
        """Return how many lots to send (unsigned), the limit in nano-dollars, and the wait.

        >>> from venue.rules.examples import CLOSEOUT
        >>> Slices().closeout(CLOSEOUT, NOTHING)[0][:3]  # $2,500: all; bankrupt before 5 % below
        (10000, 245000000000, 3000000000)
        >>> large = CLOSEOUT._replace(size_lots=-1_000_000, notional_micros=250_000_000_000,
        ...     bankruptcy_nanos=270_000_000_000)
        >>> Slices().closeout(large, NOTHING)[0][:3]  # a fifth of 1,000 shares; 5 % above 250
        (200000, 262500000000, 30000000000)
        """
        lots = abs(seen.size_lots)
        wait_ns = self.retry_ns
        if seen.attempts == 0 and seen.notional_micros > self.large_micros:
            lots = div_ceil(lots * self.slice_e4, E4)
            wait_ns = self.cooldown_ns
        limit_nanos = within_bankruptcy(seen, away_from_mark(seen, self.protection_e4, E4))
        return CloseoutAnswer(lots, limit_nanos, wait_ns, self.fee_e6), memory
