"""The journal's first tables.

A column is written as ``name kind``: ``key`` is a whole number of 64 bits that SQLite keeps rows
by, ``int`` any other, and ``?`` allows null. A key column of the table has ``*``.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "j001"
down_revision = None
branch_labels = None
depends_on = None

KINDS: dict[str, sa.types.TypeEngine[Any]] = {
    "key": sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    "int": sa.BigInteger(),
    "text": sa.Text(),
    "bool": sa.Boolean(),
    "bytes": sa.LargeBinary(),
}

TABLES = {
    "checkpoint_parts": "seq key*, part key*, state bytes",
    "checkpoints": "seq key*, at_ns key, digest bytes, chain bytes, parts key, beside bytes",
    "digests": "seq key*, digest bytes",
    "epochs": (
        "epoch key*, first_seq key, code_version text, created_ns key, clock text, speed_e4 "
        "key, genesis_ns key, genesis_chain bytes, format key"
    ),
    "journal": ("first_seq key*, last_seq key, at_ns key, commands bytes, chain bytes, seal bytes"),
    "side": "number key*, seq key, at_ns key, command bytes, why text",
    "tokens": (
        "hash bytes*, account key, scope text, created_ns key, expires_ns key?, revoked bool"
    ),
}

# Index, table, columns.
INDEXES = [
    ("tokens_of_account", "tokens", "account"),
]


def upgrade() -> None:
    for table, written in TABLES.items():
        columns = [column.split() for column in written.split(",")]
        keys = [name for name, kind in columns if kind.endswith("*")]
        op.create_table(
            table,
            *(_column(name, kind) for name, kind in columns),
            sa.PrimaryKeyConstraint(*keys),
        )
    for index, table, columns_of_index in INDEXES:
        op.create_index(index, table, columns_of_index.split())


def downgrade() -> None:
    for index, table, _ in reversed(INDEXES):
        op.drop_index(index, table)
    for table in reversed(TABLES):
        op.drop_table(table)


def _column(name: str, kind: str) -> sa.Column[Any]:
    nullable = kind.endswith("?")
    # Only the table of things set aside numbers its rows by itself.
    autoincrement = name == "number"
    return sa.Column(name, KINDS[kind.strip("*?")], nullable=nullable, autoincrement=autoincrement)
