"""Programs as a person starts them: the first bot of the guide, and the house."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Callable
from pathlib import Path

import pytest
from venue_sdk import Bot, OrderOptions, Side, connect

from tests.clients.real_venue import RealVenue, real_venue
from tests.clients.scripted import answering, run

ROOT = Path(__file__).parent.parent.parent
GUIDE = ROOT / "docs" / "first-bot.md"


def first_bot() -> str:
    """Return the bot of the guide, as it stands there."""
    return program_below("## 2.")


def program_below(heading: str) -> str:
    """Return the first program of the guide behind a heading, as it stands there."""
    found = re.search(rf"^{heading}.*?```python\n(.*?)```", GUIDE.read_text(), re.DOTALL | re.M)
    assert found is not None, f"the guide shows a bot behind {heading}"
    return found.group(1)


def hear_interrupts() -> None:
    """Undo what a shell does to programs in the background: they and theirs ignore SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


async def start(*arguments: str, cwd: Path | None = None, token: str | None = None) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdout=PIPE,
        stderr=STDOUT,
        cwd=cwd,
        env={
            **{name: value for name, value in os.environ.items() if name != "VENUE_TOKEN"},
            "PYTHONPATH": str(ROOT / "clients" / "python"),
            "PYTHONUNBUFFERED": "1",
            **({} if token is None else {"VENUE_TOKEN": token}),
        },
        preexec_fn=hear_interrupts,
    )


async def said_until(program: Process, words: str) -> str:
    """Return what a program says, up to the line that has these words."""
    assert program.stdout is not None
    said = ""
    while words not in said:
        line = (await program.stdout.readline()).decode()
        assert line, f"it ended before it said {words!r}: {said}"
        said += line
    return said


async def ended(program: Process) -> str:
    """Ask a program to end; return all that it said."""
    program.send_signal(signal.SIGTERM)
    assert program.stdout is not None
    said = (await program.stdout.read()).decode()
    assert await program.wait() == 0, said
    return said


async def printing_until(venue: RealVenue, condition: Callable[[], bool]) -> None:
    """Let the underlying print round 250 until something has come about."""
    cents = 25_000
    while not condition():
        cents ^= 1
        venue.print(cents)
        await asyncio.sleep(0.02)


def test_first_bot_is_fifteen_lines_long() -> None:
    lines = [line for line in first_bot().splitlines() if line.strip()]

    assert len(lines) == 15


def test_first_bot_of_the_guide_trades(tmp_path: Path) -> None:
    path = tmp_path / "first_bot.py"
    path.write_text(first_bot())

    async def story() -> None:
        async with real_venue(speed=100) as venue, connect(venue.url, "ann") as ann:
            await ann.place_order("TSLA", Side.SELL, 5, "249.50")
            program = await start(str(path), "--url", venue.url, "--token", "bob")
            hearing = asyncio.create_task(said_until(program, "now 1.000"))
            await printing_until(venue, hearing.done)
            said = hearing.result() + await ended(program)

            assert "TSLA stands at 250" in said
            assert "buy 1.000 at 249.50 now 1.000" in said
            assert "stopped bot=firstbot" in said
            assert "Traceback" not in said

    run(story)


def test_bracket_bot_of_the_guide_closes_goes_away_and_hears_what_it_missed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "bracket_bot.py"
    path.write_text(program_below("### With a stop"))

    async def story() -> None:
        async with real_venue(speed=100) as venue, connect(venue.url, "ann") as ann:
            await ann.place_order("TSLA", Side.SELL, 1, "250.10")
            await ann.place_order("TSLA", Side.BUY, 5, "249.40")
            words = (str(path), "--url", venue.url, "--token", "bob")
            bot = await start(*words, cwd=tmp_path)
            hearing = asyncio.create_task(said_until(bot, "now 1.000"))
            await printing_until(venue, hearing.done)
            await ended(bot)
            assert "buy 1.000 at 250.10 now 1.000" in hearing.result()
            bought_n = int((tmp_path / "last_n.txt").read_text())

            async with connect(venue.url, "bob") as bob:
                cents = 25_000
                while any(each.size for each in await bob.positions()):
                    cents = max(cents - 5, 24_700)
                    venue.print(cents)
                    await asyncio.sleep(0.02)
            bot = await start(*words, cwd=tmp_path)
            said = await said_until(bot, "now 0.000")
            await ended(bot)

            assert re.search(r"trigger \d+ fired", said)
            assert "sell 1.000 at 249.40 now 0.000" in said
            assert int((tmp_path / "last_n.txt").read_text()) > bought_n

    run(story)


