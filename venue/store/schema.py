"""Which schema a database has, and how a fresh one gets it.

There are two trees of tables, the journal's and the projections', each with a version table of its
own. Alembic takes two seconds to import, so it is left alone where nothing is to be migrated: a
fresh database is made from the tables and stamped, a current one is known by its stamp, and an
older one is refused with the command that upgrades it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from venue.store.database import Statement
from venue.store.errors import JournalCorrupt, SchemaOutdated, StoreError

if TYPE_CHECKING:
    from sqlalchemy import MetaData


TABLES_SHOWN_MAX = 5
# The first bytes of every database of SQLite.
HEAD = b"SQLite format 3\0"


class Tree(NamedTuple):
    """One set of tables: ``version`` is its newest migration's id, ``file`` what holds it."""

    name: str
    file: str
    version: str
    version_table: str
    marker_table: str


JOURNAL_TREE = Tree("journal", "journal", "j003", "journal_version", "journal")
PROJECTIONS_TREE = Tree(
    "projections", "file of projections", "p002", "projections_version", "progress"
)
TREES = {tree.name: tree for tree in (JOURNAL_TREE, PROJECTIONS_TREE)}


def check_version(tree: Tree, *, name: str, found: str | None) -> None:
    """Refuse a database whose stamp is not the version that this code knows."""
    if found == tree.version:
        return
    word = "" if tree is JOURNAL_TREE else f" with the word `{tree.name}` behind the address"
    raise SchemaOutdated(
        f"the {tree.name} in {name}: expected schema {tree.version}, found "
        f"{found or 'tables without a version'}; `venue db upgrade`{word} brings an older one up "
        "to date, and a newer one needs a newer venue"
    )


def refuse_another(url: str, tree: Tree, tables: set[str]) -> None:
    """Refuse to make a tree's tables in a file that holds something else."""
    if not tables or tables & {tree.marker_table, tree.version_table}:
        return
    path = url.partition(":///")[2]
    held = [each for each in TREES.values() if tables & {each.marker_table, each.version_table}]
    if not held:
        raise StoreError(
            f"{path}: expected the {tree.name} or an empty file, found a database of tables "
            f"{', '.join(sorted(tables)[:TABLES_SHOWN_MAX])}; name another file"
        )
    kind = "projections" if held[0] is PROJECTIONS_TREE else "a journal"
    word = "" if held[0] is JOURNAL_TREE else f" {held[0].name}"
    raise StoreError(
        f"{path}: expected the {tree.name}, found {kind}; type `venue db upgrade {url}{word}`, or "
        f"name the file of the {tree.name}"
    )


def check_file(path: Path, tree: Tree) -> None:
    """Refuse a file that is no database at all, before anything is made beside it."""
    if path.is_dir():
        raise StoreError(f"{path}: expected a file of the {tree.name}, found a folder")
    try:
        with path.open("rb") as file:
            head = file.read(len(HEAD))
    except OSError:  # None is there yet; or who opens it says what is wrong.
        return
    if not head or HEAD.startswith(head):
        return
    if tree is JOURNAL_TREE:
        found = "file is not a database"
        raise JournalCorrupt(
            str(path), row=None, whole_until_seq=0, expected="a whole SQLite file", found=found
        )
    raise StoreError(
        f"{path}: expected the {tree.name} or an empty file, found no SQLite database; restore "
        "it from a copy, or name another file"
    )


def creation(tree: Tree, dialect_name: str) -> list[Statement]:
    """Return the statements that make a tree's tables in an empty database, and stamp it."""
    # SQLAlchemy takes 0.7 s to import: only a fresh database needs it here.
    from sqlalchemy.dialects import registry
    from sqlalchemy.schema import CreateIndex, CreateTable

    dialect = registry.load(dialect_name)()
    statements: list[Statement] = []
    for table in tables_of(tree).sorted_tables:
        statements.append((str(CreateTable(table).compile(dialect=dialect)), ()))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            statements.append((str(CreateIndex(index).compile(dialect=dialect)), ()))
    return [*statements, *stamp(tree)]


def stamp(tree: Tree) -> list[Statement]:
    """Return the statements that say which version a fresh database has, as alembic would."""
    return [
        (
            f"CREATE TABLE {tree.version_table} (version_num VARCHAR(32) NOT NULL, "
            f"CONSTRAINT {tree.version_table}_pkc PRIMARY KEY (version_num))",
            (),
        ),
        (f"INSERT INTO {tree.version_table} (version_num) VALUES ('{tree.version}')", ()),
    ]


def tables_of(tree: Tree) -> "MetaData":
    """Return the SQLAlchemy tables of a tree."""
    if tree is JOURNAL_TREE:
        from venue.store.tables import JOURNAL

        return JOURNAL
    from venue.store.projection_tables import PROJECTIONS

    return PROJECTIONS
