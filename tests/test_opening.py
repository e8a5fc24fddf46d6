"""How a venue begins: listings from settings, secrets for their owner alone, one run a journal."""

import asyncio
import stat
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from venue.agenda import NEVER_NS, Agenda
from venue.app import Venue
from venue.config import (
    ConfigError,
    FeedSettings,
    MarketSettings,
    RecordedSplit,
    RulebookSettings,
    RuleSettings,
    Settings,
    SourceSettings,
    StoreSettings,
    as_toml,
    load,
)
from venue.core.commands import PassTime
from venue.listings import listing, own_rulebook
from venue.opening import Run, genesis, openings, same_run, secret_seed
from venue.oracle import RecordingError
from venue.sources import live_sources


def test_a_listing_takes_its_rules_from_the_rulebook_and_single_rules_from_settings() -> None:
    spec = listing(MarketSettings(market="TSLA", rules={"mark": "index"}))

    assert {rule.kind: rule.name for rule in spec.rules}["mark"] == "index"
    assert spec.rulebook == "venue_default"


def test_a_market_is_listed_under_a_rulebook_of_ones_own() -> None:
    mine = RulebookSettings(
        name="mine",
        base="naive_print",
        rules={
            "mark": {"rule": "median3_oracle", "basis_tau_ns": 300_000_000_000},
            "clamp": "step",
            "funding": {"scale_e4": 2_500},
        },
    )

    spec = listing(MarketSettings(market="TSLA", rulebook="mine"), (mine,))

    rules = {rule.kind: rule for rule in spec.rules}
    assert spec.rulebook == "mine"
    assert rules["index_open"].name == "last_print"
    assert rules["mark"].parameters["basis_tau_ns"] == 300_000_000_000
    assert rules["clamp"].name == "step"
    assert rules["funding"].name == "hyperliquid"
    assert rules["funding"].parameters["scale_e4"] == 2_500
    assert own_rulebook(Settings(rulebooks=(mine,)), "mine") == spec.rules


