"""The tables, their migrations and their stamps say the same, in both databases."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from tests.store.venue_day import Player, venue_day
from venue.store.addresses import async_url
from venue.store.errors import SchemaOutdated, StoreError
from venue.store.migrate import upgrade
from venue.store.open import open_journal
from venue.store.open_projections import open_projections
from venue.store.schema import JOURNAL_TREE, PROJECTIONS_TREE, TREES, Tree, tables_of

tree_of_each = pytest.mark.parametrize("tree", [pytest.param(t, id=n) for n, t in TREES.items()])


def differences(connection: Connection, tree: Tree) -> list[Any]:
    names = set(tables_of(tree).tables)
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "version_table": tree.version_table,
            "include_name": lambda name, kind, _: kind != "table" or name in names,
        },
    )
    return [*compare_metadata(context, tables_of(tree)), context.get_current_revision()]


async def compared(url: str, tree: Tree) -> list[Any]:
    engine = create_async_engine(async_url(url))
    async with engine.connect() as connection:
        found = await connection.run_sync(differences, tree)
    await engine.dispose()
    return found


async def execute(url: str, sql: str) -> None:
    engine = create_async_engine(async_url(url))
    async with engine.begin() as connection:
        await connection.exec_driver_sql(sql)
    await engine.dispose()


async def open_fresh(url: str, tree: Tree) -> None:
    opened = await (open_journal(url) if tree is JOURNAL_TREE else open_projections(url))
    await opened.close()


@tree_of_each
def test_migrations_make_the_tables(journal_url: str, tree: Tree) -> None:
    assert asyncio.run(upgrade(journal_url, tree)) == (None, tree.version)

    assert asyncio.run(compared(journal_url, tree)) == [tree.version]


@tree_of_each
def test_a_fresh_database_has_the_tables_and_the_stamp(journal_url: str, tree: Tree) -> None:
    asyncio.run(open_fresh(journal_url, tree))

    assert asyncio.run(compared(journal_url, tree)) == [tree.version]
    assert asyncio.run(upgrade(journal_url, tree)) == (tree.version, tree.version)


def test_a_difference_would_show(journal_url: str) -> None:
    """The comparison above is not blind."""
    asyncio.run(open_fresh(journal_url, JOURNAL_TREE))
    asyncio.run(execute(journal_url, "ALTER TABLE journal ADD COLUMN more TEXT"))

    assert len(asyncio.run(compared(journal_url, JOURNAL_TREE))) == 2


@tree_of_each
def test_a_migrated_database_opens(journal_url: str, tree: Tree) -> None:
    asyncio.run(upgrade(journal_url, tree))

    asyncio.run(open_fresh(journal_url, tree))


@tree_of_each
@pytest.mark.parametrize("version", ["x000", None])
def test_another_version_is_refused_with_the_way_out(
    journal_url: str, tree: Tree, version: str | None
) -> None:
    asyncio.run(open_fresh(journal_url, tree))
    if version is None:
        asyncio.run(execute(journal_url, f"DROP TABLE {tree.version_table}"))
    else:
        sql = f"UPDATE {tree.version_table} SET version_num = '{version}'"
        asyncio.run(execute(journal_url, sql))

    with pytest.raises(SchemaOutdated, match="`venue db upgrade`"):
        asyncio.run(open_fresh(journal_url, tree))


def test_both_trees_fit_in_one_database(postgres_url: str) -> None:
    asyncio.run(open_fresh(postgres_url, JOURNAL_TREE))
    asyncio.run(open_fresh(postgres_url, PROJECTIONS_TREE))

    for tree in TREES.values():
        assert asyncio.run(compared(postgres_url, tree)) == [tree.version]


@pytest.mark.parametrize(
    ("held", "asked", "sentence"),
    [
        (
            PROJECTIONS_TREE,
            JOURNAL_TREE,
            "expected the journal, found projections",
        ),
        (JOURNAL_TREE, PROJECTIONS_TREE, "expected the projections, found a journal"),
    ],
)
def test_no_tree_is_made_in_the_file_of_the_other(
    held: Tree, asked: Tree, sentence: str, tmp_path: Any
) -> None:
    url = f"sqlite:///{tmp_path / 'held.db'}"
    asyncio.run(open_fresh(url, held))
    word = " projections" if held is PROJECTIONS_TREE else ""

    with pytest.raises(StoreError) as refused:
        asyncio.run(upgrade(url, asked))

    assert sentence in str(refused.value)
    assert f"type `venue db upgrade {url}{word}`" in str(refused.value)
    assert asyncio.run(upgrade(url, held)) == (held.version, held.version)


def test_no_tables_are_made_in_somebody_elses_file(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    asyncio.run(execute(url, "CREATE TABLE recipes (name TEXT)"))

    with pytest.raises(StoreError, match="found a database of tables recipes"):
        asyncio.run(upgrade(url, JOURNAL_TREE))


def test_somebody_elses_file_is_refused(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    asyncio.run(execute(url, "CREATE TABLE recipes (name TEXT)"))

    with pytest.raises(StoreError, match="found a database of tables recipes"):
        asyncio.run(open_journal(url))


def test_opening_a_current_journal_imports_neither_alembic_nor_sqlalchemy(tmp_path: Any) -> None:
    """They take 2.6 s together, which a restart does not have."""
    url = f"sqlite:///{tmp_path / 'journal.db'}"

    async def write() -> None:
        journal = await open_journal(url)
        await Player().play(journal, list(venue_day(turns=1)))
        await journal.close()

    asyncio.run(write())
    script = f"""
import asyncio, sys
from venue.store.open import open_journal
async def look():
    journal = await open_journal({url!r})
    print((await journal.last()).last_seq > 0, {{"alembic", "sqlalchemy"}} & set(sys.modules))
    await journal.close()
asyncio.run(look())
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "True set()\n"
