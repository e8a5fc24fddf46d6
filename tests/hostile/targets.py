"""What is fuzzed: for each target what goes in, and what may come of it.

An input is accepted, or refused by a documented name; an exception is a failure, and so is an
account that does not add up afterwards.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec
from hypothesis import strategies as st
from hypothesis import target

from tests.gateway.harness import FREE, Bot, House
from tests.gateway.test_socket_fuzz import HANDSHAKE, FakeLoop, FakeTransport, masked
from tests.hostile.requests import HOSTILE, payload_of, requests
from venue.gateway.asyncapi import reasons
from venue.gateway.stages import Stage
from venue.gateway.ws_link import WsLink
from venue.lab.audit import faults
from venue.oracle import FORMATS, OracleError, Reading, import_, read, repair

ENDLESS = msgspec.structs.replace(FREE, faults_max=1_000_000)
REASONS = reasons()
SECRET = "a-secret-that-nobody-may-repeat"


class Target(NamedTuple):
    """One thing to fuzz; ``weight`` is its share of the examples."""

    name: str
    inputs: st.SearchStrategy[Any]
    run: Callable[[Any], None]
    weight: int = 1


def hold(message: Any) -> str:
    """Hold one answer against what is documented; return what it says in a word."""
    if "error" not in message:
        assert "result" in message, message
        return "granted"
    error = message["error"]
    reason = error["data"]["reason"]
    assert reason in REASONS, f"{reason} is documented nowhere"
    assert error["code"] == REASONS[reason]["code"], error
    assert error["message"], "a refusal is a sentence"
    assert "Traceback" not in error["message"], error
    return str(reason)


def say(bot: Bot, payload: bytes) -> set[str]:
    """Say something; return what became of it, in words."""
    heard = bot.say_anything(payload)
    words = {hold(each) for each in heard if "method" not in each}
    answers = sum(1 for each in heard if "method" not in each)
    if bot.connection.stage is not Stage.CLOSED:
        assert answers == 1, f"{answers} answers to one message"
    assert bot.connection.unanswered == 0
    assert bot.house.door.services.unanswered == 0
    assert not bot.house.door.services.asking
    return words


def conversation(script: tuple[str | None, list[Any]]) -> None:
    """A conversation of several messages, with prices that move; the books are right after it."""
    token, steps = script
    house = House(ENDLESS)
    bot, other = house.bot(token), house.bot("bob")
    other.ask("private/place_order", market="TSLA", side="sell", size="5", price="251")
    other.ask("private/place_order", market="TSLA", side="buy", size="5", price="249")
    words: set[str] = set()
    for step in steps:
        if isinstance(step, int):
            house.price(step)
        else:
            words |= say(bot, payload_of(*step))
    house.beat()
    wrong = faults(house.venue.state)
    assert not wrong, wrong
    kinds = {type(event) for _, _, _, events in house.venue.journal for event in events}
    target(float(len(words)), label="answers of different kinds")
    target(float(len(kinds)), label="events of different kinds")


def any_bytes(payload: bytes) -> None:
    """One message of any bytes."""
    say(House(ENDLESS).bot("ann"), payload)


def login(given: tuple[Any, Any]) -> None:
    """A login of any shape; a token is never repeated to whoever asks."""
    params, request_id = given
    house = House(ENDLESS)
    bot = house.bot()
    say(bot, payload_of("public/login", params, request_id))
    whole = b"".join(bot.link.frames)
    assert SECRET.encode() not in whole
    assert bot.connection.account in (-1, 1, 2, 4)


class Sockets:
    """One house for all sockets."""

    house: House | None = None


def frames(pieces: list[Any]) -> None:
    """Bytes and frames of any kind on a socket, before and after a handshake."""
    Sockets.house = house = Sockets.house or House()
    loop: Any = FakeLoop()
    link: Any = WsLink(house.door, loop)
    transport = FakeTransport()
    link.connection_made(transport)
    opening = house.door.opening
    for piece in pieces:
        data = piece if isinstance(piece, bytes) else masked(*piece)
        link.data_received(data)
        house.settle()
    link.connection_lost(None)
    house.settle()
    assert not any(each.link is link for each in house.door.connections.values())
    assert house.door.opening == opening - 1 or b"101 Switching" in transport.written
    assert house.door.opening == 0


def recording(given: tuple[str, bytes, Reading]) -> None:
    """A file of any shape: read, mended, or refused in words."""
    name, data, how = given
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        for step in (
            lambda: read(path, how),
            lambda: repair(path, Path(folder) / "mended.csv", how),
            lambda: import_(path, Path(folder) / "own.csv", how),
        ):
            words = "done"
            try:
                step()
            except OracleError as refusal:
                words = str(refusal)
            assert words.isprintable(), "a refusal is a sentence"


CELLS = st.one_of(
    st.sampled_from(
        ["2025-04-07 04:00", "2025-04-07", "1744012800", "1744012800000000000", "5", "5.0", "-5",
         "nan", "1e9", "", '"', "\x00", "0001-01-01 00:00+14:00", "9" * 25, "TSLA", "250.25"]
    ),
    st.text(max_size=6),
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes, Reading]:
    """Draw a file: of any known format's columns, good rows, bad cells, and damaged bytes."""
    shape = FORMATS[draw(st.sampled_from(sorted(FORMATS)))]
    columns = [draw(st.sampled_from(names)) for names in shape.columns.values()]
    good = {
        "stamp": "2025-04-07 04:{:02d}", "underlying": "TSLA", "open": "250", "high": "251",
        "low": "249", "close": "250.5", "price": "250",
        "received_ns": "17440128000000000{:02d}", "source_time_ns": "17440128000000000{:02d}",
        "source": "tape", "cadence_ns": "1000000000",
    }  # fmt: skip
    rows = [[good.get(what, "1").format(n) for what in shape.columns] for n in range(4)]
    for _ in range(draw(st.integers(0, 3))):
        row = draw(st.integers(0, len(rows) - 1))
        if rows[row]:
            rows[row][draw(st.integers(0, len(rows[row]) - 1))] = draw(CELLS)
    head = [",".join(columns)] if columns else []
    data = bytearray("\n".join([*head, *map(",".join, rows)]).encode("utf-8", "surrogatepass"))
    for _ in range(draw(st.sampled_from([0, 0, 1, 3]))):
        if data:
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    how = Reading(
        format=draw(st.sampled_from(["auto", "auto", shape.name, *FORMATS])),
        underlying=draw(st.sampled_from(["TSLA", None])),
    )
    return draw(st.sampled_from(["a.csv", "a.csv.gz", "a.parquet", "a"])), bytes(data), how


STEPS = st.lists(requests() | st.sampled_from([200, 240, 250, 260, 300]), min_size=1, max_size=10)
TARGETS: tuple[Target, ...] = (
    Target(
        "messages",
        st.tuples(st.sampled_from(["ann", "ann", "ann", "bob", "eve", None]), STEPS),
        conversation,
        3,
    ),
    Target("bytes", st.binary(max_size=120) | st.text().map(str.encode), any_bytes),
    Target(
        "login",
        st.tuples(
            st.dictionaries(st.just("token") | st.text(max_size=5), HOSTILE | st.just(SECRET)),
            HOSTILE,
        ),
        login,
    ),
    Target(
        "frames",
        st.lists(
            st.one_of(
                st.just(HANDSHAKE),
                st.binary(max_size=120),
                st.tuples(
                    st.integers(0, 15),
                    st.booleans(),
                    st.just(payload_of("public/ping", {})) | st.binary(max_size=200),
                ),
            ),
            max_size=6,
        ).map(lambda pieces: [HANDSHAKE, *pieces] if len(pieces) % 2 else pieces),
        frames,
        2,
    ),
    Target("recordings", files(), recording, 2),
)
