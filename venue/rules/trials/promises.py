"""What a rule declares, held to: the promises of its kind, each with an example where it breaks.

A promise is tried on inputs that somebody draws. What is exempt is tried too: an exemption that
nothing needs is worth knowing of. The contract test and ``venue rules check`` ask the same.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import msgspec

from venue.rules.guard import Guarded
from venue.rules.properties import ASKED as PROMISED
from venue.rules.properties import Property
from venue.rules.trials import CENTRE, DRIVERS, Inputs, Rule
from venue.rules.trials.draw import Numbered, Pick
from venue.rules.trials.questions import ASKED

# One nano-dollar on a price may pass through a mid, an average and a sum: five at most. As a
# premium of $250 a nano-dollar is four of 1e-12.
NANOS_MOVED_MAX = 5
E12_MOVED_MAX = 12
STEPS = (1, 2, 1_000)
# Sequences of each length: short ones first, since theirs are the examples to read.
LENGTHS, SEEDS = range(1, 7), 40


class Finding(NamedTuple):
    """What became of one promise.

    ``exempt`` is the declared reason, ``None``: the rule is held to it. ``example`` is how it is
    broken, ``None``: it was kept in every trial. ``is_wrong``: declared one way, found the other.
    """

    promise: Property
    exempt: str | None
    example: str | None

    @property
    def is_wrong(self) -> bool:
        return self.exempt is None and self.example is not None


def findings(kind: str, rule: Rule) -> list[Finding]:
    """Try every promise of prices that is asked of a kind; whole and deterministic go before.

    >>> from venue.rules.mark.index import MarkIsIndex
    >>> [each.example for each in findings("mark", MarkIsIndex())]
    [None, None, None]
    """
    exempt: dict[Property, str] = getattr(rule, "exempt", {})
    tried = (Property.CONSTANT, Property.SYMMETRIC, Property.CONTINUOUS)
    return [
        Finding(promise, exempt.get(promise), _broken(kind, rule, promise))
        for promise in tried
        if promise in PROMISED[kind]
    ]


def _broken(kind: str, rule: Rule, promise: Property) -> str | None:
    if promise is Property.CONSTANT:
        found = (not_constant(kind, rule, steps) for steps in STEPS)
        return next((example for example in found if example is not None), None)
    driver = DRIVERS[kind]
    for length in LENGTHS:
        for seed in range(SEEDS):
            pick = Numbered(seed * len(LENGTHS) + length)
            inputs = [driver.inputs(pick) for _ in range(length)]
            tried = partial(not_symmetric, kind, rule)
            if promise is Property.CONTINUOUS:
                tried = partial(not_continuous, kind, rule, by=nudges(kind, pick))
            if tried(inputs) is not None:
                return tried(_simplest(kind, inputs, tried))
    return None


def _simplest(
    kind: str, inputs: list[Inputs], tried: Callable[[list[Inputs]], str | None]
) -> list[Inputs]:
    """Return inputs that are ordinary wherever the example does not need them otherwise."""
    ordinary = _ordinary(kind, inputs[0])
    if ordinary is None:
        return inputs
    for number in range(len(inputs)):
        for name in ordinary._fields:
            plain = inputs[number]._replace(**{name: getattr(ordinary, name)})
            simpler = [*inputs[:number], plain, *inputs[number + 1 :]]
            if tried(simpler) is not None:
                inputs = simpler
    return inputs


def not_constant(kind: str, rule: Rule, steps: int) -> str | None:
    """Say how constant prices do not give the same answer, asked so many times, or ``None``."""
    driver = DRIVERS[kind]
    told = driver.answers(rule, [driver.same] * steps)
    expected = told[0][0] if kind == "funding" else CENTRE
    for number, (answer, _) in enumerate(told, 1):
        if answer != expected:
            return f"{_seen(kind, driver.same)}, time {number}: expected {expected}, found {answer}"
    return None


def not_symmetric(kind: str, rule: Rule, inputs: list[Inputs]) -> str | None:
    """Say how mirrored inputs do not give mirrored answers, or ``None``.

    Mirrored is in dollars: so many above ``CENTRE`` become as many below it. A bound that is a
    share of a price is wider above in dollars, so a rule that has one is exempt.

    Where a rule is symmetric only with other parameters, it names them: ``symmetric_with``.
    """
    driver = DRIVERS[kind]
    assert driver.mirror is not None, f"{kind} has mirror images"
    assert driver.image is not None, f"{kind} has mirror images"
    if other := getattr(rule, "symmetric_with", {}):
        rule = msgspec.structs.replace(rule.rule if isinstance(rule, Guarded) else rule, **other)
    told = driver.answers(rule, inputs)
    mirrored = driver.answers(rule, [driver.mirror(seen) for seen in inputs])
    for number, ((answer, _), (image, _)) in enumerate(zip(told, mirrored, strict=True), 1):
        expected = driver.image(answer)
        if image != expected:
            before = [_seen(kind, seen) for seen in inputs[:number]]
            after = [_seen(kind, driver.mirror(seen)) for seen in inputs[:number]]
            return (
                f"{'; then '.join(before)}: answers {answer}, and to its mirror image expected "
                f"{expected}, found {image}{_by_rounding(image, expected)}; the mirror image is "
                f"{'; then '.join(after)}"
            )
    return None


def _by_rounding(found: Any, expected: Any) -> str:
    """Say what one unit off comes from: ``//`` rounds down, for shorts as for longs."""
    if isinstance(found, int) and isinstance(expected, int) and abs(found - expected) == 1:
        return " (one off: // rounds down; venue.core.units.div_half_even rounds both alike)"
    return ""


