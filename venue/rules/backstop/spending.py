"""What every backstop says of the insurance fund beside it: floor, caps, and who may withdraw.

``floor_micros`` is what the fund keeps (0). ``claim_micros_max`` is the most that one liquidation
draws on it, ``draw_micros_max`` the most that one market does within ``draw_interval_ns`` (0: for
ever, which is a cap a contract); ``None`` is no cap. ``gates_withdrawals``: nobody withdraws while
somebody's equity is below zero.

``owner_first`` (off): before anybody takes positions over or pays, they are closed against opposite
positions of other accounts of the same owner, at the bankruptcy price. So the fund pays for a loss
only after what the owner won from it elsewhere has been taken; no such account ends below its own
maintenance, and what it cannot bear goes the usual way.

Guards against holding both sides in two accounts of one owner, and leaving the losing one to the
fund. Does not guard against two owners who are one person, for a venue knows accounts, not people;
and it reaches into an account that was opened to be apart. No venue of the fact sheet says that it
does this: assumed.

Source: fact sheet, sections 8 (dYdX: 1 M of insurance loss a subaccount a block; withdrawals
gated) and 9 (Drift: claims by contract tier, A 100 M, B 1 M, C 100 k, others 0).
"""

import msgspec

from venue.core.policies import ShareTerms
from venue.rules.parameters import Micros, Wait


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """What the fund keeps and may spend; the same parameters in every backstop."""

    floor_micros: Micros = 0
    claim_micros_max: Micros | None = None
    draw_micros_max: Micros | None = None
    draw_interval_ns: Wait = 0
    gates_withdrawals: bool = False
    owner_first: bool = False

    @property
    def shares(self) -> ShareTerms | None:
        """Return ``None``: nobody pays in for shares."""
        return None
