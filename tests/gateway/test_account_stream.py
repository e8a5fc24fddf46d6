"""The private stream: numbered from genesis, replayed from any number, missing nothing."""

import random
from collections.abc import Sequence
from typing import Any

import msgspec

from tests.gateway.harness import ANN, BOB, FREE, FakeVenue, House
from venue.core.commands import (
    CancelAll,
    Command,
    HaltMarket,
    PlaceOrder,
    ResumeMarket,
    Side,
)
from venue.core.units import NS_PER_SECOND
from venue.gateway.account_feed import AccountFeed
from venue.gateway.account_streams import READ_AT_ONCE
from venue.gateway.notices import Notice
from venue.gateway.venue_port import Deliver

SMALL_RING = msgspec.structs.replace(FREE, notices_kept=10)


def trade_a_little(house: House, *, rounds: int, seed: int = 7) -> None:
    """Let ann and bob quote and cross at random, without bots."""
    chance = random.Random(seed)
    for _ in range(rounds):
        account = chance.choice((ANN, BOB))
        command: Command = PlaceOrder(
            account,
            "TSLA",
            chance.choice((Side.BUY, Side.SELL)),
            chance.randint(1, 5) * 1_000,
            25_000 + chance.randint(-20, 20),
        )
        if chance.random() < 0.1:
            command = CancelAll(account)
        house.venue.run(command)
    house.settle()


def notices_of(venue: FakeVenue, account: int) -> list[Notice]:
    """Work out all notices of an account from the journal alone."""
    feed = AccountFeed()
    found = [
        notice
        for seq, at_ns, _, events in venue.journal
        for notice in feed.take(seq, at_ns, events)
    ]
    return [notice for notice in found if notice.account == account]


def numbers(notes: Sequence[Any]) -> list[int]:
    return [note["data"]["n"] for note in notes]


def test_a_bot_that_was_away_asks_from_a_number_and_misses_nothing(house: House) -> None:
    away = house.bot("ann")
    away.get("private/subscribe_account")
    trade_a_little(house, rounds=20)
    heard = away.hear()
    house.door.lost(away.connection)
    trade_a_little(house, rounds=40, seed=8)

    back = house.bot("ann")
    last_n = heard[-1]["data"]["n"]
    result = back.get("private/subscribe_account", **{"from": last_n + 1})
    trade_a_little(house, rounds=20, seed=9)

    heard += back.hear()
    assert result["first_n"] == last_n + 1
    assert numbers(heard) == list(range(heard[0]["data"]["n"], heard[-1]["data"]["n"] + 1))
    assert heard[-1]["data"]["n"] == house.door.services.account_feed.counts[ANN]


def test_what_is_heard_live_is_what_a_replay_tells(house: House) -> None:
    live = house.bot("ann")
    live.get("private/subscribe_account")
    trade_a_little(house, rounds=60)

    late = house.bot("ann")
    late.get("private/subscribe_account", **{"from": 1})
    house.settle()

    assert late.hear()[2:] == live.hear()


def test_the_numbers_derive_from_the_journal_alone(house: House) -> None:
    bot = house.bot("bob")
    bot.get("private/subscribe_account", **{"from": 1})
    trade_a_little(house, rounds=60)
    house.settle()

    told = [(note["data"]["n"], note["data"]["seq"]) for note in bot.hear()]

    assert told == [(notice.n, notice.seq) for notice in notices_of(house.venue, BOB)]


def test_a_feed_primed_at_a_checkpoint_goes_on_as_one_from_genesis(house: House) -> None:
    trade_a_little(house, rounds=50)
    primed = AccountFeed()
    primed.prime(house.venue.state, house.door.services.account_feed.saved_counts())
    length = len(house.venue.journal)

    trade_a_little(house, rounds=50, seed=11)

    later = [
        notice
        for seq, at_ns, _, events in house.venue.journal[length:]
        for notice in primed.take(seq, at_ns, events)
    ]
    genesis = [*notices_of(house.venue, ANN), *notices_of(house.venue, BOB)]
    assert sorted(later, key=lambda each: (each.account, each.n)) == genesis_tail(genesis, later)


def genesis_tail(genesis: list[Notice], later: list[Notice]) -> list[Notice]:
    """Return the notices of a genesis run that are as late as the others."""
    first = {account: min(n.n for n in later if n.account == account) for account in (ANN, BOB)}
    tail = [notice for notice in genesis if notice.n >= first[notice.account]]
    return sorted(tail, key=lambda each: (each.account, each.n))


