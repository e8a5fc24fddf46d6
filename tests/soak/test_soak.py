"""Twenty small seeds of ``scripts/soak``, and that it would find what it looks for."""

import os
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.soak import actions as act
from tests.soak.actions import AnyAction, Script, read_script, write_script
from tests.soak.again import look_elsewhere
from tests.soak.disk import Disk, FaultyDatabase
from tests.soak.draw import Drawing
from tests.soak.setting import drawn
from tests.soak.shrink import failure_of, shrunk
from tests.soak.world import Outcome, World, recorded
from tests.support.hash_seeds import printed
from venue.core import events as ev
from venue.core.commands import Command
from venue.core.engine import Engine
from venue.rules.rulebooks import RULEBOOKS
from venue.store.database import Statement

# More of both by environment: VENUE_SOAK_SEEDS=200 VENUE_SOAK_ACTIONS=2000.
SEEDS = int(os.environ.get("VENUE_SOAK_SEEDS", "20"))
ACTIONS = int(os.environ.get("VENUE_SOAK_ACTIONS", "100"))


def lived(seed: int, actions: int = ACTIONS) -> tuple[World, Outcome]:
    setting = drawn(seed)
    world = World(setting, Drawing(setting, actions))
    return world, world.run()


@cache
def outcome(seed: int) -> Outcome:
    return lived(seed)[1]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_acknowledged_is_lost_and_every_second_opinion_agrees(seed: int) -> None:
    assert outcome(seed).commands > 50


def test_the_seeds_together_meet_every_fault_and_every_rulebook() -> None:
    faults: Counter[str] = sum((outcome(seed).faults for seed in range(SEEDS)), Counter())
    books = {book for seed in range(SEEDS) for book in drawn(seed).rulebooks}

    missing = {
        *("cut_before", "cut_in", "cut_after", "refused", "unsure", "full", "slow"),
        *("a frame lost", "a frame doubled", "a frame delayed"),
        *("a connection lost", "a connection half open", "a slow reader"),
        *("the clock set forth", "the clock set back", "a newer version"),
        "a source's frame refused",
        *("a source's frame lost", "a source's frame doubled", "a source's frame delayed"),
    } - set(faults)
    assert not missing
    assert books == set(RULEBOOKS) or len(RULEBOOKS) > SEEDS


def test_other_interpreters_come_to_the_same() -> None:
    found = outcome(1)

    ways = look_elsewhere(found.groups, found.came_to)

    assert len(ways) >= 2


def test_a_life_is_the_same_under_any_hash_seed() -> None:
    program = "from tests.soak.test_soak import lived; print(lived(4, 50)[1].came_to)"

    found = printed(program)

    assert len(found) == 1


def test_a_list_of_actions_brings_the_same_life_again() -> None:
    world, was = lived(3)

    again = World(world.setting, recorded(world.done)).run()

    assert again.came_to == was.came_to
    assert again.faults == was.faults


# What it would find: one planted fault each, in the venue or under it.


def test_a_disk_that_forgets_what_it_acknowledged_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commit = Disk.commit

    def forgetful(disk: Disk, statements: tuple[Statement, ...]) -> None:
        commit(disk, statements)
        if disk.durable_seq > 60 and statements[0][0].startswith("INSERT INTO journal"):
            disk.whole.execute("DELETE FROM journal WHERE first_seq > 60")

    monkeypatch.setattr(Disk, "commit", forgetful)

    with pytest.raises(AssertionError):
        lived(1, 250)


def test_an_acknowledgement_before_the_commit_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that says it has written, and writes later."""
    late: list[tuple[Statement, ...]] = []
    write_now, write = FaultyDatabase.write_now, FaultyDatabase.write

    def lazy(database: FaultyDatabase, *statements: Statement) -> None:
        late.append(statements)

    async def honest(database: FaultyDatabase, *statements: Statement) -> None:
        for each in late:
            write_now(database, *each)
        late.clear()
        await write(database, *statements)

    monkeypatch.setattr(FaultyDatabase, "write_now", lazy)
    monkeypatch.setattr(FaultyDatabase, "write", honest)

    with pytest.raises(AssertionError, match="durable"):
        lived(1, 250)


def test_money_from_nowhere_is_caught_and_made_short(monkeypatch: pytest.MonkeyPatch) -> None:
    execute = Engine.execute

    def careless(engine: Engine, command: Command, *, at_ns: int) -> list[ev.Event]:
        events = execute(engine, command, at_ns=at_ns)
        if any(isinstance(event, ev.OrderAccepted) for event in events):
            engine.state.ledger.fees_micros += 1
        return events

    monkeypatch.setattr(Engine, "execute", careless)
    setting = drawn(1)
    world = World(setting, Drawing(setting, 250))
    with pytest.raises(AssertionError, match="ledger"):
        world.run()

    def fails(actions: Sequence[AnyAction]) -> str | None:
        return failure_of(setting, actions)

    kept = shrunk(world.done, fails, seconds=30)

    assert len(kept) <= 8 < len(world.done)
    assert "ledger" in (fails(kept) or "")


def test_a_failure_is_kept_as_a_file(tmp_path: Path) -> None:
    done: list[AnyAction] = [act.Say(bot=1, payload=b"\xff{"), act.NextLife(down_ms=5)]
    script = Script(7, "abc", "it fails", done)

    write_script(tmp_path / "soak-7.json", script)

    assert read_script(tmp_path / "soak-7.json") == script
