"""The real store over a disk that loses power: a killed process alone never tests that."""

from pathlib import Path
from random import Random

import pytest

from tests.soak import power
from tests.soak.power_disk import Kept, PowerDisk
from venue.store.errors import StoreError
from venue.store.sqlite_database import Connection, make_durable

SEEDS = 6


def careless(connection: Connection, path: Path) -> None:
    """Prepare a connection whose commits wait for nothing."""
    make_durable(connection, path)
    connection.execute("PRAGMA synchronous=OFF")


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_is_acknowledged_outlives_a_power_cut(seed: int) -> None:
    assert power.power_life(seed) == power.CUTS


def test_an_acknowledgement_before_the_sync_is_caught() -> None:
    with pytest.raises(AssertionError, match="acknowledged before it is synced"):
        power.power_life(0, careless)


def test_what_was_not_synced_is_lost_and_the_loss_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(PowerDisk, "unsynced", lambda disk, path: 0)

    with pytest.raises((AssertionError, StoreError)):
        power.power_life(0, careless)


def test_a_cut_keeps_what_was_synced_and_tears_what_was_not() -> None:
    kept = Kept()
    kept.since.append((0, b"a" * 2_000))
    kept.sync()
    kept.since.append((1_000, b"b" * 2_000))

    found = {bytes(kept.after_a_cut(Random(seed)) or b"") for seed in range(200)}

    assert all(each[:1_000] == b"a" * 1_000 for each in found)
    assert b"a" * 2_000 in found
    assert b"a" * 1_000 + b"b" * 2_000 in found
    assert len(found) > 10