def test_watcher_of_the_guide_sees_terms_and_sessions(tmp_path: Path) -> None:
    path = tmp_path / "watcher.py"
    path.write_text(program_below("### Watching"))

    async def story() -> None:
        async with real_venue() as venue:
            watcher = await start(str(path), venue.url, token="cat")
            said = await said_until(watcher, "TSLA leverage 20 bids to")
            watcher.send_signal(signal.SIGINT)
            assert watcher.stdout is not None
            said += (await watcher.stdout.read()).decode()

            assert await watcher.wait() == 0
            assert "TSLA is in REGULAR until" in said
            assert "Traceback" not in said

    run(story)


@pytest.mark.parametrize("handler", sorted(name for name in vars(Bot) if name.startswith("on_")))
def test_guide_names_every_handler(handler: str) -> None:
    assert f"`{handler}(" in GUIDE.read_text()


@pytest.mark.parametrize("option", sorted(OrderOptions.__annotations__))
def test_guide_names_every_option_of_an_order(option: str) -> None:
    assert f"`{option}=" in GUIDE.read_text()


async def last_words(program: Process) -> str:
    """Return what a program says that cannot run: one line last, and exit code 1."""
    assert program.stdout is not None
    said = (await program.stdout.read()).decode()
    assert await program.wait() == 1, said
    assert "Traceback" not in said
    return said.splitlines()[-1]


@pytest.mark.parametrize(
    ("market", "arguments", "words"),
    [
        pytest.param("TSLA", ["--token", "nobody"], "bad_token: ", id="a wrong token"),
        pytest.param("TSLA", [], "give --token or VENUE_TOKEN", id="no token"),
        pytest.param(
            "AAPL",
            ["--token", "bob"],
            "unknown_market: expected markets of TSLA, found AAPL",
            id="a market that is not there",
        ),
        pytest.param(
            "TSLA",
            ["--token", "bob", "--url", "http://127.0.0.1:1/v1/ws"],
            "expected an address such as ws://HOST:PORT/v1/ws",
            id="no address of a door",
        ),
    ],
)
def test_bot_that_cannot_run_says_why_and_exits_with_1(
    tmp_path: Path, market: str, arguments: list[str], words: str
) -> None:
    path = tmp_path / "first_bot.py"
    path.write_text(first_bot().replace('("TSLA",)', f'("{market}",)'))

    async def story() -> None:
        async with real_venue() as venue:
            program = await start(str(path), "--url", venue.url, *arguments)

            assert words in await last_words(program)

    run(story)


def test_bot_at_another_door_says_which_it_expected_and_exits_with_1(tmp_path: Path) -> None:
    path = tmp_path / "first_bot.py"
    path.write_text(first_bot())

    async def story() -> None:
        async with answering("401 Unauthorized") as url:
            program = await start(str(path), "--url", url, "--token", "bob")

            words = f"expected the bots' door at {url}, found HTTP 401: is this the admin port"
            assert words in await last_words(program)

    run(story)


def test_house_that_is_refused_altogether_exits_with_1(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.json"
    tokens.write_text(json.dumps({"maker-1": "nobody", "leveraged-2": "nobody either"}))
    house_py = str(ROOT / "clients" / "bots" / "house.py")

    async def story() -> None:
        async with real_venue() as venue:
            house = await start(house_py, "--url", venue.url, "--tokens", str(tokens))

            assert "house_closes" in await last_words(house)

    run(story)


def test_house_quotes_comes_back_after_an_outage_and_ends_cleanly(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.json"
    tokens.write_text(json.dumps({"maker-1": "ann", "noise-1": "bob", "gap": "cat", "dora": "x"}))

    async def story() -> None:
        async with real_venue(speed=600) as venue:
            house = await start(
                str(ROOT / "clients" / "bots" / "house.py"),
                "--url",
                venue.url,
                "--tokens",
                str(tokens),
                "--seed",
                "5",
            )
            orders = venue.sequencer.engine.state.accounts[1].orders
            await printing_until(venue, lambda: len(orders) == 6)
            await venue.shut_door()
            await printing_until(venue, lambda: not orders)
            await venue.open_door()
            await printing_until(venue, lambda: len(orders) == 6)

            said = await ended(house)
            await venue.sequencer.drain()

            assert not orders, "the maker took its quotes with it"
            assert "house_opens bots=maker-1,noise-1,gap" in said
            assert said.count("connection_lost") >= 3
            assert "house_closes" in said
            assert "Traceback" not in said

    run(story)


def test_house_without_tokens_says_what_it_expected(tmp_path: Path) -> None:
    async def story() -> None:
        house = await start(
            str(ROOT / "clients" / "bots" / "house.py"), "--tokens", str(tmp_path / "none.json")
        )
        assert house.stdout is not None
        said = (await house.stdout.read()).decode()

        assert await house.wait() == 1
        assert said.startswith("house: ")
        assert "expected a JSON file of name -> token" in said
        assert "Traceback" not in said

    run(story)
