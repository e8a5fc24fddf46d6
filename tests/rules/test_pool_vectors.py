"""Vectors of pools: Ostium's price, profit cap, liquidation margin and fee split; GMX's ratios."""

import pytest

from tests.support.desk import listing, of
from tests.support.pools import PoolDesk, pool_listing
from venue.core import events as ev
from venue.core.commands import TimeInForce
from venue.core.listing import Fees, RuleRef, Tier
from venue.core.pool import liquidation_margin_micros, take_profit_max_nanos
from venue.core.rejects import Cause
from venue.core.units import E6, E9
from venue.rules.build import fault, ref
from venue.rules.counterparty.gmx_pool import GmxPool
from venue.rules.counterparty.ostium_pool import OstiumPool
from venue.rules.examples import OPENING, QUOTE
from venue.rules.fees.maker_taker_skew import MakerTakerSkew

SELLS = -2_500 * E6
IOC = TimeInForce.IOC


@pytest.mark.parametrize(
    ("notional", "opens", "cents"),
    [
        pytest.param(2_500 * E6, True, 25_025, id="open long: ask"),
        pytest.param(SELLS, True, 24_975, id="open short: bid"),
        pytest.param(SELLS, False, 24_975, id="close long: bid"),
        pytest.param(2_500 * E6, False, 25_025, id="close short: ask"),
    ],
)
def test_OST_POOL_001_opens_and_closes_at_the_oracles_ask_and_bid(
    notional: int, opens: bool, cents: int
) -> None:
    seen = QUOTE._replace(notional_micros=notional, opens=opens)

    assert OstiumPool(spread_e6=1_000).quote(seen).price_nanos == cents * E9 // 100


@pytest.mark.parametrize(("leverage", "refused"), [(40, None), (41, Cause.PRICE_IMPACT)])
def test_OST_POOL_002_impact_times_leverage_above_the_limit_is_refused(
    leverage: int, refused: Cause | None
) -> None:
    """1 % × 40 is 40 %."""
    seen = QUOTE._replace(leverage=leverage)

    assert OstiumPool(spread_e6=10_000).quote(seen).refused is refused


@pytest.mark.parametrize("leverage", [100, 1])
def test_OST_POOL_003_closing_is_never_refused(leverage: int) -> None:
    seen = QUOTE._replace(leverage=leverage, opens=False, pool_micros=0, long_micros=10**15)

    assert OstiumPool(spread_e6=50_000).quote(seen).refused is None


@pytest.mark.parametrize(
    ("is_long", "leverage", "expected"),
    [
        pytest.param(True, 10, 190, id="long 10x"),
        pytest.param(True, 100, 109, id="long 100x"),
        pytest.param(False, 10, 10, id="short 10x"),
        pytest.param(False, 9, None, id="short 9x: never"),
    ],
)
def test_OST_POOL_004_take_profit_is_corrected_to_nine_times_the_collateral(
    is_long: bool, leverage: int, expected: int | None
) -> None:
    found = take_profit_max_nanos(
        entry_nanos=100, is_long=is_long, leverage=leverage, gain_max_e4=90_000
    )

    assert found == expected


def test_OST_LIQ_001_collateral_100_at_10x_of_100_keeps_two_and_a_half() -> None:
    margin = liquidation_margin_micros(
        collateral_micros=100 * E6, leverage=10, leverage_max=100, threshold_e4=2_500
    )

    assert margin == 2_500_000
    assert 100 - (100 - margin / E6) * 100 / 1_000 == 90.25


@pytest.mark.parametrize(("cents", "is_liquidated"), [(9_025, False), (9_022, True)])
def test_OST_LIQ_002_a_long_at_100_goes_at_90_25_less_the_share_of_the_mark(
    cents: int, is_liquidated: bool
) -> None:
    """A quarter of a hundredth of the notional, at the mark rather than at the entry: 90.2256."""
    levels = ref("margin", "flat", maintenance_e4=25)
    desk = PoolDesk(
        pool_listing("ostium_pool", levels, changes={"tiers": (Tier(0, 100),)}),
        pool_dollars=100_000,
    )
    desk.price(100)
    desk.open("ann", 100, leverage=10, isolated=True)
    desk.buy("ann", 10, 100, time_in_force=IOC)

    desk.price(cents / 100)

    assert bool(desk.heard(ev.LiquidationStarted)) is is_liquidated


def test_OST_FEE_001_what_reduces_the_skew_pays_the_makers_fee_and_the_rest_the_takers() -> None:
    fees = OPENING.listed

    assert MakerTakerSkew().opening_micros(OPENING) == 1_000 * fees.maker_e6 + 1_500 * fees.taker_e6


def test_OST_FEE_002_above_the_makers_leverage_all_of_it_pays_the_takers_fee() -> None:
    seen = OPENING._replace(leverage_e4=200_001)

    assert MakerTakerSkew().opening_micros(seen) == 2_500 * OPENING.listed.taker_e6


def test_OST_FEE_004_a_makers_fee_below_zero_is_none() -> None:
    seen = OPENING._replace(listed=Fees(maker_e6=-20, taker_e6=1_000))

    assert MakerTakerSkew().opening_micros(seen) == 1_500 * 1_000


