"""One order's cost: our book alone, and the whole path from decoded message to encoded answer."""

from collections.abc import Callable, Iterator
from hashlib import blake2b

import msgspec

from scripts.benchmarks.figures import Figure, Scale, cpu_seconds, medians
from scripts.benchmarks.flow import ADD, CANCEL, Op, ops
from scripts.benchmarks.minimal_book import MinimalBook
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.book import Book, Order
from venue.core.commands import Side, TimeInForce
from venue.core.engine import Engine
from venue.core.phases import Closure, Session
from venue.core.units import E6, E9, NS_PER_SECOND
from venue.gateway.answers import answer
from venue.gateway.envelopes import Answer, ErrorAnswer, ErrorBody, encode
from venue.gateway.private_params import CancelOrderParams, PlaceOrderParams
from venue.gateway.scales import MarketTable
from venue.gateway.translate import TRANSLATE, Sender
from venue.rules.build import build
from venue.rules.rulebooks import spec

START_NS = 1_744_383_600 * NS_PER_SECOND
ACCOUNTS = 20
# The sequencer hashes and journals in groups; under load they are larger.
GROUP = 32
BUY, SELL = Side.BUY, Side.SELL


def minimal(flow: list[Op]) -> int:
    """Run the flow through the minimal book; return how many fills it told."""
    book = MinimalBook()
    submit, cancel = book.submit, book.cancel
    fills = 0
    for number, op in enumerate(flow):
        if op.kind == CANCEL:
            cancel(op.target)
        else:
            fills += len(submit(number, op.is_buy, op.price_ticks, op.lots, op.kind == ADD))
    return fills


def our_book(flow: list[Op]) -> int:
    """Run the flow through our book alone, telling fills as the minimal book does."""
    book = Book()
    orders: dict[int, Order] = {}
    accepted = ev.OrderAccepted(
        1, 1, "TSLA", BUY, 1, 1, TimeInForce.GTC, False, False, None,
        cmd.SelfTrade.CANCEL_RESTING, None, False, 0, False, True,
    )  # fmt: skip
    told = 0
    for number, op in enumerate(flow):
        if op.kind == CANCEL:
            order = orders.pop(op.target, None)
            if order is not None:
                book.remove(order)
            continue
        is_buy, price, lots = op.is_buy, op.price_ticks, op.lots
        fills = []
        while lots:
            maker = book.best_maker(is_buy, price)
            if maker is None:
                break
            fill = min(lots, maker.remaining_lots)
            lots -= fill
            book.reduce(maker, fill)
            fills.append((maker.order_id, number, maker.limit_ticks, fill))
            if not maker.remaining_lots:
                del orders[maker.order_id]
        if lots and op.kind == ADD:
            # As the engine makes one that rests: in the book, and not arriving any more.
            order = orders[number] = Order(
                number, 1, "TSLA", is_buy, price, lots, lots, False, accepted, 0, 0, True, False
            )
            book.add(order)
        told += len(fills)
    return told


def opening(accounts: int = ACCOUNTS) -> list[tuple[int, cmd.Command]]:
    """Return what opens a venue: TSLA in its regular session at $250, and rich accounts."""
    first: list[cmd.Command] = [cmd.ListMarket(spec("TSLA"))]
    for number in range(1, accounts + 1):
        first += [cmd.OpenAccount(f"bot-{number}"), cmd.Deposit(number, 90_000_000 * E6)]
    first += [
        cmd.ChangeSession("TSLA", Session.REGULAR, Closure.NONE, START_NS, None, None),
        cmd.SubmitPrint("TSLA", "tape", 250 * E9, START_NS, START_NS, 3_600 * E9),
    ]
    return [*((START_NS, each) for each in first), (START_NS + 4 * NS_PER_SECOND, cmd.PassTime())]


def venue_with_accounts(accounts: int = ACCOUNTS) -> Engine:
    """Return an engine after the opening."""
    engine = Engine(build)
    for at_ns, command in opening(accounts):
        engine.execute(command, at_ns=at_ns)
    return engine


Asked = PlaceOrderParams | CancelOrderParams


def asked(flow: list[Op], accounts: int = ACCOUNTS) -> list[tuple[int, Asked]]:
    """Return the flow as decoded messages, and whose each is."""
    made: list[tuple[int, Asked]] = []
    for number, op in enumerate(flow):
        if op.kind == CANCEL:
            made.append((op.target % accounts, CancelOrderParams(client_order_id=f"o{op.target}")))
            continue
        params = PlaceOrderParams(
            market="TSLA",
            side=BUY if op.is_buy else SELL,
            size=f"{op.lots // 1000}.{op.lots % 1000:03}",
            price=f"{op.price_ticks // 100}.{op.price_ticks % 100:02}",
            time_in_force=TimeInForce.GTC if op.kind == ADD else TimeInForce.IOC,
            client_order_id=f"o{number}",
        )
        made.append((number % accounts, params))
    return made


def commands_of(flow: list[Op], accounts: int = ACCOUNTS) -> Iterator[cmd.Command]:
    """Yield the flow as commands."""
    table = MarketTable()
    table.list(spec("TSLA"))
    for account, params in asked(flow, accounts):
        yield TRANSLATE[type(params)](params, Sender(account + 1, account + 1, account + 1), table)


def whole_path(messages: list[tuple[int, Asked]]) -> Callable[[], None]:
    """Return the path: translate, execute, answer, encode; hash commands and events in groups."""
    engine = venue_with_accounts()
    table = MarketTable()
    table.list(spec("TSLA"))
    senders = [Sender(number + 1, number + 1, number + 1) for number in range(ACCOUNTS)]
    pack = msgspec.msgpack.Encoder().encode
    at_ns = engine.state.now_ns
    state = engine.state

    def run() -> None:
        chain = blake2b(digest_size=32)
        execute = engine.execute
        commands: list[tuple[int, cmd.Command]] = []
        happened: list[list[ev.Event]] = []
        for account, params in messages:
            command = TRANSLATE[type(params)](params, senders[account], table)
            events = execute(command, at_ns=at_ns)
            commands.append((at_ns, command))
            happened.append(events)
            if len(commands) == GROUP:
                chain.update(pack(commands))
                chain.update(pack(happened))
                commands, happened = [], []
            result = answer(command, state.seq, at_ns, events, table)
            if isinstance(result, ErrorBody):
                encode(ErrorAnswer(account, result))
            else:
                encode(Answer(account, result, None))

    return run


def measure(scale: Scale) -> list[Figure]:
    """Measure; in each round the three take turns."""
    flow = ops(scale.of(200_000, 10_000))
    messages = asked(flow)
    assert minimal(flow) == our_book(flow), "our book and the minimal book tell other fills"
    rounds = []
    for _ in range(scale.rounds):
        base = cpu_seconds(lambda: minimal(flow))
        book = cpu_seconds(lambda: our_book(flow))
        whole = cpu_seconds(whole_path(messages))
        rounds.append((base / len(flow) * 1e6, base / book, whole / base))
    base_us, book_speed, path_cost = medians(rounds)
    note = f"an operation of the minimal book took {base_us:.2f} us"
    return [
        Figure("our book alone, of the minimal book's speed", book_speed, "x", "at least", 0.9),
        Figure("an order, message to answer, of its cost", path_cost, "x", "at most", 6, note),
    ]
