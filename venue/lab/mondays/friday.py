"""A rulebook's Friday and weekend: who pays first is seeded, six traders open, nobody prints.

Played once for each rulebook, until just before the first outside price; each gap goes on from
there.
"""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from venue.agenda import Agenda
from venue.core import events as ev
from venue.core.account import INSURANCE, VAULT
from venue.core.commands import (
    CancelAll,
    Command,
    Deposit,
    DepositToPool,
    FundInsurance,
    ListMarket,
    MarginMode,
    MoveIsolatedMargin,
    OpenAccount,
    PassTime,
    PlaceOrder,
    SetLeverage,
    Side,
    SubmitPrint,
    TimeInForce,
)
from venue.core.digest import dump
from venue.core.engine import Engine
from venue.core.margin import equity_micros, withdrawable_micros
from venue.core.market import Market
from venue.core.phases import Session
from venue.core.policies import FeesInputs
from venue.core.state import State
from venue.core.units import E6, NS_PER_MINUTE, div_ceil
from venue.lab.mondays.gaps import CLOSE_NANOS
from venue.lab.pools import soon
from venue.lab.run import advance, sessions
from venue.rules.build import build
from venue.rules.rulebooks import spec
from venue.sessions import Calendar, calendar_named, next_change, session_at
from venue.sessions.clocktime import new_york_ns

MARKET = "TSLA"
FRIDAY, MONDAY = dt.date(2025, 4, 11), dt.date(2025, 4, 14)
START_NS = new_york_ns(FRIDAY, 15 * 60)
TRADED_NS = new_york_ns(FRIDAY, 15 * 60 + 59)

SHARES = 100
LOTS = SHARES * 1_000
ENTRY_TICKS = 25_000
INSURANCE_MICROS = 500 * E6
POOL_MICROS = 1_000_000 * E6
# What one brings for a pool's spread and fees, on top of the margin, a part in 200 of notional;
# and how far from 250.00 it trades at most, a part in 1,000.
POOL_COST_PARTS, POOL_REACH_PARTS = 200, 1_000
LEVERAGES = (5, 10, 20)


class Stage(NamedTuple):
    """A rulebook's weekend, played until just before the first outside price.

    ``house`` pays first, and has ``house_micros``.
    """

    rulebook: str
    state: bytes
    calendar: Calendar
    resume_ns: int
    accounts: dict[tuple[Side, int], int]
    entries: dict[int, int]
    early: frozenset[int]
    house: int
    house_micros: int


def prepared(rulebook: str) -> Stage:
    """Play Friday and the weekend under a rulebook."""
    listing = soon(spec(MARKET, rulebook))
    calendar = calendar_named(listing.calendar)
    engine = Engine(build)
    resume_ns = _resume_ns(calendar)
    friday = [
        (at_ns, tape_print(CLOSE_NANOS, at_ns, NS_PER_MINUTE))
        for at_ns in range(START_NS, new_york_ns(FRIDAY, 20 * 60), NS_PER_MINUTE)
        if session_at(calendar, at_ns).session is not Session.NO_TRADING
    ]
    agenda = Agenda([sessions(MARKET, calendar, START_NS, resume_ns - 1), friday])
    heard: list[ev.Event] = []

    def execute(command: Command, at_ns: int) -> None:
        heard.extend(engine.execute(command, at_ns=at_ns))

    execute(ListMarket(listing), START_NS)
    assert MARKET in engine.state.markets, f"{rulebook} does not list: {heard[-1]}"
    house = _seeded(engine.state, execute)
    advance(engine, agenda, TRADED_NS, execute)
    accounts = _trade(engine.state, execute)
    entries = {
        account: engine.state.accounts[account].holdings[MARKET].entry_micros
        for account in accounts.values()
    }
    house_micros = equity_micros(engine.state, engine.state.accounts[house])
    advance(engine, agenda, resume_ns - 1, execute)
    early = frozenset(each.account for each in heard if isinstance(each, ev.LiquidationStarted))
    state = dump(engine.state)
    return Stage(
        rulebook, state, calendar, resume_ns, accounts, entries, early, house, house_micros
    )


