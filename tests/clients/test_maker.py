"""What the market maker quotes, in tables one can check with a pencil."""

import asyncio
from decimal import Decimal

import msgspec
import pytest
from venue_sdk import Side
from venue_sdk.messages import MarketView

from clients.bots.maker import Maker, Manner, half_spread, quotes
from tests.clients.real_venue import real_venue
from tests.clients.scripted import MARKET, run
from venue.core import commands as c

D = Decimal
VIEW = msgspec.convert(MARKET, MarketView, strict=False)
ONE_LEVEL = Manner(levels=1)


def quoted(*, inventory: str = "0", half: str = "0.002", dollars: str = "1000") -> dict[Side, str]:
    found = quotes(
        ONE_LEVEL,
        VIEW,
        reference=D(250),
        half=D(half),
        inventory=D(inventory),
        dollars=D(dollars),
    )
    return {side: f"{quote.size:.3f} @ {quote.price}" for (side, _), quote in found.items()}


@pytest.mark.parametrize(
    ("inventory", "wanted"),
    [
        pytest.param(
            "0", {Side.BUY: "4.000 @ 249.50", Side.SELL: "4.000 @ 250.50"}, id="flat: even"
        ),
        pytest.param(
            "0.5", {Side.BUY: "4.000 @ 249.25", Side.SELL: "4.000 @ 250.25"}, id="long: lower"
        ),
        pytest.param(
            "-0.5", {Side.BUY: "4.000 @ 249.74", Side.SELL: "4.000 @ 250.76"}, id="short: higher"
        ),
        pytest.param("1", {Side.SELL: "4.000 @ 250.00"}, id="full: sells only"),
        pytest.param("-1.2", {Side.BUY: "4.000 @ 250.09"}, id="short beyond full: buys only"),
    ],
)
def test_quotes_lean_against_the_inventory(inventory: str, wanted: dict[Side, str]) -> None:
    assert quoted(inventory=inventory) == wanted


def test_quote_below_the_least_notional_is_not_made() -> None:
    assert quoted(dollars="9") == {}


def test_levels_stand_further_and_further_out() -> None:
    found = quotes(
        Manner(levels=3),
        VIEW,
        reference=D(250),
        half=D("0.002"),
        inventory=D(0),
        dollars=D(1000),
    )

    bids = [found[Side.BUY, level].price for level in range(3)]
    assert bids == [D("249.50"), D("249.12"), D("248.75")]


@pytest.mark.parametrize(
    ("move", "is_closed", "half"),
    [
        pytest.param("0", False, "0.0008", id="quiet"),
        pytest.param("0.002", False, "0.0038", id="the price has moved"),
        pytest.param("0", True, "0.0024", id="closed: three times as wide"),
        pytest.param("0.5", True, "0.04", id="never wider than this"),
    ],
)
def test_half_spread_follows_the_moves_and_the_close(move: str, is_closed: bool, half: str) -> None:
    assert half_spread(Manner(), move=D(move), is_closed=is_closed) == D(half)


def test_moves_are_remembered_and_fade() -> None:
    maker = Maker("ws://nowhere", "")
    maker.looked, maker.moved = {}, {}

    assert maker.move("TSLA", D(250)) == 0
    assert maker.move("TSLA", D(255)) == D("0.02")
    assert maker.move("TSLA", D(255)) == D("0.0196")


def test_maker_quotes_both_sides_steps_back_in_a_halt_and_returns() -> None:
    async def story() -> None:
        async with real_venue(speed=100) as venue:
            maker = Maker(venue.url, "ann")
            task = asyncio.create_task(maker.run_async())
            book = venue.market.book

            async def until(levels: int) -> None:
                cents = 25_000
                while (len(book.depth(c.Side.BUY, 9)), len(book.depth(c.Side.SELL, 9))) != (
                    levels,
                    levels,
                ):
                    cents ^= 1
                    venue.print(cents)
                    await asyncio.sleep(0.02)

            await until(3)
            venue.sequencer.submit(c.HaltMarket("TSLA", "test"))
            await until(0)
            venue.sequencer.submit(c.ResumeMarket("TSLA"))
            await until(3)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

            await venue.sequencer.drain()
            assert venue.market.book.depth(c.Side.BUY, 9) == []

    run(story)
