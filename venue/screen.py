"""The live view in the terminal: prices, sessions, funding, trades, liquidations.

It is drawn from the durable state a few times a second and costs the order path nothing.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.auction import indication_of
from venue.core.commands import Command
from venue.core.events import Event
from venue.core.market import Market
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.policies import Action, Validity
from venue.core.state import State, source_of
from venue.core.units import E6, E9, E12, NS_PER_SECOND
from venue.plain import plain

REFRESH_SECONDS = 0.25
LINES = 8
HINTS_MAX = 6
NEW_YORK = ZoneInfo("America/New_York")
HOURS_PER_YEAR = 8_760


class Column(NamedTuple):
    """One column of the markets: the lower its rank, the later it is left out."""

    name: str
    width: int
    rank: int
    right: bool = False


COLUMNS = (
    Column("market", 6, 0),
    Column("session", 22, 4),
    Column("next", 22, 6),
    Column("phase", 12, 5),
    Column("last P", 9, 3, right=True),
    Column("index O", 14, 1, right=True),
    Column("mark M", 9, 2, right=True),
    Column("bid", 9, 7, right=True),
    Column("ask", 9, 8, right=True),
    Column("funding/h", 9, 9, right=True),
    Column("a year", 7, 11, right=True),
    Column("open int.", 9, 10, right=True),
)
# What waits while an actions rule blocks it.
WAITS = {
    Action.MATCH: "trades with the book",
    Action.MARGIN: "opening positions and taking money out",
    Action.LIQUIDATE: "liquidations",
    Action.TRIGGER: "triggers",
    Action.FUND: "funding",
    Action.INDEX: "the index",
}
FRAME = 3  # What a column costs beside its width.
SIDE_BY_SIDE = 120
TABLE_FRAME = 4  # Lines of a table beside its rows.
TRADE_WIDTH = 52  # Of the trades with their frame: no price may be cut.


class Screen:
    """Collects durable events, and draws them with the state.

    ``where`` is a line for people: the address of the bots' door, where the tokens are.
    ``trouble`` says why nothing is acknowledged now, or ``None``.
    """

    def __init__(
        self,
        *,
        title: str,
        speed: Callable[[], str],
        where: str,
        trouble: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._title = title
        self._speed = speed
        self._where = where
        self._trouble = trouble
        self._is_asked = False
        self._trades: deque[tuple[int, ev.Traded]] = deque(maxlen=LINES)
        self._news: deque[tuple[int, Event]] = deque(maxlen=LINES)
        self._console = Console()
        self._drawn: Group | str = "starting ..."

    def listen(self, seq: int, at_ns: int, command: Command, events: Sequence[Event]) -> None:
        """Take note of one durable command."""
        for event in events:
            kind = type(event)
            if kind is ev.TimePassed:
                assert isinstance(event, ev.TimePassed)
                at_ns = event.at_ns
            elif kind is ev.Traded:
                assert isinstance(event, ev.Traded)
                self._trades.append((at_ns, event))
            elif isinstance(event, NEWS):
                self._news.append((at_ns, event))

    def draw(self, state: State) -> None:
        """Draw the state; to be called at a flush point."""
        self._is_asked = False
        width = self._console.width
        speed = self._speed()
        pace = "in lock-step" if speed == "0" else f"at {speed}x"
        head = Text.assemble(
            (f" {self._title} ", "bold reverse"),
            f"  {_clock(state.now_ns, day=True)} New York  {pace}  seq {state.seq:,}"
            f"  accounts {len(state.accounts)} with insurance",
            no_wrap=True,
        )
        fund = state.accounts[INSURANCE]
        foot = Text.assemble(
            f" insurance {_dollars(fund.balance_micros)}",
            f"  bad debt {_dollars(-state.ledger.bad_debt_micros)}",
            f"  fees {_dollars(state.ledger.fees_micros)}",
            f"  liquidations open {len(state.liquidations) + len(state.breaches)}",
            no_wrap=True,
        )
        where = Text(f" {self._where}", style="dim", no_wrap=True)
        hints = [*_hint(state, in_step=speed == "0"), *_told(state)][:HINTS_MAX]
        drawn: list[RenderableType] = [
            head,
            _markets(state, width),
            foot,
            where,
            *hints,
        ]
        above = len(state.markets) + TABLE_FRAME + len(drawn) - 1
        self._drawn = Group(*drawn, *self._tape(state, width, self._console.height - above))

    def shown(self) -> Group | str:
        """Return what was drawn last; while the journal is gone, under a line that says so."""
        why = self._trouble()
        if why is None:
            return self._drawn
        said = f" nothing is acknowledged, and nothing below is of now: {plain(why)} "
        return Group(Text(said, style="bold white on red"), self._drawn)

    def _tape(self, state: State, width: int, height: int) -> Iterator[RenderableType]:
        """The last trades beside what else happened; on a narrow screen below, if there is room."""
        below = width < SIDE_BY_SIDE
        has_room = not below or height >= 2 * (LINES + 2)
        trades = Panel(
            Group(*(_trade(state, *each) for each in reversed(self._trades))),
            title="trades",
            height=LINES + 2,
        )
        news = Panel(
            Group(*(_news(state, *each) for each in reversed(self._news))),
            title="sessions, calls, liquidations",
            subtitle=None if has_room else f"trades: in {SIDE_BY_SIDE} columns, or more lines",
            height=LINES + 2,
        )
        if below:
            yield news
            if has_room:
                yield trades
            return
        tape = Table.grid(expand=True)
        tape.add_column(width=TRADE_WIDTH)
        tape.add_column(ratio=1)
        tape.add_row(trades, news)
        yield tape

    async def show(self, ask: Callable[[Callable[[State], None]], None]) -> None:
        """Draw until cancelled."""
        with Live(
            console=self._console,
            screen=True,
            get_renderable=self.shown,
            auto_refresh=False,
        ) as live:
            while True:
                if not self._is_asked:  # While the journal is gone nobody answers.
                    self._is_asked = True
                    ask(self.draw)
                live.refresh()
                await asyncio.sleep(REFRESH_SECONDS)


def shown_columns(width: int) -> list[Column]:
    """Return the columns that fit a width, in their order; what matters most stays longest."""
    left = width - 1
    kept: set[str] = set()
    for column in sorted(COLUMNS, key=lambda each: each.rank):
        left -= column.width + FRAME
        if left < 0:
            break
        kept.add(column.name)
    return [column for column in COLUMNS if column.name in kept]


def _hint(state: State, *, in_step: bool) -> Iterator[Text]:
    """Say what people may be waiting for."""
    if in_step:
        yield Text(" time moves when all bots in step have said that they are ready", style="cyan")
        return
    waiting = [name for name, each in state.markets.items() if each.index_nanos is None]
    if waiting:
        yield Text(
            f" {', '.join(waiting)}: no price from outside yet; "
            "trading begins with the first print",
            style="cyan",
        )


def _told(state: State) -> Iterator[Text]:
    """Say of each market what a call would give, how good its outside price is, where it goes."""
    for name, market in state.markets.items():
        said = [*_said_of(state, name, market)]
        if said:
            yield Text(f" {name}: {'; '.join(said)}", style="yellow", no_wrap=True)


def _said_of(state: State, name: str, market: Market) -> Iterator[str]:
    found = indication_of(market)
    if found is not None:
        left = abs(found.imbalance_lots)
        side = "bids" if found.imbalance_lots > 0 else "asks"
        yield (
            f"the uncross would be {_size(state, name, found.paired_lots)} @ "
            f"{_price(market, found.price_ticks)}"
            + (f", {_size(state, name, left)} of {side} left" if left else "")
        )
    if market.outside_nanos is not None:
        yield f"the index is on its way to {_nanos(market.outside_nanos)}"
    if market.pricing is Pricing.EXTERNAL and market.validity is not Validity.VALID:
        yield f"the outside price is {market.validity.name.lower().replace('_', ' ')}"
    held = [source for source, feed in sorted(market.feeds.items()) if feed.held_nanos is not None]
    if held:
        yield f"prints of {', '.join(held)} are held back since the split (not_split)"
    if market.blocked and market.index_nanos is not None:  # Before there is one all waits anyway.
        yield f"wait for a better price: {', '.join(WAITS[each] for each in market.blocked)}"
    if market.phase is Phase.HALTED:
        yield f"halted ({market.phase_why})"
    if market.terms.reduce_only:
        yield f"positions may only shrink ({market.reducing_why or 'session'})"


def _markets(state: State, width: int) -> Table:
    columns = shown_columns(width)
    table = Table()
    for column in columns:
        table.add_column(
            column.name,
            width=column.width,
            no_wrap=True,
            justify="right" if column.right else "left",
        )
    for name, market in state.markets.items():
        cells = _cells(state, name, market)
        table.add_row(*(cells[column.name] for column in columns))
    return table


def _cells(state: State, name: str, market: Market) -> dict[str, Text | str]:
    """Return one market's row, by column."""
    source = source_of(state, market)
    left = "" if source.next_change_ns is None else _left(source.next_change_ns - state.now_ns)
    phase = market.phase.value
    if market.phase is Phase.CONTINUOUS and market.terms.reduce_only:
        phase = "reduce only"
    elif market.phase is Phase.AUCTION and market.phase_until_ns is not None:
        phase = f"call {_left(market.phase_until_ns - state.now_ns)}"
    internal = market.pricing is Pricing.INTERNAL and market.index_nanos is not None
    rate = market.last_rate_e12 / E12
    interest = market.open_interest_lots * market.spec.units.lot_e9 / E9
    return {
        "market": Text(name, style="bold"),
        "session": _session(source.session, source.closure),
        "next": f"{left} {_session(source.next_session) if source.next_session else ''}",
        "phase": Text(phase, style="yellow" if market.phase is not Phase.CONTINUOUS else ""),
        "last P": _price(market, market.last_ticks),
        "index O": Text(
            _nanos(market.index_nanos) + (" book" if internal else ""),
            style="magenta" if internal else "green",
        ),
        "mark M": _nanos(market.mark_nanos),
        "bid": _price(market, market.book.bids.best_ticks()),
        "ask": _price(market, market.book.asks.best_ticks()),
        "funding/h": f"{rate:+.5%}",
        "a year": f"{rate * HOURS_PER_YEAR:+.1%}",
        "open int.": f"{interest:,.1f}",
    }


