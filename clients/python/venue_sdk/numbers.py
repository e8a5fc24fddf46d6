"""Decimals at the edges: exact texts for the wire, and rounding to ticks and lots."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, InvalidOperation

from venue_sdk.errors import Refused

Number = Decimal | int | str


def text(value: Number, field: str) -> str:
    """Return a number as the wire wants it: digits with at most one point.

    A float is refused: 0.1 is not a tenth. What is no number is refused by the name that the
    venue has for it, before anything is sent.

    >>> text(Decimal("1E+2"), "size")
    '100'
    >>> text("250.10", "price")
    '250.10'
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise Refused(
            "number_unreadable",
            f"{field}: expected Decimal, int or a decimal string, "
            f"found {type(value).__name__} {value!r}",
            {"field": field},
        )
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise Refused(
            "number_unreadable",
            f"{field}: expected digits with at most one point, found {str(value)[:32]!r}",
            {"field": field},
        )
    return format(number, "f")


def text_or_none(value: Number | None, field: str) -> str | None:
    """Return a number as the wire wants it; ``None`` stays."""
    return None if value is None else text(value, field)


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """Return the largest multiple of a step that is not above a value.

    >>> floor_to(Decimal("250.109"), Decimal("0.05"))
    Decimal('250.10')
    """
    return (value / step).to_integral_value(ROUND_FLOOR) * step


def ceil_to(value: Decimal, step: Decimal) -> Decimal:
    """Return the smallest multiple of a step that is not below a value.

    >>> ceil_to(Decimal("250.101"), Decimal("0.05"))
    Decimal('250.15')
    """
    return (value / step).to_integral_value(ROUND_CEILING) * step


def round_to(value: Decimal, step: Decimal) -> Decimal:
    """Return the multiple of a step that is nearest to a value, half to even."""
    return (value / step).to_integral_value(ROUND_HALF_EVEN) * step
