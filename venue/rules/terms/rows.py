"""Terms rule ``rows``: one row of terms for each class of session, written out.

    class      when                                                         without its own row
    open       REGULAR hours, outside prices                                the listing's limits
    closing    the last ``closing_lead_ns`` of a session that asks for it   as the session
    extended   pre-market and after-market, outside prices                  as open
    overnight  OVERNIGHT, or NO_TRADING of a weeknight                      as extended
    weekend    NO_TRADING at a weekend or on a holiday                      as overnight
    disrupted  another session while our sources are silent; an             as weekend
               unscheduled closure
    halted     the underlying is halted                                     as disrupted

A row is words ``name=value`` with blanks between: the fields of ``Terms`` by their names, whole
numbers, ``true``, ``false``, ``none``, or a word (``band_from=close``); ``band_e4=1/L`` is one over
the highest leverage of the market's tiers. A number may go by that leverage, in steps from the
highest down: ``order_micros_max=20L:500,10L:200,50`` is 500 from 20x on, 200 from 10x on and 50
below. What a row does not name is as if there were no limit; a row replaces the one it would
otherwise follow, whole.

Every pre-market and after-market session falls silent between its prints sooner than REGULAR hours
do; with ``silent_is_disrupted`` false, silence changes no class.

Parameters: a text for each class, empty: as the class before it; ``silent_is_disrupted``.

Guards against what its rows say, no more: see the rulebook that writes them.

Does not guard against rows that make no sense together.

Rounding: 1/L down, to the narrower band. Source: one table of overrides for each session,
venue-rules sections 5 (devnet.one: OPEN, WEEKDAY_OVERNIGHT, WEEKEND, DISRUPTED, HALTED) and 16.25;
the rows are the rulebooks'. Largest orders by leverage: Hyperliquid, section 1.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar

import msgspec

from venue.core.phases import Closure, Pricing, Session
from venue.core.policies import Terms, TermsInputs
from venue.core.units import E4
from venue.rules.properties import Property
from venue.rules.terms.none import UNLIMITED

MONEY_MICROS_MAX = 10**15
NS_PER_DAY = 86_400 * 10**9

Value = int | bool | str | None
Check = Callable[[Value], bool]


def _whole(least: int, most: int, *, or_none: bool) -> Check:
    def fits(value: Value) -> bool:
        if value is None:
            return or_none
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most

    return fits


def _is_bool(value: Value) -> bool:
    return isinstance(value, bool)


BAND_FROM = ("mark", "anchor", "index", "close", "open")
MONEY = _whole(1, MONEY_MICROS_MAX, or_none=True)
# What a row may name, and which values are let in. A field of ``Terms`` that is not here may have
# any whole number, word, true, false or none.
FITS: dict[str, Check] = {
    "band_e4": _whole(1, E4, or_none=True),
    "band_from": lambda value: value in BAND_FROM,
    "band_both_ways": _is_bool,
    "band_caps_market": _is_bool,
    "band_below_e4": _whole(1, E4, or_none=True),
    "band_above_e4": _whole(1, E4, or_none=True),
    "band_range_from": lambda value: value in BAND_FROM,
    "position_e4": _whole(0, E4, or_none=False),
    "open_interest_e4": _whole(0, E4, or_none=False),
    "reduce_only": _is_bool,
    "closeout_micros_per_second": MONEY,
    "funding_e4": _whole(0, 10 * E4, or_none=False),
    "leverage_max": _whole(1, 100, or_none=True),
    "open_interest_micros_max": MONEY,
    "at_cap_e4": _whole(0, E4, or_none=True),
    "order_micros_max": MONEY,
    "market_order_micros_max": MONEY,
    "market_orders": _is_bool,
    "is_closed": _is_bool,
    "forced_leverage_max": _whole(1, 100, or_none=True),
    "closing_lead_ns": _whole(1, NS_PER_DAY, or_none=True),
    "margin_mode": lambda value: value in ("any", "isolated", "strict"),
    "venue_interest_micros_max": MONEY,
}


class Rows(msgspec.Struct, frozen=True):
    """Terms by class of session, one written row each."""

    exempt: ClassVar[dict[Property, str]] = {}

    open: str = ""
    closing: str = ""
    extended: str = ""
    overnight: str = ""
    weekend: str = ""
    disrupted: str = ""
    halted: str = ""
    silent_is_disrupted: bool = True

    def __post_init__(self) -> None:
        for name in (*ORDER, "closing"):
            try:
                row(getattr(self, name), 1)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error

    def terms(self, seen: TermsInputs) -> Terms:
        """Return the terms of the session's class.

        >>> from venue.rules.examples import TERMS
        >>> qfex = Rows(overnight="position_e4=5000", weekend="position_e4=1000")
        >>> saturday = TermsInputs(Session.NO_TRADING, Closure.WEEKEND, Pricing.INTERNAL)
        >>> qfex.terms(TERMS).position_e4, qfex.terms(saturday).position_e4
        (10000, 1000)
        """
        found = class_of(seen, silent_is_disrupted=self.silent_is_disrupted)
        if seen.is_closing and self.closing:
            return row(self.closing, seen.leverage_max)
        for name in ORDER[ORDER.index(found) :: -1]:
            text = getattr(self, name)
            if text:
                return row(text, seen.leverage_max)
        return UNLIMITED


# Each class without a row follows the one before it.
ORDER = ("open", "extended", "overnight", "weekend", "disrupted", "halted")


def class_of(seen: TermsInputs, *, silent_is_disrupted: bool) -> str:
    """Return the class of a session.

    >>> class_of(TermsInputs(Session.OVERNIGHT, Closure.NONE, Pricing.EXTERNAL),
    ...     silent_is_disrupted=True)
    'overnight'
    """
    if seen.closure is Closure.HALT:
        return "halted"
    if seen.session is Session.NO_TRADING:
        if seen.closure is Closure.UNSCHEDULED:
            return "disrupted"
        if seen.closure in (Closure.WEEKEND, Closure.HOLIDAY):
            return "weekend"
        return "overnight"
    if silent_is_disrupted and seen.pricing is Pricing.INTERNAL:
        return "disrupted"
    if seen.session is Session.OVERNIGHT:
        return "overnight"
    return "open" if seen.session is Session.REGULAR else "extended"


@lru_cache(maxsize=256)
def row(text: str, leverage_max: int) -> Terms:
    """Return the terms that a row writes out, or raise ``ValueError`` with a sentence.

    >>> row("leverage_max=2 band_e4=1/L", 20)[0], row("leverage_max=2", 20).leverage_max
    (500, 2)
    >>> row("leverage_max", 20)
    Traceback (most recent call last):
    ValueError: expected name=value, found 'leverage_max'
    """
    named: dict[str, Value] = {}
    for word in text.split():
        name, sign, value = word.partition("=")
        if not sign:
            raise ValueError(f"expected name=value, found {word!r}")
        if name not in Terms._fields:
            raise ValueError(
                f"no term is named {name!r}: expected one of {', '.join(Terms._fields)}"
            )
        if name in named:
            raise ValueError(f"{name} is written twice")
        found = _value(value)
        if value == "1/L" and name == "band_e4":
            found = E4 // leverage_max
        elif isinstance(found, str) and "L:" in found:
            found = _at_leverage(name, found, leverage_max)
        if name in FITS and not FITS[name](found):
            raise ValueError(f"{name} cannot be {value}")
        named[name] = found
    plain = UNLIMITED._asdict()
    try:
        return msgspec.convert(tuple((plain | named).values()), Terms)
    except msgspec.ValidationError as error:
        raise ValueError(f"not a row of terms: {error}") from error


def steps(text: str) -> list[tuple[int, int]]:
    """Return (least leverage, number) of a number that goes by leverage, as written.

    >>> steps("20L:5,10L:2,1")
    [(20, 5), (10, 2), (1, 1)]
    >>> steps("10L:2,20L:5,1")
    Traceback (most recent call last):
    ValueError: expected steps such as 20L:5,10L:2,1, found '10L:2,20L:5,1'
    """
    *above, rest = text.split(",")
    pairs = [tuple(step.split("L:")) for step in above] + [("1", rest)]
    fits = all(len(pair) == 2 and all(map(_is_number, pair)) for pair in pairs)
    found = [(int(least), int(number)) for least, number in pairs] if fits else []
    falls = all(one[0] > next_one[0] for one, next_one in pairwise(found))
    if not found or not falls:
        raise ValueError(f"expected steps such as 20L:5,10L:2,1, found {text!r}")
    return found


def _at_leverage(name: str, text: str, leverage_max: int) -> int:
    """Return the number of the step that a leverage is in; each must be one that is let in."""
    found = steps(text)
    for _, number in found:
        if name in FITS and not FITS[name](number):
            raise ValueError(f"{name} cannot be {number}")
    return next(number for least, number in found if leverage_max >= least)


WORDS: dict[str, Value] = {"true": True, "false": False, "none": None}


def _value(text: str) -> Value:
    if text in WORDS:
        return WORDS[text]
    return int(text) if _is_number(text) else text


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 19
