"""Who holds on over a weekend: a leveraged long is liquidated, a sleeper pays at the uncross."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import pytest
from venue_sdk import Side, TriggerKind, connect

from clients.bots.leveraged import NEW_YORK, Cautious, Leveraged, intention
from clients.bots.sleepy import Sleepy
from tests.clients.real_venue import START_NS, RealVenue, real_venue
from tests.clients.scripted import run
from venue.core import commands as c
from venue.core import events as ev
from venue.core.phases import Closure, Session
from venue.core.units import NS_PER_SECOND
from venue.rules.calls.reopen import Reopen

FRIDAY_1540_NS = START_NS + (4 * 60 + 40) * 60 * NS_PER_SECOND


async def printing(venue: RealVenue, cents: int) -> None:
    """Let the underlying print round a price until cancelled."""
    while True:
        cents ^= 1
        venue.print(cents)
        await asyncio.sleep(0.02)


async def stop(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def uncrosses(venue: RealVenue) -> list[ev.AuctionUncrossed]:
    """Return a list that takes how calls end from now on."""
    found: list[ev.AuctionUncrossed] = []

    def take(seq: int, at_ns: int, command: c.Command, events: Sequence[ev.Event]) -> None:
        found.extend(event for event in events if isinstance(event, ev.AuctionUncrossed))

    venue.sequencer.on_durable(take)
    return found


def lots(venue: RealVenue, account: int) -> int:
    holding = venue.sequencer.engine.state.accounts[account].holdings.get("TSLA")
    return 0 if holding is None else holding.size_lots


@pytest.mark.parametrize(
    ("when", "wish"),
    [
        pytest.param("2025-05-16 15:29", "sell", id="Friday, before the hour"),
        pytest.param("2025-05-16 15:30", "buy", id="Friday"),
        pytest.param("2025-05-16 19:59", "buy", id="Friday evening"),
        pytest.param("2025-05-17 00:00", "hold", id="Saturday"),
        pytest.param("2025-05-19 09:59", "hold", id="Monday, before ten"),
        pytest.param("2025-05-19 10:00", "sell", id="Monday at ten"),
        pytest.param("2025-05-21 16:00", "sell", id="Wednesday"),
    ],
)
def test_leveraged_long_buys_on_friday_and_sells_on_monday(when: str, wish: str) -> None:
    at = datetime.fromisoformat(when).replace(tzinfo=NEW_YORK)

    assert intention(int(at.timestamp() * 1_000)) == wish


@pytest.mark.parametrize(
    ("kind", "is_liquidated"),
    [pytest.param(Leveraged, True, id="20x"), pytest.param(Cautious, False, id="10x")],
)
def test_fall_of_four_per_cent_ends_the_long_at_20x_and_not_at_10x(
    kind: type[Leveraged], is_liquidated: bool
) -> None:
    async def story() -> None:
        async with real_venue(speed=100, start_ns=FRIDAY_1540_NS) as venue:
            async with connect(venue.url, "ann") as ann:
                await ann.place_order("TSLA", Side.SELL, 1_000, "250.10")
                await ann.place_order("TSLA", Side.BUY, 1_000, "249.90")
                bot = kind(venue.url, "bob")
                bot.pieces, bot.pause_ms = 2, 3_000
                trading = asyncio.create_task(bot.run_async())
                feeding = asyncio.create_task(printing(venue, 25_000))
                while lots(venue, 2) < 290_000:
                    await asyncio.sleep(0.01)

                await stop(feeding)
                await ann.cancel_all()
                await ann.place_order("TSLA", Side.BUY, 1_000, "239.50")
                await ann.place_order("TSLA", Side.SELL, 1_000, "240.50")
                feeding = asyncio.create_task(printing(venue, 24_000))
                mark_nanos = 240_100_000_000
                while (venue.market.mark_nanos or 0) > mark_nanos:
                    await asyncio.sleep(0.01)
                if is_liquidated:
                    while lots(venue, 2) > 200_000:
                        await asyncio.sleep(0.01)
                await stop(feeding, trading)

            assert (lots(venue, 2) < 290_000) is is_liquidated

    run(story)


def test_sleeper_trades_at_the_uncross_with_quotes_from_before_the_news() -> None:
    """Bob's stop at 245 waits in the call and sells to the sleeper's bid at 248.75, for 240."""

    async def story() -> None:
        async with real_venue(speed=1_200, start_ns=FRIDAY_1540_NS) as venue:
            found = uncrosses(venue)
            sleeper = asyncio.create_task(Sleepy(venue.url, "ann").run_async())
            feeding = asyncio.create_task(printing(venue, 25_000))
            book = venue.market.book

            def best() -> list[int]:
                sides = (book.depth(c.Side.BUY, 9), book.depth(c.Side.SELL, 9))
                return [level[0] for side in sides for level in side]

            while len(best()) != 6:
                await asyncio.sleep(0.01)
            await stop(feeding)
            venue.session(Session.NO_TRADING, Closure.WEEKEND)
            closed_ns = venue.sequencer.now_ns()
            half_a_percent_round_the_anchor = pytest.approx([24_875, 25_125], abs=2)
            while best() != half_a_percent_round_the_anchor:
                await asyncio.sleep(0.01)

            async with connect(venue.url, "bob") as bob:
                await bob.place_trigger(
                    "TSLA", Side.SELL, TriggerKind.STOP, 245, size=5, reduce_only=False
                )
            while venue.sequencer.now_ns() < closed_ns + Reopen().internal_ns:
                await asyncio.sleep(0.01)
            venue.session(Session.REGULAR, Closure.NONE)
            feeding = asyncio.create_task(printing(venue, 24_000))
            while not found:
                await asyncio.sleep(0.01)
            await stop(feeding, sleeper)

            assert [each.size_lots for each in found] == [5_000]
            assert found[0].stale_micros > 0
            assert lots(venue, 1) >= 5_000

    run(story)
