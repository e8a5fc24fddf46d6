"""An offline run: the real engine, an agenda and agents, in lock-step, as fast as they go.

Time advances by steps. In a step everything that is known beforehand and every timer happens at
its own time; then all agents see the same state, and what they ask for is executed at the
step's end, in an order that rotates. Nothing depends on how fast anything computes: the same
arguments give the same digest.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import msgspec

from venue.agenda import Agenda, Scheduled
from venue.core.commands import (
    Command,
    Deposit,
    FundInsurance,
    ListMarket,
    OpenAccount,
    PassTime,
    SubmitPrint,
)
from venue.core.digest import digest
from venue.core.engine import Engine
from venue.core.events import Event
from venue.core.listing import MarketSpec
from venue.core.policies import BuildRules
from venue.core.state import State
from venue.lab.view import View, private, public
from venue.rules.build import build
from venue.sessions import Calendar, Override, changes, command_of, session_at

# Called after each command: its time, itself, and what happened.
Heard = Callable[[int, Command, list[Event]], None]


class Agent(Protocol):
    """Something that trades. It begins with a deposit, and after each step may ask for things."""

    @property
    def name(self) -> str: ...

    @property
    def deposit_micros(self) -> int: ...

    def act(self, seen: View) -> Iterable[Command]:
        """Return commands, in order, given what its account sees."""
        ...


class Point(NamedTuple):
    """Prices of a market after a step; ``last_nanos`` is the last trade's."""

    at_ns: int
    index_nanos: int | None
    mark_nanos: int | None
    last_nanos: int | None


class RunResult(NamedTuple):
    """What a run came to. ``events`` counts by name; ``accounts`` maps agents to accounts."""

    state: State
    digest: bytes
    commands: int
    events: dict[str, int]
    accounts: dict[str, int]
    series: dict[str, list[Point]]


class RunFault(ValueError):
    """A run that cannot begin; the message says what was expected and what was found."""


def run(
    specs: Sequence[MarketSpec],
    streams: Sequence[Iterable[Scheduled]],
    agents: Sequence[Agent],
    start_ns: int,
    end_ns: int,
    step_ns: int,
    *,
    insurance_micros: int = 0,
    heard: Sequence[Heard] = (),
    after_step: Callable[[State], None] | None = None,
    build_rules: BuildRules = build,
) -> RunResult:
    """Run markets from ``start_ns`` to ``end_ns``, both included.

    Args:
        specs: markets to list, in order.
        streams: commands known beforehand, each stream in order of time, sessions before prints.
        agents: who trades; each gets an account with its deposit.
        start_ns: venue time of the first command.
        end_ns: venue time at which the last step ends.
        step_ns: how much time passes between two looks of the agents.
        insurance_micros: what the insurance fund begins with, in micro-dollars.
        heard: called with (time, command, events) after each command.
        after_step: called with the state after each step; it must not change it.
        build_rules: makes a listing's rules.
    """
    if step_ns <= 0 or end_ns < start_ns:
        raise RunFault(
            f"expected a positive step and an end not before the start, found a step of {step_ns}"
            f" ns from {start_ns} to {end_ns}"
        )
    names = [agent.name for agent in agents]
    if len(set(names)) < len(names):
        raise RunFault(f"expected agents of different names, found {', '.join(sorted(names))}")
    venue = _Venue(Engine(build_rules), heard)
    accounts = _set_up(venue, specs, agents, start_ns, insurance_micros)
    agenda = Agenda(streams)
    series: dict[str, list[Point]] = {spec.market: [] for spec in specs}
    at_ns = start_ns
    step = 0
    while True:
        venue.advance(agenda, at_ns)
        _record(venue.state, at_ns, series)
        _let_act(venue, agents, accounts, at_ns, step)
        if after_step is not None:
            after_step(venue.state)
        if at_ns == end_ns:
            break
        at_ns = min(end_ns, at_ns + step_ns)
        step += 1
    state = venue.state
    return RunResult(state, digest(state), venue.commands, dict(venue.counts), accounts, series)


