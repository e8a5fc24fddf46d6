"""Fees rule ``volume_tiers``: who trades more pays less; who makes much of the market is paid.

    volume of the owner over ``volume_days`` whole days -> the row of ``tiers``
    maker volume / everybody's volume -> the row of ``rebates``, off the maker fee
    both × the deployer's factor × what growth mode leaves

Below the first row the listing's own fees hold. Volume is in day buckets (UTC), and all accounts of
an owner count together; the fees of a day follow from the days before it. A rebate comes off a
maker fee of zero only, as the last volume rows have it.

Parameters: ``tiers``: rows ``dollars/taker/maker``, fees in 1e-6 of notional, rising in dollars,
parted by blanks; ``rebates``: rows ``share/rebate``, the share in 1e-4, the rebate in 1e-6, rising;
``volume_days`` 1 to 30; ``deployer_e4`` and ``left_e4`` as in ``growth``.

Guards against a maker's fees eating the spread that it quotes.

Does not guard against trades between two owners who are one. The rows between the first and the
last are from memory.

Rounding: fees up to the next 1e-6, towards the venue. Source: Hyperliquid, venue-rules section 1:
taker 0.045 % down to 0.024 %, maker 0.015 % down to 0, rebate 0.001 to 0.003 % from 0.5, 1.5 and
3 % of maker volume, 14 days.
"""

from functools import lru_cache
from typing import Annotated, ClassVar

import msgspec

from venue.core.listing import Fees
from venue.core.policies import FeesInputs
from venue.core.units import E4, E6
from venue.rules.fees.scale import DeployerE4, LeftE4, scaled
from venue.rules.properties import Property

HYPERLIQUID_TIERS = (
    "5000000/400/120 25000000/350/80 100000000/300/40 "
    "500000000/280/0 2000000000/260/0 7000000000/240/0"
)
HYPERLIQUID_REBATES = "50/10 150/20 300/30"
ROWS_MAX = 16

Days = Annotated[int, msgspec.Meta(ge=1, le=30)]


class VolumeTiers(msgspec.Struct, frozen=True):
    """Fees by what an owner traded in the last fourteen days."""

    exempt: ClassVar[dict[Property, str]] = {}

    tiers: str = HYPERLIQUID_TIERS
    rebates: str = HYPERLIQUID_REBATES
    volume_days: Days = 14
    deployer_e4: DeployerE4 = 0
    left_e4: LeftE4 = E4

    def __post_init__(self) -> None:
        last = Fees(E6, E6)
        for _, taker_e6, maker_e6 in rows(self.tiers, "dollars/taker/maker"):
            if taker_e6 > last.taker_e6 or maker_e6 > last.maker_e6 or maker_e6 > taker_e6:
                raise ValueError("tiers: fees must fall from row to row, the maker's below")
            last = Fees(maker_e6, taker_e6)
        for _, rebate_e6 in rows(self.rebates, "share/rebate"):
            if rebate_e6 > last.taker_e6:
                raise ValueError("rebates: a rebate must be at most the lowest taker fee")

    @property
    def credit_e4(self) -> int:
        """Volume counts as far as its fees are paid."""
        return self.left_e4

    def rates(self, seen: FeesInputs) -> Fees:
        """Return the fees of an account by its owner's volume; never more than a new one's.

        >>> from venue.rules.examples import FEES
        >>> VolumeTiers().rates(FEES)
        Fees(maker_e6=150, taker_e6=450)
        >>> VolumeTiers().rates(FEES._replace(volume_micros=30_000_000 * E6))
        Fees(maker_e6=80, taker_e6=350)
        """
        maker_e6, taker_e6 = seen.listed.maker_e6, seen.listed.taker_e6
        for dollars, taker_row_e6, maker_row_e6 in rows(self.tiers, "dollars/taker/maker"):
            if seen.volume_micros < dollars * E6:
                break
            taker_e6, maker_e6 = min(taker_e6, taker_row_e6), min(maker_e6, maker_row_e6)
        if maker_e6 <= 0 and seen.venue_micros:
            for share_e4, rebate_e6 in rows(self.rebates, "share/rebate"):
                if seen.maker_micros * E4 > seen.venue_micros * share_e4:
                    maker_e6 = min(maker_e6, -rebate_e6)
        fees = Fees(maker_e6, taker_e6)
        return scaled(fees, deployer_e4=self.deployer_e4, left_e4=self.left_e4)


@lru_cache(maxsize=64)
def rows(text: str, form: str) -> tuple[tuple[int, ...], ...]:
    """Return the rows of a table written as text, or raise ``ValueError`` with a sentence.

    >>> rows("50/10 150/20", "share/rebate")
    ((50, 10), (150, 20))
    >>> rows("50", "share/rebate")
    Traceback (most recent call last):
    ValueError: expected rows share/rebate of whole numbers, found '50'
    """
    width = form.count("/") + 1
    found: list[tuple[int, ...]] = []
    for row in text.split():
        parts = row.split("/")
        if len(parts) != width or not all(part.isascii() and part.isdigit() for part in parts):
            raise ValueError(f"expected rows {form} of whole numbers, found {row!r}")
        numbers = tuple(int(part) for part in parts)
        if found and numbers[0] <= found[-1][0]:
            raise ValueError(f"rows {form} must rise, found {row!r} after {found[-1][0]}")
        found.append(numbers)
    if len(found) > ROWS_MAX:
        raise ValueError(f"expected at most {ROWS_MAX} rows {form}, found {len(found)}")
    return tuple(found)
