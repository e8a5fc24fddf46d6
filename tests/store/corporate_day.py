"""A corporate day: a split with fractions, a dividend that shorts pay, another name."""

from collections.abc import Iterator
from datetime import date

from tests.support.desk import listing
from venue.core import commands as c
from venue.core.commands import AnyCommand, Side
from venue.core.phases import Closure, Session
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.build import ref
from venue.sessions.clocktime import new_york_ns

MARKET, LATER = "TSLA", "TSLX"
ANN, BOB = 1, 2
START_NS = new_york_ns(date(2025, 4, 16), 11 * 60)
EX_NS = new_york_ns(date(2025, 4, 17), 0)


def corporate_day() -> list[tuple[int, AnyCommand]]:
    """Return stamped commands, from eleven in the morning to one at night."""
    return list(_commands())


def _commands() -> Iterator[tuple[int, AnyCommand]]:
    at_ns = START_NS
    spec = listing("naive_print", ref("corporate", "special_funding"))
    for command in (
        c.ListMarket(spec),
        c.OpenAccount("ann"),
        c.OpenAccount("bob"),
        c.Deposit(ANN, 20_000 * E6),
        c.Deposit(BOB, 20_000 * E6),
        c.FundInsurance(1_000 * E6),
        c.ChangeSession(MARKET, Session.REGULAR, Closure.NONE, at_ns, None, None),
    ):
        yield at_ns, command
    yield from _prints(at_ns, at_ns + NS_PER_MINUTE, 250)
    at_ns += NS_PER_MINUTE
    # Seven lots: two for three leaves a fraction.
    yield at_ns, c.PlaceOrder(ANN, MARKET, Side.BUY, 1_007, 25_000)
    yield at_ns, c.PlaceOrder(BOB, MARKET, Side.SELL, 1_007, 25_000)
    yield at_ns, c.AnnounceAction(MARKET, c.Split(2, 3), 0)
    yield from _prints(at_ns + NS_PER_SECOND, at_ns + NS_PER_MINUTE, 375)
    yield at_ns + NS_PER_MINUTE, c.AnnounceAction(MARKET, c.Dividend(E9), EX_NS)
    for hour in range(1, 15):
        yield from _prints(
            at_ns + hour * NS_PER_HOUR, at_ns + hour * NS_PER_HOUR + NS_PER_MINUTE, 375
        )
    yield at_ns + 15 * NS_PER_HOUR, c.AnnounceAction(MARKET, c.Rename(LATER), 0)
    yield at_ns + 16 * NS_PER_HOUR, c.Deposit(ANN, E6)


def _prints(from_ns: int, to_ns: int, dollars: int) -> Iterator[tuple[int, AnyCommand]]:
    for at_ns in range(from_ns, to_ns, 5 * NS_PER_SECOND):
        yield at_ns, c.SubmitPrint(MARKET, "tape", dollars * E9, at_ns, at_ns, 5 * NS_PER_SECOND)
