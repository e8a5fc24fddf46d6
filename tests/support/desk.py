"""A desk for worked examples: one market, accounts by name, dollars and whole shares.

Every command goes through the auditor. The default listing has no fees, no bands and a mark that
is the last print, so that each figure can be checked with a pencil.
"""

from typing import Any, TypeVar

from msgspec.structs import replace

from tests.support.auditor import Auditor
from venue.core import commands as cmd
from venue.core.account import Account, Holding
from venue.core.commands import Command, MarginMode, Side, TimeInForce
from venue.core.engine import Engine
from venue.core.events import Event, Rejected, Traded
from venue.core.listing import Fees, Limits, MarketSpec, RuleRef
from venue.core.market import Market
from venue.core.phases import Closure, Session
from venue.core.state import State
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_SECOND
from venue.rules.build import build, ref
from venue.rules.rulebooks import spec

START_NS = 1_744_400_001 * NS_PER_SECOND  # A second before a mark is due.
MARKET = "TSLA"
LOTS = 1_000  # Lots a share.
CENTS = 100  # Ticks a dollar.
NO_FEES = Fees(0, 0)
ROOMY = Limits(
    order_lots_max=10_000_000,
    position_lots_max=40_000_000,
    open_interest_lots_max=400_000_000,
    open_orders_max=1_000,
    price_max_ticks=100_000,
)

Kind = TypeVar("Kind", bound=Event)


def listing(rulebook: str = "naive_print", *rules: RuleRef, **changes: Any) -> MarketSpec:
    """Return TSLA without fees, with some rules and terms of the listing replaced."""
    base = spec(MARKET, rulebook)
    kinds = {rule.kind: rule for rule in rules}
    ours = tuple(kinds.get(rule.kind, rule) for rule in base.rules)
    return replace(base, **{"rules": ours, "fees": NO_FEES, "limits": ROOMY, **changes})


def sliced(**changes: Any) -> MarketSpec:
    """Return the plain listing with the default's close-outs: 20 % slices, no loss to others."""
    return listing("naive_print", ref("closeout", "slices"), **changes)


def hourly(market: MarketSpec) -> MarketSpec:
    """Return a listing that marks and samples once an hour, for what takes days or weeks."""
    return replace(market, mark_interval_ns=NS_PER_HOUR, sample_interval_ns=NS_PER_HOUR)


