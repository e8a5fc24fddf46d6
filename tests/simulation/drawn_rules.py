"""Rules by chance: a seed draws, for some kinds, another rule than its rulebook names.

Each kind's choices stand in a table; ``None`` leaves the rulebook's own. A kind draws from a stream
of its own, so that another kind in the table does not change what it draws.
"""

from random import Random

from msgspec.structs import replace

from venue.core.listing import MarketSpec, RuleRef
from venue.core.units import E6, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.build import ref

# Short waits, so that a life of some hours meets their ends.
CHOICES: dict[str, tuple[RuleRef | None, ...]] = {
    "index_open": (
        None,
        None,
        ref("index_open", "validity_ladder", tau_ns=NS_PER_SECOND),
        ref("index_open", "devnet", jump_e4=1_000),
        ref("index_open", "index_guard", jump_e4=1_000),
    ),
    "index_closed": (
        None,
        None,
        ref("index_closed", "hyperp", minutes=30),
        ref("index_closed", "decay_blend"),
        ref("index_closed", "adaptive_step"),
        ref("index_closed", "log_drift"),
        ref("index_closed", "feed", source="feed"),
    ),
    "mark": (
        None,
        None,
        ref("mark", "composite", outside_stale_ns=NS_PER_MINUTE, power=2),
        ref("mark", "composite", by_median=True, window_ns=NS_PER_MINUTE),
        ref("mark", "median3_funding"),
        ref("mark", "median3_impact"),
        ref("mark", "median_local"),
        ref("mark", "funding_basis"),
        ref("mark", "median3_oracle", stale_after_ns=10 * NS_PER_SECOND),
    ),
    "clamp": (None, None, ref("clamp", "step_and_daily", factor=2)),
    "band": (
        None,
        None,
        ref("band", "leverage"),
        ref("band", "discovery"),
        ref("band", "index_average"),
        ref("band", "mark_average", factor_e4=11_000),
    ),
    "corporate": (
        None,
        ref("corporate", "index_adjust"),
        ref("corporate", "special_funding"),
        ref("corporate", "special_funding", within_e4=50),
    ),
    "terms": (
        None,
        None,
        None,
        ref("terms", "by_session", band_from="close", band_both_ways=True),
        ref("terms", "by_session", band_by_leverage_internal=True, band_caps_market=True),
        ref("terms", "by_session", band_from="open", band_below_e4=2_000, band_above_e4=2_000),
        ref(
            "terms",
            "rows",
            open="closing_lead_ns=600000000000",
            closing="leverage_max=2 forced_leverage_max=2",
            extended="leverage_max=3 forced_leverage_max=3",
            weekend="leverage_max=2 forced_leverage_max=2",
        ),
    ),
    "margin": (None, None, None, ref("margin", "levels", owed_e4=10_000)),
    "fees": (None, ref("fees", "volume_tiers"), ref("fees", "growth")),
    "orders": (
        None,
        ref("orders", "speed_bump", taker_delay_ns=2 * NS_PER_SECOND),
        ref("orders", "speed_bump", market_orders_wait=False, slippage_e4=100),
        ref("orders", "significant_figures", taker_delay_ns=NS_PER_SECOND, brackets_wait=True),
    ),
    "open_orders": (
        None,
        ref("open_orders", "by_volume", step_micros=20_000 * E6, orders_cap=2_000),
    ),
    "requests": (
        None,
        None,
        ref("requests", "by_volume", buffer=60, request_micros=2_000 * E6, wait_ns=NS_PER_SECOND),
    ),
    "makers": (
        None,
        ref(
            "makers",
            "sla",
            required_e4=5_000,
            range_e4=60,
            notional_micros_min=1_000_000_000,
            epoch_ns=10 * NS_PER_MINUTE,
        ),
        ref("makers", "sla", centre="mark", range_e4=100, epoch_ns=NS_PER_MINUTE),
    ),
    "reopen": (None, ref("reopen", "walk"), ref("reopen", "auction_print")),
    "actions": (None, ref("actions", "drift_matrix", internal_as="valid")),
    "interruption": (
        None,
        None,
        ref("interruption", "luld", hours="always", pause_ns=NS_PER_MINUTE),
        ref(
            "interruption",
            "price_monitoring",
            extension_1_ns=20 * NS_PER_SECOND,
            up_1_e4=200,
            down_1_e4=200,
            up_2_e4=400,
            down_2_e4=400,
            extension_2_ns=NS_PER_MINUTE,
            horizon_3_ns=0,
        ),
        ref(
            "interruption",
            "price_monitoring",
            reference="extremes",
            watches_mark=False,
            up_1_e4=700,
            down_1_e4=700,
            extension_1_ns=30 * NS_PER_SECOND,
            horizon_2_ns=0,
            horizon_3_ns=0,
        ),
        ref("interruption", "fill_bands", index_e4=100, mean_e4=200, mean_ns=20 * NS_PER_SECOND),
        ref("interruption", "mirrored", on_halt="freeze"),
        ref("interruption", "mirrored", on_halt="reduce_only"),
        ref("interruption", "mirrored", on_halt="call", call_ns=NS_PER_MINUTE),
    ),
    "calls": (
        None,
        None,
        ref(
            "calls",
            "crosses",
            opening_ns=30 * NS_PER_SECOND,
            closing_ns=30 * NS_PER_SECOND,
            collar_e4=20,
        ),
        ref("calls", "outage"),
        ref("calls", "reopen", uncross_at="middle", mark_from_uncross=True),
    ),
}


