"""Chance that nobody can guess and that is the same everywhere: a keyed hash as its source.

The usual generators are not fit for a price that bots see: from enough of their output their
state can be worked out, and with it the Monday open. Here every random number is a piece of
``blake2b(key=seed)`` over a label and a counter. Without the seed, which is of at least 128
bits and stays with the operator, no output tells anything about another.

The floats are made by addition, multiplication, division and square roots alone, which IEEE
754 rounds in one way: exp and log are our own, for those of the C libraries differ in the
last bit. So one seed gives one path, to the bit, on every machine.
"""

from hashlib import blake2b
from math import frexp, ldexp, sqrt
from struct import Struct

from venue.oracle.errors import SourceError

SEED_BYTES_MIN = 16
SEED_BYTES_MAX = 64  # the longest key of blake2b

# A path of many lucky years is held within 64 bits: 22,000 times the price it began with.
LEVEL_MAX = 10.0

_EIGHT = Struct("<8Q")
_LN2_HIGH = 6.93147180369123816490e-01  # ln 2 cut to 32 bits, and the rest: as in fdlibm
_LN2_LOW = 1.90821492927058770002e-10
_SQRT_HALF = 0.7071067811865476


def checked_seed(seed: bytes) -> bytes:
    """Return the seed, or refuse one that is too short to be safe from guessing."""
    if not SEED_BYTES_MIN <= len(seed) <= SEED_BYTES_MAX:
        raise SourceError(
            expected=f"a seed of {8 * SEED_BYTES_MIN} to {8 * SEED_BYTES_MAX} bits "
            "(secrets.token_bytes(32) makes one)",
            found=f"{8 * len(seed)} bits",
        )
    return seed


class Stream:
    """Random numbers that belong to one label: the same whenever and in whatever order asked.

    >>> a, b = Stream(bytes(16), "own", "TSLA", 7), Stream(bytes(16), "own", "TSLA", 7)
    >>> [a.normal() for _ in range(3)] == [b.normal() for _ in range(3)]
    True
    """

    def __init__(self, seed: bytes, *label: str | int) -> None:
        self._hash = blake2b(key=seed, person=b"venue oracle 1")
        # Each part with its length in front, so that no two labels read the same.
        for part in label:
            text = str(part).encode()
            self._hash.update(len(text).to_bytes(4, "little") + text)
        self._counter = 0
        self._words: list[int] = []
        self._spare: float | None = None

    def uniform(self) -> float:
        """Return a number between 0 and 1, neither included: 52 random bits and a half."""
        if not self._words:
            block = self._hash.copy()
            block.update(self._counter.to_bytes(8, "little"))
            self._counter += 1
            self._words = list(_EIGHT.unpack(block.digest()))
        return ((self._words.pop() >> 12) + 0.5) * 2.0**-52

    def normal(self) -> float:
        """Return a standard normal number.

        Source: G. Marsaglia and T. A. Bray, A convenient method for generating normal
        variables, SIAM Review 6 (1964): the polar method.
        """
        if self._spare is not None:
            spare, self._spare = self._spare, None
            return spare
        while True:
            x = 2.0 * self.uniform() - 1.0
            y = 2.0 * self.uniform() - 1.0
            square = x * x + y * y
            if 0.0 < square < 1.0:
                break
        length = sqrt(-2.0 * ln(square) / square)
        self._spare = y * length
        return x * length

    def gamma(self, shape: float) -> float:
        """Return a gamma number of scale 1, for shapes of at least 1.

        Source: G. Marsaglia and W. W. Tsang, A simple method for generating gamma variables,
        ACM TOMS 26 (2000).
        """
        assert shape >= 1.0, f"the method needs a shape of at least 1, found {shape}"
        d = shape - 1.0 / 3.0
        c = 1.0 / sqrt(9.0 * d)
        while True:
            x = self.normal()
            v = (1.0 + c * x) ** 3 if c * x > -1.0 else 0.0
            u = self.uniform()
            if v > 0.0 and ln(u) < 0.5 * x * x + d - d * v + d * ln(v):
                return d * v


def student_width(stream: Stream, degrees: float) -> float:
    """Return by how much a normal number is to be widened to be Student-t.

    sqrt(degrees / chi2); a normal number times it has a Student-t law of that many degrees of
    freedom, at least 2. Two laws that draw theirs from equal streams widen together: that is
    how the wild weekends of all markets are the same ones.
    """
    return sqrt(degrees / (2.0 * stream.gamma(degrees / 2.0)))


def ln(x: float) -> float:
    """Return the natural logarithm of a positive float, within 2 units of the last place.

    ln(2**k × m) = k ln 2 + 2 atanh((m - 1) / (m + 1)), m within sqrt(1/2) and sqrt(2).

    >>> ln(1.0), round(ln(10.0), 12)
    (0.0, 2.302585092994)
    """
    m, k = frexp(x)
    if m < _SQRT_HALF:
        m, k = 2.0 * m, k - 1
    z = (m - 1.0) / (m + 1.0)
    square = z * z
    series = 0.0
    for odd in (23.0, 21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0):
        series = (series + 1.0 / odd) * square
    return k * _LN2_HIGH + (k * _LN2_LOW + 2.0 * z * (series + 1.0))


def exp(x: float) -> float:
    """Return e to the power of ``x``, within 2 units of the last place; |x| up to 600.

    exp(k ln 2 + r) = 2**k × exp(r), |r| at most half of ln 2.

    >>> exp(0.0), round(exp(1.0), 12)
    (1.0, 2.718281828459)
    """
    assert -600.0 < x < 600.0, f"an exponent beyond all prices: {x}"
    k = int(x / (_LN2_HIGH + _LN2_LOW) + (0.5 if x >= 0.0 else -0.5))
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    series = 1.0
    for order in (14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0):
        series = 1.0 + series * r / order
    return ldexp(series, k)


def price_at(level: float, price_nanos: int, step_nanos: int) -> int:
    """Return price × exp(level) in nano-dollars, rounded to the nearest step and at least one.

    >>> price_at(0.0, 250 * 10**9, 10**7), price_at(-0.05, 250 * 10**9, 10**7)
    (250000000000, 237810000000)
    """
    steps = price_nanos * exp(max(-LEVEL_MAX, min(LEVEL_MAX, level))) / step_nanos
    return max(1, int(steps + 0.5)) * step_nanos
