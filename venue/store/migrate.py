"""Bring an older database up to date, with alembic.

Alembic takes two seconds to import and is needed here only: nothing that starts a venue imports
this module.
"""

from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from venue.store.addresses import async_url, check_address, file_of, without_password
from venue.store.errors import StoreUnavailable
from venue.store.lock import FileLock
from venue.store.schema import Tree, check_file, refuse_another, tables_of

PLACES = (
    Path(__file__).parents[2] / "migrations",  # A checkout.
    Path(__file__).parents[1] / "_migrations",  # An installed package.
)


async def upgrade(url: str, tree: Tree) -> tuple[str | None, str]:
    """Migrate a database to the newest version of a tree; return (version before, after).

    A file that a venue is running on is refused; of a server nobody knows: none may be.
    """
    check_address(url, "a database")
    path = file_of(url)
    lock = None
    if path is not None:
        check_file(path, tree)
        lock = FileLock(path, tree.file)
    engine = create_async_engine(async_url(url))
    try:
        async with engine.begin() as connection:
            if connection.dialect.name == "sqlite":  # A server's database may hold both.
                tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
                refuse_another(url, tree, set(tables))
            before = await connection.run_sync(_upgrade, tree)
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise StoreUnavailable(
            f"the {tree.name} in {without_password(url)} cannot be upgraded now: {cause}"
        ) from None
    finally:
        await engine.dispose()
        if lock is not None:
            lock.release()
    return before, tree.version


def _upgrade(connection: Connection, tree: Tree) -> str | None:
    before = None
    if inspect(connection).has_table(tree.version_table):
        found = connection.exec_driver_sql(f"SELECT version_num FROM {tree.version_table}")
        before = found.scalar()
    command.upgrade(config(tree, connection), "head")
    return before


def config(tree: Tree, connection: Connection) -> Config:
    """Return alembic's settings for one tree over an open connection."""
    places = [place for place in PLACES if (place / tree.name).is_dir()]
    assert places, f"the migrations of {tree.name} are missing from this installation"
    settings = Config()
    settings.set_main_option("script_location", str(places[0] / tree.name))
    settings.attributes["connection"] = connection
    return settings


def run_migrations(tree: Tree) -> None:
    """What a tree's ``env.py`` does, on the connection of ``upgrade`` or of alembic's own file."""
    connection: Connection | None = context.config.attributes.get("connection")
    if connection is not None:
        _run(connection, tree)
        return
    url = context.config.get_main_option("sqlalchemy.url")
    assert url is not None, "alembic.ini names an address for each tree"
    with create_engine(url).connect() as own:
        _run(own, tree)
        own.commit()


def _run(connection: Connection, tree: Tree) -> None:
    names = set(tables_of(tree).tables)
    context.configure(
        connection=connection,
        target_metadata=tables_of(tree),
        version_table=tree.version_table,
        render_as_batch=True,
        # The other tree may live in the same database.
        include_name=lambda name, kind, _: kind != "table" or name in names,
    )
    with context.begin_transaction():
        context.run_migrations()
