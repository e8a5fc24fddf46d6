"""All state of the venue. Records only: what changes them stands in ``apply.py``.

Whatever affects an outcome iterates over explicitly ordered keys: dicts here are filled in
sequence order or walked through ``sorted``.
"""

from collections import deque
from dataclasses import dataclass, field

import msgspec

from venue.core.book import Book, Order
from venue.core.commands import CorporateAction, MarginMode
from venue.core.events import Event, LiquidationWhy, TriggerPlaced
from venue.core.listing import Fees, MarketSpec
from venue.core.margin_tiers import MarginTiers
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.plans import OpenPlan, Plan
from venue.core.policies import (
    Action,
    ActionStep,
    BuildRules,
    CrowdInputs,
    Memory,
    OrdersRule,
    Rules,
    Terms,
    Validity,
)
from venue.core.pool import Pool
from venue.core.sweep import Sweep
from venue.core.timers import Timers
from venue.core.trigger_index import TriggerIndex
from venue.core.units import E4

INSURANCE = 0  # The account of the insurance fund: it holds what it took over.
# The account of liquidity depositors, opened with the first market that has a vault as backstop.
VAULT = -1
VAULT_NAME = "liquidator_vault"
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

    ``orders``, ``triggers`` and ``plans`` are its open ones by id. ``remembered`` maps client order
    ids to what they named; ``recent`` is their order of arrival.
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
    plans: dict[int, OpenPlan] = field(default_factory=dict)
    remembered: dict[str, Order | Trigger | Plan] = field(default_factory=dict)
    recent: deque[str] = field(default_factory=deque)
    client_order_ids: int = 0
    cancel_all_at_ns: int | None = None
    cancel_on_disconnect: dict[int, bool] = field(default_factory=dict)
    # What it traded: today, and on whole days before, as (maker, taker) in micro-dollars.
    day_maker_micros: int = 0
    day_taker_micros: int = 0
    days: tuple[tuple[int, int], ...] = ()
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


class Maker(msgspec.Struct, array_like=True):
    """A maker that is committed to quote in a market, behind a bond.

    ``wanted_micros`` is what the bond is to be after this epoch. ``sampled`` and ``met`` count this
    epoch's samples and those in which it quoted; ``ever_*`` those of all epochs before, and
    ``paid_micros`` what they cost.
    """

    account: int
    bond_micros: int = 0
    wanted_micros: int = 0
    sampled: int = 0
    met: int = 0
    ever_sampled: int = 0
    ever_met: int = 0
    paid_micros: int = 0


class Announced(msgspec.Struct, frozen=True, array_like=True):
    """A corporate action that was announced, and the steps of it that are still to come."""

    action_id: int
    announced_ns: int
    effective_ns: int
    action: CorporateAction
    steps: tuple[ActionStep, ...]


# An order price band: lowest for sells, highest for buys, lowest for buys, highest for sells.
Band = tuple[int, int, int, int]
PRICE_WITHOUT_END = 1 << 62


NO_FEES = Fees(0, 0)


