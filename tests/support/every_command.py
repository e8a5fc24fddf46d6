"""A quarter of an hour in which every kind of command comes at least once, for recorded journals.

The market of the settings is listed as a fresh venue lists it; beside it one with a pool, one with
vaults and one with committed makers, all on TSLA. At the end something of everything is open, so
that a checkpoint has it all in it.
"""

from collections.abc import Iterator
from typing import get_args

from msgspec.structs import replace

from tests.core.test_makers import DUTY
from tests.store.venue_day import Timed
from tests.support.desk import listing as plain_listing
from tests.support.pools import pool_listing
from tests.support.vaults import vaulted
from venue.config import AccountSettings, MarketSettings, Settings
from venue.core import commands as c
from venue.core.commands import AnyCommand, MarginMode, Side, TimeInForce, TriggerKind
from venue.core.listing import MarketSpec
from venue.core.phases import Closure, Session
from venue.core.units import E6, E9, NS_PER_DAY, NS_PER_MINUTE, NS_PER_SECOND
from venue.listings import listing
from venue.opening import genesis
from venue.rules.build import ref

START_NS = 1_744_383_600 * NS_PER_SECOND  # Friday 2025-04-11 11:00 in New York.
SETTINGS = Settings(
    markets=(MarketSettings(market="TSLA"),),
    accounts=(AccountSettings(name="ann"), AccountSettings(name="bob")),
    house=False,
)
ANN, BOB, SUB = 1, 2, 3
TSLA, POOL, VAULT, MAKER = "TSLA", "TSLA-POOL", "TSLA-VAULT", "TSLA-MAKER"
BUY, SELL = Side.BUY, Side.SELL
KINDS: frozenset[type[AnyCommand]] = frozenset(get_args(AnyCommand))


def every_command() -> list[Timed]:
    """Return (time in ns, command), the same each time."""
    return list(_commands())


def _commands() -> Iterator[Timed]:
    at_ns = START_NS
    for said in _opening():
        yield at_ns, said
    yield from _prints(at_ns, 250)
    for number, said in enumerate(_trading(at_ns + 10 * NS_PER_SECOND)):
        yield at_ns + 10 * NS_PER_SECOND + number * NS_PER_SECOND // 10, said
    for minute, dollars in enumerate((251, 249, 252), start=1):
        yield from _prints(at_ns + minute * NS_PER_MINUTE, dollars)
    at_ns += 5 * NS_PER_MINUTE
    for said in _operating(at_ns):
        yield at_ns, said
    yield from _prints(at_ns + NS_PER_SECOND, 126)
    at_ns += NS_PER_MINUTE
    for said in _closing(at_ns):
        yield at_ns, said


def _opening() -> Iterator[AnyCommand]:
    specs = [listing(each) for each in SETTINGS.markets]
    for command in genesis(SETTINGS, specs):
        assert isinstance(command, AnyCommand), "the journal holds these"
        yield command
    makers = plain_listing("naive_print", ref("makers", "sla", **DUTY))
    beside = {POOL: pool_listing(), VAULT: vaulted(1, vault="cash"), MAKER: makers}
    for name, spec in beside.items():
        yield c.ListMarket(_named(spec, name))
    yield c.OpenAccount("ann-2", ANN)
    yield c.Deposit(SUB, 10_000 * E6)
    yield c.ChangeSession(TSLA, Session.REGULAR, Closure.NONE, START_NS, None, None)


def _named(spec: MarketSpec, name: str) -> MarketSpec:
    return replace(spec, market=name, underlying=TSLA)


def _prints(at_ns: int, dollars: int) -> Iterator[Timed]:
    for _ in range(3):
        yield at_ns, c.SubmitPrint(TSLA, "tape", dollars * E9, at_ns, at_ns, NS_PER_SECOND, E9)
        at_ns += 2 * NS_PER_SECOND
        yield at_ns, c.PassTime()


