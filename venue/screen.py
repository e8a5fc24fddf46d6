"""The live view in the terminal: prices, sessions, funding, trades, liquidations.

It is drawn from the durable state a few times a second and costs the order path nothing.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from venue.core import events as ev
from venue.core.commands import Command
from venue.core.events import Event
from venue.core.phases import Phase
from venue.core.state import INSURANCE, Market, State, source_of
from venue.core.units import E6, E9, E12, NS_PER_SECOND

REFRESH_SECONDS = 0.25
LINES = 8
NEW_YORK = ZoneInfo("America/New_York")
HOURS_PER_YEAR = 8_760


class Screen:
    """Collects durable events, and draws them with the state."""

    def __init__(self, *, title: str, speed: Callable[[], str]) -> None:
        self._title = title
        self._speed = speed
        self._trades: deque[tuple[int, ev.Traded]] = deque(maxlen=LINES)
        self._news: deque[tuple[int, Event]] = deque(maxlen=LINES)
        self._orders = 0
        self._drawn: Group | str = "starting ..."

    def listen(self, seq: int, at_ns: int, command: Command, events: Sequence[Event]) -> None:
        """Take note of one durable command."""
        for event in events:
            kind = type(event)
            if kind is ev.TimePassed:
                assert isinstance(event, ev.TimePassed)
                at_ns = event.at_ns
            elif kind is ev.OrderAccepted:
                self._orders += 1
            elif kind is ev.Traded:
                assert isinstance(event, ev.Traded)
                self._trades.append((at_ns, event))
            elif isinstance(event, NEWS):
                self._news.append((at_ns, event))

    def draw(self, state: State) -> None:
        """Draw the state; to be called at a flush point."""
        head = Text.assemble(
            (f" {self._title} ", "bold reverse"),
            f"  {_clock(state.now_ns, day=True)} New York   speed {self._speed()}x   "
            f"seq {state.seq:,}   orders {self._orders:,}   accounts {len(state.accounts) - 1}",
        )
        fund = state.accounts[INSURANCE]
        foot = Text.assemble(
            f" insurance {_dollars(fund.balance_micros)}",
            f"   bad debt {_dollars(-state.ledger.bad_debt_micros)}",
            f"   fees {_dollars(state.ledger.fees_micros)}",
            f"   liquidations open {len(state.liquidations) + len(state.breaches)}",
        )
        tape = Table.grid(expand=True)
        tape.add_column(ratio=2)
        tape.add_column(ratio=3)
        tape.add_row(
            Panel(
                Group(*(_trade(state, *each) for each in reversed(self._trades))),
                title="trades",
                height=LINES + 2,
            ),
            Panel(
                Group(*(_news(state, *each) for each in reversed(self._news))),
                title="sessions, calls, liquidations, funding",
                height=LINES + 2,
            ),
        )
        self._drawn = Group(head, _markets(state), foot, tape)

    async def show(self, ask: Callable[[Callable[[State], None]], None]) -> None:
        """Draw until cancelled."""
        with Live(
            console=Console(), screen=True, get_renderable=lambda: self._drawn, auto_refresh=False
        ) as live:
            while True:
                ask(self.draw)
                live.refresh()
                await asyncio.sleep(REFRESH_SECONDS)


def _markets(state: State) -> Table:
    table = Table(expand=True)
    for name in ("market", "session", "next", "phase", "last P", "index O", "mark M"):
        table.add_column(name, no_wrap=True)
    for name in ("bid", "ask", "funding/h", "a year", "open interest"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, market in state.markets.items():
        source = source_of(state, market)
        left = "" if source.next_change_ns is None else _left(source.next_change_ns - state.now_ns)
        units = market.spec.units
        phase = market.phase.value
        if market.phase is Phase.AUCTION and market.phase_until_ns is not None:
            phase = f"call {_left(market.phase_until_ns - state.now_ns)}"
        internal = market.pricing.value == "internal"
        rate = market.last_rate_e12 / E12
        table.add_row(
            Text(name, style="bold"),
            f"{source.session.value} {source.closure.value if internal else ''}",
            f"{left} {source.next_session.value if source.next_session else ''}",
            Text(phase, style="yellow" if market.phase is not Phase.CONTINUOUS else ""),
            _price(market, None if market.last_ticks is None else market.last_ticks),
            Text(
                _nanos(market.index_nanos) + (" book" if internal else ""),
                style="magenta" if internal else "green",
            ),
            _nanos(market.mark_nanos),
            _price(market, market.book.bids.best_ticks()),
            _price(market, market.book.asks.best_ticks()),
            f"{rate:+.5%}",
            f"{rate * HOURS_PER_YEAR:+.1%}",
            f"{market.open_interest_lots * units.lot_e9 / E9:,.1f}",
        )
    return table


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
        f"{_size(state, event.market, event.size_lots):>12} @ {price}",
        style="green" if buys else "red",
    )


# What is worth a line beside the trades.
NEWS = (
    ev.SessionChanged,
    ev.PricingChanged,
    ev.PhaseChanged,
    ev.AuctionUncrossed,
    ev.FundingSettled,
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
            text = f"{event.underlying}: {event.session.value} ({event.closure.value})"
        case ev.PricingChanged():
            text = f"{event.market}: index from {event.pricing.value} prices, {event.why}"
        case ev.PhaseChanged():
            text = f"{event.market}: {event.phase.value}, {event.why}"
        case ev.AuctionUncrossed():
            price = _price(state.markets[event.market], event.price_ticks)
            text = (
                f"{event.market}: uncross {_size(state, event.market, event.size_lots)} @ {price}, "
                f"stale quotes stood to lose {_dollars(event.stale_micros)}"
            )
        case ev.FundingSettled():
            text = f"{event.market}: funding {event.rate_e12 / E12:+.5%}"
        case ev.LiquidationStarted():
            text = f"account {event.account}: liquidation, equity {_dollars(event.equity_micros)}"
        case ev.LiquidationEnded():
            text = f"account {event.account}: liquidation over, {event.outcome.value}"
        case ev.Deleveraged():
            size = _size(state, event.position_market, abs(event.size_lots))
            text = f"account {event.counterparty}: deleveraged {size} {event.position_market}"
        case ev.ShortfallPaid():
            text = (
                f"fund pays {_dollars(event.insurance_micros)}, "
                f"bad debt {_dollars(event.bad_debt_micros)}"
            )
    warns = isinstance(event, ev.LiquidationStarted | ev.Deleveraged | ev.ShortfallPaid)
    return Text(f"{when} {text}", style="red" if warns else "")
