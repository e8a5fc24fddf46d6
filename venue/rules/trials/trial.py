"""A rule from outside, tried before a market is listed with it.

It is asked with its kind's example, with each thing missing in turn, and with sequences drawn by
seed: every answer is whole, of the right type and range, memory goes into the journal and comes
back, and the same questions get the same answers. What it declares beside that (constant,
symmetric, continuous) is tried by ``venue rules check``, and costs more.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from venue.core.policies.broken import RuleBroke
from venue.rules.examples import LADDER
from venue.rules.guard import Guarded, place_of
from venue.rules.trials import DRIVERS
from venue.rules.trials.draw import Numbered
from venue.rules.trials.questions import ASKED, Question, variants

# Enough to meet every branch of an ordinary rule, and a few milliseconds.
SEQUENCES = 24
LONGEST = 6


def broken(kind: str, title: str, rule: Any) -> str | None:
    """Say what is wrong with a rule's answers, or ``None``. ``title`` is what to call it.

    >>> from venue.rules.mark.index import MarkIsIndex
    >>> broken("mark", "mark rule index", MarkIsIndex()) is None
    True
    """
    try:
        guarded = Guarded(kind, title, rule)
        if kind == "margin":
            guarded.ladders(LADDER)
        if kind == "funding_closed":
            guarded.samples(is_closed=True)
        for question in ASKED[kind]:
            for seen in variants(question.example):
                _asked_twice(guarded, question, seen)
        for seed in range(SEQUENCES):
            _told_twice(kind, guarded, seed)
    except RuleBroke as wrong:
        return str(wrong)
    return None


def _asked_twice(rule: Guarded, question: Question, seen: Any) -> None:
    ask = getattr(rule, question.method)
    if question.remembers:
        memory = rule.initial()
        first, second = ask(seen, memory), ask(seen, memory)
        _check_kept(rule, question.method, first[1] if isinstance(first, tuple) else first)
    else:
        first, second = ask(seen), ask(seen)
    _check_same(rule, question.method, lambda: f"{seen!r}", first, second)


def _told_twice(kind: str, rule: Guarded, seed: int) -> None:
    driver, pick = DRIVERS[kind], Numbered(seed)
    inputs = [driver.inputs(pick) for _ in range(pick.whole(1, LONGEST))]
    method = ASKED[kind][-1].method
    first, second = driver.answers(rule, inputs), driver.answers(rule, inputs)
    for (answer, memory), (other, other_memory) in zip(first, second, strict=True):
        _check_same(rule, method, lambda: "a sequence", (answer, memory), (other, other_memory))
        _check_kept(rule, method, memory)


def _check_same(
    rule: Guarded, method: str, asked: Callable[[], str], first: Any, second: Any
) -> None:
    if first != second:
        raise RuleBroke(
            f"{rule.title} is not deterministic at {place_of(rule.rule, method)}: expected the "
            f"same answer to the same question, found {first!r}, then {second!r}; asked {asked()}"
        )


def _check_kept(rule: Guarded, method: str, memory: Any) -> None:
    """Refuse a memory that is another when it comes back from the journal."""
    if memory is None:
        return
    found: object
    try:
        found = msgspec.json.decode(msgspec.json.encode(memory), type=type(memory))
    except (msgspec.MsgspecError, TypeError, OverflowError) as error:
        found = f"{type(error).__name__}: {error}"
    if found != memory:
        raise RuleBroke(
            f"{rule.title} has a memory that the journal cannot keep, at "
            f"{place_of(rule.rule, method)}: expected {memory!r} back, found {found!r}; a frozen "
            "record whose fields have types comes back as it went"
        )
