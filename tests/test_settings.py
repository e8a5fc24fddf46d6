"""Settings that cannot be are refused before anything is opened, with their place in the file."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import inspect
from msgspec.structs import replace

from tests.support.every_command import SETTINGS
from venue.app import Venue
from venue.config import (
    RANGES,
    AccountSettings,
    ClockSettings,
    ConfigError,
    FeedSettings,
    ListenSettings,
    Settings,
    StoreSettings,
    fault,
    new_account_fault,
)
from venue.core.commands import OpenAccount
from venue.core.engine import Engine
from venue.core.events import AccountOpened
from venue.gateway.methods import METHODS
from venue.gateway.settings import COST_MAX, DOOR_RANGES, DoorSettings
from venue.opening import genesis, resumption
from venue.rules.build import build

NAN = float("nan")


def numbers(kind: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield (section, name) of every number that settings hold, of lists of sections, too."""
    for field in inspect.type_info(kind).fields:  # type: ignore[attr-defined]
        each = field.type.item_type if isinstance(field.type, inspect.VarTupleType) else field.type
        if isinstance(each, inspect.IntType | inspect.FloatType):
            yield place, field.name
        elif isinstance(each, inspect.StructType):
            yield from numbers(each.cls, f"{place}.{field.name}".lstrip("."))


def test_every_number_of_the_settings_has_its_range() -> None:
    held = {(section, name) for section, ranges in RANGES.items() for name in ranges}

    assert held | {("door", name) for name in DOOR_RANGES} == set(numbers(Settings))


def test_the_defaults_can_be() -> None:
    assert fault(Settings()) is None
    assert new_account_fault(Settings()) is None


def test_the_smallest_burst_lets_the_dearest_request_through() -> None:
    assert max(method.cost for method in METHODS) == COST_MAX


@pytest.mark.parametrize("name", DOOR_RANGES)
@pytest.mark.parametrize("found", [-5, NAN, 1e300])
def test_no_number_of_the_door_is_taken_that_cannot_be(name: str, found: float) -> None:
    said = fault(Settings(door=replace(DoorSettings(), **{name: found})))

    assert said is not None
    assert said.startswith(f"door.{name}: expected "), said
    assert said.endswith(f", found {found:,.15g}"), said


def door(**changes: Any) -> Settings:
    return Settings(door=replace(DoorSettings(), **changes))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        pytest.param(
            door(account_rate=-5),
            "door.account_rate: expected 0 (no limit) or more, found -5",
            id="rate",
        ),
        pytest.param(
            door(connection_burst=19),
            "door.connection_burst: expected at least 20, what the dearest request takes at once, "
            "found 19 (no limit at all: connection_rate = 0)",
            id="burst",
        ),
        pytest.param(door(account_rate=0, account_burst=0), None, id="no limit, no burst"),
        pytest.param(
            door(proofs_burst=0), "door.proofs_burst: expected at least 1,", id="burst of proofs"
        ),
        pytest.param(
            door(silence_max_s=20.0),
            "door.silence_max_s: expected more than ping_every_s (20)",
            id="silence",
        ),
        pytest.param(
            door(path="v1"), "door.path: expected a path that begins with /, found 'v1'", id="path"
        ),
        pytest.param(
            Settings(name=""), "name: expected 1 to 64 printable characters, found ''", id="no name"
        ),
        pytest.param(
            Settings(clock=ClockSettings(step_ms=0)),
            "clock.step_ms: expected 1 to 86,400,000, found 0",
            id="step",
        ),
        pytest.param(
            Settings(clock=ClockSettings(lockstep_bots=-1)),
            "clock.lockstep_bots: expected 1 or more, found -1",
            id="bots",
        ),
        pytest.param(
            Settings(store=StoreSettings(checkpoint_commands=0)),
            "store.checkpoint_commands: expected 1 or more, found 0",
            id="checkpoints",
        ),
        pytest.param(
            Settings(accounts=(AccountSettings(name="ann", deposit_dollars=-1),)),
            "accounts (entry 1).deposit_dollars: expected 0 to 100,000,000, found -1",
            id="deposit",
        ),
        pytest.param(
            Settings(accounts=(AccountSettings(name="a\tb"),)),
            "accounts (entry 1).name: expected 1 to 64 printable characters",
            id="control character",
        ),
        pytest.param(
            Settings(accounts=(AccountSettings(name="x" * 64),)), None, id="as long as elsewhere"
        ),
        pytest.param(
            Settings(rule_seconds_max=NAN),
            "rule_seconds_max: expected 1 to 600, found nan",
            id="no number",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(settings: Settings, sentence: str | None) -> None:
    said = fault(settings)

    assert said is None if sentence is None else said is not None and said.startswith(sentence)


def test_an_endless_cadence_of_a_feed_is_refused() -> None:
    feed = FeedSettings(url="ws://x.example", cadence_s=float("inf"))
    source = replace(Settings().source, feeds=(feed,))

    assert fault(Settings(source=source, clock=ClockSettings(kind="live"))) == (
        "source.feeds (entry 1).cadence_s: expected 0.001 to 3,600, found inf"
    )


@pytest.mark.parametrize(
    ("host", "admin_host"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("127.0.0.1", "0.0.0.0"),
        ("::", "127.0.0.1"),
        ("::1", "::"),
        ("localhost", "127.0.0.1"),
    ],
)
def test_bots_and_operators_cannot_share_a_port(host: str, admin_host: str) -> None:
    listen = ListenSettings(host=host, port=9_000, admin_host=admin_host, admin_port=9_000)

    said = fault(Settings(listen=listen))

    assert said is not None
    assert said.startswith("listen: bots and operators cannot share port 9000")
    assert fault(Settings(listen=replace(listen, admin_port=9_001))) is None


def test_hosts_that_have_no_address_in_common_may_share_a_port() -> None:
    listen = ListenSettings(host="192.0.2.1", port=9_000, admin_host="127.0.0.1", admin_port=9_000)

    assert fault(Settings(listen=listen)) is None


@pytest.mark.parametrize("name", ["1", "-1", " ann", "ann "])
def test_a_new_account_is_not_called_like_a_number(name: str, tmp_path: Path) -> None:
    """A fresh venue that would open it is refused, and leaves nothing but its locks."""
    store = StoreSettings(
        journal=f"sqlite:///{tmp_path}/venue.db", projections=f"sqlite:///{tmp_path}/p.db"
    )
    settings = Settings(store=store, accounts=(AccountSettings(name=name),))

    with pytest.raises(ConfigError) as refused:
        asyncio.run(Venue(settings).open())

    assert str(refused.value) == (
        "accounts (entry 1).name: expected 1 to 64 printable characters with no space at either "
        f"end, and not a number, found {name!r}"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.db.lock", "venue.db.lock"]


def test_a_journal_that_holds_such_a_name_goes_on() -> None:
    """What was accepted once is accepted again, and the settings that opened it may stay."""
    engine = Engine(build)
    opened = engine.execute(OpenAccount("1"), at_ns=1)
    settings = msgspec.structs.replace(SETTINGS, accounts=(AccountSettings(name="1"),))

    names = [
        each.name for each in resumption(settings, (), engine.state, 1)
        if isinstance(each, OpenAccount)
    ]  # fmt: skip

    assert isinstance(opened[-1], AccountOpened)
    assert fault(settings) is None
    assert "1" not in names
    with pytest.raises(ConfigError):
        list(genesis(settings, ()))
