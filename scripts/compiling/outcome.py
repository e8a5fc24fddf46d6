"""What this process's core makes of three runs: a line each, the same in both forms.

Printed: the form, then of each run its name, how many events there were, the hash of all of them
in order, and the digest of the state at the end.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b

import msgspec
from msgspec.structs import replace

from scripts.benchmarks import week
from scripts.benchmarks.flow import ops
from scripts.benchmarks.orders import commands_of, opening
from tests.support.every_command import every_command
from venue.compiled import core_form
from venue.core.commands import Command, SubmitPrint
from venue.core.digest import digest
from venue.core.engine import Engine
from venue.core.units import NS_PER_MINUTE
from venue.rules.build import build

ORDERS = 20_000
HOURS = 6

Timed = tuple[int, Command]


def orders() -> Iterator[Timed]:
    """Yield the flow of the benchmark: adds, cancels, trades, refusals for margin."""
    first = opening()
    yield from first
    for number, command in enumerate(commands_of(ops(ORDERS))):
        yield first[-1][0] + number * NS_PER_MINUTE // 1000, command


def prints() -> Iterator[Timed]:
    """Yield an opening, then hours of prints: marks, samples, fundings, sessions' timers."""
    first = opening()
    yield from first
    later_ns = first[-1][0] - week.START_NS
    for at_ns, command in week.prints(HOURS):
        if isinstance(command, SubmitPrint) and command.underlying == "TSLA":
            now_ns = at_ns + later_ns
            yield now_ns, replace(command, source_time_ns=now_ns, received_ns=now_ns)


RUNS: dict[str, Callable[[], Iterable[Timed]]] = {
    "every command": every_command,
    "orders": orders,
    "prints": prints,
}


def main() -> None:
    """Run all, and print."""
    print(core_form())
    pack = msgspec.msgpack.Encoder().encode
    for name, run in RUNS.items():
        engine = Engine(build)
        chain = blake2b(digest_size=16)
        count = 0
        for at_ns, command in run():
            events = engine.execute(command, at_ns=at_ns)
            count += len(events)
            chain.update(pack(events))
        print(f"{name}: {count} events {chain.hexdigest()} state {digest(engine.state).hex()[:32]}")


if __name__ == "__main__":
    main()
