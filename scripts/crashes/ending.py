"""After the last kill: the journal is whole, its replay is what ran, so are the tables."""

from typing import Any

from scripts.crashes.bots import Bot
from scripts.crashes.record import Disagreement
from scripts.crashes.rounds import Rounds
from venue.core.digest import digest
from venue.rules.build import build
from venue.store.open import open_journal
from venue.store.open_projections import projections_engine
from venue.store.queries import history_table
from venue.store.recover import newest_replay
from venue.store.replay import begin


async def whole(rounds: Rounds) -> str:
    """Stop the venue and check everything that is left; return what ``verify`` says."""
    for bot in rounds.bots:
        rounds.counts.heard_again += await bot.listen_from_the_first()
    await rounds.leave()
    venue = rounds.venue
    code = venue.stop()
    if code != 0:
        raise Disagreement(f"expected the venue to end with 0, found {code}: {venue.tail()}")
    said = venue.verify()
    if not said.startswith("whole: ") or "not executed again" in said:
        raise Disagreement(f"expected a whole journal, executed again, found: {said}")
    names = await _replayed(venue.journal)
    for bot in rounds.bots:
        await _same_fills(venue.journal, bot, names[bot.record.name])
    return said


async def _replayed(address: str) -> dict[str, int]:
    """Execute everything from the first command: the state is the checkpoint's; return names."""
    journal = await open_journal(address)
    try:
        newest, _ = await newest_replay(journal, build)
        replay = begin(journal.name, None, build)
        async for group in journal.groups():
            replay.execute(group)
    finally:
        await journal.close()
    state = replay.engine.state
    if digest(state) != digest(newest.engine.state):
        raise Disagreement(
            f"expected the state of the last checkpoint, seq {newest.engine.state.seq}, found "
            f"another at seq {state.seq}"
        )
    return state.names


async def _same_fills(journal: str, bot: Bot, account: int) -> None:
    """The table of fills and the bot's record are the same trades, each once."""
    fills = history_table("fills")
    engine = projections_engine(projections_of(journal))
    try:
        async with engine.connect() as connection:
            rows: Any = await connection.execute(fills.select().where(fills.c.account == account))
            found = sorted((row.trade_id, row.order_id, row.seq) for row in rows)
    finally:
        await engine.dispose()
    told = sorted((*key, seq) for key, (_, _, seq) in bot.record.fills.items())
    if found != told:
        differ = sorted(set(found) ^ set(told))[:5]
        raise Disagreement(f"{bot.record.name}: fills differ from the table's in {differ}")


def projections_of(journal: str) -> str:
    """Return where ``venue serve --journal`` keeps the tables for reading."""
    return f"{journal[:-3]}-projections.db" if journal.startswith("sqlite:///") else journal
