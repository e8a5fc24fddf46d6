"""``scripts/flood``: every attack against a real venue, and what a well-behaved bot feels of it.

The well-behaved bot places an order and cancels it some sixty times a second and takes the times
of the answers: quiet first, then under each attack, and quiet again after each. The venue has one
core, bot and attackers the other; the attackers are nice. Figures are printed, not judged, but for
one thing: it must go on serving.

An answer counts as there when the system has stamped its arrival, not when the bot, whose core the
attackers keep busy, has woken up to read it: that would be their work, not the venue's.
"""

import argparse
import multiprocessing
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from statistics import median
from typing import NamedTuple

from scripts.benchmarks.load import connect, pin
from scripts.benchmarks.messages import login, masked
from scripts.hostile.attacks import ATTACKS, PATH, READ, Attack
from scripts.hostile.target import PRIORITY, Target, open_files_max, target

CORE = 1
NICE = 19 - PRIORITY  # From there back to the last place.
PAUSE_S = 0.006
# Linux, include/uapi/asm-generic/socket.h: stamp what arrives, in ns since 1970, and say so.
SO_TIMESTAMPNS = 35
STAMP = struct.Struct("qq")
RATIO_MAX = 3.0
# How long what an attack leaves behind is let go, before the memory is looked at.
SETTLE_S, SETTLE_SHORT_S = 0.7, 0.3


class Felt(NamedTuple):
    """What the well-behaved bot felt."""

    answers: int
    p50_ms: float
    p99_ms: float
    worst_ms: float


class Row(NamedTuple):
    """One attack: how much it sent, what was felt, the memory, and what was shed."""

    name: str
    sent: int
    felt: Felt
    ratio: float
    before_mib: float
    most_mib: float
    after_mib: float
    shed: dict[str, int]


def main() -> None:
    """Run all attacks, or those that are named."""
    parser = argparse.ArgumentParser(prog="scripts/flood", description=__doc__)
    parser.add_argument("attack", nargs="*", help="words of the names; none: all")
    parser.add_argument("--short", action="store_true", help="a smoke test of some seconds each")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each attack lasts")
    parser.add_argument("--fast", action="store_true", help="the transport of venue[fast]")
    asked = parser.parse_args()
    seconds = 1.5 if asked.short else asked.seconds
    rows = flood(asked.attack, seconds=seconds, is_short=asked.short, fast=asked.fast)
    print(f"load {os.getloadavg()[0]:.1f}")
    print(*table(rows), sep="\n")
    if any(not row.felt.answers for row in rows):
        sys.exit("the venue did not go on serving")


def flood(words: Sequence[str], *, seconds: float, is_short: bool, fast: bool = False) -> list[Row]:
    """Attack a venue with everything, or with the attacks whose names hold one of the words."""
    open_files_max(8_192)
    rows: list[Row] = []
    with target(fast=fast) as venue:
        pin(CORE)
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, PRIORITY)
        tokens = venue.tokens()
        settle_s = SETTLE_SHORT_S if is_short else SETTLE_S
        furnish(venue, 300 if is_short else 1_500)
        calm = Calm(venue.port, tokens[0])
        calm.trade(seconds / 4)
        quiets = [calm.trade(seconds)]
        rows.append(_quiet("quiet", venue, quiets[0]))
        for name, attack, full, short in ATTACKS:
            if words and not any(word in name for word in words):
                continue
            size = short if is_short else full
            rows.append(_under(venue, calm, name, attack, size, seconds, settle_s))
            quiets.append(calm.trade(seconds / 2))
        rows.append(_quiet("quiet again", venue, quiets[-1]))
        calm.close()
    # This machine has other things to do: quiet is the median of the quiet times between attacks.
    quiet_ms = median(felt.p99_ms for felt in quiets)
    return [row._replace(ratio=row.felt.p99_ms / quiet_ms) for row in rows]


def furnish(venue: Target, orders: int) -> None:
    """Give the venue a deep book and a long tape, so that its answers are long."""
    maker, taker = (connect(venue.port, PATH, login(token)) for token in venue.tokens()[6:8])
    for number in range(orders):
        ticks = 25_000 + (number % 300 + 1) * (1 if number % 2 else -1)
        _say(maker, number, "sell" if number % 2 else "buy", ticks, "0.1", "gtc")
        if number >= orders // 5:
            _say(taker, number, "buy" if number % 2 else "sell", ticks, "0.1", "ioc")
    time.sleep(SETTLE_S)
    maker.close()
    taker.close()


def _say(bot: socket.socket, number: int, side: str, ticks: int, size: str, force: str) -> None:
    bot.sendall(masked((
        f'{{"jsonrpc":"2.0","id":{number},"method":"private/place_order","params":{{"market":"TSLA"'
        f',"side":"{side}","size":"{size}","price":"{ticks // 100}.{ticks % 100:02}",'
        f'"time_in_force":"{force}"}}}}'
    ).encode()))  # fmt: skip
    bot.recv(READ)


def _quiet(name: str, venue: Target, felt: Felt) -> Row:
    held_mib = venue.rss_mib()
    return Row(name, 0, felt, 1.0, held_mib, held_mib, held_mib, {})


