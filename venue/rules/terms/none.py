"""Terms rule ``none``: no session changes anything.

No band, the listing's own limits, no throttle, funding whole, at all times.

Guards against nothing; it is here to be compared with. Traders can always leave at any price that
the book offers.

Does not guard against orders far from the mark, positions too large for a weekend's book, nor a
cascade of close-outs into it.

Rounding: none. Source: crypto perps, which know no sessions (BitMEX, Binance, Bybit).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import Terms, TermsInputs
from venue.rules.properties import Property

UNLIMITED = Terms(
    band_e4=None,
    band_from="mark",
    position_e4=10_000,
    open_interest_e4=10_000,
    reduce_only=False,
    closeout_micros_per_second=None,
    funding_e4=10_000,
)


class NoTerms(msgspec.Struct, frozen=True):
    """The listing's own limits, always."""

    exempt: ClassVar[dict[Property, str]] = {}

    def terms(self, seen: TermsInputs) -> Terms:
        """Return the same terms for every session.

        >>> from venue.rules.examples import TERMS
        >>> NoTerms().terms(TERMS).band_e4 is None
        True
        """
        return UNLIMITED