def _seeded(state: State, execute: Callable[[Command, int], None]) -> int:
    """Give who pays first its money, and return who that is."""
    pool = state.markets[MARKET].pool
    if pool is not None:
        execute(OpenAccount("provider"), START_NS)
        provider = state.names["provider"]
        execute(Deposit(provider, POOL_MICROS), START_NS)
        execute(DepositToPool(provider, MARKET, POOL_MICROS), START_NS)
        return pool.account
    if VAULT in state.accounts:
        execute(Deposit(VAULT, INSURANCE_MICROS), START_NS)
        return VAULT
    execute(FundInsurance(INSURANCE_MICROS), START_NS)
    return INSURANCE


def _resume_ns(calendar: Calendar) -> int:
    """Return when outside prices come back: the first session after Saturday."""
    at_ns = new_york_ns(FRIDAY, 24 * 60)
    while session_at(calendar, at_ns).session is Session.NO_TRADING:
        at_ns = next_change(calendar, at_ns)
    return at_ns


def tape_print(price_nanos: int, at_ns: int, cadence_ns: int) -> SubmitPrint:
    """Return a print of the only source, as soon as it is made."""
    return SubmitPrint(MARKET, "tape", price_nanos, at_ns, at_ns, cadence_ns)


def _trade(state: State, execute: Callable[[Command, int], None]) -> dict[tuple[Side, int], int]:
    """Friday, 15:59: each trader takes a hundred shares at 250.00; return who got them."""
    market = state.markets[MARKET]
    accounts = {}
    now_ns = TRADED_NS
    maker = _opened(state, execute, "maker", 1_000_000 * E6, 1, now_ns)
    for leverage in LEVERAGES:
        for side, other in ((Side.SELL, Side.BUY), (Side.BUY, Side.SELL)):
            name = f"{side.value} {leverage}x"
            account = _opened(
                state, execute, name, _deposit_micros(market, leverage), leverage, now_ns
            )
            holding = state.accounts[account].holdings.get(MARKET)
            if holding is None or holding.leverage != leverage:
                continue  # Refused: not offered here.
            ticks = ENTRY_TICKS
            if market.pool is None:
                execute(PlaceOrder(maker, MARKET, other, LOTS, ENTRY_TICKS), now_ns)
            else:
                ticks += ENTRY_TICKS // POOL_REACH_PARTS * (1 if side is Side.BUY else -1)
            order = PlaceOrder(account, MARKET, side, LOTS, ticks, TimeInForce.IOC)
            execute(order, now_ns)
            if market.rules.orders.taker_delay_ns:
                now_ns += market.rules.orders.taker_delay_ns
                execute(PassTime(), now_ns)
            execute(CancelAll(maker, None), now_ns)
            if state.accounts[account].holdings[MARKET].size_lots:
                accounts[side, leverage] = account
                if market.pool is not None:
                    rest_micros = withdrawable_micros(state, state.accounts[account])
                    execute(MoveIsolatedMargin(account, MARKET, rest_micros), now_ns)
    for side, ticks in ((Side.BUY, ENTRY_TICKS - 10), (Side.SELL, ENTRY_TICKS + 10)):
        execute(PlaceOrder(maker, MARKET, side, LOTS, ticks, cancel_on_close=True), now_ns)
    return accounts


def _deposit_micros(market: Market, leverage: int) -> int:
    """Return margin for just a leverage, and the fee of a new account."""
    notional = LOTS * ENTRY_TICKS * market.tick_lot_micros
    if market.pool is not None:
        return div_ceil(notional, leverage) + notional // POOL_COST_PARTS
    rates = market.rules.fees.rates(FeesInputs(market.spec.fees))
    return div_ceil(notional, leverage) + max(0, div_ceil(notional * rates.taker_e6, E6))


def _opened(
    state: State,
    execute: Callable[[Command, int], None],
    name: str,
    deposit_micros: int,
    leverage: int,
    at_ns: int,
) -> int:
    execute(OpenAccount(name), at_ns)
    account = state.names[name]
    execute(Deposit(account, deposit_micros), at_ns)
    mode = MarginMode.CROSS if state.markets[MARKET].pool is None else MarginMode.ISOLATED
    execute(SetLeverage(account, MARKET, leverage, mode), at_ns)
    return account
