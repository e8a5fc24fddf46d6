"""What the door sheds is counted; what one asks too much of, others do not wait for."""

import asyncio
import socket
from typing import Any, cast

import msgspec
import pytest

from tests.gateway.harness import FREE, Bot, House, payload_of
from tests.gateway.test_server import QUICK, serving
from tests.gateway.test_socket_fuzz import HANDSHAKE, FakeLoop, FakeTransport, linked, masked
from venue.gateway import ws_link
from venue.gateway.connection import Connection
from venue.gateway.door import SWEPT_AT_ONCE
from venue.gateway.shed import Ended, TurnedAway
from venue.gateway.ws_link import WsLink
from venue.web.metrics import Metrics

PING = b'{"id":1,"method":"public/ping"}'
LOGIN = b'{"id":1,"method":"public/login","params":{"token":"ann"}}'


def ask_book(number: int) -> bytes:
    return b'{"id":%d,"method":"public/get_book","params":{"market":"TSLA"}}' % number


def ids_of(bot: Bot) -> list[Any]:
    """Return the ids of the answers since the last look."""
    return [msgspec.json.decode(payload_of(frame))["id"] for frame in bot.link.frames[bot._read :]]


def test_every_refusal_is_counted_by_name(house: House) -> None:
    bot = house.bot("eve")
    bot.refused("private/cancel_all")
    bot.refused("private/cancel_all")
    bot.say_anything(b"{")

    assert house.door.services.shed.refused == {"read_only_token": 2, "unreadable_json": 1}


def test_every_end_is_counted_by_its_cause() -> None:
    house = House()
    shed = house.door.services.shed
    slow, silent, expired, loud = (house.bot() for _ in range(4))
    slow.link.stuck_bytes = house.door.settings.outgoing_bytes_max + 1
    slow.connection.send(b"x")
    house.settle()
    for _ in range(house.door.settings.faults_max):
        loud.say_anything(b"{")
    expired.connection.expires_s = 0.0
    house.door.sweep()
    house.wall.now_s += house.door.settings.silence_max_s + 1
    house.door.sweep()

    assert silent.link.closed is not None
    assert shed.ended == {"slow": 1, "faults": 1, "expired": 1, "silent": 1}
    assert set(shed.ended) < set(Ended)


def test_the_slowest_are_cut_off_while_all_together_leave_too_much_unread() -> None:
    house = House(msgspec.structs.replace(FREE, outgoing_total_bytes_max=1_000))
    bots = [house.bot() for _ in range(4)]
    for bot, size in zip(bots, (700, 100, 600, 300), strict=True):
        bot.link.stuck_bytes = size

    house.door.sweep()

    assert [bot.link.closed is not None for bot in bots] == [True, False, False, False]
    bots[1].link.stuck_bytes = 500
    house.door.sweep()
    assert [bot.link.closed is not None for bot in bots] == [True, False, True, False]
    assert bots[2].link.closed == (1008, "slow reading: all together leave too much unread")


def test_a_sweep_asks_each_connection_once_what_lies_unsent() -> None:
    """Asked again in every turn of a sweep, five thousand took an eighth of the processor."""
    house = House()
    bots = [house.bot() for _ in range(3 * SWEPT_AT_ONCE)]
    for bot in bots:
        bot.link.stuck_bytes, bot.link.asked = 1, 0

    house.door.sweep()
    house.settle()

    assert [bot.link.asked for bot in bots] == [1] * len(bots)


def test_a_bot_that_asks_much_waits_while_others_are_served() -> None:
    house = House(msgspec.structs.replace(FREE, questions_max=2))
    curious, calm = house.bot("ann"), house.bot("bob")
    for number in range(6):
        house.door.on_message(curious.connection, ask_book(number))
    house.door.on_message(calm.connection, PING)

    house.door.drain()

    assert house.door.services.asking == {1: 2}
    assert len(curious.connection.inbox) == 4, "they keep their place"
    assert not calm.connection.inbox
    house.settle()
    assert ids_of(curious) == list(range(6))
    assert house.door.services.asking == {}
    assert house.door.services.busy == set()


