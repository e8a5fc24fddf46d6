"""The processes that are measured, on a core of their own: the real venue, and the echo."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from scripts.benchmarks.load import pin
from scripts.benchmarks.watched import TOLD
from scripts.ports import free_port, free_ports

ROOT = Path(__file__).parents[2]
CORE = 0
START_S = 60.0
ACCOUNTS = 100
MID_TICKS = 25_000
PATH = "/v1/ws"
LONGEST = "longest"  # The file in which a watched venue tells.

CONFIG = """
house = false
[door]
connection_rate = 0
account_rate = 0
connections_max = 20000
[[markets]]
market = "TSLA"
"""
ACCOUNT = '\n[[accounts]]\nname = "load-{}"\ndeposit_dollars = 50000000\n'


class Server:
    """A running process that listens on a port."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
        self.process = process
        self.port = port
        self.folder = folder

    @property
    def pid(self) -> int:
        """The process's id."""
        return self.process.pid

    def longest_turn_ms(self) -> float:
        """Return the longest callback since this was last asked, in processor time, if watched."""
        told = self.folder / LONGEST
        told.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        until = time.monotonic() + START_S
        while not told.exists():
            _check(self.process, until, self.folder / "venue.log")
            time.sleep(0.01)
        return int(told.read_text()) / 1e6

    def tokens(self) -> list[str]:
        """Return the tokens of the venue's accounts."""
        return list(json.loads((self.folder / "journal.d" / "tokens.json").read_text()).values())


@contextmanager
def venue(*, fast: bool, watched: bool = False) -> Iterator[Server]:
    """Run ``venue serve`` with a fresh journal, a regular session, and no rate limits.

    ``watched``: with a stopwatch round each callback of its loop.
    """
    with tempfile.TemporaryDirectory(prefix="venue-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "venue.toml").write_text(CONFIG + "".join(map(ACCOUNT.format, range(ACCOUNTS))))
        _write_bars(folder / "bars.csv")
        port, admin_port = free_ports(2)
        words = [
            *("--config", "venue.toml", "--replay", "bars.csv", "--replay-market", "TSLA"),
            *("--from", "2025-04-14 09:59:56", "--speed", "1", "--no-house", "--no-screen"),
            *("--journal", f"sqlite:///{folder}/journal.db", "--port", str(port)),
            *("--admin-port", str(admin_port), "--fast" if fast else "--no-fast"),
        ]
        log = folder / "venue.log"
        program = "scripts.benchmarks.watched" if watched else "venue"
        with _started([sys.executable, "-m", program, "serve", *words], folder, log) as process:
            _wait_for_mark(process, admin_port, log)
            yield Server(process, port, folder)


@contextmanager
def echo(*, fast: bool) -> Iterator[Server]:
    """Run the bare echo."""
    with tempfile.TemporaryDirectory(prefix="venue-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        port = free_port()
        words = [sys.executable, "-m", "scripts.benchmarks.echo", str(port)]
        log = folder / "echo.log"
        with _started([*words, "fast"] if fast else words, folder, log) as process:
            deadline = time.monotonic() + START_S
            while "listening" not in log.read_text():
                _check(process, deadline, log)
                time.sleep(0.05)
            yield Server(process, port, folder)


@contextmanager
def _started(words: list[str], folder: Path, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), TOLD: str(folder / LONGEST)},
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: pin(CORE),
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _check(process: "subprocess.Popen[bytes]", deadline: float, log: Path) -> None:
    """Say why a process does not come up."""
    if process.poll() is not None or time.monotonic() > deadline:
        raise RuntimeError(f"a server did not start: {log.read_text()}")


def _wait_for_mark(process: "subprocess.Popen[bytes]", admin_port: int, log: Path) -> None:
    """Return once TSLA has a mark: from then on orders are taken."""
    deadline = time.monotonic() + START_S
    while True:
        _check(process, deadline, log)
        try:
            page = urllib.request.urlopen(f"http://127.0.0.1:{admin_port}/metrics", timeout=2)
            if b'price_dollars{market="TSLA",price="mark"}' in page.read():
                return
        except OSError:
            pass
        time.sleep(0.2)


def _write_bars(path: Path) -> None:
    """Write a recording of a calm regular session: an hour at $250."""
    lines = ["timestamp,open,high,low,close,volume"]
    for minute in range(330):
        hour, rest = divmod(599 + minute, 60)
        lines.append(f"2025-04-14 {hour:02}:{rest:02}:00,250.00,250.02,249.98,250.00,1000")
    path.write_text("\n".join(lines) + "\n")


def commit_us(count: int = 300) -> float:
    """Return the median time of a commit of one row, synchronous=FULL, where journals lie here."""
    with tempfile.TemporaryDirectory(prefix="venue-bench-", ignore_cleanup_errors=True) as name:
        connection = sqlite3.connect(f"{name}/one.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE one (row BLOB)")
        times = []
        for _ in range(count):
            began = time.perf_counter()
            connection.execute("INSERT INTO one VALUES (?)", (b"x" * 300,))
            times.append(time.perf_counter() - began)
        connection.close()
    return median(times) * 1e6
