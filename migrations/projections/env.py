"""Alembic's way to the projections tables; the tree has a version table of its own."""

from venue.store.migrate import run_migrations
from venue.store.schema import PROJECTIONS_TREE

run_migrations(PROJECTIONS_TREE)
