"""Market data: snapshots and deltas that add up, conflation, raw channels, candles, phases."""

import random
from typing import Any

import pytest

from tests.gateway.harness import ANN, BOB, Bot, House
from venue.core.commands import (
    AmendOrder,
    CancelAll,
    ChangeSession,
    HaltMarket,
    PassTime,
    PlaceOrder,
    ResumeMarket,
    SelfTrade,
    Side,
    TimeInForce,
)
from venue.core.phases import Closure, Session
from venue.core.units import NS_PER_SECOND


class Reader:
    """A book kept from a channel's messages, as a bot would keep it."""

    def __init__(self) -> None:
        self.seq: int | None = None
        self.sides: dict[str, dict[str, tuple[str, int]]] = {"bids": {}, "asks": {}}

    def read(self, data: Any) -> None:
        if data["kind"] == "snapshot":
            self.sides = {"bids": {}, "asks": {}}
        else:
            assert data["prev"] == self.seq, "a delta follows what came before"
        self.seq = data["seq"]
        for name, side in self.sides.items():
            for price, size, orders in data[name]:
                if orders:
                    side[price] = (size, orders)
                else:
                    side.pop(price, None)

    def levels(self, name: str) -> list[list[Any]]:
        side = self.sides[name]
        ordered = sorted(side, key=float, reverse=name == "bids")
        return [[price, *side[price]] for price in ordered]


def act(house: House, chance: random.Random) -> None:
    """Do something to the book."""
    account = chance.choice((ANN, BOB))
    orders = list(house.venue.state.accounts[account].orders)
    roll = chance.random()
    if roll < 0.05:
        house.venue.run(CancelAll(account))
    elif roll < 0.3 and orders:
        house.venue.run(
            AmendOrder(
                account,
                chance.choice(orders),
                None,
                chance.choice((None, 25_000 + chance.randint(-9, 9))),
                chance.randint(1, 4) * 1_000,
            )
        )
    else:
        house.venue.run(
            PlaceOrder(
                account,
                "TSLA",
                chance.choice((Side.BUY, Side.SELL)),
                chance.randint(1, 5) * 1_000,
                25_000 + chance.randint(-9, 9),
                chance.choice((TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC)),
                self_trade=chance.choice(list(SelfTrade)),
            )
        )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["book.TSLA", "book.TSLA.raw"])
