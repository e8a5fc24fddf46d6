"""All state of the venue. Records only: what changes them stands in ``apply.py``.

Whatever affects an outcome iterates over explicitly ordered keys: dicts here are filled in
sequence order or walked through ``sorted``.
"""

from collections import deque
from dataclasses import dataclass, field

import msgspec

from venue.core.book import Book, Order
from venue.core.commands import MarginMode
from venue.core.events import Event, LiquidationWhy, TriggerPlaced
from venue.core.listing import MarketSpec
from venue.core.margin_tiers import MarginTiers
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.policies import BuildRules, Memory, Rules, Terms
from venue.core.sweep import Sweep
from venue.core.timers import Timers
from venue.core.trigger_index import TriggerIndex
from venue.core.units import E4

INSURANCE = 0  # The account of the insurance fund: it holds what it took over.
FIRST_ACCOUNT = 1
# Order ids derive from the sequence number of the placing command; ids of the venue's own orders
# (liquidation, unwinding) have a space of their own above, still exact in a JSON number.
ORDERS_PER_COMMAND = 8
SYSTEM_ORDERS_FROM = 1 << 52
CLIENT_ORDER_IDS_KEPT = 10_000


class Holding(msgspec.Struct, array_like=True):
    """What one account has in one market: position, leverage, and its open orders' sums.

    ``entry_micros`` is the exact signed cost of the position. ``isolated_micros`` is the margin
    set aside while the mode is isolated. ``buy_*`` and ``sell_*`` sum the resting orders that
    may open: lots, and what they would cost. ``realised``, ``funding`` and ``fees`` are running
    totals in micro-dollars (funding and fees: what was paid).
    """

    market: str
    leverage: int
    mode: MarginMode = MarginMode.CROSS
    size_lots: int = 0
    entry_micros: int = 0
    isolated_micros: int = 0
    buy_lots: int = 0
    buy_micros: int = 0
    sell_lots: int = 0
    sell_micros: int = 0
    reducing: int = 0
    realised_micros: int = 0
    funding_micros: int = 0
    fees_micros: int = 0


class Trigger(msgspec.Struct, array_like=True):
    """A trigger order: as placed, and whether it watches the mark yet."""

    placed: TriggerPlaced
    awake: bool
    serial: int = 0


@dataclass(slots=True, eq=False)  # Written more often than made: twice as fast as a Struct.
class Account:
    """One account. ``base_micros`` is what its return is counted from: start plus deposits.

    ``orders`` and ``triggers`` are its open ones by id. ``remembered`` maps client order ids to
    the order or trigger that they named; ``recent`` is their order of arrival.
    """

    account: int
    name: str
    parent: int | None
    owner: int
    balance_micros: int = 0
    base_micros: int = 0
    holdings: dict[str, Holding] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    triggers: dict[int, Trigger] = field(default_factory=dict)
    remembered: dict[str, Order | Trigger] = field(default_factory=dict)
    recent: deque[str] = field(default_factory=deque)
    client_order_ids: int = 0
    cancel_all_at_ns: int | None = None
    cancel_on_disconnect: dict[int, bool] = field(default_factory=dict)
    # Not state: what ``margin_refusal`` knows to be left of this account's margin, at which marks;
    # and the name of the unit of its cross positions.
    headroom_micros: int = 0
    headroom_version: int = -1
    cross_unit: "Unit" = field(init=False)

    def __post_init__(self) -> None:
        self.cross_unit = (self.account, "")


class Source(msgspec.Struct, array_like=True):
    """What the underlying's market is doing, and until when, as it was told."""

    session: Session
    closure: Closure
    since_ns: int
    next_change_ns: int | None
    next_session: Session | None


@dataclass(slots=True, eq=False)
class Market:
    """One market: its listing, its book, its prices, its rules and what they remember.

    ``anchor_nanos`` is the external price at the last change of pricing, ``mark_micros`` the mark
    in micro-dollars a lot.
    ``clearing_micros`` is minus the sum of the entry costs of all its positions.
    """

    spec: MarketSpec
    rules: Rules
    terms: Terms
    phase: Phase
    next_mark_ns: int
    next_sample_ns: int
    next_funding_ns: int
    index_memory: Memory
    closed_memory: Memory
    mark_memory: Memory
    clamp_memory: Memory
    funding_memory: Memory
    tick_lot_micros: int
    tiers: MarginTiers
    book: Book
    triggers: dict[int, Trigger] = field(default_factory=dict)
    watch: TriggerIndex = field(default_factory=TriggerIndex)
    holders: dict[int, None] = field(default_factory=dict)
    phase_until_ns: int | None = None
    phase_why: str = ""
    called_from_id: int = 0
    pricing: Pricing = Pricing.INTERNAL
    pricing_since_ns: int = 0
    index_nanos: int | None = None
    index_at_ns: int = 0
    anchor_nanos: int | None = None
    anchor_ns: int = 0
    mark_nanos: int | None = None
    mark_micros: int = 0
    previous_mark_micros: int = 0
    mark_at_ns: int = 0
    last_ticks: int | None = None
    open_interest_lots: int = 0
    clearing_micros: int = 0
    traded_lots: int = 0
    throttle_micros: int = 0
    throttle_at_ns: int = 0
    next_unwind_ns: int | None = None
    last_rate_e12: int = 0
    # Not state: what terms, limits and mark come to (``refresh_bounds``), and what never changes.
    band_ticks: tuple[int, int] | None = None
    position_max_lots: int = 0
    interest_max_lots: int = 0


