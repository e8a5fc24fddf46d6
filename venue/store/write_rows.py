"""Write one batch of rows: new ones in bulk, changes of older ones grouped by what they change."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Table, Update, and_, bindparam, case, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from venue.store.projection_tables import (
    ACCOUNTS,
    LIQUIDATIONS,
    ORDERS,
    PROGRESS,
    PROJECTIONS,
    TRIGGERS,
)
from venue.store.rows import Rows

# The driver prepares this many rows in one turn of the loop: about a millisecond.
ROWS_PER_STATEMENT = 250
PROGRESS_ID = 1
# A second row, while tables are being made: the command up to which they will go.
GOAL_ID = 2
KEYED = {
    "accounts": ACCOUNTS.c.account,
    "orders": ORDERS.c.order_id,
    "triggers": TRIGGERS.c.order_id,
    "liquidations": LIQUIDATIONS.c.liquidation_id,
}

# An order of which nothing remains is done. Where nothing of it traded, a self-trade took it.
_FINISH_ORDERS = (
    update(ORDERS)
    .where(
        and_(
            ORDERS.c.order_id == bindparam("key"),
            ORDERS.c.status == "open",
            ORDERS.c.filled_lots + ORDERS.c.reduced_lots >= ORDERS.c.size_lots,
        )
    )
    .values(
        status=case((ORDERS.c.filled_lots > 0, "filled"), else_="cancelled"),
        cause=case((ORDERS.c.filled_lots > 0, ORDERS.c.cause), else_="self_trade"),
    )
)


async def write_rows(connection: AsyncConnection, rows: Rows) -> None:
    """Write a batch within the connection's transaction."""
    for name, values in rows.new.items():
        await _many(connection, insert(PROJECTIONS.tables[name]), values)
    for (name, sets, adds), values in _grouped(rows).items():
        await _many(connection, _change(PROJECTIONS.tables[name], sets, adds), values)
    await _many(connection, _FINISH_ORDERS, [{"key": key} for key in rows.touched("orders")])


async def read_seq(connection: AsyncConnection) -> int:
    """Return the last command that the tables know, 0 for none."""
    question = select(PROGRESS.c.seq).where(PROGRESS.c.id == PROGRESS_ID)
    return await connection.scalar(question) or 0


async def read_goal(connection: AsyncConnection) -> int | None:
    """Return the command up to which the tables are being made; ``None``: they are whole.

    Where nobody is making them, somebody was stopped while doing so.
    """
    seq: int | None = await connection.scalar(
        select(PROGRESS.c.seq).where(PROGRESS.c.id == GOAL_ID)
    )
    return seq


async def write_goal(connection: AsyncConnection, *, seq: int, origin_ns: int) -> None:
    """Say that the tables are not whole before they know this command."""
    await connection.execute(delete(PROGRESS).where(PROGRESS.c.id == GOAL_ID))
    await connection.execute(
        insert(PROGRESS).values(id=GOAL_ID, seq=seq, at_ns=0, origin_ns=origin_ns)
    )


async def clear_goal(connection: AsyncConnection, *, seq: int) -> None:
    """Take the goal off where tables that know command ``seq`` have reached it."""
    await connection.execute(
        delete(PROGRESS).where(and_(PROGRESS.c.id == GOAL_ID, PROGRESS.c.seq <= seq))
    )


async def write_progress(
    connection: AsyncConnection, *, seq: int, at_ns: int, origin_ns: int
) -> None:
    """Say which command the tables know last; with the one that was aimed for they are whole."""
    values = {"seq": seq, "at_ns": at_ns, "origin_ns": origin_ns}
    found = await connection.execute(
        update(PROGRESS).where(PROGRESS.c.id == PROGRESS_ID).values(**values)
    )
    if not found.rowcount:
        await connection.execute(insert(PROGRESS).values(id=PROGRESS_ID, **values))
    await clear_goal(connection, seq=seq)


def _grouped(
    rows: Rows,
) -> dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[dict[str, Any]]]:
    groups: defaultdict[tuple[str, tuple[str, ...], tuple[str, ...]], list[dict[str, Any]]]
    groups = defaultdict(list)
    for (name, key), change in rows.changes.items():
        values = {"key": key}
        values.update((f"set_{column}", value) for column, value in change.sets.items())
        values.update((f"add_{column}", value) for column, value in change.adds.items())
        groups[(name, tuple(sorted(change.sets)), tuple(sorted(change.adds)))].append(values)
    return groups


def _change(table: Table, sets: tuple[str, ...], adds: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(f"set_{name}") for name in sets}
    values |= {name: table.c[name] + bindparam(f"add_{name}") for name in adds}
    return update(table).where(KEYED[table.name] == bindparam("key")).values(values)


async def _many(connection: AsyncConnection, statement: Any, values: list[dict[str, Any]]) -> None:
    for begin in range(0, len(values), ROWS_PER_STATEMENT):
        await connection.execute(statement, values[begin : begin + ROWS_PER_STATEMENT])
