"""All conversations together: fair turns, bounded queues, slow readers, silence."""

import msgspec

from tests.gateway.harness import ANN, FREE, Bot, FakeLink, House
from venue.core.commands import OpenAccount, PlaceOrder, Side
from venue.gateway.settings import DoorSettings
from venue.gateway.stages import Stage

PING = b'{"id":%d,"method":"public/ping"}'


def say(house: House, bots: list[Bot], count: int) -> None:
    """Let each bot send a number of pings before anybody is served."""
    for bot in bots:
        for number in range(count):
            bot._asked[number] = "public/ping"
            house.door.on_message(bot.connection, PING % number)


def order_of_service(house: House) -> list[int]:
    """Serve everybody, and return the connections in the order in which they were heard."""
    served: list[int] = []
    while (found := house.door._turns.next()) is not None:
        served.append(found[0].number)
    return served


def test_turns_go_round_by_account_one_message_each(house: House) -> None:
    ann, ann_2, bob = house.bot("ann"), house.bot("ann"), house.bot("bob")
    say(house, [ann, ann_2, bob], 3)

    served = order_of_service(house)

    a, b, c = (bot.connection.number for bot in (ann, ann_2, bob))
    assert served == [a, c, b, c, a, c, b, a, b]


def test_a_bot_that_floods_does_not_delay_one_that_asks_once(house: House) -> None:
    flood, lone = house.bot("ann"), house.bot("bob")
    say(house, [flood], 200)
    say(house, [lone], 1)

    assert order_of_service(house).index(lone.connection.number) == 1


def test_strangers_count_one_by_one(house: House) -> None:
    bots = [house.bot() for _ in range(3)]
    say(house, bots, 2)

    numbers = [bot.connection.number for bot in bots]
    assert order_of_service(house) == numbers + numbers


def test_one_turn_of_the_loop_handles_so_many_messages_and_no_more() -> None:
    house = House(msgspec.structs.replace(FREE, frames_per_turn=10))
    bot = house.bot()
    say(house, [bot], 25)

    house._soon.popleft()()

    assert len(bot.connection.inbox) == 15
    house.settle()
    assert len(bot.fresh()) == 25


def test_reading_pauses_while_the_inbox_is_full() -> None:
    house = House(msgspec.structs.replace(FREE, inbox_max=8))
    bot = house.bot()

    say(house, [bot], 8)
    assert not bot.link.is_reading
    house.settle()

    assert bot.link.is_reading
    assert len(bot.fresh()) == 8


def test_everything_that_a_connection_is_told_leaves_in_one_write(house: House) -> None:
    bot = house.bot("ann")
    writes = bot.link.writes
    for number in range(1_000, 1_016):
        bot._asked[number] = "private/place_order"
        order = {"market": "TSLA", "side": "buy", "size": "1", "price": "240"}
        request = {"id": number, "method": "private/place_order", "params": order}
        house.door.on_message(bot.connection, msgspec.json.encode(request))

    house.settle()

    assert len(bot.fresh()) == 16
    assert bot.link.writes == writes + 1


def test_a_slow_reader_is_disconnected_with_a_sentence_and_nobody_waits(house: House) -> None:
    slow, other = house.bot("ann"), house.bot("bob")
    slow.get("private/set_cancel_on_disconnect", enabled=True)
    slow.get("private/place_order", market="TSLA", side="buy", size="1", price="240")
    for bot in (slow, other):
        bot.get("public/subscribe", channels=["bbo.TSLA.raw"])
    slow.link.stuck_bytes = FREE.outgoing_bytes_max + 1

    house.venue.run(PlaceOrder(ANN, "TSLA", Side.BUY, 1_000, 24_900))
    house.settle()

    assert slow.link.closed == (1008, "slow reading: more than 4194304 bytes wait unread")
    assert slow.connection.stage is Stage.CLOSED
    assert other.hear()[-1]["data"]["bid"] == ["249.00", "1.000"]
    assert not any(
        order.limit_ticks == 24_000 for order in house.venue.state.orders.values()
    )  # Its orders died with it, as it had asked.


def test_market_data_leaves_in_slices_and_answers_do_not_wait_for_it() -> None:
    house = House(msgspec.structs.replace(FREE, writes_per_turn=4))
    crowd = [house.bot() for _ in range(20)]
    for bot in crowd:
        bot.get("public/subscribe", channels=["bbo.TSLA.raw"])
        bot.hear()
    trader = house.bot("ann")
    trader._asked[77] = "private/place_order"
    order = {"market": "TSLA", "side": "buy", "size": "1", "price": "240"}
    request = {"id": 77, "method": "private/place_order", "params": order}
    house.door.on_message(trader.connection, msgspec.json.encode(request))
    house._soon.popleft()()
    house.venue.commit()

    while not (answers := trader.fresh()):
        house._soon.popleft()()

    assert answers[0]["id"] == 77
    assert sum(len(bot.fresh()) for bot in crowd) <= 4
    house.settle()


def test_the_venue_pings_and_ends_what_stays_silent(house: House) -> None:
    bot, alive = house.bot(), house.bot()

    for _ in range(61):
        house.wall.now_s += 1
        alive.connection.heard_s = house.wall.now_s
        house.door.sweep()

    assert alive.link.pings == 3
    assert bot.link.closed == (1001, "nothing was heard for 60 s")
    assert alive.link.closed is None


def test_there_is_room_for_so_many_connections() -> None:
    house = House(msgspec.structs.replace(FREE, connections_max=1))
    first = house.bot()

    assert house.door.opened(FakeLink()) is None
    house.door.lost(first.connection)
    assert house.door.opened(FakeLink()) is not None


def test_everybody_is_told_goodbye(house: House) -> None:
    bots = [house.bot("ann"), house.bot()]

    house.door.shut()

    assert [bot.link.closed for bot in bots] == [(1001, "the venue is closing")] * 2


def test_numbers_of_connections_go_on_from_where_they_are_told(house: House) -> None:
    first = house.bot().connection.number

    assert house.bot().connection.number == first + 1


def test_there_is_a_limit_to_channels() -> None:
    house = House(msgspec.structs.replace(FREE, channels_max=2))
    bot = house.bot()

    bot.get("public/subscribe", channels=["bbo.TSLA", "book.TSLA"])

    assert bot.refused("public/subscribe", channels=["trades.TSLA"]) == "too_many_channels"
    bot.get("public/subscribe", channels=["bbo.TSLA"])  # It has this one.


def test_standings_are_worked_out_in_slices_and_shared(house: House) -> None:
    for number in range(600):
        house.venue.submit(OpenAccount(f"bot-{number}"))
    house.venue.commit()
    one, other = house.bot(), house.bot()
    for bot in (one, other):
        bot._asked[9] = "public/get_standings"
        request = b'{"id":9,"method":"public/get_standings","params":{"count":3}}'
        house.door.on_message(bot.connection, request)
    house.settle()

    [first], [second] = one.fresh(), other.fresh()

    assert first == second
    assert [row["rank"] for row in first["result"]["standings"]] == [1, 2, 3]
    assert one.get("public/get_standings", count=1000)["standings"][603]["rank"] == 604


def test_the_defaults_are_within_reason() -> None:
    settings = DoorSettings()

    assert settings.silence_max_s > 2 * settings.ping_every_s
    assert settings.replay_bytes_max < settings.outgoing_bytes_max
    assert settings.unanswered_max <= settings.unanswered_total_max
