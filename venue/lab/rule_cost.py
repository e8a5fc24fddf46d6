"""What one answer of a rule costs, in microseconds of the processor.

Each is asked with its kind's example input, three seconds later each time and at another price, so
that nothing is remembered from the call before. Rules on a power may cost twice as much. Floats are
allowed here: a cost is read, never booked.
"""

import sys
import time
from collections.abc import Callable
from random import Random
from statistics import median
from typing import Any, NamedTuple

from venue.core import fixed
from venue.core.policies import Print
from venue.core.units import E9, NS_PER_SECOND
from venue.rules.trials.questions import ASKED, Question

GOAL_US = 5.0
POWER_GOAL_US = 10.0
# Who uses one of these has a power, or what costs as much.
POWERS: tuple[Callable[..., Any], ...] = (
    fixed.pow_e18,
    fixed.root_e18,
    fixed.root_floor,
    fixed.exp_e18,
    fixed.ln_e18,
)
STEP_NS = 3 * NS_PER_SECOND


class Cost(NamedTuple):
    """What one method costs, against what it may."""

    method: str
    us: float
    us_max: float

    @property
    def is_high(self) -> bool:
        return self.us > self.us_max


def costs(kind: str, rule: Any, *, calls: int = 1_000, rounds: int = 5) -> list[Cost]:
    """Return what each question costs that a kind is asked while the venue runs."""
    goal = POWER_GOAL_US if has_power(type(rule)) else GOAL_US
    return [
        Cost(question.method, microseconds(rule, question, calls, rounds), goal)
        for question in ASKED[kind]
    ]


def has_power(rule: type) -> bool:
    """Say whether a rule's module uses the powers of ``venue.core.fixed``."""
    known = vars(sys.modules[rule.__module__]).values()
    return any(value is power for value in known for power in POWERS)


def microseconds(rule: Any, question: Question, calls: int, rounds: int) -> float:
    """Return what a call costs: the median of so many rounds of so many calls."""
    ask = getattr(rule, question.method)
    took = []
    for turn in range(rounds):
        random = Random(f"{rule} {turn}")
        inputs = [_moved(question.example, number, random) for number in range(calls)]
        memory = rule.initial() if question.remembers else None
        began = time.process_time()
        if question.remembers:
            for seen in inputs:
                answer = ask(seen, memory)
                memory = answer[1] if isinstance(answer, tuple) else answer
        else:
            for seen in inputs:
                ask(seen)
        took.append((time.process_time() - began) / calls * 1e6)
    return median(took)


def _moved(example: Any, number: int, random: Random) -> Any:
    """Return an input some steps later, its prices a little off, each by as much."""
    off = random.randint(-E9, E9)
    later = number * STEP_NS
    changes: dict[str, Any] = {}
    for name in example._fields:
        value = getattr(example, name)
        if isinstance(value, Print):
            changes[name] = value._replace(
                price_nanos=value.price_nanos + off,
                source_time_ns=value.source_time_ns + later,
                received_ns=value.received_ns + later,
            )
        elif not isinstance(value, int) or isinstance(value, bool):
            continue
        elif name == "now_ns" or name.endswith("_at_ns"):
            changes[name] = value + later
        elif name.endswith("_nanos") and value > 10 * E9:
            changes[name] = value + off
        elif name == "traded_lots":
            changes[name] = value + number
    return example._replace(**changes)
