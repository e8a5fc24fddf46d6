"""The SDK against the real door with the real core behind it."""

import asyncio
from decimal import Decimal

import pytest
from venue_sdk import FillNote, Refused, Side, TriggerKind, connect
from venue_sdk.messages import Reason

from tests.clients.real_venue import real_venue
from tests.clients.scripted import run


def test_two_bots_trade_and_both_hear_of_it() -> None:
    async def story() -> None:
        async with (
            real_venue() as venue,
            connect(venue.url, "ann") as ann,
            connect(venue.url, "bob") as bob,
        ):
            await ann.subscribe("book.TSLA", "trades.TSLA")
            rests = await bob.place_order("TSLA", Side.SELL, "2", "250.10", post_only=True)
            takes = await ann.place_order("TSLA", Side.BUY, "0.5", "250.10")

            assert rests.order.status == "open"
            assert takes.order.status == "filled"
            assert [fill.price for fill in takes.fills] == [Decimal("250.10")]
            while not ann.hearing.desk.positions or not bob.hearing.desk.positions:
                await asyncio.sleep(0.005)
            assert ann.hearing.desk.position("TSLA").size == Decimal("0.500")
            assert bob.hearing.desk.position("TSLA").entry_cost == Decimal("-125.050000")
            assert bob.hearing.desk.orders[rests.order.order_id].remaining == Decimal("1.500")
            while "TSLA" not in ann.hearing.books or not ann.hearing.books["TSLA"].asks():
                await asyncio.sleep(0.005)
            assert ann.hearing.books["TSLA"].asks()[0].size == Decimal("1.500")

    run(story)


def test_fills_while_away_are_heard_after_the_reconnect_once_each() -> None:
    async def story() -> None:
        async with (
            real_venue() as venue,
            connect(venue.url, "ann") as ann,
            connect(venue.url, "bob") as bob,
        ):
            resting = await ann.place_order("TSLA", Side.BUY, 3, "249.00")
            await venue.shut_door()
            await venue.open_door()
            for _ in range(3):
                await bob.place_order("TSLA", Side.SELL, 1, "249.00")

            filled: list[FillNote] = []
            heard: list[int] = []
            async for update in ann:
                heard.append(update.data.n)
                if isinstance(update.data, FillNote):
                    filled.append(update.data)
                if len(filled) == 3:
                    break
            assert {note.order.order_id for note in filled} == {resting.order.order_id}
            assert heard == list(range(heard[0], heard[0] + len(heard)))
            assert filled[-1].position.size == 3
            assert ann.hearing.desk.orders == {}

    run(story)


def test_same_order_id_twice_is_one_order() -> None:
    async def story() -> None:
        async with real_venue() as venue, connect(venue.url, "ann") as ann:
            one = await ann.place_order("TSLA", Side.BUY, 1, "249.00", client_order_id="mine")
            two = await ann.place_order("TSLA", Side.BUY, 1, "249.00", client_order_id="mine")

            assert not one.duplicate
            assert two.duplicate
            assert two.order.order_id == one.order.order_id
            with pytest.raises(Refused) as refused:
                await ann.place_order("TSLA", Side.BUY, 2, "249.00", client_order_id="mine")
            assert refused.value.name == Reason.CLIENT_ORDER_ID_REUSED

    run(story)


def test_every_method_is_understood_by_the_venue() -> None:
    """Each answer is read into its type: a field that is missing would be a mismatch."""

    async def story() -> None:
        async with real_venue() as venue, connect(venue.url, "ann") as ann:
            order = await ann.place_order(
                "TSLA", Side.BUY, 1, "249.00", stop="240", take_profit=260
            )
            amended = await ann.amend("TSLA", order.order.order_id, price="248.50", size=2)
            assert amended.order.price == Decimal("248.50")
            trigger = await ann.place_trigger("TSLA", "buy", TriggerKind.STOP, "300", size=1)
            page = await ann.orders()
            assert [each.order_id for each in page.orders] == [order.order.order_id]
            assert trigger.trigger.order_id in {each.order_id for each in page.triggers}
            await ann.cancel(trigger.trigger.order_id)
            assert (await ann.cancel_all("TSLA")).orders == [order.order.order_id]
            assert (await ann.cancel_all_after(None)).at_ms is None
            await ann.set_cancel_on_disconnect(True)
            assert (await ann.set_leverage("TSLA", 5)).leverage == 5
            assert (await ann.account()).balance == 1_000_000
            assert [each.leverage for each in await ann.positions()] == [5]
            assert (await ann.deposit("0.5")).amount == Decimal("0.5")
            assert (await ann.withdraw(1)).amount == 1
            assert (await ann.reset_account(500)).amount == 500
            sub = await ann.open_sub_account("ann-2")
            assert (await ann.markets())["TSLA"].tick == Decimal("0.01")
            assert (await ann.book_now("TSLA")).bids == []
            assert await ann.trades("TSLA") == []
            assert await ann.candles("TSLA", "1m") == []
            assert (await ann.prices("TSLA")).index == 250
            assert (await ann.phase("TSLA")).phase == "continuous"
            terms = await ann.terms("TSLA")
            assert (terms.market, terms.blocked, terms.reducing_why) == ("TSLA", [], "")
            assert (await ann.session("TSLA")).session == "REGULAR"
            assert (await ann.insurance()).bad_debt == 0
            assert await ann.liquidations() == []
            assert "bob" in {each.name for each in await ann.standings()}
            assert (await ann.limits()).unanswered_max > 0
            assert (await ann.ping()).venue_time_ms > 0
            with pytest.raises(Refused, match="unknown_liquidation"):
                await ann.explanation(1)
            with pytest.raises(Refused, match="not_isolated"):
                await ann.move_isolated_margin("TSLA", 1)
            async with connect(venue.url, "ann", sub.account) as second:
                assert (await second.account()).name == "ann-2"

    run(story)


def test_orders_go_when_the_connection_does_if_the_bot_said_so() -> None:
    async def story() -> None:
        async with real_venue() as venue, connect(venue.url, "ann") as ann:
            await ann.set_cancel_on_disconnect(True)
            await ann.place_order("TSLA", Side.BUY, 1, "249.00")
            await venue.shut_door()
            await venue.open_door()

            while ann.hearing.desk.orders:
                await asyncio.sleep(0.005)
            assert (await ann.orders()).orders == []

    run(story)
