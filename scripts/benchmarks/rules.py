"""What one answer of a rule costs, every rule of the table: the slowest of each kind.

Each is asked with its kind's example input, three seconds later each time and at another price, so
that nothing is remembered from the call before. Rules on a power may cost twice as much.
"""

import time
from random import Random
from statistics import median
from typing import Any, NamedTuple

from scripts.benchmarks.figures import Figure, Scale
from venue.core.policies import Print
from venue.core.units import E9, NS_PER_SECOND
from venue.rules import examples
from venue.rules.contract.power import Power
from venue.rules.table import RULES

GOAL_US = 5.0
POWER_GOAL_US = 10.0
POWERS = frozenset({("contract", "power"), ("margin", "shock")})
STEP_NS = 3 * NS_PER_SECOND


class Question(NamedTuple):
    """A method of a kind of rules, its example input, and whether it remembers."""

    method: str
    example: Any
    remembers: bool = False


# What the core asks while it runs; ``ladders`` is asked once, when a market is listed.
ASKED: dict[str, tuple[Question, ...]] = {
    "index_open": (Question("index", examples.OPEN, True),),
    "index_closed": (Question("index", examples.CLOSED, True),),
    "reopen": (Question("index", examples.REOPEN),),
    "contract": (Question("contract", examples.CONTRACT),),
    "actions": (Question("blocked", examples.ACTIONS),),
    "mark": (Question("mark", examples.MARK, True),),
    "clamp": (Question("clamp", examples.CLAMP, True),),
    "band": (Question("band", examples.BAND, True),),
    "funding": (
        Question("sample", examples.SAMPLE, True),
        Question("settle", examples.SETTLE, True),
    ),
    "margin": (Question("crowded_e4", examples.CROWD),),
    "fees": (Question("rates", examples.FEES),),
    "terms": (Question("terms", examples.TERMS),),
    "orders": (Question("legal", examples.ORDER_PRICE),),
    "open_orders": (Question("open_orders_max", examples.OPEN_ORDERS),),
    "makers": (Question("quotes", examples.QUOTES), Question("penalty_e12", examples.DUTY)),
    "counterparty": (Question("quote", examples.QUOTE),),
    "interruption": (Question("bounds", examples.BOUNDS, True),),
    "calls": (Question("call_ns", examples.CALL), Question("scheduled", examples.SCHEDULE)),
    "closeout": (Question("closeout", examples.CLOSEOUT, True),),
    "backstop": (Question("takes_over", examples.BACKSTOP), Question("unwind", examples.UNWIND)),
    "last_resort": (Question("weigh", examples.RESORT),),
    "corporate": (Question("dividend", examples.DIVIDEND),),
}


def measure(scale: Scale) -> list[Figure]:
    """Measure every rule; return the slowest of each kind, powers apart."""
    calls = scale.of(2_000, 50)
    root = Power(power_n=1, power_d=2)
    (question,) = ASKED["contract"]
    us = _microseconds(root, question, calls, scale.rounds)
    figures = [_figure("contract power, a root at a new price", us, POWER_GOAL_US, "contract")]
    for kind, questions in ASKED.items():
        found: list[tuple[float, str]] = []
        for name in RULES[kind]:
            for question in questions:
                us = _microseconds(RULES[kind][name](), question, calls, scale.rounds)
                if (kind, name) in POWERS:
                    figures.append(_figure(f"{kind} {name}", us, POWER_GOAL_US, question.method))
                else:
                    found.append((us, f"{name}.{question.method}"))
        slowest_us, who = max(found)
        figures.append(_figure(f"{kind}, the slowest of {len(found)}", slowest_us, GOAL_US, who))
    return figures


def _figure(name: str, us: float, goal: float, note: str) -> Figure:
    return Figure(name, us, "us", "at most", goal, note)


def _microseconds(rule: Any, question: Question, calls: int, rounds: int) -> float:
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
