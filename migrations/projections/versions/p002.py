"""What the ticks and lots of markets are; empty until a listing, or ``venue db rebuild``."""

import sqlalchemy as sa
from alembic import op

revision = "p002"
down_revision = "p001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "markets",
        sa.Column("seq", KEY, nullable=False, autoincrement=False),
        sa.Column("number", KEY, nullable=False, autoincrement=False),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("underlying", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=True),
        sa.Column("tick_nanos", sa.BigInteger(), nullable=True),
        sa.Column("lot_e9", sa.BigInteger(), nullable=True),
        sa.Column("tick_lot_micros", sa.BigInteger(), nullable=True),
        sa.Column("renamed_from", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", "number"),
    )
    op.create_index("markets_by_market", "markets", ["market", "at_ns"])
    op.create_index("markets_by_time", "markets", ["at_ns"])


def downgrade() -> None:
    op.drop_index("markets_by_time", "markets")
    op.drop_index("markets_by_market", "markets")
    op.drop_table("markets")
