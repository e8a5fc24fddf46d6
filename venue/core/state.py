"""All state of the venue. Records only: what changes them stands in ``apply.py``.

Whatever affects an outcome iterates over explicitly ordered keys: dicts here are filled in
sequence order or walked through ``sorted``.
"""

from typing import Final

from venue.core.account import FIRST_ACCOUNT, INSURANCE, Account, Holding
from venue.core.balances import Ledger as Ledger
from venue.core.balances import Vault as Vault
from venue.core.book import Order
from venue.core.commands import MarginMode
from venue.core.deferrals import Breach, ForcedClose, Liquidation, Search, Unit
from venue.core.events import Event
from venue.core.market import NO_SOURCE, Market, Source
from venue.core.policies import BuildRules
from venue.core.pool import Pool
from venue.core.sweep import Sweep
from venue.core.timers import Timers

# Order ids derive from the sequence number of the placing command; ids of the venue's own orders
# (liquidation, unwinding) have a space of their own above, still exact in a JSON number.
ORDERS_PER_COMMAND: Final = 8
SYSTEM_ORDERS_FROM: Final = 1 << 52


LEVERAGE_AT_FIRST: Final = 10


class State:
    """Everything the venue knows. ``seq`` and ``now_ns`` are of the command being executed."""

    __slots__ = (
        "accounts",
        "breaches",
        "build_rules",
        "counts_requests",
        "dirty",
        "downtimes",
        "forced",
        "ledger",
        "liquidations",
        "markets",
        "marks_version",
        "names",
        "next_account",
        "next_fee_day_ns",
        "next_liquidation_id",
        "next_system_order",
        "next_trade_id",
        "now_ns",
        "orders",
        "out",
        "renamed",
        "search",
        "seq",
        "sources",
        "sweep",
        "timers",
        "touched",
        "units_e9",
        "vault_pool",
        "vaults",
    )

    def __init__(self, build_rules: BuildRules) -> None:
        self.build_rules = build_rules
        self.seq = 0
        self.now_ns = 0
        self.accounts: dict[int, Account] = {}
        self.names: dict[str, int] = {}
        self.next_account = FIRST_ACCOUNT
        self.markets: dict[str, Market] = {}
        # Old names of markets, and what each is called now.
        self.renamed: dict[str, str] = {}
        self.sources: dict[str, Source] = {}
        self.orders: dict[int, Order] = {}
        self.ledger = Ledger()
        self.liquidations: dict[Unit, Liquidation] = {}
        self.breaches: dict[Unit, Breach] = {}
        self.search: Search | None = None
        self.forced: dict[Unit, ForcedClose] = {}
        self.next_fee_day_ns: int | None = None
        # Vaults, and the units of each underlying that came from outside less those that went.
        self.vaults: dict[tuple[int, str], Vault] = {}
        self.units_e9: dict[str, int] = {}
        # Shares of the liquidator vault, once there is one.
        self.vault_pool: Pool | None = None
        self.next_trade_id = 1
        self.next_liquidation_id = 1
        self.next_system_order = SYSTEM_ORDERS_FROM
        self.downtimes = 0
        # Not state but its index, and the command in hand: rebuilt, never digested.
        self.marks_version = 0
        # Whether the rules of any market count requests (``requests.py``).
        self.counts_requests = False
        self.timers = Timers()
        self.sweep = Sweep()
        self.dirty: set[Unit] = set()
        self.out: list[Event] = []
        self.touched: dict[tuple[int, str], None] = {}
        self.accounts[INSURANCE] = Account(
            account=INSURANCE, name="insurance", parent=None, owner=INSURANCE
        )
        self.names["insurance"] = INSURANCE


def hold(state: State, account: Account, market: str) -> Holding:
    """Return an account's holding in a market; a fresh one begins at leverage 10, or the most."""
    holding = account.holdings.get(market)
    if holding is None:
        leverage = min(LEVERAGE_AT_FIRST, state.markets[market].tiers.leverage_max)
        holding = account.holdings[market] = Holding(market, leverage)
    return holding


def leverage_of(state: State, account: Account, market: str) -> int:
    """Return the leverage that an account trades a market at."""
    holding = account.holdings.get(market)
    if holding is not None:
        return holding.leverage
    return min(LEVERAGE_AT_FIRST, state.markets[market].tiers.leverage_max)


def touch(state: State, account: Account, unit_market: str) -> None:
    """Note that a margin unit's money, position or leverage has changed."""
    state.dirty.add((account.account, unit_market) if unit_market else account.cross_unit)
    account.headroom_version = -1


def source_of(state: State, market: Market) -> Source:
    """Return the session of a market's underlying; not trading until we are told otherwise."""
    return state.sources.get(market.spec.underlying, NO_SOURCE)


def pay(state: State, number: int, market: str, paid_micros: int) -> Holding:
    """Let an account pay (negative: receive) for a position, out of the money that margins it."""
    account = state.accounts[number]
    holding = account.holdings[market]
    if holding.mode is MarginMode.ISOLATED:
        holding.isolated_micros -= paid_micros
        touch(state, account, market)
    else:
        account.balance_micros -= paid_micros
        touch(state, account, "")
    return holding
