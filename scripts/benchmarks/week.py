"""A week of venue time in lock-step: 3 markets, marks every 3 s, samples every 5 s, 20 bots."""

import time
from collections.abc import Iterable, Iterator
from random import Random

from scripts.benchmarks.figures import Figure, Scale
from venue.core.commands import CancelOrder, Command, PlaceOrder, Side, SubmitPrint
from venue.core.units import E4, E6, E9, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.lab.run import run, sessions
from venue.lab.view import View
from venue.rules.rulebooks import spec
from venue.sessions import calendar_named

START_NS = 1_744_603_200 * NS_PER_SECOND  # Monday 2025-04-14, midnight in New York.
HOURS = 168
SECONDS_MAX = 75
DOLLARS = {"TSLA": 250, "NVDA": 110, "US100": 19_000}
BOTS = 20
ORDERS_MAX = 10
NOTIONAL_DOLLARS = 200
TIMERS = ("MarkUpdated", "MarkSkipped", "PremiumSampled", "FundingSettled")


class Bot:
    """Does one thing a minute: quotes near the mark, now and then takes, or cancels."""

    def __init__(self, number: int) -> None:
        self.name = f"bot-{number}"
        self.deposit_micros = 1_000_000 * E6
        self._random = Random(number)
        self._specs = {name: spec(name) for name in DOLLARS}

    def act(self, seen: View) -> Iterable[Command]:
        """Ask for one thing, if there is a mark to ask it at."""
        random = self._random
        name = random.choice(tuple(DOLLARS))
        mark_nanos = seen.markets[name].mark_nanos
        if mark_nanos is None:
            return ()
        if seen.orders and (len(seen.orders) >= ORDERS_MAX or random.random() < 0.25):
            return (CancelOrder(seen.account, seen.orders[0].order_id, None),)
        units = self._specs[name].units
        side = random.choice((Side.BUY, Side.SELL))
        away_e4 = random.randint(1, 40) * (1 if random.random() < 0.8 else -1)
        limit_nanos = mark_nanos * (E4 + away_e4 * (-1 if side is Side.BUY else 1)) // E4
        lots = NOTIONAL_DOLLARS * E9 * E9 // (mark_nanos * units.lot_e9)
        return (PlaceOrder(seen.account, name, side, lots, limit_nanos // units.tick_nanos),)


def prints(hours: int) -> Iterator[tuple[int, Command]]:
    """Yield a print of each underlying every 15 s, whatever the session: the core judges."""
    random = Random(1)
    price_nanos = {name: dollars * E9 for name, dollars in DOLLARS.items()}
    for at_ns in range(START_NS, START_NS + hours * NS_PER_HOUR, 15 * NS_PER_SECOND):
        for name in DOLLARS:
            price_nanos[name] = int(price_nanos[name] * (1 + random.gauss(0, 0.0002)))
            yield (
                at_ns,
                SubmitPrint(name, "tape", price_nanos[name], at_ns, at_ns, 15 * NS_PER_SECOND),
            )


def measure(scale: Scale) -> list[Figure]:
    """Run the week once: it is long enough to be its own average. Short: two hours of it."""
    hours = scale.of(HOURS, 2)
    specs = [spec(name) for name in DOLLARS]
    end_ns = START_NS + hours * NS_PER_HOUR
    streams = [
        *(
            sessions(each.underlying, calendar_named(each.calendar), START_NS, end_ns)
            for each in specs
        ),
        prints(hours),
    ]
    bots = [Bot(number) for number in range(BOTS)]
    began, began_cpu = time.perf_counter(), time.process_time()
    result = run(
        specs, streams, bots, START_NS, end_ns, NS_PER_MINUTE, insurance_micros=250_000 * E6
    )
    took, took_cpu = time.perf_counter() - began, time.process_time() - began_cpu
    timers = sum(result.events.get(name, 0) for name in TIMERS)
    note = (
        f"of {hours} h; {took:.0f} s by the wall; {timers:,} timers, {result.commands:,} commands, "
        f"{result.events.get('Traded', 0):,} trades"
    )
    whole = took_cpu * HOURS / hours
    return [Figure("a week of venue time, CPU", whole, "s", "at most", SECONDS_MAX, note)]
