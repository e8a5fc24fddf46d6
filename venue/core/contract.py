"""From the underlying's price to the contract's index, and back.

contract = underlying × norm, where the contract rule is linear; else what it says of the price, of
S0 and of the norm. ``norm`` is what funding in kind and drifting targets have come to; 1 for every
market whose funding moves cash. A power is never undone: the market remembers the underlying's last
price from outside instead.

Source: Squeeth's normalisation factor (venue-rules.md, section 13).
"""

from venue.core.market import Market
from venue.core.policies import ContractInputs
from venue.core.units import E12, E18, clamp, div_half_even

# A norm is held within a millionth and sixteen, so that prices stay prices and 64 bits suffice.
NORM_E18_MIN = E12
NORM_E18_MAX = 16 * E18


def contract_nanos(market: Market, underlying_nanos: int) -> int:
    """Return the contract's index for a price of the underlying, half to even; at least 1."""
    rule = market.rules.contract
    if not rule.is_linear:
        base_nanos = base_of(market, underlying_nanos) * market.units_old
        price_nanos = underlying_nanos * market.units_new
        return rule.contract(ContractInputs(price_nanos, base_nanos, market.norm_e18))
    if market.norm_e18 == E18:
        return underlying_nanos
    return max(1, div_half_even(underlying_nanos * market.norm_e18, E18))


def base_of(market: Market, underlying_nanos: int) -> int:
    """Return S0: what is remembered or given, else this price, which then is the first."""
    if market.base_nanos is not None:
        return market.base_nanos
    given_nanos = market.rules.contract.base_nanos
    return underlying_nanos if given_nanos is None else given_nanos


def underlying_nanos(market: Market, index_nanos: int) -> int | None:
    """Return the underlying's price for a contract's index, half to even.

    Of a power: its last price from outside, ``None`` before the first.
    """
    if not market.rules.contract.is_linear:
        return market.underlying_nanos
    if market.norm_e18 == E18:
        return index_nanos
    return div_half_even(index_nanos * E18, market.norm_e18)


def carried_nanos(price_nanos: int | None, before_e18: int, after_e18: int) -> int | None:
    """Return a price of the contract as the norm moves, half to even; at least 1."""
    if price_nanos is None or before_e18 == after_e18:
        return price_nanos
    return max(1, div_half_even(price_nanos * after_e18, before_e18))


def drifted_norm_e18(norm_e18: int, drift_e18: int) -> int:
    """Return the norm after a drift, half to even, within its bounds.

    >>> drifted_norm_e18(E18 // 2, E18 - E18 // 100)
    495000000000000000
    """
    return clamp(div_half_even(norm_e18 * drift_e18, E18), low=NORM_E18_MIN, high=NORM_E18_MAX)
