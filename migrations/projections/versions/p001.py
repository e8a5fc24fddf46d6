"""The projections' first tables.

A column is written as ``name kind``: ``key`` is a whole number of 64 bits that SQLite keeps rows
by, ``int`` any other, and ``?`` allows null. A key column of the table has ``*``.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "p001"
down_revision = None
branch_labels = None
depends_on = None

KINDS: dict[str, sa.types.TypeEngine[Any]] = {
    "key": sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    "int": sa.BigInteger(),
    "text": sa.Text(),
    "bool": sa.Boolean(),
}

TABLES = {
    "accounts": ("account key*, name text, parent int?, owner int, seq int, at_ns int, resets int"),
    "equity_curve": (
        "account key*, at_ns key*, seq int, equity_micros int, balance_micros int, base_micros int"
    ),
    "fills": (
        "trade_id key*, order_id key*, seq int, at_ns int, account int, market text, side text, "
        "price_ticks int, size_lots int, is_maker bool, fee_micros int, realised_micros int"
    ),
    "funding": (
        "seq key*, number key*, account key*, at_ns int, market text, rate_e12 int, "
        "price_micros int, paid_micros int"
    ),
    "funding_rates": (
        "seq key*, number key*, at_ns int, market text, rate_e12 int, premium_e12 int, "
        "sampled_e4 int, price_micros int, rounding_micros int"
    ),
    "index_values": (
        "seq key*, number key*, at_ns int, market text, index_nanos int, pricing text"
    ),
    "ledger": (
        "seq key*, number key*, account key*, line key*, at_ns int, market text?, kind text, "
        "counter text, amount_micros int"
    ),
    "liquidation_steps": (
        "seq key*, number key*, at_ns int, liquidation_id int, account int, market text, kind "
        "text, details text"
    ),
    "liquidations": (
        "liquidation_id key*, seq int, at_ns int, account int, market text, equity_micros int, "
        "maintenance_e4 int, marks text, ended_ns int?, outcome text?, equity_after_micros "
        "int?, maintenance_after_e4 int?, insurance_micros int, bad_debt_micros int"
    ),
    "mark_values": (
        "seq key*, number key*, at_ns int, market text, mark_nanos int, mark_micros int"
    ),
    "orders": (
        "order_id key*, seq int, at_ns int, account int, market text, side text, size_lots int, "
        "price_ticks int, time_in_force text, post_only bool, reduce_only bool, is_market bool, "
        "client_order_id text?, status text, cause text?, filled_lots int, reduced_lots int, "
        "fee_micros int, changed_ns int"
    ),
    "phases": (
        "seq key*, number key*, at_ns int, market text?, kind text, value text, why text, "
        "until_ns int?, price_nanos int?, price_ticks int?, size_lots int?, imbalance_lots "
        "int?, stale_micros int?"
    ),
    "prints": (
        "seq key*, number key*, at_ns int, market text, source text, price_nanos int, "
        "source_time_ns int, verdict text"
    ),
    "progress": "id key*, seq key, at_ns key, origin_ns key",
    "sessions": (
        "seq key*, number key*, at_ns int, underlying text, session text, closure text, "
        "since_ns int, next_change_ns int?, next_session text?"
    ),
    "trades": (
        "trade_id key*, seq int, at_ns int, market text, taker_side text, price_ticks int, "
        "size_lots int, maker_order_id int, taker_order_id int, maker_account int, "
        "taker_account int"
    ),
    "transfers": (
        "seq key*, number key*, account key*, at_ns int, liquidation_id int, market text, kind "
        "text, counterparty int, lots int, cash_micros int, realised_micros int"
    ),
    "triggers": (
        "order_id key*, seq int, at_ns int, account int, market text, side text, kind text, "
        "size_lots int?, trigger_ticks int, price_ticks int?, client_order_id text?, parent_id "
        "int, status text, cause text?, changed_ns int"
    ),
}

# Index, table, columns.
INDEXES = [
    ("accounts_by_time", "accounts", "at_ns"),
    ("equity_curve_by_time", "equity_curve", "at_ns"),
    ("fills_by_account", "fills", "account at_ns"),
    ("fills_by_market", "fills", "market at_ns"),
    ("fills_by_time", "fills", "at_ns"),
    ("funding_by_account", "funding", "account at_ns"),
    ("funding_by_market", "funding", "market at_ns"),
    ("funding_by_time", "funding", "at_ns"),
    ("funding_rates_by_market", "funding_rates", "market at_ns"),
    ("funding_rates_by_time", "funding_rates", "at_ns"),
    ("index_values_by_market", "index_values", "market at_ns"),
    ("index_values_by_time", "index_values", "at_ns"),
    ("ledger_by_account", "ledger", "account at_ns"),
    ("ledger_by_market", "ledger", "market at_ns"),
    ("ledger_by_time", "ledger", "at_ns"),
    ("liquidation_steps_by_account", "liquidation_steps", "account at_ns"),
    ("liquidation_steps_by_liquidation_id", "liquidation_steps", "liquidation_id at_ns"),
    ("liquidation_steps_by_time", "liquidation_steps", "at_ns"),
    ("liquidations_by_account", "liquidations", "account at_ns"),
    ("liquidations_by_market", "liquidations", "market at_ns"),
    ("liquidations_by_time", "liquidations", "at_ns"),
    ("mark_values_by_market", "mark_values", "market at_ns"),
    ("mark_values_by_time", "mark_values", "at_ns"),
    ("orders_by_account", "orders", "account at_ns"),
    ("orders_by_market", "orders", "market at_ns"),
    ("orders_by_time", "orders", "at_ns"),
    ("phases_by_market", "phases", "market at_ns"),
    ("phases_by_time", "phases", "at_ns"),
    ("prints_by_market", "prints", "market at_ns"),
    ("prints_by_time", "prints", "at_ns"),
    ("sessions_by_time", "sessions", "at_ns"),
    ("trades_by_market", "trades", "market at_ns"),
    ("trades_by_time", "trades", "at_ns"),
    ("transfers_by_account", "transfers", "account at_ns"),
    ("transfers_by_market", "transfers", "market at_ns"),
    ("transfers_by_time", "transfers", "at_ns"),
    ("triggers_by_account", "triggers", "account at_ns"),
    ("triggers_by_market", "triggers", "market at_ns"),
    ("triggers_by_time", "triggers", "at_ns"),
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
    return sa.Column(name, KINDS[kind.strip("*?")], nullable=nullable, autoincrement=False)
