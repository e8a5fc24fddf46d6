"""One order's cost: our book alone, and the core with event hash, against the minimal book."""

import gc
import time
from hashlib import blake2b

import msgspec

from scripts.benchmarks.flow import ADD, CANCEL, Op, ops
from scripts.benchmarks.minimal_book import MinimalBook
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.book import Book, Order
from venue.core.commands import Side, TimeInForce
from venue.core.engine import Engine
from venue.core.phases import Closure, Session
from venue.core.units import E6, E9, NS_PER_SECOND
from venue.rules.build import build
from venue.rules.rulebooks import spec

START_NS = 1_744_383_600 * NS_PER_SECOND
ACCOUNTS = 20


def minimal(flow: list[Op]) -> tuple[float, int]:
    """Return seconds and trades of the minimal book."""
    book = MinimalBook()
    began = time.perf_counter()
    for number, op in enumerate(flow):
        if op.kind == CANCEL:
            book.cancel(op.target)
        else:
            book.submit(number, op.is_buy, op.price_ticks, op.lots, op.kind == ADD)
    return time.perf_counter() - began, book.trades


def our_book(flow: list[Op]) -> tuple[float, int]:
    """Return seconds and trades of our book alone: adds, cancels, matching at the best maker."""
    book = Book()
    orders: dict[int, Order] = {}
    accepted = ev.OrderAccepted(
        1, 1, "TSLA", Side.BUY, 1, 1, TimeInForce.GTC, False, False, None,
        cmd.SelfTrade.CANCEL_RESTING, None, False, 0, False, True,
    )  # fmt: skip
    trades = 0
    began = time.perf_counter()
    for number, op in enumerate(flow):
        if op.kind == CANCEL:
            order = orders.pop(op.target, None)
            if order is not None:
                book.remove(order)
            continue
        is_buy, price, lots = op.is_buy, op.price_ticks, op.lots
        while lots:
            maker = book.best_maker(taker_is_buy=is_buy, limit_ticks=price)
            if maker is None:
                break
            fill = lots if lots < maker.remaining_lots else maker.remaining_lots
            lots -= fill
            book.reduce(maker, fill)
            trades += 1
            if not maker.remaining_lots:
                del orders[maker.order_id]
        if lots and op.kind == ADD:
            order = Order(number, 1, "TSLA", is_buy, price, lots, lots, False, accepted)
            orders[number] = order
            book.add(order)
    return time.perf_counter() - began, trades


def venue_with_accounts(accounts: int = ACCOUNTS) -> Engine:
    """Return an engine with TSLA open at $250 and rich accounts."""
    engine = Engine(build)
    run = engine.execute
    run(cmd.ListMarket(spec("TSLA")), at_ns=START_NS)
    for number in range(1, accounts + 1):
        run(cmd.OpenAccount(f"bot-{number}"), at_ns=START_NS)
        run(cmd.Deposit(number, 90_000_000 * E6), at_ns=START_NS)
    run(cmd.ChangeSession("TSLA", Session.REGULAR, Closure.NONE, START_NS, None, None),
        at_ns=START_NS)  # fmt: skip
    run(cmd.SubmitPrint("TSLA", "tape", 250 * E9, START_NS, START_NS, 3_600 * E9), at_ns=START_NS)
    run(cmd.PassTime(), at_ns=START_NS + 4 * NS_PER_SECOND)
    return engine


def commands_of(flow: list[Op]) -> list[cmd.Command]:
    """Return the flow as commands; a cancel names its order by client order id."""
    made: list[cmd.Command] = []
    for number, op in enumerate(flow):
        if op.kind == CANCEL:
            made.append(cmd.CancelOrder(1 + op.target % ACCOUNTS, None, f"o{op.target}"))
        else:
            made.append(
                cmd.PlaceOrder(
                    1 + number % ACCOUNTS,
                    "TSLA",
                    Side.BUY if op.is_buy else Side.SELL,
                    op.lots,
                    op.price_ticks,
                    TimeInForce.GTC if op.kind == ADD else TimeInForce.IOC,
                    client_order_id=f"o{number}",
                )
            )
    return made


def core(flow: list[Op]) -> tuple[float, int]:
    """Return seconds and trades of the whole core, events encoded and hashed."""
    engine = venue_with_accounts()
    commands = commands_of(flow)
    encode = msgspec.msgpack.Encoder().encode
    chain = blake2b(digest_size=32)
    at_ns = engine.state.now_ns
    trades = 0
    gc.collect()
    gc.freeze()
    began = time.perf_counter()
    for command in commands:
        events = engine.execute(command, at_ns=at_ns)
        chain.update(encode(events))
        if len(events) > 1:
            trades += len(events) - 1
    seconds = time.perf_counter() - began
    gc.unfreeze()
    return seconds, trades


def main() -> None:
    """Print medians of five interleaved rounds."""
    flow = ops(200_000)
    rounds = []
    for _ in range(5):
        base, trades = minimal(flow)
        book, same = our_book(flow)
        assert trades == same, f"our book made {same} trades, the minimal book {trades}"
        whole, _ = core(flow)
        rounds.append((base, base / book, whole / base))
    middle = [sorted(column)[2] for column in zip(*rounds, strict=True)]
    count = len(flow)
    print(f"minimal book            {middle[0] / count * 1e6:6.2f} us an operation")
    print(f"our book alone          {middle[1]:6.2f} of its speed (goal at least 0.9)")
    print(f"core and event hash     {middle[2]:6.2f} of its cost an operation")


if __name__ == "__main__":
    main()
