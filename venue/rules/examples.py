"""One ordinary input of each kind, for doctests and tests: TSLA at $250.00.

Each is a plain record; ``_replace`` makes the case at hand.
"""

from venue.core.listing import Fees, Tier
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.policies import (
    ActionsInputs,
    BackstopInputs,
    BandInputs,
    BoundsInputs,
    CallInputs,
    ClampInputs,
    ClosedInputs,
    CloseoutInputs,
    ContractInputs,
    CrowdInputs,
    DividendInputs,
    DutyInputs,
    FeesInputs,
    InterruptInputs,
    LadderInputs,
    MarkInputs,
    OpeningInputs,
    OpenInputs,
    OpenOrdersInputs,
    PauseInputs,
    PriceInputs,
    Print,
    QuotedInputs,
    QuoteInputs,
    ReopenInputs,
    RequestsInputs,
    ResortInputs,
    SampleInputs,
    ScheduleInputs,
    SettleInputs,
    TermsInputs,
    UnwindInputs,
    Validity,
)
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_SECOND

NOW_NS = 1_744_617_600 * NS_PER_SECOND  # Monday 2025-04-14, 04:00 in New York.
PRICE_NANOS = 250 * E9

PRINT = Print(
    source="tape",
    price_nanos=PRICE_NANOS,
    source_time_ns=NOW_NS,
    received_ns=NOW_NS,
    cadence_ns=20 * NS_PER_SECOND,
)
OPEN = OpenInputs(
    now_ns=NOW_NS,
    arrived=PRINT,
    previous_index_nanos=PRICE_NANOS,
    pricing=Pricing.EXTERNAL,
    pricing_since_ns=NOW_NS - NS_PER_HOUR,
    session=Session.PRE_MARKET,
    closure=Closure.OVERNIGHT,
    session_since_ns=NOW_NS - NS_PER_HOUR,
)
CLOSED = ClosedInputs(
    now_ns=NOW_NS,
    since_update_ns=3 * NS_PER_SECOND,
    previous_index_nanos=PRICE_NANOS,
    last_external_nanos=PRICE_NANOS,
    last_external_ns=NOW_NS - 30 * NS_PER_HOUR,
    impact_bid_nanos=PRICE_NANOS - E9 // 10,
    impact_ask_nanos=PRICE_NANOS + E9 // 10,
    mark_nanos=PRICE_NANOS,
    session=Session.NO_TRADING,
    closure=Closure.WEEKEND,
    leverage_max=20,
)
REOPEN = ReopenInputs(
    now_ns=NOW_NS,
    since_ns=NOW_NS - 3 * NS_PER_SECOND,
    since_update_ns=3 * NS_PER_SECOND,
    outside_nanos=PRICE_NANOS,
    previous_index_nanos=PRICE_NANOS,
    uncross_nanos=None,
    phase=Phase.CONTINUOUS,
    session=Session.PRE_MARKET,
)
CONTRACT = ContractInputs(underlying_nanos=PRICE_NANOS, base_nanos=200 * E9, norm_e18=E9 * E9)
ACTIONS = ActionsInputs(
    validity=Validity.VALID,
    pricing=Pricing.EXTERNAL,
    session=Session.REGULAR,
    closure=Closure.NONE,
)
MARK = MarkInputs(
    now_ns=NOW_NS,
    since_update_ns=3 * NS_PER_SECOND,
    index_nanos=PRICE_NANOS,
    previous_mark_nanos=PRICE_NANOS,
    best_bid_nanos=PRICE_NANOS - E9 // 10,
    best_ask_nanos=PRICE_NANOS + E9 // 10,
    last_nanos=PRICE_NANOS,
    session=Session.REGULAR,
    pricing=Pricing.EXTERNAL,
    last_at_ns=NOW_NS - NS_PER_SECOND,
    traded_nanos=PRICE_NANOS,
    traded_lots=4_000,
    impact_bid_nanos=PRICE_NANOS - E9 // 10,
    impact_ask_nanos=PRICE_NANOS + E9 // 10,
    external_nanos=PRICE_NANOS,
    external_at_ns=NOW_NS - NS_PER_SECOND,
    rate_e12=0,
    interval_ns=NS_PER_HOUR,
    settles_in_ns=NS_PER_HOUR // 2,
)
CLAMP = ClampInputs(
    now_ns=NOW_NS,
    since_update_ns=3 * NS_PER_SECOND,
    candidate_nanos=PRICE_NANOS,
    previous_mark_nanos=PRICE_NANOS,
    index_nanos=PRICE_NANOS,
    anchor_nanos=PRICE_NANOS,
    leverage_max=20,
    pricing=Pricing.EXTERNAL,
)
BAND = BandInputs(
    now_ns=NOW_NS,
    since_update_ns=3 * NS_PER_SECOND,
    candidate_nanos=PRICE_NANOS,
    previous_mark_nanos=PRICE_NANOS,
    index_nanos=PRICE_NANOS,
    external_nanos=PRICE_NANOS,
    leverage_max=20,
    pricing=Pricing.INTERNAL,
)
SAMPLE = SampleInputs(
    now_ns=NOW_NS,
    index_nanos=PRICE_NANOS,
    mark_nanos=PRICE_NANOS,
    impact_bid_nanos=PRICE_NANOS - E9 // 10,
    impact_ask_nanos=PRICE_NANOS + E9 // 10,
    session=Session.REGULAR,
    pricing=Pricing.EXTERNAL,
    mid_nanos=PRICE_NANOS,
    last_nanos=PRICE_NANOS,
    leverage_max=20,
    maintenance_e4=250,
)
# A million dollars of open interest, of four that may be.
SETTLE = SettleInputs(
    now_ns=NOW_NS,
    interval_ns=NS_PER_HOUR,
    samples_due=720,
    session=Session.REGULAR,
    pricing=Pricing.EXTERNAL,
    index_nanos=PRICE_NANOS,
    mark_nanos=PRICE_NANOS,
    long_micros=1_000_000 * E6,
    short_micros=1_000_000 * E6,
    interest_micros_max=4_000_000 * E6,
    leverage_max=20,
    maintenance_e4=250,
)
# One basis point is due, and nothing was put by.
PAUSE = PauseInputs(rate_e12=100_000_000, accrued_e12=0, is_closed=True)
# $250.00, in cents, of thousandths of a share.
ORDER_PRICE = PriceInputs(price_ticks=25_000, tick_nanos=10_000_000, lot_e9=1_000_000)
# A new account in a market that ships.
OPEN_ORDERS = OpenOrdersInputs(listed_max=1_000)
# It has not traded, and places an order.
REQUESTS = RequestsInputs()
QUOTES = QuotedInputs(bid_micros=12_000 * E6, ask_micros=10_000 * E6, bond_micros=5_000 * E6)
# An hour of samples, of which one in ten found no quote.
DUTY = DutyInputs(sampled=720, met=648)
TERMS = TermsInputs(session=Session.REGULAR, closure=Closure.NONE, pricing=Pricing.EXTERNAL)
# Twelve o'clock of a REGULAR session that began at half past nine.
BOUNDS = BoundsInputs(
    now_ns=NOW_NS,
    last_nanos=PRICE_NANOS,
    traded_lots=10_000,
    mark_nanos=PRICE_NANOS,
    session=Session.REGULAR,
    session_since_ns=NOW_NS - 5 * NS_PER_HOUR // 2,
    next_change_ns=NOW_NS + 4 * NS_PER_HOUR,
    next_session=Session.AFTER_MARKET,
    index_nanos=PRICE_NANOS,
)
INTERRUPT = InterruptInputs(
    now_ns=NOW_NS, price_nanos=PRICE_NANOS, why="", extensions=0, closure=Closure.NONE
)
CALL = CallInputs(why="reopen", lasted_ns=30 * NS_PER_HOUR, listed_ns=30 * NS_PER_SECOND)
SCHEDULE = ScheduleInputs(
    now_ns=NOW_NS,
    session=Session.PRE_MARKET,
    next_change_ns=NOW_NS + NS_PER_HOUR,
    next_session=Session.REGULAR,
)
LADDER = LadderInputs(tiers=(Tier(0, 20), Tier(1_000_000 * E6, 10), Tier(5_000_000 * E6, 5)))
CROWD = CrowdInputs(open_interest_micros=10_000_000 * E6)
FEES = FeesInputs(listed=Fees(maker_e6=150, taker_e6=450))
# Sells $2,500 to a pool whose longs are $1,000 ahead of its shorts.
OPENING = OpeningInputs(
    listed=FEES.listed, notional_micros=-2_500 * E6, skew_micros=1_000 * E6, leverage_e4=10_000
)
# Buys ten shares at 10x of a pool of $4 million, where longs and shorts are balanced.
QUOTE = QuoteInputs(
    index_nanos=PRICE_NANOS,
    notional_micros=2_500 * E6,
    long_micros=1_000_000 * E6,
    short_micros=1_000_000 * E6,
    pool_micros=4_000_000 * E6,
    leverage=10,
    opens=True,
    collateral_micros=100_000 * E6,
)
# Ten thousand lots of a thousandth: ten shares.
CLOSEOUT = CloseoutInputs(
    size_lots=10_000,
    mark_nanos=PRICE_NANOS,
    notional_micros=2_500 * E6,
    bankruptcy_nanos=245 * E9,
    attempts=0,
    session=Session.REGULAR,
    now_ns=NOW_NS,
    started_ns=NOW_NS,
    filled_lots=0,
    equity_micros=50 * E6,
    maintenance_micros=250 * E6,
    position_maintenance_micros=62_500_000,
    index_nanos=PRICE_NANOS,
    spare_micros=50_000 * E6,
)
BACKSTOP = BackstopInputs(
    equity_micros=1_000 * E6,
    maintenance_micros=1_600 * E6,
    fund_equity_micros=50_000 * E6,
    fund_maintenance_micros=1_600 * E6,
)
UNWIND = UnwindInputs(
    size_lots=10_000,
    mark_nanos=PRICE_NANOS,
    lot_notional_micros=250_000,
    session=Session.REGULAR,
    book_lots=5_000,
)
RESORT = ResortInputs(
    account=7,
    size_lots=10_000,
    entry_micros=2_000 * E6,
    mark_micros=250_000,
    equity_micros=500 * E6,
    notional_micros=2_500 * E6,
    maintenance_micros=62_500_000,
)
# A dollar a unit; ex on Thursday, 17 April 2025, in a market whose funding settles by the hour.
DIVIDEND = DividendInputs(
    ex_ns=1_744_862_400 * E9, amount_nanos=E9, funding_interval_ns=NS_PER_HOUR
)
