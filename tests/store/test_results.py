"""The results of a venue that is over: the live ones, to the micro-dollar, or a refusal."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.store.pool_day import POOLED
from tests.store.test_projections import META
from tests.store.vault_day import vault_day
from tests.store.venue_day import ANN, IVY, LEO, Player, Timed, venue_day
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.kinds import Kind
from venue.core.standings import standings
from venue.core.units import E6
from venue.rules.build import build
from venue.store.catch_up import rebuild
from venue.store.errors import StoreError
from venue.store.open import open_journal
from venue.store.open_projections import open_projections
from venue.store.tally import Result, final_results, results, tally_at

HOUSE = frozenset({"bob"})
DAY = list(venue_day(turns=40))


async def played(folder: Path, commands: Sequence[Timed], *, tables: int | None = None) -> Player:
    """Journal a day; ``tables``: so many of its commands go into the tables, else all."""
    player = Player()
    journal = await open_journal(f"sqlite:///{folder / 'venue.db'}")
    projections = await open_projections(f"sqlite:///{folder / 'projections.db'}")
    await journal.begin_epoch(META)
    await player.play(journal, list(commands[:tables]))
    await rebuild(projections, journal, build)
    if tables is not None:
        await player.play(journal, list(commands[tables:]))
    await projections.close()
    await journal.close()
    return player


def final(folder: Path, *, tables: str = "projections.db") -> list[Result]:
    async def run() -> list[Result]:
        journal = await open_journal(f"sqlite:///{folder / 'venue.db'}")
        try:
            return await final_results(journal, build, f"sqlite:///{folder / tables}", HOUSE)
        finally:
            await journal.close()

    return asyncio.run(run())


def test_a_stopped_venue_has_the_standings_that_it_had(tmp_path: Path) -> None:
    player = asyncio.run(played(tmp_path, DAY))

    found = final(tmp_path)

    state = player.engine.state
    counted = asyncio.run(tally_at(f"sqlite:///{tmp_path / 'projections.db'}"))
    assert found == results(state, HOUSE, counted)
    assert [each.rank for each in found] == list(range(1, 6))
    traded = [
        account
        for each in player.executed
        for event in each.events
        if isinstance(event, ev.Traded)
        for account in (event.maker_account, event.taker_account)
    ]
    liquidated = [
        event.account
        for each in player.executed
        for event in each.events
        if isinstance(event, ev.LiquidationStarted)
    ]
    by_number = {each.account: each for each in found}
    assert {number: each.trades for number, each in by_number.items()} == {
        number: traded.count(number) for number in by_number
    }
    assert by_number[LEO].liquidations == liquidated.count(LEO) > 0
    assert by_number[IVY].base_micros == 920 * E6, "from the reset on"
    assert {each.name for each in found if each.kind is Kind.HOUSE} == {"bob"}
    assert by_number[ANN].fees_micros != 0


def test_what_was_before_a_reset_does_not_count(tmp_path: Path) -> None:
    at_ns = DAY[-1][0]
    again = [*DAY, (at_ns, cmd.CancelAll(LEO)), (at_ns, cmd.ResetAccount(LEO, 5 * E6))]
    asyncio.run(played(tmp_path, again))

    (leo,) = (each for each in final(tmp_path) if each.account == LEO)

    assert (leo.equity_micros, leo.base_micros, leo.return_e12) == (5 * E6, 5 * E6, 0)
    assert (leo.trades, leo.liquidations, leo.fees_micros, leo.funding_micros) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "commands",
    [pytest.param(POOLED, id="pool"), pytest.param(vault_day(), id="vaults")],
)
def test_what_nobody_trades_with_has_no_line(commands: list[Timed]) -> None:
    player = Player()
    player.group(commands)
    state = player.engine.state

    kinds = {each.account: each.kind for each in standings(state, HOUSE)}
    ranked = {each.account for each in standings(state, HOUSE) if each.rank is not None}

    assert {Kind.POOL, Kind.VAULT} & set(kinds.values())
    assert ranked == {
        number for number, kind in kinds.items() if kind in (Kind.PARTICIPANT, Kind.HOUSE)
    }


def test_tables_that_are_behind_or_anothers_are_refused(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    asyncio.run(played(here, DAY, tables=70))
    url = f"sqlite:///{there / 'projections.db'}"

    async def empty() -> None:
        await (await open_projections(url)).close()

    asyncio.run(empty())

    with pytest.raises(StoreError, match=rf"up to {len(DAY)}, .*found 70: .*`venue db rebuild`"):
        final(here)
    with pytest.raises(StoreError, match="found 0"):
        final(here, tables="../there/projections.db")
