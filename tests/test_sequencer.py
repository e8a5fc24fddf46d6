"""The sequencer: nothing leaves before it is durable, and time passes by itself."""

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence

import pytest

from venue.agenda import Agenda
from venue.clock import AcceleratedClock, Leg, SteppedClock
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.engine import Engine
from venue.core.events import Event
from venue.core.handlers import HANDLERS
from venue.core.phases import Closure, Session
from venue.core.state import State
from venue.core.units import E4, E9, NS_PER_SECOND
from venue.group import Group
from venue.rules.build import build
from venue.rules.rulebooks import spec
from venue.sequencer import Journal, JournalGone, Sequencer

START_NS = 1_744_383_600 * NS_PER_SECOND
GENESIS = bytes(32)


class MemoryJournal:
    """Groups in a list; it can be slow, or gone."""

    def __init__(self, *, inline: bool = True) -> None:
        self.groups: list[Group] = []
        self.can_append_now = inline
        self.commit_ns = 0
        self.is_gone = False
        self.release = asyncio.Event()
        self.release.set()

    def append_now(self, group: Group) -> None:
        if self.is_gone:
            raise JournalGone("the disk is full")
        self.groups.append(group)

    async def append(self, group: Group) -> None:
        await self.release.wait()
        self.append_now(group)


def made(
    journal: Journal,
    *,
    agenda: Agenda | None = None,
    clock: SteppedClock | None = None,
    stopwatch_ns: Callable[[], int] = time.monotonic_ns,
) -> tuple[Sequencer, SteppedClock]:
    clock = clock or SteppedClock(START_NS)
    sequencer = Sequencer(
        Engine(build), journal, clock, chain=GENESIS, agenda=agenda, stopwatch_ns=stopwatch_ns
    )
    return sequencer, clock


def slow_stopwatch() -> Callable[[], int]:
    """Return one by which every turn is over at the first look: a few commands later."""
    looks = itertools.count()
    return lambda: next(looks) * NS_PER_SECOND


class Answers:
    """Collects replies in the order in which they come."""

    def __init__(self) -> None:
        self.seqs: list[int] = []
        self.events: list[Event] = []

    def __call__(self, seq: int, at_ns: int, events: Sequence[Event]) -> None:
        self.seqs.append(seq)
        self.events.extend(events)


def test_nothing_is_answered_before_its_group_is_durable() -> None:
    async def run() -> None:
        journal = MemoryJournal(inline=False)
        journal.release.clear()
        sequencer, _ = made(journal)
        sequencer.start()
        answers = Answers()

        sequencer.submit(cmd.OpenAccount("ann"), answers)
        await asyncio.sleep(0.01)

        assert answers.seqs == []
        journal.release.set()
        await sequencer.drain()
        assert answers.seqs == [1]

    asyncio.run(run())


def test_commands_that_come_during_a_commit_form_the_next_group() -> None:
    async def run() -> None:
        journal = MemoryJournal(inline=False)
        journal.release.clear()
        sequencer, _ = made(journal)
        sequencer.start()
        sequencer.submit(cmd.OpenAccount("ann"))
        await asyncio.sleep(0.01)
        sequencer.submit(cmd.OpenAccount("bob"))
        sequencer.submit(cmd.OpenAccount("eve"))

        journal.release.set()
        await sequencer.drain()

        assert [(group.first_seq, group.last_seq) for group in journal.groups] == [(1, 1), (2, 3)]

    asyncio.run(run())


def test_a_question_sees_durable_state_only_and_does_not_wait_for_ever() -> None:
    async def run() -> None:
        journal = MemoryJournal(inline=False)
        journal.release.clear()
        sequencer, _ = made(journal)
        sequencer.start()
        sequencer.submit(cmd.OpenAccount("ann"))
        await asyncio.sleep(0.01)
        seen: list[int] = []

        sequencer.ask(lambda state: seen.append(state.seq))
        sequencer.submit(cmd.OpenAccount("bob"))
        await asyncio.sleep(0.01)

        assert seen == []
        journal.release.set()
        await sequencer.drain()
        assert seen == [1]
        assert journal.groups[-1].last_seq == 2

    asyncio.run(run())


def test_a_journal_that_is_gone_pauses_acknowledgements_until_it_is_back() -> None:
    async def run() -> None:
        journal = MemoryJournal()
        journal.is_gone = True
        told: list[str | None] = []
        clock = SteppedClock(START_NS)
        sequencer = Sequencer(Engine(build), journal, clock, chain=GENESIS, on_trouble=told.append)
        sequencer.start()
        answers = Answers()

        sequencer.submit(cmd.OpenAccount("ann"), answers)
        await asyncio.sleep(0.05)

        assert sequencer.paused == "the disk is full"
        assert answers.seqs == []
        journal.is_gone = False
        await sequencer.drain()
        assert answers.seqs == [1]
        assert sequencer.paused is None
        assert told == ["the disk is full", None]

    asyncio.run(run())


