"""Make projections again from the journal: what they missed, or everything."""

from sqlalchemy import delete

from venue.core.policies import BuildRules
from venue.store.errors import StoreError
from venue.store.journal import Journal
from venue.store.projection_tables import PROJECTIONS
from venue.store.projections import BATCH_EVENTS, Progress, Projections
from venue.store.recover import newest_replay


async def catch_up(projections: Projections, journal: Journal, build_rules: BuildRules) -> int:
    """Write what the journal has and the projections have not; return how many commands.

    The commands are executed again from the newest checkpoint before the first missing one, and
    held against the chain as they are. After it the projections may take what comes next. ``run``
    must not be running.
    """
    await _same_journal(projections, journal)
    from_seq = projections.progress.seq + 1
    last = await journal.last()
    end_seq = last.last_seq if last else 0
    if end_seq < from_seq - 1:
        raise StoreError(
            f"the projections go on to seq {from_seq - 1}, journal {journal.name} ends at "
            f"{end_seq}: if commands are missing from its end, restore it from a copy; otherwise "
            "make the projections again with `venue db rebuild`"
        )
    replay, _ = await newest_replay(journal, build_rules, before_seq=from_seq)
    projections.begin(replay.engine.state)
    async for group in journal.groups(replay.engine.state.seq + 1):
        projections.take(replay.execute(group))
        if projections.waiting_events > BATCH_EVENTS:
            await projections.write_waiting()
    await projections.write_waiting()
    return projections.progress.seq - from_seq + 1


async def rebuild(projections: Projections, journal: Journal, build_rules: BuildRules) -> int:
    """Empty the tables and fill them from the journal's first command on."""
    async with projections.engine.begin() as connection:
        for table in PROJECTIONS.sorted_tables:
            await connection.execute(delete(table))
    projections.progress = Progress(0, 0, 0)
    return await catch_up(projections, journal, build_rules)


async def _same_journal(projections: Projections, journal: Journal) -> None:
    epochs = await journal.epochs()
    origin_ns = epochs[0].created_ns if epochs else 0
    if projections.progress.seq and projections.progress.origin_ns != origin_ns:
        raise StoreError(
            f"the projections were made from another journal than {journal.name}: make them again "
            "with `venue db rebuild`, or give each journal its own"
        )
    projections.progress = projections.progress._replace(origin_ns=origin_ns)
