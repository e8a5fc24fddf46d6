"""The book against a naive one: every kind of order, in a few ticks where all of them meet."""

from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.desk import MARKET, Desk, fills, of, reason
from tests.support.model import Resting
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.auction import indication
from venue.core.book import Book, Order
from venue.core.commands import SelfTrade, Side, TimeInForce
from venue.core.rejects import Cause

BUY, SELL = Side.BUY, Side.SELL
GTC, IOC, FOK = TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK
NAMES = ("ann", "bob", "cat", "ann-2")  # The last is a sub-account of ann's.
PRICES = (24_998, 25_002)


class Asked(NamedTuple):
    """One order of the flow."""

    name: str
    side: Side
    shares: int
    ticks: int
    force: TimeInForce
    post_only: bool
    reduce_only: bool
    self_trade: SelfTrade


asked = st.builds(
    Asked,
    st.sampled_from(NAMES),
    st.sampled_from(Side),
    st.integers(1, 9),
    st.integers(*PRICES),
    st.sampled_from([GTC, GTC, GTC, IOC, FOK]),
    st.sampled_from([False, False, False, True]),
    st.sampled_from([False, False, True]),
    st.sampled_from(SelfTrade),
)
step = st.one_of(
    asked,
    st.tuples(st.just("cancel"), st.integers(0, 20)),
    st.tuples(
        st.just("amend"),
        st.integers(0, 20),
        st.one_of(st.none(), st.integers(*PRICES)),
        st.integers(1, 9),
    ),
)


def people() -> Desk:
    desk = Desk()
    for name in NAMES:
        desk.open(name, 10_000_000, parent="ann" if name == "ann-2" else None)
    return desk


def naive_fills(desk: Desk, taker: Asked) -> tuple[list[tuple[int, int, int]], int]:
    """Return (maker, lots, ticks) of an arriving order, and how much is surely fillable."""
    model = desk.auditor.model
    number = desk.names[taker.name]
    is_buy = taker.side is BUY
    sizes = {
        account: held.size for (account, market), held in model.positions.items()
        if market == MARKET
    }  # fmt: skip
    left = taker.shares * 1_000
    found: list[tuple[int, int, int]] = []
    sure = 0
    counting = True

    def reducible(account: int, *, buys: bool) -> int:
        size = sizes.get(account, 0)
        return max(0, -size if buys else size)

    for maker in model.side(MARKET, is_buy=not is_buy):
        within = maker.price <= taker.ticks if is_buy else maker.price >= taker.ticks
        if not within:
            break
        same = model.owners[maker.account] == model.owners[number]
        if same and taker.self_trade is not SelfTrade.CANCEL_RESTING:
            counting = False
        if counting and not same and not maker.reduce_only:
            sure += maker.lots
        if not left:
            continue
        if same and taker.self_trade is SelfTrade.CANCEL_TAKING:
            break
        if same and taker.self_trade is SelfTrade.DECREMENT:
            left -= min(left, maker.lots)
            continue
        if same:
            continue
        lots = min(left, maker.lots)
        if maker.reduce_only:
            lots = min(lots, reducible(maker.account, buys=not is_buy))
        if taker.reduce_only:
            lots = min(lots, reducible(number, buys=is_buy))
        if not lots:
            if taker.reduce_only and not reducible(number, buys=is_buy):
                break
            continue
        found.append((maker.id, lots, maker.price))
        left -= lots
        signed = lots if is_buy else -lots
        sizes[number] = sizes.get(number, 0) + signed
        sizes[maker.account] = sizes.get(maker.account, 0) - signed
    if taker.reduce_only:
        sure = min(sure, reducible_at_first(desk, taker))
    return found, sure


def reducible_at_first(desk: Desk, taker: Asked) -> int:
    held = desk.auditor.model.positions.get((desk.names[taker.name], MARKET))
    size = 0 if held is None else held.size
    return max(0, -size if taker.side is BUY else size)


