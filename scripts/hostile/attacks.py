"""What hostile bots do: each attack goes on until it is told to stop, and counts what it sent."""

import json
import select
import socket
import time
from collections.abc import Callable, Sequence
from multiprocessing.synchronize import Event
from typing import NamedTuple

from scripts.benchmarks.load import connect
from scripts.benchmarks.messages import login, masked, script, subscribe

PATH = "/v1/ws"
READ = 1 << 18
BATCH_S = 0.01
FRAMES_PER_SECOND = 10_000
MID_TICKS = 25_000


class Attack(NamedTuple):
    """Where to, with which tokens, how many of whatever it makes many of, and until when."""

    port: int
    tokens: Sequence[str]
    size: int
    stop: Event


def say(method: str, **params: object) -> bytes:
    """Return a request as a client's frame."""
    return masked(
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    )


def connections(attack: Attack) -> int:
    """Open many connections, and let each say something now and then."""
    held: list[socket.socket | None] = []
    ping = say("public/ping")
    count = 0
    while len(held) < attack.size and not attack.stop.is_set():
        held.append(_try(attack, b""))
        if len(held) % 100 == 0:
            count += sum(_send(each, ping) > 0 for each in held if each is not None)
            _swallow(held)
    count += len(held)
    while not attack.stop.wait(0.05):
        for each in held:
            if each is not None:
                count += _send(each, ping) > 0
        _swallow(held)
    return count


def frames(attack: Attack) -> int:
    """Send ten thousand requests a second on one connection."""
    return _pour(attack, say("public/ping"))


def garbage(attack: Attack) -> int:
    """Send what is no JSON, and come back each time that the door has had enough."""
    frame = masked(b"{" * 200) * 25
    count = 0
    while not attack.stop.wait(BATCH_S / 4):
        each = _try(attack, b"")
        if each is not None:
            count += _send(each, frame) // (len(frame) // 25)
            each.close()
    return count


