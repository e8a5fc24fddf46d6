"""A bot holds its venue to what it acknowledged: roots, its proof and its receipts, by the SDK."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from venue_sdk import Client, Refused, connect
from venue_sdk.messages import Reason

from tests.clients.scripted import run
from venue.app import Venue
from venue.config import AccountSettings, MarketSettings, Settings, StoreSettings
from venue.gateway.server import serve_door
from venue.gateway.settings import DoorSettings
from venue.opening import read_tokens
from venue.store.open import open_journal
from venue.store.receipts import check_receipt, read_receipt

ROOT = Path(__file__).parents[2]
AT_NOBODYS_COST = DoorSettings()


class Open(msgspec.Struct):
    """A venue with its door open on a port of loopback."""

    venue: Venue
    url: str
    tokens: dict[str, str]

    async def published(self) -> None:
        """Return when the state of now is published."""
        done = asyncio.Event()
        self.venue.proofs.publish(done.set)
        await asyncio.wait_for(done.wait(), 10)


@asynccontextmanager
async def opened(folder: Path, door: DoorSettings = AT_NOBODYS_COST) -> AsyncIterator[Open]:
    settings = Settings(
        markets=(MarketSettings(market="TSLA"),),
        accounts=(AccountSettings(name="ann", scope="fund"), AccountSettings(name="bob")),
        store=StoreSettings(
            journal=f"sqlite:///{folder}/venue.db",
            projections=f"sqlite:///{folder}/projections.db",
        ),
        house=False,
        door=door,
    )
    venue = Venue(settings)
    await venue.open()
    venue.sequencer.start()
    await venue.sequencer.drain()
    tasks = [asyncio.create_task(each.run()) for each in (venue.proofs, venue.receipts)]
    server = await serve_door(venue.door, host="127.0.0.1", port=0)
    url = f"ws://127.0.0.1:{server.port}/v1/ws"
    try:
        yield Open(venue, url, read_tokens(venue.folder / "tokens.json"))
    finally:
        await server.close()
        for task in tasks:
            task.cancel()
        await venue.close()


def by_script(script: str, file: Path, public_key: str) -> str:
    """Return what a script that knows nothing of the venue says."""
    words = [sys.executable, str(ROOT / "scripts" / script), str(file), public_key]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def written(folder: Path, said: msgspec.Struct) -> Path:
    file = folder / f"{type(said).__name__}.json"
    file.write_bytes(msgspec.json.encode(said))
    return file


async def refused(asking: Awaitable[object]) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as found:
        await asking
    return found.value.name, dict(found.value.figures)


async def deposit(bot: Client) -> int:
    return (await bot.deposit("1")).seq


def test_a_bot_proves_its_account_by_what_it_was_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as house, connect(house.url, house.tokens["ann"]) as ann:
            assert (await refused(ann.roots()))[0] == "no_roots_yet"
            assert (await refused(ann.proof()))[0] == "no_roots_yet"
            await house.published()
            late = (await ann.open_sub_account("late")).account
            seq = await deposit(ann)

            roots, proof = await ann.roots(), await ann.proof()

            assert (proof.seq, proof.signature) == (roots.seq, roots.signature)
            assert roots.accounts == len(house.venue.sequencer.engine.state.accounts) - 1
            said = by_script("check_account", written(tmp_path, proof), roots.public_key)
            assert '"balance_micros": 100000000000' in said, "as it was when it was published"
            async with connect(house.url, house.tokens["ann"], late) as sub:
                assert (await refused(sub.proof())) == ("not_in_roots", {"account": late})
                await house.published()
                assert (await ann.roots()).seq >= seq
                assert json.loads((await sub.proof()).statement)["account"] == late

    run(story)


def test_a_receipt_is_of_ones_own_commands_only(tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            opened(tmp_path) as house,
            connect(house.url, house.tokens["ann"]) as ann,
            connect(house.url, house.tokens["bob"]) as bob,
        ):
            mine = await deposit(ann)
            sub = await ann.open_sub_account("ann-2")
            async with connect(house.url, house.tokens["ann"], sub.account) as other:
                of_sub = await deposit(other)

            assert (await ann.receipt(mine)).seq == mine
            assert (await ann.receipt(sub.seq)).first_seq <= sub.seq
            assert (await ann.receipt(of_sub)).seq == of_sub
            for seq in (mine, sub.seq, of_sub):
                assert await refused(bob.receipt(seq)) == ("foreign_seq", {"seq": seq})
            assert (await refused(ann.receipt(1)))[0] == "foreign_seq", "a listing is nobody's"
            assert (await refused(ann.receipt(10**9)))[0] == "unknown_seq"
            assert (await refused(ann.receipt(0)))[0] == "bad_value"

    run(story)


def test_a_receipt_of_another_life_of_the_venue_is_signed_and_stands(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path) as house, connect(house.url, house.tokens["ann"]) as ann:
            seq = (await ann.set_leverage("TSLA", 3)).seq
        async with opened(tmp_path) as house, connect(house.url, house.tokens["ann"]) as ann:
            receipt = await ann.receipt(seq)
            assert receipt.first_seq <= seq <= receipt.last_seq

        file = written(tmp_path, receipt)
        key = bytes.fromhex((tmp_path / "venue.d" / "signing-key").read_text())
        assert receipt.public_key != key.hex()
        said = by_script("check_receipt", file, receipt.public_key)
        assert said.startswith(f"signed: seq {seq} stands in the group of ")
        journal = await open_journal(f"sqlite:///{tmp_path}/venue.db")
        await check_receipt(journal, read_receipt(file))
        await journal.close()

    run(story)


def test_the_prover_has_a_bound_for_all_bots_together(tmp_path: Path) -> None:
    door = msgspec.structs.replace(DoorSettings(), proofs_rate=1, proofs_burst=3)

    async def story() -> None:
        async with (
            opened(tmp_path, door) as house,
            connect(house.url, house.tokens["ann"]) as ann,
            connect(house.url, house.tokens["bob"]) as bob,
        ):
            seq = await deposit(ann)
            for _ in range(3):
                await ann.receipt(seq)

            reason, figures = await refused(bob.receipt(seq))

            assert reason == "prover_busy"
            assert 0 < int(str(figures["retry_after_ms"])) <= 1_001
            assert await deposit(ann) > seq, "nobody else waits for that"
            assert house.venue.door.services.shed.refused["prover_busy"] == 1

    run(story)


@pytest.mark.parametrize("damage", ["chain = zeroblob(32)", "commands = x'00'", "at_ns = 'x'"])
def test_a_row_that_was_changed_is_never_signed(damage: str, tmp_path: Path) -> None:
    import sqlite3

    async def story() -> None:
        async with opened(tmp_path) as house, connect(house.url, house.tokens["ann"]) as ann:
            seq = await deposit(ann)
            with sqlite3.connect(tmp_path / "venue.db") as rows:
                rows.execute(f"UPDATE journal SET {damage} WHERE last_seq >= ?", (seq,))
            rows.close()

            assert (await refused(ann.receipt(seq)))[0] == Reason.JOURNAL_UNAVAILABLE

    run(story)