def nudges(kind: str, pick: Pick) -> tuple[int, ...]:
    """Return by how many nano-dollars each price of a kind is moved: one at most."""
    return tuple(pick.whole(-1, 1) for _ in DRIVERS[kind].prices)


def not_continuous(kind: str, rule: Rule, inputs: list[Inputs], by: tuple[int, ...]) -> str | None:
    """Say how prices moved by ``by`` nano-dollars move an answer too far, or ``None``."""
    driver = DRIVERS[kind]
    told = driver.answers(rule, inputs)
    moved = driver.answers(rule, [_nudged(seen, driver.prices, by) for seen in inputs])
    most = E12_MOVED_MAX if kind == "funding" else NANOS_MOVED_MAX
    for number, ((before, _), (after, _)) in enumerate(zip(told, moved, strict=True), 1):
        if _is_near(before, after, most):
            continue
        asked = [_seen(kind, seen) for seen in inputs[:number]]
        names = ", ".join(
            f"{name} by {nanos:+}" for name, nanos in zip(driver.prices, by, strict=True) if nanos
        )
        return f"{'; then '.join(asked)}: answers {before}; with {names} nano-dollar: {after}"
    return None


def _is_near(before: Any, after: Any, most: int) -> bool:
    if before is None or after is None:  # Silence is silence, nudged or not.
        return before is after
    return all(
        abs(one - other) <= most
        for one, other in zip(_numbers(before), _numbers(after), strict=True)
    )


def _numbers(answer: Any) -> tuple[int, ...]:
    return answer if isinstance(answer, tuple) else (answer,)


def _nudged(seen: Any, fields: tuple[str, ...], by: tuple[int, ...]) -> Any:
    for field, nanos in zip(fields, by, strict=True):
        if field == "arrived.price_nanos":
            print_ = seen.arrived
            moved = print_._replace(price_nanos=print_.price_nanos + nanos)
            seen = seen._replace(arrived=moved)
        elif getattr(seen, field) is not None:
            seen = seen._replace(**{field: getattr(seen, field) + nanos})
    return seen


def _seen(kind: str, seen: Inputs) -> str:
    """Say what is asked: of an input, only what differs from the ordinary one."""
    ordinary = _ordinary(kind, seen)
    if ordinary is None:
        return f"{seen}"
    other = [
        f"{name}={getattr(seen, name)}"
        for name in seen._fields
        if getattr(seen, name) != getattr(ordinary, name)
    ]
    return f"{type(seen).__name__}({', '.join(other) or 'the example'})"


def _ordinary(kind: str, seen: Inputs) -> Any:
    """Return the example of an input's type; ``None`` where the drivers ask with their own."""
    return next((q.example for q in ASKED[kind] if type(q.example) is type(seen)), None)