def test_snapshot_and_deltas_add_up_to_the_book(house: House, name: str, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(30):
        act(house, chance)
    bot, reader = house.bot(), Reader()
    other = house.bot()
    other.get("public/subscribe", channels=["book.TSLA", "book.TSLA.raw"])
    bot.get("public/subscribe", channels=[name])

    for step in range(150):
        act(house, chance)
        if chance.random() < 0.3:
            house.beat()
        if step == 70:  # Newcomers and leavers disturb nobody.
            other.get("public/unsubscribe", channels=["book.TSLA", "book.TSLA.raw"])
        if step == 100:
            other.get("public/subscribe", channels=[name])
    house.settle()
    house.beat()
    for note in bot.hear():
        reader.read(note["data"])

    book = bot.get("public/get_book", market="TSLA", depth=1000)
    assert reader.levels("bids") == book["bids"]
    assert reader.levels("asks") == book["asks"]
    late = Reader()
    for note in other.hear():
        if note["channel"] == name:
            late.read(note["data"])
    assert late.levels("bids") == book["bids"]


def test_best_bid_and_ask_are_those_of_the_book(house: House) -> None:
    chance = random.Random(3)
    bot = house.bot()
    bot.get("public/subscribe", channels=["bbo.TSLA.raw"])
    for _ in range(200):
        act(house, chance)
        house.settle()
        for note in bot.hear():
            last = note["data"]
        book = bot.get("public/get_book", market="TSLA", depth=1)
        assert last.get("bid") == (book["bids"][0][:2] if book["bids"] else None)
        assert last.get("ask") == (book["asks"][0][:2] if book["asks"] else None)


def told(bot: Bot, channel: str) -> list[Any]:
    return [note["data"] for note in bot.hear() if note["channel"] == channel]


def test_a_conflated_channel_speaks_once_a_beat_and_a_raw_one_at_every_event(house: House) -> None:
    slow, fast = house.bot(), house.bot()
    slow.get("public/subscribe", channels=["book.TSLA"])
    fast.get("public/subscribe", channels=["book.TSLA.raw"])
    house.beat()
    slow.hear()
    fast.hear()

    for cents in range(10):
        house.venue.run(PlaceOrder(ANN, "TSLA", Side.BUY, 1_000, 24_900 + cents))
    house.settle()

    assert len(told(fast, "book.TSLA.raw")) == 10
    assert told(slow, "book.TSLA") == []
    house.beat()
    [delta] = told(slow, "book.TSLA")
    assert len(delta["bids"]) == 10
    house.beat()
    assert told(slow, "book.TSLA") == []


def test_the_private_fill_and_the_public_trade_leave_in_one_write(house: House) -> None:
    ann, bob = house.bot("ann"), house.bot("bob")
    ann.get("private/place_order", market="TSLA", side="sell", size="1", price="250")
    ann.get("private/subscribe_account")
    ann.get("public/subscribe", channels=["trades.TSLA.raw"])
    ann.hear()
    writes = ann.link.writes

    bob.get("private/place_order", market="TSLA", side="buy", size="1", price="250")

    fill, tape = ann.hear()
    assert fill["data"]["fill"]["trade_id"] == tape["data"]["trades"][0]["trade_id"]
    assert ann.link.writes == writes + 1


def test_candles_and_tape_tell_the_same_trades(house: House) -> None:
    bot = house.bot()
    bot.get("public/subscribe", channels=["candles.TSLA.1m", "trades.TSLA"])
    house.beat()
    bot.hear()
    for ticks, seconds in ((25_000, 0), (25_010, 10), (24_990, 10), (25_005, 60)):
        house.venue.at_ns += seconds * NS_PER_SECOND
        house.venue.run(PlaceOrder(ANN, "TSLA", Side.SELL, 1_000, ticks))
        house.venue.run(PlaceOrder(BOB, "TSLA", Side.BUY, 1_000, ticks))
    house.beat()

    notes = bot.hear()
    [candles] = [note["data"]["candles"] for note in notes if "candles" in note["channel"]]
    [trades] = [note["data"]["trades"] for note in notes if "trades" in note["channel"]]
    assert [trade["price"] for trade in trades] == ["250.00", "250.10", "249.90", "250.05"]
    first = candles[0]
    assert (first["open"], first["high"], first["low"], first["close"]) == (
        "250.00", "250.10", "249.90", "249.90",
    )  # fmt: skip
    assert (first["volume"], first["trades"]) == ("3.000", 3)
    assert candles[1]["start_ms"] == first["start_ms"] + 60_000
    kept = bot.get("public/get_candles", market="TSLA", interval="1m")["candles"]
    assert kept == candles
    assert len(bot.get("public/get_candles", market="TSLA", interval="1h")["candles"]) == 1
    assert bot.get("public/get_trades", market="TSLA", count=2)["trades"] == trades[2:]


def test_prices_and_sessions_are_told_when_they_change(house: House) -> None:
    bot = house.bot()
    bot.get("public/subscribe", channels=["prices.TSLA", "session.TSLA"])
    house.beat()
    bot.hear()

    house.price(251)
    house.beat()
    notes = {note["channel"]: note["data"] for note in bot.hear()}
    assert notes["prices.TSLA"]["mark"] == "251.000000000"
    assert "session.TSLA" not in notes

    close_ns = house.venue.at_ns
    house.venue.run(
        ChangeSession(
            "TSLA",
            Session.NO_TRADING,
            Closure.WEEKEND,
            close_ns,
            close_ns + 10**12,
            Session.PRE_MARKET,
        )
    )
    house.beat()
    notes = {note["channel"]: note["data"] for note in bot.hear()}
    assert notes["session.TSLA"]["closure"] == "weekend"
    assert notes["session.TSLA"]["next_session"] == "PRE_MARKET"
    assert bot.get("public/get_session", underlying="TSLA") == notes["session.TSLA"]


def test_a_call_is_told_at_once_then_what_the_uncross_would_give_and_once_what_it_gave(
    house: House,
) -> None:
    bot = house.bot()
    bot.get("public/subscribe", channels=["phase.TSLA"])
    house.beat()
    assert [data["phase"] for data in told(bot, "phase.TSLA")] == ["continuous"]

    house.venue.run(HaltMarket("TSLA", "test"))
    house.venue.run(ResumeMarket("TSLA", 30 * NS_PER_SECOND))
    house.settle()
    assert [data["phase"] for data in told(bot, "phase.TSLA")] == ["halted", "auction"]
    house.venue.run(PlaceOrder(ANN, "TSLA", Side.BUY, 5_000, 25_010))
    house.venue.run(PlaceOrder(BOB, "TSLA", Side.SELL, 3_000, 24_990))
    house.beat()

    [call] = told(bot, "phase.TSLA")
    assert call["phase"] == "auction"
    assert (call["paired_size"], call["imbalance"]) == ("3.000", "2.000")
    assert (
        bot.get("public/get_phase", market="TSLA")["indicative_price"] == (call["indicative_price"])
    )

    house.venue.at_ns += 31 * NS_PER_SECOND
    house.venue.run(PassTime())
    house.settle()
    [after] = told(bot, "phase.TSLA")
    assert after["phase"] == "continuous"
    assert after["uncross_price"] == call["indicative_price"]
    assert after["uncross_size"] == "3.000"
    house.beat()
    house.beat()
    assert told(bot, "phase.TSLA") == []


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "book", "book.", "book.NVDA", "book.TSLA.fast", "bbo.", "candles.TSLA",
        "candles.TSLA.2m", "candles.TSLA.", "session.", "session.NVDA", "phase.TSLA.raw",
        "liquidations.TSLA", "insurance.", "account.1", "trades..raw", "book.TSLA.raw.raw",
    ],
)  # fmt: skip
def test_a_channel_that_there_is_not_is_refused_and_none_is_taken(house: House, name: str) -> None:
    bot = house.bot()

    assert bot.refused("public/subscribe", channels=["bbo.TSLA", name]) == "unknown_channel"
    assert not house.door.services.feeds.channels