@dataclass(slots=True, eq=False)
class Market:
    """One market: its listing, its book, its prices, its rules and what they remember.

    ``anchor_nanos`` is the external price at the last change of pricing, ``mark_micros`` the mark
    in micro-dollars a lot.
    ``clearing_micros`` is minus the sum of the entry costs of all its positions. ``drawn_micros``
    is what its liquidations have drawn on the insurance fund since ``drawn_since_ns``.
    ``last_at_ns`` is when the last trade was; ``tape_micros`` what all trades since the last mark
    came to, and ``tape_from_lots`` the ``traded_lots`` before them. ``heard_at_ns`` is when a print
    was last accepted. ``close_nanos`` is the last external price of a REGULAR session,
    ``open_nanos`` the first one of the latest, which came at ``open_at_ns``.
    ``validity`` is the outside price's as last told. While the index comes back to outside prices
    ``reopen_since_ns`` is since when, ``outside_nanos`` where it is going, and ``uncross_nanos``
    where a call has uncrossed meanwhile.
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
    band_memory: Memory
    closeout_memory: Memory
    interruption_memory: Memory
    tick_lot_micros: int
    tiers: MarginTiers
    book: Book
    # Who takes liquidated positions over here, and up to which notional of a position.
    providers: dict[int, int] = field(default_factory=dict)
    # Whom orders trade with instead of one another, where the counterparty rule is a pool.
    pool: Pool | None = None
    drawn_micros: int = 0
    drawn_since_ns: int = 0
    # Who is committed to quote here, and when it is judged next.
    makers: dict[int, Maker] = field(default_factory=dict)
    next_epoch_ns: int | None = None
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
    # What multiplies the underlying's price (funding in kind); the funding that is put by while
    # closed; whether clamp or band held the last mark back.
    norm_e18: int = 10**18
    # Where the contract is not linear: the last price of the underlying from outside, and S0.
    underlying_nanos: int | None = None
    base_nanos: int | None = None
    # There too: the mean of squared returns a year, in 1e-12, as ``fixed.DecayedMean`` has it; the
    # price that the next return is counted from, and its time.
    variance_whole: int = 0
    variance_rest: int = 0
    variance_ps: int = 0
    varied_nanos: int = 0
    varied_at_ns: int = 0
    funding_accrued_e12: int = 0
    mark_held: int = 0
    last_at_ns: int = 0
    tape_from_lots: int = 0
    tape_micros: int = 0
    heard_at_ns: int = 0
    close_nanos: int | None = None
    open_nanos: int | None = None
    open_at_ns: int = 0
    # Open interest at the last mark; since when the session is closing, and when it will be; when
    # forced closes go on.
    marked_interest_lots: int = 0
    closing_since_ns: int | None = None
    closing_at_ns: int | None = None
    next_forced_ns: int | None = None
    validity: Validity = Validity.VALID
    reopen_since_ns: int | None = None
    outside_nanos: int | None = None
    uncross_nanos: int | None = None
    # Prices that continuous trading may not leave; until when somebody may stand at one; how often
    # the call has been made longer; when the next one of the day begins; why positions may only
    # shrink.
    bounds: tuple[int, int] | None = None
    limit_until_ns: int | None = None
    extensions: int = 0
    next_call_ns: int | None = None
    reducing_why: str = ""
    # What was announced, the next step first; prints from before the last adjustment are refused;
    # how near the mark stays to the index; the index's mean for a delisting: since when, until
    # when, its whole part and the rest in nano-dollar × ns.
    actions: tuple[Announced, ...] = ()
    adjusted_ns: int = 0
    mark_within_e4: int | None = None
    average_since_ns: int | None = None
    average_at_ns: int = 0
    average_nanos: int = 0
    average_rest: int = 0
    # Not state: what terms, limits and mark come to (``refresh_bounds``), what the actions rule
    # blocks (``refresh_terms``), and what never changes.
    blocked: tuple[Action, ...] = ()
    band_ticks: Band | None = None
    position_max_lots: int = 0
    interest_max_lots: int = 0
    order_max_lots: int = 0
    market_order_max_lots: int = 0
    crowded_e4: int = 0
    initial_e4_max: int = 0
    steepness: int = 1
    base_fees: Fees = NO_FEES
    # The fees of accounts that do not pay what a new one does.
    own_fees: dict[int, Fees] = field(default_factory=dict)
    # The orders rule where it changes anything, and how far market orders and triggers' may trade.
    order_rule: OrdersRule | None = field(init=False)
    protection_e4: int = field(init=False)
    trigger_protection_e4: int = field(init=False)

    def __post_init__(self) -> None:
        rule = self.rules.orders
        self.order_rule = None if rule.changes_nothing else rule
        listed_e4 = self.spec.limits.protection_e4
        self.protection_e4 = rule.slippage_e4 or listed_e4
        self.trigger_protection_e4 = rule.trigger_slippage_e4 or self.protection_e4


class Liquidation(msgspec.Struct, array_like=True):
    """An open liquidation of an account's cross positions, or of one isolated position.

    ``attempts`` counts close-outs by market, ``filled`` the lots that they traded. While ``why`` is
    set it is deferred until ``until_ns``. ``claimed_micros`` is what the insurance fund has paid.
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
    filled: dict[str, int] = msgspec.field(default_factory=dict)
    claimed_micros: int = 0


Unit = tuple[int, str]  # A margin unit: (account, "") for its cross positions, (account, market).