def _session(session: Session, closure: Closure = Closure.NONE) -> str:
    """Return a session, and what kind of closure it is where its name does not say so."""
    name = "closed" if session is Session.NO_TRADING else session.value
    kind = closure.value.replace("_", " ")
    return name if closure is Closure.NONE or kind == name.lower() else f"{name}, {kind}"


def _price(market: Market, ticks: int | None) -> str:
    return "-" if ticks is None else _nanos(ticks * market.spec.units.tick_nanos)


def _nanos(nanos: int | None) -> str:
    return "-" if nanos is None else f"{nanos / E9:,.2f}"


def _dollars(micros: int) -> str:
    return f"${micros / E6:,.2f}"


def _left(ns: int) -> str:
    seconds = max(0, ns) // NS_PER_SECOND
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}"


def _clock(at_ns: int, *, day: bool = False) -> str:
    local = datetime.fromtimestamp(at_ns / NS_PER_SECOND, UTC).astimezone(NEW_YORK)
    return local.strftime("%a %Y-%m-%d %H:%M:%S" if day else "%a %H:%M:%S")


def _size(state: State, market: str, lots: int) -> str:
    return f"{lots * state.markets[market].spec.units.lot_e9 / E9:,.3f}"


def _trade(state: State, at_ns: int, event: ev.Traded) -> Text:
    buys = event.taker_side.value == "buy"
    price = _price(state.markets[event.market], event.price_ticks)
    return Text(
        f"{_clock(at_ns)} {event.market:6} {event.taker_side.value:4} "
        f"{_size(state, event.market, event.size_lots):>8} @ {price}",
        style="green" if buys else "red",
        no_wrap=True,
    )


