"""What anyone can check: roots over all accounts, proofs of one, receipts of acknowledgements."""

import asyncio
import json
import runpy
import subprocess
import sys
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from typer.testing import CliRunner

from venue.app import Venue
from venue.cli import app
from venue.config import MarketSettings, Settings, StoreSettings
from venue.core.account_tree import LEAF, NODE, Statement, levels, path, root_by
from venue.core.commands import Deposit
from venue.rules.build import build
from venue.store.errors import StoreError
from venue.store.open import open_journal
from venue.store.receipts import SignedReceipt, check_receipt
from venue.store.verify import verify

ROOT = Path(__file__).parents[1]
hashes = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def rfc_6962(leaves: list[bytes]) -> bytes:
    """The definition, word for word: split at the largest power of two below n."""
    if len(leaves) == 1:
        return leaves[0]
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return sha256(NODE + rfc_6962(leaves[:cut]) + rfc_6962(leaves[cut:])).digest()


@given(leaves=hashes)
def test_the_tree_is_rfc_6962s_and_every_leaf_is_on_a_way_to_its_root(leaves: list[bytes]) -> None:
    rows = levels(leaves)

    assert rows[-1] == [rfc_6962(leaves)]
    for at, leaf in enumerate(leaves):
        assert root_by(leaf, path(rows, at)) == rows[-1][0]


@given(leaves=hashes, other=st.binary(min_size=32, max_size=32), data=st.data())
def test_another_leaf_comes_to_another_root(
    leaves: list[bytes], other: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    rows = levels(leaves)

    assert (root_by(other, path(rows, at)) == rows[-1][0]) == (other == leaves[at])


def test_nobody_passes_a_node_for_a_leaf() -> None:
    assert LEAF != NODE


def running(folder: Path, work: Callable[[Venue], Awaitable[Any]]) -> Any:
    """Open a venue with two accounts, let ``work`` happen beside its own tasks, and close it."""
    settings = Settings(
        markets=(MarketSettings(market="TSLA"),),
        store=StoreSettings(
            journal=f"sqlite:///{folder}/venue.db",
            projections=f"sqlite:///{folder}/projections.db",
        ),
        house=False,
    )

    async def run() -> Any:
        venue = Venue(settings)
        await venue.open()
        venue.sequencer.start()
        keeping = asyncio.create_task(venue.proofs.run())
        try:
            await venue.sequencer.drain()
            return await work(venue)
        finally:
            keeping.cancel()
            await venue.close()

    return asyncio.run(run())


async def published(venue: Venue) -> None:
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    venue.proofs.publish(lambda: done.set_result(None))
    await asyncio.wait_for(done, 10)


async def deposited(venue: Venue, account: int, dollars: int) -> int:
    """Return the seq that a deposit was acknowledged with."""
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    venue.sequencer.submit(
        Deposit(account, dollars * 1_000_000), lambda seq, at_ns, events: done.set_result(seq)
    )
    return await asyncio.wait_for(done, 10)


def check_account(proof: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return by_script("check_account", proof, *more)


def by_script(script: str, proof: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / script), str(proof), *more],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=proof.parent,
    )


def proven(folder: Path) -> dict[str, Any]:
    async def work(venue: Venue) -> dict[str, Any]:
        await deposited(venue, 1, 5)
        await published(venue)
        found = venue.proofs.proof_json(1)
        assert found is not None
        assert venue.proofs.proof_json(99) is None
        return found

    found: dict[str, Any] = running(folder, work)
    return found


def test_a_stranger_checks_an_account_without_the_venues_code(tmp_path: Path) -> None:
    proof = proven(tmp_path)
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof))

    checked = check_account(file, proof["public_key"])

    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.startswith(f"proven at seq {proof['seq']}")
    assert json.loads(proof["statement"])["balance_micros"] == 100_005_000_000
    assert '"balance_micros": 100005000000' in checked.stdout
    assert not checked.stderr


@pytest.mark.parametrize("script", ["check_account", "check_receipt"])
def test_without_a_known_key_nothing_is_proven_about_who_signed(
    script: str, tmp_path: Path
) -> None:
    """Anybody can sign anything with a key of his own."""

    async def work(venue: Venue) -> dict[str, Any]:
        seq = await deposited(venue, 1, 5)
        await published(venue)
        receipt = await venue.receipts.receipt(seq)
        assert receipt is not None
        proof = venue.proofs.proof_json(1)
        assert proof is not None
        return proof if script == "check_account" else msgspec.to_builtins(receipt)

    said = running(tmp_path, work)
    file = tmp_path / "said.json"
    file.write_text(json.dumps(said))

    alone, with_key = by_script(script, file), by_script(script, file, said["public_key"].upper())

    assert (alone.returncode, with_key.returncode) == (0, 0)
    assert alone.stdout == with_key.stdout
    assert alone.stderr.startswith("WARNING: this proves nothing about who signed")
    assert said["public_key"] in alone.stderr
    assert not with_key.stderr


def test_the_script_names_every_column_of_a_statement() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "check_account"), run_name="a module")
    rows = {
        name: len(get_args(get_args(kind)[0]))
        for name, kind in get_type_hints(Statement).items()
        if kind is not int
    }

    assert {key: len(names) for key, names in script["COLUMNS"].items()} == rows
    shown = script["labelled"]({"seq": 5, "positions": [["TSLA", -9_004, -3_160_757_793, 0]]})
    assert shown["seq"] == 5
    assert shown["positions"] == [
        {
            "market": "TSLA",
            "size_lots": -9_004,
            "entry_cost_micros": -3_160_757_793,
            "isolated_margin_micros": 0,
        }
    ]