def test_channels_without_listeners_end(house: House) -> None:
    names = ["book.TSLA", "book.TSLA.raw", "phase.TSLA", "insurance", "session.TSLA"]
    bot = house.bot()
    assert bot.get("public/subscribe", channels=names)["channels"] == names
    assert bot.refused("public/unsubscribe", channels=["trades.TSLA"]) == "not_subscribed"

    assert bot.get("public/unsubscribe", channels=names)["channels"] == []

    feeds = house.door.services.feeds
    assert [feeds.channels, feeds._raw, feeds._beating, feeds._asked] == [{}, {}, {}, {}]


class Counting:
    """A listener that notes when it was served."""

    def __init__(self, number: int, served: list[int]) -> None:
        self._number = number
        self._served = served

    def publish(self, frame: bytes) -> None:
        self._served.append(self._number)


def test_listeners_are_served_each_time_beginning_with_another(house: House) -> None:
    served: list[int] = []
    first: set[int] = set()
    feeds = house.door.services.feeds
    for number in range(3):
        feeds.subscribe(Counting(number, served), "bbo.TSLA")
    house.beat()

    for cents in range(3):
        served.clear()
        house.venue.run(PlaceOrder(ANN, "TSLA", Side.BUY, 1_000, 24_900 + cents))
        house.beat()
        assert sorted(served) == [0, 1, 2]
        first.add(served[0])

    assert first == {0, 1, 2}


def test_a_market_listed_later_has_channels_at_once(house: House) -> None:
    bot = house.bot()
    house.list_another("NVDA")

    bot.get("public/subscribe", channels=["book.NVDA", "phase.NVDA", "session.NVDA"])
    house.beat()

    assert {note["channel"] for note in bot.hear()} == {"book.NVDA", "phase.NVDA"}
    assert [view["market"] for view in bot.get("public/get_markets")["markets"]] == ["NVDA", "TSLA"]
    assert set(bot.get("public/hello")["rulebooks"]) == {"NVDA", "TSLA"}
