"""A journal read back: its course, its sums, and what is refused."""

import asyncio
from pathlib import Path

import pytest

from tests.scenarios.stage import MARKET, new_york_ns, tape
from venue.core.engine import Engine
from venue.core.units import NS_PER_MINUTE
from venue.lab.agents import Maker, NoiseTaker
from venue.lab.run import Recorder, run, sessions
from venue.lab.timeline import course_of, main
from venue.rules.build import build
from venue.rules.rulebooks import spec
from venue.sessions import Calendar
from venue.store.journal import GENESIS_CHAIN, Group, chain_after, pack_commands, pack_events
from venue.store.open import open_journal


def journal_of_a_night(folder: Path, *, wrong_chain: bool = False) -> str:
    """Write a journal of a weeknight, half a minute before its close to a minute after its open."""
    starts, ends = "2025-04-15 19:55", "2025-04-16 04:05"
    starts_ns, ends_ns = new_york_ns(starts), new_york_ns(ends)
    recorder = Recorder()
    run(
        [spec(MARKET)],
        [
            sessions(MARKET, Calendar.US_EQUITY, starts_ns, ends_ns),
            tape(starts, "2025-04-15 19:59:45", 250),
            tape("2025-04-16 04:00", ends, 251),
        ],
        [Maker("maker", MARKET), NoiseTaker("noise", MARKET, seed=3)],
        starts_ns,
        ends_ns,
        10 * NS_PER_MINUTE,
        heard=[recorder],
    )
    address = f"sqlite:///{folder / 'night.db'}"

    async def write() -> None:
        journal = await open_journal(address)
        engine = Engine(build)
        chain = GENESIS_CHAIN
        stamped = [(each.at_ns, each.command) for each in recorder.commands]
        for first in range(0, len(stamped), 500):
            part = stamped[first : first + 500]
            events = [engine.execute(command, at_ns=at_ns) for at_ns, command in part]
            packed = pack_commands(part)
            chain = chain_after(chain, commands=packed, events=pack_events(events))
            if wrong_chain and first == 1_000:
                chain = bytes(32)
            await journal.append(Group(first + 1, first + len(part), part[-1][0], packed, chain))
        await journal.close()

    asyncio.run(write())
    return address


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a journal that is only read."""
    return journal_of_a_night(tmp_path_factory.mktemp("night"))


def test_a_journal_tells_its_course(night: str) -> None:
    course = asyncio.run(course_of(night, MARKET))

    assert course.faults == []
    assert course.lines[-5:] == [
        "Wed 2025-04-16 04:00:00  session PRE_MARKET (none)",
        "Wed 2025-04-16 04:00:00  pricing external (print), index 251.0000",
        "Wed 2025-04-16 04:00:00  phase auction (reopen)",
        "Wed 2025-04-16 04:00:30  uncross at nothing, 0 lots; stale quotes spared $0.00",
        "Wed 2025-04-16 04:00:30  phase continuous (uncrossed)",
    ]
    assert course.figures["calls"] == "1"
    assert course.figures["commands by account"].startswith("maker ")


def test_a_sound_journal_prints_and_says_so(night: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([night, MARKET, "2025-04-16 04:05"]) == 0
    printed = capsys.readouterr().out
    assert "Tue 2025-04-15 20:00:00  pricing internal (calendar), anchor 250.0000" in printed
    assert printed.endswith("sound\n")
    assert main([night, MARKET, "2025-04-16 05:00"]) == 1
    assert "ends at Wed 2025-04-16 04:05:00, before 2025-04-16 05:00" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param([], "expected JOURNAL MARKET", id="nothing"),
        pytest.param(["sqlite:///nowhere.db", "TSLA"], "found no file", id="no such journal"),
        pytest.param(["here.db", "TSLA"], "refused: expected a journal's address", id="no address"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_a_journal_that_now_comes_to_something_else_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = journal_of_a_night(tmp_path, wrong_chain=True)

    assert main([address, MARKET]) == 2
    assert "diverges within seq 1001 to 1500" in capsys.readouterr().err


def test_another_market_is_refused(night: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([night, "NVDA"]) == 2
    assert "expected a market among TSLA, found NVDA" in capsys.readouterr().err