def test_a_journal_that_stays_gone_is_told_of_with_its_present_reason() -> None:
    """How a loss showed first need not be why it lasts."""
    reasons = ["the connection ended", "connection refused", "connection refused"]

    class LostJournal(MemoryJournal):
        async def append(self, group: Group) -> None:
            if reasons:
                raise JournalGone(reasons.pop(0))
            await super().append(group)

    async def run() -> None:
        told: list[str | None] = []
        clock = SteppedClock(START_NS)
        journal = LostJournal(inline=False)
        sequencer = Sequencer(Engine(build), journal, clock, chain=GENESIS, on_trouble=told.append)
        sequencer.start()

        sequencer.submit(cmd.OpenAccount("ann"))
        await sequencer.drain()

        assert told == ["the connection ended", "connection refused", None]

    asyncio.run(run())


def test_scheduled_commands_come_before_an_order_that_is_stamped_after_them() -> None:
    async def run() -> None:
        journal = MemoryJournal()
        change = cmd.ChangeSession("TSLA", Session.REGULAR, Closure.NONE, START_NS, None, None)
        agenda = Agenda([[(START_NS + 5 * NS_PER_SECOND, change)]])
        # By this watch a turn is never over: on a slow machine the first command might end one.
        sequencer, clock = made(journal, agenda=agenda, stopwatch_ns=lambda: 0)
        seen: list[tuple[int, int, str]] = []
        sequencer.on_durable(
            lambda seq, at_ns, command, events: seen.append((seq, at_ns, type(command).__name__))
        )
        sequencer.start()
        clock.step_to(START_NS + 9 * NS_PER_SECOND)

        sequencer.submit(cmd.OpenAccount("ann"))
        await sequencer.drain()

        assert seen == [
            (1, START_NS + 5 * NS_PER_SECOND, "ChangeSession"),
            (2, START_NS + 9 * NS_PER_SECOND, "OpenAccount"),
        ]

    asyncio.run(run())


def test_time_passes_by_itself_and_is_journalled_only_when_a_timer_was_due() -> None:
    async def run() -> None:
        journal = MemoryJournal()
        clock = AcceleratedClock(START_NS, (Leg(600 * E4, None),))
        sequencer = Sequencer(Engine(build), journal, clock, chain=GENESIS)
        marks: list[Event] = []
        commands: list[str] = []

        def listen(seq: int, at_ns: int, command: cmd.Command, events: Sequence[Event]) -> None:
            commands.append(type(command).__name__)
            marks.extend(event for event in events if isinstance(event, ev.MarkUpdated))

        sequencer.on_durable(listen)
        sequencer.start()
        sequencer.submit(cmd.ListMarket(spec("TSLA")))
        sequencer.submit(
            cmd.ChangeSession("TSLA", Session.REGULAR, Closure.NONE, START_NS, None, None)
        )
        sequencer.submit(
            cmd.SubmitPrint("TSLA", "tape", 250 * E9, START_NS, START_NS, 600 * NS_PER_SECOND)
        )
        await asyncio.sleep(0.2)
        await sequencer.stop()

        assert len(marks) >= 5
        assert set(commands[3:]) == {"PassTime"}
        assert len(commands) - 3 <= len(marks) * 4

    asyncio.run(run())


def test_a_broken_assertion_stops_the_venue_and_is_not_journalled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def run() -> None:
        journal = MemoryJournal()
        kept: list[tuple[int, str]] = []
        sequencer = Sequencer(
            Engine(build),
            journal,
            SteppedClock(START_NS),
            chain=GENESIS,
            on_assertion=lambda seq, at_ns, command, why: kept.append((seq, why)),
        )
        sequencer.start()
        answers = Answers()
        sequencer.submit(cmd.OpenAccount("ann"), answers)
        sequencer.engine.state.now_ns = START_NS + 1  # A stamp that would have to go back.
        sequencer.execute_at(cmd.OpenAccount("bob"), START_NS)

        def break_it(state: State, command: cmd.Command) -> None:
            raise AssertionError("positions do not sum to zero")

        kind: type[cmd.Command] = cmd.OpenAccount
        monkeypatch.setitem(HANDLERS, kind, break_it)
        sequencer.submit(cmd.OpenAccount("eve"), answers)
        await sequencer.drain()

        assert kept[0][1] == "positions do not sum to zero"
        assert answers.seqs == [1]
        assert sequencer.stopped is not None
        with pytest.raises(AssertionError):
            sequencer.stopped.result()
        assert journal.groups[-1].last_seq == 2

    asyncio.run(run())


