"""How many commands a second a journal executes again, chain checked, against the bare echo."""

from statistics import median

from scripts.benchmarks.acks import SHAPES, plan
from scripts.benchmarks.figures import Figure, Scale, cpu_seconds
from scripts.benchmarks.flow import ops
from scripts.benchmarks.load import run
from scripts.benchmarks.orders import commands_of, opening
from scripts.benchmarks.servers import echo
from venue.core.engine import Engine
from venue.rules.build import build
from venue.store.journal import GENESIS_CHAIN, Group, chain_after, pack_commands, pack_events
from venue.store.replay import Replay

GROUP = 100
JOURNAL = "journal of the benchmark"


def journal(count: int) -> list[Group]:
    """Return an opening and the flow in groups, as a journal holds them."""
    engine = Engine(build)
    stamped = opening()
    at_ns = stamped[-1][0]
    stamped += [(at_ns, command) for command in commands_of(ops(count))]
    chain = GENESIS_CHAIN
    groups: list[Group] = []
    for begin in range(0, len(stamped), GROUP):
        part = stamped[begin : begin + GROUP]
        first_seq = engine.state.seq + 1
        events = [engine.execute(command, at_ns=stamp) for stamp, command in part]
        commands = pack_commands(part)
        chain = chain_after(chain, commands=commands, events=pack_events(events))
        groups.append(Group(first_seq, engine.state.seq, part[-1][0], commands, chain))
    return groups


def measure(scale: Scale) -> list[Figure]:
    """Replay as recovery does; in each round the echo has its turn too."""
    groups = journal(scale.of(100_000, 5_000))
    count = groups[-1].last_seq
    rates, ratios = [], []
    with echo(fast=False) as bare:
        for number in range(scale.rounds):
            load = run(plan(bare, SHAPES[0], f"r{number}", "/", scale))

            def again() -> None:
                replay = Replay(JOURNAL, Engine(build))
                for group in groups:
                    replay.execute(group)

            took = cpu_seconds(again)
            rates.append(count / took)
            ratios.append(count / took / load.rate)
    note = f"{median(rates):,.0f} commands a second of CPU"
    return [Figure("replay, chain checked", median(ratios), "E", "at least", 1.5, note)]