def test_a_toml_file_says_none_for_nothing() -> None:
    rules: dict[str, RuleSettings] = {"terms": {"band_regular_e4": "none"}}

    spec = listing(MarketSettings(market="TSLA", rules=rules))

    terms = {rule.kind: rule for rule in spec.rules}["terms"]
    assert terms.parameters["band_regular_e4"] is None


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        pytest.param(
            MarketSettings(market="TSLA", rules={"clamp": {"step_e4": 0}}),
            "step_e4 must be a whole number from 1 to 10000, found 0",
            id="parameter out of range",
        ),
        pytest.param(
            MarketSettings(market="TSLA", rulebook="nope"),
            "market TSLA: no rulebook is named 'nope'",
            id="unknown rulebook",
        ),
        pytest.param(
            MarketSettings(market="TSLA", rules={"colour": "blue"}),
            "market TSLA: expected a kind of rule among",
            id="unknown kind of rule",
        ),
        pytest.param(
            MarketSettings(market="TSLA", rules={"mark": "blue"}),
            "market TSLA: ",
            id="unknown rule",
        ),
        pytest.param(
            MarketSettings(market="A" * 17),
            "a market's name has 1 to 16 characters",
            id="long name",
        ),
    ],
)
def test_a_listing_that_cannot_be_is_refused_with_a_sentence(
    settings: MarketSettings, sentence: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        listing(settings)

    assert sentence in str(refused.value)


def test_a_fresh_venue_lists_first_and_deposits_to_every_account() -> None:
    settings = Settings()
    names = [
        type(each).__name__
        for each in genesis(settings, [listing(each) for each in settings.markets])
    ]

    assert names[:4] == ["ListMarket"] * 3 + ["FundInsurance"]
    assert names.count("OpenAccount") == names.count("Deposit") == len(openings(settings))


def test_a_journal_goes_on_from_the_prices_that_it_was_begun_with(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    begun = same_run(path, Run(SourceSettings(), "accelerated", 5), is_fresh=True)

    again = same_run(path, Run(SourceSettings(), "accelerated", 9), is_fresh=False)

    assert again == begun
    with pytest.raises(ConfigError, match="begun with other prices or another clock"):
        same_run(path, Run(SourceSettings(replay=None), "accelerated", 9), is_fresh=False)


def test_splits_of_a_recording_are_not_added_later_and_the_refusal_says_what_does_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "run.json"
    split = RecordedSplit(at="2025-04-14 00:00", ratio="2:1")
    same_run(path, Run(SourceSettings(), "accelerated", 5), is_fresh=True)

    with pytest.raises(ConfigError) as refused:
        same_run(
            path, Run(SourceSettings(replay_splits=(split,)), "accelerated", 9), is_fresh=False
        )

    said = str(refused.value)
    assert said.startswith("source.replay_splits: this journal was begun with none")
    assert "venue market source MARKET NAME OLD:NEW" in said


def test_a_seed_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "seed"

    first = secret_seed(path)

    assert len(first) == 32
    assert secret_seed(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_settings_that_are_printed_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "venue.toml"
    path.write_text(as_toml(Settings(name="mine", insurance_dollars=7)))

    assert load(path) == Settings(name="mine", insurance_dollars=7)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param(
            "[clock]\nsped = 1",
            "venue.toml: clock: expected keys among kind, speed, then_speed, step_ms, "
            "lockstep_bots, found sped: is speed meant?",
            id="unknown key",
        ),
        pytest.param(
            "house = 'yes'",
            "venue.toml: house: expected true or false, found 'yes'",
            id="wrong type",
        ),
        pytest.param(
            "[[markets]]\nmarket = 'TSLA'\n[[markets]]\nmarket = 3",
            "venue.toml: markets (entry 2).market: expected a text, found 3",
            id="in a list",
        ),
        pytest.param(
            "[[markets]]\nrulebook = 'x'",
            "venue.toml: markets (entry 1): expected a key market, found none",
            id="missing key",
        ),
        pytest.param("name = ", "venue.toml: expected TOML, found: ", id="not TOML"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_with_their_place(
    tmp_path: Path, text: str, place: str
) -> None:
    path = tmp_path / "venue.toml"
    path.write_text(text)

    with pytest.raises(ConfigError) as refused:
        load(path)

    assert place in str(refused.value)


def test_an_agenda_merges_its_streams_by_time_and_is_used_up() -> None:
    one, two, three = PassTime(), PassTime(), PassTime()
    agenda = Agenda([[(1, one), (5, three)], [(1, two)]])

    assert agenda.next_ns() == 1
    assert list(agenda.take(4)) == [(1, one), (1, two)]
    assert agenda.next_ns() == 5
    assert list(agenda.take(5)) == [(5, three)]
    assert agenda.next_ns() == NEVER_NS


@pytest.mark.parametrize(
    ("then", "sentence"),
    [
        pytest.param({"rulebook": "naive_print"}, "is listed under naive_last", id="rulebook"),
        pytest.param({"rules": {"clamp": "step"}}, "with other rules", id="one rule"),
        pytest.param({"rules": {"funding": {"scale_e4": 1}}}, "(funding)", id="a parameter"),
    ],
)
def test_a_journal_goes_on_under_the_rules_that_it_began_with(
    then: dict[str, Any], sentence: str, tmp_path: Path
) -> None:
    begun = _settings(tmp_path, MarketSettings(market="TSLA", rulebook="naive_last"))
    later = _settings(
        tmp_path, MarketSettings(**{"market": "TSLA", "rulebook": "naive_last"} | then)
    )
    asyncio.run(_open_and_close(begun))

    with pytest.raises(ConfigError) as refused:
        asyncio.run(_open_and_close(later))

    assert sentence in str(refused.value)


def test_a_refused_first_start_leaves_nothing_but_its_locks(tmp_path: Path) -> None:
    source = SourceSettings(replay_from="2023-12-11")
    mistaken = replace(_settings(tmp_path, MarketSettings(market="TSLA")), source=source)

    with pytest.raises(RecordingError):
        asyncio.run(_open_and_close(mistaken))

    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["projections.db.lock", "venue.db.lock"]


def test_what_stood_there_before_a_refused_start_stays(tmp_path: Path) -> None:
    settings = _settings(tmp_path, MarketSettings(market="TSLA"))
    asyncio.run(_open_and_close(settings))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    corrected = replace(settings, source=SourceSettings(replay="none"))

    with pytest.raises(ConfigError) as refused:
        asyncio.run(_open_and_close(corrected))

    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before.keys()
    assert str(refused.value).endswith(
        f"nobody has traded in it: to begin anew as asked for now, delete {tmp_path}/venue.db*, "
        f"{tmp_path}/projections.db* and {tmp_path}/venue.d"
    )


async def _open_and_close(settings: Settings) -> None:
    venue = Venue(settings)
    await venue.open()
    venue.sequencer.start()
    await venue.sequencer.drain()
    await venue.close()


def _settings(folder: Path, market: MarketSettings) -> Settings:
    store = StoreSettings(
        journal=f"sqlite:///{folder}/venue.db", projections=f"sqlite:///{folder}/projections.db"
    )
    return Settings(markets=(market,), store=store)


ALPACA = FeedSettings(
    url="wss://stream.example/v2/iex", name="iex", dialect="alpaca", key_env="A_KEY"
)
SPECS = (listing(MarketSettings(market="TSLA")), listing(MarketSettings(market="NVDA")))


def test_a_feed_with_symbols_carries_those_and_one_without_carries_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("A_KEY", "secret")
    hl = FeedSettings(
        url="wss://hl.example/ws", name="hl", dialect="hyperliquid", symbols={"TSLA": "xyz:TSLA"}
    )

    iex, hyperliquid = live_sources(SourceSettings(feeds=(ALPACA, hl)), SPECS)

    assert list(iex.settings.underlyings) == ["TSLA", "NVDA"]
    assert iex.settings.key == "secret"
    assert list(hyperliquid.settings.underlyings) == ["TSLA"]
    assert hyperliquid.settings.symbol("TSLA") == "xyz:TSLA"


@pytest.mark.parametrize(
    ("feed", "sentence"),
    [
        pytest.param(ALPACA, "in the environment as A_KEY, found none", id="no credential"),
        pytest.param(
            FeedSettings(url="ws://x.example", symbols={"GME": "GME"}),
            "symbols of GME, which no market follows",
            id="unknown underlying",
        ),
        pytest.param(
            FeedSettings(url="http://x.example"), "a ws:// or wss:// address", id="address"
        ),
        pytest.param(
            FeedSettings(url="ws://x.example", dialect="klingon"), "a dialect among", id="dialect"
        ),
    ],
)
def test_a_feed_that_cannot_be_is_refused_with_a_sentence(
    feed: FeedSettings, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("A_KEY", raising=False)

    with pytest.raises(ConfigError, match=r"source\.feeds: ") as refused:
        live_sources(SourceSettings(feeds=(feed,)), SPECS)

    assert sentence in str(refused.value)


def test_live_sources_may_change_and_their_settings_are_printed_as_a_file(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    live = SourceSettings(feeds=(ALPACA,))
    other = SourceSettings(live="wss://other.example")
    config = tmp_path / "venue.toml"
    config.write_text(as_toml(Settings(source=live)))

    same_run(path, Run(live, "live", 1), is_fresh=True)

    assert same_run(path, Run(other, "live", 2), is_fresh=False).anchor_ns == 1
    assert load(config).source.feeds == (ALPACA,)


def test_an_account_of_the_settings_cannot_make_money_unless_it_is_said(tmp_path: Path) -> None:
    """Only the two of a venue without settings can: they are of whoever runs it."""
    path = tmp_path / "venue.toml"
    path.write_text('[[accounts]]\nname = "carol"\n[[accounts]]\nname = "dan"\nscope = "fund"\n')

    assert [each.scope for each in load(path).accounts] == ["trade", "fund"]
    assert [each.name for each in Settings().accounts if each.scope == "fund"] == ["alice", "bob"]
