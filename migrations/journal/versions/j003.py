"""Every token has a seal over its row: a changed bit could give one bot another's account."""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "j003"
down_revision = "j002"
branch_labels = None
depends_on = None

COLUMNS = "hash, account, scope, created_ns, expires_ns, revoked"


def upgrade() -> None:
    op.add_column("tokens", sa.Column("seal", sa.LargeBinary(), nullable=True))
    bind = op.get_bind()
    for row in bind.execute(sa.text(f"SELECT {COLUMNS} FROM tokens")).all():
        said = sa.text("UPDATE tokens SET seal = :seal WHERE hash = :hash")
        bind.execute(said, {"seal": _seal(*row), "hash": row[0]})


def downgrade() -> None:
    op.drop_column("tokens", "seal")


def _seal(
    key: bytes, account: int, scope: str, created_ns: int, expires_ns: int | None, revoked: bool
) -> bytes:
    """Return the seal as this schema has it; a later one has a migration of its own."""
    rest = f"{account} {scope} {created_ns} {expires_ns or 0} {int(revoked)}\n".encode()
    return blake2b(rest + bytes(key), digest_size=32).digest()