def check_order(desk: Desk, taker: Asked) -> None:
    expected, sure = naive_fills(desk, taker)
    reducible = reducible_at_first(desk, taker)
    best = desk.auditor.model.side(MARKET, is_buy=taker.side is SELL)
    crosses = bool(best) and (
        best[0].price <= taker.ticks if taker.side is BUY else best[0].price >= taker.ticks
    )

    events = desk.do(
        cmd.PlaceOrder(
            desk.names[taker.name], MARKET, taker.side, taker.shares * 1_000, taker.ticks,
            taker.force, taker.post_only, taker.reduce_only, self_trade=taker.self_trade,
        )
    )  # fmt: skip

    if taker.post_only and taker.force is not GTC:
        assert reason(events) == "post_only_not_gtc"
    elif taker.reduce_only and not reducible:
        assert reason(events) == "reduce_only_would_increase"
    elif taker.post_only and crosses:
        assert reason(events) == "post_only_would_trade"
    elif taker.force is FOK and sure < taker.shares * 1_000:
        assert of(events, ev.Rejected)[0].figures["fillable_lots"] < taker.shares * 1_000
    else:
        trades = [(t.maker_order_id, t.size_lots, t.price_ticks) for t in of(events, ev.Traded)]
        assert trades == expected
        order_id = of(events, ev.OrderAccepted)[0].order_id
        rests = order_id in {order.id for order in desk.auditor.model.orders.values()}
        filled = sum(lots for _, lots, _ in expected)
        if taker.force is FOK:
            assert filled == taker.shares * 1_000
        assert not rests or taker.force is GTC


@given(st.lists(step, max_size=25))
@settings(max_examples=150, deadline=None)
def test_every_order_trades_as_in_a_naive_book(steps: list[Any]) -> None:
    desk = people()
    for one in steps:
        if isinstance(one, Asked):
            check_order(desk, one)
            continue
        resting = sorted(desk.auditor.model.orders.values(), key=lambda order: order.id)
        if not resting:
            continue
        order = resting[one[1] % len(resting)]
        if one[0] == "cancel":
            desk.do(cmd.CancelOrder(order.account, order.id, None))
        else:
            desk.do(cmd.AmendOrder(order.account, order.id, None, one[2], one[3] * 1_000))


@given(
    st.lists(asked, max_size=25),
    st.integers(*PRICES),
    st.none() | st.tuples(st.integers(*PRICES), st.integers(*PRICES)),
)
@settings(max_examples=150, deadline=None)
def test_the_uncross_price_is_the_best_of_all_ticks(
    orders: list[Asked], reference: int, collar: tuple[int, int] | None
) -> None:
    book = Book()
    for number, one in enumerate(orders):
        book.add(resting(number, one))

    found = indication(book, reference, collar_ticks=collar)
    low, high = collar or (PRICES[0] - 3, PRICES[1] + 3)

    def at(price: int) -> tuple[int, int]:
        demand = sum(o.shares for o in orders if o.side is BUY and o.ticks >= price)
        supply = sum(o.shares for o in orders if o.side is SELL and o.ticks <= price)
        return demand, supply

    tried = [
        (-min(at(price)), abs(at(price)[0] - at(price)[1]), abs(price - reference), price)
        for price in range(low, high + 1)
        if min(at(price))
    ]
    if not tried:
        assert found is None
        return
    assert found is not None
    _, _, _, price = min(tried)
    demand, supply = at(price)
    assert found == (price, min(demand, supply), demand - supply)


def resting(number: int, one: Asked) -> Order:
    accepted = ev.OrderAccepted(
        number, 1, MARKET, one.side, one.shares, one.ticks, GTC, False, False, None,
        one.self_trade, None, False, 0, False, True,
    )  # fmt: skip
    is_buy = one.side is BUY
    return Order(number, 1, MARKET, is_buy, one.ticks, one.shares, one.shares, False, accepted)


def test_the_naive_book_itself_orders_by_price_then_arrival() -> None:
    desk = people()
    for name, ticks in (("ann", 24_999), ("bob", 25_000), ("cat", 24_999)):
        desk.buy(name, 1, ticks / 100)

    side: list[Resting] = desk.auditor.model.side(MARKET, is_buy=True)

    assert [(order.account, order.price) for order in side] == [
        (2, 25_000),
        (1, 24_999),
        (3, 24_999),
    ]


@pytest.mark.parametrize(
    ("terms", "expected_fills", "expected_bids"),
    [
        pytest.param({}, [(3, 250.0), (2, 250.5)], [(250.5, 3.0)], id="gtc rests what is left"),
        pytest.param({"time_in_force": IOC}, [(3, 250.0), (2, 250.5)], [], id="ioc does not rest"),
        pytest.param({"time_in_force": FOK}, [], [], id="fok: all or nothing"),
        pytest.param({"post_only": True}, [], [], id="post-only never takes"),
        pytest.param({"reduce_only": True}, [], [], id="reduce-only finds nothing to reduce"),
    ],
)
def test_an_order_for_eight_meets_five(
    terms: dict[str, Any],
    expected_fills: list[tuple[float, float]],
    expected_bids: list[tuple[float, float]],
) -> None:
    desk = people()
    desk.sell("ann", 3, 250)
    desk.sell("bob", 2, 250.5)
    desk.sell("bob", 2, 250.51)

    events = desk.buy("cat", 8, 250.5, **terms)

    assert fills(events) == expected_fills
    assert desk.bids() == expected_bids


