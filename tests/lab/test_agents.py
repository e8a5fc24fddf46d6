"""Each small agent by what it asks for, given what it sees."""

from types import MappingProxyType
from typing import Any

import pytest

from venue.core.commands import CancelAll, Command, PlaceOrder, SetLeverage, Side, TimeInForce
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.units import E6, E9
from venue.lab.agents import Holder, Maker, Momentum, NoiseTaker
from venue.lab.view import MarketView, OwnOrder, View

OPEN = MarketView(
    market="TSLA",
    session=Session.REGULAR,
    closure=Closure.NONE,
    phase=Phase.CONTINUOUS,
    pricing=Pricing.EXTERNAL,
    index_nanos=250 * E9,
    mark_nanos=250 * E9,
    mark_micros=250_000,
    last_ticks=None,
    bid_ticks=24_990,
    ask_ticks=25_010,
    tick_nanos=E9 // 100,
)


def view(position: int = 0, orders: tuple[OwnOrder, ...] = (), now_ns: int = 0, **at: Any) -> View:
    markets = MappingProxyType({"TSLA": OPEN._replace(**at)})
    return View(now_ns, 7, markets, E6, MappingProxyType({"TSLA": position}), orders)


def prices(commands: list[Command]) -> list[tuple[str, int | None]]:
    return [
        (command.side.value, command.price_ticks)
        for command in commands
        if isinstance(command, PlaceOrder)
    ]


def resting(commands: list[Command]) -> tuple[OwnOrder, ...]:
    placed = [command for command in commands if isinstance(command, PlaceOrder)]
    return tuple(
        OwnOrder(number, "TSLA", each.side is Side.BUY, each.price_ticks or 0, each.size_lots)
        for number, each in enumerate(placed)
    )


def test_a_maker_quotes_both_sides_of_the_index() -> None:
    maker = Maker("m", "TSLA", spread_e4=10, levels=2)

    asked = list(maker.act(view()))

    assert prices(asked) == [("buy", 24_975), ("sell", 25_025), ("buy", 24_950), ("sell", 25_050)]
    assert all(isinstance(each, PlaceOrder) and each.post_only for each in asked)


def test_a_maker_leaves_quotes_that_still_stand_alone() -> None:
    maker = Maker("m", "TSLA", spread_e4=10, levels=1)
    orders = resting(list(maker.act(view())))

    assert list(maker.act(view(orders=orders))) == []
    assert list(maker.act(view(orders=orders, index_nanos=250 * E9 + 40_000_000))) == []


def test_a_maker_follows_the_index_and_widens_when_pricing_is_internal() -> None:
    maker = Maker("m", "TSLA", spread_e4=10, closed_e4=40, levels=1)
    orders = resting(list(maker.act(view())))

    moved = list(maker.act(view(orders=orders, index_nanos=240 * E9)))
    closed = list(maker.act(view(index_nanos=240 * E9, pricing=Pricing.INTERNAL)))

    assert moved[0] == CancelAll(7, "TSLA")
    assert prices(moved) == [("buy", 23_976), ("sell", 24_024)]
    assert prices(closed) == [("buy", 23_904), ("sell", 24_096)]


def test_a_maker_that_is_held_does_not_follow() -> None:
    maker = Maker("m", "TSLA", spread_e4=10, levels=1, around_nanos=250 * E9)

    assert prices(list(maker.act(view(index_nanos=200 * E9)))) == [
        ("buy", 24_975),
        ("sell", 25_025),
    ]


def test_a_maker_puts_back_what_was_taken() -> None:
    maker = Maker("m", "TSLA", spread_e4=10, levels=1, size_lots=1_000)
    (bid, _) = resting(list(maker.act(view())))

    again = list(maker.act(view(orders=(bid,))))

    assert prices(again) == [("sell", 25_025)]


def test_a_maker_leans_against_its_position() -> None:
    maker = Maker("m", "TSLA", spread_e4=10, levels=1, size_lots=1_000, lean_e6=1_000)

    (bid, ask) = prices(list(maker.act(view(position=1_000))))

    assert (bid, ask) == (("buy", 24_950), ("sell", 25_000))


def test_a_maker_asleep_does_nothing() -> None:
    maker = Maker("m", "TSLA", asleep_ns=(10, 20))

    assert [bool(list(maker.act(view(now_ns=at_ns)))) for at_ns in (9, 10, 19, 20)] == [
        True,
        False,
        False,
        True,
    ]


def test_in_a_call_a_maker_does_not_ask_for_post_only_and_takers_wait() -> None:
    call = view(phase=Phase.AUCTION)

    placed = [each for each in Maker("m", "TSLA").act(call) if isinstance(each, PlaceOrder)]

    assert placed
    assert not any(each.post_only for each in placed)
    assert list(NoiseTaker("n", "TSLA", seed=1, chance_e4=10_000).act(call)) == []
    assert list(Holder("h", "TSLA", at_ns=0, is_long=True, leverage=20).act(call)) == []


def test_noise_repeats_with_its_seed_and_turns_when_it_holds_too_much() -> None:
    def asked(seed: int, position: int = 0) -> list[Command]:
        noise = NoiseTaker("n", "TSLA", seed=seed, chance_e4=10_000, size_lots=100)
        return [command for _ in range(20) for command in noise.act(view(position))]

    assert asked(1) == asked(1) != asked(2)
    assert {each.side for each in asked(1, 500) if isinstance(each, PlaceOrder)} == {Side.SELL}


@pytest.mark.parametrize(
    ("marks", "asked"),
    [
        pytest.param([250, 250, 251], [("buy", 100)], id="risen"),
        pytest.param([250, 250, 249], [("sell", 100)], id="fallen"),
        pytest.param([250, 250, 250], [], id="still"),
    ],
)
def test_momentum_follows_the_mark(marks: list[int], asked: list[tuple[str, int]]) -> None:
    agent = Momentum("m", "TSLA", steps=2, move_e4=30, size_lots=100)

    placed = [command for mark in marks for command in agent.act(view(mark_nanos=mark * E9))]

    assert [
        (each.side.value, each.size_lots) for each in placed if isinstance(each, PlaceOrder)
    ] == asked


def test_a_holder_opens_once_at_its_time_and_leverage_and_holds() -> None:
    holder = Holder(
        "h", "TSLA", at_ns=100, is_long=False, leverage=20, use_e4=10_000, deposit_micros=1_000 * E6
    )

    early = list(holder.act(view(now_ns=99)))
    opened = list(holder.act(view(now_ns=100)))
    later = list(holder.act(view(position=-80_000, now_ns=101)))
    much_later = list(holder.act(view(position=0, now_ns=102)))

    assert opened == [
        SetLeverage(7, "TSLA", 20),
        PlaceOrder(7, "TSLA", Side.SELL, 80_000, 24_990 - 24, TimeInForce.IOC),
    ]
    assert early == later == much_later == []
