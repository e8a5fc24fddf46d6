"""Rounds: thousands are told a part at a time, each channel in order, nobody from before."""

from tests.gateway.harness import FREE, Bot, House
from venue.core.commands import PlaceOrder, Side
from venue.gateway.rounds import AT_ONCE, PIECE, ROUNDS_MAX, Members, Rounds


class Listener:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def publish(self, frame: bytes) -> None:
        self.frames.append(frame)


def crowd(rounds: Rounds, count: int) -> tuple[Members, list[Listener]]:
    members, listeners = Members(), [Listener() for _ in range(count)]
    members.since.update(dict.fromkeys(listeners, members.said))
    return members, listeners


def test_a_few_are_told_on_the_spot() -> None:
    rounds = Rounds()
    members, listeners = crowd(rounds, AT_ONCE)

    rounds.say(members, b"one", list(listeners))

    assert not rounds
    assert all(each.frames == [b"one"] for each in listeners)


def test_many_are_told_a_piece_at_a_time_and_in_order() -> None:
    rounds = Rounds()
    begun: list[bool] = []
    rounds.when_some(lambda: begun.append(True))
    members, listeners = crowd(rounds, AT_ONCE + 1)
    rounds.say(members, b"one", list(listeners))
    rounds.say(members, b"two", listeners[::-1])

    is_done = rounds.go_on(lambda: True)

    assert begun
    assert not is_done
    assert sum(len(each.frames) for each in listeners) == PIECE
    while not rounds.go_on(lambda: True):
        pass
    assert all(each.frames == [b"one", b"two"] for each in listeners)


def test_a_frame_for_a_few_waits_behind_an_older_one_for_many() -> None:
    rounds = Rounds()
    members, listeners = crowd(rounds, AT_ONCE + 1)
    rounds.say(members, b"one", list(listeners))

    rounds.say(members, b"two", listeners[-1:])
    rounds.finish()

    assert listeners[-1].frames == [b"one", b"two"]


def test_who_leaves_or_comes_back_on_the_way_hears_nothing_from_before() -> None:
    rounds = Rounds()
    members, listeners = crowd(rounds, AT_ONCE + 1)
    rounds.say(members, b"old", list(listeners))
    gone, back = listeners[-1], listeners[-2]
    del members.since[gone]
    members.since[back] = members.said

    rounds.say(members, b"picture", [back])
    rounds.finish()

    assert gone.frames == []
    assert back.frames == [b"picture"]
    assert listeners[0].frames == [b"old"]


def test_rounds_that_come_faster_than_they_are_told_finish_the_oldest() -> None:
    rounds = Rounds()
    members, listeners = crowd(rounds, AT_ONCE + 1)

    for number in range(ROUNDS_MAX + 1):
        rounds.say(members, b"%d" % number, list(listeners))

    assert all(each.frames == [b"0"] for each in listeners)


def test_many_bots_hear_a_beat_whole_and_in_one_write_each() -> None:
    house = House(FREE)
    bots: list[Bot] = [house.bot() for _ in range(AT_ONCE + 10)]
    for bot in bots:
        bot.get("public/subscribe", channels=["bbo.TSLA", "book.TSLA"])
    house.beat()
    house.settle()
    before = [bot.link.writes for bot in bots]
    for bot in bots:
        bot.hear()

    house.venue.run(PlaceOrder(1, "TSLA", Side.BUY, 1_000, 24_900))
    house.beat()
    house.settle()

    heard = [[message["channel"] for message in bot.hear()] for bot in bots]
    assert all(len(each) == 2 for each in heard)
    assert [bot.link.writes for bot in bots] == [count + 1 for count in before]