def test_who_leaves_with_questions_open_holds_up_nobody() -> None:
    house = House(msgspec.structs.replace(FREE, questions_max=1))
    gone, stays = house.bot(), house.bot()
    for bot in (gone, stays):
        for number in range(3):
            house.door.on_message(bot.connection, ask_book(number))
    house.door.drain()
    house.door.lost(gone.connection)

    house.settle()

    assert ids_of(stays) == [0, 1, 2]
    assert house.door.services.asking == {}


def test_one_turn_of_the_loop_lasts_only_so_long() -> None:
    house = House(msgspec.structs.replace(FREE, turn_us=1_000))
    bot = house.bot("ann")
    for _ in range(10):
        house.door.on_message(bot.connection, PING)
    house.wall.look_s = 0.0004

    house.door.drain()

    assert len(bot.connection.inbox) == 7, "three messages took 1.2 ms"


def test_who_waits_for_an_answer_has_twice_as_long_as_the_listeners_had() -> None:
    house = House(msgspec.structs.replace(FREE, busy_turn_us=1_000))
    listeners = [house.bot() for _ in range(20)]
    for each in listeners:
        each.get("public/subscribe", channels=["prices.TSLA"])
    before = sum(each.link.writes for each in listeners)
    house.price(250)
    house.venue.commit()
    house.door.beat()
    house.door.services.unanswered = 1  # Somebody waits.
    house.wall.look_s = 0.0005

    def served() -> int:
        house.door.serve_listeners()
        return sum(each.link.writes for each in listeners) - before

    first = served()

    assert 0 < first < len(listeners), "a turn of a millisecond is not for all"
    assert served() == first, "the next turn is not theirs"
    house.wall.now_s += 0.01
    assert served() > first
    house.door.services.unanswered = 0
    house.settle()
    assert sum(each.link.writes for each in listeners) - before == len(listeners)


def test_all_who_are_not_logged_in_come_after_the_traders() -> None:
    house = House()
    nobodies = [house.bot() for _ in range(2)]
    traders = [house.bot("ann"), house.bot("bob")]
    for bot in (*nobodies, *traders):
        for _ in range(2):
            house.door.on_message(bot.connection, PING)

    assert served(house) == [
        *(each.connection for each in traders * 2),
        *(each.connection for each in nobodies * 2),
    ]


def served(house: House) -> list[Connection]:
    """Return whose messages are taken in one turn of the loop, in order."""
    found = []
    while (taken := house.door._turns.next()) is not None:
        found.append(taken[0])
    return found


def test_who_asked_for_long_answers_comes_after_who_did_not_until_that_is_forgotten() -> None:
    house = House()
    curious, calm = house.bot("ann"), house.bot("bob")
    turns = house.door._turns
    account = curious.connection.account

    assert not turns.charge(account, 0.0001), "an order is short, however many there are"
    assert not turns.charge(account, 0.001)
    assert turns.charge(account, 0.0015)
    for bot in (curious, calm):
        house.door.on_message(bot.connection, PING)
    assert served(house) == [calm.connection, curious.connection]

    turns.beat()
    for bot in (curious, calm):
        house.door.on_message(bot.connection, PING)
    assert served(house) == [curious.connection, calm.connection]


def test_others_wait_while_a_modest_account_waits_for_its_answer_but_not_for_ever() -> None:
    house = House()
    nobody, calm = house.bot(), house.bot("bob")
    calm.connection.unanswered = 1
    house.door._modest[calm.connection] = None
    turns = []
    for _ in range(16):
        for bot in (nobody, calm):
            if not bot.connection.inbox:
                house.door.on_message(bot.connection, PING)
        house.door.drain()
        turns.append((bool(nobody.connection.inbox), bool(calm.connection.inbox)))

    assert turns.count((False, False)) == 2, "one turn in eight is theirs"
    assert turns.count((True, False)) == 14
    house.door.beat()
    house.door.on_message(nobody.connection, PING)
    house.door.drain()
    assert not nobody.connection.inbox, "and one every beat"


