"""A rule checked whole: its answers, what it declares against what is found, and what it costs.

``venue rules check`` prints it. What a listing is refused for comes first: where an answer is
wrong, nothing else is asked.
"""

import ast
from inspect import getfile
from pathlib import Path
from typing import Any, NamedTuple

from venue.core.policies.broken import RuleBroke
from venue.lab.rule_cost import Cost, costs
from venue.rules.guard import Guarded
from venue.rules.trials.promises import Finding, findings
from venue.rules.trials.trial import broken

# What lets a clock, chance or the world into a rule: trials need not meet it.
WORLD = frozenset(
    {"time", "datetime", "random", "secrets", "os", "sys", "asyncio", "socket", "threading", "uuid"}
    | {"pathlib", "subprocess", "logging", "math", "numpy", "statistics", "decimal"}
)
# What of ``math`` takes whole numbers and gives whole numbers.
WHOLE_MATH = frozenset({"gcd", "lcm", "isqrt", "comb", "perm", "factorial"})


class Checked(NamedTuple):
    """What was found of one rule. ``answers`` is what a listing would be refused for, or ``None``:
    only then the rest was asked. ``imports``
    are modules of its own that no rule needs: clocks, chance, the world, floats."""

    kind: str
    name: str
    answers: str | None
    findings: tuple[Finding, ...] = ()
    costs: tuple[Cost, ...] = ()
    imports: tuple[str, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether it would be refused, breaks what it declares, or costs more than a rule may."""
        return (
            self.answers is not None
            or any(each.is_wrong for each in self.findings)
            or any(each.is_high for each in self.costs)
        )


def check(kind: str, name: str, rule: Any) -> Checked:
    """Check one rule, made with its parameters.

    >>> from venue.rules.mark.index import MarkIsIndex
    >>> check("mark", "index", MarkIsIndex()).answers is None
    True
    """
    title = f"{kind} rule {name}"
    answers = broken(kind, title, rule)
    if answers is not None:
        return Checked(kind, name, answers)
    try:
        found = findings(kind, Guarded(kind, title, rule))
    except RuleBroke as wrong:
        return Checked(kind, name, str(wrong))
    return Checked(
        kind, name, None, tuple(found), tuple(costs(kind, rule)), worldly_imports(type(rule))
    )


def worldly_imports(rule: type) -> tuple[str, ...]:
    """Return what a rule's module imports of ``WORLD``, in order; ``math.lcm`` and the like are
    whole, so they do not count.

    >>> from venue.rules.mark.index import MarkIsIndex
    >>> worldly_imports(MarkIsIndex)
    ()
    >>> from venue.rules.orders.significant_figures import SignificantFigures  # Imports lcm.
    >>> worldly_imports(SignificantFigures)
    ()
    """
    try:
        tree = ast.parse(Path(getfile(rule)).read_text(encoding="utf-8"))
    except (OSError, TypeError, SyntaxError):  # It was made without a file.
        return ()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = {alias.name for alias in node.names}
            if node.module != "math" or not names <= WHOLE_MATH:
                found.add(node.module.split(".")[0])
    return tuple(sorted(found & WORLD))
