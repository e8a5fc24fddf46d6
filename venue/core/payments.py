"""Who pays whom when funding settles: conserved to the micro-dollar, every remainder booked.

The sum of all payments is ``rounding_micros`` + ``kept_micros``: what rounding left, and what the
venue keeps (rollover, and what the rate did not let receivers have).
"""

from collections.abc import Iterable
from typing import NamedTuple

from venue.core.account import INSURANCE, VAULT
from venue.core.policies.funding import Receivers
from venue.core.units import E12, div_ceil

Sizes = list[tuple[int, int]]  # (account, size_lots), in order of accounts.


def stands_aside(account: int) -> bool:
    """Say whether an account holds positions for the venue, or for a pool's providers.

    Where receivers share, it has no part in it.
    """
    return account == INSURANCE or account < VAULT


class Payments(NamedTuple):
    """What each account pays (negative: receives), and what stays with the venue."""

    paid_micros: tuple[tuple[int, int], ...] = ()
    rounding_micros: int = 0
    kept_micros: int = 0


def payment_micros(*, size_lots: int, price_micros: int, rate_e12: int) -> int:
    """Return what one position pays when funding settles; negative, what it receives.

    payment = size × price × rate

    Args:
        size_lots: position in lots, long positive, short negative.
        price_micros: the price that the funding rule names, in micro-dollars a lot.
        rate_e12: rate for the interval in 1e-12 of notional; positive when longs pay shorts.

    Rounds up, towards the venue: payers cover receivers, and the remainder, less than one
    micro-dollar a position, goes to the rounding account.

    Source: seed 000, section 2; Hyperliquid pays on the oracle price (venue-rules section 1).

    >>> payment_micros(size_lots=10_000, price_micros=250_000, rate_e12=12_500_000)
    31250
    """
    return div_ceil(size_lots * price_micros * rate_e12, E12)


def to_each(sizes: Sizes, price_micros: int, rate_e12: int) -> Payments:
    """Return payments at one rate on every position, the house's too.

    >>> to_each([(1, 1), (2, -1)], 250_000, 6_250_000)  # 1.5625 micro-dollars: 2 and 1
    Payments(paid_micros=((1, 2), (2, -1)), rounding_micros=1, kept_micros=0)
    """
    paid = tuple(
        (account, payment_micros(size_lots=lots, price_micros=price_micros, rate_e12=rate_e12))
        for account, lots in sizes
    )
    return Payments(paid, sum(micros for _, micros in paid))


def shared(sizes: Sizes, price_micros: int, rate_e12: int, *, at_most: bool) -> Payments:
    """Return payments at the rate, shared among the other side by size; the house stands aside.

    Payers round up, shares round down. With ``at_most`` nobody receives more than the rate gives,
    and the venue keeps the difference. Where nobody receives, nobody pays.

    >>> shared([(1, 3_000), (2, -1_000)], 1_000, E12 // 1_000, at_most=False)
    Payments(paid_micros=((1, 3000), (2, -3000)), rounding_micros=0, kept_micros=0)
    >>> shared([(1, 3_000), (2, -1_000)], 1_000, E12 // 1_000, at_most=True)
    Payments(paid_micros=((1, 3000), (2, -1000)), rounding_micros=0, kept_micros=2000)
    """
    traders = [(account, lots) for account, lots in sizes if not stands_aside(account)]
    receiving = sum(abs(lots) for _, lots in traders if lots * rate_e12 < 0)
    total = sum(
        payment_micros(size_lots=lots, price_micros=price_micros, rate_e12=rate_e12)
        for _, lots in traders
        if lots * rate_e12 > 0
    )
    if not receiving or not total:
        return Payments()
    paid = []
    handed = kept = 0
    for account, lots in traders:
        if lots * rate_e12 > 0:
            micros = payment_micros(size_lots=lots, price_micros=price_micros, rate_e12=rate_e12)
        else:
            share = total * abs(lots) // receiving
            handed += share
            most = abs(lots * rate_e12) * price_micros // E12
            micros = -min(share, most) if at_most else -share
            kept += share + micros
        paid.append((account, micros))
    return Payments(tuple(paid), total - handed, kept)


def rollover(sizes: Sizes, price_micros: int, rate_e12: int) -> Payments:
    """Return the rent of every position but the house's, rounded up; the venue keeps it.

    >>> rollover([(1, 1_000), (2, -1_000)], 250_000, 1_000_000)
    Payments(paid_micros=((1, 250), (2, 250)), rounding_micros=0, kept_micros=500)
    """
    paid = tuple(
        (account, div_ceil(abs(lots) * price_micros * rate_e12, E12))
        for account, lots in sizes
        if not stands_aside(account)
    )
    return Payments(paid, 0, sum(micros for _, micros in paid))


def kept_by(moved: Payments, account: int) -> Payments:
    """Return payments of which an account, a pool's, gets what the venue would keep.

    >>> kept_by(Payments(((1, 300), (2, -200)), 0, 100), -2)
    Payments(paid_micros=((-2, -100), (1, 300), (2, -200)), rounding_micros=0, kept_micros=0)
    """
    if not moved.kept_micros:
        return moved
    paid = dict(moved.paid_micros)
    paid[account] = paid.get(account, 0) - moved.kept_micros
    return Payments(tuple(sorted(paid.items())), moved.rounding_micros, 0)


def payments(
    sizes: Iterable[tuple[int, int]],
    *,
    price_micros: int,
    rate_e12: int,
    receivers: Receivers = "each",
    rollover_e12: int = 0,
) -> Payments:
    """Return everything that moves at one settlement; nothing where both rates are 0."""
    held = list(sizes)
    moved = Payments()
    if rate_e12 and receivers == "each":
        moved = to_each(held, price_micros, rate_e12)
    elif rate_e12:
        moved = shared(held, price_micros, rate_e12, at_most=receivers == "at_most")
    if not rollover_e12:
        return moved
    rent = rollover(held, price_micros, rollover_e12)
    together = dict(moved.paid_micros)
    for account, micros in rent.paid_micros:
        together[account] = together.get(account, 0) + micros
    return Payments(
        tuple(sorted(together.items())),
        moved.rounding_micros,
        moved.kept_micros + rent.kept_micros,
    )
