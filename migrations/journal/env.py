"""Alembic's way to the journal tables; the tree has a version table of its own."""

from venue.store.migrate import run_migrations
from venue.store.schema import JOURNAL_TREE

run_migrations(JOURNAL_TREE)
