"""Journals of every schema that there was: they open, or are converted, verify, and go on."""

import asyncio
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from tests.support.every_command import KINDS, SETTINGS, every_command
from tests.support.recorded_journal import (
    CODE_VERSION,
    UNRELEASED,
    recorded,
    restore,
    written,
)
from venue.admission import code_version
from venue.app import Venue
from venue.cli import app
from venue.config import StoreSettings
from venue.core.commands import Deposit
from venue.core.digest import digest
from venue.rules.build import build
from venue.store.errors import SchemaOutdated
from venue.store.open import open_journal
from venue.store.recover import recover
from venue.store.schema import JOURNAL_TREE
from venue.store.verify import Verified, verify

MIGRATIONS = Path(__file__).parents[2] / "migrations" / "journal" / "versions"
OLDER = [schema for schema in recorded() if schema != JOURNAL_TREE.version]
SAY = (
    "a format or an outcome has changed. If that is meant: scripts/make_recorded_journals, while "
    "no release has written this schema; else keep what was recorded (docs/journal.md, Formats)"
)


class Found(NamedTuple):
    """What a recorded journal was found to be."""

    verified: Verified
    recovered: bytes
    on_record: bytes


def test_every_schema_has_a_recorded_journal() -> None:
    assert recorded() == sorted(path.stem for path in MIGRATIONS.glob("j*.py"))
    assert set(UNRELEASED) <= set(recorded())


def test_every_kind_of_command_is_recorded() -> None:
    assert {type(command) for _, command in every_command()} == KINDS


@pytest.mark.parametrize("schema", UNRELEASED)
def test_the_code_of_now_writes_what_was_recorded(schema: str) -> None:
    file = Path(__file__).parent / "recorded" / f"{schema}.sql"

    assert file.read_text() == written(schema), SAY


@pytest.mark.parametrize("schema", recorded())
def test_a_recorded_journal_verifies_and_comes_to_its_digest(schema: str, tmp_path: Path) -> None:
    """One that a release wrote is executed again by that release only; its state is loaded here."""
    url = converted(schema, tmp_path)
    executes = CODE_VERSION if schema in UNRELEASED else code_version()

    async def look() -> Found:
        journal = await open_journal(url)
        try:
            found = await verify(journal, build, code_version=executes)
            recovered = await recover(journal, build)
            return Found(
                found, digest(recovered.engine.state), (await journal.digests())[found.commands]
            )
        finally:
            await journal.close()

    found = asyncio.run(look())

    assert found.recovered == found.on_record, SAY
    assert found.verified.executed == (found.verified.commands if schema in UNRELEASED else 0)
    assert found.verified.commands >= 45


@pytest.mark.parametrize("schema", OLDER)
def test_an_older_schema_is_refused_with_the_command_that_converts_it(
    schema: str, tmp_path: Path
) -> None:
    url = restore(schema, tmp_path / "venue.db")

    with pytest.raises(SchemaOutdated, match=f"found {schema}; `venue db upgrade`"):
        asyncio.run(open_journal(url))

    ran = CliRunner().invoke(app, ["db", "upgrade", url])
    assert ran.exit_code == 0, ran.output
    assert schema in ran.output
    assert JOURNAL_TREE.version in ran.output


@pytest.mark.parametrize("schema", recorded())
def test_a_venue_starts_on_a_recorded_journal_and_goes_on(schema: str, tmp_path: Path) -> None:
    url = converted(schema, tmp_path)
    store = StoreSettings(journal=url, projections=f"sqlite:///{tmp_path / 'projections.db'}")

    async def live() -> tuple[Verified, int]:
        venue = Venue(replace(SETTINGS, store=store))
        await venue.open()
        venue.sequencer.start()
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        venue.sequencer.submit(Deposit(1, 5), lambda seq, at_ns, events: done.set_result(seq))
        seq = await asyncio.wait_for(done, 20)
        await venue.close()
        journal = await open_journal(url)
        try:
            return await verify(journal, build, code_version=code_version()), seq
        finally:
            await journal.close()

    found, seq = asyncio.run(live())

    assert found.commands >= seq > 45
    assert found.other_versions == (CODE_VERSION,)
    assert found.executed >= 1


def converted(schema: str, folder: Path) -> str:
    """Return the address of a recorded journal, brought up to date."""
    url = restore(schema, folder / "venue.db")
    if schema != JOURNAL_TREE.version:
        ran = CliRunner().invoke(app, ["db", "upgrade", url])
        assert ran.exit_code == 0, ran.output
    return url