def test_OST_FEE_003_the_fee_is_split_between_pool_and_venue() -> None:
    desk = PoolDesk(pool_listing(fee_share_e4=7_000, changes={"fees": Fees(0, 1_000)}))
    desk.open("ann", 100_000)

    (trade,) = of(desk.buy("ann", 40, None, time_in_force=IOC), ev.Traded)

    assert (trade.taker_fee_micros, trade.maker_fee_micros) == (10 * E6, -7 * E6)
    assert desk.state.ledger.fees_micros == 3 * E6
    assert desk.money() == 1_000_007


IMPACTS = [
    pytest.param(0, 1_000, -500, id="away from balance"),
    pytest.param(1_000, -1_000, 250, id="back to balance"),
    pytest.param(1_000, 1_000, -1_500, id="further away"),
    pytest.param(1_000, -500, 187.5, id="half way back"),
    pytest.param(-1_000, 2_000, -250, id="across: paid for the way back, charged beyond"),
]


@pytest.mark.parametrize(("before", "order", "expected"), IMPACTS)
def test_GMX_POOL_001_impact_is_the_factor_times_the_change_of_a_power(
    before: int, order: int, expected: float
) -> None:
    """Thousands of dollars: 5e-10 × (d0² - d1²), half of it where it brings the sides nearer."""
    seen = QUOTE._replace(
        notional_micros=order * 1_000 * E6,
        long_micros=max(0, before) * 1_000 * E6,
        short_micros=max(0, -before) * 1_000 * E6,
    )

    assert GmxPool().impact_micros(seen) == expected * E6


def test_GMX_POOL_002_the_impact_is_charged_by_way_of_the_price() -> None:
    """$500 on a million dollars: 5 basis points."""
    seen = QUOTE._replace(
        notional_micros=1_000_000 * E6, long_micros=0, short_micros=0, pool_micros=10**13
    )

    assert GmxPool(spread_e6=0).quote(seen).price_nanos == 250_125_000_000


@pytest.mark.parametrize("exponent_e4", [15_000, 22_000])
def test_GMX_POOL_003_going_and_coming_back_never_pays(exponent_e4: int) -> None:
    rule = GmxPool(exponent_e4=exponent_e4, better_e4=10_000)
    there = QUOTE._replace(long_micros=7 * E6, short_micros=0)
    back = there._replace(
        notional_micros=-there.notional_micros, long_micros=there.notional_micros + 7 * E6
    )

    assert rule.impact_micros(there) + rule.impact_micros(back) <= 0


def test_GMX_ADL_001_begins_above_85_ends_at_77_and_pays_at_most_90_per_cent() -> None:
    """``tests/core/test_pool_winners.py`` shows each at work."""
    rule = GmxPool()

    assert (rule.adl_above_e4, rule.adl_to_e4, rule.traders_e4) == (8_500, 7_700, 9_000)


BESIDE = (ref("closeout", "oracle_close"), ref("backstop", "pool"))
POOL = ref("counterparty", "gmx_pool")
MISFITS = [
    pytest.param((POOL, *BESIDE, ref("mark", "last")), {}, "trades at the oracle", id="mark"),
    pytest.param((POOL, *BESIDE, ref("clamp", "step")), {}, "trades at the oracle", id="clamp"),
    pytest.param((POOL, *BESIDE, ref("band", "leverage")), {}, "trades at the oracle", id="band"),
    pytest.param((POOL,), {}, "goes back to the pool at the oracle", id="closeout and backstop"),
    pytest.param((ref("backstop", "pool"),), {}, "backstop pool needs a pool", id="no pool"),
    pytest.param((POOL, *BESIDE), {"reopen_call_ns": 1}, "meet in a call", id="reopen call"),
    pytest.param(
        (POOL, *BESIDE, ref("interruption", "luld")), {}, "meet in a call", id="interruption"
    ),
    pytest.param((POOL, *BESIDE, ref("calls", "outage")), {}, "meet in a call", id="outage call"),
    pytest.param(
        (POOL, *BESIDE, ref("orders", "speed_bump")), {}, "is met by another", id="speed bump"
    ),
    pytest.param((POOL, *BESIDE, ref("makers", "sla")), {}, "is met by another", id="makers"),
    pytest.param(
        (ref("counterparty", "gmx_pool", adl_to_e4=8_500), *BESIDE),
        {},
        "adl must end below",
        id="adl upwards",
    ),
]


@pytest.mark.parametrize(("rules", "changes", "sentence"), MISFITS)
def test_what_does_not_go_with_a_pool_is_refused_when_it_is_listed(
    rules: tuple[RuleRef, ...], changes: dict[str, int], sentence: str
) -> None:
    refusal = fault(listing("naive_print", *rules, **{"reopen_call_ns": 0, **changes}))

    assert refusal is not None
    assert sentence in refusal


def test_a_pool_with_all_that_it_needs_is_listed() -> None:
    assert fault(pool_listing()) is None
    assert fault(pool_listing("gmx_pool")) is None
