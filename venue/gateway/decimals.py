"""Exact decimals of the wire: text into whole steps and back, without float or ``Decimal``.

A number is digits with at most one point, and a minus sign where one makes sense. No exponent,
no plus sign, no spaces, no other alphabets' digits, and no rounding: what is not a whole number
of steps is refused by name. Both directions are remembered, because bots quote round the same
prices all day.
"""

from collections.abc import Callable

from venue.core.units import E6, E9, E12
from venue.gateway.refusals import DoorReason, Refused

DIGITS_MAX = 32  # Longer texts are refused unread.
NUMBER_MAX = (1 << 62) - 1  # What the journal can hold, with room for a sign.
REMEMBERED_MAX = 8_192
E9_DIGITS = 9
MICRO_DIGITS = 6
POWERS = tuple(10**n for n in range(E9_DIGITS + 1))


def parse_e9(text: str, field: str) -> tuple[int, bool]:
    """Return a decimal in 1e-9, cut, and whether it was exact.

    >>> parse_e9("250.10", "price")
    (250100000000, True)
    >>> parse_e9("-0.0000000015", "amount")
    (-1, False)
    """
    if len(text) > DIGITS_MAX:
        raise Refused(
            DoorReason.NUMBER_UNREADABLE,
            f"{field}: expected a number of at most {DIGITS_MAX} characters, found {len(text)}",
            field=field,
        )
    negative = text.startswith("-")
    whole, point, fraction = (text[1:] if negative else text).partition(".")
    if not text.isascii() or not whole.isdigit() or (point and not fraction.isdigit()):
        raise Refused(
            DoorReason.NUMBER_UNREADABLE,
            f"{field}: expected digits with at most one point, found {text!r}",
            field=field,
        )
    kept = fraction[:E9_DIGITS]
    value = int(whole) * E9
    if kept:
        value += int(kept) * POWERS[E9_DIGITS - len(kept)]
    exact = len(fraction) <= E9_DIGITS or not fraction[E9_DIGITS:].strip("0")
    return (-value if negative else value), exact


class Texts(dict[int, str]):
    """Steps as decimals with as many places as the step has, written once and remembered."""

    __slots__ = ("_decimals", "_per_step", "_power")

    def __init__(self, step_e9: int) -> None:
        super().__init__()
        self._decimals = E9_DIGITS
        while self._decimals and step_e9 % POWERS[E9_DIGITS - self._decimals + 1] == 0:
            self._decimals -= 1
        self._power = POWERS[self._decimals]
        self._per_step = step_e9 // POWERS[E9_DIGITS - self._decimals]

    def __missing__(self, steps: int) -> str:
        text = decimal_text(steps * self._per_step, self._power, self._decimals)
        if len(self) >= REMEMBERED_MAX:
            self.clear()
        self[steps] = text
        return text


class Scale:
    """One step size: decimals that are whole numbers of it, both ways.

    ``text(steps)`` returns steps as a decimal with as many places as the step has; it is the very
    look-up of what is remembered, because an answer asks it four times. ``known`` are the texts
    that were read lately, and their steps.

    >>> Scale(50_000_000, DoorReason.PRICE_OFF_TICK).text(-3)
    '-0.15'
    """

    __slots__ = ("_off", "known", "step_e9", "text")

    def __init__(self, step_e9: int, off: DoorReason) -> None:
        """``step_e9`` is the step in 1e-9, ``off`` the refusal of what lies between steps."""
        assert step_e9 > 0, "a step is positive"
        self.step_e9 = step_e9
        self._off = off
        self.known: dict[str, int] = {}
        self.text: Callable[[int], str] = Texts(step_e9).__getitem__

    def parse(self, text: str, field: str) -> int:
        """Return how many steps a decimal is.

        >>> Scale(10_000_000, DoorReason.PRICE_OFF_TICK).parse("250.10", "price")
        25010
        """
        steps = self.known.get(text)
        if steps is not None:
            return steps
        value_e9, exact = parse_e9(text, field)
        steps, rest = divmod(value_e9, self.step_e9)
        if rest or not exact:
            raise Refused(
                self._off,
                f"{field}: expected a multiple of {self.text(1)}, found {text}",
                field=field,
                step=self.text(1),
            )
        if not -NUMBER_MAX <= steps <= NUMBER_MAX:
            raise Refused(
                DoorReason.NUMBER_TOO_LARGE,
                f"{field}: expected at most {self.text(NUMBER_MAX)}, found {text}",
                field=field,
            )
        if len(self.known) >= REMEMBERED_MAX:
            self.known.clear()
        self.known[text] = steps
        return steps


def decimal_text(value: int, power: int, decimals: int) -> str:
    """Return ``value / power`` with that many decimals; ``power`` is ten to ``decimals``."""
    if not decimals:
        return str(value)
    if value < 0:
        return f"-{-value // power}.{-value % power:0{decimals}d}"
    return f"{value // power}.{value % power:0{decimals}d}"


def money_text(micros: int) -> str:
    """Return micro-dollars as dollars.

    >>> money_text(-1_500_000)
    '-1.500000'
    """
    if not micros:
        return "0.000000"
    if micros < 0:
        return f"-{money_text(-micros)}"
    if micros < E6:
        return f"0.{str(micros + E6)[1:]}"
    digits = str(micros)
    return f"{digits[:-MICRO_DIGITS]}.{digits[-MICRO_DIGITS:]}"


def nanos_text(nanos: int) -> str:
    """Return a price in nano-dollars as dollars."""
    if nanos < 0:
        return f"-{-nanos // E9}.{-nanos % E9:09}"
    return f"{nanos // E9}.{nanos % E9:09}"


def rate_text(rate_e12: int) -> str:
    """Return a rate in 1e-12 as a fraction."""
    return decimal_text(rate_e12, E12, 12)


MONEY = Scale(1_000, DoorReason.AMOUNT_OFF_MICRO)
# Units of an underlying in a vault.
UNITS = Scale(1, DoorReason.SIZE_OFF_LOT)
