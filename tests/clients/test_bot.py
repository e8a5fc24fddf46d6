"""A bot hears what it fills in, one thing after another, and lives through refusals."""

import asyncio
import os
import subprocess
import sys
from typing import Any, ClassVar

import pytest
from venue_sdk import Bot, FillNote, MarketTermsView, PricesView, Refused, TradeView
from venue_sdk.log import REPEAT_SECONDS, Seldom
from venue_sdk.messages import AnyNote

from tests.clients.scripted import ACCOUNT, Refusal, Script, note_of_money, run, scripted

CHANNEL = f"account.{ACCOUNT}"


def prices(mark: str, seq: int) -> dict[str, Any]:
    return {
        "market": "TSLA",
        "seq": seq,
        "time_ms": 1_000 + seq,
        "pricing": "external",
        "index": mark,
        "mark": mark,
    }


class Recorder(Bot):
    """Writes down what it hears, and orders at every mark."""

    hears: ClassVar[frozenset[str]] = frozenset({"phase"})

    def __init__(self, script: Script) -> None:
        super().__init__(script.url, "token")
        self.heard: list[str] = []
        self.refusals: list[str] = []
        self.changed = asyncio.Event()

    def note(self, what: str) -> None:
        self.heard.append(what)
        self.changed.set()

    async def until(self, count: int) -> None:
        while len(self.heard) < count:
            self.changed.clear()
            await self.changed.wait()

    async def on_start(self) -> None:
        self.note(f"start {','.join(self.listed)}")

    async def on_mark(self, prices: PricesView) -> None:
        self.note(f"mark {prices.mark}")
        await self.buy("TSLA", 1, prices.mark)
        self.note("bought")

    async def on_note(self, note: AnyNote) -> None:
        self.note(f"note {note.n}")

    async def on_refused(self, refused: Refused) -> None:
        self.refusals.append(refused.name)
        self.note("refused")


class Silent(Bot):
    """Fills in private handlers only."""

    async def on_fill(self, note: FillNote) -> None:
        pass


class Reader(Bot):
    """Hears the tape."""

    async def on_trade(self, market: str, trade: TradeView) -> None:
        pass


class Careful(Bot):
    """Hears what an order may be."""

    async def on_terms(self, terms: MarketTermsView) -> None:
        pass


def test_bot_whose_output_nobody_reads_ends_without_a_traceback() -> None:
    """As in ``first_bot.py | head``."""
    talking = """
from venue_sdk import Bot
class Talker(Bot):
    async def run_async(self):
        while True:
            print("x" * 100)
Talker("ws://nowhere", "token").run()
"""
    program = subprocess.Popen(
        [sys.executable, "-c", talking],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert program.stdout is not None
    assert program.stderr is not None

    assert program.stdout.readline() == b"x" * 100 + b"\n"
    program.stdout.close()

    assert program.stderr.read() == b""
    assert program.wait(20) == 1
    program.stderr.close()


def test_only_what_is_filled_in_is_subscribed_to() -> None:
    async def story() -> None:
        async with scripted() as script:
            wanted = {}
            filled = (Silent, Reader, Careful)
            for bot in (Recorder(script), *(kind(script.url, "t") for kind in filled)):
                script.asked.clear()
                task = asyncio.create_task(bot.run_async())
                await script.until(lambda: "public/get_markets" in script.methods())
                await asyncio.sleep(0.02)
                wanted[type(bot).__name__] = [
                    params["channels"] for params in script.params("public/subscribe")
                ]
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

            assert wanted == {
                "Recorder": [["prices.TSLA", "phase.TSLA"]],
                "Silent": [],
                "Reader": [["trades.TSLA"]],
                "Careful": [["terms.TSLA"]],
            }

    run(story)


def test_refused_order_ends_its_handler_and_the_bot_goes_on() -> None:
    async def story() -> None:
        async with scripted() as script:

            def refuse(params: Any) -> Any:
                raise Refusal("post_only_would_trade")

            script.answers["private/place_order"] = refuse
            bot = Recorder(script)
            task = asyncio.create_task(bot.run_async())
            await bot.until(1)
            await script.tell("prices.TSLA", prices("250.000000000", 3))
            await bot.until(3)
            await script.tell(CHANNEL, note_of_money(1))
            await bot.until(4)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

            assert bot.heard == ["start TSLA", "mark 250.000000000", "refused", "note 1"]
            assert bot.refusals == ["post_only_would_trade"]

    run(story)


def test_refusals_of_a_kind_are_said_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "venue_sdk")
    bot, now_s = Bot(name="mine"), [100.0]
    bot._seldom = Seldom(lambda: now_s[0])
    halted = Refused("market_not_trading", "the market takes no orders", {}, "private/place_order")

    async def story() -> None:
        for _ in range(4):
            await bot.on_refused(halted)
        await bot.on_refused(Refused("rate_limited", "later", {}, "private/place_order"))
        now_s[0] += REPEAT_SECONDS
        await bot.on_refused(halted)

    asyncio.run(story())
    first = (
        "refused bot=mine method=private/place_order "
        "why='market_not_trading: the market takes no orders'"
    )
    assert [each.getMessage() for each in caplog.records] == [
        first,
        "refused bot=mine method=private/place_order why='rate_limited: later'",
        f"{first} more_like_it=3",
    ]


