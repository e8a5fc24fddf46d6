"""kill -9 at any moment: whatever was acknowledged is there, and the state is as it was."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.venue_day import Player, fresh_engine, venue_day
from venue.core.digest import digest
from venue.rules.build import build
from venue.store.errors import JournalLocked
from venue.store.open import open_journal
from venue.store.recover import Recovered, recover
from venue.store.verify import verify

ROOT = Path(__file__).parents[2]


def start(url: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.store.writing_process", url]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def killed_after(url: str, groups: int) -> int:
    """Kill a writing process after that many acknowledgements; return the last one's seq."""
    process = start(url)
    assert process.stdout is not None
    acknowledged = 0
    seen = 0
    for line in process.stdout:
        word, seq = line.split()
        acknowledged = int(seq)
        seen += word == "durable"
        if seen == groups:
            os.kill(process.pid, signal.SIGKILL)
            break
    # What it managed to say before it died counts too.
    for line in process.stdout:
        acknowledged = int(line.split()[1])
    process.wait()
    process.stdout.close()
    return acknowledged


async def look(url: str) -> Recovered:
    journal = await open_journal(url)
    recovered = await recover(journal, build)
    await verify(journal, build)
    await journal.close()
    return recovered


def test_kill_9_loses_nothing_that_was_acknowledged(journal_url: str) -> None:
    for groups in (1, 17, 55):
        acknowledged = killed_after(journal_url, groups)

        recovered = asyncio.run(look_when_free(journal_url))

        seq = recovered.engine.state.seq
        assert seq >= acknowledged
        straight = fresh_engine()
        for at_ns, command in list(venue_day(turns=2_000))[:seq]:
            straight.execute(command, at_ns=at_ns)
        assert digest(recovered.engine.state) == digest(straight.state)


async def look_when_free(url: str) -> Recovered:
    """A server notices after a moment that its client was killed."""
    for _ in range(100):
        try:
            return await look(url)
        except JournalLocked:
            await asyncio.sleep(0.05)
    return await look(url)


def test_a_second_process_is_refused_and_told_who_writes(journal_url: str) -> None:
    process = start(journal_url)
    assert process.stdout is not None
    assert process.stdout.readline() == "recovered 0\n"

    with pytest.raises(JournalLocked, match=f"process {process.pid}"):
        asyncio.run(open_journal(journal_url))

    process.kill()
    process.wait()
    process.stdout.close()
    asyncio.run(look_when_free(journal_url))


def test_the_second_life_continues_the_first(journal_url: str) -> None:
    killed_after(journal_url, 50)
    asyncio.run(look_when_free(journal_url))
    killed_after(journal_url, 10)

    recovered = asyncio.run(look_when_free(journal_url))

    player = Player()
    commands = list(venue_day(turns=2_000))
    for begin in range(0, recovered.engine.state.seq, 3):
        player.group(commands[begin : begin + 3])
    assert recovered.chain == player.chain
    assert recovered.from_checkpoint_seq == 120
