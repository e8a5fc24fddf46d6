"""Results: the standings of a state, and who traded and was liquidated how often.

The money is the state's own, so that a live venue and what is left of one that is over say the same
to the micro-dollar. What a state does not keep is counted in the tables for reading, from the start
of an account or its last reset on.
"""

from collections.abc import Iterable, Set
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy import Table, func, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from venue.core.kinds import Kind
from venue.core.policies import BuildRules
from venue.core.standings import Standing, standings
from venue.core.state import State
from venue.store.addresses import file_of, without_password
from venue.store.columns import Column, Row, decimal
from venue.store.errors import StoreError, StoreUnavailable
from venue.store.journal import Journal
from venue.store.open_projections import projections_engine
from venue.store.projection_tables import FILLS, LEDGER, LIQUIDATIONS, PROGRESS
from venue.store.recover import recover
from venue.store.watched_file import removed
from venue.store.write_rows import PROGRESS_ID


class Tally(msgspec.Struct, frozen=True):
    """How often accounts traded and were liquidated, by the command ``seq``; none: not at all.

    ``origin_ns`` is when the journal was made, by the wall's time. ``late_s`` is for how many
    seconds of the wall a running venue's tables have missed what is durable.
    """

    seq: int = 0
    origin_ns: int = 0
    trades: dict[int, int] = {}
    liquidations: dict[int, int] = {}
    late_s: int = 0


class Result(Standing, frozen=True, kw_only=True):
    """One line of the results: a standing with what was counted.

    ``at_ns`` is the venue's time of the state that it is of, ``seq`` that state's last command.
    Where the tables are late, ``counted_seq`` is the command up to which trades and liquidations
    are counted; ``None``: they follow.
    """

    trades: int
    liquidations: int
    at_ns: int
    seq: int = 0
    counted_seq: int | None = None


# The tables follow within a second; a disk that is busy may hold them up for some more.
LATE_SECONDS = 5

# The results as people read them, from the best to the last; ``row_of`` makes the rows.
COLUMNS = (
    Column("rank", "int"),
    Column("account", "int"),
    Column("name", "text"),
    Column("kind", "text"),
    Column("equity_dollars", "decimal"),
    Column("brought_in_dollars", "decimal"),
    Column("profit_dollars", "decimal"),
    Column("return", "decimal"),
    Column("positions", "int"),
    Column("trades", "int"),
    Column("liquidations", "int"),
    Column("fees_dollars", "decimal"),
    Column("funding_dollars", "decimal"),
    Column("at_utc", "time"),
)


def rows_of(found: Iterable[Result], *, contestants: bool) -> list[Row]:
    """Return the rows of results; ``contestants``: without the house's bots, ranked anew."""
    wanted = [each for each in found if not contestants or each.kind is Kind.PARTICIPANT]
    return [_row_of(each, rank) for rank, each in enumerate(wanted, 1)]


def warning_of(found: Iterable[Result]) -> str | None:
    """Return what is to be said along with results whose counts are late; ``None``: nothing.

    It is for standard error, so that files stay clean.
    """
    for each in found:
        if each.counted_seq is not None:
            return (
                f"trades and liquidations are counted up to seq {each.counted_seq:,} of "
                f"{each.seq:,}: the tables for reading are late, the venue's log says why; money "
                "and positions are up to date"
            )
    return None


def _row_of(found: Result, rank: int) -> Row:
    return (
        rank,
        found.account,
        found.name,
        found.kind.value,
        decimal(found.equity_micros, 6),
        decimal(found.base_micros, 6),
        decimal(found.equity_micros - found.base_micros, 6),
        decimal(found.return_e12, 12),
        found.positions,
        found.trades,
        found.liquidations,
        decimal(found.fees_micros, 6),
        decimal(found.funding_micros, 6),
        found.at_ns,
    )


async def final_results(
    journal: Journal, build_rules: BuildRules, projections: str, house: Set[str]
) -> list[Result]:
    """Return the results of a venue that is stopped, or refuse where its tables are not of it.

    The engine is brought back as a start would, from the newest checkpoint; nothing is written.
    """
    recovered = await recover(journal, build_rules)
    counted = await tally_at(projections)
    epochs = await journal.epochs()
    state, name = recovered.engine.state, without_password(projections)
    if counted.seq and counted.origin_ns != (epochs[0].created_ns if epochs else 0):
        raise StoreError(
            f"{name}: expected the projections of journal {journal.name}, found another's"
        )
    if counted.seq != state.seq:
        raise StoreError(
            f"{name}: expected the tables to know commands up to {state.seq}, as the journal does, "
            f"found {counted.seq}: start and stop the venue, or make them with `venue db rebuild`"
        )
    return results(state, house, counted)


async def tally_at(url: str) -> Tally:
    """Count in the tables for reading at an address, which may be written meanwhile."""
    engine = projections_engine(url)
    name = without_password(url)
    try:
        if (path := file_of(url)) is not None and not path.is_file():
            raise removed(name)  # To open it would make an empty one.
        async with engine.connect() as connection:
            known = await connection.run_sync(lambda sync: inspect(sync).has_table(PROGRESS.name))
        if not known:
            raise removed(name)
        return await tally(engine)
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise StoreUnavailable(f"the projections in {name} cannot be read now: {cause}") from None
    finally:
        await engine.dispose()


async def tally(engine: AsyncEngine) -> Tally:
    """Count in the tables for reading."""
    async with engine.connect() as connection:
        question = select(PROGRESS.c.seq, PROGRESS.c.origin_ns)
        found = await connection.execute(question.where(PROGRESS.c.id == PROGRESS_ID))
        progress = found.first()
        trades, liquidations = [
            {row[0]: row[1] for row in await connection.execute(_counts(table))}
            for table in (FILLS, LIQUIDATIONS)
        ]
    seq, origin_ns = progress or (0, 0)
    return Tally(seq, origin_ns, trades, liquidations)


def _counts(table: Table) -> Any:
    """Return the statement that counts an account's rows since its last reset."""
    resets = (
        select(LEDGER.c.account, func.max(LEDGER.c.seq).label("seq"))
        .where(LEDGER.c.kind == "reset")
        .group_by(LEDGER.c.account)
        .subquery()
    )
    return (
        select(table.c.account, func.count())
        .select_from(table.outerjoin(resets, resets.c.account == table.c.account))
        .where(table.c.seq > func.coalesce(resets.c.seq, 0))
        .group_by(table.c.account)
    )


def results(state: State, house: Set[str], counted: Tally) -> list[Result]:
    """Return one line for every account that trades, in the order of their ranks."""
    is_late = counted.late_s >= LATE_SECONDS and counted.seq < state.seq
    return [
        Result(
            **structs.asdict(each),
            trades=counted.trades.get(each.account, 0),
            liquidations=counted.liquidations.get(each.account, 0),
            at_ns=state.now_ns,
            seq=state.seq,
            counted_seq=counted.seq if is_late else None,
        )
        for each in standings(state, house)
        if each.rank is not None
    ]
