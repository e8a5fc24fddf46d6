"""A day at a small venue, as commands: enough for every table to have rows.

Two makers quote TSLA round its prints, a taker trades, a long at 20x meets a fall of a fifth, a
weekend comes. The same seed gives the same commands.
"""

from collections.abc import Iterator, Sequence
from random import Random

from msgspec.structs import replace

from venue.core import commands as c
from venue.core.engine import Engine
from venue.core.listing import RuleRef
from venue.core.phases import Closure, Session
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_SECOND
from venue.rules.build import build
from venue.rules.rulebooks import spec
from venue.store.journal import (
    GENESIS_CHAIN,
    Group,
    Journal,
    chain_after,
    pack_commands,
    pack_events,
)
from venue.store.replay import Executed

START_NS = 1_744_378_200 * NS_PER_SECOND  # Friday 2025-04-11 09:30 in New York.
ANN, BOB, TOM, LEO, IVY = 1, 2, 3, 4, 5

Timed = tuple[int, c.AnyCommand]


def venue_day(
    turns: int = 60,
    seed: int = 7,
    insurance_dollars: int = 20_000,
    rules: tuple[RuleRef, ...] = (),
    pool_dollars: int = 0,
) -> Iterator[Timed]:
    """Yield (time in ns, command); with ``pool_dollars`` ann pays into the pool, and leaves."""
    chance = Random(seed)
    at_ns = START_NS
    listed = spec("TSLA", "naive_print")
    named = {rule.kind: rule for rule in (*listed.rules, *rules)}
    call_ns = 0 if pool_dollars else listed.reopen_call_ns
    rules = tuple(named.values())
    yield at_ns, c.ListMarket(replace(listed, rules=rules, reopen_call_ns=call_ns))
    yield at_ns, _session(Session.REGULAR, Closure.NONE, at_ns)
    yield at_ns, c.FundInsurance(insurance_dollars * E6)
    for name in ("ann", "bob", "tom", "leo", "ivy"):
        yield at_ns, c.OpenAccount(name)
    for account in (ANN, BOB, TOM):
        yield at_ns, c.Deposit(account, 1_000_000 * E6)
    yield at_ns, c.Deposit(LEO, 700 * E6)
    yield at_ns, c.Deposit(IVY, 900 * E6)
    yield at_ns, c.ResetAccount(IVY, 920 * E6)
    yield at_ns, c.SetLeverage(LEO, "TSLA", 20)
    yield at_ns, c.SetLeverage(IVY, "TSLA", 20, c.MarginMode.ISOLATED)
    price_ticks = 25_000
    for turn in range(turns):
        at_ns += 10 * NS_PER_SECOND
        if turn == turns // 2:
            price_ticks = price_ticks * 4 // 5
        price_ticks += chance.randint(-20, 20)
        yield at_ns, _print(price_ticks, at_ns)
        at_ns += 3 * NS_PER_SECOND
        yield at_ns, c.PassTime()
        for maker in (ANN, BOB):
            yield at_ns, c.CancelAll(maker)
            if turns // 2 <= turn < turns // 2 + 3:
                continue  # Nobody quotes into the fall: the fund has to take over.
            for side, away in ((c.Side.BUY, -1), (c.Side.SELL, 1)):
                limit_ticks = price_ticks + away * chance.randint(2, 30)
                yield at_ns, c.PlaceOrder(maker, "TSLA", side, 20_000, limit_ticks)
        if turn == 5:
            buy = c.TimeInForce.IOC
            yield at_ns, c.PlaceOrder(LEO, "TSLA", c.Side.BUY, 40_000, price_ticks + 200, buy)
            trigger = c.TriggerKind.TAKE_PROFIT
            yield at_ns, c.PlaceTrigger(TOM, "TSLA", c.Side.SELL, 100, trigger, price_ticks * 2)
            trigger = c.TriggerKind.STOP
            yield at_ns, c.PlaceTrigger(TOM, "TSLA", c.Side.SELL, 100, trigger, 22_000)
        if turn == 6:
            buy = c.TimeInForce.IOC
            yield at_ns, c.PlaceOrder(IVY, "TSLA", c.Side.BUY, 20_000, price_ticks + 200, buy)
            yield at_ns, c.MoveIsolatedMargin(IVY, "TSLA", 300 * E6)
        if pool_dollars and turn == 0:
            yield at_ns, c.DepositToPool(ANN, "TSLA", pool_dollars * E6)
        if pool_dollars and turn == 10:
            yield at_ns, c.WithdrawFromPool(ANN, "TSLA", 1_000 * E6)
        if turn == 7:
            yield from _amended_and_reduced(at_ns, price_ticks)
        size_lots = chance.randint(1, 30) * 100
        side = chance.choice((c.Side.BUY, c.Side.SELL))
        yield at_ns, c.PlaceOrder(TOM, "TSLA", side, size_lots, None, c.TimeInForce.IOC)
        yield at_ns, c.CancelOrder(TOM, 1, None)
    at_ns += NS_PER_HOUR
    yield at_ns, c.PassTime()
    yield at_ns, _session(Session.NO_TRADING, Closure.WEEKEND, at_ns)
    yield at_ns, c.RecordDowntime(at_ns + NS_PER_HOUR)
    yield at_ns + 2 * NS_PER_HOUR, c.PassTime()
    yield at_ns + 2 * NS_PER_HOUR, c.Withdraw(ANN, 5 * E6)
    yield at_ns + 2 * NS_PER_HOUR, c.HaltMarket("TSLA", "test")
    yield at_ns + 2 * NS_PER_HOUR, c.HaltMarket("TSLA", "test", c.HaltKind.SETTLE)