def test_whatever_breaks_within_a_command_stops_the_venue_before_it_is_journalled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A rule from outside may raise anything; what it left half done must not go on."""

    async def run() -> None:
        journal = MemoryJournal()
        kept: list[tuple[int, str]] = []
        sequencer = Sequencer(
            Engine(build),
            journal,
            SteppedClock(START_NS),
            chain=GENESIS,
            on_assertion=lambda seq, at_ns, command, why: kept.append((seq, why)),
        )
        sequencer.start()
        answers = Answers()
        sequencer.submit(cmd.OpenAccount("ann"), answers)

        def break_it(state: State, command: cmd.Command) -> None:
            raise KeyError("TSLA")

        kind: type[cmd.Command] = cmd.OpenAccount
        monkeypatch.setitem(HANDLERS, kind, break_it)
        sequencer.submit(cmd.OpenAccount("eve"), answers)
        sequencer.submit(cmd.OpenAccount("bob"), answers)
        await sequencer.drain()

        assert [why for _, why in kept] == ["KeyError: 'TSLA'"]
        assert answers.seqs == [1]
        assert journal.groups[-1].last_seq == 1
        assert sequencer.stopped is not None
        with pytest.raises(KeyError):
            sequencer.stopped.result()

    asyncio.run(run())


def test_an_accelerated_clock_changes_speed_where_its_leg_ends() -> None:
    clock = AcceleratedClock(START_NS, (Leg(1_000_000 * E4, START_NS + 1), Leg(E4, None)))

    assert clock.now_ns() - START_NS < NS_PER_SECOND
    assert clock.speed_e4 == E4


def test_a_venue_whose_journal_stays_gone_can_be_stopped_and_answers_nothing() -> None:
    async def run() -> None:
        journal = MemoryJournal()
        journal.is_gone = True
        sequencer, _ = made(journal)
        sequencer.start()
        answers = Answers()
        sequencer.submit(cmd.OpenAccount("ann"), answers)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sequencer.stop(), 0.05)
        sequencer.abandon()
        await asyncio.sleep(0)

        assert answers.seqs == []
        assert journal.groups == []

    asyncio.run(run())


def test_a_big_group_is_told_over_several_turns_in_order_and_before_the_next() -> None:
    async def run() -> None:
        journal = MemoryJournal(inline=False)
        journal.release.clear()
        sequencer, _ = made(journal, stopwatch_ns=slow_stopwatch())
        told: list[int] = []
        sequencer.on_durable(lambda seq, at_ns, command, events: told.append(seq))
        sequencer.start()
        sequencer.submit(cmd.OpenAccount("first"))
        await asyncio.sleep(0.01)
        for number in range(100):
            sequencer.submit(cmd.OpenAccount(f"a{number}"))
        asked: list[int] = []
        sequencer.ask(lambda state: asked.append(len(told)))

        journal.release.set()
        while len(journal.groups) < 2:
            await asyncio.sleep(0)
        while len(told) < 5:
            await asyncio.sleep(0)
        sequencer.submit(cmd.OpenAccount("late"))
        await asyncio.sleep(0)

        assert len(told) < 101
        assert not asked
        assert len(journal.groups) == 2
        await sequencer.drain()
        assert told == list(range(1, 103))
        assert asked == [101]
        await sequencer.stop()

    asyncio.run(run())


def test_a_listener_that_breaks_in_a_later_turn_stops_the_venue() -> None:
    async def run() -> None:
        sequencer, _ = made(MemoryJournal(), stopwatch_ns=slow_stopwatch())

        def broken(seq: int, *rest: object) -> None:
            assert seq < 30, "the thirtieth cannot be told"

        sequencer.on_durable(broken)
        sequencer.start()
        for number in range(40):
            sequencer.submit(cmd.OpenAccount(f"a{number}"))
        assert sequencer.stopped is not None
        with pytest.raises(AssertionError, match="the thirtieth cannot be told"):
            await asyncio.wait_for(sequencer.stopped, 5)

    asyncio.run(run())


def test_only_a_lone_bot_s_groups_are_committed_on_the_loop() -> None:
    """Whoever has company is better served by the loop going on while the disk works."""

    async def run() -> None:
        journal = MemoryJournal(inline=True)
        journal.release.clear()  # What goes to the disk's own thread stays there.
        sequencer, _ = made(journal)
        sequencer.start()

        sequencer.submit(cmd.OpenAccount("alone"))
        await asyncio.sleep(0)
        alone = [group.last_seq for group in journal.groups]
        for number in range(20):
            sequencer.submit(cmd.OpenAccount(f"crowd-{number}"))
        await asyncio.sleep(0)
        crowded = [group.last_seq for group in journal.groups]
        journal.release.set()
        await sequencer.stop()

        assert alone == [1]
        assert crowded == [1]
        assert [group.last_seq for group in journal.groups] == [1, 21]

    asyncio.run(run())


def test_a_group_is_counted_whole_and_once_before_it_is_answered() -> None:
    async def run() -> None:
        sequencer, _ = made(MemoryJournal())
        told: list[object] = []
        sequencer.on_executed(lambda group: told.append([seq for seq, *_ in group]))
        sequencer.start()

        for name in ("ann", "bob"):
            sequencer.submit(cmd.OpenAccount(name), lambda seq, at_ns, events: told.append(seq))
        await sequencer.stop()

        assert told == [[1, 2], 1, 2]

    asyncio.run(run())
