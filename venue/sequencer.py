"""The one writer: number, stamp, execute, journal, publish, in groups.

A command is executed in memory as soon as it comes; what it leads to leaves only when its group
is durable. Groups form by themselves: while one commit is in flight the next collects. When
nothing is in flight and commits are fast, a group is committed on the spot, which is the
shortest way for a lone bot.

Scheduled commands (recorded prints, closes and opens) are pulled from an agenda, each stamped with
its own time, so that no order is ever stamped past something that was due before it.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from venue.clock import Clock
from venue.core.commands import Command, PassTime
from venue.core.events import Event
from venue.core.state import State
from venue.core.units import E4, NS_PER_MINUTE
from venue.group import Executed, Group, Reply, Sealed, seal
from venue.telling import Durable, Telling

# Committing on the loop is fine while it is idle, which two groups this small together say, and
# while recent commits stay under this. Whoever has company is better served by the loop going on.
INLINE_COMMANDS_MAX: Final = 4
INLINE_COMMIT_NS_MAX: Final = 1_000_000
# One turn of catching up works no longer than this before others get the loop.
CATCH_UP_NS: Final = 1_000_000
# While a commit is in flight, time passes until this many events wait for the next: whoever sends
# an order meanwhile waits for all of them.
EVENTS_BESIDE_A_COMMIT: Final = 80
# A cascade's turn is shorter still: an order takes four turns of the loop.
CASCADE_NS: Final = 300_000
GIVING_WAY_MAX: Final = 3
# A group is closed at this many commands even while another commit is in flight.
GROUP_COMMANDS_MAX: Final = 5_000
# A leap of the wall clock beyond this waits for the operator.
LEAP_NS_MAX: Final = 5 * NS_PER_MINUTE
RETRY_SECONDS: Final = 0.5


class StateMachine(Protocol):
    """What the sequencer needs of the core's engine, or of who watches one."""

    @property
    def state(self) -> State: ...
    @property
    def next_due_ns(self) -> int: ...
    def execute(self, command: Command, *, at_ns: int) -> list[Event]: ...


class Journal(Protocol):
    """What the sequencer needs of a journal; ``store`` has two."""

    @property
    def can_append_now(self) -> bool: ...
    @property
    def commit_ns(self) -> int: ...
    async def append(self, group: Group) -> None: ...
    def append_now(self, group: Group) -> None: ...


class Agenda(Protocol):
    """Commands that are known before they are due."""

    def next_ns(self) -> int: ...
    def take(self, at_ns: int) -> Iterable[tuple[int, Command]]: ...


class JournalGone(Exception):
    """The journal cannot take a group now; the same group may be tried again."""


