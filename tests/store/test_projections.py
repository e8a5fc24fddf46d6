"""The projections say what the engine's state says, follow the journal, and can be made again."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.store.venue_day import LEO, Player, venue_day
from venue.core.margin import equity_micros
from venue.core.state import State
from venue.core.units import NS_PER_MINUTE
from venue.history import Kept
from venue.recovering import Recovering, bring_back
from venue.rules.build import build
from venue.store.catch_up import catch_up, rebuild
from venue.store.errors import StoreError, StoreUnavailable
from venue.store.journal import Meta
from venue.store.open import open_journal
from venue.store.open_projections import open_projections
from venue.store.projection_tables import PROJECTIONS
from venue.store.projections import Projections
from venue.store.queries import Asked, explain_liquidation, history
from venue.store.recover import save_state
from venue.store.sql_journal import SqlJournal
from venue.store.write_rows import read_goal

COMMANDS = list(venue_day())
META = Meta(1, 1, "0.1.0", 77, "stepped", 10_000, 0)
Rows = list[dict[str, Any]]


@pytest.fixture
def projections_url(journal_url: str, tmp_path: Path) -> str:
    """Beside the journal, in a file of its own; a server's database holds both."""
    if journal_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'projections.db'}"
    return journal_url


async def play(journal: SqlJournal, projections: Projections, *, size: int = 7) -> Player:
    """Journal the day, handing each durable group over."""
    player = Player()
    projections.begin(player.engine.state)
    for begin in range(0, len(COMMANDS), size):
        await journal.append(player.group(COMMANDS[begin : begin + size]))
        projections.take(player.executed[begin : begin + size])
    return player


async def everything(projections: Projections) -> dict[str, Rows]:
    async with projections.engine.connect() as connection:
        return {
            name: [
                dict(row)
                for row in (
                    await connection.execute(select(table).order_by(*table.primary_key.columns))
                ).mappings()
            ]
            for name, table in PROJECTIONS.tables.items()
        }


def on(
    journal_url: str,
    projections_url: str,
    what: Callable[[SqlJournal, Projections], Awaitable[None]],
) -> None:
    async def opened() -> None:
        journal = await open_journal(journal_url)
        projections = await open_projections(projections_url)
        try:
            if not await journal.epochs():
                await journal.begin_epoch(META)
            await what(journal, projections)
        finally:
            await projections.close()
            await journal.close()

    asyncio.run(opened())


@pytest.mark.parametrize("insurance_dollars", [20_000, 100])
def test_the_tables_agree_with_the_state(
    journal_url: str, projections_url: str, insurance_dollars: int
) -> None:
    """Also where the fund is spent, and positions end by deleveraging."""

    async def check(journal: SqlJournal, projections: Projections) -> None:
        player = Player()
        projections.begin(player.engine.state)
        await player.play(journal, list(venue_day(insurance_dollars=insurance_dollars)))
        projections.take(player.executed)
        await projections.write_waiting()
        rows = await everything(projections)
        state = player.engine.state

        assert projections.progress.seq == state.seq
        assert {row["account"]: row["name"] for row in rows["accounts"]} == {
            number: account.name for number, account in state.accounts.items() if number
        }
        assert _open_orders(rows["orders"]) == _resting(state)
        assert _balances(rows["ledger"]) == _money(state)
        assert _positions(rows["fills"], rows["transfers"]) == _held(state)
        assert len(rows["fills"]) == 2 * len(rows["trades"]) > 0
        assert sum(row["price_ticks"] * row["size_lots"] for row in rows["trades"]) > 0
        market = state.markets["TSLA"]
        assert rows["mark_values"][-1]["mark_nanos"] == market.mark_nanos
        assert rows["index_values"][-1]["index_nanos"] == market.index_nanos
        waiting = [row["order_id"] for row in rows["triggers"] if row["status"] == "waiting"]
        assert waiting == [number for it in state.accounts.values() for number in it.triggers]

    on(journal_url, projections_url, check)


def _open_orders(orders: Rows) -> dict[int, int]:
    return {
        row["order_id"]: row["size_lots"] - row["filled_lots"] - row["reduced_lots"]
        for row in orders
        if row["status"] == "open"
    }


def _resting(state: State) -> dict[int, int]:
    return {number: order.remaining_lots for number, order in state.orders.items()}


def _balances(ledger: Rows) -> dict[int, int]:
    balances: dict[int, int] = {}
    for row in ledger:
        balances[row["account"]] = balances.get(row["account"], 0) + row["amount_micros"]
    return balances