def _trading(at_ns: int) -> Iterator[AnyCommand]:
    yield c.SetLeverage(ANN, TSLA, 5, MarginMode.ISOLATED)
    yield c.SetProvider(BOB, TSLA, 0)
    yield c.SetCancelOnDisconnect(BOB, 7, True)
    yield c.PlaceOrder(BOB, TSLA, SELL, 9_000, 25_010, client_order_id="ask", connection=7)
    yield c.PlaceOrder(ANN, TSLA, BUY, 2_000, 25_010, TimeInForce.IOC)
    yield c.PlaceOrder(ANN, TSLA, BUY, 1_000, 24_000, post_only=True, client_order_id="bid")
    yield c.AmendOrder(ANN, None, "bid", 24_100, 900, TSLA)
    yield c.MoveIsolatedMargin(ANN, TSLA, 50 * E6)
    yield c.PlaceTrigger(ANN, TSLA, SELL, None, TriggerKind.STOP, 20_000, group="exit")
    yield c.PlaceOrder(SUB, TSLA, BUY, 500, 24_500, stop_ticks=23_000, take_profit_ticks=27_000)
    yield c.PlaceTwap(SUB, TSLA, BUY, 11_000, 5 * NS_PER_MINUTE, client_order_id="slow")
    yield c.PlaceScale(BOB, TSLA, BUY, 4_000, 23_000, 23_300, 4, client_order_id="steps")
    yield c.CancelOrder(ANN, None, "never")
    yield c.SetCancelAllAfter(SUB, at_ns + NS_PER_DAY)
    yield c.DepositToPool(ANN, POOL, 20_000 * E6)
    yield c.MoveCollateral(BOB, VAULT, cash_micros=9_000 * E6)
    yield c.Mint(BOB, VAULT, 2_000)
    yield c.Burn(BOB, VAULT, 500)
    yield c.CommitMaker(ANN, MAKER, 1_000 * E6)
    yield c.PlaceOrder(ANN, MAKER, BUY, 10_000, 24_950)
    yield c.LoseConnection(BOB, 7)


def _operating(at_ns: int) -> Iterator[AnyCommand]:
    yield c.WithdrawFromPool(ANN, POOL, 1_000 * E6)
    yield c.Withdraw(BOB, 10 * E6)
    yield c.ResetAccount(SUB, 5_000 * E6)
    yield c.FundInsurance(100 * E6)
    yield c.HaltMarket(TSLA, "news")
    yield c.ResumeMarket(TSLA, 0)
    yield c.AnnounceAction(MAKER, c.Dividend(E9), at_ns + 3 * NS_PER_DAY)
    yield c.WithdrawAction(MAKER, 64)  # The seq of the one before.
    yield c.AnnounceAction(TSLA, c.Split(2, 1), 0)
    yield c.SubmitPrint(TSLA, "late", 250 * E9, at_ns, at_ns, NS_PER_SECOND)
    yield c.CountSource(TSLA, "late", 2, 1)


def _closing(at_ns: int) -> Iterator[AnyCommand]:
    yield c.AnnounceAction(MAKER, c.Rename("TSLA-MAKERS"), at_ns + 2 * NS_PER_DAY)
    yield c.AnnounceAction(POOL, c.Delisting(), at_ns + 4 * NS_PER_DAY)
    yield c.AnnounceAction(MAKER, c.Merger(E9, TSLA, 3, 7), at_ns + 3 * NS_PER_DAY)
    yield c.CancelAll(BOB, MAKER)
    yield c.CommitMaker(ANN, MAKER, 1_500 * E6)
    yield c.DepositToPool(ANN, POOL, 500 * E6)
    yield c.PlaceOrder(BOB, TSLA, BUY, 1_000, 12_400, client_order_id="rests")
    yield c.PlaceTwap(BOB, MAKER, BUY, 11_000, 5 * NS_PER_MINUTE, client_order_id="open")
    yield c.RecordDowntime(at_ns)
    yield c.ChangeSession(TSLA, Session.NO_TRADING, Closure.WEEKEND, at_ns, None, None)
