"""A stage for close and open: one market, a maker, traders, a tape of prints, and New York time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from venue.agenda import Agenda, Scheduled
from venue.core.commands import (
    CancelAll,
    Command,
    Deposit,
    FundInsurance,
    ListMarket,
    OpenAccount,
    PlaceOrder,
    RecordDowntime,
    SetLeverage,
    Side,
    SubmitPrint,
    TimeInForce,
)
from venue.core.engine import Engine
from venue.core.events import Event, TimePassed
from venue.core.listing import MarketSpec
from venue.core.market import Market
from venue.core.units import E6, E9, NS_PER_MINUTE, NS_PER_SECOND
from venue.lab.run import advance, sessions
from venue.rules.build import build
from venue.rules.rulebooks import spec
from venue.sessions import Calendar, Override

NEW_YORK = ZoneInfo("America/New_York")
MARKET = "TSLA"
EVERY_NS = 15 * NS_PER_SECOND
ONE_CENT_NANOS = E9 // 100

Kind = TypeVar("Kind", bound=Event)


def new_york_ns(text: str) -> int:
    """Return a New York wall time, such as ``2025-04-14 04:00``, in ns since the Unix epoch."""
    moment = datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)
    return int(moment.timestamp()) * NS_PER_SECOND


def tape(
    from_text: str, to_text: str, dollars: int, *, cents: int = 0, every_ns: int = EVERY_NS
) -> Iterator[Scheduled]:
    """Yield prints of one source at one price, from a time to a time, both included."""
    at_ns, to_ns = new_york_ns(from_text), new_york_ns(to_text)
    while at_ns <= to_ns:
        price_nanos = dollars * E9 + cents * ONE_CENT_NANOS
        yield at_ns, SubmitPrint(MARKET, "tape", price_nanos, at_ns, at_ns, NS_PER_MINUTE)
        at_ns += every_ns


class Stage:
    """The real engine with one market, driven to one time after another.

    ``events`` holds everything that happened, with its time; ``commands`` what led to it.
    """

    def __init__(
        self,
        start: str,
        end: str,
        tapes: Sequence[Iterable[Scheduled]],
        *,
        listing: MarketSpec | None = None,
        overrides: Sequence[Override] = (),
        insurance_dollars: int = 250_000,
        calendar: Calendar = Calendar.US_EQUITY,
    ) -> None:
        self.engine = Engine(build)
        self.events: list[tuple[int, Event]] = []
        self.commands: list[tuple[int, Command]] = []
        start_ns, end_ns = new_york_ns(start), new_york_ns(end)
        course = sessions(MARKET, calendar, start_ns, end_ns, overrides)
        self._agenda = Agenda([course, *tapes])
        self.now_ns = start_ns
        self.do(FundInsurance(insurance_dollars * E6))
        self.do(ListMarket(listing or spec(MARKET)))
        self.maker = self.open("maker", dollars=5_000_000)

    @property
    def market(self) -> Market:
        return self.engine.state.markets[MARKET]

    def do(self, command: Command) -> list[Event]:
        """Execute a command now."""
        return self._execute(command, self.now_ns)

    def to(self, text: str) -> "Stage":
        """Let time pass to a New York time, whatever is due then included."""
        return self.to_ns(new_york_ns(text))

    def to_ns(self, at_ns: int) -> "Stage":
        """Let time pass to an instant."""
        advance(self.engine, self._agenda, at_ns, self._execute)
        self.now_ns = at_ns
        return self

    def sleep(self, text: str) -> "Stage":
        """Let the venue be down until a New York time: no marks, no samples, and so soon done."""
        return self.sleep_ns(new_york_ns(text))

    def sleep_ns(self, at_ns: int) -> "Stage":
        """Let the venue be down until an instant."""
        self.do(RecordDowntime(at_ns))
        return self.to_ns(at_ns)

    def open(self, name: str, *, dollars: int) -> int:
        """Open an account with money."""
        self.do(OpenAccount(name))
        account = self.engine.state.names[name]
        self.do(Deposit(account, dollars * E6))
        return account

    def quote(self, centre: int, *, spread_cents: int = 10, shares: int = 2_000) -> None:
        """Let the maker quote both sides of a price in dollars anew."""
        self.do(CancelAll(self.maker, MARKET))
        for side, cents in ((Side.BUY, -spread_cents), (Side.SELL, spread_cents)):
            self.place(self.maker, side, shares, centre * 100 + cents)

    def place(
        self,
        account: int,
        side: Side,
        shares: int,
        cents: int | None,
        *,
        cancel_on_close: bool = False,
    ) -> list[Event]:
        """Place an order for whole shares, at a price in cents or at the market."""
        force = TimeInForce.IOC if cents is None else TimeInForce.GTC
        lots = shares * 1_000
        return self.do(
            PlaceOrder(account, MARKET, side, lots, cents, force, cancel_on_close=cancel_on_close)
        )

    def hold(
        self, name: str, side: Side, shares: int, *, dollars: int, cents: int, leverage: int = 20
    ) -> int:
        """Open an account with a position, at no worse than a price in cents."""
        account = self.open(name, dollars=dollars)
        self.do(SetLeverage(account, MARKET, leverage))
        self.place(account, side, shares, cents)
        assert abs(self.position(account)) == shares * 1_000, "the stage lacks a book"
        return account

    def position(self, account: int) -> int:
        """Return an account's position in lots."""
        return self.engine.state.accounts[account].holdings[MARKET].size_lots

    def heard(self, kind: type[Kind], *, since: str | None = None) -> list[tuple[int, Kind]]:
        """Return the events of a kind with their times."""
        since_ns = 0 if since is None else new_york_ns(since)
        return [
            (at_ns, event)
            for at_ns, event in self.events
            if isinstance(event, kind) and at_ns >= since_ns
        ]

    def _execute(self, command: Command, at_ns: int) -> list[Event]:
        now_ns = self.engine.state.now_ns
        events = self.engine.execute(command, at_ns=at_ns)
        self.commands.append((at_ns, command))
        if not events or not isinstance(events[0], TimePassed):
            now_ns = at_ns
        for event in events:
            if isinstance(event, TimePassed):
                now_ns = event.at_ns
            else:
                self.events.append((now_ns, event))
        return events
