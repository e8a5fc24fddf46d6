"""The essay's weekend: Friday close 250, news on Sunday, Monday open 220; and who paid what.

Six traders hold a hundred shares each, long and short, at 5x, 10x and 20x, bought and sold from
each other at 250.00 on Friday. The maker's quotes end with the session, the insurance fund has
500 dollars, and the first price of Monday is 220.00. Everything is the real core under
``venue_default``, listed as it ships: no figure here is assumed, all are read from events.

``tests/scenarios/test_essay.py`` works every figure out by hand.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from venue.agenda import Agenda, Scheduled
from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.commands import (
    Command,
    Deposit,
    FundInsurance,
    ListMarket,
    OpenAccount,
    PlaceOrder,
    SetLeverage,
    Side,
    SubmitPrint,
    TimeInForce,
)
from venue.core.engine import Engine
from venue.core.margin import equity_micros
from venue.core.state import State
from venue.core.units import E6, E9, NS_PER_MINUTE, NS_PER_SECOND, div_ceil
from venue.lab.run import advance, sessions
from venue.rules.build import build
from venue.rules.rulebooks import spec
from venue.sessions import Calendar

MARKET = "TSLA"
NEW_YORK = ZoneInfo("America/New_York")
FRIDAY_CLOSE_NANOS, MONDAY_OPEN_NANOS = 250 * E9, 220 * E9
ENTRY_TICKS = 25_000
SHARES = 100
LOTS = SHARES * 1_000
INSURANCE_MICROS = 500 * E6
LEVERAGES = (5, 10, 20)


class Party(NamedTuple):
    """What the weekend did to one trader; all money in micro-dollars.

    ``entry_micros`` is the signed cost of the position on Friday, ``margin_micros`` what stood
    behind it after the fee. ``closed_micros`` is what a liquidated trader got (or, deleveraged,
    paid: negative) for the position, ``None`` while it stands. ``given_up_micros`` is what ADL
    took from a winner against the mark of that moment, and ``given_up_at_open_micros`` against
    220.00. ``fund_paid_micros`` and ``winners_paid_micros`` made up this trader's shortfall.
    ``equity_micros`` and ``profit_micros`` (since Friday's fee, funding included) are at the end.
    """

    name: str
    side: Side
    leverage: int
    entry_micros: int
    margin_micros: int
    fee_micros: int
    funding_micros: int
    outcome: str
    closed_micros: int | None
    closed_at_ns: int | None
    fund_paid_micros: int
    winners_paid_micros: int
    given_up_micros: int
    given_up_at_open_micros: int
    equity_micros: int
    profit_micros: int


class Moment(NamedTuple):
    """Index and mark from a time on, in nano-dollars; and a word where something happened."""

    at_ns: int
    index_nanos: int
    mark_nanos: int
    what: str


class Essay(NamedTuple):
    """The whole record. ``moments`` begin on Friday and end when all is settled."""

    parties: tuple[Party, ...]
    insurance_before_micros: int
    insurance_after_micros: int
    bad_debt_micros: int
    fees_micros: int
    moments: tuple[Moment, ...]


def ns(text: str) -> int:
    """Return a New York wall time in ns since the Unix epoch."""
    return int(datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).timestamp()) * NS_PER_SECOND


START_NS = ns("2025-04-11 15:00")
TRADED_NS = ns("2025-04-11 15:59")
NEWS_NS = ns("2025-04-13 18:00")
OPEN_NS = ns("2025-04-14 04:00")
END_NS = ns("2025-04-14 04:05")


def tape() -> Iterator[Scheduled]:
    """Yield Friday's prints at 250, one a minute, and Monday's at 220, one in 15 seconds."""
    for at_ns in range(START_NS, ns("2025-04-11 20:00"), NS_PER_MINUTE):
        yield at_ns, _print(FRIDAY_CLOSE_NANOS, at_ns, NS_PER_MINUTE)
    for at_ns in range(OPEN_NS, END_NS, 15 * NS_PER_SECOND):
        yield at_ns, _print(MONDAY_OPEN_NANOS, at_ns, 15 * NS_PER_SECOND)


def _print(price_nanos: int, at_ns: int, cadence_ns: int) -> SubmitPrint:
    return SubmitPrint(MARKET, "tape", price_nanos, at_ns, at_ns, cadence_ns)


class _Stage:
    """The engine, and every event with its time, mark and index."""

    def __init__(self) -> None:
        self.engine = Engine(build)
        course = sessions(MARKET, Calendar.US_EQUITY, START_NS, END_NS)
        self._agenda = Agenda([course, tape()])
        self.heard: list[tuple[int, ev.Event, int]] = []
        self.moments: list[Moment] = []

    @property
    def state(self) -> State:
        return self.engine.state

    def execute(self, command: Command, at_ns: int) -> None:
        """Execute a command, and keep what happened with its time and the mark of then."""
        now_ns = at_ns
        mark_micros = 0
        market = self.state.markets.get(MARKET)
        if market is not None:
            mark_micros = market.mark_micros
        for event in self.engine.execute(command, at_ns=at_ns):
            if isinstance(event, ev.TimePassed):
                now_ns = event.at_ns
                continue
            if isinstance(event, ev.MarkUpdated):
                mark_micros = event.mark_micros
            self.heard.append((now_ns, event, mark_micros))
            self._note(now_ns, event)

    def to(self, at_ns: int) -> None:
        """Let time pass."""
        advance(self.engine, self._agenda, at_ns, self.execute)

    def _note(self, at_ns: int, event: ev.Event) -> None:
        market = self.state.markets.get(MARKET)
        if market is None or market.index_nanos is None:
            return
        what = _words(event)
        last = self.moments[-1] if self.moments else None
        index, mark = market.index_nanos, market.mark_nanos or market.index_nanos
        if what or last is None or (index, mark) != (last.index_nanos, last.mark_nanos):
            self.moments.append(Moment(at_ns, index, mark, what))


def _words(event: ev.Event) -> str:
    """Return what to write beside a moment; nothing for most events."""
    if isinstance(event, ev.SessionChanged):
        return event.session.value
    if isinstance(event, ev.PricingChanged):
        return f"pricing {event.pricing.value}"
    if isinstance(event, ev.PhaseChanged):
        return f"{event.phase.value}: {event.why}"
    if isinstance(event, ev.LiquidationStarted):
        return f"account {event.account} below maintenance"
    if isinstance(event, ev.LiquidationEnded):
        return f"account {event.account} {event.outcome.value}"
    return ""


def play() -> Essay:
    """Play the weekend and return the record; the same every time.

    >>> essay = play()
    >>> essay.insurance_before_micros, essay.insurance_after_micros, essay.bad_debt_micros
    (500000000, 0, 0)
    """
    stage = _Stage()
    stage.execute(ListMarket(spec(MARKET)), START_NS)
    stage.execute(FundInsurance(INSURANCE_MICROS), START_NS)
    stage.to(TRADED_NS)
    accounts = _trade(stage)
    stage.to(NEWS_NS)
    stage.moments.append(
        stage.moments[-1]._replace(at_ns=NEWS_NS, what="news, and no outside price")
    )
    stage.to(END_NS)
    fund = stage.state.accounts[INSURANCE]
    return Essay(
        parties=tuple(
            _party(stage, name, side, leverage, account)
            for (name, side, leverage), account in accounts.items()
        ),
        insurance_before_micros=INSURANCE_MICROS,
        insurance_after_micros=fund.balance_micros,
        bad_debt_micros=-stage.state.ledger.bad_debt_micros,
        fees_micros=stage.state.ledger.fees_micros,
        moments=tuple(stage.moments),
    )


def _trade(stage: _Stage) -> dict[tuple[str, Side, int], int]:
    """Friday, 15:59: each trader takes a hundred shares at 250.00 from a maker, who ends flat.

    Every trader brings notional / leverage and the fee. The maker then quotes until the close.
    """
    listing = spec(MARKET)
    maker = _open(stage, "maker", 100_000 * E6, listing.tiers[0].leverage_max)
    notional = LOTS * ENTRY_TICKS * listing.units.tick_lot_micros
    fee = div_ceil(notional * listing.fees.taker_e6, E6)
    accounts = {}
    for leverage in LEVERAGES:
        for side, opposite, word in ((Side.SELL, Side.BUY, "short"), (Side.BUY, Side.SELL, "long")):
            name = f"{word} {leverage}x"
            account = _open(stage, name, div_ceil(notional, leverage) + fee, leverage)
            accounts[name, side, leverage] = account
            quote = PlaceOrder(maker, MARKET, opposite, LOTS, ENTRY_TICKS)
            stage.execute(quote, TRADED_NS)
            order = PlaceOrder(account, MARKET, side, LOTS, ENTRY_TICKS, TimeInForce.IOC)
            stage.execute(order, TRADED_NS)
    for side, ticks in ((Side.BUY, ENTRY_TICKS - 10), (Side.SELL, ENTRY_TICKS + 10)):
        quote = PlaceOrder(maker, MARKET, side, LOTS, ticks, cancel_on_close=True)
        stage.execute(quote, TRADED_NS)
    return accounts


def _open(stage: _Stage, name: str, deposit_micros: int, leverage: int) -> int:
    stage.execute(OpenAccount(name), TRADED_NS)
    account = stage.state.names[name]
    stage.execute(Deposit(account, deposit_micros), TRADED_NS)
    stage.execute(SetLeverage(account, MARKET, leverage), TRADED_NS)
    return account


def _party(stage: _Stage, name: str, side: Side, leverage: int, account: int) -> Party:
    holding = stage.state.accounts[account].holdings[MARKET]
    entry = LOTS * ENTRY_TICKS * 10
    signed = entry if side is Side.BUY else -entry
    open_micros = spec(MARKET).units.micros_per_lot(MONDAY_OPEN_NANOS)
    outcome = "holds on"
    closed: int | None = None
    closed_ns: int | None = None
    fund_paid = winners_paid = given_up = given_up_at_open = 0
    for at_ns, event, mark_micros in stage.heard:
        if isinstance(event, ev.Deleveraged) and account in (event.account, event.counterparty):
            against_mark = event.cash_micros - event.size_lots * mark_micros
            closed_ns = at_ns
            if account == event.account:
                closed = (closed or 0) + event.cash_micros
                winners_paid += against_mark
            else:
                closed = (closed or 0) - event.cash_micros
                given_up += against_mark
                given_up_at_open += event.cash_micros - event.size_lots * open_micros
                outcome = "deleveraged"
        elif isinstance(event, ev.ShortfallPaid) and event.account == account:
            fund_paid += event.insurance_micros
        elif isinstance(event, ev.LiquidationEnded) and event.account == account:
            outcome = f"liquidated, {event.outcome.value}"
    equity = equity_micros(stage.state, stage.state.accounts[account])
    margin = stage.state.accounts[account].base_micros - holding.fees_micros
    return Party(
        name=name,
        side=side,
        leverage=leverage,
        entry_micros=signed,
        margin_micros=margin,
        fee_micros=holding.fees_micros,
        funding_micros=holding.funding_micros,
        outcome=outcome,
        closed_micros=closed,
        closed_at_ns=closed_ns,
        fund_paid_micros=fund_paid,
        winners_paid_micros=winners_paid,
        given_up_micros=given_up,
        given_up_at_open_micros=given_up_at_open,
        equity_micros=equity,
        profit_micros=equity - margin,
    )
