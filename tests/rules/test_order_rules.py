"""Orders and makers: the ticks, caps and penalties that venues state, with ids to find them by."""

import pytest
from msgspec.structs import replace

from tests.support.desk import MARKET, ROOMY, Desk, hourly, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Side, TriggerKind
from venue.core.digest import dump, load
from venue.core.listing import MarketSpec
from venue.core.policies import DutyInputs, LegalPrices, OpenOrdersInputs, PriceInputs
from venue.core.units import E6, E9, E12
from venue.core.volumes import open_orders_max
from venue.rules.build import build, ref
from venue.rules.makers.sla import Sla
from venue.rules.open_orders.by_volume import ByVolume
from venue.rules.orders.significant_figures import SignificantFigures

# In millionths of a dollar, so that the rule, not the tick, decides.
FINE = 1_000


def legal(dollars: str, size_decimals: int) -> tuple[str, str]:
    """Return the nearest legal prices of a price, in dollars."""
    whole, _, part = dollars.partition(".")
    ticks = int(whole) * 10**6 + int((part + "000000")[:6])
    below, above = SignificantFigures().legal(
        PriceInputs(ticks, tick_nanos=FINE, lot_e9=10 ** (9 - size_decimals))
    )
    return shown(below), shown(above)


def shown(micros: int) -> str:
    return f"{micros / 10**6:.6f}".rstrip("0").rstrip(".")


@pytest.mark.parametrize(
    ("dollars", "size_decimals", "expected"),
    [
        pytest.param("1234.5", 1, ("1234.5", "1234.5"), id="five figures"),
        pytest.param("1234.56", 1, ("1234.5", "1234.6"), id="six figures"),
        pytest.param("0.001234", 0, ("0.001234", "0.001234"), id="six decimals"),
        pytest.param("0.012345", 1, ("0.01234", "0.01235"), id="six decimals, one of size"),
        pytest.param("123456", 1, ("123456", "123456"), id="whole dollars always"),
        pytest.param("123456.5", 1, ("123456", "123457"), id="only whole dollars"),
        pytest.param("99999.5", 0, ("99999", "100000"), id="across a power of ten"),
        pytest.param("12.3456", 4, ("12.34", "12.35"), id="decimals bind before figures"),
        pytest.param("0.000001", 3, ("0", "0.001"), id="none below"),
    ],
)
def test_HL_TICK_001_five_figures_six_less_size_decimals_whole_always(
    dollars: str, size_decimals: int, expected: tuple[str, str]
) -> None:
    assert legal(dollars, size_decimals) == expected


