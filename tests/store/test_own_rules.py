"""A journal names its rules and does not contain them: without one, verification says which."""

import asyncio
import importlib
import sys
from pathlib import Path

import pytest

from tests.store.venue_day import Player, venue_day
from tests.support.own_rule import RULE
from venue.rules.build import build, ref, source_hash
from venue.store.errors import JournalDiverged, RulesMissing, StoreError
from venue.store.open import open_journal
from venue.store.recover import save_state
from venue.store.replay import begin
from venue.store.verify import verify

MODULE = "a_rule_of_somebodys_own"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / f"{MODULE}.py"
    path.write_text(RULE)
    read_anew()
    return path


def read_anew() -> None:
    """Forget the module, as a fresh process would know nothing of it."""
    sys.modules.pop(MODULE, None)
    importlib.invalidate_caches()
    source_hash.cache_clear()


async def verified(address: str) -> StoreError | None:
    journal = await open_journal(address)
    try:
        await verify(journal, build)
    except StoreError as error:
        return error
    finally:
        await journal.close()
    return None


async def written(address: str, *, checkpoint_after: int | None = None) -> bytes:
    commands = list(venue_day(turns=8, rules=(ref("mark", f"{MODULE}:Mine"),)))
    journal = await open_journal(address)
    player = Player()
    try:
        if checkpoint_after is not None:
            await player.play(journal, commands[:checkpoint_after])
            await save_state(journal, player.engine.state, player.chain)
            commands = commands[checkpoint_after:]
        await player.play(journal, commands)
    finally:
        await journal.close()
    return player.chain


def test_OWN_010_a_missing_rule_is_named_and_the_journal_is_not_said_to_diverge(
    file: Path, journal_url: str
) -> None:
    asyncio.run(written(journal_url))
    assert asyncio.run(verified(journal_url)) is None
    file.unlink()
    read_anew()

    found = asyncio.run(verified(journal_url))

    assert isinstance(found, RulesMissing)
    assert f"market TSLA: mark rule '{MODULE}:Mine': '{MODULE}' cannot be imported" in str(found)
    assert "a rule's file is handed out along with its journal" in str(found)
    assert "diverges" not in str(found)


def test_OWN_011_a_checkpoint_without_its_rule_says_so(file: Path, journal_url: str) -> None:
    asyncio.run(written(journal_url, checkpoint_after=49))
    file.unlink()
    read_anew()

    async def beginning() -> None:
        journal = await open_journal(journal_url)
        try:
            begin(journal.name, await journal.newest_checkpoint(), build)
        finally:
            await journal.close()

    with pytest.raises(RulesMissing, match=f"'{MODULE}' cannot be imported"):
        asyncio.run(beginning())


def test_OWN_012_a_rule_that_decides_otherwise_diverges_with_the_listing_at_hand(
    file: Path, journal_url: str
) -> None:
    asyncio.run(written(journal_url))
    file.write_text(RULE.replace("seen.index_nanos,", "seen.index_nanos + 1_000_000,"))
    read_anew()

    found = asyncio.run(verified(journal_url))

    assert isinstance(found, JournalDiverged)
    (listed,) = found.listed
    (mark,) = [rule for rule in listed.rules if rule.kind == "mark"]
    assert mark.name == f"{MODULE}:Mine"
    assert mark.source_hash != ref("mark", f"{MODULE}:Mine").source_hash


def test_OWN_013_a_rule_that_breaks_when_executed_again_is_named(
    file: Path, journal_url: str
) -> None:
    asyncio.run(written(journal_url))
    file.write_text(RULE.replace("memory.marks + 1", "memory.marks + 1 + 0 // (5 - memory.marks)"))
    read_anew()

    found = asyncio.run(verified(journal_url))

    assert isinstance(found, RulesMissing)
    assert f"market TSLA: mark rule {MODULE}:Mine broke at {file}:15 in mark" in str(found)


def test_a_listing_that_was_refused_then_and_is_now_changes_nothing(journal_url: str) -> None:
    """It has the venue's own rules but one, which nobody ever had."""
    unknown = ref("mark", "index")
    unknown = type(unknown)("mark", "nobodys:Rule", {})

    async def work() -> None:
        journal = await open_journal(journal_url)
        await Player().play(journal, list(venue_day(turns=8, rules=(unknown,)))[:3])
        await journal.close()

    asyncio.run(work())

    assert asyncio.run(verified(journal_url)) is None
