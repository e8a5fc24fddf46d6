"""One ordinary input of each kind, for doctests and tests: TSLA at $250.00.

Each is a plain record; ``_replace`` makes the case at hand.
"""

from venue.core.phases import Closure, Pricing, Session
from venue.core.policies import (
    AdlInputs,
    BackstopInputs,
    ClampInputs,
    ClosedInputs,
    CloseoutInputs,
    MarkInputs,
    OpenInputs,
    Print,
    SampleInputs,
    SettleInputs,
    TermsInputs,
    UnwindInputs,
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
SAMPLE = SampleInputs(
    now_ns=NOW_NS,
    index_nanos=PRICE_NANOS,
    mark_nanos=PRICE_NANOS,
    impact_bid_nanos=PRICE_NANOS - E9 // 10,
    impact_ask_nanos=PRICE_NANOS + E9 // 10,
    session=Session.REGULAR,
    pricing=Pricing.EXTERNAL,
)
SETTLE = SettleInputs(
    now_ns=NOW_NS,
    interval_ns=NS_PER_HOUR,
    samples_due=720,
    session=Session.REGULAR,
    pricing=Pricing.EXTERNAL,
)
TERMS = TermsInputs(session=Session.REGULAR, closure=Closure.NONE, pricing=Pricing.EXTERNAL)
# Ten thousand lots of a thousandth: ten shares.
CLOSEOUT = CloseoutInputs(
    size_lots=10_000,
    mark_nanos=PRICE_NANOS,
    notional_micros=2_500 * E6,
    bankruptcy_nanos=245 * E9,
    attempts=0,
    session=Session.REGULAR,
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
)
ADL = AdlInputs(
    account=7,
    size_lots=10_000,
    entry_micros=2_000 * E6,
    mark_micros=250_000,
    equity_micros=500 * E6,
    notional_micros=2_500 * E6,
)
