"""The journal's tables. The rows themselves are written with the driver's own statements."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

# SQLite knows a table's rows by an INTEGER key; PostgreSQL needs to be told that it has 64 bits.
Int64 = BigInteger().with_variant(Integer(), "sqlite")

JOURNAL = MetaData()

EPOCHS = Table(
    "epochs",
    JOURNAL,
    Column("epoch", Int64, primary_key=True, autoincrement=False),
    Column("first_seq", Int64, nullable=False),
    Column("code_version", Text, nullable=False),
    Column("created_ns", Int64, nullable=False),
    Column("clock", Text, nullable=False),
    Column("speed_e4", Int64, nullable=False),
    Column("genesis_ns", Int64, nullable=False),
    Column("genesis_chain", LargeBinary, nullable=False),
    Column("format", Int64, nullable=False),
)

GROUPS = Table(
    "journal",
    JOURNAL,
    Column("first_seq", Int64, primary_key=True, autoincrement=False),
    Column("last_seq", Int64, nullable=False),
    Column("at_ns", Int64, nullable=False),
    Column("commands", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)

CHECKPOINTS = Table(
    "checkpoints",
    JOURNAL,
    Column("seq", Int64, primary_key=True, autoincrement=False),
    Column("at_ns", Int64, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("parts", Int64, nullable=False),
    Column("beside", LargeBinary, nullable=False),
)

# A state of many megabytes is written in parts, so that no acknowledgement waits for it whole.
CHECKPOINT_PARTS = Table(
    "checkpoint_parts",
    JOURNAL,
    Column("seq", Int64, primary_key=True, autoincrement=False),
    Column("part", Int64, primary_key=True, autoincrement=False),
    Column("state", LargeBinary, nullable=False),
)

DIGESTS = Table(
    "digests",
    JOURNAL,
    Column("seq", Int64, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
)

ROOTS = Table(
    "roots",
    JOURNAL,
    Column("seq", Int64, primary_key=True, autoincrement=False),
    Column("at_ns", Int64, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("accounts", Int64, nullable=False),
    Column("seed", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

TOKENS = Table(
    "tokens",
    JOURNAL,
    Column("hash", LargeBinary, primary_key=True),
    Column("account", Int64, nullable=False),
    Column("scope", Text, nullable=False),
    Column("created_ns", Int64, nullable=False),
    Column("expires_ns", Int64, nullable=True),
    Column("revoked", Boolean, nullable=False),
    Column("seal", LargeBinary, nullable=True),  # Of every row; null only while it is added.
    Index("tokens_of_account", "account"),
)

SIDE = Table(
    "side",
    JOURNAL,
    Column("number", Int64, primary_key=True, autoincrement=True),
    Column("seq", Int64, nullable=False),
    Column("at_ns", Int64, nullable=False),
    Column("command", LargeBinary, nullable=False),
    Column("why", Text, nullable=False),
)
