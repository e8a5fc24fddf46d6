"""Durable acknowledgements a second of the real server, against a bare echo on the same loop."""

from statistics import median
from typing import NamedTuple

from scripts.benchmarks import messages
from scripts.benchmarks.figures import Figure, Scale
from scripts.benchmarks.load import Load, Plan, run
from scripts.benchmarks.servers import ACCOUNTS, MID_TICKS, PATH, Server, commit_us, echo, venue

WARM_S = 0.4


class Shape(NamedTuple):
    """So many connections with so many orders in flight each; goals of either transport.

    ``most`` is more orders a second than anything here can take: scripts are that long.
    """

    connections: int
    depth: int
    most: int
    default_goal: float
    fast_goal: float


SHAPES = (
    Shape(10, 16, 140_000, 0.6, 0.85),
    Shape(100, 1, 100_000, 0.55, 0.75),
    Shape(1_000, 1, 80_000, 0.6, 1.1),
    Shape(1, 1, 40_000, 0, 0),
)


def measure(scale: Scale) -> list[Figure]:
    """Measure the default transport, then the fast one."""
    return [*transport(scale, fast=False), *transport(scale, fast=True)]


def transport(scale: Scale, *, fast: bool) -> list[Figure]:
    """Measure one transport: in each round, echo and venue in each shape."""
    shapes = SHAPES[:1] if scale.is_short else SHAPES
    found: dict[Shape, list[tuple[Load, Load]]] = {shape: [] for shape in shapes}
    commits: list[float] = []
    with echo(fast=fast) as bare, venue(fast=fast) as real:
        for number in range(scale.rounds):
            commits.append(commit_us())
            for shape in shapes:
                found[shape].append(
                    (
                        run(plan(bare, shape, f"e{number}", "/", scale)),
                        run(plan(real, shape, f"v{number}", PATH, scale)),
                    )
                )
    figures: list[Figure] = []
    for shape in shapes:
        figures += _figures(shape, found[shape], median(commits), fast=fast)
    return figures


def plan(server: Server, shape: Shape, name: str, path: str, scale: Scale) -> Plan:
    """Return what the generator does for one shape; tokens only where there are some."""
    measure_s = 0.5 if scale.is_short else 1.2
    each = int(shape.most * (WARM_S + measure_s)) // shape.connections + 2 * shape.depth
    numbers = range(shape.connections)
    scripts = [
        messages.script(f"{name}.{shape.connections}.{number}", each, mid_ticks=MID_TICKS)
        for number in numbers
    ]
    if path == PATH:
        tokens = server.tokens()
        # Other accounts in each round: what rests of an account is limited.
        first = int(name[1:]) * ACCOUNTS // scale.rounds
        greetings = [messages.login(tokens[(first + number) % ACCOUNTS]) for number in numbers]
    else:
        greetings = [b""] * shape.connections
    return Plan(server.port, path, greetings, scripts, shape.depth, WARM_S, measure_s, server.pid)


def _figures(
    shape: Shape, pairs: list[tuple[Load, Load]], commit: float, *, fast: bool
) -> list[Figure]:
    valid = [pair for pair in pairs if pair[0].is_valid and pair[1].is_valid]
    how = "fast" if fast else "default"
    where = f"{shape.connections} x {shape.depth}, {how}"
    if not valid:
        share = max(max(pair[0].share, pair[1].share) for pair in pairs)
        note = f"no valid round: the generator took {share:.0%} of its core"
        return [Figure(f"durable acks a second, {where}", 0.0, "E", "at least", 0, note)]
    bare, real = [pair[0] for pair in valid], [pair[1] for pair in valid]
    ratio = median(one.rate / other.rate for other, one in valid)
    note = (
        f"{median(one.rate for one in real):,.0f} of {median(one.rate for one in bare):,.0f} /s; "
        f"CPU {median(one.server_us for one in real):.0f} of "
        f"{median(one.server_us for one in bare):.0f} us; generator at most "
        f"{max(one.share for one in (*bare, *real)):.0%}; refused "
        f"{median(one.refused for one in real):.0%}; {len(valid)} of {len(pairs)} rounds valid"
    )
    goal = shape.fast_goal if fast else shape.default_goal
    figures = [Figure(f"durable acks a second, {where}", ratio, "E", "at least", goal, note)]
    if shape.connections == 1:
        own, p50 = median(one.p50_us for one in bare), median(one.p50_us for one in real)
        allowed = own + 3 * commit
        note = f"{p50:.0f} us; echo {own:.0f}, a commit {commit:.0f}"
        figures = [
            Figure(
                f"one bot's p50, of echo + 3 commits, {how}", p50 / allowed, "x", "at most", 1, note
            )
        ]
    return figures