class Liquidation(msgspec.Struct, array_like=True):
    """An open liquidation of an account's cross positions, or of one isolated position.

    ``attempts`` counts close-outs by market. While ``why`` is set it is deferred until
    ``until_ns``.
    """

    liquidation_id: int
    account: int
    market: str
    started_ns: int
    equity_micros: int
    maintenance_e4: int
    rank_e12: int
    attempts: dict[str, int] = msgspec.field(default_factory=dict)
    why: LiquidationWhy | None = None
    until_ns: int = 0


Unit = tuple[int, str]  # A margin unit: (account, "") for its cross positions, (account, market).


class Breach(msgspec.Struct, frozen=True, array_like=True):
    """A unit below maintenance that waits for the venue's own budget, since when, at what rank."""

    since_ns: int
    rank_e12: int


class Ledger(msgspec.Struct, array_like=True):
    """The venue's own balances, in micro-dollars. ``external`` is deposits minus withdrawals."""

    external_micros: int = 0
    fees_micros: int = 0
    rounding_micros: int = 0
    bad_debt_micros: int = 0


LEVERAGE_AT_FIRST = 10


class State:
    """Everything the venue knows. ``seq`` and ``now_ns`` are of the command being executed."""

    __slots__ = (
        "accounts",
        "breaches",
        "build_rules",
        "dirty",
        "downtimes",
        "ledger",
        "liquidations",
        "markets",
        "marks_version",
        "names",
        "next_account",
        "next_liquidation_id",
        "next_system_order",
        "next_trade_id",
        "now_ns",
        "orders",
        "out",
        "seq",
        "sources",
        "sweep",
        "timers",
        "touched",
    )

    def __init__(self, build_rules: BuildRules) -> None:
        self.build_rules = build_rules
        self.seq = 0
        self.now_ns = 0
        self.accounts: dict[int, Account] = {}
        self.names: dict[str, int] = {}
        self.next_account = FIRST_ACCOUNT
        self.markets: dict[str, Market] = {}
        self.sources: dict[str, Source] = {}
        self.orders: dict[int, Order] = {}
        self.ledger = Ledger()
        self.liquidations: dict[Unit, Liquidation] = {}
        self.breaches: dict[Unit, Breach] = {}
        self.next_trade_id = 1
        self.next_liquidation_id = 1
        self.next_system_order = SYSTEM_ORDERS_FROM
        self.downtimes = 0
        # Not state but its index, and the command in hand: rebuilt, never digested.
        self.marks_version = 0
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


def refresh_bounds(market: Market) -> None:
    """Work out band and limits anew; after a mark, an anchor or the session's terms changed."""
    terms = market.terms
    limits = market.spec.limits
    market.position_max_lots = limits.position_lots_max * terms.position_e4 // E4
    market.interest_max_lots = limits.open_interest_lots_max * terms.open_interest_e4 // E4
    anchored = terms.band_from == "anchor"
    centre = last_external_nanos(market) if anchored else market.mark_nanos
    if terms.band_e4 is None or centre is None:
        market.band_ticks = None
        return
    units = market.spec.units
    market.band_ticks = (
        units.ticks_ceil(centre * (E4 - terms.band_e4) // E4),
        units.ticks_floor(centre * (E4 + terms.band_e4) // E4),
    )


NO_SOURCE = Source(Session.NO_TRADING, Closure.NONE, 0, None, None)


def last_external_nanos(market: Market) -> int | None:
    """Return the last price from outside: the index while it is external, else the anchor."""
    return market.index_nanos if market.pricing is Pricing.EXTERNAL else market.anchor_nanos


def source_of(state: State, market: Market) -> Source:
    """Return the session of a market's underlying; not trading until we are told otherwise."""
    return state.sources.get(market.spec.underlying, NO_SOURCE)