def _amended_and_reduced(at_ns: int, price_ticks: int) -> Iterator[Timed]:
    """An order is amended, meets its own account, is reduced by it, and is amended again."""
    low_ticks = price_ticks - 500
    yield at_ns, c.PlaceOrder(TOM, "TSLA", c.Side.BUY, 900, low_ticks, client_order_id="low")
    yield at_ns, c.AmendOrder(TOM, None, "low", None, 800)
    yield at_ns, c.AmendOrder(TOM, None, "low", price_ticks + 1, 600)
    take = c.SelfTrade.DECREMENT
    yield (
        at_ns,
        c.PlaceOrder(TOM, "TSLA", c.Side.SELL, 200, price_ticks - 400, self_trade=take),
    )
    yield at_ns, c.AmendOrder(TOM, None, "low", price_ticks, 500)
    yield at_ns, c.PlaceOrder(TOM, "TSLA", c.Side.SELL, 9_000, price_ticks, self_trade=take)


def _session(session: Session, closure: Closure, since_ns: int) -> c.ChangeSession:
    return c.ChangeSession("TSLA", session, closure, since_ns, None, None)


def _print(price_ticks: int, at_ns: int) -> c.SubmitPrint:
    price_nanos = price_ticks * E9 // 100
    return c.SubmitPrint("TSLA", "tape", price_nanos, at_ns, at_ns, NS_PER_SECOND)


def fresh_engine() -> Engine:
    return Engine(build)


class Player:
    """Execute commands in groups and journal them, as a sequencer would."""

    def __init__(self, engine: Engine | None = None, chain: bytes = GENESIS_CHAIN) -> None:
        self.engine = engine or fresh_engine()
        self.chain = chain
        self.executed: list[Executed] = []

    def group(self, commands: Sequence[tuple[int, c.Command]]) -> Group:
        """Execute commands as one group and return its row."""
        first_seq = self.engine.state.seq + 1
        events = []
        for at_ns, command in commands:
            events.append(self.engine.execute(command, at_ns=at_ns))
            self.executed.append(Executed(self.engine.state.seq, at_ns, events[-1]))
        packed = pack_commands(commands)
        self.chain = chain_after(self.chain, commands=packed, events=pack_events(events))
        return Group(first_seq, self.engine.state.seq, commands[-1][0], packed, self.chain)

    async def play(self, journal: Journal, commands: list[Timed], *, size: int = 7) -> None:
        """Execute and append all commands, ``size`` to a group."""
        for begin in range(0, len(commands), size):
            await journal.append(self.group(commands[begin : begin + size]))
