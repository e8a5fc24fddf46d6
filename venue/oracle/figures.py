"""Prices and stamps from text to whole numbers, without a float in between.

Promises: one text, one number, on every machine; anything else is a ``FigureError`` that says
what was expected. The caller adds file and line.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from venue.core.units import E9, NS_PER_SECOND, div_half_even

# A thousand times the dearest share (about a million dollars), and well within 64 bits of 1e-9.
PRICE_NANOS_MAX = 1_000_000_000 * E9

# Before the first electronic tapes, and beyond anyone's calendar: a stamp outside is in the
# wrong unit.
STAMP_NS_MIN = 315_532_800 * NS_PER_SECOND  # 1980-01-01
STAMP_NS_MAX = 4_102_444_800 * NS_PER_SECOND  # 2100-01-01

CADENCE_NS_MAX = 7 * 86_400 * NS_PER_SECOND

_PRICE = re.compile(r"([0-9]{0,18})(?:\.([0-9]{0,30}))?", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,19}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/^=-]{0,31}", re.ASCII)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ]+(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?"
    r" ?(Z|UTC|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_US = re.compile(
    r"(\d\d?)/(\d\d?)/(\d{4})(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The unit of a stamp that is one number, by how many digits it has (2001 to 2286).
_NS_PER_UNIT = {10: NS_PER_SECOND, 13: 1_000_000, 16: 1_000, 19: 1}


class FigureError(ValueError):
    """A text is not the figure that it should be."""

    def __init__(self, *, expected: str, found: object) -> None:
        self.expected = expected
        self.found = found
        super().__init__(f"expected {expected}, found {found!r}")


def price_nanos(text: str) -> int:
    """Return a price in nano-dollars from decimal text in dollars.

    Digits beyond the ninth are rounded half-even. Signs, exponents, separators and words are
    refused, and so is a price that is not positive.

    >>> price_nanos("218.0400"), price_nanos("245.14382934570312")
    (218040000000, 245143829346)
    """
    match = _PRICE.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        raise FigureError(expected="a positive decimal price", found=text)
    fraction = match[2] or ""
    nanos = div_half_even(int((match[1] or "0") + fraction) * E9, 10 ** len(fraction))
    return _in_price_range(nanos, text)


def fixed_price_nanos(text: str) -> int:
    """Return a price in nano-dollars from a whole number of 1e-9 dollar.

    >>> fixed_price_nanos("218040000000")
    218040000000
    """
    if _WHOLE.fullmatch(text) is None:
        raise FigureError(expected="a price in whole 1e-9 dollars", found=text)
    return _in_price_range(int(text), text)


def price_text(nanos: int) -> str:
    """Return nano-dollars as decimal text in dollars, exactly, without trailing zeros.

    >>> price_text(218_040_000_000), price_text(5), price_text(3 * 10**9)
    ('218.04', '0.000000005', '3')
    """
    dollars, rest = divmod(nanos, E9)
    return f"{dollars}.{rest:09d}".rstrip("0").rstrip(".")


def whole_number(text: str, *, what: str, low: int, high: int) -> int:
    """Return a whole number between ``low`` and ``high``, both included."""
    if _WHOLE.fullmatch(text) is None or not low <= int(text) <= high:
        raise FigureError(expected=f"{what} as a whole number from {low} to {high}", found=text)
    return int(text)


def name_of(text: str, *, of: str) -> str:
    """Return a name of up to 32 letters, digits and ``. _ : / ^ = -``."""
    if _NAME.fullmatch(text) is None:
        raise FigureError(
            expected=f"a name of {of} (at most 32 letters, digits and ._:/^=-)", found=text
        )
    return text


def has_clock(text: str) -> bool:
    """Say whether a stamp carries a time of day, or only a date."""
    match = _ISO.fullmatch(text) or _US.fullmatch(text)
    return match is None or match[4] is not None


def stamp_ns(text: str, zone: tzinfo) -> int:
    """Return ns since the Unix epoch from a stamp in one of the usual shapes.

    ISO 8601 with or without an offset, ``MM/DD/YYYY HH:MM``, or one whole number of seconds,
    ms, us or ns since the epoch, told apart by its digits (10, 13, 16, 19). A stamp without
    offset is in ``zone``; one that the change of clocks skips or repeats there is refused.

    >>> stamp_ns("2025-04-07 04:00:00", ZoneInfo("America/New_York")) // 10**9
    1744012800
    >>> stamp_ns("2025-04-07T08:00:00Z", UTC) == stamp_ns("1744012800000", UTC)
    True
    """
    if _WHOLE.fullmatch(text) and (unit_ns := _NS_PER_UNIT.get(len(text))) is not None:
        return _in_stamp_range(int(text) * unit_ns, text)
    if (match := _ISO.fullmatch(text)) is not None:
        year, month, day, hour, minute, second, fraction, offset = match.groups()
    elif (match := _US.fullmatch(text)) is not None:
        month, day, year, hour, minute, second, fraction = match.groups()
        offset = None
    else:
        raise FigureError(expected="a time stamp (ISO 8601 or epoch)", found=text)
    try:
        local = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=zone if offset is None else _offset_zone(offset),
        )
        moment = local - _EPOCH
    except (ValueError, OverflowError):
        raise FigureError(expected="a date and time that exist", found=text) from None
    if offset is None and local.utcoffset() != local.replace(fold=1).utcoffset():
        raise FigureError(
            expected=f"a time that happens once in {zone} (the clocks change there)", found=text
        )
    seconds = moment.days * 86_400 + moment.seconds
    return _in_stamp_range(seconds * NS_PER_SECOND + int((fraction or "0").ljust(9, "0")), text)


def stamp_text(at_ns: int) -> str:
    """Return a stamp as ISO 8601 in UTC, to the ns where it has any.

    >>> stamp_text(1_744_012_800_000_000_000), stamp_text(1_744_012_800_000_000_001)
    ('2025-04-07T08:00:00Z', '2025-04-07T08:00:00.000000001Z')
    """
    seconds, rest_ns = divmod(at_ns, NS_PER_SECOND)
    text = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{rest_ns:09d}Z" if rest_ns else f"{text}Z"


def zone_named(text: str) -> tzinfo:
    """Return the time zone of that name in the IANA database."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}", text, re.ASCII) is None:
        raise FigureError(expected="a time zone such as America/New_York", found=text)
    try:
        return ZoneInfo(text)
    except (OSError, ValueError, LookupError):
        raise FigureError(expected="a time zone such as America/New_York", found=text) from None


@lru_cache(maxsize=256)
def _offset_zone(text: str) -> tzinfo:
    if text in ("Z", "UTC"):
        return UTC
    parsed = datetime.strptime(text, "%z").tzinfo
    assert parsed is not None, f"an offset without a zone: {text}"
    return parsed


def _in_price_range(nanos: int, text: str) -> int:
    if not 0 < nanos <= PRICE_NANOS_MAX:
        raise FigureError(expected="a price above 0 and up to a billion dollars", found=text)
    return nanos


def _in_stamp_range(at_ns: int, text: str) -> int:
    if not STAMP_NS_MIN <= at_ns < STAMP_NS_MAX:
        raise FigureError(expected="a time stamp between 1980 and 2100", found=text)
    return at_ns
