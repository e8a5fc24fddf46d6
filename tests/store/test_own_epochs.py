"""An epoch names each rule of somebody's own that it ran: another text of it is another epoch."""

import asyncio
import hashlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.store.test_own_rules import MODULE, read_anew
from tests.store.venue_day import Player, Timed, venue_day
from tests.support.own_rule import RULE
from venue.admission import code_version, other_rules, put_back
from venue.cli import app
from venue.rules.build import build, ref
from venue.rules.own_code import own_files, own_hash, own_hash_at, own_rules
from venue.rules.table import rule_class
from venue.store.errors import JournalDiverged
from venue.store.journal import Meta
from venue.store.open import open_journal
from venue.store.recover import enter_epoch, recover, save_state
from venue.store.verify import Verified, verify

PATH = f"{MODULE}:Mine"
OTHER_RULE = RULE.replace("seen.index_nanos,", "seen.index_nanos + 1_000_000,")
HELPER = "a_helper_of_somebodys_own"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / f"{MODULE}.py"
    lay(path, RULE)
    return path


def lay(path: Path, text: str) -> None:
    path.write_text(text)
    read_anew()
    own_hash.cache_clear()


async def life(address: str, commands: list[Timed], *, is_killed: bool = False) -> Meta:
    """Go on with a journal as a start does, execute commands, and stop."""
    journal = await open_journal(address)
    try:
        recovered = await recover(journal, build)
        listed = [market.spec for market in recovered.engine.state.markets.values()]
        meta = await enter_epoch(
            journal,
            recovered,
            code_version=code_version(own_rules(listed) or {PATH: own_hash_at(PATH)}),
            clock="live",
            speed_e4=10_000,
            created_ns=1,
        )
        player = Player(recovered.engine, recovered.chain)
        await player.play(journal, commands)
        if not is_killed:
            await save_state(journal, player.engine.state, player.chain)
    finally:
        await journal.close()
    return meta


def day() -> list[Timed]:
    return list(venue_day(turns=8, rules=(ref("mark", PATH),)))


async def epochs_of(address: str) -> list[Meta]:
    journal = await open_journal(address)
    try:
        return await journal.epochs()
    finally:
        await journal.close()


async def verified(address: str) -> Verified:
    journal = await open_journal(address)
    try:
        return await verify(journal, build, code_version=code_version(), own_hash=own_hash_at)
    finally:
        await journal.close()


def test_OWN_030_a_changed_rule_begins_an_epoch_and_verification_says_which_ran_what(
    file: Path, journal_url: str
) -> None:
    commands = day()
    first = asyncio.run(life(journal_url, commands[:42]))
    lay(file, OTHER_RULE)
    second = asyncio.run(life(journal_url, commands[42:]))

    with_second = asyncio.run(verified(journal_url))
    refused = CliRunner().invoke(app, ["journal", "verify", journal_url])
    texts = {2: own_hash_at(PATH)}
    lay(file, RULE)
    texts[1] = own_hash_at(PATH)
    with_first = asyncio.run(verified(journal_url))

    assert (first.epoch, second.epoch) == (1, 2)
    assert texts[1] != texts[2]
    for found, here, there in ((with_second, 2, 1), (with_first, 1, 2)):
        assert [each.code.own for each in found.epochs] == [{PATH: texts[1]}, {PATH: texts[2]}]
        assert [each.is_executed for each in found.epochs] == [here == 1, here == 2]
        (other,) = (each.others for each in found.epochs if each.epoch == there)
        assert other == ((PATH, texts[there], texts[here]),)
        assert found.commands == len(commands) > found.executed > 0
        assert found.other_versions == ()
    said = " ".join(refused.output.split())
    assert refused.exit_code == 2
    assert f"epoch 1, seq 1 to 42, ran {PATH} of SHA-256 {texts[1]}" in said
    assert (
        f"refused: not executed again: epoch 1, seq 1 to 42: expected {PATH} of SHA-256 "
        f"{texts[1][:16]}, found one of {texts[2][:16]}. Put the file" in said
    )


def test_OWN_031_the_same_rule_goes_on_with_its_epoch(file: Path, journal_url: str) -> None:
    commands = day()
    asyncio.run(life(journal_url, commands[:42]))
    lay(file, RULE)
    asyncio.run(life(journal_url, commands[42:]))

    (found,) = asyncio.run(verified(journal_url)).epochs
    said = CliRunner().invoke(app, ["journal", "verify", journal_url])

    assert (found.first_seq, found.last_seq, found.is_executed) == (1, len(commands), True)
    assert said.exit_code == 0, said.output
    assert f"ran {PATH} of SHA-256 {own_hash_at(PATH)}" in " ".join(said.output.split())


def test_OWN_032_after_a_kill_a_changed_rule_is_refused_with_the_way_out(
    file: Path, journal_url: str
) -> None:
    """What it decided since the last checkpoint can only come out with the text that it had."""
    commands = day()
    asyncio.run(life(journal_url, commands, is_killed=True))
    lay(file, OTHER_RULE)

    with pytest.raises(JournalDiverged):
        asyncio.run(life(journal_url, []))
    (other,) = other_rules(asyncio.run(epochs_of(journal_url)))

    assert (other.path, other.epoch, other.here) == (PATH, 1, own_hash_at(PATH))
    assert f"{PATH} is not the one that epoch 1 ran" in put_back([other])
    assert "put that file back, start the venue and stop it" in put_back([other])
    lay(file, RULE)
    assert other_rules(asyncio.run(epochs_of(journal_url))) == []


def test_OWN_033_a_rule_that_is_gone_is_said_to_be(file: Path, journal_url: str) -> None:
    asyncio.run(life(journal_url, day()))
    file.unlink()
    read_anew()

    found = asyncio.run(verified(journal_url))
    said = CliRunner().invoke(app, ["journal", "verify", journal_url])

    assert [(each.is_executed, each.others[0][2]) for each in found.epochs] == [(False, "")]
    assert said.exit_code == 2
    assert f"expected {PATH} of SHA-256" in " ".join(said.output.split())
    assert "found none. Put the file" in " ".join(said.output.split())


def test_OWN_034_what_a_rule_imports_from_beside_it_is_part_of_it(file: Path) -> None:
    helper = file.with_name(f"{HELPER}.py")
    helper.write_text("STEP = 1\n")
    lay(file, f"from {HELPER} import STEP\n" + RULE)
    alone = own_hash_at(PATH)

    files = own_files(rule_class("mark", PATH))
    helper.write_text("STEP = 2\n")
    own_hash.cache_clear()

    assert files == (file, helper)
    assert own_hash_at(PATH) != alone


def test_OWN_035_the_hash_of_a_single_file_is_the_files_own(file: Path) -> None:
    assert own_hash_at(PATH) == hashlib.sha256(file.read_bytes()).hexdigest()