class Sequencer:
    """Owns the engine. Everything runs on one event loop; nothing here awaits but commits."""

    def __init__(
        self,
        engine: StateMachine,
        journal: Journal,
        clock: Clock,
        *,
        chain: bytes,
        agenda: Agenda | None = None,
        gone: type[Exception] = JournalGone,
        on_trouble: Callable[[str | None], None] = lambda why: None,
        on_assertion: Callable[[int, int, Command, str], None] | None = None,
        stopwatch_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.chain = chain
        self.stopped: asyncio.Future[None] | None = None
        self.durable_seq = engine.state.seq
        self.paused: str | None = None
        self._journal = journal
        self._agenda = agenda
        self._gone = gone
        self._on_trouble = on_trouble
        self._on_assertion = on_assertion
        self._stopwatch_ns = stopwatch_ns
        self._group: list[Executed] = []
        self._asks: list[Callable[[State], None]] = []
        self._held: list[tuple[Command, Reply | None]] = []
        self._telling = Telling(
            stopwatch_ns=stopwatch_ns, all_told=self._all_told, broken=self._stop
        )
        self._last_count = 0
        self._in_flight: asyncio.Task[None] | None = None
        self._flush_due = False
        self._wake: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._behind = False
        self._gave_way = 0
        self._last_now_ns = 0
        self._armed_ns = 0
        self._dead = False
        self._stopping = False

    # What others see.

    def start(self) -> None:
        """Begin to let time pass."""
        self._loop = asyncio.get_running_loop()
        self._telling.start(self._loop)
        self.stopped = self._loop.create_future()
        self._last_now_ns = self.clock.now_ns()
        self._arm()

    def on_durable(self, listener: Durable) -> None:
        """Call ``listener(seq, at_ns, command, events)`` for each command once it is durable."""
        self._telling.listeners.append(listener)

    def on_executed(self, counter: Callable[[Sequence[Executed]], None]) -> None:
        """Call ``counter(executed)`` with all commands of each durable group at once."""
        self._telling.counters.append(counter)

    def on_group(self, follower: Callable[[int, bytes, bytes], None]) -> None:
        """Call ``follower(first_seq, commands, events)`` with each durable group, both packed."""
        self._telling.followers.append(follower)

    def submit(self, command: Command, reply: Reply | None = None) -> None:
        """Execute a command now; ``reply(seq, at_ns, events)`` comes when it is durable."""
        telling = self._telling.sealed
        if (self._asks and (telling is not None or self._in_flight is not None)) or (
            telling is not None and telling.asks
        ):
            self._held.append((command, reply))  # Questions first, or they might wait for ever.
            return
        self._execute(command, self._stamp(), reply)
        if not self._flush_due:
            self._flush_soon()

    def execute_at(self, command: Command, at_ns: int) -> None:
        """Execute a command at a time of its own, not before the last one's."""
        self._execute(command, max(at_ns, self.engine.state.now_ns), None)
        self._flush_soon()

    def ask(self, question: Callable[[State], None]) -> None:
        """Call ``question(state)`` once everything executed so far is durable."""
        self._asks.append(question)
        self._flush_soon()

    def ready(self, account: int, go_on: Callable[[int], None]) -> bool:
        """Time passes by itself here: nobody is waited for."""
        return False

    def now_ns(self) -> int:
        """Return the venue's time: the clock's, or the last command's while catching up."""
        return self.engine.state.now_ns if self._behind else self.clock.now_ns()

    def speed(self) -> str:
        """Return venue seconds a real second as a decimal; ``0`` when time is stepped."""
        whole, part = divmod(self.clock.speed_e4, E4)
        return f"{whole}.{part:04}".rstrip("0").rstrip(".")

    async def drain(self) -> None:
        """Return when everything executed so far is durable and published."""
        while (
            self._group
            or self._in_flight is not None
            or self._telling.sealed is not None
            or self._asks
            or self._held
        ):
            self._flush()
            if self._in_flight is not None and self._in_flight.done():
                await asyncio.sleep(RETRY_SECONDS)  # Its group will never be durable.
            elif self._in_flight is not None:
                await asyncio.wait([self._in_flight])
            else:
                await asyncio.sleep(0)

    async def stop(self) -> None:
        """Let no more time pass; make durable what was executed."""
        self._stopping = True
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        await self.drain()
        self._dead = True

    def abandon(self) -> None:
        """Give up what could not be made durable; it was never acknowledged."""
        self._dead = True
        if self._in_flight is not None:
            self._in_flight.cancel()

    # Time.

    def catch_up(self) -> bool:
        """Run what is due at the clock's time, some at a time; return whether more is left."""
        now_ns = self.clock.now_ns()
        if self.clock.kind == "live" and now_ns - self._last_now_ns > LEAP_NS_MAX:
            self._stop(
                RuntimeError(
                    f"the machine's clock leapt {(now_ns - self._last_now_ns) // 10**9} s ahead; "
                    "start again with --accept-outage to go on from there"
                )
            )
            return False
        self._last_now_ns = now_ns
        until = self._stopwatch_ns() + CATCH_UP_NS
        while True:
            due_ns = self._agenda.next_ns() if self._agenda is not None else 1 << 62
            if due_ns <= now_ns and self._agenda is not None:
                for at_ns, command in self._agenda.take(due_ns):
                    self._execute(command, max(at_ns, self.engine.state.now_ns), None)
            elif self.engine.next_due_ns <= now_ns:
                at_ns = min(now_ns, max(self.engine.next_due_ns, self.engine.state.now_ns))
                self._execute(PassTime(), at_ns, None)
            else:
                self._behind = False
                return False
            if self._dead:
                return False
            over_ns = until - (CATCH_UP_NS - CASCADE_NS if self._is_cascade() else 0)
            if self._stopwatch_ns() >= over_ns or len(self._group) >= GROUP_COMMANDS_MAX:
                self._behind = True
                return True

    def _stamp(self) -> int:
        if self._behind:
            return self.engine.state.now_ns
        now_ns = self.clock.now_ns()
        agenda = self._agenda
        if agenda is not None and agenda.next_ns() <= now_ns and self.catch_up():
            self._arm()
            return self.engine.state.now_ns
        last_ns = self.engine.state.now_ns
        return now_ns if now_ns > last_ns else last_ns

    def _arm(self) -> None:
        """Wake up when the next thing is due."""
        loop = self._loop
        if loop is None or self._stopping or self._dead:
            return
        if self._wake is not None:
            self._wake.cancel()
        due_ns = self.engine.next_due_ns
        if self._agenda is not None:
            due_ns = min(due_ns, self._agenda.next_ns())
        self._armed_ns = due_ns
        wait = self.clock.wait_seconds(due_ns)
        self._wake = None if wait is None else loop.call_later(min(wait, 60.0), self._tick)

    def _tick(self) -> None:
        try:
            self._let_time_pass()
        except Exception as error:  # Our own bug, wherever it is: stop, do not go on half told.
            self._stop(error)

    def _let_time_pass(self) -> None:
        self._wake = None
        if self.paused is not None and len(self._group) >= GROUP_COMMANDS_MAX:
            return  # The journal is gone and the group is full: time stands still until it is back.
        if self._must_wait():
            self._behind = True
            return  # It goes on when the next group has been told.
        self.catch_up()
        self._flush_soon()
        self._arm()

    def _is_cascade(self) -> bool:
        """Say whether what is due is left over from a moment that has been reached."""
        return self.engine.next_due_ns <= self.engine.state.now_ns

    def _must_wait(self) -> bool:
        """Say whether time passes later: after a commit with a full group, or after an answer.

        A cascade gives way to whoever waits for an answer, but only so many times in a row: so
        neither starves.
        """
        is_busy = self._in_flight is not None or self._telling.sealed is not None
        if is_busy:
            events = sum(len(events) for _, _, _, events, _ in self._group)
            if events >= EVENTS_BESIDE_A_COMMIT:
                return True
        gives_way = self._gave_way < GIVING_WAY_MAX and self._is_cascade() and self._someone_waits()
        self._gave_way = self._gave_way + 1 if gives_way else 0
        return gives_way

    def _someone_waits(self) -> bool:
        untold = self._telling.untold()
        return any(each[4] is not None for each in (*self._group, *untold))

    # Execution and durability.

    def _execute(self, command: Command, at_ns: int, reply: Reply | None) -> None:
        if self._dead:
            return
        engine = self.engine
        try:
            events = engine.execute(command, at_ns=at_ns)
        except Exception as error:
            # An assertion, or whatever else broke in the middle of a command, a rule from outside
            # for one. Not journalled: the restart does not meet it again. What came before stays.
            self._dead = True
            is_said = isinstance(error, AssertionError)
            why = str(error) if is_said else f"{type(error).__name__}: {error}"
            if self._on_assertion is not None:
                self._on_assertion(engine.state.seq, at_ns, command, why)
            self._stop(error)
            return
        self._group.append((engine.state.seq, at_ns, command, events, reply))

    def _flush_soon(self) -> None:
        if not self._flush_due and self._loop is not None:
            self._flush_due = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_due = False
        try:
            self._close_group()
        except Exception as error:
            self._stop(error)

    def _close_group(self) -> None:
        if self._in_flight is not None or self._telling.sealed is not None:
            return
        if not self._group:
            self._answer_asks()
            return
        executed, self._group = self._group, []
        asks, self._asks = self._asks, []
        sealed = seal(self.chain, executed, asks)
        self.chain = sealed.group.chain
        journal = self._journal
        last_count, self._last_count = self._last_count, len(executed)
        if (
            last_count + len(executed) <= INLINE_COMMANDS_MAX
            and journal.can_append_now
            and journal.commit_ns < INLINE_COMMIT_NS_MAX
        ):
            try:
                journal.append_now(sealed.group)
            except self._gone:
                pass
            else:
                self._telling.begin(sealed)
                return
        assert self._loop is not None, "the sequencer was started"
        self._in_flight = self._loop.create_task(self._commit(sealed))

    async def _commit(self, sealed: Sealed) -> None:
        while True:
            try:
                await self._journal.append(sealed.group)
                break
            except self._gone as error:
                if self.paused != (why := str(error)):  # The first may be but how it showed.
                    self.paused = why
                    self._on_trouble(why)
                await asyncio.sleep(RETRY_SECONDS)
            except Exception as error:
                # Trying again cannot help. The group stays in flight: none may follow it.
                self.paused = str(error)
                self._stop(error)
                return
        if self.paused is not None:
            self.paused = None
            self._on_trouble(None)
        self._in_flight = None
        try:
            self._telling.begin(sealed)
        except Exception as error:
            self._stop(error)

    def _all_told(self, sealed: Sealed) -> None:
        """Answer questions, and go on with what has come meanwhile."""
        self.durable_seq = sealed.group.last_seq
        self._asks = sealed.asks + self._asks
        if not self._group:
            self._answer_asks()
        if self._group or self._asks:
            self._flush_soon()
        if self._wake is None or self.engine.next_due_ns < self._armed_ns:
            self._arm()

    def _answer_asks(self) -> None:
        """Answer questions while the state holds nothing but what is durable."""
        if not self._asks:
            return
        asks, self._asks = self._asks, []
        if not self._dead:  # A state that broke in the middle of a command tells nobody anything.
            for question in asks:
                question(self.engine.state)
        held, self._held = self._held, []
        for command, reply in held:
            self.submit(command, reply)

    def _stop(self, error: BaseException) -> None:
        self._dead = True
        self._telling.end()  # Who broke while being told is not told more; all of it is durable.
        if self.stopped is not None and not self.stopped.done():
            self.stopped.set_exception(error)
