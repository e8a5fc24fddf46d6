"""What listeners to market data cost those who trade, on the real server.

A hundred who hear every conflated channel may cost a tenth of the durable rate. While five thousand
come in and are served, the loop may not stall for more than 5 ms of its own; what a bot's round
trip takes meanwhile is said beside it: the disk, and whoever else wants the cores, are in that.

The listeners are a process of their own on the generator's core. It only reads and throws away, and
gives way to the generator, whose round trips would else wait for the listeners' share of that core.
"""

import multiprocessing
import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from statistics import median

from scripts.benchmarks.acks import SHAPES, Shape, plan
from scripts.benchmarks.figures import Figure, Scale
from scripts.benchmarks.load import CORE, READ_BYTES, Load, connect, pin, run
from scripts.benchmarks.messages import subscribe
from scripts.benchmarks.servers import PATH, Server, venue

FEW, MANY = 100, 5_000
COST_MAX = 0.10
STALL_MS_MAX = 5
NICENESS = 19
CHANNELS = ("book.TSLA", "bbo.TSLA", "trades.TSLA", "prices.TSLA")
ONE = Shape(1, 1, 25_000, 0, 0)


def measure(scale: Scale) -> list[Figure]:
    """Measure the rate with and without a hundred listeners, then the stalls beside many."""
    few, many = scale.of(FEW, 20), scale.of(MANY, 100)
    ratios, shares = [], []
    alone, beside, stalls = [], [], []
    with venue(fast=False) as real:
        for number in range(scale.rounds):
            bare = run(plan(real, SHAPES[0], f"a{number}", PATH, scale))
            with listening(real, few):
                heard = run(plan(real, SHAPES[0], f"b{number}", PATH, scale))
            if bare.is_valid and heard.is_valid:
                ratios.append(1 - heard.rate / bare.rate)
                shares.append(heard.share)
    with venue(fast=False, watched=True) as real:
        for number in range(scale.rounds):
            alone.append(run(plan(real, ONE, f"c{number}", PATH, scale)))
        real.longest_turn_ms()  # From here on.
        with listening(real, many):
            stalls.append(real.longest_turn_ms())
            for number in range(scale.rounds):
                beside.append(run(plan(real, ONE, f"d{number}", PATH, scale)))
                stalls.append(real.longest_turn_ms())
    note = f"generator at most {max(shares, default=0):.0%}"
    cost = median(ratios) * 100 if ratios else float("nan")
    note_beside = (
        f"longest turn of the loop, processor time, of all rounds; one bot's round trip "
        f"{_trip(beside)} ms (p50, worst); without them {_trip(alone)}"
    )
    return [
        Figure(f"{few} listeners cost", cost, "%", "at most", COST_MAX * 100, note),
        Figure(
            f"stall beside {many:,} listeners",
            max(stalls),
            "ms",
            "at most",
            STALL_MS_MAX,
            note_beside,
        ),
    ]


def _trip(runs: list[Load]) -> str:
    p50 = median(each.p50_us for each in runs) / 1e3
    worst = median(each.worst_us for each in runs) / 1e3
    return f"{p50:.1f}, {worst:.1f}"


@contextmanager
def listening(server: Server, count: int) -> Iterator[None]:
    """Let so many listen while the context lasts."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_listen, args=(server.port, count, theirs))
    process.start()
    theirs.close()
    assert ours.recv() == count, "not everybody could subscribe"
    try:
        yield
    finally:
        assert process.pid is not None
        os.kill(process.pid, signal.SIGTERM)
        process.join()


def _listen(port: int, count: int, pipe: Pipe) -> None:
    pin(CORE)
    os.nice(NICENESS)
    poll = select.epoll()
    sockets = {}
    for _ in range(count):
        each = connect(port, PATH, subscribe(*CHANNELS))
        sockets[each.fileno()] = each
        poll.register(each, select.EPOLLIN)
    pipe.send(count)
    while True:
        for file, _ in poll.poll():
            assert sockets[file].recv(READ_BYTES), "a listener was turned away"
