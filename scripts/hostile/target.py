"""The venue under attack: a real process with its usual limits, looked at from outside."""

import os
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts.benchmarks import servers
from scripts.ports import free_ports

ACCOUNTS = 8
# Where it may, the venue goes before whatever else this machine does meanwhile: a process that is
# kept busy is not woken at once, as one is that sleeps, but waits for the slices of all others.
PRIORITY = -10
# Silence and handshakes are judged sooner than by default, so that a run of seconds sees it.
CONFIG = """
house = false
[door]
silence_max_s = 4.0
ping_every_s = 1.5
open_timeout_s = 3.0
[[markets]]
market = "TSLA"
[[markets]]
market = "NVDA"
"""
ACCOUNT = '\n[[accounts]]\nname = "bot-{}"\ndeposit_dollars = 50000000\n'
SHED = ("venue_door_refused_total", "venue_door_ended_total", "venue_door_turned_away_total")


class Target(servers.Server):
    """A venue that can be asked how it is."""

    admin_port: int = 0

    def figures(self) -> dict[str, float]:
        """Return everything that ``/metrics`` shows, by name and labels."""
        with urllib.request.urlopen(
            f"http://127.0.0.1:{self.admin_port}/metrics", timeout=30
        ) as page:
            lines = page.read().decode().splitlines()
        pairs = (line.rpartition(" ") for line in lines if line and not line.startswith("#"))
        return {name: float(figure) for name, _, figure in pairs}

    def shed(self) -> dict[str, float]:
        """Return what the door has shed so far, by ``what{why}``."""
        found = self.figures().items()
        return {
            f"{name.removeprefix('venue_door_').partition('_total')[0]} {name.split(chr(34))[1]}": n
            for name, n in found
            if name.startswith(SHED)
        }

    def rss_mib(self) -> float:
        """Return how much memory the process holds."""
        with open(f"/proc/{self.pid}/status") as file:
            line = next(each for each in file if each.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@contextmanager
def target(*, fast: bool) -> Iterator[Target]:
    """Run a venue in a regular session with a fresh journal."""
    with tempfile.TemporaryDirectory(prefix="venue-flood-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "venue.toml").write_text(CONFIG + "".join(map(ACCOUNT.format, range(ACCOUNTS))))
        servers._write_bars(folder / "bars.csv")
        port, admin_port = free_ports(2)
        words = [
            *("--config", "venue.toml", "--replay", "bars.csv", "--replay-market", "TSLA"),
            *("--from", "2025-04-14 09:59:56", "--speed", "1", "--no-house", "--no-screen"),
            *("--journal", f"sqlite:///{folder}/journal.db", "--port", str(port)),
            *("--admin-port", str(admin_port), "--fast" if fast else "--no-fast"),
        ]
        log = folder / "venue.log"
        command = [sys.executable, "-m", "venue", "serve", *words]
        with servers._started(command, folder, log) as process:
            servers._wait_for_mark(process, admin_port, log)
            found = Target(process, port, folder)
            found.admin_port = admin_port
            with suppress(PermissionError):
                go_first(process.pid)
            yield found


def go_first(pid: int) -> None:
    """Let the threads of a process run whenever they can; those that commit before the loop."""
    for each in os.listdir(f"/proc/{pid}/task"):
        place = 1 if int(each) == pid else 2
        os.sched_setscheduler(int(each), os.SCHED_RR, os.sched_param(place))


def open_files_max(count: int) -> None:
    """Let this process, and those that it starts, hold so many files open."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


def pid_is_alive(pid: int) -> bool:
    """Say whether a process still runs."""
    return os.path.exists(f"/proc/{pid}")
