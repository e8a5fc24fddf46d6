"""How one kind of rule is asked: inputs, answers, mirror images, small nudges."""

from collections.abc import Callable
from typing import Any, NamedTuple

from venue.core.units import E9, NS_PER_HOUR, NS_PER_SECOND
from venue.rules import examples
from venue.rules.trials.draw import Draw, either, maybe, one_of, whole

Rule = Any  # A rule of any kind; the drivers know which questions to ask.
Inputs = Any

# Prices are drawn about $250, far enough from zero that their mirror images are prices too.
CENTRE = 250 * E9
PRICES = either(whole(50 * E9, 450 * E9), whole(CENTRE - 3 * E9, CENTRE + 3 * E9))
MAYBE = maybe(PRICES)
WAITS = one_of([3 * NS_PER_SECOND, NS_PER_SECOND, 20 * NS_PER_SECOND, NS_PER_HOUR])


class Driver(NamedTuple):
    """``answers`` runs a sequence of inputs and returns every answer and memory on the way.

    ``mirror`` reflects inputs about the centre; ``image`` says what an answer must then become.
    ``same`` is one input whose prices are all the centre. Where a kind has none, it is ``None``.
    """

    inputs: Draw
    answers: Callable[[Rule, list[Inputs]], list[tuple[Any, Any]]]
    mirror: Callable[[Inputs], Inputs] | None = None
    image: Callable[[Any], Any] | None = None
    same: Inputs = None
    prices: tuple[str, ...] = ()


def reflected(price_nanos: int | None) -> int | None:
    """Return a price mirrored about the centre."""
    return None if price_nanos is None else 2 * CENTRE - price_nanos


def stepped(ask: Callable[[Rule, Inputs, Any], tuple[Any, Any]]) -> Any:
    def answers(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
        memory = rule.initial()
        told = []
        for seen in inputs:
            answer, memory = ask(rule, seen, memory)
            told.append((answer, memory))
        return told

    return answers


def in_time(ask: Callable[[Rule, Inputs, Any], tuple[Any, Any]], *ages: str) -> Any:
    """As ``stepped``, while time goes on by what each input waited; ``ages`` go with it."""
    answers = stepped(ask)

    def in_time(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
        now, timed = examples.NOW_NS, []
        for seen in inputs:
            now += seen.since_update_ns
            moved = {name: getattr(seen, name) + now - examples.NOW_NS for name in ages}
            timed.append(seen._replace(now_ns=now, **moved))
        told: list[tuple[Any, Any]] = answers(rule, timed)
        return told

    return in_time


def once(*questions: str) -> Any:
    def answers(rule: Rule, inputs: list[Inputs]) -> list[tuple[Any, Any]]:
        return [
            (tuple(getattr(rule, question)(seen) for question in questions), None)
            for seen in inputs
        ]

    return answers
