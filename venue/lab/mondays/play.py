"""One weekend under one rulebook: six traders, a gap, and what became of whom.

Friday 15:59: a long and a short at 5x, 10x and 20x take a hundred shares each from a maker at
250.00, with margin for just that leverage; those whose leverage the rulebook does not offer stay
out. The maker's quotes end with the session and the insurance fund, or the vault where a rulebook
has one, has 500 dollars, so that the rule decides. Where a pool stands in the place of the book it
has a million, for it takes the other side; margin there is the position's own, and half a per cent
of notional more, for the spread. Then the venue's own close, weekend and open; the first outside
price after it is the gap's, or, in two pieces, a share of it, and the rest when regular hours
begin. The hours between the two pieces, in which nothing happens, are cut to a quarter of an hour.
Where the gap calls an auction, the play goes on until it is over, three hours at most.

Everything until the first outside price is the same for every gap: it is played once, and each
gap goes on from there.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from msgspec.structs import replace

from venue.agenda import Agenda, Scheduled
from venue.core import events as ev
from venue.core.commands import Command, Side
from venue.core.digest import load
from venue.core.engine import Engine
from venue.core.margin import equity_micros
from venue.core.phases import Phase
from venue.core.state import State
from venue.core.units import NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND, div_half_even
from venue.lab.mondays.friday import LEVERAGES, LOTS, MARKET, MONDAY, Stage, tape_print
from venue.lab.mondays.gaps import CLOSE_NANOS
from venue.lab.run import advance
from venue.rules.build import build
from venue.sessions import command_of, session_at
from venue.sessions.clocktime import new_york_ns

REGULAR_NS = new_york_ns(MONDAY, 9 * 60 + 30)
# Long enough for a mark that walks 0.5 % in 3 s through 40 %, and for cool-downs after it.
SETTLING_NS = 10 * NS_PER_MINUTE
CADENCE_NS = 15 * NS_PER_SECOND
BETWEEN_NS = 15 * NS_PER_MINUTE
# Vega's longest call by its three triggers is an hour.
CALLS_NS_MAX = 3 * NS_PER_HOUR
# Share of a gap that is there at the first outside price, where that is before 09:30: variance of
# TSLA's hourly gaps, 1.65 % squared of 1.65 and 1.23 % squared (measured on 2021).
FIRST_PIECE_E4 = 6_430


class Outcome(StrEnum):
    """What became of a trader."""

    NOT_OFFERED = "not offered"
    UNTOUCHED = "untouched"
    BEFORE = "liquidated before the first outside price"
    AT = "liquidated at it"
    AFTER = "liquidated after it"
    DELEVERAGED = "deleveraged"


class Trader(NamedTuple):
    """One of the six. Money in micro-dollars; ``left_micros`` is its equity at the end.

    ``is_bankrupt``: the gap took more than it had, so that others paid.
    ``against_open_micros`` is what it ended with beyond margin, funding and its position's worth at
    the open: negative for a winner that paid, positive for a loser that did not.
    """

    leverage: int
    side: Side
    outcome: Outcome
    is_bankrupt: bool
    left_micros: int
    against_open_micros: int


class Bill(NamedTuple):
    """What one gap came to. Micro-dollars; payers are never negative.

    ``shortfall_micros`` is what the gap took from traders beyond what they had; ``fund_micros`` is
    what the insurance fund paid, or the vault or the pool in its place.
    """

    traders: tuple[Trader, ...]
    shortfall_micros: int
    fund_micros: int
    winners_micros: int
    bad_debt_micros: int


def play(stage: Stage, open_nanos: int, *, in_pieces: bool) -> Bill:
    """Play one gap from a prepared weekend; ``open_nanos`` is the open at a close of 250.00."""
    engine = Engine(build, load(stage.state, build))
    resume_ns = stage.resume_ns
    rest_ns = resume_ns
    course = [(resume_ns, command_of(MARKET, session_at(stage.calendar, resume_ns)))]
    if in_pieces and resume_ns < REGULAR_NS:
        rest_ns += BETWEEN_NS
        regular = replace(session_at(stage.calendar, REGULAR_NS), since_ns=rest_ns)
        course.append((rest_ns, command_of(MARKET, regular)))
    end_ns = rest_ns + SETTLING_NS
    agenda = Agenda([course, _prints(resume_ns, rest_ns, end_ns + CALLS_NS_MAX, open_nanos)])
    started: dict[int, int] = {}
    deleveraged: set[int] = set()
    first_mark_ns = 0
    now_ns = stage.resume_ns

    def execute(command: Command, at_ns: int) -> None:
        nonlocal first_mark_ns, now_ns
        now_ns = max(now_ns, engine.state.now_ns)
        for event in engine.execute(command, at_ns=at_ns):
            match event:
                case ev.TimePassed():
                    now_ns = event.at_ns
                case ev.MarkUpdated() if not first_mark_ns:
                    if engine.state.markets[MARKET].index_nanos != CLOSE_NANOS:
                        first_mark_ns = event.at_ns
                case ev.LiquidationStarted():
                    started.setdefault(event.account, now_ns)
                case ev.Deleveraged():
                    deleveraged.add(event.counterparty)

    advance(engine, agenda, end_ns, execute)
    last_ns = end_ns + CALLS_NS_MAX
    while engine.state.markets[MARKET].phase is Phase.AUCTION and end_ns < last_ns:
        end_ns += SETTLING_NS
        advance(engine, agenda, end_ns, execute)
    return _bill(stage, engine.state, open_nanos, started, deleveraged, first_mark_ns)


def _prints(resume_ns: int, rest_ns: int, end_ns: int, open_nanos: int) -> Iterator[Scheduled]:
    gap_nanos = open_nanos - CLOSE_NANOS
    first_nanos = CLOSE_NANOS + div_half_even(gap_nanos * FIRST_PIECE_E4, 10_000)
    for at_ns in range(resume_ns, end_ns, CADENCE_NS):
        price = open_nanos if at_ns >= rest_ns else first_nanos
        yield at_ns, tape_print(price, at_ns, CADENCE_NS)


def _bill(
    stage: Stage,
    state: State,
    open_nanos: int,
    started: dict[int, int],
    deleveraged: set[int],
    first_mark_ns: int,
) -> Bill:
    market = state.markets[MARKET]
    open_micros = market.spec.units.micros_per_lot(open_nanos)
    traders = []
    shortfall = winners = 0
    for leverage in LEVERAGES:
        for side in (Side.BUY, Side.SELL):
            number = stage.accounts.get((side, leverage))
            if number is None:
                traders.append(Trader(leverage, side, Outcome.NOT_OFFERED, False, 0, 0))
                continue
            account = state.accounts[number]
            holding = account.holdings[MARKET]
            lots = LOTS if side is Side.BUY else -LOTS
            left = _worth(state, number, open_micros)
            due = (
                account.base_micros
                - holding.fees_micros
                - holding.funding_micros
                + lots * open_micros
                - stage.entries[number]
            )
            against = left - due
            is_bankrupt = due < 0
            if is_bankrupt:
                shortfall += max(0, left) - due
            elif number not in started:
                winners += max(0, -against)
            if number in stage.early:
                outcome = Outcome.BEFORE
            elif number in started:
                at_once = first_mark_ns == 0 or started[number] <= first_mark_ns
                outcome = Outcome.AT if at_once else Outcome.AFTER
            elif number in deleveraged:
                outcome = Outcome.DELEVERAGED
            else:
                outcome = Outcome.UNTOUCHED
            traders.append(Trader(leverage, side, outcome, is_bankrupt, left, against))
    return Bill(
        tuple(traders),
        shortfall,
        max(0, stage.house_micros - _worth(state, stage.house, open_micros)),
        winners,
        -state.ledger.bad_debt_micros,
    )


def _worth(state: State, number: int, open_micros: int) -> int:
    """Return an account's money and positions, at the open rather than at a mark on its way."""
    market = state.markets[MARKET]
    account = state.accounts[number]
    at_mark = equity_micros(state, account)
    holding = account.holdings.get(MARKET)
    size = holding.size_lots if holding is not None else 0
    return at_mark + size * (open_micros - market.mark_micros)
