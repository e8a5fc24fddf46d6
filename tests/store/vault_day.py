"""A day of vaults: collateral, a mint, a sale, a burn, a split of the underlying, a liquidation, a
settlement that lacks.
"""

from itertools import count

from tests.support.vaults import vaulted
from venue.core import commands as c
from venue.core.commands import AnyCommand, Side, TimeInForce
from venue.core.phases import Closure, Session
from venue.core.units import E6, E9, NS_PER_SECOND

MARKET = "TSLA"
ANN, BOB = 1, 2
DAY_NS = 20_000 * 86_400 * NS_PER_SECOND


def vault_day() -> list[tuple[int, AnyCommand]]:
    """Return stamped commands, a few seconds apart."""
    told: list[tuple[int, AnyCommand]] = []
    stamps = count(DAY_NS, 4 * NS_PER_SECOND)

    def say(*commands: AnyCommand) -> None:
        told.extend((next(stamps), command) for command in commands)

    def price(dollars: int) -> None:
        at_ns = next(stamps)
        nanos = dollars * E9
        told.append((at_ns, c.SubmitPrint(MARKET, "tape", nanos, at_ns, at_ns, NS_PER_SECOND)))
        say(c.PassTime())

    def order(account: int, side: Side, dollars: int, tif: TimeInForce) -> AnyCommand:
        ticks = dollars * 100
        return c.PlaceOrder(account, MARKET, side, 5_000, ticks, time_in_force=tif)

    say(
        c.ListMarket(vaulted(2, scale=100)),
        c.OpenAccount("ann"),
        c.OpenAccount("bob"),
        c.Deposit(ANN, 10_000 * E6),
        c.Deposit(BOB, 100_000 * E6),
        c.FundInsurance(10_000 * E6),
        c.ChangeSession(MARKET, Session.REGULAR, Closure.NONE, DAY_NS, None, None),
    )
    price(250)
    say(
        c.MoveCollateral(ANN, MARKET, units_e9=6 * E9),
        c.Mint(ANN, MARKET, 9_000),
        order(BOB, Side.BUY, 100, TimeInForce.GTC),
        order(ANN, Side.SELL, 100, TimeInForce.IOC),
        c.Burn(ANN, MARKET, 1_000),
        c.MoveCollateral(ANN, MARKET, units_e9=-E9),
        # Five units become one, and its call is over half a minute later.
        c.AnnounceAction(MARKET, c.Split(1, 5)),
        *[c.PassTime() for _ in range(9)],
    )
    price(275 * 5)  # The ratio falls to 1.42: half of the debt goes.
    say(c.HaltMarket(MARKET, "operator", c.HaltKind.FREEZE))
    price(900 * 5)  # Frozen, so that the settlement finds more debt than collateral.
    say(c.HaltMarket(MARKET, "operator", c.HaltKind.SETTLE), c.PassTime(), c.PassTime())
    return told
