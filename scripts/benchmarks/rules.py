"""What one answer of a rule costs, every rule of the table: the slowest of each kind.

How a rule is asked stands in ``venue.lab.rule_cost``; ``venue rules check`` asks one's own alike.
"""

from scripts.benchmarks.figures import Figure, Scale
from venue.lab.rule_cost import GOAL_US, POWER_GOAL_US, microseconds
from venue.rules.contract.power import Power
from venue.rules.table import RULES
from venue.rules.trials.questions import ASKED

POWERS = frozenset({("contract", "power"), ("margin", "shock")})


def measure(scale: Scale) -> list[Figure]:
    """Measure every rule; return the slowest of each kind, powers apart."""
    calls = scale.of(2_000, 50)
    root = Power(power_n=1, power_d=2)
    (question,) = ASKED["contract"]
    us = microseconds(root, question, calls, scale.rounds)
    figures = [_figure("contract power, a root at a new price", us, POWER_GOAL_US, "contract")]
    for kind, questions in ASKED.items():
        found: list[tuple[float, str]] = []
        for name in RULES[kind]:
            for question in questions:
                us = microseconds(RULES[kind][name](), question, calls, scale.rounds)
                if (kind, name) in POWERS:
                    figures.append(_figure(f"{kind} {name}", us, POWER_GOAL_US, question.method))
                else:
                    found.append((us, f"{name}.{question.method}"))
        slowest_us, who = max(found)
        figures.append(_figure(f"{kind}, the slowest of {len(found)}", slowest_us, GOAL_US, who))
    return figures


def _figure(name: str, us: float, goal: float, note: str) -> Figure:
    return Figure(name, us, "us", "at most", goal, note)
