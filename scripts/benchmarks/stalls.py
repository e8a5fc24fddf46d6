"""How long garbage collection stops the loop while 100,000 orders rest and others come and go."""

import asyncio
import gc
import time
from random import Random
from typing import Any

from scripts.benchmarks.desk import desk
from scripts.benchmarks.figures import Figure, Scale
from scripts.benchmarks.messages import script, unmasked
from scripts.benchmarks.orders import opening
from venue.core.commands import Command, PlaceOrder, Side

STALL_MS_MAX = 5
ACCOUNTS = 150  # At most 1,000 open orders each.
MID_TICKS = 25_000
IN_FLIGHT = 16
BOTS = 10


def measure(scale: Scale) -> list[Figure]:
    """Measure with the collector as the venue sets it, in processor time: others may wait too."""
    return asyncio.run(_measure(scale.of(100_000, 5_000), scale.of(12_000, 200)))


async def _measure(resting: int, each: int) -> list[Figure]:
    longest, count = 0.0, 0
    began = 0.0

    def watch(phase: str, info: dict[str, Any]) -> None:
        nonlocal longest, count, began
        if phase == "start":
            began = time.thread_time()
        else:
            longest, count = max(longest, time.thread_time() - began), count + 1

    async with desk([*opening(ACCOUNTS), *_far_orders(resting)]) as at:
        assert len(at.sequencer.engine.state.orders) == resting, "some were refused"
        bots = [at.login(ACCOUNTS - number) for number in range(BOTS)]
        scripts = [
            [unmasked(frame) for frame in script(f"s{number}", each, mid_ticks=MID_TICKS)]
            for number in range(BOTS)
        ]
        gc.freeze()  # The scripts are the bots', not the venue's.
        gc.callbacks.append(watch)
        try:
            for begin in range(0, each, IN_FLIGHT):
                for (connection, _), texts in zip(bots, scripts, strict=True):
                    for text in texts[begin : begin + IN_FLIGHT]:
                        at.door.on_message(connection, text)
                told = min(begin + IN_FLIGHT, each) + 1  # The answer to the login is the first.
                for _, sink in bots:
                    await sink.until(told)
        finally:
            gc.callbacks.remove(watch)
    note = f"{count} collections in {each * BOTS:,} orders beside {resting:,} that rest"
    return [
        Figure("longest garbage collection", longest * 1e3, "ms", "at most", STALL_MS_MAX, note)
    ]


def _far_orders(count: int) -> list[tuple[int, Command]]:
    """Return orders that nobody meets: 2 % to 8 % from the mark."""
    random = Random(3)
    at_ns = opening(1)[-1][0]
    made: list[tuple[int, Command]] = []
    for number in range(count):
        away = random.randint(500, 2_000)
        is_buy = number % 2 == 0
        ticks = MID_TICKS - away if is_buy else MID_TICKS + away
        side = Side.BUY if is_buy else Side.SELL
        made.append((at_ns, PlaceOrder(number % ACCOUNTS + 1, "TSLA", side, 100, ticks)))
    return made
