"""The mark's band and the order price band at work in the engine.

While outside prices are gone the mark stays within its band, and a liquidation price outside it
cannot be reached; orders are held to bands counted from one price or another.
"""

from typing import Any

import pytest

from tests.support.desk import MARKET, Desk, fills, listing, of, reason
from venue.core import events as ev
from venue.core.commands import Side, TimeInForce
from venue.core.digest import digest, dump, load
from venue.core.listing import MarketSpec
from venue.core.phases import Closure, Pricing, Session
from venue.core.rejects import Cause
from venue.core.units import E9, NS_PER_SECOND
from venue.rules.build import build, ref


def pushed(band: str, **parameters: Any) -> Desk:
    """Return a desk on a Saturday with a book pushed from 250 to 225; ann is long at 10x.

    Her 100 shares have 2,500 behind them: bankrupt at 225, below maintenance under 230.77.
    """
    desk = Desk(listing("naive_last", ref("band", band, **parameters)))
    desk.open("ann", 2_500, leverage=10)
    for name in ("bob", "cat"):
        desk.open(name, 1_000_000)
    desk.trade("ann", "bob", 100, 250)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)
    desk.trade("cat", "bob", 1, 225)
    return desk


def mark_of(desk: Desk) -> float:
    assert desk.market.mark_nanos is not None
    return desk.market.mark_nanos / E9


def test_XYZ_BAND_005_a_liquidation_price_outside_the_band_cannot_be_reached() -> None:
    """At 20x the band is 237.50 to 262.50: the mark waits there, however long the push lasts."""
    desk = pushed("leverage")

    desk.wait(3_600)

    assert mark_of(desk) == 237.5
    assert not desk.heard(ev.LiquidationStarted)
    assert desk.shares("ann") == 100


def test_without_a_band_the_same_push_liquidates() -> None:
    desk = pushed("none")

    desk.wait(3)

    assert mark_of(desk) == 225
    assert len(desk.heard(ev.LiquidationStarted)) == 1


def test_XYZ_BAND_006_with_each_reset_the_band_lets_the_mark_go_on() -> None:
    """At rest the mark waits at 237.50. Where the index comes 63 % nearer to the book's 225 at each
    mark, to 234.2, 228.4 and 226.2, it passes the triggers at 238.75 and 226.81: the band ends at
    225.625, then at 214.34, and 225 is reached."""
    desk = pushed("discovery", resets=0)
    desk.wait(3)
    assert mark_of(desk) == 237.5

    desk = Desk(
        listing(
            "naive_last",
            ref("band", "discovery", resets=2),
            ref("index_closed", "impact_ema", tau_ns=NS_PER_SECOND, cap_e4=10_000, impact_micros=1),
        )
    )
    desk.open("bob", 1_000_000)
    desk.open("cat", 1_000_000)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)
    desk.trade("cat", "bob", 1, 225)
    desk.sell("bob", 10, 225)
    marks = [event.mark_micros / 1_000 for event in of(desk.wait(9), ev.MarkUpdated)]

    assert marks == [225.625, 225.625, 225.0]


def test_the_band_is_gone_with_the_first_print_and_the_mark_is_free() -> None:
    desk = pushed("leverage")
    desk.wait(3)
    desk.session(Session.REGULAR)

    desk.price(226)

    assert desk.market.pricing is Pricing.EXTERNAL
    assert mark_of(desk) == 225


def test_band_memory_is_in_the_digest_and_survives_a_checkpoint() -> None:
    desk = pushed("mark_average")
    desk.wait(30)

    again = load(dump(desk.state), build)

    assert again.markets[MARKET].band_memory == desk.market.band_memory
    assert again.markets[MARKET].band_memory.den_ps > 0
    assert digest(again) == digest(desk.state)


def test_trades_since_the_last_mark_are_averaged_by_size() -> None:
    """3 at 250 and 1 at 254: 251; a mark later none."""
    rules = ref("mark", "composite", weight_book_e4=0, weight_outside_e4=0)
    desk = Desk(listing("naive_print", rules))
    for name in ("bob", "cat"):
        desk.open(name, 1_000_000)
    desk.trade("bob", "cat", 3, 250)
    desk.trade("bob", "cat", 1, 254)
    traded = desk.market.tape_micros, desk.market.traded_lots - desk.market.tape_from_lots

    desk.wait(3)

    assert traded == (3_000 * 250_000 + 1_000 * 254_000, 4_000)
    assert mark_of(desk) == 251
    assert desk.market.tape_micros == 0
    assert desk.market.tape_from_lots == desk.market.traded_lots == 4_000


def banded(**parameters: Any) -> MarketSpec:
    """Return a plain listing whose only terms are a band of 4 %, as given."""
    whole = {"position_off_hours_e4": 10_000, "position_closed_e4": 10_000}
    bands = {f"band_{row}_e4": 400 for row in ("regular", "off_hours", "closed")}
    return listing("naive_print", ref("terms", "by_session", **(whole | bands | parameters)))


def traders(desk: Desk) -> Desk:
    for name in ("ann", "bob"):
        desk.open(name, 1_000_000)
    return desk