def test_a_legal_price_is_a_whole_number_of_ticks_as_well() -> None:
    quarters = PriceInputs(price_ticks=403, tick_nanos=E9 // 4, lot_e9=E9)  # $100.75

    assert SignificantFigures(figures=4).legal(quarters) == LegalPrices(402, 404)


def test_every_price_that_a_bot_names_is_asked_about() -> None:
    desk = Desk(listing("naive_print", ref("orders", "significant_figures", figures=4)))
    ann = desk.open("ann", 10_000)
    desk.buy("ann", 1, 249.9, client_order_id="mine")

    refused = [
        desk.buy("ann", 1, 249.95),
        desk.buy("ann", 1, 249.9, stop_ticks=24_001),
        desk.buy("ann", 1, 249.9, take_profit_ticks=26_001),
        desk.do(cmd.AmendOrder(ann, None, "mine", 24_995, None)),
        desk.do(cmd.PlaceTrigger(ann, MARKET, Side.SELL, 1_000, TriggerKind.STOP, 24_001)),
        desk.do(cmd.PlaceTrigger(ann, MARKET, Side.SELL, 1_000, TriggerKind.STOP, 24_000, 24_001)),
    ]

    assert {reason(events) for events in refused} == {"price_not_legal"}


def test_HL_SLIP_001_a_triggers_market_order_trades_ten_per_cent_from_the_mark() -> None:
    rule = ref("orders", "significant_figures", slippage_e4=800)
    desk = Desk(listing("naive_print", rule))
    desk.open("ann", 10_000)
    desk.open("bob", 10_000)
    desk.trade("ann", "bob", 1, 250)
    bought = desk.buy("ann", 1, None)
    desk.do(cmd.PlaceTrigger(1, MARKET, Side.SELL, 1_000, TriggerKind.STOP, 24_000))

    fired = desk.price(240)

    assert of(bought, ev.OrderAccepted)[0].price_ticks == 27_000  # 8 % above 250.
    assert of(fired, ev.OrderAccepted)[0].price_ticks == 21_600  # 10 % below 240.


@pytest.mark.parametrize(
    ("met", "share"),
    [
        pytest.param(100, 0.0, id="always there"),
        pytest.param(80, 0.0, id="as much as is owed"),
        pytest.param(76, 0.1, id="five per cent of it missing"),
        pytest.param(72, 0.2, id="a tenth missing"),
        pytest.param(60, 0.5, id="a quarter missing: the most"),
        pytest.param(0, 0.5, id="never there"),
    ],
)
def test_VEGA_SLA_001_penalty_is_p_times_the_missing_share_at_most_m(
    met: int, share: float
) -> None:
    rule = Sla(required_e4=8_000)

    assert rule.penalty_e12(DutyInputs(sampled=100, met=met)) == round(share * E12)


def test_a_penalty_is_rounded_up() -> None:
    assert Sla(required_e4=9_000).penalty_e12(DutyInputs(sampled=7, met=6)) == 95_238_095_239


def two_open(**changes: int | bool) -> MarketSpec:
    """Return a listing where two orders may be open, and one more for every $1,000 traded."""
    rule = ref("open_orders", "by_volume", step_micros=1_000 * E6, **changes)
    return listing("naive_print", rule, limits=replace(ROOMY, open_orders_max=2))


def counted(**changes: int | bool) -> Desk:
    return Desk(two_open(**changes))


def standing(desk: Desk, name: str) -> int:
    """Let an account place bids until it is refused; return how many stand then."""
    for cents in range(20):
        events = desk.buy(name, 0.1, 200 - cents / 100)
        if of(events, ev.Rejected):
            assert reason(events) == "open_orders_limit"
            break
    return len(desk.account(name).orders)


@pytest.mark.parametrize(
    ("millions", "expected"),
    [(0, 1_000), (4, 1_000), (5, 1_001), (50, 1_010), (20_000, 5_000), (90_000, 5_000)],
)
def test_HL_ORDERS_001_a_thousand_and_one_for_every_five_million_up_to_five_thousand(
    millions: int, expected: int
) -> None:
    seen = OpenOrdersInputs(listed_max=1_000, traded_micros=millions * 10**6 * E6)

    assert ByVolume().open_orders_max(seen) == expected


def test_HL_ORDERS_002_what_was_traded_counts_at_once_for_both_sides() -> None:
    desk = counted()
    for name in ("ann", "bob", "eve"):
        desk.open(name, 100_000)
    before = standing(desk, "eve")
    desk.trade("ann", "bob", 12, 250)  # $3,000.

    assert (before, standing(desk, "ann"), standing(desk, "bob")) == (2, 5, 5)
    assert standing(desk, "eve") == 2


def test_HL_ORDERS_003_it_is_not_forgotten_after_thirty_days_nor_by_a_checkpoint() -> None:
    desk = Desk(hourly(two_open()))
    desk.wait(3_600)
    for name in ("ann", "bob"):
        desk.open(name, 100_000)
    desk.trade("ann", "bob", 12, 250)
    for _ in range(32):
        desk.wait(86_400)
        desk.price(250)
    restored = load(dump(desk.state), build)
    account = restored.accounts[desk.names["ann"]]

    assert sum(map(sum, account.days)) == 0
    assert account.traded_micros == 3_000 * E6
    assert open_orders_max(restored.markets[MARKET], account) == 5
    assert standing(desk, "ann") == 5


def test_HL_ORDERS_004_a_grid_is_held_to_the_same_number() -> None:
    desk = counted(orders_cap=6)
    for name in ("ann", "bob"):
        desk.open(name, 100_000)
    grid = cmd.PlaceScale(desk.names["ann"], MARKET, Side.BUY, 4_000, 20_000, 19_900, 4)
    refused = desk.do(grid)
    desk.trade("ann", "bob", 12, 250)

    assert reason(refused) == "open_orders_limit"
    assert len(of(desk.do(grid), ev.OrderAccepted)) == 4
    assert standing(desk, "ann") == 5


def test_HL_ORDERS_005_beyond_the_listing_s_number_nothing_is_taken_that_only_gets_out() -> None:
    desk = counted(exits_to_listed=True)
    for name in ("ann", "bob"):
        desk.open(name, 100_000)
    desk.trade("ann", "bob", 12, 250)  # ann is long, and may have five orders.
    ann = desk.names["ann"]
    stop = cmd.PlaceTrigger(ann, MARKET, Side.SELL, None, TriggerKind.STOP, 20_000)
    grid = cmd.PlaceScale(ann, MARKET, Side.SELL, 2_000, 26_000, 27_000, 2, reduce_only=True)
    assert of(desk.do(stop), ev.TriggerPlaced)
    assert reason(desk.do(grid)) == "open_orders_limit"
    assert of(desk.sell("ann", 1, 260, reduce_only=True), ev.OrderAccepted)
    assert standing(desk, "ann") == 5

    assert reason(desk.sell("ann", 1, 261, reduce_only=True)) == "open_orders_limit"
    assert reason(desk.sell("ann", 1, None, reduce_only=True)) == "open_orders_limit"
    assert reason(desk.do(stop)) == "open_orders_limit"
    assert reason(desk.buy("ann", 0.1, None, stop_ticks=19_000)) == "open_orders_limit"
    desk.buy("bob", 12, 195)
    assert of(desk.price(199), ev.TriggerFired)
    assert desk.shares("ann") < 12


def test_HL_ORDERS_006_without_it_an_exit_counts_as_any_other_order() -> None:
    desk = counted()
    for name in ("ann", "bob"):
        desk.open(name, 100_000)
    desk.trade("ann", "bob", 12, 250)
    for cents in range(5):
        assert of(desk.sell("ann", 1, 260 + cents, reduce_only=True), ev.OrderAccepted)

    assert reason(desk.sell("ann", 1, 261, reduce_only=True)) == "open_orders_limit"
