"""The projections: tables for reading, made from events, never the truth.

Units are in the names. ``seq`` is the command that an event came from and ``number`` the event's
place in it; ``at_ns`` is venue time. Money is in micro-dollars, index and mark in 1e-9 dollar.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, MetaData, Table, Text

from venue.store.tables import Int64

PROJECTIONS = MetaData()

# The last command that the other tables know; one row, written with theirs. ``origin_ns`` is when
# the journal was made (wall time), so that the rows of two journals are not taken for one.
PROGRESS = Table(
    "progress",
    PROJECTIONS,
    Column("id", Int64, primary_key=True, autoincrement=False),
    Column("seq", Int64, nullable=False),
    Column("at_ns", Int64, nullable=False),
    Column("origin_ns", Int64, nullable=False),
)


def _whole(*names: str) -> list[Column[Any]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


def _perhaps(*names: str) -> list[Column[Any]]:
    return [Column(name, BigInteger, nullable=True) for name in names]


def _words(*names: str) -> list[Column[Any]]:
    return [Column(name, Text, nullable=False) for name in names]


def _key(*names: str) -> list[Column[Any]]:
    return [Column(name, Int64, primary_key=True, autoincrement=False) for name in names]


def _table(name: str, *columns: list[Column[Any]], by: tuple[str, ...]) -> Table:
    """Return a table with an index on (column, time) for every way that people ask for it."""
    table = Table(name, PROJECTIONS, *(column for group in columns for column in group))
    for column in by:
        Index(f"{name}_by_{column}", table.c[column], table.c.at_ns)
    Index(f"{name}_by_time", table.c.at_ns)
    return table


ACCOUNTS = _table(
    "accounts",
    _key("account"),
    _words("name"),
    _perhaps("parent"),
    _whole("owner", "seq", "at_ns", "resets"),
    by=(),
)
# A market as it was listed: what its ticks and lots are. One that got another name has a second
# row, which says what it was called before; the rest of that row is in the first.
MARKETS = _table(
    "markets",
    _key("seq", "number"),
    _whole("at_ns"),
    _words("market", "underlying"),
    [Column("rulebook", Text, nullable=True)],
    _perhaps("tick_nanos", "lot_e9", "tick_lot_micros"),
    [Column("renamed_from", Text, nullable=True)],
    by=("market",),
)
# ``status`` is open, filled, cancelled or expired; ``cause`` says why an order is gone.
ORDERS = _table(
    "orders",
    _key("order_id"),
    _whole("seq", "at_ns", "account"),
    _words("market", "side"),
    _whole("size_lots", "price_ticks"),
    _words("time_in_force"),
    [Column(name, Boolean, nullable=False) for name in ("post_only", "reduce_only", "is_market")],
    [Column("client_order_id", Text, nullable=True)],
    _words("status"),
    [Column("cause", Text, nullable=True)],
    _whole("filled_lots", "reduced_lots", "fee_micros", "changed_ns"),
    by=("account", "market"),
)
# ``status`` is asleep, waiting, fired or cancelled; what it sent has the same id in ``orders``.
TRIGGERS = _table(
    "triggers",
    _key("order_id"),
    _whole("seq", "at_ns", "account"),
    _words("market", "side", "kind"),
    _perhaps("size_lots"),
    _whole("trigger_ticks"),
    _perhaps("price_ticks"),
    [Column("client_order_id", Text, nullable=True)],
    _whole("parent_id"),
    _words("status"),
    [Column("cause", Text, nullable=True)],
    _whole("changed_ns"),
    by=("account", "market"),
)
TRADES = _table(
    "trades",
    _key("trade_id"),
    _whole("seq", "at_ns"),
    _words("market", "taker_side"),
    _whole("price_ticks", "size_lots", "maker_order_id", "taker_order_id"),
    _whole("maker_account", "taker_account"),
    by=("market",),
)
FILLS = _table(
    "fills",
    _key("trade_id", "order_id"),
    _whole("seq", "at_ns", "account"),
    _words("market", "side"),
    _whole("price_ticks", "size_lots"),
    [Column("is_maker", Boolean, nullable=False)],
    _whole("fee_micros", "realised_micros"),
    by=("account", "market"),
)
# A position that changed hands without a trade: taken over by the fund, or deleveraged; or was
# settled by a halt: then no liquidation (0) and no counterparty (-1). With the fills it makes up
# every position. Positive: lots gained, cash received.
TRANSFERS = _table(
    "transfers",
    _key("seq", "number", "account"),
    _whole("at_ns", "liquidation_id"),
    _words("market", "kind"),
    _whole("counterparty", "lots", "cash_micros", "realised_micros"),
    by=("account", "market"),
)
# One account's part of one funding; positive: it paid.
FUNDING = _table(
    "funding",
    _key("seq", "number", "account"),
    _whole("at_ns"),
    _words("market"),
    _whole("rate_e12", "price_micros", "paid_micros"),
    by=("account", "market"),
)
FUNDING_RATES = _table(
    "funding_rates",
    _key("seq", "number"),
    _whole("at_ns"),
    _words("market"),
    _whole("rate_e12", "premium_e12", "sampled_e4", "price_micros", "rounding_micros"),
    by=("market",),
)
# What an account's money (its balance and its isolated margin together) gained or lost, and
# from whom; the sum over an account is what it has.
LEDGER = _table(
    "ledger",
    _key("seq", "number", "account", "line"),
    _whole("at_ns"),
    [Column("market", Text, nullable=True)],
    _words("kind", "counter"),
    _whole("amount_micros"),
    by=("account", "market"),
)
EQUITY_CURVE = _table(
    "equity_curve",
    _key("account", "at_ns"),
    _whole("seq", "equity_micros", "balance_micros", "base_micros"),
    by=(),
)
INDEX_VALUES = _table(
    "index_values",
    _key("seq", "number"),
    _whole("at_ns"),
    _words("market"),
    _whole("index_nanos"),
    _words("pricing"),
    by=("market",),
)
MARK_VALUES = _table(
    "mark_values",
    _key("seq", "number"),
    _whole("at_ns"),
    _words("market"),
    _whole("mark_nanos", "mark_micros"),
    by=("market",),
)
PRINTS = _table(
    "prints",
    _key("seq", "number"),
    _whole("at_ns"),
    _words("market", "source"),
    _whole("price_nanos", "source_time_ns"),
    _words("verdict"),
    by=("market",),
)
SESSIONS = _table(
    "sessions",
    _key("seq", "number"),
    _whole("at_ns"),
    _words("underlying", "session", "closure"),
    _whole("since_ns"),
    _perhaps("next_change_ns"),
    [Column("next_session", Text, nullable=True)],
    by=(),
)
# What a market did: its phase, where its index came from, its auctions, the venue's downtime.
PHASES = _table(
    "phases",
    _key("seq", "number"),
    _whole("at_ns"),
    [Column("market", Text, nullable=True)],
    _words("kind", "value", "why"),
    _perhaps("until_ns", "price_nanos", "price_ticks", "size_lots", "imbalance_lots"),
    _perhaps("stale_micros"),
    by=("market",),
)
# One liquidation; ``market`` is empty for an account's cross positions. ``marks`` is JSON.
LIQUIDATIONS = _table(
    "liquidations",
    _key("liquidation_id"),
    _whole("seq", "at_ns", "account"),
    _words("market"),
    _whole("equity_micros", "maintenance_e4"),
    _words("marks"),
    _perhaps("ended_ns"),
    [Column("outcome", Text, nullable=True)],
    _perhaps("equity_after_micros", "maintenance_after_e4"),
    _whole("insurance_micros", "bad_debt_micros"),
    by=("account", "market"),
)
# What happened in a liquidation, step by step; ``details`` is the event's fields as JSON.
LIQUIDATION_STEPS = _table(
    "liquidation_steps",
    _key("seq", "number"),
    _whole("at_ns", "liquidation_id", "account"),
    _words("market", "kind", "details"),
    by=("liquidation_id", "account"),
)

# What people ask for, by the glossary's word.
HISTORY: dict[str, Table] = {
    "accounts": ACCOUNTS,
    "markets": MARKETS,
    "orders": ORDERS,
    "triggers": TRIGGERS,
    "trades": TRADES,
    "fills": FILLS,
    "transfers": TRANSFERS,
    "funding": FUNDING,
    "funding_rates": FUNDING_RATES,
    "ledger": LEDGER,
    "equity_curve": EQUITY_CURVE,
    "index": INDEX_VALUES,
    "mark": MARK_VALUES,
    "prints": PRINTS,
    "sessions": SESSIONS,
    "phases": PHASES,
    "liquidations": LIQUIDATIONS,
    "liquidation_steps": LIQUIDATION_STEPS,
}
