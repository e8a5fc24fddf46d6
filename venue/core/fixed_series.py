"""Exponential and logarithm in binary fixed point: tables and short series under ``fixed``.

An argument is split into a part that a table knows and a small rest, for which a few terms of the
series suffice. Tables are worked out by the same series, with 32 bits more, when first asked for.
"""

from functools import lru_cache

from venue.core.units import E18, div_half_even

# exp(-43) is 2e-19 and rounds to zero at 1e-18.
_VANISHES = 43

# Fraction bits. An answer of at most 1 needs 60 bits for 1e-18, and keeps 68 spare. An answer
# of exp(128) needs 60 + 185, and keeps 75 spare. The losses below take fewer than 20.
NARROW_BITS = 128
WIDE_BITS = 320

# exp and ln look the first bits of their arguments up and work out the rest.
_STEP_BITS = 8
_ONE = 1 << _STEP_BITS
_STEP_MASK = _ONE - 1
# 2/3 and 4/3 in 256ths, to the nearest.
_NEAREST_MIN, _NEAREST_MAX = 170, 342


def exp_of(numerator: int, denominator: int, bits: int) -> int:
    """Return exp(numerator / denominator) in 1e-18, to the nearest, with so many fraction bits.

    Below exp(-43) it is 0. With ``NARROW_BITS`` answers up to 1 are off by at most 0.5 units and
    2**-40, with ``WIDE_BITS`` those up to exp(128).

    Source: Taylor's series; exp(a + b) = exp(a) exp(b).

    >>> exp_of(-1, 1, NARROW_BITS)  # 0.367879441171442321 6...
    367879441171442322
    """
    # exp(x) = 2**k × exp(r) with 0 <= r < ln 2, and r = i / 2**8 + j / 2**16 + what the series is
    # for. Every cut below loses less than 2**-bits, and there are fewer than 2**6 of them.
    if numerator < -_VANISHES * denominator:
        return 0
    powers_of_two, rest = divmod((numerator << bits) // denominator, _ln2(bits))
    coarsely, finely = _exp_tables(bits)
    coarse = rest >> bits - _STEP_BITS
    fine = rest >> bits - 2 * _STEP_BITS & _STEP_MASK
    total = _exp_series(rest & (1 << bits - 2 * _STEP_BITS) - 1, bits)
    total = (total * coarsely[coarse] >> bits) * finely[fine] >> bits
    return div_half_even(total * E18, 1 << (bits - powers_of_two))


def _exp_series(rest: int, bits: int) -> int:
    term = total = 1 << bits
    order = 0
    while term:
        order += 1
        term = (term * rest >> bits) // order
        total += term
    return total


@lru_cache(maxsize=8)
def _exp_tables(bits: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    # exp(i / 2**8) and exp(i / 2**16) for i below 2**8.
    return _exp_table(bits, _STEP_BITS), _exp_table(bits, 2 * _STEP_BITS)


def _exp_table(bits: int, places: int) -> tuple[int, ...]:
    # With 32 bits more than asked, cut.
    spare = bits + 32
    return tuple(_exp_series(i << spare - places, spare) >> 32 for i in range(_ONE))


def ln_of(numerator: int, denominator: int, bits: int) -> int:
    """Return the logarithm of numerator / denominator, both positive, times 2**bits.

    Off by fewer than 2**6, and 2**-32 for every doubling; of equal numbers exactly 0.

    Source: ln f = ln c + 2 atanh((f - c) / (f + c)).

    >>> ln_of(2, 1, 8), ln_of(3, 3, 8)  # 177.4 of 256
    (177, 0)
    """
    # ln(2**k × f) = k ln 2 + ln c + 2 atanh((f - c) / (f + c)) with f within 2/3 and 4/3, and c the
    # nearest 256th.
    powers_of_two = numerator.bit_length() - denominator.bit_length()
    if powers_of_two >= 0:
        denominator <<= powers_of_two
    else:
        numerator <<= -powers_of_two
    if 3 * numerator > 4 * denominator:
        denominator *= 2
        powers_of_two += 1
    elif 3 * numerator < 2 * denominator:
        numerator *= 2
        powers_of_two -= 1
    nearest = ((numerator << _STEP_BITS + 1) + denominator) // (2 * denominator)
    numerator <<= _STEP_BITS
    denominator *= nearest
    logarithm = powers_of_two * _ln2(bits) + _ln_table(bits)[nearest]
    return logarithm + 2 * _atanh(numerator - denominator, numerator + denominator, bits)


@lru_cache(maxsize=8)
def _ln_table(bits: int) -> tuple[int, ...]:
    # ln(i / 256) for i from 2/3 to 4/3, and nothing below; 32 bits more than asked, cut.
    return (0,) * _NEAREST_MIN + tuple(
        2 * _atanh(i - _ONE, i + _ONE, bits + 32) >> 32
        for i in range(_NEAREST_MIN, _NEAREST_MAX + 1)
    )


@lru_cache(maxsize=8)
def _ln2(bits: int) -> int:
    # ln 2 = 2 atanh(1/3), with 32 bits more than asked so that multiples of it stay good.
    return 2 * _atanh(1, 3, bits + 32) >> 32


def _atanh(numerator: int, denominator: int, bits: int) -> int:
    # z + z**3 / 3 + z**5 / 5 + ...; on the absolute value, so that both signs agree.
    z = (abs(numerator) << bits) // denominator
    square = z * z >> bits
    total = term = z
    order = 1
    while term:
        order += 2
        term = term * square >> bits
        total += term // order
    return total if numerator >= 0 else -total
