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

``takeover_price`` is what positions are taken over at: the ``mark``, with all the margin that is
left, or the ``bankruptcy`` price, at which each position's share of its account's equity is gone,
and nothing is left to go with it. To fund, vault and pool both come to the same money, told as
margin or as a better price; providers get the discount themselves instead of the fund. An account
in debt goes at the mark, so that what is paid for it counts among the claims. ``margin_returned``
(off; with ``mark`` only): what is left of the margin stays with the account, and who takes over has
the risk for nothing. A position that the close-out rule itself hands over goes at its price.

``fees_e4`` (0) of the trading fees that a market books, rebates taken off, goes to the fund at each
settlement of its funding, until the fund has ``target_e4`` (``None``: no end) of the open interest
at the mark, of all markets that name a target together. What the fund has is its cash, or its
equity if less. Liquidation fees go to the fund as far as its target, and beyond it to the venue's
fees. Margin that comes with a takeover stays with the fund: it is the price of its risk.

Guards against a fund that is empty when it is asked for, or one that grows without end at the
traders' cost. Does not guard against a loss beyond any target: a gap is a share of all that is
open, and may be the larger one.

Source: fact sheet, sections 8 (dYdX: 1 M of insurance loss a subaccount a block; withdrawals
gated) and 9 (Drift: claims by contract tier, A 100 M, B 1 M, C 100 k, others 0). Prices of a
takeover: Hyperliquid, maintenance margin not returned (section 1); BitMEX, the liquidation engine
at the bankruptcy price (section 12, from memory); that any venue returns it is not known. Target of
a fund: 3 % of open interest in one published specification of perpetuals (section 16, number 21);
where fees go meanwhile is assumed.

Rounding: a takeover's price a lot in the account's favour, so that less than a micro-dollar a lot
is left, and goes to who takes over; what is moved of fees, and a target, down.
"""

from typing import Literal

import msgspec

from venue.core.policies import ShareTerms
from venue.rules.parameters import FactorE4, Micros, ShareE4, Wait


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """What the fund keeps and may spend; the same parameters in every backstop."""

    floor_micros: Micros = 0
    claim_micros_max: Micros | None = None
    draw_micros_max: Micros | None = None
    draw_interval_ns: Wait = 0
    gates_withdrawals: bool = False
    owner_first: bool = False
    takeover_price: Literal["mark", "bankruptcy"] = "mark"
    margin_returned: bool = False
    target_e4: FactorE4 | None = None
    fees_e4: ShareE4 = 0

    def __post_init__(self) -> None:
        if self.margin_returned and self.takeover_price == "bankruptcy":
            raise ValueError(
                "margin_returned: at the bankruptcy price nothing is left to return; "
                "list it with takeover_price mark"
            )

    @property
    def shares(self) -> ShareTerms | None:
        """Return ``None``: nobody pays in for shares."""
        return None
