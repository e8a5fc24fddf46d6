"""Questions about the past, answered from the projections as plain rows."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from sqlalchemy import Select, Table, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from venue.store.errors import HistoryRefused
from venue.store.projection_tables import HISTORY, LIQUIDATION_STEPS, LIQUIDATIONS

LIMIT = 500
LIMIT_MAX = 10_000
ROWS_PER_FETCH = 2_000


class Asked(msgspec.Struct, frozen=True):
    """What is asked: a table, and which part of it; ``None`` leaves a side open.

    Times are the venue's, in ns: ``from_ns`` is included, ``until_ns`` is not. Rows come in the
    order of time, or ``newest_first``.
    """

    table: str
    account: int | None = None
    market: str | None = None
    from_ns: int | None = None
    until_ns: int | None = None
    newest_first: bool = False


async def history(engine: AsyncEngine, asked: Asked, *, limit: int = LIMIT) -> list[dict[str, Any]]:
    """Return at most ``limit`` rows as dicts by column."""
    if not 0 < limit <= LIMIT_MAX:
        raise HistoryRefused(f"expected a limit from 1 to {LIMIT_MAX}, found {limit}")
    async with engine.connect() as connection:
        found = await connection.execute(question(asked).limit(limit))
        return [dict(row) for row in found.mappings()]


async def stream(engine: AsyncEngine, asked: Asked) -> AsyncIterator[list[tuple[Any, ...]]]:
    """Yield all rows as tuples, some at a time."""
    async with engine.connect() as connection:
        found = await connection.stream(question(asked))
        async for rows in found.partitions(ROWS_PER_FETCH):
            yield [tuple(row) for row in rows]


async def explain_liquidation(engine: AsyncEngine, liquidation_id: int) -> dict[str, Any]:
    """Return one liquidation whole: margin and marks before, every step, margin after.

    ``steps`` are in order, each with its ``details``.
    """
    steps = LIQUIDATION_STEPS.c
    async with engine.connect() as connection:
        found = await connection.execute(
            select(LIQUIDATIONS).where(LIQUIDATIONS.c.liquidation_id == liquidation_id)
        )
        liquidation = found.mappings().first()
        if liquidation is None:
            raise HistoryRefused(f"expected the id of a liquidation, found {liquidation_id}")
        found = await connection.execute(
            select(LIQUIDATION_STEPS)
            .where(steps.liquidation_id == liquidation_id)
            .order_by(steps.seq, steps.number)
        )
        told = [dict(row) for row in found.mappings()]
    decode = msgspec.json.decode
    return {
        **liquidation,
        "marks": decode(liquidation["marks"]),
        "steps": [{**step, "details": decode(step["details"])} for step in told],
    }


def question(asked: Asked) -> Select[Any]:
    """Return the statement that answers a question, or refuse one that cannot be answered."""
    table = history_table(asked.table)
    conditions = []
    if asked.account is not None:
        conditions.append(_of_account(table, asked))
    if asked.market is not None:
        if "market" not in table.c:
            raise HistoryRefused(f"{asked.table} are not by market; ask without one")
        conditions.append(table.c.market == asked.market)
    if asked.from_ns is not None:
        conditions.append(table.c.at_ns >= asked.from_ns)
    if asked.until_ns is not None:
        conditions.append(table.c.at_ns < asked.until_ns)
    order = [table.c.at_ns, *table.primary_key.columns]
    if asked.newest_first:
        order = [column.desc() for column in order]
    return select(table).where(and_(True, *conditions)).order_by(*order)


def history_table(name: str) -> Table:
    """Return the table behind a word of the glossary."""
    if name not in HISTORY:
        raise HistoryRefused(f"expected one of {', '.join(HISTORY)}; found {name or 'nothing'}")
    return HISTORY[name]


def _of_account(table: Table, asked: Asked) -> Any:
    if "account" in table.c:
        return table.c.account == asked.account
    if "maker_account" in table.c:
        return or_(table.c.maker_account == asked.account, table.c.taker_account == asked.account)
    raise HistoryRefused(f"{asked.table} are not by account; ask without one")
