"""Orders and makers: the ticks, caps and penalties that venues state, with ids to find them by."""

import pytest

from tests.support.desk import MARKET, Desk, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Side, TriggerKind
from venue.core.policies import DutyInputs, LegalPrices, PriceInputs
from venue.core.units import E9, E12
from venue.rules.build import ref
from venue.rules.makers.sla import Sla
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
    return tuple(f"{each / 10**6:.6f}".rstrip("0").rstrip(".") for each in (below, above))  # type: ignore[return-value]


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