def sessions(
    underlying: str,
    calendar: Calendar,
    start_ns: int,
    end_ns: int,
    overrides: Sequence[Override] = (),
) -> Iterator[Scheduled]:
    """Yield the session at the start, stamped with the start, and every change up to the end."""
    now = session_at(calendar, start_ns, overrides)
    yield start_ns, command_of(underlying, now)
    for change in changes(calendar, start_ns, end_ns, overrides):
        yield change.since_ns, command_of(underlying, change)


def prints(feed: Iterable[SubmitPrint]) -> Iterator[Scheduled]:
    """Yield prints, each due when it was received."""
    for each in feed:
        yield each.received_ns, each


class _Venue:
    """The engine, and who listens to it."""

    def __init__(self, engine: Engine, heard: Sequence[Heard]) -> None:
        self.engine = engine
        self.state = engine.state
        self.commands = 0
        self.counts: Counter[str] = Counter()
        self._heard = heard

    def execute(self, command: Command, at_ns: int) -> list[Event]:
        events = self.engine.execute(command, at_ns=at_ns)
        self.commands += 1
        self.counts.update(type(event).__name__ for event in events)
        for heard in self._heard:
            heard(at_ns, command, events)
        return events

    def advance(self, agenda: Agenda, at_ns: int) -> None:
        """Let time pass to ``at_ns``."""
        advance(self.engine, agenda, at_ns, self.execute)


def _set_up(
    venue: _Venue,
    specs: Sequence[MarketSpec],
    agents: Sequence[Agent],
    start_ns: int,
    insurance_micros: int,
) -> dict[str, int]:
    if insurance_micros:
        venue.execute(FundInsurance(insurance_micros), start_ns)
    for spec in specs:
        venue.execute(ListMarket(spec), start_ns)
        if spec.market not in venue.state.markets:
            raise RunFault(f"expected a listing that fits together, found {spec.market} refused")
    accounts: dict[str, int] = {}
    for agent in agents:
        venue.execute(OpenAccount(agent.name), start_ns)
        accounts[agent.name] = venue.state.names[agent.name]
        if agent.deposit_micros:
            venue.execute(Deposit(accounts[agent.name], agent.deposit_micros), start_ns)
    return accounts


def _record(state: State, at_ns: int, series: dict[str, list[Point]]) -> None:
    for name, points in series.items():
        market = state.markets[name]
        last = market.last_ticks
        last_nanos = None if last is None else market.spec.units.ticks_to_nanos(last)
        points.append(Point(at_ns, market.index_nanos, market.mark_nanos, last_nanos))


def _let_act(
    venue: _Venue, agents: Sequence[Agent], accounts: dict[str, int], at_ns: int, step: int
) -> None:
    """Ask all agents about one state; who goes first rotates from step to step."""
    if not agents:
        return
    markets = public(venue.state)
    asked = [
        list(agent.act(private(venue.state, accounts[agent.name], markets))) for agent in agents
    ]
    first = step % len(agents)
    for commands in (*asked[first:], *asked[:first]):
        for command in commands:
            venue.execute(command, at_ns)


def advance(
    engine: Engine,
    agenda: Agenda,
    at_ns: int,
    execute: Callable[[Command, int], object],
) -> None:
    """Let time pass to ``at_ns`` as the sequencer does: whatever is due goes first, timers before
    commands of the same instant. ``execute`` takes a command and its stamp.
    """
    while True:
        due_ns = agenda.next_ns()
        if engine.next_due_ns <= min(due_ns, at_ns):
            execute(PassTime(), max(engine.next_due_ns, engine.state.now_ns))
        elif due_ns <= at_ns:
            for scheduled_ns, command in agenda.take(due_ns):
                execute(command, max(scheduled_ns, engine.state.now_ns))
        else:
            return


class Recorded(msgspec.Struct, frozen=True):
    """A command and its stamp, as a journal would hold it."""

    at_ns: int
    command: Command


class Recorder:
    """A listener that keeps every command, so that a run can be executed again."""

    def __init__(self) -> None:
        self.commands: list[Recorded] = []

    def __call__(self, at_ns: int, command: Command, events: list[Event]) -> None:
        """Keep one command."""
        self.commands.append(Recorded(at_ns, command))
