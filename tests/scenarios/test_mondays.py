"""Bots trade through recorded Monday opens, in lock-step at full speed, under the real rules.

The recorded spans are TSLA's of April 2025: a normal weekend, and Good Friday's three closed days.
Where the recording is not here, generated minutes of the same shape stand alone.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from tests.scenarios import recorded_minutes
from tests.scenarios.recorded_minutes import RECORDED, WHY_ABSENT, median_at
from tests.scenarios.stage import MARKET, new_york_ns
from venue.core import events as ev
from venue.core.commands import Command, SubmitPrint
from venue.core.events import Event
from venue.core.phases import Phase, Pricing, Session
from venue.core.state import State
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.lab.agents import Holder, Maker, Momentum, NoiseTaker
from venue.lab.audit import faults
from venue.lab.measures import Measures, rolling_medians, share_off
from venue.lab.run import Agent, RunResult, prints, run, sessions
from venue.oracle import Recording
from venue.rules.rulebooks import spec
from venue.sessions import Calendar

needs_recording = pytest.mark.skipif(not RECORDED.exists(), reason=WHY_ABSENT)
STEP_NS = NS_PER_MINUTE


class Span(NamedTuple):
    """A weekend: when the run begins and ends, the close, and the believed print of the open."""

    starts: str
    ends: str
    closes: str
    opens: str
    closed_hours: int
    recorded: bool
    loses: tuple[str, ...]


SPANS = [
    pytest.param(
        Span(
            "2025-04-11 15:30",
            "2025-04-14 10:30",
            "2025-04-11 20:00",
            "2025-04-14 04:00",
            closed_hours=56,
            recorded=True,
            loses=("holder-20-short",),
        ),
        id="11 to 14 April",
        marks=needs_recording,
    ),
    pytest.param(
        Span(
            "2025-04-17 15:30",
            "2025-04-21 10:30",
            "2025-04-17 20:00",
            "2025-04-21 04:00",
            closed_hours=80,
            recorded=True,
            loses=("holder-20-long",),
        ),
        id="Good Friday",
        marks=needs_recording,
    ),
    pytest.param(
        Span(
            "2025-05-16 15:30",
            "2025-05-19 10:30",
            "2025-05-16 20:00",
            "2025-05-19 04:00",
            closed_hours=56,
            recorded=False,
            loses=("holder-20-long",),
        ),
        id="generated",
    ),
]


class Watch:
    """A listener that keeps the events of prices, phases, funding and trades with their times."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, Event]] = []

    def __call__(self, at_ns: int, command: Command, events: list[Event]) -> None:
        now_ns = at_ns
        for event in events:
            if isinstance(event, ev.TimePassed):
                now_ns = event.at_ns
            elif not isinstance(event, ev.PremiumSampled | ev.OrderAccepted | ev.OrderCancelled):
                self.seen.append((now_ns, event))