def _money(state: State) -> dict[int, int]:
    return {
        number: account.balance_micros
        + sum(holding.isolated_micros for holding in account.holdings.values())
        for number, account in state.accounts.items()
    }


def _positions(fills: Rows, transfers: Rows) -> dict[int, int]:
    positions: dict[int, int] = {}
    for row in fills:
        lots = row["size_lots"] if row["side"] == "buy" else -row["size_lots"]
        positions[row["account"]] = positions.get(row["account"], 0) + lots
    for row in transfers:
        positions[row["account"]] = positions.get(row["account"], 0) + row["lots"]
    return {account: lots for account, lots in positions.items() if lots}


def _held(state: State) -> dict[int, int]:
    return {
        number: account.holdings["TSLA"].size_lots
        for number, account in state.accounts.items()
        if "TSLA" in account.holdings and account.holdings["TSLA"].size_lots
    }


def test_every_table_has_rows(journal_url: str, projections_url: str) -> None:
    """Otherwise the comparisons of this file compare nothing."""

    async def check(journal: SqlJournal, projections: Projections) -> None:
        await play(journal, projections)
        await projections.write_waiting()

        assert [name for name, rows in (await everything(projections)).items() if not rows] == []

    on(journal_url, projections_url, check)


@pytest.mark.parametrize("size", [1, 50])
def test_made_again_they_are_the_same(journal_url: str, projections_url: str, size: int) -> None:
    """Live, commands may come one by one while the engine is far ahead of them."""

    async def check(journal: SqlJournal, projections: Projections) -> None:
        projections.progress = projections.progress._replace(origin_ns=META.created_ns)
        player = Player()
        projections.begin(player.engine.state)
        await player.play(journal, COMMANDS, size=size)
        for each in player.executed:
            projections.take([each])
        await projections.write_waiting()
        live = await everything(projections)

        assert await rebuild(projections, journal, build) == len(COMMANDS)

        assert await everything(projections) == live

    on(journal_url, projections_url, check)


def test_what_was_missed_is_made_from_the_nearest_checkpoint(
    journal_url: str, projections_url: str
) -> None:
    """The process dies with rows in the queue; the next one goes on where the tables end."""

    async def first_life(journal: SqlJournal, projections: Projections) -> None:
        await catch_up(projections, journal, build)
        player = Player()
        for begin in range(0, 350, 7):
            await journal.append(player.group(COMMANDS[begin : begin + 7]))
            projections.take(player.executed[begin : begin + 7])
            if begin == 210:
                await projections.write_waiting()
            if begin in (140, 280):
                await save_state(journal, player.engine.state, player.chain)
        assert projections.progress.seq == 217
        assert projections.taken_seq == 350

    async def second_life(journal: SqlJournal, projections: Projections) -> None:
        assert projections.progress.seq == 217
        assert await catch_up(projections, journal, build) == 350 - 217
        assert await catch_up(projections, journal, build) == 0
        caught_up = await everything(projections)

        await rebuild(projections, journal, build)

        assert await everything(projections) == caught_up

    on(journal_url, projections_url, first_life)
    on(journal_url, projections_url, second_life)


@pytest.mark.parametrize(
    ("written_until", "executed_twice"),
    [
        pytest.param(350, False, id="complete"),
        pytest.param(210, False, id="behind the end"),
        pytest.param(70, True, id="behind the checkpoint"),
        pytest.param(0, True, id="empty"),
    ],
)
def test_recovery_brings_the_tables_what_they_missed(
    journal_url: str, projections_url: str, written_until: int, executed_twice: bool
) -> None:
    """One execution is enough wherever the tables know the checkpoint that it begins at."""

    async def first_life(journal: SqlJournal, projections: Projections) -> None:
        projections.progress = projections.progress._replace(origin_ns=META.created_ns)
        player = Player()
        projections.begin(player.engine.state)
        for begin in range(0, 350, 7):
            await journal.append(player.group(COMMANDS[begin : begin + 7]))
            if begin < written_until:
                projections.take(player.executed[begin : begin + 7])
            if begin == 140:
                await save_state(journal, player.engine.state, player.chain)
        await projections.write_waiting()
        assert projections.progress.seq == written_until

    async def second_life(journal: SqlJournal, projections: Projections) -> None:
        told: list[tuple[int, int]] = []
        lines: list[str] = []
        recovering = Recovering(lines.append, count(0, 2).__next__)
        recovered, alongside = await bring_back(journal, Kept(100), projections, recovering)
        await alongside.finish(journal, build, told=lambda *each: told.append(each))

        assert (recovered.from_checkpoint_seq, recovered.commands) == (147, 203)
        assert (projections.progress.seq, projections.waiting_events) == (350, 0)
        assert projections.progress.origin_ns == META.created_ns
        assert bool(told) == executed_twice
        assert len(lines) == 203 // 7
        assert lines[-1].startswith("recovering: 203 of 203 commands executed again, ")
        caught_up = await everything(projections)
        await rebuild(projections, journal, build)
        assert await everything(projections) == caught_up

    on(journal_url, projections_url, first_life)
    on(journal_url, projections_url, second_life)


