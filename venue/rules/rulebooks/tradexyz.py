"""What trade.xyz's rulebooks share; what changed between them is each one's own.

Not a rulebook.
"""

from venue.core.listing import RuleRef
from venue.core.units import E6, NS_PER_SECOND
from venue.rules.build import ref
from venue.rules.rulebooks import hip3
from venue.rules.rulebooks.adapting import AROUND_THE_CLOCK, adapted

# 25 rather than the 30 of XYZ100: half of 1/30 is not a whole number of 1e-4.
LISTED = adapted(stocks=(20, 10, 5), indices=(25, 10, 5), hours=AROUND_THE_CLOCK)
INDEX_OPEN_INTEREST_MICROS_MAX = 400_000_000 * E6


def rules_of(*, tau_ns: int, band: RuleRef, funding: RuleRef) -> tuple[RuleRef, ...]:
    """Return trade.xyz's rules with the parts that changed: time constant, band, funding."""
    fees = ref("fees", "volume_tiers", deployer_e4=10_000)
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "impact_ema", tau_ns=tau_ns),
        ref("reopen", "jump"),
        ref("mark", "median3_oracle", stale_after_ns=10 * NS_PER_SECOND),
        band,
        funding,
        ref("funding_closed", "on"),
        ref("corporate", "captured_by_funding"),
        *hip3.machinery(fees=fees),
    )


def index_rules() -> tuple[RuleRef, ...]:
    """Return what XYZ100 has instead: a future brought back to today, a cap of open interest."""
    sizes = f"{hip3.SIZES} open_interest_micros_max={INDEX_OPEN_INTEREST_MICROS_MAX}"
    return (ref("index_open", "carry"), ref("terms", "rows", open=sizes))


VERIFIED = (
    "docs.trade.xyz, oracle price: one-sided impact difference, a missing side contributes 0, "
    "updates of at most 0.1 time constants, oracle back to the outside price on the next tick.",
    "docs.trade.xyz, overview: USDC-margined linear contracts; relayers every 3 s; HyperCore "
    "matches, funds, liquidates and deleverages.",
    *hip3.VERIFIED,
)
IN_PART = (
    "docs.trade.xyz, XYZ100 and specification index: XYZ100 is the future times exp(-(r - q) T), "
    "r - q 4 % in the example, open interest at most $400 M; index hours Sunday 18:00 to Friday "
    "17:00 New York.",
    "oldcoinbad.com, on perpetuals without arbitrage: longs get a dividend as funding.",
)
REMEMBERED = (
    "Stock hours Sunday 20:00 to Friday 20:00 New York (recorded oracles of August 2026 agree).",
    *hip3.REMEMBERED,
)
ASSUMED = (
    "Stocks at 20x (10x to 20x are listed), XYZ100 at 25x: its 30x has no whole margin here.",
    "Impact notionals of $10,000 (oracle) and $6,000 (funding): configured, not published.",
    "The deployer's share of fees: the same again as Hyperliquid's; new markets pay a tenth.",
    "Which sources the provider takes: here the median of those that the listing hears.",
    *hip3.ASSUMED,
)
