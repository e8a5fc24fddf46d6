"""Which orders are plain: the common one is, and whatever might be refused is looked at in full.

That a plain order is one that the full look lets stand is seen in ``tests/simulation``: beside each
venue runs a restored one whose headroom is always forgotten, which looks at every order in full.
"""

from typing import Any

import pytest

from tests.support.desk import CENTS, LOTS, MARKET, Desk, listing
from venue.core.commands import HaltMarket, PlaceOrder, Side, TimeInForce
from venue.core.handlers.plain_orders import is_plain
from venue.core.listing import Limits
from venue.core.units import E6, NS_PER_HOUR
from venue.rules.build import ref

LIMITS = Limits(
    order_lots_max=20 * LOTS,
    position_lots_max=50 * LOTS,
    open_interest_lots_max=100 * LOTS,
    open_orders_max=2,
    price_max_ticks=400 * CENTS,
    order_micros_min=10 * E6,
)


def desk_with_a_bid(**changes: Any) -> Desk:
    """Return a desk where ann has had one order let in at the present mark."""
    desk = Desk(listing("naive_print", **{"limits": LIMITS, **changes}))
    desk.open("ann", 100_000)
    desk.buy("ann", 1, 240)
    return desk


def plain(desk: Desk, **changes: Any) -> bool:
    """Say whether ann's bid for a share at $245, with some of it changed, is plain."""
    asked = {"size_lots": LOTS, "price_ticks": 245 * CENTS, "side": Side.BUY, **changes}
    command = PlaceOrder(desk.names["ann"], MARKET, **asked)
    account = desk.state.accounts[desk.names["ann"]]
    return is_plain(desk.state, account, desk.state.markets[MARKET], command)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="a bid"),
        pytest.param({"side": Side.SELL, "price_ticks": 255 * CENTS}, id="an offer"),
        pytest.param({"time_in_force": TimeInForce.IOC}, id="taking what there is"),
        pytest.param({"post_only": True}, id="one that only rests"),
        pytest.param({"size_lots": 20 * LOTS}, id="as large as may be"),
        pytest.param({"price_ticks": 400 * CENTS, "side": Side.SELL}, id="as dear as may be"),
    ],
)
def test_the_common_order_is_plain(changes: dict[str, Any]) -> None:
    assert plain(desk_with_a_bid(), **changes)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"size_lots": 0}, id="nothing"),
        pytest.param({"size_lots": 20 * LOTS + 1}, id="too large"),
        pytest.param({"size_lots": 40}, id="worth too little"),
        pytest.param({"price_ticks": 0}, id="free"),
        pytest.param({"price_ticks": 400 * CENTS + 1, "side": Side.SELL}, id="too dear"),
        pytest.param({"price_ticks": None}, id="a market order"),
        pytest.param({"time_in_force": TimeInForce.FOK}, id="all or nothing"),
        pytest.param({"time_in_force": TimeInForce.GFA}, id="for an auction"),
        pytest.param({"post_only": True, "time_in_force": TimeInForce.IOC}, id="a contradiction"),
        pytest.param({"reduce_only": True}, id="reducing"),
        pytest.param({"expires_at_ns": NS_PER_HOUR}, id="one that ends"),
        pytest.param({"stop_ticks": 200 * CENTS}, id="with a stop"),
        pytest.param({"take_profit_ticks": 300 * CENTS}, id="with a take-profit"),
    ],
)
def test_what_must_be_looked_at_is_not_plain(changes: dict[str, Any]) -> None:
    assert not plain(desk_with_a_bid(), **changes)


def test_a_post_only_order_that_would_trade_is_not_plain() -> None:
    desk = desk_with_a_bid()
    desk.open("bob", 100_000)
    desk.sell("bob", 1, 244)

    assert not plain(desk, post_only=True)
    assert plain(desk)


def test_no_order_is_plain_beyond_the_position_limit() -> None:
    desk = desk_with_a_bid()
    desk.open("bob", 1_000_000)
    desk.trade("ann", "bob", 20, 250)
    desk.trade("ann", "bob", 20, 250)

    assert plain(desk, size_lots=9 * LOTS)  # 40 held, 1 bid, 9 more.
    assert not plain(desk, size_lots=9 * LOTS + 1)


def test_no_order_is_plain_with_as_many_open_as_may_be() -> None:
    desk = desk_with_a_bid()
    desk.buy("ann", 1, 241)

    assert not plain(desk)


def test_no_order_is_plain_at_a_new_mark_until_one_has_been_looked_at() -> None:
    desk = desk_with_a_bid()
    desk.price(251)

    assert not plain(desk)


def test_no_order_is_plain_while_the_market_is_halted() -> None:
    desk = desk_with_a_bid()
    desk.do(HaltMarket(MARKET, "operator"))

    assert not plain(desk)


def test_outside_the_band_no_order_is_plain() -> None:
    desk = Desk(listing("naive_print", ref("terms", "by_session", band_regular_e4=100)))
    desk.open("ann", 100_000)
    desk.buy("ann", 1, 249)

    assert plain(desk, price_ticks=252_50)
    assert not plain(desk, price_ticks=252_51)
    assert plain(desk, price_ticks=247_50, side=Side.SELL)
    assert not plain(desk, price_ticks=247_49, side=Side.SELL)
