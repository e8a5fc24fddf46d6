"""One market: its listing, its book, its prices, its rules and what they remember."""

from dataclasses import dataclass, field
from typing import Final

from venue.core.account import Trigger
from venue.core.book import Book
from venue.core.listing import Fees, MarketSpec
from venue.core.margin_tiers import MarginTiers
from venue.core.market_records import NEW_FEED as NEW_FEED
from venue.core.market_records import NO_SOURCE as NO_SOURCE
from venue.core.market_records import Announced as Announced
from venue.core.market_records import Feed as Feed
from venue.core.market_records import Maker as Maker
from venue.core.market_records import Source as Source
from venue.core.phases import Phase, Pricing
from venue.core.policies import Action, Memory, OrdersRule, Rules, Terms, Validity
from venue.core.pool import Pool
from venue.core.trigger_index import TriggerIndex
from venue.core.units import E18

# An order price band: lowest for sells, highest for buys, lowest for buys, highest for sells.
Band = tuple[int, int, int, int]

# What a plain order on one side keeps to: lowest and highest price in ticks, most lots, least
# notional in micro-dollars, most lots in position and in open interest, most open orders.
Plain = tuple[int, int, int, int, int, int, int]

PRICE_WITHOUT_END: Final = 1 << 62

NO_FEES: Final = Fees(0, 0)


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
    # Trading fees booked here, since the insurance fund last had its share of them.
    fees_micros: int = 0
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
    norm_e18: int = E18
    # Where the contract is not linear: the last price of the underlying from outside, and S0.
    underlying_nanos: int | None = None
    base_nanos: int | None = None
    # New units of the underlying for old ones, since S0 was a price: all splits together.
    units_new: int = 1
    units_old: int = 1
    # There too: the mean of squared returns a year, in 1e-12, as ``fixed.DecayedMean`` has it; the
    # price that the next return is counted from, and its time.
    variance_whole: int = 0
    variance_rest: int = 0
    variance_ps: int = 0
    varied_nanos: int = 0
    varied_at_ns: int = 0
    funding_accrued_e12: int = 0
    mark_held: int = 0
    # What longs (negative: shorts) owe of funding so far that counts as margin, in 1e-4.
    owed_e4: int = 0
    # Where the actions rule watches prices: the index's mean as ``fixed.DecayedMean`` has it, when
    # it was last added to, and the book's middle then.
    index_mean_whole: int = 0
    index_mean_rest: int = 0
    index_mean_ps: int = 0
    index_mean_at_ns: int = 0
    middle_nanos: int | None = None
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
    # All splits since the listing together, and the last one: new units for old. The underlying's
    # name at the listing, where it has another now; what sources are known to print in.
    splits_new: int = 1
    splits_old: int = 1
    last_split_new: int = 1
    last_split_old: int = 1
    heard_as: str = ""
    # Whether a source that knows of no dividend has printed here, and what is left of its prices
    # after all of them.
    is_driven: int = 0
    kept_e18: int = E18
    feeds: dict[str, Feed] = field(default_factory=dict)
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
    plain_buys: Plain | None = None
    plain_sells: Plain | None = None
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
    brackets_wait: bool = field(init=False)

    def __post_init__(self) -> None:
        rule = self.rules.orders
        self.order_rule = None if rule.changes_nothing else rule
        listed_e4 = self.spec.limits.protection_e4
        self.protection_e4 = rule.slippage_e4 or listed_e4
        self.brackets_wait = rule.brackets_wait
        self.trigger_protection_e4 = rule.trigger_slippage_e4 or self.protection_e4
