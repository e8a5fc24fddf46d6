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
from venue.projector import LENGTH_BYTES, Begin, Durable, Reached, follow
from venue.store.errors import StoreUnavailable
from venue.store.journal import pack_events
from venue.store.open_projections import open_projections
from venue.store.projections import Projections

GROUP = 7


def told() -> tuple[list[bytes], int]:
    """Return all that a parent sends, as frames, and the last seq."""
    player = Player()
    frames = [msgspec.msgpack.encode(Begin(0, 0, dump(player.engine.state)))]
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


def test_a_file_that_went_before_the_follower_came_is_told_and_not_made_again(
    tmp_path: Path,
) -> None:
    """Begun in the middle, an empty file's tables would never be whole."""
    heard: list[Reached] = []
    path = tmp_path / "projections.db"

    async def run() -> None:
        stream = asyncio.StreamReader()
        frame = msgspec.msgpack.encode(Begin(7, 0, dump(Player().engine.state)))
        stream.feed_data(len(frame).to_bytes(LENGTH_BYTES, "big") + frame)
        with pytest.raises(StoreUnavailable, match="removed or replaced while in use"):
            await follow(f"sqlite:///{path}", stream, heard.append)
        assert not path.exists()
        await (await open_projections(f"sqlite:///{path}")).close()
        stream.feed_data(len(frame).to_bytes(LENGTH_BYTES, "big") + frame)
        with pytest.raises(StoreUnavailable, match="removed or replaced while in use"):
            await follow(f"sqlite:///{path}", stream, heard.append)

    asyncio.run(run())
    assert [each.seq for each in heard] == [7, 7]
    assert "removed or replaced while in use" in str(heard[0].trouble)