def test_the_mirror_agrees_with_the_state(house: House) -> None:
    trade_a_little(house, rounds=200)
    state, mirror = house.venue.state, house.door.services.account_feed.mirror

    assert {
        order_id: (shown.remaining_lots, shown.filled_lots, shown.cost_micros, shown.price_ticks)
        for order_id, shown in mirror.orders.items()
    } == {
        order_id: (order.remaining_lots, order.filled_lots, order.cost_micros, order.limit_ticks)
        for order_id, order in state.orders.items()
    }
    assert mirror.positions == {
        (account.account, name): (holding.size_lots, holding.entry_micros)
        for account in state.accounts.values()
        for name, holding in account.holdings.items()
        if holding.size_lots
    }


def test_what_has_left_the_ring_is_worked_out_from_the_journal() -> None:
    asked: list[tuple[int, int, int, Deliver]] = []

    def history(account: int, from_n: int, count: int, deliver: Deliver) -> None:
        asked.append((account, from_n, count, deliver))

    house = House(SMALL_RING, history=history)
    trade_a_little(house, rounds=30)
    bot = house.bot("ann")
    bot.get("private/subscribe_account", **{"from": 1})
    house.settle()
    assert [question[:2] for question in asked] == [(ANN, 1)]
    trade_a_little(house, rounds=30, seed=12)  # By now more than the ring has been missed.
    heard = bot.hear()
    assert heard == []

    while asked:
        account, from_n, count, deliver = asked.pop()
        deliver(notices_of(house.venue, account)[from_n - 1 : from_n - 1 + count])
        house.settle()
        heard += bot.hear()

    last_n = house.door.services.account_feed.counts[ANN]
    assert numbers(heard) == list(range(1, last_n + 1))


def test_what_cannot_be_had_any_more_is_said_to_be_missing() -> None:
    house = House(SMALL_RING)
    trade_a_little(house, rounds=30)
    bot = house.bot("ann")

    bot.get("private/subscribe_account", **{"from": 3})
    house.settle()

    gap, *rest = [note["data"] for note in bot.hear()]
    assert (gap["type"], gap["first_n"]) == ("gap", 3)
    assert [note["n"] for note in rest] == list(
        range(gap["n"] + 1, house.door.services.account_feed.counts[ANN] + 1)
    )


def test_a_replay_waits_for_a_slow_reader_and_then_goes_on(house: House) -> None:
    trade_a_little(house, rounds=40)
    bot = house.bot("ann")
    bot.link.stuck_bytes = FREE.replay_bytes_max

    bot.get("private/subscribe_account", **{"from": 1})
    house.settle()
    assert bot.hear() == []
    bot.link.stuck_bytes = 0
    house.beat()

    assert len(bot.hear()) == house.door.services.account_feed.counts[ANN]


def test_a_replay_comes_in_pieces_that_beats_do_not_multiply(house: House) -> None:
    trade_a_little(house, rounds=200)
    bot = house.bot("ann")
    streams = house.door.services.streams
    streams.subscribe(bot.connection, ANN, 1)
    for _ in range(5):
        house.door.beat()

    assert house._soon.count(streams.pump) == 1
    before = len(bot.connection.outgoing)
    streams.pump()
    assert len(bot.connection.outgoing) - before == READ_AT_ONCE
    house.settle()
    heard = numbers(bot.hear())
    assert heard == list(range(1, len(notices_of(house.venue, ANN)) + 1))
    assert len(heard) > 2 * READ_AT_ONCE


def test_nobody_listens_from_the_future_or_to_a_stranger(house: House) -> None:
    bot = house.bot("bob")

    assert bot.refused("private/subscribe_account", **{"from": 999}) == "from_the_future"
    assert bot.refused("private/subscribe_account", account=ANN) == "foreign_account"
    assert bot.refused("private/unsubscribe_account") == "not_subscribed"
    bot.get("private/subscribe_account")
    bot.get("private/unsubscribe_account")
    trade_a_little(house, rounds=5)
    assert bot.hear() == []


def test_a_fill_tells_the_order_and_the_position_after_it(house: House) -> None:
    ann, bob = house.bot("ann"), house.bot("bob")
    ann.get("private/subscribe_account")
    ann.get("private/place_order", market="TSLA", side="sell", size="3", price="250")

    bob.get("private/place_order", market="TSLA", side="buy", size="1", price="250")

    accepted, fill = (note["data"] for note in ann.hear())
    assert (accepted["type"], accepted["what"]) == ("order", "accepted")
    assert fill["type"] == "fill"
    assert fill["fill"]["role"] == "maker"
    assert fill["fill"]["fee"] == "0.037500"
    assert (fill["order"]["filled"], fill["order"]["remaining"]) == ("1.000", "2.000")
    assert fill["position"] == {
        "market": "TSLA",
        "size": "-1.000",
        "entry_cost": "-250.000000",
        "average_entry": "250.000000000",
    }