def test_recovery_refuses_tables_of_another_journal(journal_url: str, projections_url: str) -> None:
    async def check(journal: SqlJournal, projections: Projections) -> None:
        await play(journal, projections)
        await projections.write_waiting()
        before = await everything(projections)

        _, alongside = await bring_back(
            journal, Kept(100), projections, Recovering(lambda line: None)
        )

        with pytest.raises(StoreError, match="made from another journal"):
            await alongside.finish(journal, build)
        assert await everything(projections) == before

    on(journal_url, projections_url, check)


def test_a_writer_that_is_cancelled_anywhere_goes_on_from_there(
    journal_url: str, projections_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("venue.store.projections.BATCH_EVENTS", 900)
    monkeypatch.setattr("venue.store.projections.EVENTS_PER_TURN", 40)

    async def check(journal: SqlJournal, projections: Projections) -> None:
        projections.progress = projections.progress._replace(origin_ns=META.created_ns)
        await play(journal, projections)
        for turns in range(1, 200):
            task = asyncio.create_task(projections.write_waiting())
            for _ in range(turns % 23):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await projections.write_waiting()
        interrupted = await everything(projections)

        await rebuild(projections, journal, build)

        assert await everything(projections) == interrupted

    on(journal_url, projections_url, check)


def test_what_comes_after_a_write_that_seemed_to_fail_is_a_batch_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its commit may stand: with more in it, it would be written twice, and refused for ever."""

    async def check(journal: SqlJournal, projections: Projections) -> None:
        projections.progress = projections.progress._replace(origin_ns=META.created_ns)
        player = Player()
        projections.begin(player.engine.state)
        await player.play(journal, COMMANDS)
        projections.take(player.executed[:100])
        written = projections._write

        async def cut_off(batch: Any) -> None:
            await written(batch)
            raise asyncio.CancelledError

        with monkeypatch.context() as patched:
            patched.setattr(projections, "_write", cut_off)
            with pytest.raises(asyncio.CancelledError):
                await projections.write_waiting()
        projections.take(player.executed[100:])

        await projections.write_waiting()

        assert projections.progress.seq == len(COMMANDS)
        live = await everything(projections)
        await rebuild(projections, journal, build)
        assert await everything(projections) == live

    on(f"sqlite:///{tmp_path / 'journal.db'}", f"sqlite:///{tmp_path / 'p.db'}", check)


def test_tables_that_were_left_unfinished_say_so_until_they_are_whole(
    journal_url: str, projections_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start of the venue makes them whole as well, from where they were left."""
    monkeypatch.setattr("venue.store.catch_up.BATCH_EVENTS", 50)

    async def goal(projections: Projections) -> int | None:
        async with projections.engine.connect() as connection:
            return await read_goal(connection)

    async def broken_off(journal: SqlJournal, projections: Projections) -> None:
        player = Player()
        for begin in range(0, len(COMMANDS), 7):
            await journal.append(player.group(COMMANDS[begin : begin + 7]))
        await rebuild(projections, journal, build)
        assert await goal(projections) is None
        written = Projections.write_waiting

        async def until_a_third(self: Projections) -> None:
            if self.progress.seq > len(COMMANDS) // 3:
                raise asyncio.CancelledError
            await written(self)

        with monkeypatch.context() as broken:
            broken.setattr(Projections, "write_waiting", until_a_third)
            with pytest.raises(asyncio.CancelledError):
                await rebuild(projections, journal, build)
        assert await goal(projections) == len(COMMANDS)
        assert 0 < projections.progress.seq < len(COMMANDS)

    async def started_again(journal: SqlJournal, projections: Projections) -> None:
        assert 0 < projections.progress.seq < len(COMMANDS), "the goal is not what is known"
        _, alongside = await bring_back(journal, Kept(100), projections, Recovering(print))
        await alongside.finish(journal, build)

        assert await goal(projections) is None
        assert projections.progress.seq == len(COMMANDS)

    on(journal_url, projections_url, broken_off)
    on(journal_url, projections_url, started_again)


def test_a_goal_beyond_a_journal_that_was_cut_is_taken_off(tmp_path: Path) -> None:
    async def check(journal: SqlJournal, projections: Projections) -> None:
        player = Player()
        await journal.append(player.group(COMMANDS[:7]))
        await rebuild(projections, journal, build)
        await projections.aim(50)

        await catch_up(projections, journal, build)

        async with projections.engine.connect() as connection:
            assert await read_goal(connection) is None

    on(f"sqlite:///{tmp_path / 'journal.db'}", f"sqlite:///{tmp_path / 'p.db'}", check)


def test_run_follows_and_says_when_it_cannot(journal_url: str, projections_url: str) -> None:
    async def check(journal: SqlJournal, projections: Projections) -> None:
        async with projections.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE prints RENAME TO elsewhere")
        await play(journal, projections)
        with pytest.raises(StoreUnavailable, match="projections cannot be written now"):
            await projections.write_waiting()
        assert projections.progress.seq == 0

        async with projections.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO prints")
        task = asyncio.create_task(projections.run())
        while projections.waiting_events:
            await asyncio.sleep(0.01)
        projections.end()
        await task

        assert projections.progress.seq == len(COMMANDS)
        assert projections.trouble is None

    on(journal_url, projections_url, check)


def test_a_writer_that_cannot_follow_stops_taking(
    journal_url: str, projections_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("venue.store.projections.QUEUED_EVENTS_MAX", 500)

    async def check(journal: SqlJournal, projections: Projections) -> None:
        await play(journal, projections)
        assert projections.fell_behind
        assert projections.waiting_events <= 500
        await projections.write_waiting()
        assert 0 < projections.progress.seq < len(COMMANDS)

        monkeypatch.undo()
        projections.progress = projections.progress._replace(origin_ns=META.created_ns)
        await catch_up(projections, journal, build)

        assert not projections.fell_behind
        assert projections.progress.seq == len(COMMANDS)

    on(journal_url, projections_url, check)


def test_another_journals_projections_are_refused(journal_url: str, projections_url: str) -> None:
    async def check(journal: SqlJournal, projections: Projections) -> None:
        await play(journal, projections)
        await projections.write_waiting()
        with pytest.raises(StoreError, match="made from another journal"):
            await catch_up(projections, journal, build)
        await rebuild(projections, journal, build)

        await journal.cut(after_seq=0)

        with pytest.raises(StoreError, match=r"ends at 0.*venue db rebuild"):
            await catch_up(projections, journal, build)

    on(journal_url, projections_url, check)


def test_the_equity_curve_has_a_point_a_minute(journal_url: str, projections_url: str) -> None:
    async def check(journal: SqlJournal, projections: Projections) -> None:
        player = await play(journal, projections)
        await projections.write_waiting()
        state = player.engine.state

        curve = await history(projections.engine, Asked("equity_curve", account=LEO))

        minutes = [row["at_ns"] // NS_PER_MINUTE for row in curve]
        assert minutes == sorted(set(minutes))
        assert len(minutes) > 5
        assert curve[0]["equity_micros"] == 700_000_000
        assert curve[-1]["equity_micros"] == equity_micros(state, state.accounts[LEO])

    on(journal_url, projections_url, check)


def test_a_liquidation_explains_itself(journal_url: str, projections_url: str) -> None:
    async def check(journal: SqlJournal, projections: Projections) -> None:
        await play(journal, projections)
        await projections.write_waiting()
        found = await history(projections.engine, Asked("liquidations", account=LEO))
        told = await explain_liquidation(projections.engine, found[0]["liquidation_id"])

        assert told["equity_micros"] * 10_000 < told["maintenance_e4"]
        assert told["marks"]["TSLA"] > 0
        kinds = [step["kind"] for step in told["steps"]]
        assert kinds[0] == "LiquidationStarted"
        assert kinds[-1] == "LiquidationEnded"
        assert told["outcome"] is not None
        assert told["ended_ns"] >= told["at_ns"]

    on(journal_url, projections_url, check)