class Desk:
    """The real engine with one market at a price, and people who trade."""

    def __init__(
        self, market: MarketSpec | None = None, *, price: int | None = 250, insurance: int = 0
    ) -> None:
        self.engine = Engine(build)
        self.auditor = Auditor()
        self.now_ns = START_NS
        self.names: dict[str, int] = {"insurance": 0}
        self.log: list[Event] = []
        self.do(cmd.ListMarket(market or listing()))
        if insurance:
            self.do(cmd.FundInsurance(insurance * E6))
        self.session(Session.REGULAR)
        if price is not None:
            self.price(price)

    def do(self, command: Command) -> list[Event]:
        """Execute a command now, audited."""
        events = self.auditor.execute(self.engine, command, self.now_ns)
        self.log.extend(events)
        return events

    def wait(self, seconds: float) -> list[Event]:
        """Let time pass."""
        self.now_ns += int(seconds * NS_PER_SECOND)
        return self.do(cmd.PassTime())

    def session(self, session: Session, closure: Closure = Closure.NONE) -> list[Event]:
        """Tell the underlying's session."""
        return self.do(cmd.ChangeSession(MARKET, session, closure, self.now_ns, None, None))

    def print(self, dollars: float, *, source: str = "feed") -> list[Event]:
        """Submit a print of the underlying."""
        nanos = round(dollars * 10_000) * E9 // 10_000
        return self.do(
            cmd.SubmitPrint(MARKET, source, nanos, self.now_ns, self.now_ns, NS_PER_SECOND)
        )

    def price(self, dollars: float) -> list[Event]:
        """Print a price and wait for the next mark."""
        return self.print(dollars) + self.wait(3)

    def open(
        self,
        name: str,
        dollars: float,
        *,
        leverage: int = 20,
        isolated: bool = False,
        parent: str | None = None,
    ) -> int:
        """Open an account with money, at a leverage."""
        self.do(cmd.OpenAccount(name, None if parent is None else self.names[parent]))
        number = self.names[name] = self.state.names[name]
        if dollars:
            self.do(cmd.Deposit(number, round(dollars * E6)))
        mode = MarginMode.ISOLATED if isolated else MarginMode.CROSS
        self.do(cmd.SetLeverage(number, MARKET, leverage, mode))
        return number

    def order(
        self, name: str, side: Side, shares: float, dollars: float | None, **terms: Any
    ) -> list[Event]:
        """Place an order for shares at a price in dollars, or at the market."""
        ticks = None if dollars is None else round(dollars * CENTS)
        lots = round(shares * LOTS)
        return self.do(cmd.PlaceOrder(self.names.get(name, 99), MARKET, side, lots, ticks, **terms))

    def buy(self, name: str, shares: float, dollars: float | None, **terms: Any) -> list[Event]:
        """Place a buy order."""
        return self.order(name, Side.BUY, shares, dollars, **terms)

    def sell(self, name: str, shares: float, dollars: float | None, **terms: Any) -> list[Event]:
        """Place a sell order."""
        return self.order(name, Side.SELL, shares, dollars, **terms)

    def trade(self, buyer: str, seller: str, shares: float, dollars: float) -> None:
        """Let two accounts trade with each other at a price."""
        self.sell(seller, shares, dollars)
        events = self.buy(buyer, shares, dollars, time_in_force=TimeInForce.IOC)
        done = sum(event.size_lots for event in events if isinstance(event, Traded))
        assert done == round(shares * LOTS), f"{buyer} and {seller} did not trade: {events}"

    @property
    def state(self) -> State:
        return self.engine.state

    @property
    def market(self) -> Market:
        return self.state.markets[MARKET]

    def account(self, name: str) -> Account:
        return self.state.accounts[self.names[name]]

    def holding(self, name: str) -> Holding:
        return self.account(name).holdings[MARKET]

    def shares(self, name: str) -> float:
        """Return a position in shares, signed."""
        holding = self.account(name).holdings.get(MARKET)
        return 0 if holding is None else holding.size_lots / LOTS

    def dollars(self, name: str) -> float:
        """Return a balance in dollars; exact to the micro-dollar for the sums used here."""
        return self.account(name).balance_micros / E6

    def bids(self) -> list[tuple[float, float]]:
        """Return (dollars, shares) of the bids, the best first."""
        return [(p / CENTS, n / LOTS) for p, n, _ in self.market.book.depth(Side.BUY, 99)]

    def asks(self) -> list[tuple[float, float]]:
        """Return (dollars, shares) of the asks, the best first."""
        return [(p / CENTS, n / LOTS) for p, n, _ in self.market.book.depth(Side.SELL, 99)]

    def heard(self, kind: type[Kind]) -> list[Kind]:
        """Return all events of a kind so far."""
        return [event for event in self.log if isinstance(event, kind)]


def holding_ten(**changes: Any) -> Desk:
    """Return a desk where ann has bought 10 from bob at 250; cat looks on."""
    desk = Desk(listing("naive_print", **changes), insurance=1_000)
    for name in ("ann", "bob", "cat"):
        desk.open(name, 100_000)
    desk.trade("ann", "bob", 10, 250)
    return desk


def of(events: list[Event], kind: type[Kind]) -> list[Kind]:
    """Return the events of a kind."""
    return [event for event in events if isinstance(event, kind)]


def reason(events: list[Event]) -> str:
    """Return why a command was refused; it was refused, and nothing else happened."""
    assert len(events) == 1, f"expected one refusal, found {events}"
    assert isinstance(events[0], Rejected), f"expected a refusal, found {events[0]}"
    return events[0].reason.value


def fills(events: list[Event]) -> list[tuple[float, float]]:
    """Return (shares, dollars) of the trades among events."""
    return [(t.size_lots / LOTS, t.price_ticks / CENTS) for t in of(events, Traded)]
