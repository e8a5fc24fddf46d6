"""Make projections again from the journal: what they missed, or everything."""

from collections.abc import Callable

from venue.core.policies import BuildRules
from venue.core.state import State
from venue.store.errors import StoreError
from venue.store.journal import Journal
from venue.store.projections import BATCH_EVENTS, Progress, Projections
from venue.store.recover import newest_replay
from venue.store.replay import Executed

REBUILD = "make them again with `venue db rebuild`"


class Alongside:
    """Projections that take what they missed from the execution that brings the engine back.

    Most starts find them complete, or a second behind: nothing is executed twice for them. Where
    they are behind the checkpoint that recovery begins at, ``finish`` catches up by itself.
    """

    def __init__(self, projections: Projections, *, end_seq: int, origin_ns: int) -> None:
        self._projections = projections
        self._end_seq = end_seq
        self._origin_ns = origin_ns
        self._takes = False
        self._is_aimed = False

    def began(self, state: State) -> None:
        """Begin where the recovery begins, if that is of use."""
        progress = self._projections.progress
        is_of_this_journal = not progress.seq or progress.origin_ns == self._origin_ns
        self._takes = is_of_this_journal and state.seq <= progress.seq < self._end_seq
        if self._takes:
            self._projections.progress = progress._replace(origin_ns=self._origin_ns)
            self._projections.begin(state)

    def heard(self, executed: list[Executed]) -> None:
        """Take what a recovered group led to."""
        if self._takes:
            self._projections.take(executed)

    async def between(self) -> None:
        """Write, once it is enough to be worth it."""
        if self._projections.waiting_events > BATCH_EVENTS:
            if not self._is_aimed:
                await self._projections.aim(self._end_seq)
                self._is_aimed = True
            await self._projections.write_waiting()

    async def finish(
        self,
        journal: Journal,
        build_rules: BuildRules,
        told: Callable[[int, int], None] = lambda done, of: None,
    ) -> None:
        """Write the rest; afterwards the tables know all that the journal has."""
        if self._takes:
            await self._projections.write_waiting()
        await check_same_journal(self._projections, journal, REBUILD)
        if self._projections.progress.seq != self._end_seq:
            await catch_up(self._projections, journal, build_rules, told)
        else:
            await self._projections.arrive()


async def catch_up(
    projections: Projections,
    journal: Journal,
    build_rules: BuildRules,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> int:
    """Write what the journal has and the projections have not; return how many commands.

    The commands are executed again from the newest checkpoint before the first missing one, and
    held against the chain as they are; ``told`` hears how many of how many. After it the tables
    may take what comes next. ``run`` must not be running.
    """
    await check_same_journal(projections, journal, REBUILD)
    from_seq = projections.progress.seq + 1
    last = await journal.last()
    end_seq = last.last_seq if last else 0
    if end_seq < from_seq - 1:
        raise StoreError(
            f"the projections go on to seq {from_seq - 1}, journal {journal.name} ends at "
            f"{end_seq}: if commands are missing from its end, restore it from a copy; otherwise "
            "make the projections again with `venue db rebuild`"
        )
    await projections.aim(end_seq)
    replay, _ = await newest_replay(journal, build_rules, before_seq=from_seq)
    projections.begin(replay.engine.state)
    begin_seq = replay.engine.state.seq
    async for group in journal.groups(begin_seq + 1):
        projections.take(replay.execute(group))
        told(group.last_seq - begin_seq, end_seq - begin_seq)
        if projections.waiting_events > BATCH_EVENTS:
            await projections.write_waiting()
    await projections.write_waiting()
    await projections.arrive()
    return projections.progress.seq - from_seq + 1


async def rebuild(projections: Projections, journal: Journal, build_rules: BuildRules) -> int:
    """Empty the tables and fill them from the journal's first command on.

    With the emptying it is put on record that they are not whole, until they are.
    """
    last, epochs = await journal.last(), await journal.epochs()
    origin_ns = epochs[0].created_ns if epochs else 0
    await projections.empty(Progress(last.last_seq if last else 0, 0, origin_ns))
    return await catch_up(projections, journal, build_rules)


async def check_same_journal(projections: Projections, journal: Journal, otherwise: str) -> None:
    """Refuse projections that were made from another journal; ``otherwise`` says what to do."""
    epochs = await journal.epochs()
    origin_ns = epochs[0].created_ns if epochs else 0
    if projections.progress.seq and projections.progress.origin_ns != origin_ns:
        raise StoreError(
            f"the projections were made from another journal than {journal.name}: {otherwise}, or "
            "give each journal its own"
        )
    projections.progress = projections.progress._replace(origin_ns=origin_ns)
