"""A process that journals groups until it is killed, and says each one that it was told is durable.

Started by ``test_kill.py``: ``python -m tests.store.writing_process URL``.
"""

import asyncio
import sys

from tests.store.venue_day import Player, venue_day
from venue.rules.build import build
from venue.store.open import open_journal
from venue.store.recover import recover, save_state

GROUP = 3
CHECKPOINT_EVERY = 40


async def write(url: str) -> None:
    journal = await open_journal(url)
    recovered = await recover(journal, build)
    player = Player(recovered.engine, recovered.chain)
    commands = list(venue_day(turns=2_000))
    print("recovered", recovered.engine.state.seq, flush=True)
    for number, begin in enumerate(range(player.engine.state.seq, len(commands), GROUP), 1):
        group = player.group(commands[begin : begin + GROUP])
        if journal.can_append_now and number % 2:
            journal.append_now(group)
        else:
            await journal.append(group)
        print("durable", group.last_seq, flush=True)
        if number % CHECKPOINT_EVERY == 0:
            await save_state(journal, player.engine.state, player.chain)


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1]))
