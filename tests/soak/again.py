"""A life that is over, looked at again: from every checkpoint, and by other interpreters.

Run as a program it executes a file of groups from the first command on and prints what it came to:
``python -m tests.soak.again FILE``.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import msgspec

from tests.support.model import expect
from venue.core.account_tree import Statement, leaves, levels, path, root_by
from venue.core.digest import digest
from venue.core.state import State
from venue.rules.build import build
from venue.store.journal import Group, Journal
from venue.store.replay import begin
from venue.store.verify import verify

ROOT = Path(__file__).parents[2]
OTHERS = ("python3.12", "python3.13", "python3.14")
# Interpreters that have what the venue needs, by path, besides those that are found by name.
OTHERS_VARIABLE = "VENUE_OTHER_PYTHONS"


class CameTo(msgspec.Struct, frozen=True):
    """Where a replay ended, in hexadecimal where bytes."""

    seq: int
    chain: str
    digest: str


async def look_again(journal: Journal, came_to: CameTo) -> int:
    """Verify a whole journal and replay it from every checkpoint; return how many there were."""
    found = await verify(journal, build)
    expect(found.commands == came_to.seq, f"{found.commands} commands are verified")
    expect(found.chain.hex() == came_to.chain, "the journal is verified with another chain")
    seqs = await journal.checkpoint_seqs()
    for seq in seqs:
        replay = begin(journal.name, await journal.newest_checkpoint(seq + 1), build)
        async for group in journal.groups(seq + 1):
            replay.execute(group)
        expect(
            digest(replay.engine.state).hex() == came_to.digest,
            f"replay from the checkpoint of seq {seq} differs",
        )
    return len(seqs)


def look_at_leaves(state: State) -> None:
    """Hold what every account is told that it has against the root, and all of it against money.

    What stands in the leaves and what is the venue's own sum to what came from outside.
    """
    found = leaves(state, bytes(32))
    rows = levels([leaf.hash for leaf in found])
    total = 0
    for place, leaf in enumerate(found):
        what = f"leaf {place} does not lead to the root"
        expect(root_by(leaf.hash, path(rows, place)) == rows[-1][0], what)
        said = msgspec.json.decode(leaf.text, type=Statement)
        total += said.balance_micros + sum(isolated for *_, isolated in said.positions)
        total += sum(bond for _, bond in said.bonds)
    ledger = state.ledger
    total += ledger.fees_micros + ledger.rounding_micros + ledger.bad_debt_micros
    total += sum(market.clearing_micros for market in state.markets.values())
    what = f"leaves sum to {total}, what came to {ledger.external_micros}"
    expect(total == ledger.external_micros, what)


def look_elsewhere(groups: list[Group], came_to: CameTo) -> list[str]:
    """Replay under two hash seeds and every other Python there is; return under which."""
    with tempfile.TemporaryDirectory(prefix="venue-soak-") as folder:
        path = Path(folder) / "groups"
        path.write_bytes(msgspec.msgpack.encode(groups))
        ways = [(sys.executable, "1"), (sys.executable, "2"), *((py, "3") for py in others())]
        for python, hash_seed in ways:
            said = run(python, hash_seed, "-m", "tests.soak.again", str(path))
            expect(said.returncode == 0, f"{python} cannot replay it: {said.stderr[-2_000:]}")
            there = msgspec.json.decode(said.stdout, type=CameTo)
            expect(there == came_to, f"{python}, hash seed {hash_seed}, comes to {there}")
    return [f"{python} hash seed {hash_seed}" for python, hash_seed in ways]


@cache
def others() -> tuple[str, ...]:
    """Return other Pythons that have what core and rules need."""
    named = [each for each in os.environ.get(OTHERS_VARIABLE, "").split(os.pathsep) if each]
    found = [*named, *(path for name in OTHERS if (path := shutil.which(name)))]
    return tuple(each for each in found if run(each, "1", "-c", PROBE).returncode == 0)


PROBE = "import msgspec, numpy, venue.core.engine, venue.rules.build"


def run(python: str, hash_seed: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run an interpreter on this tree."""
    return subprocess.run(
        [python, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def replayed(groups: list[Group]) -> CameTo:
    """Execute groups from the first command on."""
    replay = begin("recording", None, build)
    for group in groups:
        replay.execute(group)
    state = replay.engine.state
    return CameTo(state.seq, replay.chain.hex(), digest(state).hex())


if __name__ == "__main__":
    recorded = msgspec.msgpack.decode(Path(sys.argv[1]).read_bytes(), type=list[Group])
    sys.stdout.write(msgspec.json.encode(replayed(recorded)).decode())