@pytest.mark.parametrize(
    ("side", "dollars", "one_way", "both_ways"),
    [
        pytest.param(Side.BUY, 260.00, "stands", "stands", id="buy at the upper edge"),
        pytest.param(Side.BUY, 260.01, "refused", "refused", id="buy above"),
        pytest.param(Side.BUY, 239.99, "stands", "refused", id="buy far below"),
        pytest.param(Side.SELL, 240.00, "stands", "stands", id="sell at the lower edge"),
        pytest.param(Side.SELL, 239.99, "refused", "refused", id="sell below"),
        pytest.param(Side.SELL, 260.01, "stands", "refused", id="sell far above"),
    ],
)
def test_QFEX_TERMS_001_a_band_refuses_by_side_or_both_ways(
    side: Side, dollars: float, one_way: str, both_ways: str
) -> None:
    for is_both, expected in ((False, one_way), (True, both_ways)):
        desk = traders(Desk(banded(band_both_ways=is_both)))

        events = desk.order("ann", side, 1, dollars)

        if expected == "stands":
            assert of(events, ev.OrderAccepted)
        else:
            assert reason(events) == "outside_band"


@pytest.mark.parametrize(
    ("centre", "dollars"),
    [
        pytest.param("mark", 280, id="mark"),
        pytest.param("index", 280, id="index"),
        pytest.param("anchor", 280, id="last external price"),
        pytest.param("close", 270, id="last external price of REGULAR hours"),
        pytest.param("open", 260, id="first external price of REGULAR hours"),
    ],
)
def test_a_band_is_counted_from_the_price_it_names(centre: str, dollars: int) -> None:
    """Pre-market 250, REGULAR from 260 to 270, then 280 after hours, and the night."""
    desk = traders(Desk(banded(band_from=centre), price=None))
    desk.session(Session.PRE_MARKET)
    desk.price(250)
    desk.session(Session.REGULAR)
    desk.price(260)
    desk.price(270)
    desk.session(Session.AFTER_MARKET)
    desk.price(280)
    desk.session(Session.NO_TRADING, Closure.OVERNIGHT)
    edge = dollars * 1.04

    assert of(desk.buy("ann", 1, edge), ev.OrderAccepted)
    assert reason(desk.buy("ann", 1, edge + 0.01)) == "outside_band"
    assert of(desk.sell("bob", 1, dollars * 0.96), ev.OrderAccepted)
    assert reason(desk.sell("bob", 1, dollars * 0.96 - 0.01)) == "outside_band"


def test_close_and_open_survive_a_checkpoint() -> None:
    desk = traders(Desk(banded(band_from="close")))
    desk.session(Session.NO_TRADING, Closure.WEEKEND)

    market = load(dump(desk.state), build).markets[MARKET]

    assert (market.close_nanos, market.open_nanos) == (250 * E9, 250 * E9)
    assert market.band_ticks == desk.market.band_ticks == (24_000, 26_000, 0, 1 << 62)


def test_QFEX_TERMS_002_lowest_and_highest_prices_hold_for_both_sides() -> None:
    """GOOG's -27 % and +36 % off the last close, beside a band from the mark."""
    desk = traders(Desk(banded(band_regular_e4=None, band_below_e4=2_700, band_above_e4=3_600)))
    desk.session(Session.AFTER_MARKET)
    desk.session(Session.REGULAR)

    for side in Side:
        assert of(desk.order("ann", side, 1, 182.50), ev.OrderAccepted)
        assert reason(desk.order("ann", side, 1, 182.49)) == "outside_band"
        assert reason(desk.order("bob", side, 1, 340.01)) == "outside_band"


def test_EDGEX_TERMS_001_while_closed_the_band_is_one_over_leverage() -> None:
    desk = traders(
        Desk(
            banded(
                band_from="anchor",
                band_by_leverage_internal=True,
                band_closed_e4=None,
                band_regular_e4=None,
            )
        )
    )
    assert desk.market.band_ticks is None
    desk.session(Session.NO_TRADING, Closure.WEEKEND)

    assert of(desk.buy("ann", 1, 262.50), ev.OrderAccepted)
    assert reason(desk.buy("ann", 1, 262.51)) == "outside_band"


@pytest.mark.parametrize(
    ("caps", "filled"),
    [
        pytest.param(True, [(1, 259.0)], id="filled as far as the band, the rest cancelled"),
        pytest.param(False, None, id="refused: its protection of 5 % lies outside"),
    ],
)
def test_ASTER_TERMS_001_a_market_order_fills_to_the_band(
    caps: bool, filled: list[tuple[float, float]] | None
) -> None:
    desk = traders(Desk(banded(band_caps_market=caps)))
    desk.sell("bob", 1, 259)
    desk.sell("bob", 1, 261)

    events = desk.buy("ann", 5, None, time_in_force=TimeInForce.IOC)

    if filled is None:
        assert reason(events) == "outside_band"
    else:
        assert fills(events) == filled
        assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.IOC_REMAINDER]


def test_a_close_cancels_what_the_new_band_leaves_outside_on_both_far_sides() -> None:
    desk = traders(Desk(banded(band_both_ways=True, band_regular_e4=None)))
    for dollars in (200, 245):
        desk.buy("ann", 1, dollars)
    for dollars in (255, 300):
        desk.sell("bob", 1, dollars)

    events = desk.session(Session.NO_TRADING, Closure.WEEKEND)

    assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.OUTSIDE_BAND] * 2
    assert desk.bids() == [(245.0, 1.0)]
    assert desk.asks() == [(255.0, 1.0)]