def test_a_liquidation_is_told_step_by_step_and_explained(house: House) -> None:
    ann, bob = house.bot("ann"), house.bot("bob")
    bob.get("private/subscribe_account")
    bob.get("public/subscribe", channels=["liquidations", "insurance"])
    house.beat()
    bob.hear()
    bob.get("private/set_leverage", market="TSLA", leverage=20)
    ann.get("private/place_order", market="TSLA", side="sell", size="3500", price="250")
    bob.get("private/place_order", market="TSLA", side="buy", size="3500", price="250")

    for dollars in (240, 225, 225, 225):
        house.price(dollars, seconds=60)
    house.beat()

    heard = bob.hear()
    steps = [note["data"] for note in heard if note["data"].get("type") == "liquidation"]
    assert steps[0]["what"] == "started"
    number = steps[0]["liquidation_id"]
    story = bob.get("private/get_explanation", liquidation_id=number)
    assert story["steps"] == [step for step in steps if step["liquidation_id"] == number]
    assert story["equity_before"] == steps[0]["equity"]
    assert set(story["marks"]) == {"TSLA"}
    assert ann.refused("private/get_explanation", liquidation_id=number) == "unknown_liquidation"
    public = [note["data"] for note in heard if note["channel"] == "liquidations"]
    seen = [step["step"] for message in public for step in message["liquidations"]]
    assert seen[0] == "started"
    assert bob.get("public/get_liquidations")["liquidations"][0]["liquidation_id"] == number


def test_an_explanation_says_what_each_counterparty_gave_up_in_contracts_and_in_dollars(
    house: House,
) -> None:
    """bob is 35 below entry: 122,500 and a fee of 393.75, with 100,000; the fund pays 10,000.

    What is left, 12,893.75, is what ann gives up against the mark, with all of her contracts.
    """
    ann, bob = house.bot("ann"), house.bot("bob")
    ann.get("private/subscribe_account")
    bob.get("private/set_leverage", market="TSLA", leverage=20)
    ann.get("private/place_order", market="TSLA", side="sell", size="3500", price="250")
    bob.get("private/place_order", market="TSLA", side="buy", size="3500", price="250")

    house.price(215)
    house.beat()

    number = bob.get("public/get_liquidations")["liquidations"][0]["liquidation_id"]
    story = bob.get("private/get_explanation", liquidation_id=number)
    told = [note["data"] for note in ann.hear() if note["data"].get("what") == "deleveraged"]
    steps = bob.get("public/get_liquidations")["liquidations"]
    assert story["counterparties"] == [
        {"market": "TSLA", "size": "3500.000", "given_up": "12893.750000"}
    ]
    assert story["counterparties_left_out"] == 0
    assert story["insurance_paid"] == "10000.000000"
    assert [(note["counterparty"], note["given_up"]) for note in told] == [(True, "12893.750000")]
    assert [step["given_up"] for step in steps if step["step"] == "deleveraged"] == ["12893.750000"]


def test_what_a_liquidation_sold_is_among_its_steps_in_a_call_and_after_it(house: House) -> None:
    """All is sold at the mark, so the margin before is the margin after."""
    ann, bob = house.bot("ann"), house.bot("bob")
    bob.get("private/set_leverage", market="TSLA", leverage=20)
    ann.get("private/place_order", market="TSLA", side="sell", size="3500", price="250")
    bob.get("private/place_order", market="TSLA", side="buy", size="3500", price="250")
    house.venue.run(HaltMarket("TSLA", "news"), ResumeMarket("TSLA", 30 * NS_PER_SECOND))
    house.settle()
    ann.get("private/place_order", market="TSLA", side="buy", size="500", price="229")
    house.price(226, seconds=40)
    ann.get("private/place_order", market="TSLA", side="buy", size="3000", price="226")

    house.price(226)

    public = bob.get("public/get_liquidations")["liquidations"]
    story = bob.get("private/get_explanation", liquidation_id=public[0]["liquidation_id"])
    sold = [step for step in story["steps"] if step["what"] == "filled"]
    assert [(each["filled"], each["price"], each["position"]["size"]) for each in sold] == [
        ("500.000", "226.00", "3000.000"),
        ("3000.000", "226.00", "0.000"),
    ]
    assert story["equity_before"] == story["equity_after"] == "15606.250000"
    trades = [step for step in public if step["step"] == "filled"]
    assert [(each["size"], each["price"]) for each in trades] == [
        ("500.000", "226.00"),
        ("3000.000", "226.00"),
    ]
    assert not any("price" in step for step in public if step["step"] == "closed_out")