# What is worth a line beside the trades.
NEWS = (
    ev.SessionChanged,
    ev.PricingChanged,
    ev.ReducingOnly,
    ev.PhaseChanged,
    ev.AuctionUncrossed,
    ev.LiquidationStarted,
    ev.LiquidationEnded,
    ev.Deleveraged,
    ev.ShortfallPaid,
)


def _news(state: State, at_ns: int, event: Event) -> Text:
    """Return the line that an event is worth."""
    text = ""
    when = _clock(at_ns)
    match event:
        case ev.SessionChanged():
            text = f"{event.underlying}: {_session(event.session, event.closure)}"
        case ev.PricingChanged():
            origin = "outside prices" if event.pricing is Pricing.EXTERNAL else "our own book"
            text = f"{event.market}: index from {origin} ({event.why})"
        case ev.ReducingOnly():
            what = f"may only shrink ({event.why})" if event.why else "may grow again"
            text = f"{event.market}: positions {what}"
        case ev.PhaseChanged():
            text = f"{event.market}: {event.phase.value}, {event.why}"
        case ev.AuctionUncrossed():
            price = _price(state.markets[event.market], event.price_ticks)
            if event.price_ticks is None:
                return Text(f"{when} {event.market}: the call ended, nothing crossed")
            text = (
                f"{event.market}: uncross {_size(state, event.market, event.size_lots)} @ {price}, "
                f"stale quotes stood to lose {_dollars(event.stale_micros)}"
            )
        case ev.LiquidationStarted():
            name = state.accounts[event.account].name
            text = f"{name}: below maintenance, equity {_dollars(event.equity_micros)}"
        case ev.LiquidationEnded():
            text = f"{state.accounts[event.account].name}: liquidation over, {event.outcome.value}"
        case ev.Deleveraged():
            size = _size(state, event.position_market, abs(event.size_lots))
            name = state.accounts[event.counterparty].name
            text = f"{name}: deleveraged {size} {event.position_market}"
        case ev.ShortfallPaid():
            text = _shortfall(state, event)
    warns = isinstance(event, ev.LiquidationStarted | ev.Deleveraged | ev.ShortfallPaid)
    return Text(f"{when} {plain(text)}", style="red" if warns else "")


def _shortfall(state: State, event: ev.ShortfallPaid) -> str:
    """Say who pays whom: the fund what an account lacks, or an account what it has left."""
    name, payer = (state.accounts[number].name for number in (event.account, event.payer))
    paid = event.insurance_micros
    if paid < 0:
        text = f"{name} leaves {_dollars(-paid)} to {payer}"
    else:
        text = f"{payer} pays {_dollars(paid)} for {name}"
    return f"{text}, bad debt {_dollars(event.bad_debt_micros)}"