def _under(
    venue: Target,
    calm: "Calm",
    name: str,
    attack: Callable[[Attack], int],
    size: int,
    seconds: float,
    settle_s: float,
) -> Row:
    context = multiprocessing.get_context("fork")
    stop = context.Event()
    ours, theirs = context.Pipe(duplex=False)
    asked = Attack(venue.port, venue.tokens()[1:], size, stop)
    before_mib, shed = venue.rss_mib(), venue.shed()
    process = context.Process(target=_child, args=(attack, asked, theirs))
    process.start()
    most = [before_mib]
    felt = calm.trade(seconds, lambda: most.append(venue.rss_mib()))
    stop.set()
    until = time.monotonic() + 60
    while not ours.poll() and time.monotonic() < until:
        calm.trade(0.2)  # Who falls silent is cut off, whoever it is.
    sent = ours.recv() if ours.poll() else 0
    process.join(10)
    if process.is_alive():
        process.kill()
    time.sleep(settle_s)
    after = venue.shed()
    gained = {
        key: int(after[key] - shed.get(key, 0)) for key in after if after[key] > shed.get(key, 0)
    }
    return Row(
        name, sent, felt, 1.0, before_mib, max(most), venue.rss_mib(), gained
    )  # fmt: skip


def _child(attack: Callable[[Attack], int], asked: Attack, pipe: Connection) -> None:
    os.nice(NICE)
    pipe.send(attack(asked))


class Calm:
    """A well-behaved bot on a plain socket: one request in flight, answers timed."""

    def __init__(self, port: int, token: str) -> None:
        self._socket = connect(port, PATH, login(token))
        self._socket.settimeout(30)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._arrived_s = 0.0
        self._left = b""
        self._number = 1

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def trade(self, seconds: float, look: Callable[[], object] | None = None) -> Felt:
        """Place and cancel for a while; ``look`` is called ten times a second."""
        times: list[float] = []
        end = time.perf_counter() + seconds
        next_look = 0.0
        while (now := time.perf_counter()) < end:
            if look is not None and now >= next_look:
                look()
                next_look = now + 0.1
            times.append(self._ask(
                f'"private/place_order","params":{{"market":"TSLA","side":"buy","size":"1","price":'
                f'"240.00","client_order_id":"calm-{self._number}"}}'
            ))  # fmt: skip
            times.append(self._ask(
                f'"private/cancel_order","params":{{"client_order_id":"calm-{self._number - 1}"}}'
            ))  # fmt: skip
            time.sleep(PAUSE_S)
        times.sort()
        count = len(times)
        return Felt(count, times[count // 2] * 1e3, times[count * 99 // 100] * 1e3, times[-1] * 1e3)

    def _ask(self, rest: str) -> float:
        number = self._number
        self._number += 1
        frame = masked(f'{{"jsonrpc":"2.0","id":{number},"method":{rest}}}'.encode())
        began = time.time()
        self._socket.sendall(frame)
        wanted = f'"id":{number},'.encode()
        while True:
            for said in self._read():
                if wanted in said:
                    took = max(0.0, self._arrived_s - began)
                    assert b'"result"' in said, said
                    return took

    def _read(self) -> list[bytes]:
        """Return the whole messages of one read; pings are answered."""
        data, stamps, *_ = self._socket.recvmsg(READ, socket.CMSG_SPACE(STAMP.size))
        for _, _, stamp in stamps:
            seconds, nanos = STAMP.unpack(stamp)
            self._arrived_s = seconds + nanos / 1e9
        if not data:
            raise ConnectionError("the venue hung up on the well-behaved bot")
        data = self._left + data
        found: list[bytes] = []
        at = 0
        while len(data) - at >= 2:
            size, head = data[at + 1], 2
            if size == 126:
                size, head = int.from_bytes(data[at + 2 : at + 4], "big"), 4
            elif size == 127:
                size, head = int.from_bytes(data[at + 2 : at + 10], "big"), 10
            if at + head + size > len(data):
                break
            if data[at] == 0x89:
                self._socket.sendall(b"\x8a\x80" + bytes(4))
            else:
                found.append(data[at + head : at + head + size])
            at += head + size
        self._left = data[at:]
        return found


def table(rows: Sequence[Row]) -> list[str]:
    """Return the rows as lines for people."""
    lines = [
        f"{'attack':<30} {'sent':>8} {'answers':>8} {'p50 ms':>8} {'p99 ms':>8} {'x quiet':>8} "
        f"{'worst':>8}  {'RSS MiB: before, most, after':<28}  shed"
    ]
    for row in rows:
        shed = ", ".join(f"{key} {count:,}" for key, count in sorted(row.shed.items()))
        memory = f"{row.before_mib:7.0f} {row.most_mib:8.0f} {row.after_mib:8.0f}"
        over = " !" if row.ratio > RATIO_MAX else ""
        lines.append(
            f"{row.name:<30} {row.sent:>8,} {row.felt.answers:>8,} {row.felt.p50_ms:>8.2f} "
            f"{row.felt.p99_ms:>8.2f} {row.ratio:>7.1f}{over or ' '} {row.felt.worst_ms:>7.1f}  "
            f"{memory:<28}  {shed or '-'}"
        )
    return lines


if __name__ == "__main__":
    main()
