"""The follower's own process: what its parent told it is in the tables when it ends."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from tests.store.venue_day import Player, venue_day
from venue import projector
from venue.core.digest import dump
from venue.projector import LENGTH_BYTES, Begin, Durable, follow
from venue.store.journal import pack_events
from venue.store.open_projections import open_projections
from venue.store.projections import Projections

GROUP = 7


def told() -> tuple[list[bytes], int]:
    """Return all that a parent sends, as frames, and the last seq."""
    player = Player()
    frames = [msgspec.msgpack.encode(Begin(0, dump(player.engine.state)))]
    commands = list(venue_day(turns=20))
    for begin in range(0, len(commands), GROUP):
        group = player.group(commands[begin : begin + GROUP])
        events = pack_events([each.events for each in player.executed[begin:]])
        frames.append(msgspec.msgpack.encode(Durable(group.first_seq, group.commands, events)))
    return frames, player.engine.state.seq


@pytest.mark.parametrize("statement", ["INSERT INTO orders", "INSERT INTO mark", "UPDATE progress"])
def test_a_stream_that_ends_in_the_middle_of_a_write_is_written_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    """A writer that was cancelled there kept the last write out."""
    frames, last_seq = told()
    url = f"sqlite:///{tmp_path / 'projections.db'}"

    async def opened(url: str) -> Projections:
        projections = await open_projections(url)
        event.listen(projections.engine.sync_engine, "before_cursor_execute", look)
        return projections

    def look(*seen: Any) -> None:
        if seen[2].startswith(statement):
            met.append(statement)
            asyncio.get_running_loop().call_soon(ends[0])

    async def run() -> int:
        stream = asyncio.StreamReader()
        ends.append(stream.feed_eof)
        for frame in frames:
            stream.feed_data(len(frame).to_bytes(LENGTH_BYTES, "big") + frame)
        await asyncio.wait_for(follow(url, stream), 20)
        found = await open_projections(url)
        await found.close()
        return found.progress.seq

    met: list[str] = []
    ends: list[Callable[[], None]] = []
    monkeypatch.setattr(projector, "open_projections", opened)
    assert asyncio.run(run()) == last_seq
    assert met
