"""What waits survives a restart, from journal and checkpoint: delayed orders, TWAPs, bonds."""

import asyncio

import pytest

from tests.store.maker_day import maker_day
from tests.store.venue_day import Player
from venue.core.digest import digest
from venue.core.plans import Delayed, Twap
from venue.rules.build import build
from venue.store.open import open_journal
from venue.store.recover import recover, save_state

DAY = maker_day()
# Right after an order was delayed, while a TWAP runs, and when bonds are on their way back.
STOPS = [
    pytest.param(13, id="delayed"),
    pytest.param(40, id="running"),
    pytest.param(len(DAY) - 20, id="late"),
]


@pytest.mark.parametrize("from_checkpoint", [False, True], ids=["journal", "checkpoint"])
@pytest.mark.parametrize("stop", STOPS)
def test_a_restarted_venue_goes_on_as_one_that_never_stopped(
    journal_url: str, stop: int, from_checkpoint: bool
) -> None:
    async def story() -> None:
        whole = Player()
        whole.group(DAY)
        journal = await open_journal(journal_url)
        try:
            player = Player()
            await player.play(journal, DAY[:stop], size=5)
            if from_checkpoint:
                await save_state(journal, player.engine.state, player.chain)

            recovered = await recover(journal, build)
            later = Player(recovered.engine, recovered.chain)
            later.group(DAY[stop:])
        finally:
            await journal.close()

        assert digest(later.engine.state) == digest(whole.engine.state)
        assert later.chain != player.chain

    asyncio.run(story())


def test_the_stops_are_where_something_waits() -> None:
    """Otherwise the comparison above compares less than it seems to."""
    kinds = []
    for stop in (13, 40):
        player = Player()
        player.group(DAY[:stop])
        state = player.engine.state
        kinds.append(
            {type(plan) for each in state.accounts.values() for plan in each.plans.values()}
        )
        assert state.markets["TSLA"].makers

    assert Delayed in kinds[0]
    assert Twap in kinds[1]