@pytest.mark.parametrize(
    "named", [pytest.param(("TSLA", "AAPL"), id="one of two"), pytest.param("AAPL", id="a text")]
)
def test_bot_for_a_market_that_is_not_there_is_refused_with_those_that_are(named: Any) -> None:
    class Elsewhere(Bot):
        markets = named

    async def story() -> None:
        async with scripted() as script:
            with pytest.raises(Refused, match=r"expected markets of TSLA, found AAPL$") as refused:
                await Elsewhere(script.url, "token").run_async()

            assert refused.value.name == "unknown_market"
            assert "public/subscribe" not in script.methods()

    run(story)


def test_bot_lives_through_a_lost_connection() -> None:
    async def story() -> None:
        async with scripted() as script:
            bot = Recorder(script)
            task = asyncio.create_task(bot.run_async())
            await bot.until(1)
            script.drop()
            await script.until(lambda: script.methods().count("public/subscribe") == 2)
            await script.tell(CHANNEL, note_of_money(1))
            await bot.until(2)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

            assert bot.heard == ["start TSLA", "note 1"]

    run(story)


def test_lock_step_bot_is_ready_when_it_waits_for_news_or_for_the_step() -> None:
    """Orders are answered with the step, so ready is said while the handler waits for one."""

    async def story() -> None:
        async with scripted() as script:
            script.speed = "0"
            answers: list[Any] = []

            async def go_on() -> None:
                """Answer as the venue does: commands, then what was heard, then the word."""
                (socket,) = script.sockets
                ready = script.asked[-1]
                assert ready["method"] == "private/ready"
                for message in answers:
                    await script.send(socket, message)
                answers.clear()
                await script.send(socket, {"id": ready["id"], "result": {"venue_time_ms": 5_000}})

            script.answers["private/ready"] = script.silent
            script.answers["private/place_order"] = script.silent
            bot = Recorder(script)
            task = asyncio.create_task(bot.run_async())
            await script.until(lambda: script.methods()[-1:] == ["private/ready"])
            assert bot.heard == ["start TSLA"]

            await script.tell("prices.TSLA.raw", prices("250.000000000", 3))
            await go_on()
            await script.until(lambda: script.methods().count("private/ready") == 2)
            assert bot.heard == ["start TSLA", "mark 250.000000000"], "it waits for its order"

            order = next(each for each in script.asked if each["method"] == "private/place_order")
            view = {"order_id": 8, "market": "TSLA", "status": "open"}
            answers.append(
                {"id": order["id"], "result": {"seq": 4, "time_ms": 5_000, "order": view}}
            )
            await go_on()
            await script.until(lambda: script.methods().count("private/ready") == 3)
            assert bot.heard == ["start TSLA", "mark 250.000000000", "bought"]
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    run(story)


def test_what_comes_after_the_word_to_go_on_belongs_to_the_next_step() -> None:
    async def story() -> None:
        async with scripted() as script:
            script.speed = "0"
            script.answers["private/ready"] = script.silent
            bot = Recorder(script)
            task = asyncio.create_task(bot.run_async())
            await script.until(lambda: script.methods()[-1:] == ["private/ready"])
            await script.tell(CHANNEL, note_of_money(1))
            await asyncio.sleep(0.02)
            assert bot.heard == ["start TSLA"], "nothing is heard before the step"

            (socket,) = script.sockets
            ready = script.asked[-1]
            await script.send(socket, {"id": ready["id"], "result": {"venue_time_ms": 5_000}})
            await script.tell(CHANNEL, note_of_money(2))
            await script.until(lambda: script.methods().count("private/ready") == 2)

            assert bot.heard == ["start TSLA", "note 1"]
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    run(story)