class Weekend(NamedTuple):
    """One run of a span, and what was heard of it."""

    span: Span
    recording: Recording
    result: RunResult
    seen: list[tuple[int, Event]]
    measures: Measures
    broken: list[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mondays")


@pytest.fixture(scope="module")
def fortnight(folder: Path) -> Recording:
    return recorded_minutes.mended(RECORDED, folder / "recorded.csv")


def recording_of(span: Span, folder: Path) -> Recording:
    path, out = RECORDED, folder / f"mended {span.opens[:10]}.csv"
    if not span.recorded:
        path = recorded_minutes.generated(folder / f"generated {len(list(folder.iterdir()))}.csv")
        out = path.with_suffix(".mended.csv")
    return recorded_minutes.mended(path, out)


def bots(span: Span) -> list[Agent]:
    """Two makers that follow, one that leaves its quotes over the open, takers, and holders."""
    starts_ns, opens_ns = new_york_ns(span.starts), new_york_ns(span.opens)
    asleep_ns = (opens_ns - 5 * NS_PER_MINUTE, opens_ns + NS_PER_HOUR)
    holders = [
        Holder(
            f"holder-{leverage}-{'long' if is_long else 'short'}",
            MARKET,
            at_ns=starts_ns + leverage * NS_PER_MINUTE,
            is_long=is_long,
            leverage=leverage,
        )
        for leverage in (5, 10, 20)
        for is_long in (True, False)
    ]
    return [
        Maker("maker-1", MARKET, lean_e6=50),
        Maker("maker-2", MARKET, spread_e4=12, closed_e4=45, lean_e6=80),
        Maker("sleepy", MARKET, asleep_ns=asleep_ns),
        *(NoiseTaker(f"noise-{seed}", MARKET, seed=seed) for seed in range(3)),
        Momentum("momentum", MARKET),
        *holders,
    ]


def trade(span: Span, recording: Recording) -> Weekend:
    starts_ns, ends_ns = new_york_ns(span.starts), new_york_ns(span.ends)
    watch, measures = Watch(), Measures()
    broken: list[str] = []
    steps = iter(range(1 << 30))

    def audit(state: State) -> None:
        if next(steps) % 30 == 0:
            broken.extend(faults(state))

    result = run(
        [spec(MARKET)],
        [
            sessions(MARKET, Calendar.US_EQUITY, starts_ns, ends_ns),
            prints(recording.prints(starts_ns, ends_ns)),
        ],
        bots(span),
        starts_ns,
        ends_ns,
        STEP_NS,
        insurance_micros=250_000 * E6,
        heard=[watch, measures],
        after_step=audit,
    )
    return Weekend(span, recording, result, watch.seen, measures, broken + faults(result.state))


@pytest.fixture(scope="module", params=SPANS)
def weekend(request: pytest.FixtureRequest, folder: Path) -> Weekend:
    span: Span = request.param
    return trade(span, recording_of(span, folder))


def heard(weekend: Weekend, kind: type[Event]) -> Iterator[tuple[int, Event]]:
    return ((at_ns, event) for at_ns, event in weekend.seen if isinstance(event, kind))


def test_nothing_is_lost_or_made_over_a_weekend(weekend: Weekend) -> None:
    assert weekend.broken == []


@pytest.mark.parametrize("weekend", SPANS[-1:], indirect=True)  # One is as good as three for it.
def test_the_same_weekend_has_the_same_digest_again(weekend: Weekend) -> None:
    again = trade(weekend.span, weekend.recording)

    assert again.result.digest == weekend.result.digest
    assert again.result.events == weekend.result.events


def test_pricing_and_phases_change_when_the_table_says(weekend: Weekend) -> None:
    closes_ns, opens_ns = new_york_ns(weekend.span.closes), new_york_ns(weekend.span.opens)
    pricing = [
        (at_ns, event.pricing, event.why)
        for at_ns, event in weekend.seen
        if isinstance(event, ev.PricingChanged)
    ][1:]
    phases = [
        (at_ns, event.phase) for at_ns, event in weekend.seen if isinstance(event, ev.PhaseChanged)
    ][1:]

    (close, reopen) = pricing
    believed_ns = reopen[0]
    assert close == (closes_ns, Pricing.INTERNAL, "calendar")
    assert reopen[1:] == (Pricing.EXTERNAL, "print")
    assert opens_ns <= believed_ns <= opens_ns + 80 * NS_PER_SECOND
    assert phases == [
        (believed_ns, Phase.AUCTION),
        (believed_ns + 30 * NS_PER_SECOND, Phase.CONTINUOUS),
    ]


def test_the_one_call_uncrosses_and_measures_stale_quotes(weekend: Weekend) -> None:
    (uncross,) = weekend.measures.uncrosses

    assert len(weekend.measures.calls) == 1
    assert uncross.price_ticks is not None
    assert uncross.size_lots > 0
    assert uncross.stale_micros > 0  # One maker slept.


def test_the_index_follows_the_open_within_three_minutes(weekend: Weekend) -> None:
    opens_ns = new_york_ns(weekend.span.opens)
    true_nanos = median_at(weekend.recording, f"{weekend.span.opens[:10]} 04:03")
    indexes = [
        event.index_nanos
        for at_ns, event in weekend.seen
        if isinstance(event, ev.IndexUpdated) and at_ns <= opens_ns + 3 * NS_PER_MINUTE
    ]
    before = [
        event.index_nanos
        for at_ns, event in weekend.seen
        if isinstance(event, ev.IndexUpdated) and at_ns <= opens_ns
    ]

    assert abs(before[-1] - true_nanos) * 100 > true_nanos  # It was a jump of more than 1 %,
    assert abs(indexes[-1] - true_nanos) * 200 <= true_nanos  # and is followed to half of one.


def test_the_mark_goes_at_most_one_percent_an_update(weekend: Weekend) -> None:
    marks = [event for _, event in weekend.seen if isinstance(event, ev.MarkUpdated)]

    assert len(marks) > 70_000
    for before, mark in pairwise(marks):
        # The published mark is rounded to a micro-dollar a lot, a tenth of a cent a share.
        assert abs(mark.mark_micros - before.mark_micros) * 100 <= before.mark_micros + 50


def test_funding_settles_every_hour_for_what_was_sampled(weekend: Weekend) -> None:
    starts_ns, ends_ns = new_york_ns(weekend.span.starts), new_york_ns(weekend.span.ends)
    settled = [event for _, event in weekend.seen if isinstance(event, ev.FundingSettled)]
    first_ns = (starts_ns // NS_PER_HOUR + 1) * NS_PER_HOUR
    opens_hour_ns = new_york_ns(weekend.span.opens) + NS_PER_HOUR

    assert [event.at_ns for event in settled] == list(range(first_ns, ends_ns + 1, NS_PER_HOUR))
    shares = {event.at_ns: event.sampled_e4 for event in settled}
    assert 4_900 <= shares.pop(first_ns) <= 5_000  # The run begins at half past.
    assert 9_900 <= shares.pop(opens_hour_ns) < 10_000  # Nothing is sampled in a call.
    assert set(shares.values()) == {10_000}
    assert weekend.measures.funding_moved_micros > 0


def test_bots_trade_before_through_and_after_the_weekend(weekend: Weekend) -> None:
    closes_ns, opens_ns = new_york_ns(weekend.span.closes), new_york_ns(weekend.span.opens)
    times = [at_ns for at_ns, event in weekend.seen if isinstance(event, ev.Traded)]

    assert sum(at_ns < closes_ns for at_ns in times) > 100
    assert sum(closes_ns <= at_ns < opens_ns for at_ns in times) > 500
    assert sum(at_ns >= opens_ns for at_ns in times) > 100
    assert opens_ns - closes_ns == weekend.span.closed_hours * NS_PER_HOUR


def test_a_weekend_against_twenty_times_leverage_liquidates_and_one_with_it_does_not(
    weekend: Weekend,
) -> None:
    names = {account: name for name, account in weekend.result.accounts.items()}

    assert tuple(names[account] for account in weekend.measures.liquidated) == weekend.span.loses


MORNINGS = [
    pytest.param("2025-04-07", True, id="7 April", marks=needs_recording),
    pytest.param("2025-04-09", True, id="9 April", marks=needs_recording),
    pytest.param("2025-05-19", False, id="generated"),
]


def morning(recording: Recording, day: str, rulebook: str) -> Measures:
    """Run 07:30 to 08:30 with makers that do not move, and 20x holders of both sides."""
    starts_ns, ends_ns = new_york_ns(f"{day} 07:30"), new_york_ns(f"{day} 08:30")
    enters_ns = new_york_ns(f"{day} 07:58")
    around_nanos = median_at(recording, f"{day} 07:58")
    measures = Measures()
    result = run(
        [spec(MARKET, rulebook)],
        [
            sessions(MARKET, Calendar.US_EQUITY, starts_ns, ends_ns),
            prints(recording.prints(starts_ns, ends_ns)),
        ],
        [
            Maker("maker-1", MARKET, around_nanos=around_nanos, size_lots=200_000),
            Maker("maker-2", MARKET, around_nanos=around_nanos, spread_e4=12, size_lots=200_000),
            Holder("long", MARKET, at_ns=enters_ns, is_long=True, leverage=20),
            Holder("short", MARKET, at_ns=enters_ns, is_long=False, leverage=20),
        ],
        starts_ns,
        ends_ns,
        5 * NS_PER_SECOND,
        insurance_micros=250_000 * E6,
        heard=[measures],
    )
    assert faults(result.state) == []
    entered = [result.state.accounts[result.accounts[name]] for name in ("long", "short")]
    assert all(account.holdings[MARKET].fees_micros for account in entered), "both hold"
    return measures


@pytest.mark.parametrize(("day", "recorded"), MORNINGS)
def test_late_prints_liquidate_somebody_under_naive_print_and_nobody_under_the_default(
    day: str, recorded: bool, folder: Path
) -> None:
    span = Span("", "", "", day, 0, recorded, ())
    recording = recording_of(span, folder)

    naive = morning(recording, day, "naive_print")
    default = morning(recording, day, "venue_default")

    assert len(naive.liquidated) >= 1
    assert naive.step_max_e4 > 200
    assert default.liquidated == {}
    assert default.step_max_e4 < 101


class Judged:
    """A listener that pairs the index after each print outside REGULAR hours with its minute."""

    def __init__(self) -> None:
        self.points: list[tuple[int, int, int]] = []
        self._index: int | None = None
        self._session = Session.NO_TRADING

    def __call__(self, at_ns: int, command: Command, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, ev.IndexUpdated):
                self._index = event.index_nanos
            elif isinstance(event, ev.SessionChanged):
                self._session = event.session
        if isinstance(command, SubmitPrint) and self._session is not Session.REGULAR:
            assert self._index is not None, "the first print of a market is believed"
            self.points.append((at_ns, self._index, command.price_nanos))


@needs_recording
def test_over_a_fortnight_the_index_is_rarely_off_outside_regular_hours(
    fortnight: Recording,
) -> None:
    # No bots: the closed index stands still, as it does over a thin book. The index follows the
    # prints; marks, which follow it, are as far apart as the rulebook lets them be.
    judged = Judged()
    starts_ns, ends_ns = fortnight.first_ns, fortnight.last_ns
    run(
        [replace(spec(MARKET), mark_interval_ns=10 * NS_PER_SECOND)],
        [
            sessions(MARKET, Calendar.US_EQUITY, starts_ns, ends_ns),
            prints(fortnight.prints(starts_ns, ends_ns)),
        ],
        [],
        starts_ns,
        ends_ns,
        NS_PER_HOUR,
        heard=[judged],
    )

    closes = [
        (each.received_ns // NS_PER_MINUTE, each.price_nanos)
        for each in fortnight.prints(starts_ns, ends_ns + 1)
        if each.received_ns // E9 % 60 == 59
    ]
    medians = rolling_medians(closes, reach_ns=2)
    pairs = [
        (at_ns, index, price, int(medians[at_ns // NS_PER_MINUTE]))
        for at_ns, index, price in judged.points
        if at_ns // NS_PER_MINUTE in medians
    ]
    off = share_off(((index, true) for _, index, _, true in pairs), more_than=0.01)
    raw = share_off(((price, true) for _, _, price, true in pairs), more_than=0.01)
    assert len(pairs) > 20_000
    assert 0.0025 < raw < 0.0035
    assert off <= 0.006
    for day in ("2025-04-14", "2025-04-21"):
        opens_ns = new_york_ns(f"{day} 04:00")
        after = [(at_ns, index, true) for at_ns, index, _, true in pairs if at_ns >= opens_ns]
        assert abs(after[0][1] / after[0][2] - 1) > 0.01
        near_ns = next(at for at, index, true in after if abs(index / true - 1) < 0.005)
        assert near_ns - opens_ns <= 3 * NS_PER_MINUTE
