"""A pool: an account whose money is many people's, and who owns which part of it.

A market's pool holds the opposite of all its positions; the liquidator vault is the pool of those
who stand behind liquidations. Records, and the arithmetic of shares. Shares are counted in
millionths, as money is: the first provider gets one a dollar. Whoever pays in gets
amount × shares / value, whoever leaves gets shares × value / shares of all; both round down, so
that what rounding leaves is the others'.
"""

import msgspec

from venue.core.units import E6, div_floor, div_half_even


class PoolRequest(msgspec.Struct, frozen=True, array_like=True):
    """A provider pays in (``amount_micros``) or leaves (``shares``), since ``at_ns``.

    It cannot be called off: who could, would look at the price first.
    """

    account: int
    amount_micros: int
    shares: int
    at_ns: int


class PoolShare(msgspec.Struct, array_like=True):
    """What one provider has: shares, those asked back among them, and what it paid in net.

    Before ``locked_until_ns`` it may ask none back.
    """

    shares: int = 0
    leaving: int = 0
    paid_micros: int = 0
    locked_until_ns: int = 0


class Pool(msgspec.Struct, array_like=True):
    """The pool of one market, or the liquidator vault.

    ``waiting_micros`` is what stands in its account for requests. ``requests`` are by id, which
    rises; ``shares`` is the sum of the providers'. The vault's own number among them is the
    operator, whose seed it is.
    """

    account: int
    next_epoch_ns: int
    shares: int = 0
    waiting_micros: int = 0
    next_request: int = 1
    providers: dict[int, PoolShare] = {}
    requests: dict[int, PoolRequest] = {}


def minted_shares(amount_micros: int, shares: int, value_micros: int) -> int:
    """Return what paying in gives: amount × shares / value, rounded down.

    The first gets one share a micro-dollar, whatever earlier providers left behind.

    >>> minted_shares(1_000, 0, 0), minted_shares(1_000, 3_000, 4_000)
    (1000, 750)
    """
    if not shares:
        return amount_micros
    return div_floor(amount_micros * shares, value_micros)


def redeemed_micros(leaving: int, shares: int, value_micros: int) -> int:
    """Return what shares are worth to who leaves: leaving × value / shares, rounded down.

    >>> redeemed_micros(750, 3_750, 5_000), redeemed_micros(1, 3, 2)
    (1000, 0)
    """
    return div_floor(leaving * max(0, value_micros), shares)


def share_price_e6(shares: int, value_micros: int) -> int:
    """Return what one share is worth in micro-dollars, half even; a dollar before there are any.

    >>> share_price_e6(0, 0), share_price_e6(4_000, 5_000)
    (1000000, 1250000)
    """
    return div_half_even(value_micros * E6, shares) if shares else E6


def first_epoch_ns(now_ns: int, epoch_ns: int) -> int:
    """Return when the present epoch ends: whole epochs of venue time; at once, if they last 0.

    >>> first_epoch_ns(250, 100), first_epoch_ns(300, 100), first_epoch_ns(250, 0)
    (300, 400, 250)
    """
    return (now_ns // epoch_ns + 1) * epoch_ns if epoch_ns else now_ns


def liquidation_margin_micros(
    *, collateral_micros: int, leverage: int, leverage_max: int, threshold_e4: int
) -> int:
    """Return Ostium's liquidation margin: collateral × threshold × leverage / most leverage.

    Rounds up, towards the pool. It is threshold / most leverage of the notional at the entry; a
    margin rule counts the same share of the notional at the mark.

    Source: Ostium's contracts, venue-rules section 7 (liqMargin; vector 2.5 and 90.25).

    >>> liquidation_margin_micros(
    ...     collateral_micros=100_000_000, leverage=10, leverage_max=100, threshold_e4=2_500
    ... )
    2500000
    """
    return -(-collateral_micros * threshold_e4 * leverage // (leverage_max * 10_000))


def take_profit_max_nanos(
    *, entry_nanos: int, is_long: bool, leverage: int, gain_max_e4: int
) -> int | None:
    """Return the furthest take-profit: where a position has gained all that it may.

    entry × (1 ± gain / leverage), rounded towards the entry; ``None`` where a short can fall
    all the way to zero before.

    Source: Ostium's contracts, venue-rules section 7 (maximum gain 900 %, TP corrected to it).

    >>> take_profit_max_nanos(entry_nanos=100, is_long=True, leverage=10, gain_max_e4=90_000)
    190
    >>> take_profit_max_nanos(entry_nanos=100, is_long=False, leverage=5, gain_max_e4=90_000)
    """
    reach = entry_nanos * gain_max_e4 // (leverage * 10_000)
    if is_long:
        return entry_nanos + reach
    return entry_nanos - reach if reach < entry_nanos else None


class PoolDump(msgspec.Struct, frozen=True, array_like=True):
    """A pool as a checkpoint holds it: providers and requests in order."""

    account: int
    next_epoch_ns: int
    shares: int
    waiting_micros: int
    next_request: int
    providers: list[tuple[int, PoolShare]]
    requests: list[tuple[int, PoolRequest]]


def dump_pool(pool: Pool | None) -> PoolDump | None:
    """Return what a checkpoint holds of a pool."""
    if pool is None:
        return None
    return PoolDump(
        pool.account,
        pool.next_epoch_ns,
        pool.shares,
        pool.waiting_micros,
        pool.next_request,
        sorted(pool.providers.items()),
        sorted(pool.requests.items()),
    )


def load_pool(stored: PoolDump | None) -> Pool | None:
    """Return the pool that a checkpoint holds."""
    if stored is None:
        return None
    return Pool(
        stored.account,
        stored.next_epoch_ns,
        stored.shares,
        stored.waiting_micros,
        stored.next_request,
        dict(stored.providers),
        dict(stored.requests),
    )
