"""An hour of makers: bonds, an epoch well kept, one that costs, more bond, and the way out.

A speed bump and a TWAP beside it, so that the journal and the projections meet what waits.
"""

from itertools import count

from tests.core.test_makers import DUTY
from tests.support.desk import listing
from venue.core import commands as c
from venue.core.commands import AnyCommand, Side
from venue.core.phases import Closure, Session
from venue.core.units import E6, E9, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.build import ref

MARKET = "TSLA"
ANN, BOB = 1, 2
DAY_NS = 20_000 * 86_400 * NS_PER_SECOND


def maker_day() -> list[tuple[int, AnyCommand]]:
    """Return stamped commands, a few seconds apart."""
    told: list[tuple[int, AnyCommand]] = []
    stamps = count(DAY_NS, 4 * NS_PER_SECOND)

    def say(*commands: AnyCommand) -> None:
        told.extend((next(stamps), command) for command in commands)

    def wait(seconds: int) -> None:
        for _ in range(seconds // 4):
            at_ns = next(stamps)
            told.append((at_ns, c.SubmitPrint(MARKET, "tape", 250 * E9, at_ns, at_ns, 10**9)))

    rules = (ref("makers", "sla", **DUTY), ref("orders", "speed_bump"))
    say(
        c.ListMarket(listing("naive_print", *rules)),
        c.OpenAccount("ann"),
        c.OpenAccount("bob"),
        c.Deposit(ANN, 20_000 * E6),
        c.Deposit(BOB, 20_000 * E6),
        c.ChangeSession(MARKET, Session.REGULAR, Closure.NONE, DAY_NS, None, None),
    )
    wait(8)
    say(
        c.CommitMaker(ANN, MARKET, 1_000 * E6),
        c.CommitMaker(BOB, MARKET, 500 * E6),
        c.PlaceScale(ANN, MARKET, Side.BUY, 40_000, 24_900, 24_990, 4),
        c.PlaceOrder(ANN, MARKET, Side.SELL, 40_000, 25_050),
        c.PlaceOrder(BOB, MARKET, Side.BUY, 1_000, 25_050, client_order_id="waits"),
        c.PlaceOrder(BOB, MARKET, Side.BUY, 1_000, 25_050, client_order_id="waits"),
        c.PlaceTwap(BOB, MARKET, Side.BUY, 11_000, 5 * NS_PER_MINUTE, client_order_id="slow"),
    )
    wait(120)
    say(c.CommitMaker(ANN, MARKET, 2_000 * E6), c.CommitMaker(BOB, MARKET, 0))
    wait(240)
    say(c.CommitMaker(ANN, MARKET, 0))
    wait(120)
    return told
