"""Open a database of projections; a fresh one gets its tables."""

from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from venue.extras import how_to_install
from venue.store.addresses import async_url, check_address, file_of, without_password
from venue.store.errors import StoreUnavailable
from venue.store.lock import FileLock
from venue.store.projection_tables import PROGRESS, PROJECTIONS
from venue.store.projections import EQUITY_INTERVAL_NS, Progress, Projections
from venue.store.schema import PROJECTIONS_TREE, check_file, check_version, refuse_another, stamp
from venue.store.watched_file import WatchedFile
from venue.store.write_rows import PROGRESS_ID


async def open_projections(
    url: str, *, equity_interval_ns: int = EQUITY_INTERVAL_NS
) -> Projections:
    """Return the one writer of the projections at ``url``, and how far they go."""
    engine = projections_engine(url)
    path = file_of(url)
    lock = None
    try:
        if path is not None:
            lock = FileLock(path, PROJECTIONS_TREE.file)
        async with engine.begin() as connection:
            progress = await _prepare(connection, url)
    except (SQLAlchemyError, OSError) as error:
        await _let_go(engine, lock)
        cause = getattr(error, "orig", None) or error
        raise StoreUnavailable(
            f"the projections in {without_password(url)} cannot be used now: {cause}"
        ) from None
    except BaseException:
        await _let_go(engine, lock)
        raise
    file = None if path is None else WatchedFile(path)
    return Projections(engine, progress, lock, equity_interval_ns=equity_interval_ns, file=file)


async def _let_go(engine: AsyncEngine, lock: FileLock | None) -> None:
    await engine.dispose()
    if lock is not None:
        lock.release()


def projections_engine(url: str) -> AsyncEngine:
    """Return SQLAlchemy's engine for a database of projections, for reading too."""
    check_address(url, "the projections' address")
    path = file_of(url)
    if path is not None:
        if not path.parent.is_dir():
            raise StoreUnavailable(f"{path}: expected a directory {path.parent}, found none")
        check_file(path, PROJECTIONS_TREE)
    try:
        engine = create_async_engine(async_url(url))
    except ModuleNotFoundError as error:
        raise StoreUnavailable(
            f"projections in PostgreSQL need {error.name}, found none: {how_to_install('postgres')}"
        ) from None
    if path is not None:
        event.listen(engine.sync_engine, "connect", _follow_loosely)
    return engine


def _follow_loosely(connection: DBAPIConnection, _: Any) -> None:
    """What a crash takes can be made again, so SQLite need not wait for the disk."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


async def _prepare(connection: AsyncConnection, url: str) -> Progress:
    tree, name = PROJECTIONS_TREE, without_password(url)
    tables = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    if connection.dialect.name == "sqlite":  # A server's database may hold both.
        refuse_another(url, tree, tables)
    if not tables & {tree.marker_table, tree.version_table}:
        await connection.run_sync(PROJECTIONS.create_all)
        for statement, _ in stamp(tree):
            await connection.exec_driver_sql(statement)
        return Progress(0, 0, 0)
    found = None
    if tree.version_table in tables:
        versions = await connection.exec_driver_sql(f"SELECT version_num FROM {tree.version_table}")
        found = versions.scalar()
    check_version(tree, name=name, found=found)
    question = select(PROGRESS.c.seq, PROGRESS.c.at_ns, PROGRESS.c.origin_ns)
    found_at = await connection.execute(question.where(PROGRESS.c.id == PROGRESS_ID))
    progress = found_at.first()
    return Progress(0, 0, 0) if progress is None else Progress(*progress)