@pytest.mark.parametrize(
    ("rule", "ann_asks", "ann_bids", "cause"),
    [
        pytest.param(SelfTrade.CANCEL_RESTING, [], [(250.0, 5.0)], Cause.SELF_TRADE, id="resting"),
        pytest.param(SelfTrade.CANCEL_TAKING, [(250.0, 3.0)], [], Cause.SELF_TRADE, id="taking"),
        pytest.param(SelfTrade.DECREMENT, [], [(250.0, 2.0)], None, id="decrement"),
    ],
)
@pytest.mark.parametrize("name", ["ann", "ann-2"])
def test_HL_STP_001_nobody_trades_with_the_same_owner(
    rule: SelfTrade,
    ann_asks: list[tuple[float, float]],
    ann_bids: list[tuple[float, float]],
    cause: Cause | None,
    name: str,
) -> None:
    """ann offers 3 at 250; she, or her sub-account, bids for 5 there."""
    desk = people()
    desk.sell("ann", 3, 250)

    events = desk.buy(name, 5, 250, self_trade=rule)

    assert not fills(events)
    assert desk.asks() == ann_asks
    assert desk.bids() == ann_bids
    assert {event.cause for event in of(events, ev.OrderCancelled)} == ({cause} if cause else set())


@pytest.mark.parametrize(
    ("price", "shares", "first"),
    [
        pytest.param(None, 2, "ann", id="shrinking keeps its place"),
        pytest.param(None, 9, "bob", id="growing loses it"),
        pytest.param(250.01, 2, "ann", id="a better price is first anyway"),
        pytest.param(249.99, 2, "bob", id="a worse price is not"),
    ],
)
def test_an_amended_order_keeps_its_place_only_when_it_shrinks(
    price: float | None, shares: int, first: str
) -> None:
    desk = people()
    desk.buy("ann", 5, 250, client_order_id="mine")
    desk.buy("bob", 5, 250)

    ticks = None if price is None else round(price * 100)
    desk.do(cmd.AmendOrder(1, None, "mine", ticks, shares * 1_000))
    events = desk.sell("cat", 1, 249)

    assert of(events, ev.Traded)[0].maker_account == desk.names[first]


def test_an_order_amended_to_another_price_and_back_stands_last() -> None:
    desk = people()
    desk.buy("ann", 5, 250, client_order_id="mine")
    desk.buy("bob", 5, 250)

    for ticks in (24_900, 25_000):
        desk.do(cmd.AmendOrder(1, None, "mine", ticks, None))

    assert of(desk.sell("cat", 6, 250), ev.Traded)[0].maker_account == desk.names["bob"]
    assert desk.bids() == [(250.0, 4.0)]


def test_an_order_amended_through_the_spread_trades_at_the_resting_price() -> None:
    desk = people()
    desk.sell("bob", 2, 250)
    desk.buy("ann", 5, 249, client_order_id="mine")

    events = desk.do(cmd.AmendOrder(1, None, "mine", 25_100, None))

    assert fills(events) == [(2, 250.0)]
    assert desk.bids() == [(251.0, 3.0)]


def test_the_new_size_of_an_amended_order_counts_what_was_filled() -> None:
    desk = people()
    desk.buy("ann", 5, 250, client_order_id="mine")
    desk.sell("bob", 2, 250)

    desk.do(cmd.AmendOrder(1, None, "mine", None, 3_000))

    assert desk.bids() == [(250.0, 1.0)]


def test_a_market_order_goes_no_farther_than_its_protection() -> None:
    """5 % from the mark of 250: up to 262.50."""
    desk = people()
    for price in (250, 262.5, 262.51):
        desk.sell("bob", 1, price)

    events = desk.buy("ann", 5, None)

    assert fills(events) == [(1, 250.0), (1, 262.5)]
    assert of(events, ev.OrderCancelled)[0].cause is Cause.IOC_REMAINDER


def test_a_market_order_that_meets_nobody_says_so() -> None:
    desk = people()

    events = desk.buy("ann", 5, None)

    assert of(events, ev.OrderCancelled)[0].cause is Cause.NO_LIQUIDITY


def test_a_resting_reduce_only_order_goes_with_the_position_that_it_reduces() -> None:
    desk = people()
    desk.trade("ann", "bob", 3, 250)
    desk.sell("ann", 3, 260, reduce_only=True)

    events = desk.sell("ann", 3, 250, time_in_force=GTC) + desk.buy("bob", 3, 250)

    assert of(events, ev.OrderCancelled)[0].cause is Cause.REDUCE_ONLY
    assert desk.asks() == []
