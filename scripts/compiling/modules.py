"""Which modules are compiled, and which never may be.

An order's path: through the door, the sequencer and the core, to the notices of who is concerned,
and what timers run most. Left out is what reads and makes records most of the time, and so gains
nothing (decision 16).
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]

MODULES = (
    "venue/core/account.py",
    "venue/core/apply.py",
    "venue/core/apply_orders.py",
    "venue/core/apply_prices.py",
    "venue/core/book.py",
    "venue/core/bounds.py",
    "venue/core/breaches.py",
    "venue/core/engine.py",
    "venue/core/fair_mark.py",
    "venue/core/guarding.py",
    "venue/core/handlers/funding.py",
    "venue/core/handlers/order_asked.py",
    "venue/core/handlers/order_checks.py",
    "venue/core/handlers/order_fill.py",
    "venue/core/handlers/order_limits.py",
    "venue/core/handlers/order_margin.py",
    "venue/core/handlers/order_protection.py",
    "venue/core/handlers/order_rule.py",
    "venue/core/handlers/orders.py",
    "venue/core/handlers/plain_orders.py",
    "venue/core/handlers/prices.py",
    "venue/core/handlers/refusing.py",
    "venue/core/impact.py",
    "venue/core/interruption.py",
    "venue/core/liquidation.py",
    "venue/core/margin.py",
    "venue/core/market.py",
    "venue/core/matching.py",
    "venue/core/pool_book.py",
    "venue/core/position.py",
    "venue/core/state.py",
    "venue/core/sweep.py",
    "venue/core/timers.py",
    "venue/core/trigger_index.py",
    "venue/core/volumes.py",
    "venue/gateway/account_feed.py",
    "venue/gateway/account_streams.py",
    "venue/gateway/answers.py",
    "venue/gateway/board.py",
    "venue/gateway/book_mirror.py",
    "venue/gateway/connection.py",
    "venue/gateway/door.py",
    "venue/gateway/fairness.py",
    "venue/gateway/feeds.py",
    "venue/gateway/mirror.py",
    "venue/gateway/notice_ring.py",
    "venue/gateway/order_answers.py",
    "venue/gateway/protocol.py",
    "venue/gateway/showing.py",
    "venue/gateway/tape.py",
    "venue/group.py",
    "venue/sequencer.py",
    "venue/telling.py",
)

RECORDS = {"Struct", "Event", "Command", "TraderCommand"}
# What takes the whole of a generator at once anyway.
TAKERS = {"all", "any", "deque", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum",
          "tuple"}  # fmt: skip


def fault(source: str) -> str | None:
    """Say why a source may not be compiled, or ``None``.

    The compiler drops the keywords of a class (``array_like=True``) without a word, and so would
    change formats; and it makes a list of a generator expression, which would look at all of a
    book where its best level is asked for.
    """
    tree = ast.parse(source)
    taken = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _called(call.func) in TAKERS
        for argument in call.args
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            if node.keywords or RECORDS & {_called(base) for base in node.bases}:
                return f"line {node.lineno}: the record {node.name} would lose its form"
        elif isinstance(node, ast.GeneratorExp) and id(node) not in taken:
            return f"line {node.lineno}: a generator expression would become a list"
    return None


def _called(node: ast.expr) -> str:
    """Return the last name of ``f``, ``a.f`` or ``f[T]``."""
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
