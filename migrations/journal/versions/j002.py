"""What the venue publishes and signs: the chain, and a root over all accounts."""

import sqlalchemy as sa
from alembic import op

revision = "j002"
down_revision = "j001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHOLE = ("seq", "at_ns", "accounts")


def upgrade() -> None:
    columns = ("seq", "at_ns", "chain", "root", "accounts", "seed", "public_key", "signature")
    op.create_table(
        "roots",
        *(
            sa.Column(name, KEY if name in WHOLE else sa.LargeBinary(), nullable=False)
            for name in columns
        ),
        sa.PrimaryKeyConstraint("seq"),
    )


def downgrade() -> None:
    op.drop_table("roots")
