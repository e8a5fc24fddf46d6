"""What the venue drives itself: recordings with a split in them, and markets with a new name."""

from pathlib import Path
from typing import TypedDict

import pytest

from tests.core.test_delisting import renamed
from tests.support.desk import MARKET
from venue.config import ConfigError, MarketSettings, RecordedSplit, SourceSettings
from venue.core import commands as cmd
from venue.core.units import E9
from venue.listings import listing
from venue.oracle import RecordingError
from venue.sources import Plan, as_listed, plan, print_stream

SEED = b"s" * 32
FRIDAY = """timestamp,symbol,price
2025-04-11T19:58:00Z,TSLA,250.00
2025-04-11T19:59:00Z,TSLA,250.02
2025-04-14T13:30:00Z,TSLA,125.50
2025-04-14T13:31:00Z,TSLA,126.00
"""


class Span(TypedDict, total=False):
    """From when a recording is replayed, or until when."""

    from_: str
    to: str


def recorded(
    folder: Path,
    *splits: RecordedSplit,
    from_: str | None = None,
    to: str | None = None,
    adjusted: bool = False,
    is_fresh: bool = True,
) -> Plan:
    """Return the plan of a recording in which a two for one split has happened on the weekend."""
    path = folder / "weekend.csv"
    path.write_text(FRIDAY)
    settings = SourceSettings(
        replay=str(path),
        replay_splits=splits,
        replay_from=from_,
        replay_to=to,
        replay_adjusted=adjusted,
    )
    markets = [listing(MarketSettings(market=name)) for name in ("TSLA", "NVDA")]
    return plan(settings, markets, seed=SEED, now_ns=0, is_fresh=is_fresh)


def printed(found: Plan, underlying: str, count: int) -> list[int]:
    """Return the first prices that are printed of an underlying, in cents."""
    prints = [
        command
        for stream in print_stream(found.feeds[:-1], found.span.start_ns)
        for _, command in stream
        if isinstance(command, cmd.SubmitPrint) and command.underlying == underlying
    ]
    assert all(each.in_first_units for each in prints)
    return [each.price_nanos * 100 // E9 for each in prints[:count]]


def test_a_split_in_a_recording_is_taken_out_of_its_prices(tmp_path: Path) -> None:
    """The core puts it in again when the operator announces it; until then nobody is halved."""
    found = recorded(tmp_path, RecordedSplit(at="2025-04-14 00:00", ratio="2:1"))

    assert printed(found, "TSLA", 4) == [25_000, 25_002, 25_100, 25_200]


def test_what_follows_a_recording_does_not_follow_a_split_in_it(tmp_path: Path) -> None:
    """NVDA moves by 0.45 of what TSLA does: half the price would take a quarter of it."""
    whole = printed(recorded(tmp_path, RecordedSplit(at="2025-04-14", ratio="2:1")), "NVDA", 4)
    fallen = printed(recorded(tmp_path), "NVDA", 4)

    assert abs(whole[2] / whole[1] - 1) < 0.05
    assert fallen[2] / fallen[1] < 0.8


def test_a_split_of_another_underlying_changes_nothing(tmp_path: Path) -> None:
    found = recorded(tmp_path, RecordedSplit(at="2025-04-14", ratio="2:1", market="NVDA"))

    assert printed(found, "TSLA", 4) == [25_000, 25_002, 12_550, 12_600]


@pytest.mark.parametrize(
    ("at", "ratio", "said"),
    [
        ("2025-04-14", "two", "expected new units for old ones, such as 4:1 or 1:10, found 'two'"),
        ("2025-04-14", "0:1", "expected new units for old ones, such as 4:1 or 1:10, found '0:1'"),
        ("soon", "2:1", "expected a time such as 2025-04-11 15:30, found soon"),
    ],
)
def test_a_split_that_cannot_be_read_is_refused(
    at: str, ratio: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=said):
        recorded(tmp_path, RecordedSplit(at=at, ratio=ratio))


@pytest.mark.parametrize(
    "span", [{"from_": "2023-12-11 15:30"}, {"from_": "2025-04-07 15:57"}, {"to": "2026-04-14"}]
)
def test_a_span_far_off_its_recording_is_refused_with_what_it_records(
    span: Span, tmp_path: Path
) -> None:
    with pytest.raises(RecordingError) as refused:
        recorded(tmp_path, **span)

    said = "2025-04-11 15:58 to 2025-04-14 09:31 New York, or at most 4 days beside it, found "
    (found,) = span.values()
    assert f"{said}{found}" in str(refused.value)


def test_a_venue_may_open_the_weekend_before_its_recording(tmp_path: Path) -> None:
    assert recorded(tmp_path, from_="2025-04-07 15:59").span.start_ns == 1_744_055_940 * 10**9
    assert recorded(tmp_path, from_="2023-12-11", is_fresh=False)  # An older journal goes on.


@pytest.mark.parametrize("written", ["TSLA", "META"])
def test_known_feeds_go_on_under_the_first_name_whatever_the_settings_say(written: str) -> None:
    """Otherwise the synthetic path of META would begin at another price."""
    desk = renamed()
    desk.do(cmd.AnnounceAction(MARKET, cmd.Rename("META", "META")))
    specs = [listing(MarketSettings(market=written)), listing(MarketSettings(market="NVDA"))]

    found = as_listed(specs, desk.state)

    assert [each.underlying for each in found] == ["TSLA", "NVDA"]


@pytest.mark.parametrize("adjusted", [False, True])
def test_what_no_dividend_is_in_says_so_with_every_print(tmp_path: Path, adjusted: bool) -> None:
    """A recording's prices fell at its ex-dates by themselves, unless they were adjusted."""
    found = recorded(tmp_path, adjusted=adjusted)
    knows_of_none: dict[str, set[bool]] = {}
    for stream in print_stream(found.feeds[:-1], found.span.start_ns):
        for _, command in stream:
            assert isinstance(command, cmd.SubmitPrint)
            knows_of_none.setdefault(command.underlying, set()).add(command.without_dividends)
    (synthetic,) = print_stream(found.feeds[-1:], found.span.start_ns)
    _, first = next(synthetic)

    assert knows_of_none == {"TSLA": {adjusted}, "NVDA": {True}}
    assert isinstance(first, cmd.SubmitPrint)
    assert first.without_dividends
