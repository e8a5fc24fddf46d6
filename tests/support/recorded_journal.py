"""Journals recorded once and kept: one file for each schema that there was.

A recorded journal is SQL text, because that says the same under every version of SQLite. Writing
one again gives the same text as long as neither a format nor an outcome has changed::

    python -m tests.support.recorded_journal            writes those that may still change
    python -m tests.support.recorded_journal --check    only compares
"""

import argparse
import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import astuple, replace

from tests.store.venue_day import Player, Timed
from tests.support.every_command import ANN, START_NS, every_command
from venue.core.account_tree import leaves, levels
from venue.core.digest import digest
from venue.proofs import Signer
from venue.store.journal import Meta, Roots, Side, Token, pack_commands
from venue.store.migrate import config
from venue.store.open import open_journal
from venue.store.recover import save_state
from venue.store.schema import JOURNAL_TREE
from venue.store.sql_journal import SqlJournal
from venue.store.sqlite_database import SqliteDatabase

FOLDER = Path(__file__).parents[1] / "store" / "recorded"
# What no release has written yet: these are written anew when something changes. At a release the
# present one goes out of this list, for ever.
UNRELEASED = ("j001", "j002", "j003")
# From these schemas on.
HAS_ROOTS, HAS_SEALED_TOKENS = "j002", "j003"
CODE_VERSION = "0+recorded"
GROUP = 3
HALF = 45
KEY = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
SEED = bytes(range(32, 64))


def recorded() -> list[str]:
    """Return the schemas of which there is a recorded journal, the oldest first."""
    return sorted(path.stem for path in FOLDER.glob("*.sql"))


def restore(schema: str, path: Path) -> str:
    """Make a recorded journal into a database file; return its address."""
    with sqlite3.connect(path) as database:
        database.executescript((FOLDER / f"{schema}.sql").read_text())
    database.close()
    return f"sqlite:///{path}"


def written(schema: str) -> str:
    """Return the text of a journal recorded under a schema, by the code of now."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "venue.db"
        asyncio.run(_record(schema, path))
        with sqlite3.connect(path) as database:
            lines = list(_dump(database))
        database.close()
    return "\n".join(lines) + "\n"


def _dump(database: sqlite3.Connection) -> Iterator[str]:
    """Yield statements, the tables in order of name."""
    yield "BEGIN TRANSACTION;"
    listed = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
    ).fetchall()
    for _, sql in listed:
        yield " ".join(sql.split()) + ";"
    for name, sql in listed:
        if not sql.startswith("CREATE TABLE"):
            continue
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
        order = ", ".join(columns)
        quoted = ", ".join(f"quote({column})" for column in columns)
        for row in database.execute(f"SELECT {quoted} FROM {name} ORDER BY {order}"):
            yield f"INSERT INTO {name} VALUES ({', '.join(row)});"
    yield "COMMIT;"


async def _record(schema: str, path: Path) -> None:
    if schema == JOURNAL_TREE.version:
        await (await open_journal(f"sqlite:///{path}")).close()
    else:
        _migrate(path, schema)
    journal = SqlJournal(SqliteDatabase(path))
    try:
        await _set_up(journal, schema)
        is_present = schema == JOURNAL_TREE.version
        commands = every_command() if is_present else every_command()[:HALF]
        await _play(journal, commands, has_roots=schema >= HAS_ROOTS)
    finally:
        await journal.close()


def _migrate(path: Path, schema: str) -> None:
    """Make the tables as the migrations made them then."""
    from alembic import command
    from sqlalchemy import create_engine

    with create_engine(f"sqlite:///{path}").begin() as connection:
        command.upgrade(config(JOURNAL_TREE, connection), schema)


async def _set_up(journal: SqlJournal, schema: str) -> None:
    """Begin an epoch; keep a token, and a command that was set aside."""
    meta = Meta(1, 1, CODE_VERSION, START_NS, "accelerated", 6_000_000, START_NS)
    await journal.begin_epoch(meta)
    token = Token(bytes(range(32)), ANN, "trade", START_NS, None)
    if schema >= HAS_SEALED_TOKENS:
        await journal.save_token(token)
    else:
        sql = (
            "INSERT INTO tokens (hash, account, scope, created_ns, revoked) VALUES (?, ?, ?, ?, 0)"
        )
        await journal.database.write((sql, astuple(token)[:4]))
    await journal.save_side(Side(9, START_NS, pack_commands(every_command()[:1]), "a sentence"))


async def _play(journal: SqlJournal, commands: list[Timed], *, has_roots: bool) -> None:
    """Let a small venue live, with a checkpoint after either half."""
    player = Player()
    for half in filter(None, (commands[:HALF], commands[HALF:])):
        await player.play(journal, half, size=GROUP)
        state = player.engine.state
        await journal.save_digest(state.seq, digest(state))
        if has_roots:
            await journal.save_roots(_roots(player))
        await save_state(journal, player.engine.state, player.chain)


def _roots(player: Player) -> Roots:
    state = player.engine.state
    tree = levels([leaf.hash for leaf in leaves(state, SEED)])
    roots = Roots(
        state.seq,
        state.now_ns,
        player.chain,
        tree[-1][0],
        len(tree[0]),
        SEED,
        KEY.public_key,
        b"",
    )
    return replace(roots, signature=KEY.sign(roots.signed()))


def main() -> None:
    """Write, or compare, and say what was done."""
    parser = argparse.ArgumentParser(
        prog="scripts/make_recorded_journals",
        description="Write the recorded journals that no release has written yet.",
    )
    parser.add_argument("--check", action="store_true", help="only compare; say which differ")
    only_compare = parser.parse_args().check
    differ = []
    for schema in UNRELEASED:
        path, text = FOLDER / f"{schema}.sql", written(schema)
        if path.exists() and path.read_text() == text:
            continue
        differ.append(schema)
        if not only_compare:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(text)
    if only_compare:
        sys.exit(f"differ: {', '.join(differ)}" if differ else 0)
    print(f"written: {', '.join(differ) or 'nothing, all are as they were'}")


if __name__ == "__main__":
    main()