def _pour(attack: Attack, frame: bytes) -> int:
    count = 0
    share = frame * int(FRAMES_PER_SECOND * BATCH_S)
    connected = None
    began = time.monotonic()
    while not attack.stop.is_set():
        connected = connected or _try(attack, b"")
        if connected is None:
            attack.stop.wait(0.05)
            continue
        due = int((time.monotonic() - began) / BATCH_S) * (len(share) // len(frame))
        if count < due:
            count += _send(connected, share) // len(frame)
        if not _swallow([connected]):
            connected = None
        attack.stop.wait(BATCH_S / 2)
    return count


def slow_readers(attack: Attack) -> int:
    """Ask for much, and read nothing."""
    held: list[socket.socket | None] = []
    asked = say("public/get_book", market="TSLA", depth=1000)
    asked += say("public/get_trades", market="TSLA", count=1000)
    asked += say("public/get_markets")
    count = 0
    for number in range(attack.size):
        token = attack.tokens[number % len(attack.tokens)]
        each = _try(attack, login(token), buffer=4_096)
        if each is not None:
            _send(each, subscribe("book.TSLA.raw", "trades.TSLA.raw", "bbo.TSLA.raw"))
            _send(each, say("private/subscribe_account", **{"from": 1}))
        held.append(each)
    is_over = False
    while not is_over:  # They ask once at least, however long they took to come in.
        for place, each in enumerate(held):
            sent = 0 if each is None else _send(each, asked)
            count += sent // len(asked) * 3
            if each is not None and _is_gone(each):
                held[place] = _try(attack, b"", buffer=4_096)
        is_over = attack.stop.wait(0.02)
    return count


def half_open(attack: Attack) -> int:
    """Sockets that never shake hands, and conversations that fall silent."""
    head = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: webso".encode()
    held: list[socket.socket] = []
    count = 0
    while not attack.stop.wait(0.02):
        while len(held) < attack.size:
            raw = _raw(attack)
            if raw is None:
                break
            count += 1
            if count % 3 == 0:
                _send(raw, head)
            elif count % 3 == 1:
                _send(raw, _handshake(attack.port))
            held.append(raw)
        gone = [each for each in held if _has_ended(each)]
        for each in gone:
            held.remove(each)
            each.close()
    return count


def subscriptions(attack: Attack) -> int:
    """Subscribe to everything and to nothing there is, over and over."""
    markets = ("TSLA", "NVDA")
    names = [
        f"{kind}.{market}{raw}"
        for market in markets
        for kind in ("book", "bbo", "trades", "prices")
        for raw in ("", ".raw")
    ]
    names += [f"candles.{market}.{every}" for market in markets for every in ("1m", "5m", "1h")]
    names += ["liquidations", "insurance"]
    cycle = subscribe(*names) + say("public/unsubscribe", channels=names)
    cycle += subscribe(*(f"book.NO{number}" for number in range(200)))
    held = [_try(attack, b"") for _ in range(attack.size)]
    count = 0
    while not attack.stop.wait(0.005):
        for each in held:
            if each is not None:
                count += _send(each, cycle) // len(cycle) * 3
        _swallow(held)
    return count


def login_storm(attack: Attack) -> int:
    """Guess tokens as fast as it goes, on connections that are cut for it."""
    guess = b"".join(say("public/login", token=f"guess-{number}" * 4) for number in range(25))
    held: list[socket.socket | None] = [None] * attack.size
    count = 0
    while not attack.stop.wait(0.002):
        for place, each in enumerate(held):
            if each is None or _is_gone(each):
                if each is not None:
                    each.close()
                held[place] = each = _try(attack, b"")
            if each is not None:
                count += _send(each, guess) // len(guess) * 25
        _swallow(held)
    return count


def order_spam(attack: Attack) -> int:
    """Send orders and cancels at the rate limit of several accounts, and above it."""
    held: list[socket.socket | None] = []
    plans: list[bytes] = []
    count = 0
    for number, token in enumerate(attack.tokens[: attack.size]):
        held.append(_try(attack, login(token)))
        # The same names come round: what stands is answered again, what is gone is refused.
        plans.append(b"".join(script(f"spam-{number}", 40, mid_ticks=MID_TICKS)))
    while not attack.stop.wait(0.03):
        for each, plan in zip(held, plans, strict=True):
            if each is not None:
                count += _send(each, plan) // len(plan) * 40
        _swallow(held)
    return count


def big_questions(attack: Attack) -> int:
    """Nobody in particular asks for everything, from many connections."""
    asked = say("public/get_markets") + say("public/get_book", market="TSLA", depth=1000)
    asked += say("public/get_trades", market="TSLA", count=1000)
    asked += say("public/get_candles", market="TSLA", interval="1m", count=1000)
    asked += say("public/get_standings", count=1000)
    held = [_try(attack, b"") for _ in range(attack.size)]
    count = 0
    while not attack.stop.wait(0.01):
        for each in held:
            if each is not None:
                count += _send(each, asked) // len(asked) * 5
        _swallow(held)
    return count


# Name, what it does, how many (connections, mostly): in full, and in the suite's short form.
ATTACKS: tuple[tuple[str, Callable[[Attack], int], int, int], ...] = (
    ("1,000 connections", connections, 1_000, 300),
    ("10,000 frames a second on one", frames, 1, 1),
    ("garbage, again and again", garbage, 1, 1),
    ("slow readers", slow_readers, 100, 20),
    ("half-open sockets", half_open, 2_000, 200),
    ("huge subscriptions", subscriptions, 20, 5),
    ("login storm", login_storm, 50, 10),
    ("order spam at the rate limit", order_spam, 2, 2),
    ("big questions by nobody", big_questions, 10, 4),
)


def _try(attack: Attack, greeting: bytes, *, buffer: int | None = None) -> socket.socket | None:
    """Return a conversation, or nothing where it is not let in."""
    try:
        connected = connect(attack.port, PATH, greeting)
    except (OSError, AssertionError):
        return None
    if buffer is not None:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connected.setblocking(False)
    return connected


def _raw(attack: Attack) -> socket.socket | None:
    try:
        raw = socket.create_connection(("127.0.0.1", attack.port), timeout=5)
    except OSError:
        return None
    raw.setblocking(False)
    return raw


def _handshake(port: int) -> bytes:
    return (
        f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def _send(connected: socket.socket, data: bytes) -> int:
    """Send what fits; a piece that is begun is ended, so that frames stay whole."""
    try:
        sent = connected.send(data)
    except OSError:
        return 0
    until = time.monotonic() + 0.2
    while sent < len(data) and time.monotonic() < until:
        try:
            sent += connected.send(data[sent:])
        except BlockingIOError:
            select.select([], [connected], [], 0.02)
        except OSError:
            return sent
    if sent < len(data):
        connected.close()  # Never half a frame: it would be garbage from here on.
    return sent


def _swallow(held: Sequence[socket.socket | None]) -> bool:
    """Read and forget what came; say whether all are still there."""
    whole = True
    for each in held:
        if each is None or each.fileno() < 0:
            whole = False
            continue
        try:
            while True:
                data = each.recv(READ)
                if not data:
                    whole = False
                    each.close()
                    break
                if len(data) < READ:
                    break
        except BlockingIOError:
            continue
        except OSError:
            whole = False
            each.close()
    return whole


def _is_gone(each: socket.socket) -> bool:
    """Say whether the venue has hung up, without reading."""
    if each.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(each, select.POLLHUP | select.POLLERR | select.POLLRDHUP)
    return bool(poll.poll(0))


def _has_ended(each: socket.socket) -> bool:
    """Say whether the venue has hung up, by reading."""
    try:
        return each.recv(READ) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