def test_a_crowd_of_strangers_is_read_a_few_at_a_time_and_everybody_is_answered() -> None:
    house = House(msgspec.structs.replace(FREE, strangers_waiting_max=4))
    crowd = [house.bot() for _ in range(12)]
    trader = house.bot("ann")
    for bot in (*crowd, trader):
        house.door.on_message(bot.connection, PING)

    assert [bot.link.is_reading for bot in crowd] == [True] * 4 + [False] * 8
    assert trader.link.is_reading

    for _ in range(60):  # Three seconds: who has been silent for two may speak when it likes.
        house.settle()
        house.wall.now_s += 0.05
        house.door.beat()
    assert all(bot.link.is_reading for bot in crowd)
    assert [len(ids_of(bot)) for bot in crowd] == [1] * 12


def test_a_stranger_who_logs_in_leaves_the_crowd() -> None:
    house = House(msgspec.structs.replace(FREE, strangers_waiting_max=1))
    first, second = house.bot(), house.bot()
    house.door.on_message(first.connection, PING)
    house.door.on_message(second.connection, LOGIN)
    assert not second.link.is_reading

    house.settle()

    assert second.link.is_reading
    assert second.connection.account > 0
    assert second.connection not in house.door._crowd


def test_sockets_without_a_handshake_are_bounded() -> None:
    house = House(msgspec.structs.replace(FREE, opening_max=2))
    loop: Any = FakeLoop()
    transports = [FakeTransport() for _ in range(3)]
    links = [WsLink(house.door, loop) for _ in transports]

    for link, transport in zip(links, transports, strict=True):
        link.connection_made(cast(asyncio.Transport, transport))  # As much of one as it needs.

    assert [each.ended for each in transports] == [False, False, True]
    assert house.door.services.shed.turned_away == {TurnedAway.OPENING: 1}
    links[0].data_received(HANDSHAKE)
    assert house.door.opening == 1
    links[1].connection_lost(None)
    links[2].connection_lost(None)
    assert house.door.opening == 0


def test_who_goes_on_after_our_goodbye_is_dropped() -> None:
    house, link, transport = linked()
    link.data_received(HANDSHAKE)
    link.data_received(masked(2, True, b"binary"))
    assert not transport.ended

    for _ in range(3):
        link.data_received(masked(1, True, b"x" * 30_000))

    assert transport.ended
    link.connection_lost(None)
    house.settle()


def test_a_storm_of_sockets_is_taken_in_at_a_pace() -> None:
    async def run() -> None:
        settings = msgspec.structs.replace(QUICK, opening_rate=500, open_timeout_s=0.3)
        async with serving(ws_link.listen, settings) as (server, door, _):
            sockets = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(60)]
            began = asyncio.get_running_loop().time()
            turned_away = door.services.shed.turned_away
            while door.opening + turned_away.get(TurnedAway.LATE, 0) < 60:
                await asyncio.sleep(0.005)
            took_s = asyncio.get_running_loop().time() - began
            assert took_s > 0.08, "ten each 20 ms"
            while door.opening:
                await asyncio.sleep(0.02)
            assert turned_away == {TurnedAway.LATE: 60}
            for each in sockets:
                each.close()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_the_metrics_show_what_others_count() -> None:
    metrics = Metrics()
    counts = {"slow": 3}
    metrics.watch("door_ended", "Ended", "why", counts)
    metrics.show("connections", "Now", lambda: 7)

    shown = {
        (sample.name, *sample.labels.values()): sample.value
        for metric in metrics.collect()
        for sample in metric.samples
    }

    assert shown["venue_door_ended_total", "slow"] == 3
    assert shown[("venue_connections",)] == 7


@pytest.mark.parametrize("member", [*Ended, *TurnedAway])
def test_every_name_of_what_is_shed_stands_in_the_operators_page(
    member: Ended | TurnedAway,
) -> None:
    from tests.test_operating_page import PAGE

    assert member.value in PAGE.partition("## Health and metrics")[2].partition("## When")[0]
