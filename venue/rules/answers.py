"""What an answer of each kind of rule must be: types from the Protocols, ranges from here.

The Protocols of ``venue/core/policies`` say what is asked and what comes back. ``questions`` reads
them, so that an answer is held to the very words that its author read: whole numbers all the way
down, records of the right shape, and the few ranges that a type cannot say.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

from venue.core.listing import Fees
from venue.core.margin_tiers import ladders_fault
from venue.core.policies import (
    Ladders,
    LegalPrices,
    PoolFeesRule,
    Rules,
    ScheduledCall,
)
from venue.core.units import E4, E12

# What a row of the journal can hold of a number.
WHOLE_MAX = (1 << 63) - 1
# A rate of a thousand intervals' worth: beyond it a rule counts in another unit than 1e-12.
RATE_E12_MAX = 1_000 * E12

RANK_MAX = 1 << 256

# Least and most, by record and field, or by kind and question.
RANGES: dict[str, tuple[int, int]] = {
    "OpenAnswer.index_nanos": (1, WHOLE_MAX),
    "index_closed.index": (1, WHOLE_MAX),
    "ReopenAnswer.index_nanos": (1, WHOLE_MAX),
    "contract.contract": (1, WHOLE_MAX),
    "contract.base_nanos": (1, WHOLE_MAX),
    "mark.mark": (1, WHOLE_MAX),
    "clamp.clamp": (1, WHOLE_MAX),
    "band.band": (1, WHOLE_MAX),
    "index_closed.impact_micros": (0, WHOLE_MAX),
    "funding.impact_micros": (0, WHOLE_MAX),
    "FundingAnswer.rate_e12": (-RATE_E12_MAX, RATE_E12_MAX),
    "FundingAnswer.premium_e12": (-RATE_E12_MAX, RATE_E12_MAX),
    "FundingAnswer.samples": (0, WHOLE_MAX),
    "FundingAnswer.drift_e18": (1, WHOLE_MAX),
    "PauseAnswer.rate_e12": (-RATE_E12_MAX, RATE_E12_MAX),
    "margin.transfer_e4": (0, E4),
    "margin.release_e4": (0, 10 * E4),
    "margin.owed_e4": (0, E4),
    "margin.crowded_e4": (0, E4),
    "fees.volume_days": (0, 366),
    "fees.credit_e4": (0, E4),
    "fees.opening_micros": (0, WHOLE_MAX),
    "orders.taker_delay_ns": (0, WHOLE_MAX),
    "LegalPrices.below_ticks": (0, WHOLE_MAX),
    "LegalPrices.above_ticks": (1, WHOLE_MAX),
    "requests.wait_ns": (0, WHOLE_MAX),
    "requests.requests_max": (0, WHOLE_MAX),
    "makers.epoch_ns": (0, WHOLE_MAX),
    "makers.bond_micros_min": (0, WHOLE_MAX),
    "makers.penalty_e12": (0, E12),
    "Quote.price_nanos": (0, WHOLE_MAX),
    "Bounds.low_nanos": (0, WHOLE_MAX),
    "interruption.limit_state_ns": (0, WHOLE_MAX),
    "interruption.interrupt": (0, WHOLE_MAX),
    "calls.collar_e4": (0, E4),
    "calls.collar_nanos": (0, WHOLE_MAX),
    "calls.call_ns": (0, WHOLE_MAX),
    "CloseoutAnswer.lots": (0, WHOLE_MAX),
    "CloseoutAnswer.limit_nanos": (0, WHOLE_MAX),
    "CloseoutAnswer.cooldown_ns": (0, WHOLE_MAX),
    "CloseoutAnswer.fee_e6": (0, 1_000_000),
    "UnwindAnswer.lots": (0, WHOLE_MAX),
    "UnwindAnswer.limit_nanos": (0, WHOLE_MAX),
    # A rank is compared and never written down: it may be as long as it likes.
    "last_resort.weigh": (-RANK_MAX, RANK_MAX),
    "Terms.position_e4": (0, WHOLE_MAX),
    "Terms.open_interest_e4": (0, WHOLE_MAX),
    "Terms.band_e4": (0, WHOLE_MAX),
    "Terms.closeout_micros_per_second": (0, WHOLE_MAX),
}
_PRICES_OF_A_BAND = ("mark", "anchor", "index", "close", "open")
# The words that text may be.
WORDS: dict[str, tuple[str, ...]] = {
    "FundingAnswer.pay_on": ("index", "mark"),
    "Terms.band_from": _PRICES_OF_A_BAND,
    "Terms.band_range_from": _PRICES_OF_A_BAND,
    "Terms.margin_mode": ("any", "isolated", "strict"),
    "makers.centre": ("mid", "mark"),
    "backstop.holder": ("insurance", "vault", "providers", "pool"),
    "last_resort.form": ("ranked", "prorata", "shared", "frozen"),
    "last_resort.price": ("bankruptcy", "previous_mark", "oracle"),
    "last_resort.seniority": ("profits_only", "buffer", "any"),
}


class Misanswer(Exception):
    """What was expected where, and what was found."""

    def __init__(self, where: str, expected: str, found: object) -> None:
        said = found if isinstance(found, str) else f"{found!r} ({type(found).__name__})"
        super().__init__(f"expected {where} to be {expected}, found {said}")


Check = Callable[[Any], None]


class Question(NamedTuple):
    """One thing that the core asks: a method, or a property that is read once.

    ``check`` raises ``Misanswer`` for a wrong answer; ``remembers``: ``memory`` for an answer that
    is a memory alone, ``both`` for answer and memory, else empty.
    """

    name: str
    is_method: bool
    check: Check
    remembers: str


@cache
def questions(kind: str) -> Mapping[str, Question]:
    """Return what is asked of a kind, by name.

    >>> [*questions("funding")]
    ['impact_micros', 'initial', 'sample', 'settle']
    >>> questions("mark")["mark"].check(0)
    Traceback (most recent call last):
    venue.rules.answers.Misanswer: expected mark to be a whole number of at least 1, found 0 (int)
    """
    protocol = get_type_hints(Rules)[kind]
    asked = _declared(protocol)
    if kind == "fees":
        asked |= _declared(PoolFeesRule)
    return {name: _question(kind, name, member) for name, member in asked.items()}


def _declared(protocol: type) -> dict[str, Any]:
    return {
        name: member
        for name, member in vars(protocol).items()
        if not name.startswith("_") and (isinstance(member, property) or callable(member))
    }


def _question(kind: str, name: str, member: Any) -> Question:
    is_method = not isinstance(member, property)
    asked = member if is_method else member.fget
    answer = get_type_hints(asked)["return"]
    remembers = ""
    if answer is Any:
        return Question(name, is_method, no_check, "memory")
    if get_origin(answer) is tuple and get_args(answer)[-1] is Any:
        answer, remembers = get_args(answer)[0], "both"
    return Question(name, is_method, _check(answer, f"{kind}.{name}", name), remembers)


def no_check(value: object) -> None:
    """Let everything pass: memories are held to ``check_memory``."""


def check_memory(memory: object) -> None:
    """Refuse a memory that is no frozen record of whole numbers all the way down.

    A record, because its fields say what is rescaled at a split of the underlying.

    >>> from venue.rules.memory import NOTHING
    >>> check_memory(NOTHING)
    >>> check_memory((1, 2))
    Traceback (most recent call last):
    venue.rules.answers.Misanswer: expected memory to be a frozen msgspec record (NOTHING of \
venue.rules.memory for none), found (1, 2) (tuple)
    """
    if not isinstance(memory, msgspec.Struct):
        expected = "a frozen msgspec record (NOTHING of venue.rules.memory for none)"
        raise Misanswer("memory", expected, memory)
    _check_whole_down(memory, "memory")


def _check_whole_down(value: object, where: str) -> None:
    if value is None or isinstance(value, (int, str, Enum)):
        return
    if isinstance(value, tuple):
        names = getattr(value, "_fields", range(len(value)))
        for name, part in zip(names, value, strict=True):
            _check_whole_down(part, f"{where}.{name}")
        return
    if isinstance(value, msgspec.Struct) and value.__struct_config__.frozen:
        for field in value.__struct_fields__:
            _check_whole_down(getattr(value, field), f"{where}.{field}")
        return
    raise Misanswer(where, "whole numbers, words, tuples and frozen records of them", value)


def _check(expected: Any, key: str, where: str) -> Check:
    """Return what refuses a value that is not of a type."""
    origin = get_origin(expected)
    if origin in (Union, UnionType):
        return _check_one_of(get_args(expected), key, where)
    if origin is Literal:
        return _check_word(get_args(expected), where)
    if origin is tuple:
        return _check_tuple(get_args(expected), key, where)
    if expected is int:
        return _check_whole(*RANGES.get(key, (-WHOLE_MAX, WHOLE_MAX)), where)
    if expected is bool:
        return _check_type(bool, "true or false", where)
    if expected is str:
        words = WORDS.get(key)
        return _check_type(str, "text", where) if words is None else _check_word(words, where)
    if issubclass(expected, Enum):
        members = ", ".join(f"{expected.__name__}.{member.name}" for member in expected)
        return _check_type(expected, f"one of {members}", where)
    return _check_record(expected, where)


def _check_whole(least: int, most: int, where: str) -> Check:
    if least == -most:
        expected = "a whole number"
    elif most == WHOLE_MAX:
        expected = f"a whole number of at least {least}"
    else:
        expected = f"a whole number from {least} to {most}"
    huge = f"{expected}, below 2^{(most + 1).bit_length() - 1}"

    def check(value: Any) -> None:
        # A bool is no number here, and a subclass of int may not go into the journal as one.
        if type(value) is not int:
            raise Misanswer(where, expected, value)
        if not least <= value <= most:
            raise Misanswer(where, huge if value > most else expected, value)

    return check


def _check_type(expected: type, words: str, where: str) -> Check:
    def check(value: Any) -> None:
        if not isinstance(value, expected):
            raise Misanswer(where, words, value)

    return check


def _check_word(words: tuple[Any, ...], where: str) -> Check:
    def check(value: Any) -> None:
        if value not in words:
            raise Misanswer(where, " or ".join(str(word) for word in words), value)

    return check


def _check_one_of(types: tuple[Any, ...], key: str, where: str) -> Check:
    assert NoneType in types, f"{key}: only 'or nothing' is asked of rules, found {types}"
    (kept,) = (each for each in types if each is not NoneType)
    inner = _check(kept, key, where)

    def check(value: Any) -> None:
        if value is not None:
            inner(value)

    return check


def _check_tuple(types: tuple[Any, ...], key: str, where: str) -> Check:
    if types[-1] is Ellipsis:
        each = _check(types[0], key, f"every part of {where}")

        def check_all(value: Any) -> None:
            if type(value) is not tuple:
                raise Misanswer(where, "a tuple", value)
            for part in value:
                each(part)

        return check_all
    parts = tuple(_check(part, key, f"{where}[{n}]") for n, part in enumerate(types))

    def check(value: Any) -> None:
        if type(value) is not tuple or len(value) != len(parts):
            raise Misanswer(where, f"a tuple of {len(parts)}", value)
        for part, inner in zip(value, parts, strict=True):
            inner(part)

    return check


def _check_record(expected: type, where: str) -> Check:
    hints = get_type_hints(expected)
    name = expected.__name__
    fields = tuple(
        (field, _check(hint, f"{name}.{field}", f"{where}.{field}"))
        for field, hint in hints.items()
    )
    together = TOGETHER.get(expected)

    def check(value: Any) -> None:
        if type(value) is not expected:
            raise Misanswer(where, f"a {name}", value)
        for field, inner in fields:
            inner(getattr(value, field))
        if together is not None:
            wrong = together(value)
            if wrong is not None:
                raise Misanswer(where, wrong, value)

    return check


def _ladders(value: Ladders) -> str | None:
    wrong = ladders_fault(value)
    return None if wrong is None else f"rungs that fit ({wrong})"


def _legal_prices(value: LegalPrices) -> str | None:
    fits = value.below_ticks <= value.above_ticks
    return None if fits else "at or below below_ticks, and at or above above_ticks"


def _scheduled(value: ScheduledCall) -> str | None:
    return None if value.begins_ns < value.ends_ns else "a call that ends after it begins"


def _fees(value: Fees) -> str | None:
    fits = abs(value.maker_e6) <= value.taker_e6
    return None if fits else "a taker's fee of at least nothing, and no rebate above it"


# What the fields of a record must be to each other; the words say what was expected.
TOGETHER: dict[type, Callable[[Any], str | None]] = {
    Ladders: _ladders,
    LegalPrices: _legal_prices,
    ScheduledCall: _scheduled,
    Fees: _fees,
}
