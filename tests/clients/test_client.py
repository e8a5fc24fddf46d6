"""The client against a scripted venue: what it does when the connection does not hold."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from venue_sdk import Client, Closed, Mismatch, Refused, Side, Unanswered, connect
from venue_sdk.messages import MoneyNote

from tests.clients.scripted import (
    ACCOUNT,
    Refusal,
    Script,
    answering,
    note_of_money,
    order_view,
    run,
    scripted,
)

CHANNEL = f"account.{ACCOUNT}"


async def numbers(client: Client, count: int) -> list[int]:
    """Return the numbers of the next private notices that the bot sees."""
    seen: list[int] = []
    while len(seen) < count:
        update = await client.inbox.get()
        assert update is not None, "the client goes on"
        assert isinstance(update.data, MoneyNote)
        seen.append(update.data.n)
    return seen


def test_refusal_has_its_name_sentence_figures_and_method() -> None:
    async def story() -> None:
        async with scripted() as script, connect(script.url, "token") as client:

            def refuse(params: Any) -> Any:
                raise Refusal("insufficient_margin", needed="10.00")

            script.answers["private/place_order"] = refuse
            with pytest.raises(Refused) as refused:
                await client.place_order("TSLA", Side.BUY, "1.5", Decimal("250.00"))

            assert refused.value.name == "insufficient_margin"
            assert refused.value.sentence == "a sentence about insufficient_margin"
            assert refused.value.figures == {"needed": "10.00"}
            assert str(refused.value).endswith("(needed 10.00)"), "no raw dict for a person"
            assert refused.value.method == "private/place_order"

    run(story)


def test_order_goes_with_plain_numbers_and_an_id_of_its_own() -> None:
    async def story() -> None:
        async with scripted() as script, connect(script.url, "token") as client:
            script.answers["private/place_order"] = answer_order
            first = await client.place_order("TSLA", Side.BUY, Decimal("1E+1"), "250.00")
            await client.place_order("TSLA", Side.BUY, 1, post_only=True)

            one, two = script.params("private/place_order")
            assert (one["size"], one["price"]) == ("10", "250.00")
            assert "price" not in two
            assert two["post_only"] is True
            assert one["client_order_id"] != two["client_order_id"]
            assert first.order.remaining == Decimal("1.000")
            assert list(client.hearing.desk.orders) == [8]

    run(story)


def answer_order(params: Any) -> Any:
    return {"seq": 1, "time_ms": 5, "order": order_view(8)}


def test_unanswered_order_is_asked_again_with_the_same_id_on_the_next_connection() -> None:
    async def story() -> None:
        async with scripted() as script, connect(script.url, "token") as client:
            script.answers["private/place_order"] = script.silent
            asking = asyncio.create_task(client.place_order("TSLA", Side.BUY, 1, 250))
            await script.until(lambda: "private/place_order" in script.methods())

            script.answers["private/place_order"] = lambda params: {
                **answer_order(params),
                "duplicate": True,
            }
            script.drop()
            result = await asking

            one, two = script.params("private/place_order")
            assert one == two
            assert result.duplicate
            assert script.connections == 2
            assert client.hearing.desk.orders == {}, "what became of it is for notices to tell"

    run(story)


def test_money_is_not_asked_for_twice() -> None:
    async def story() -> None:
        async with scripted() as script, connect(script.url, "token") as client:
            script.answers["private/deposit"] = script.silent
            asking = asyncio.create_task(client.deposit(100))
            await script.until(lambda: "private/deposit" in script.methods())

            script.drop()
            with pytest.raises(Unanswered):
                await asking
            await script.until(lambda: script.methods().count("public/login") == 2)

            assert script.methods().count("private/deposit") == 1

    run(story)


def test_request_without_answer_ends_after_a_while() -> None:
    async def story() -> None:
        async with scripted() as script, connect(script.url, "token", answer_s=0.05) as client:
            script.answers["private/cancel_all"] = script.silent

            with pytest.raises(Unanswered, match=r"no answer within 0\.05 s"):
                await client.cancel_all()

    run(story)


def test_notices_missed_while_away_come_once_and_in_order() -> None:
    async def story() -> None:
        async with scripted() as script:
            script.last_n = 4
            async with connect(script.url, "token") as client:
                await script.tell(CHANNEL, note_of_money(5))
                assert await numbers(client, 1) == [5]

                script.drop()
                await script.until(lambda: len(script.params("private/subscribe_account")) == 2)
                for n in (5, 6, 7):  # One that was heard before, and two that were not.
                    await script.tell(CHANNEL, note_of_money(n))

                assert await numbers(client, 2) == [6, 7]
                asked = script.params("private/subscribe_account")
                assert [params["from"] for params in asked] == [5, 6]
                assert client.last_n == 7

    run(story)


def test_bot_that_begins_again_hears_from_its_last_number_on() -> None:
    async def story() -> None:
        async with scripted() as script:
            script.last_n = 9
            async with connect(script.url, "token", resume_after=4):
                (params,) = script.params("private/subscribe_account")

                assert params == {"from": 5}

    run(story)


def test_gap_in_the_notices_is_asked_for_again() -> None:
    async def story() -> None:
        async with scripted() as script, connect(script.url, "token") as client:
            await script.tell(CHANNEL, note_of_money(1))
            await script.tell(CHANNEL, note_of_money(4))
            await script.until(lambda: len(script.params("private/subscribe_account")) == 2)
            for n in (2, 3, 4):
                await script.tell(CHANNEL, note_of_money(n))

            assert await numbers(client, 4) == [1, 2, 3, 4]
            assert script.params("private/subscribe_account")[1] == {"from": 2}

    run(story)


def test_notices_that_are_gone_lead_to_a_fresh_look_at_the_desk() -> None:
    async def story() -> None:
        async with scripted() as script, connect(script.url, "token") as client:
            script.answers["private/get_orders"] = lambda params: {
                "seq": 90,
                "time_ms": 9,
                "orders": [order_view(8)],
                "triggers": [],
            }
            gap = {**note_of_money(6), "type": "gap", "first_n": 1}
            await script.tell(CHANNEL, gap)
            await script.until(lambda: script.methods().count("private/get_orders") == 2)
            await script.tell(CHANNEL, note_of_money(7))

            gap_update, update = await client.inbox.get(), await client.inbox.get()
            assert gap_update is not None
            assert update is not None
            assert update.data.n == 7
            assert list(client.hearing.desk.orders) == [8]

    run(story)


def test_venue_that_began_anew_is_heard_from_its_beginning() -> None:
    async def story() -> None:
        async with scripted() as script:

            def refuse(params: Any) -> Any:
                if "from" in params:
                    raise Refusal("from_the_future", last_n=0)
                return {"account": ACCOUNT, "first_n": 1, "last_n": 0}

            script.answers["private/subscribe_account"] = refuse
            async with connect(script.url, "token", resume_after=500) as client:
                await script.tell(CHANNEL, note_of_money(1))

                assert await numbers(client, 1) == [1]

    run(story)


def book(kind: str, seq: int, prev: int, bid: str) -> dict[str, Any]:
    levels = [[bid, "1.000", 1]]
    return {
        "kind": kind,
        "market": "TSLA",
        "seq": seq,
        "prev": prev,
        "time_ms": seq,
        "bids": levels,
        "asks": [],
    }


def test_gap_in_a_book_is_subscribed_to_again() -> None:
    async def story() -> None:
        async with scripted() as script, connect(script.url, "token") as client:
            await client.subscribe("book.TSLA")
            await script.tell("book.TSLA", book("snapshot", 5, 5, "250.00"))
            await script.tell("book.TSLA", book("delta", 9, 7, "251.00"))
            await script.until(lambda: script.methods().count("public/subscribe") == 2)
            assert not client.hearing.books["TSLA"].ready
            await script.tell("book.TSLA", book("snapshot", 11, 11, "252.00"))

            while not client.hearing.books["TSLA"].ready:
                await asyncio.sleep(0)
            assert script.methods().count("public/unsubscribe") == 1
            assert [bid.price for bid in client.hearing.books["TSLA"].bids()] == [Decimal(252)]

    run(story)


def test_every_connection_has_the_same_channels_and_safeguards() -> None:
    async def story() -> None:
        async with scripted() as script, connect(script.url, "token") as client:
            await client.subscribe("book.TSLA", "prices.TSLA")
            await client.subscribe("prices.TSLA", "trades.TSLA")
            await client.unsubscribe("book.TSLA")
            await client.set_cancel_on_disconnect(True)

            script.drop()
            again = "private/set_cancel_on_disconnect"
            await script.until(lambda: script.methods().count(again) == 2)

            asked = [params["channels"] for params in script.params("public/subscribe")]
            assert asked == [
                ["book.TSLA", "prices.TSLA"],
                ["trades.TSLA"],
                ["prices.TSLA", "trades.TSLA"],
            ]

    run(story)


def trade(trade_id: int, seq: int) -> dict[str, Any]:
    return {
        "trade_id": trade_id,
        "price": "250.00",
        "size": "1.000",
        "side": "buy",
        "time_ms": seq,
        "seq": seq,
    }


def trades(kind: str, seq: int, prev: int, *seqs: int) -> dict[str, Any]:
    told = [trade(each, each) for each in seqs]
    return {"kind": kind, "market": "TSLA", "seq": seq, "prev": prev, "trades": told}


def test_trades_are_heard_once_across_connections_and_history_is_no_news() -> None:
    async def story() -> None:
        async with scripted() as script, connect(script.url, "token") as client:
            await client.subscribe("trades.TSLA")
            await script.tell("trades.TSLA", trades("snapshot", 4, 4, 2, 4))
            await script.tell("trades.TSLA", trades("delta", 6, 4, 5, 6))

            heard = [await client.inbox.get() for _ in range(2)]
            script.drop()
            await script.until(lambda: script.methods().count("public/subscribe") == 2)
            await script.tell("trades.TSLA", trades("snapshot", 8, 8, 5, 6, 8))
            heard.append(await client.inbox.get())

            assert [each.data.seq for each in heard if each is not None] == [5, 6, 8]
            assert [each.seq for each in client.hearing.tapes["TSLA"].history] == [2, 4]

    run(story)


def test_wrong_token_is_refused_at_once_and_for_good() -> None:
    async def story() -> None:
        async with scripted() as script:

            def refuse(params: Any) -> Any:
                raise Refusal("bad_token")

            script.answers["public/login"] = refuse
            with pytest.raises(Refused, match="bad_token"):
                await connect(script.url, "wrong")

            assert script.connections == 1

    run(story)


def test_venue_that_is_busy_at_login_is_tried_again() -> None:
    async def story() -> None:
        async with scripted() as script:
            granted = script.answers["public/login"]

            def refuse_once(params: Any) -> Any:
                script.answers["public/login"] = granted
                raise Refusal("rate_limited", retry_after_ms=1)

            script.answers["public/login"] = refuse_once
            async with connect(script.url, "token") as client:
                assert client.login is not None
                assert script.connections == 2

    run(story)


def test_token_that_expires_meanwhile_ends_the_client_with_the_reason() -> None:
    async def story() -> None:
        async with scripted() as script, connect(script.url, "token") as client:

            def refuse(params: Any) -> Any:
                raise Refusal("token_expired")

            script.answers["public/login"] = refuse
            script.drop()

            with pytest.raises(Refused, match="token_expired"):
                await client.inbox.get()
            with pytest.raises(Refused, match="token_expired"):
                await client.account()

    run(story)


def test_message_of_another_version_ends_the_client_with_a_sentence() -> None:
    async def story() -> None:
        async with scripted() as script, connect(script.url, "token") as client:
            await script.tell("prices.TSLA", {"market": "TSLA", "mark": 250})

            with pytest.raises(Mismatch, match=r"prices\.TSLA: .*two versions"):
                await client.inbox.get()

    run(story)


def test_closed_client_answers_nothing_more() -> None:
    async def story() -> None:
        async with scripted() as script:
            client = await connect(script.url, "token")
            await client.close()

            with pytest.raises(Closed):
                await client.ping()
            assert [update async for update in client] == []

    run(story)


def test_address_that_is_none_is_said_to_be() -> None:
    async def story() -> None:
        with pytest.raises(Exception, match="expected an address such as ws://"):
            await connect("http://nowhere", "token")

    run(story)


@pytest.mark.parametrize("status", ["401 Unauthorized", "404 Not Found", "200 OK"])
def test_door_that_is_not_the_bots_ends_the_client_with_a_sentence(status: str) -> None:
    async def story() -> None:
        async with answering(status) as url:
            words = f"expected the bots' door at {url}, found HTTP {status[:3]}: "
            with pytest.raises(Closed, match=re.escape(words)):
                await connect(url, "token")

    run(story)


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_door_that_is_full_is_tried_again(status: str) -> None:
    async def story() -> None:
        async with answering(status) as url:
            client = Client(url, "token")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.open(), 0.4)
            await client.close()

    run(story)


def test_float_is_refused_with_the_method_that_it_was_for() -> None:
    calls: dict[str, Callable[[Client, Any], Awaitable[object]]] = {
        "private/place_order": lambda client, size: client.place_order("TSLA", "buy", size),
        "private/place_trigger": lambda client, at: client.place_trigger(
            "TSLA", "sell", "stop", at
        ),
        "private/amend_order": lambda client, size: client.amend("TSLA", 1, size=size),
        "private/move_isolated_margin": lambda client, cash: client.move_isolated_margin(
            "TSLA", cash
        ),
        "private/set_provider": lambda client, cash: client.set_provider("TSLA", cash),
        "private/deposit_to_pool": lambda client, cash: client.deposit_to_pool("TSLA", cash),
        "private/withdraw_from_pool": lambda client, n: client.withdraw_from_pool("TSLA", n),
        "private/commit_maker": lambda client, cash: client.commit_maker("TSLA", cash),
        "private/move_collateral": lambda client, cash: client.move_collateral("TSLA", cash=cash),
        "private/mint": lambda client, size: client.mint("TSLA", size),
        "private/burn": lambda client, size: client.burn("TSLA", size),
        "public/get_fair_mark": lambda client, sigma: client.fair_mark("TSLA", sigma),
        "private/deposit": lambda client, cash: client.deposit(cash),
        "private/withdraw": lambda client, cash: client.withdraw(cash),
        "private/reset_account": lambda client, cash: client.reset_account(cash),
    }

    async def story() -> None:
        client = Client("ws://nowhere", "token")
        for method, call in calls.items():
            with pytest.raises(Refused, match=r"number_unreadable.*found float 0\.5") as refused:
                await call(client, 0.5)
            assert refused.value.method == method

    run(story)


def test_orders_of_many_pages_are_all_known() -> None:
    async def story() -> None:
        async with scripted() as script:

            def page(params: Any) -> Any:
                after = params.get("after", 0)
                orders = [order_view(after + 1)] if after < 3 else []
                return {
                    "seq": 1,
                    "time_ms": 1,
                    "orders": orders,
                    "triggers": [],
                    "more": after < 2,
                }

            script.answers["private/get_orders"] = page
            async with connect(script.url, "token") as client:
                assert sorted(client.hearing.desk.orders) == [1, 2, 3]

    run(story)


def test_script_is_a_venue_that_a_client_can_leave() -> None:
    async def story() -> None:
        async with scripted() as script:
            assert isinstance(script, Script)
            async with connect(script.url, "token"):
                assert len(script.sockets) == 1
            await script.until(lambda: not script.sockets)

    run(story)