LIES = [
    pytest.param({"statement": '{"seq":1,"account":1}'}, "not in the tree", id="statement"),
    pytest.param({"salt": "00" * 16}, "not in the tree", id="salt"),
    pytest.param({"root": "00" * 32}, "the signature", id="root"),
    pytest.param({"chain": "00" * 32}, "the signature", id="chain"),
    pytest.param({"seq": 7}, "the signature", id="seq"),
    pytest.param({"signature": "00" * 64}, "the signature", id="signature"),
    pytest.param({"account": 2}, "another account", id="account"),
]


@pytest.mark.parametrize(("lie", "words"), LIES)
def test_a_lie_in_a_proof_is_found(lie: dict[str, Any], words: str, tmp_path: Path) -> None:
    proof = proven(tmp_path)
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof | lie))

    checked = check_account(file)

    assert checked.returncode == 1
    assert checked.stderr.startswith("NOT PROVEN: ")
    assert words in checked.stderr
    assert check_account(file, "00" * 32).returncode == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"public_key": 5}'])
@pytest.mark.parametrize("script", ["check_account", "check_receipt"])
def test_what_is_no_proof_is_said_to_be_none(script: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_text(text)

    checked = by_script(script, file)

    assert checked.returncode == 1
    assert checked.stderr.startswith("NOT A ")
    assert "Traceback" not in checked.stderr


def test_a_receipt_is_held_against_the_journal_and_so_are_published_roots(tmp_path: Path) -> None:
    async def work(venue: Venue) -> tuple[SignedReceipt, SignedReceipt]:
        seqs = [await deposited(venue, 1, 5) for _ in range(3)]
        await published(venue)
        receipts = [await venue.receipts.receipt(seq) for seq in seqs]
        assert await venue.receipts.receipt(10**6) is None
        assert receipts[0] is not None
        assert receipts[2] is not None
        return receipts[0], receipts[2]

    first, last = running(tmp_path, work)

    async def check() -> None:
        journal = await open_journal(f"sqlite:///{tmp_path}/venue.db")
        try:
            for receipt in (first, last):
                await check_receipt(journal, receipt)
            with pytest.raises(StoreError, match="signature"):
                await check_receipt(journal, replace(first, chain=last.chain))
            assert (await verify(journal, build)).roots == 1
            # Somebody takes the last commands away, and writes what was published anew.
            await journal.cut(after_seq=first.last_seq)
            with pytest.raises(StoreError, match="dropped, moved or changed"):
                await check_receipt(journal, last)
        finally:
            await journal.close()

    asyncio.run(check())


RECEIPT = {
    "seq": 3, "first_seq": 1, "last_seq": 5, "chain": "00" * 32, "signature": "00" * 64,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"seq": 1 << 70}, "expected a receipt", id="beyond every journal"),
        pytest.param({"first_seq": 0}, "expected a receipt", id="before the first"),
        pytest.param({"chain": 5}, "expected a receipt", id="no text"),
        pytest.param({"signature": None}, "expected a receipt", id="unsigned"),
        pytest.param({"seq": 6}, "to cover its own seq", id="another group"),
        pytest.param({"public_key": "x"}, "a signature of the venue's key", id="no key"),
        # Zeros are a signature under a key of zeros: what counts is whose key it is.
        pytest.param({"public_key": "00" * 32}, "a signature of the venue's key", id="weak key"),
        pytest.param({}, "the signature of its key", id="another signature"),
    ],
)
def test_what_is_no_receipt_is_refused_in_a_sentence(
    change: dict[str, Any], words: str, tmp_path: Path
) -> None:
    key = proven(tmp_path)["public_key"]
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(RECEIPT | {"public_key": key} | change))

    journal = f"sqlite:///{tmp_path}/venue.db"
    ran = CliRunner().invoke(app, ["journal", "check-receipt", journal, str(file)])

    assert ran.exit_code == 2
    assert words in " ".join(ran.output.split())
    told = ["journal", "check-receipt", journal, str(file), "--public-key", "ab" * 32]
    assert CliRunner().invoke(app, told).exit_code == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param("root = zeroblob(32)", "the venue's signature", id="root"),
        pytest.param("seed = zeroblob(32)", "the root over all accounts", id="another tree"),
        pytest.param("chain = zeroblob(32)", "the chain of its group", id="chain"),
        pytest.param("seq = seq + 1000", "journal's end", id="commands that are gone"),
    ],
)
def test_published_roots_that_do_not_fit_the_journal_are_located(
    change: str, words: str, tmp_path: Path
) -> None:
    import sqlite3

    proven(tmp_path)
    with sqlite3.connect(tmp_path / "venue.db") as database:
        database.execute(f"UPDATE roots SET {change}")

    async def check() -> None:
        journal = await open_journal(f"sqlite:///{tmp_path}/venue.db")
        try:
            await verify(journal, build)
        finally:
            await journal.close()

    with pytest.raises(StoreError, match=words):
        asyncio.run(check())


def test_the_signing_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = proven(tmp_path)
    again = proven(tmp_path)
    key = tmp_path / "venue.d" / "signing-key"

    assert first["public_key"] == again["public_key"]
    assert key.stat().st_mode & 0o077 == 0
    assert bytes.fromhex(key.read_text()) not in (tmp_path / "venue.db").read_bytes()