# Who closes out, who takes over and who pays at last: drawn together, for not all fit.
# While pricing is internal, a dollar a second: what throttles is met.
THROTTLED = ref(
    "terms",
    "by_session",
    throttle_off_hours_micros_per_second=1_000_000,
    throttle_closed_micros_per_second=1_000_000,
)
# The first seeds, one of each profile, keep what their rulebooks say.
WHO_PAYS_FROM = 6
WHO_PAYS: tuple[tuple[RuleRef, ...], ...] = (
    (
        ref("closeout", "ioc_fillable"),
        ref(
            "backstop",
            "fund",
            claim_micros_max=400_000_000,
            gates_withdrawals=True,
            takeover_price="bankruptcy",
            fees_e4=5_000,
            target_e4=300,
        ),
        ref("last_resort", "adl_random"),
    ),
    (
        THROTTLED,
        ref("closeout", "ioc_zero_price", cancel_orders_first=False),
        ref("backstop", "none"),
        ref("last_resort", "adl_bitmex", seniority="profits_only"),
    ),
    (
        ref("closeout", "ioc_mark_spread", limit_micros=20_000_000_000),
        ref("backstop", "providers", takeover_price="bankruptcy"),
        ref("last_resort", "adl_qfex"),
    ),
    (
        ref("closeout", "network_disposal"),
        ref("backstop", "network"),
        ref("last_resort", "social_gain_prorata"),
    ),
    (
        THROTTLED,
        ref("closeout", "ramp"),
        ref("backstop", "fund", draw_micros_max=500_000_000, draw_interval_ns=NS_PER_MINUTE),
        ref("last_resort", "social_all_contracts", seniority="any"),
    ),
    (
        ref("closeout", "oracle_close"),
        ref("backstop", "vault", lockup_ns=20 * NS_PER_SECOND),
        ref("last_resort", "adl_prorata_contracts", seniority="profits_only"),
    ),
    (
        ref("closeout", "slices", fee_e6=5_000),
        ref(
            "backstop",
            "vault",
            epoch_ns=NS_PER_MINUTE,
            notice_ns=10 * NS_PER_SECOND,
            lockup_ns=NS_PER_MINUTE,
            waits_for_open=True,
            takeover_price="bankruptcy",
        ),
        ref("last_resort", "profit_leverage", price="oracle"),
    ),
    (ref("backstop", "fund"), ref("last_resort", "freeze")),
    (
        ref("closeout", "market_full", fee_e6=15_000),
        ref("backstop", "fund", target_e4=100, margin_returned=True),
        ref("last_resort", "equity_prorata"),
    ),
)


# Now and then a market trades with a pool; what a pool does not go with is the plainest then.
POOLS: tuple[RuleRef | None, ...] = (
    *(None,) * 10,
    ref(
        "counterparty",
        "ostium_pool",
        spread_e6=500,
        impact_leverage_e4=90,
        gain_max_e4=5_000,
        epoch_ns=NS_PER_MINUTE,
        notice_ns=0,
    ),
    ref(
        "counterparty",
        "gmx_pool",
        adl_above_e4=200,
        adl_to_e4=100,
        traders_e4=300,
        epoch_ns=10 * NS_PER_MINUTE,
        notice_ns=NS_PER_MINUTE,
        waits_for_open=False,
    ),
)
BESIDE_A_POOL = (
    ref("mark", "index"),
    ref("clamp", "none"),
    ref("band", "none"),
    ref("closeout", "oracle_close"),
    ref("backstop", "pool"),
    ref("calls", "reopen"),
    ref("interruption", "none"),
    ref("orders", "none"),
    ref("makers", "none"),
)
FUNDING_OF_POOLS = (
    ref("funding", "hyperliquid"),
    ref("funding", "hill_skew"),
    ref("funding", "rollover"),
    ref("funding", "skew_gmx"),
)


def pooled(listing: MarketSpec, seed: int) -> MarketSpec:
    """Return a listing with the pool that a seed draws for its market, if it draws one."""
    random = Random(f"{seed} {listing.market} pool")
    pool = random.choice(POOLS)
    if pool is None:
        return listing
    rules = {rule.kind: rule for rule in listing.rules}
    rules.update({rule.kind: rule for rule in (pool, *BESIDE_A_POOL)})
    rules["funding"] = random.choice(FUNDING_OF_POOLS)
    rules["fees"] = random.choice((ref("fees", "flat"), ref("fees", "maker_taker_skew")))
    return replace(listing, rules=tuple(rules.values()), reopen_call_ns=0)


def drawn(listing: MarketSpec, seed: int) -> MarketSpec:
    """Return a listing with the rules that a seed draws for its market."""
    rules = {rule.kind: rule for rule in listing.rules}
    for kind, choices in CHOICES.items():
        choice = Random(f"{seed} {listing.market} {kind}").choice(choices)
        if choice is not None:
            rules[kind] = choice
    if seed >= WHO_PAYS_FROM:
        rules.update({rule.kind: rule for rule in WHO_PAYS[seed % len(WHO_PAYS)]})
    return pooled(replace(listing, rules=tuple(rules.values())), seed)
