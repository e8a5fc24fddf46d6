"""10,000 accounts in breach on one print: how they are worked off, and who waits meanwhile.

A bot goes on asking, one order at a time; its waits while the cascade lasts are held against its
waits before. The rulebook is ``naive_print``: the mark follows the print at once.
"""

import asyncio
import time
from collections.abc import Callable, Sequence

from scripts.benchmarks.desk import Desk, Sink, desk
from scripts.benchmarks.figures import Figure, Scale
from scripts.benchmarks.messages import script, unmasked
from scripts.benchmarks.orders import START_NS
from venue.core import commands as cmd
from venue.core.commands import Command, Side, TimeInForce
from venue.core.engine import STEPS_PER_COMMAND
from venue.core.events import BreachesFound, Event, LiquidationStarted
from venue.core.phases import Closure, Session
from venue.core.units import E6, E9, NS_PER_SECOND
from venue.gateway.connection import Connection
from venue.rules.rulebooks import spec

WHALES = 8
WHALE_DOLLARS = 90_000_000
SMALL_DOLLARS = 105
SMALL_LOTS = 7_600  # 7.6 shares at $250, 18 times the money.
BEFORE, AFTER = 250, 238
BOT = WHALES + 1
QUIET_ORDERS = 2_000
P99_MAX = 5
TIME_MAX_S = 60


def measure(scale: Scale) -> list[Figure]:
    """Measure one cascade: its length is its own average."""
    return asyncio.run(_measure(scale.of(10_000, 500), scale.of(QUIET_ORDERS, 300)))


async def _measure(accounts: int, quiet_orders: int) -> list[Figure]:
    async with desk(list(_opening(accounts))) as at:
        state = at.sequencer.engine.state
        found = started = 0

        def listen(seq: int, at_ns: int, command: Command, events: Sequence[Event]) -> None:
            nonlocal found, started
            for event in events:
                if isinstance(event, BreachesFound):
                    found += len(event.units)
                elif isinstance(event, LiquidationStarted):
                    started += 1

        at.sequencer.on_durable(listen)
        longest = _timed(at)
        bot = at.login(BOT)
        orders = [unmasked(one) for one in script("b", 20_000, mid_ticks=AFTER * 100 - 400)]
        quiet = await _ask_on(bot, at, orders, lambda waits: len(waits) >= quiet_orders)
        longest[0] = 0
        began = time.perf_counter()
        at_ns = state.now_ns + 4 * NS_PER_SECOND
        at.clock.step_to(at_ns)
        at.sequencer.submit(_print(AFTER, at_ns))
        at.clock.step_to(at_ns + 3 * NS_PER_SECOND)  # The next mark follows it.

        def is_over(waits: list[int]) -> bool:
            late = time.perf_counter() - began > TIME_MAX_S
            all_found = found > 0 and state.search is None and not state.breaches
            return late or (all_found and started >= found)

        during = await _ask_on(bot, at, orders[len(quiet) :], is_over)
        took_s = time.perf_counter() - began
    assert found >= accounts * 0.9, f"only {found} accounts were in breach"
    assert not state.breaches, "the cascade did not end"
    quiet_us, during_us = _p99_us(quiet), _p99_us(during)
    note = (
        f"{found:,} in breach, at most {STEPS_PER_COMMAND} steps a command, worked off in "
        f"{took_s:.1f} s; {during_us:,.0f} of {quiet_us:,.0f} us; {len(during):,} orders "
        f"meanwhile; the longest command took {longest[0] / 1e6:.1f} ms"
    )
    return [
        Figure(
            "p99 during a cascade, of quiet", during_us / quiet_us, "x", "at most", P99_MAX, note
        )
    ]


def _timed(at: Desk) -> list[int]:
    """Keep the longest execution of one command, in nanoseconds."""
    engine = at.sequencer.engine
    longest = [0]

    class Timed:
        """The engine, with a watch."""

        state = engine.state

        @property
        def next_due_ns(self) -> int:
            return engine.next_due_ns

        def execute(self, command: Command, *, at_ns: int) -> list[Event]:
            began = time.perf_counter_ns()
            events = engine.execute(command, at_ns=at_ns)
            longest[0] = max(longest[0], time.perf_counter_ns() - began)
            return events

    at.sequencer.engine = Timed()
    return longest


async def _ask_on(
    bot: tuple[Connection, Sink],
    at: Desk,
    orders: list[bytes],
    is_over: Callable[[list[int]], bool],
) -> list[int]:
    """Ask one thing after the other; return how long each answer took, in nanoseconds."""
    connection, sink = bot
    waits: list[int] = []
    await at.sequencer.drain()
    await sink.until(1)
    for order in orders:
        told = sink.frames + 1
        began = time.perf_counter_ns()
        at.door.on_message(connection, order)
        await sink.until(told)
        waits.append(sink.told_ns - began)
        if is_over(waits):
            return waits
    raise AssertionError("the bot ran out of orders before the cascade ended")


def _p99_us(waits: list[int]) -> float:
    return sorted(waits)[len(waits) * 99 // 100] / 1e3


def _print(dollars: int, at_ns: int) -> Command:
    return cmd.SubmitPrint("TSLA", "tape", dollars * E9, at_ns, at_ns, 3_600 * E9)


def _opening(accounts: int) -> list[tuple[int, Command]]:
    """Return an opening after which so many small accounts are long at 18 times their money."""
    first: list[Command] = [cmd.ListMarket(spec("TSLA", "naive_print")), cmd.FundInsurance(10**13)]
    for number in range(1, WHALES + accounts + 2):
        dollars = WHALE_DOLLARS if number <= BOT else SMALL_DOLLARS
        first += [cmd.OpenAccount(f"bot-{number}"), cmd.Deposit(number, dollars * E6)]
    first += [
        cmd.ChangeSession("TSLA", Session.REGULAR, Closure.NONE, START_NS, None, None),
        _print(BEFORE, START_NS),
    ]
    stamped = [(START_NS, each) for each in first]
    at_ns = START_NS + 4 * NS_PER_SECOND
    stamped.append((at_ns, cmd.PassTime()))
    ticks = BEFORE * 100
    for number in range(accounts):
        account, whale = BOT + 1 + number, number % WHALES + 1
        stamped += [
            (at_ns, cmd.SetLeverage(account, "TSLA", 20)),
            (at_ns, cmd.PlaceOrder(whale, "TSLA", Side.SELL, SMALL_LOTS, ticks)),
            (
                at_ns,
                cmd.PlaceOrder(account, "TSLA", Side.BUY, SMALL_LOTS, ticks, TimeInForce.IOC),
            ),
        ]
    for whale in range(1, WHALES + 1):
        for step in range(5):
            bid = cmd.PlaceOrder(whale, "TSLA", Side.BUY, 3_000_000, AFTER * 100 - 10 * step)
            stamped.append((at_ns, bid))
    return stamped