class Breach(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A unit below maintenance that waits for the venue's own budget, since when, at what rank."""

    since_ns: int
    rank_e12: int


class Vault(msgspec.Struct, array_like=True):
    """A vault: whose, in which market, the account that it is; units of the underlying in it.

    Its cash is the balance of that account, what was minted the account's short position.
    """

    account: int
    market: str
    vault: int
    units_e9: int = 0


class ForcedClose(msgspec.Struct, frozen=True, array_like=True):
    """A position that is closed because its leverage is above what the session lets be held.

    Looked at again ``until_ns``; ``leverage_e4`` is what it had when it was found.
    """

    account: int
    market: str
    since_ns: int
    until_ns: int
    leverage_e4: int
    leverage_max: int
    attempts: int = 0


class Search(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The deferral of all units below maintenance that are not on record by themselves yet.

    A mark took too many there at once. They are found some at a time, the lowest margin ratio
    first, from ``due_ns`` on, after the unit at this rank, account and market.
    """

    due_ns: int
    rank_e12: int
    account: int
    market: str


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
    market.order_max_lots = market.market_order_max_lots = limits.order_lots_max
    if market.mark_micros:
        _refresh_worth(market)
    market.band_ticks = _band_ticks(market)


def _band_ticks(market: Market) -> Band | None:
    """Return the order price band, with the lowest and highest price; ``None`` without any."""
    terms = market.terms
    units = market.spec.units
    low = low_for_buys = 0
    high = high_for_sells = PRICE_WITHOUT_END
    centre = band_centre_nanos(market, terms.band_from)
    if terms.band_e4 is not None and centre is not None:
        low = units.ticks_ceil(centre * (E4 - terms.band_e4) // E4)
        high = units.ticks_floor(centre * (E4 + terms.band_e4) // E4)
        if terms.band_both_ways:
            low_for_buys, high_for_sells = low, high
    centre = band_centre_nanos(market, terms.band_range_from)
    if terms.band_below_e4 is not None and centre is not None:
        lowest = units.ticks_ceil(centre * (E4 - terms.band_below_e4) // E4)
        low, low_for_buys = max(low, lowest), max(low_for_buys, lowest)
    if terms.band_above_e4 is not None and centre is not None:
        highest = units.ticks_floor(centre * (E4 + terms.band_above_e4) // E4)
        high, high_for_sells = min(high, highest), min(high_for_sells, highest)
    if not low and high == PRICE_WITHOUT_END:
        return None
    return low, high, low_for_buys, high_for_sells


def band_centre_nanos(market: Market, name: str) -> int | None:
    """Return the price that a band is counted from (``Terms.band_from``); ``None``: not yet."""
    if name == "mark":
        return market.mark_nanos
    if name == "anchor":
        return last_external_nanos(market)
    if name == "index":
        return market.index_nanos
    if name == "close":
        return market.close_nanos
    assert name == "open", f"a band is counted from mark, anchor, index, close, open; found {name}"
    return market.open_nanos


def is_blocked(market: Market, action: Action) -> bool:
    """Say whether the actions rule forbids an action now."""
    return action in market.blocked


def validity_figures(market: Market) -> dict[str, int]:
    """Return the outside price's validity, for a refusal; nothing while there is no such price."""
    return {"validity": int(market.validity)} if market.pricing is Pricing.EXTERNAL else {}


def _refresh_worth(market: Market) -> None:
    """Work out the limits that are set in money, in lots at the mark; and the crowd's margin."""
    terms = market.terms
    mark = market.mark_micros
    if terms.open_interest_micros_max is not None:
        lots = terms.open_interest_micros_max // mark
        market.interest_max_lots = min(market.interest_max_lots, lots)
    if terms.order_micros_max is not None:
        market.order_max_lots = min(market.order_max_lots, terms.order_micros_max // mark)
    market.market_order_max_lots = market.order_max_lots
    if terms.market_order_micros_max is not None:
        lots = terms.market_order_micros_max // mark
        market.market_order_max_lots = min(market.order_max_lots, lots)
    crowd = CrowdInputs(market.marked_interest_lots * mark)
    market.crowded_e4 = market.rules.margin.crowded_e4(crowd)
    market.initial_e4_max = max(market.tiers.initial_e4_max, market.crowded_e4)
    market.steepness = max(1, -(-market.initial_e4_max // E4))


NO_SOURCE = Source(Session.NO_TRADING, Closure.NONE, 0, None, None)


def last_external_nanos(market: Market) -> int | None:
    """Return the last price from outside: the index while it is external, else the anchor.

    While the index is on its way back to outside prices, it is where it is going.
    """
    if market.outside_nanos is not None:
        return market.outside_nanos
    return market.index_nanos if market.pricing is Pricing.EXTERNAL else market.anchor_nanos


def source_of(state: State, market: Market) -> Source:
    """Return the session of a market's underlying; not trading until we are told otherwise."""
    return state.sources.get(market.spec.underlying, NO_SOURCE)
