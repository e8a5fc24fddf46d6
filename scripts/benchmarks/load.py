"""The load generator: plain sockets and epoll, finished frames, a process and a core of its own.

It sends the next frames of a connection's script as answers come, so that a stated number is
always in flight. It counts, takes times, and says how much of its core it used: a run in which
that passes half measures the generator, and counts for nothing.
"""

import multiprocessing
import os
import select
import socket
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection as Pipe
from typing import NamedTuple

SHARE_MAX = 0.5
READ_BYTES = 262_144
CORE = 1
ANSWER_LETTER = ord("i")  # ``{"jsonrpc":"2.0","id":...``: an answer, or an echoed request.
LETTER_AT = 18
REFUSED = b'"error":{'


class Plan(NamedTuple):
    """Where to go, what to say before it counts (its answer is awaited), and the scripts."""

    port: int
    path: str
    greetings: Sequence[bytes]
    scripts: Sequence[Sequence[bytes]]
    depth: int
    warm_s: float
    measure_s: float
    server_pid: int


class Load(NamedTuple):
    """What came of it. Times are of one in flight only, else 0."""

    rate: float
    p50_us: float
    p99_us: float
    worst_us: float
    share: float
    server_us: float
    refused: float

    @property
    def is_valid(self) -> bool:
        """The generator had time to spare."""
        return self.share <= SHARE_MAX


class Bot:
    """One connection, and how far its script is."""

    __slots__ = ("at", "left", "script", "sent_ns", "socket")

    def __init__(self, connected: socket.socket, script: Sequence[bytes]) -> None:
        self.socket = connected
        self.script = script
        self.at = 0
        self.left = b""
        self.sent_ns = 0

    def send(self, count: int) -> None:
        """Send the next frames; it is an error to run out of them."""
        begin, self.at = self.at, self.at + count
        frames = self.script[begin : self.at]
        assert len(frames) == count, "a script is too short for this run"
        self.socket.sendall(frames[0] if count == 1 else b"".join(frames))

    def answers(self, data: bytes) -> int:
        """Return how many answers have come whole."""
        if self.left:
            data = self.left + data
        at, end, count = 0, len(data), 0
        while end - at >= 2:
            size, head = data[at + 1], 2
            if size == 126:
                size, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
            elif size == 127:
                size, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
            if at + head + size > end:
                break
            if size > LETTER_AT and data[at + head + LETTER_AT] == ANSWER_LETTER:
                count += 1
            at += head + size
        self.left = data[at:] if at < end else b""
        return count


def run(plan: Plan) -> Load:
    """Run a plan in a process of its own, on a core of its own."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(plan, theirs))
    process.start()
    theirs.close()
    try:
        result = ours.recv()
    except EOFError:
        raise RuntimeError("the load generator broke; its reason stands above") from None
    finally:
        process.join()
    assert isinstance(result, Load), result
    return result


def _child(plan: Plan, pipe: Pipe) -> None:
    pin(CORE)
    bots = [
        Bot(connect(plan.port, plan.path, greeting), script)
        for greeting, script in zip(plan.greetings, plan.scripts, strict=True)
    ]
    pipe.send(_drive(plan, bots))
    for bot in bots:
        bot.socket.close()


def pin(core: int) -> None:
    """Keep this process to one core, where there are several."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core % len(cores)]})


def connect(port: int, path: str, greeting: bytes = b"") -> socket.socket:
    """Return a socket after the handshake, and after the greeting was answered."""
    connected = socket.create_connection(("127.0.0.1", port), timeout=20)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = connected.recv(1)
        assert piece, f"the server hung up during the handshake: {head!r}"
        head += piece
    assert head.startswith(b"HTTP/1.1 101"), f"expected a WebSocket, found {head!r}"
    if greeting:
        connected.sendall(greeting)
        said = connected.recv(READ_BYTES)
        assert b'"result"' in said or b'"method"' in said, f"the greeting was refused: {said!r}"
    return connected


def cpu_of(pid: int) -> float:
    """Return the processor seconds that a process has used."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _drive(plan: Plan, bots: list[Bot]) -> Load:
    poll = select.epoll()
    by_file: dict[int, Bot] = {}
    for bot in bots:
        bot.socket.setblocking(True)
        poll.register(bot.socket, select.EPOLLIN)
        by_file[bot.socket.fileno()] = bot
    takes_times = plan.depth == 1
    times: list[int] = []
    total = refused = 0
    clock = time.perf_counter_ns
    for bot in bots:
        bot.sent_ns = clock()
        bot.send(plan.depth)
    measure_at = clock() + int(plan.warm_s * 1e9)
    end_at = measure_at + int(plan.measure_s * 1e9)
    is_measuring = False
    began_ns, own, theirs = clock(), 0.0, 0.0
    while (now := clock()) < end_at:
        if not is_measuring and now >= measure_at:
            is_measuring, total, refused = True, 0, 0
            times.clear()
            began_ns, own, theirs = now, time.process_time(), cpu_of(plan.server_pid)
        for file, _ in poll.poll(1.0):
            bot = by_file[file]
            data = bot.socket.recv(READ_BYTES)
            assert data, "the server hung up"
            count = bot.answers(data)
            if not count:
                continue
            total += count
            refused += data.count(REFUSED)
            if takes_times:
                now = clock()
                times.append(now - bot.sent_ns)
                bot.sent_ns = now
            bot.send(count)
    elapsed_s = (clock() - began_ns) / 1e9
    times.sort()
    return Load(
        rate=total / elapsed_s,
        p50_us=times[len(times) // 2] / 1e3 if times else 0.0,
        p99_us=times[len(times) * 99 // 100] / 1e3 if times else 0.0,
        worst_us=times[-1] / 1e3 if times else 0.0,
        share=(time.process_time() - own) / elapsed_s,
        server_us=(cpu_of(plan.server_pid) - theirs) / max(total, 1) * 1e6,
        refused=refused / max(total, 1),
    )
