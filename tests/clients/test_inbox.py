"""What waits for a bot: order, what only counts at its latest, and the limit."""

import asyncio

import pytest
from venue_sdk.errors import Mismatch
from venue_sdk.inbox import Inbox, Update


def test_updates_come_in_the_order_in_which_they_were_heard() -> None:
    inbox = Inbox()

    inbox.add(Update("trades.TSLA", 1), latest_only=False)
    inbox.add_notice(Update("account.7", 2))
    inbox.add(Update("trades.TSLA", 3), latest_only=False)

    assert [inbox.take() for _ in range(4)] == [
        Update("trades.TSLA", 1),
        Update("account.7", 2),
        Update("trades.TSLA", 3),
        None,
    ]


def test_of_a_picture_only_the_latest_is_kept_at_the_first_ones_place() -> None:
    inbox = Inbox()

    inbox.add(Update("prices.TSLA", "old"), latest_only=True)
    inbox.add(Update("trades.TSLA", 1), latest_only=False)
    inbox.add(Update("prices.TSLA", "new"), latest_only=True)

    assert inbox.take() == Update("prices.TSLA", "new")
    assert inbox.take() == Update("trades.TSLA", 1)
    inbox.add(Update("prices.TSLA", "newer"), latest_only=True)
    assert inbox.take() == Update("prices.TSLA", "newer")


def test_full_inbox_lets_the_oldest_public_update_go_and_keeps_every_notice() -> None:
    inbox = Inbox(waiting_max=2)

    inbox.add_notice(Update("account.7", 0))
    for number in range(5):
        inbox.add(Update("trades.TSLA", number), latest_only=False)

    assert inbox.dropped == 3
    taken = [inbox.take() for _ in range(len(inbox))]
    assert taken == [Update("account.7", 0), Update("trades.TSLA", 3), Update("trades.TSLA", 4)]


def test_ended_inbox_gives_what_waits_and_then_the_reason() -> None:
    inbox = Inbox()
    inbox.add_notice(Update("account.7", 1))
    inbox.end(Mismatch("two versions"))

    async def story() -> None:
        assert await inbox.get() == Update("account.7", 1)
        with pytest.raises(Mismatch, match="two versions"):
            await inbox.get()

    asyncio.run(story())
