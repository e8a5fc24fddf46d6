"""The other example bots: what they decide, and that every one of them trades on a real venue."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from venue_sdk import Bot

from clients.bots.carry import Carry, side_paid
from clients.bots.gap import Gap, against_drift
from clients.bots.house import HouseError, bots, kind_of, read_tokens
from clients.bots.leveraged import Cautious, Leveraged
from clients.bots.maker import Maker
from clients.bots.momentum import Average, Momentum
from clients.bots.noise import Noise
from clients.bots.sleepy import Sleepy
from tests.clients.real_venue import START_NS, RealVenue, real_venue
from tests.clients.scripted import run
from venue.config import HOUSE_ACCOUNTS
from venue.core.phases import Closure, Session
from venue.core.state import State
from venue.core.units import NS_PER_SECOND

D = Decimal


def friday(hour: int, minute: int) -> int:
    """Return a time in New York on the day that the real venue begins at 11:00."""
    return START_NS + ((hour - 11) * 60 + minute) * 60 * NS_PER_SECOND


@pytest.mark.parametrize(
    ("a_day", "now", "wanted"),
    [
        pytest.param("0.0005", 0, 0, id="too little to begin"),
        pytest.param("0.002", 0, -1, id="longs pay: short"),
        pytest.param("-0.002", 0, 1, id="shorts pay: long"),
        pytest.param("0.0001", -1, -1, id="still paid: stays"),
        pytest.param("-0.0001", -1, 0, id="pays itself: leaves"),
        pytest.param("-0.002", -1, 1, id="turned: turns"),
    ],
)
def test_carry_holds_the_side_that_is_paid(a_day: str, now: int, wanted: int) -> None:
    assert side_paid(D(a_day), now=now, enter=D("0.001")) == wanted


@pytest.mark.parametrize(
    ("mark", "share"),
    [
        pytest.param("250.5", "0", id="near the anchor: nothing"),
        pytest.param("255", "-0.5", id="two of four per cent above: half short"),
        pytest.param("225", "1", id="far below: full long"),
    ],
)
def test_gap_holds_against_the_drift(mark: str, share: str) -> None:
    found = against_drift(mark=D(mark), anchor=D(250), least=D("0.004"), full=D("0.04"))

    assert found == D(share)


def test_average_depends_on_venue_time_and_not_on_how_often_it_is_told() -> None:
    often, seldom = Average(1_000), Average(1_000)
    often.take(100, 0)
    seldom.take(100, 0)

    for at_ms in range(100, 3_001, 100):
        often.take(200, at_ms)
    seldom.take(200, 3_000)

    assert often.value == pytest.approx(seldom.value)


class Eager(Noise):
    """Noise that trades at nearly every look."""

    every_ms = 100.0


class Follower(Momentum):
    """Momentum with short memories."""

    short_ms = 1_000.0
    long_ms = 60_000.0


async def traded(venue: RealVenue, *traders: Bot) -> State:
    """Run bots beside a maker while the price climbs, until each has traded."""
    everyone = [Maker(venue.url, "ann"), *traders]
    tasks = [asyncio.create_task(bot.run_async()) for bot in everyone]
    state = venue.sequencer.engine.state
    cents = 25_000

    def idle() -> Iterator[int]:
        for number in range(2, 2 + len(traders)):
            holding = state.accounts[number].holdings.get("TSLA")
            if holding is None or (not holding.fees_micros and not holding.size_lots):
                yield number

    while list(idle()):
        cents += 3
        venue.print(cents)
        await asyncio.sleep(0.02)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return state


def test_noise_and_momentum_find_somebody_to_trade_with() -> None:
    async def story() -> None:
        async with real_venue(speed=100) as venue:
            noise, momentum = Eager(venue.url, "bob", seed=3), Follower(venue.url, "cat", seed=3)

            state = await traded(venue, noise, momentum)

            assert state.accounts[3].holdings["TSLA"].size_lots > 0, "it goes with the trend"

    run(story)


def test_house_reads_the_bots_that_it_knows_and_leaves_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text('{"maker-1": "a", "carry": "b", "alice": "c"}')

    tokens = read_tokens(path)

    assert tokens == {"maker-1": "a", "carry": "b"}
    made = bots("ws://nowhere", tokens, seed=5)
    assert [(type(bot), bot.name) for bot in made] == [(Maker, "maker-1"), (Carry, "carry")]
    assert kind_of("alice") is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(None, "expected a JSON file", id="no file"),
        pytest.param("{", "expected a JSON file", id="broken"),
        pytest.param("[]", "expected an object of name -> token", id="list"),
        pytest.param('{"maker": 1}', "expected an object of name -> token", id="number"),
        pytest.param('{"alice": "a"}', "expected a name such as maker", id="nobody known"),
    ],
)
def test_tokens_that_are_none_are_refused_with_a_sentence(
    tmp_path: Path, text: str | None, sentence: str
) -> None:
    path = tmp_path / "tokens.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(HouseError, match=sentence):
        read_tokens(path)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param("maker-1", Maker, id="careful"),
        pytest.param("maker-2", Sleepy, id="sleepy"),
        pytest.param("leveraged-1", Leveraged, id="20x"),
        pytest.param("leveraged-2", Cautious, id="10x"),
    ],
)
def test_names_of_the_house_say_what_they_run(name: str, kind: type[Bot]) -> None:
    assert kind_of(name) is kind
    assert name in HOUSE_ACCOUNTS


def test_gap_is_short_before_the_close_and_through_the_weekend() -> None:
    """Closes are at 20:00 on Friday: at 18:30 it is flat, from 19:00 on a quarter short."""

    async def story() -> None:
        async with real_venue(speed=600, start_ns=friday(18, 30)) as venue:
            venue.session(Session.AFTER_MARKET, Closure.NONE, ends_ns=friday(20, 0))
            gap = Gap(venue.url, "bob")
            state = venue.sequencer.engine.state
            tasks = [asyncio.create_task(bot.run_async()) for bot in (Maker(venue.url, "ann"), gap)]
            cents = 25_000
            while not (holding := state.accounts[2].holdings.get("TSLA")) or not holding.size_lots:
                cents ^= 1
                venue.print(cents)
                await asyncio.sleep(0.02)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

            assert holding.size_lots < 0
            assert venue.sequencer.now_ns() >= friday(19, 0)

    run(story)


def test_two_bots_of_one_seed_draw_differently_and_the_same_again() -> None:
    def draws(name: str, seed: int) -> list[float]:
        bot = Noise("ws://nowhere", "", name=name, seed=seed)
        return [bot.chance.random() for _ in range(3)]

    assert draws("noise-1", 1) == draws("noise-1", 1)
    assert draws("noise-1", 1) != draws("noise-2", 1)
    assert draws("noise-1", 1) != draws("noise-1", 2)
