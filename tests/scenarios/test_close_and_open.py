"""Every row of docs/close-and-open.md against the venue, and what it says beside its tables."""

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.scenarios.stage import MARKET, Stage, new_york_ns, tape
from venue.core import events as ev
from venue.core.commands import (
    CancelAll,
    Command,
    PassTime,
    PlaceOrder,
    PlaceTrigger,
    RecordDowntime,
    Side,
    TriggerKind,
)
from venue.core.digest import digest, dump, load
from venue.core.engine import Engine
from venue.core.events import LiquidationWhy
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.policies import Terms, Verdict
from venue.core.rejects import Cause
from venue.core.state import SYSTEM_ORDERS_FROM
from venue.core.units import E6, E9, NS_PER_MINUTE, NS_PER_SECOND
from venue.lab.audit import faults
from venue.rules.build import build
from venue.sessions import Calendar, Override

PAGE = (Path(__file__).parents[2] / "docs" / "close-and-open.md").read_text()
MARKS_NS = 3 * NS_PER_SECOND


class Row(NamedTuple):
    """A row of a timeline, cell by cell."""

    time: str
    what: str
    session: str
    closure: str
    pricing: str
    terms: str
    mark_from: str
    phase: str
    funding: str
    triggers: str
    liquidations: str

    @property
    def at(self) -> str:
        """The time without the name of its day."""
        return self.time.split(" ", 1)[1]


def cells_below(heading: str) -> list[list[str]]:
    """Return the body rows of the first table below a heading."""
    part = PAGE.split(f"\n{heading}\n", 1)[1]
    table = re.search(r"(?:^\|.*\n)+", part, re.MULTILINE)
    assert table is not None, f"no table below {heading}"
    lines = table.group().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def timeline(heading: str) -> list[Row]:
    return [Row(*cells) for cells in cells_below(f"### {heading}")]


def effects(word: str) -> list[tuple[str, str]]:
    """Return (effect, event) of the steps of a close or an open, in order."""
    found = re.findall(rf"^\| {word} (\d+) \| (.*) \| `(\w+)` \|$", PAGE, re.MULTILINE)
    assert [int(number) for number, _, _ in found] == list(range(1, len(found) + 1))
    return [(effect, event) for _, effect, event in found]


def normal_weekend() -> Stage:
    return Stage(
        "2025-04-11 15:30",
        "2025-04-14 10:00",
        [
            tape("2025-04-11 15:30", "2025-04-11 19:59:45", 250),
            tape("2025-04-14 04:00", "2025-04-14 09:31", 240),
        ],
    )


def good_friday() -> Stage:
    return Stage(
        "2025-04-17 19:30",
        "2025-04-21 05:00",
        [
            tape("2025-04-17 19:30", "2025-04-17 19:59:45", 250),
            tape("2025-04-18 04:00", "2025-04-18 20:00", 252, every_ns=10 * NS_PER_MINUTE),
            tape("2025-04-21 04:20", "2025-04-21 04:21", 251),
        ],
    )


def weeknight() -> Stage:
    return Stage(
        "2025-04-15 19:30",
        "2025-04-16 10:00",
        [
            tape("2025-04-15 19:30", "2025-04-15 19:40", 250),
            tape("2025-04-15 19:48", "2025-04-15 19:59:45", 250),
            tape("2025-04-16 04:00", "2025-04-16 09:31", 251),
        ],
    )


def dead_feed() -> Stage:
    return Stage(
        "2025-04-16 11:30",
        "2025-04-16 14:00",
        [
            tape("2025-04-16 11:30", "2025-04-16 12:00", 250),
            tape("2025-04-16 12:40", "2025-04-16 13:00", 242, cents=50),
            tape("2025-04-16 13:20", "2025-04-16 13:21", 242, cents=50),
        ],
    )


STAGES: dict[str, Callable[[], Stage]] = {
    "A normal weekend": normal_weekend,
    "Good Friday": good_friday,
    "A weeknight": weeknight,
    "A dead feed at noon": dead_feed,
}
# Position limits in 1e-4 and bands in 1e-4, by the name of the terms.
TERMS = {"regular": (1_000, 10_000), "off hours": (700, 5_000), "closed": (500, 1_000)}
THROTTLES = {
    "at once": None,
    "wait": None,
    "$50,000 a second": 50_000 * E6,
    "$10,000 a second": 10_000 * E6,
}


def quoting(stage: Stage, centre: int = 250) -> Stage:
    """Let the first marks pass and the maker quote."""
    stage.to_ns(stage.now_ns + 10 * NS_PER_SECOND)
    stage.quote(centre)
    return stage


class Seen(NamedTuple):
    """What stands at the time of a row."""

    words: tuple[str, str, str, str]
    terms: Terms
    is_call: bool
    is_sampled: bool
    reads_the_book: bool


@cache
def walked(heading: str) -> tuple[Stage, list[Seen]]:
    """Walk a timeline from row to row, once; return the stage at its end, and what was seen."""
    stage = quoting(STAGES[heading]())
    seen = []
    for row in timeline(heading):
        market = stage.to(row.at).market
        source = stage.engine.state.sources[MARKET]
        words = (source.session, source.closure, market.pricing, market.phase)
        seen.append(
            Seen(
                (words[0].value, words[1].value, words[2].value, words[3].value),
                market.terms,
                market.phase is Phase.AUCTION,
                next_sample_is_taken(stage),
                next_mark_reads_the_book(stage),
            )
        )
    return stage, seen


@pytest.mark.parametrize("heading", STAGES)
def test_every_row_of_a_timeline_holds(heading: str) -> None:
    rows = timeline(heading)
    _, found = walked(heading)

    assert len(rows) >= 8
    for row, seen in zip(rows, found, strict=True):
        terms = seen.terms

        assert seen.words == (row.session, row.closure, row.pricing, row.phase), row
        assert (terms.band_e4, terms.position_e4) == TERMS[row.terms], row
        assert terms.closeout_micros_per_second == THROTTLES[row.liquidations], row
        assert terms.funding_e4 == 10_000, row
        assert (row.liquidations == "wait") == (row.triggers == "wait") == seen.is_call, row
        assert seen.is_sampled == (row.funding == "sampled"), row
        assert seen.reads_the_book == (row.mark_from == "index, basis, book"), row


def copy_of(stage: Stage) -> Engine:
    return Engine(build, load(dump(stage.engine.state), build))


def next_sample_is_taken(stage: Stage) -> bool:
    ahead = copy_of(stage)
    events = ahead.execute(PassTime(), at_ns=stage.market.next_sample_ns)
    sampled = [event for event in events if isinstance(event, ev.PremiumSampled)]
    return sampled[-1].memory is not None


def next_mark_reads_the_book(stage: Stage) -> bool:
    """A better bid makes a difference to the rule's averages only when the mark sees the book."""
    memories = []
    for bids in (True, False):
        ahead = copy_of(stage)
        if bids:
            best = stage.market.book.bids.best_ticks()
            assert best is not None, "the maker quotes"
            bid = PlaceOrder(stage.maker, MARKET, Side.BUY, 1_000, best + 5)
            ahead.execute(bid, at_ns=stage.now_ns)
        ahead.execute(PassTime(), at_ns=stage.market.next_mark_ns)
        memories.append(ahead.state.markets[MARKET].mark_memory)
    return bool(memories[0] != memories[1])


@pytest.mark.parametrize("heading", STAGES)
def test_the_mark_goes_at_most_one_percent_every_three_seconds(heading: str) -> None:
    stage, _ = walked(heading)

    marks = stage.heard(ev.MarkUpdated)
    half_micro_nanos = 500_000  # half a micro-dollar a lot, in nano-dollars a share
    for (before_ns, before), (at_ns, mark) in pairwise(marks):
        assert at_ns - before_ns == MARKS_NS
        moved = abs(mark.mark_nanos - before.mark_nanos)
        assert moved * 100 <= before.mark_nanos + 100 * half_micro_nanos


def test_the_calendar_wins_on_good_friday_and_the_sources_on_monday() -> None:
    stage, _ = walked("Good Friday")

    friday = stage.heard(ev.PrintJudged, since="2025-04-18 00:00")
    assert {event.verdict for at_ns, event in friday if at_ns < new_york_ns("2025-04-19")} == {
        Verdict.NOT_TRADING
    }
    assert [(at_ns, event.pricing, event.why) for at_ns, event in changes_of(stage)] == [
        (new_york_ns("2025-04-17 20:00"), Pricing.INTERNAL, "calendar"),
        (new_york_ns("2025-04-21 04:20"), Pricing.EXTERNAL, "print"),
    ]


def test_a_dead_feed_is_noticed_whatever_the_calendar_says() -> None:
    stage = quoting(dead_feed())

    stage.to("2025-04-16 14:00")

    assert [(at_ns, event.pricing, event.why) for at_ns, event in changes_of(stage)] == [
        (new_york_ns("2025-04-16 12:05:03"), Pricing.INTERNAL, "source_silence"),
        (new_york_ns("2025-04-16 12:40:00"), Pricing.EXTERNAL, "print"),
        (new_york_ns("2025-04-16 13:05:03"), Pricing.INTERNAL, "source_silence"),
        (new_york_ns("2025-04-16 13:20:00"), Pricing.EXTERNAL, "print"),
        (new_york_ns("2025-04-16 13:26:03"), Pricing.INTERNAL, "source_silence"),
    ]
    assert [session.session for _, session in stage.heard(ev.SessionChanged)] == [Session.REGULAR]


def changes_of(stage: Stage) -> list[tuple[int, ev.PricingChanged]]:
    """Return the changes of pricing after the first print."""
    return stage.heard(ev.PricingChanged)[1:]


def names(word: str) -> set[str]:
    return {event for _, event in effects(word)}


def test_the_calendars_close_has_its_effects_in_order() -> None:
    stage = quoting(normal_weekend()).to("2025-04-11 19:59:58")
    trader = stage.open("trader", dollars=1_000_000)
    stage.do(CancelAll(stage.maker))
    stage.place(stage.maker, Side.BUY, 10, 24_000, cancel_on_close=True)
    stage.place(stage.maker, Side.SELL, 10, 26_700)
    stage.place(trader, Side.BUY, 10, 26_500)  # within 7 % of the mark, not within 5 %

    stage.to("2025-04-11 20:00:03")

    seen = [event for _, event in stage.events if type(event).__name__ in names("close")]
    closes = max(at for at, event in enumerate(seen) if isinstance(event, ev.SessionChanged))
    after = seen[closes:]
    assert [type(event).__name__ for event in after] == [event for _, event in effects("close")]
    causes = [event.cause for event in after if isinstance(event, ev.OrderCancelled)]
    assert causes == [Cause.UNDERLYING_CLOSED, Cause.OUTSIDE_BAND]
    (changed,) = (event for event in after if isinstance(event, ev.PricingChanged))
    assert changed.anchor_nanos == 250 * E9


def test_a_close_by_silence_anchors_and_cancels_what_the_narrower_band_leaves_out() -> None:
    stage = quoting(dead_feed()).to("2025-04-16 12:05:02")
    trader = stage.open("trader", dollars=1_000_000)
    stage.do(CancelAll(stage.maker))
    stage.place(stage.maker, Side.BUY, 10, 24_000, cancel_on_close=True)
    stage.place(stage.maker, Side.SELL, 10, 27_300)
    stage.place(trader, Side.BUY, 10, 27_100)  # within 10 % of the mark, not within 7 %

    stage.to("2025-04-16 12:05:03")

    last = [event for at_ns, event in stage.events if at_ns == stage.now_ns]
    seen = [event for event in last if type(event).__name__ in names("close")]
    (change,) = (event for event in seen if isinstance(event, ev.PricingChanged))
    (cancelled,) = (event for event in seen if isinstance(event, ev.OrderCancelled))
    without = ("close 1", "close 3")
    assert [type(event).__name__ for event in seen] == [
        event
        for step, (_, event) in enumerate(effects("close"), 1)
        if f"close {step}" not in without
    ]
    assert (change.why, change.anchor_nanos) == ("source_silence", 250 * E9)
    assert (cancelled.account, cancelled.cause) == (trader, Cause.OUTSIDE_BAND)


def reopening_lower() -> Stage:
    """A weeknight that ends 4 % lower, with a 20x long and a stop at 245 that sells at 244."""
    stage = Stage(
        "2025-04-15 19:30",
        "2025-04-16 10:00",
        [
            tape("2025-04-15 19:30", "2025-04-15 19:59:45", 250),
            tape("2025-04-16 04:00", "2025-04-16 04:10", 240),
        ],
    )
    quoting(stage)
    stage.hold("levered", Side.BUY, 100, dollars=1_400, cents=25_010)
    careful = stage.hold("careful", Side.BUY, 20, dollars=100_000, cents=25_010)
    stage.do(
        PlaceTrigger(careful, MARKET, Side.SELL, 20_000, TriggerKind.STOP, trigger_ticks=24_500)
    )
    return stage


def told(event: ev.Event) -> str | None:
    """Return the name of an event if it is one that the table of an open means."""
    name = type(event).__name__
    if isinstance(event, ev.IndexUpdated) and event.pricing is Pricing.INTERNAL:
        return None
    if isinstance(event, ev.LiquidationDeferred) and event.why is not LiquidationWhy.AUCTION:
        return None
    if isinstance(event, ev.OrderAccepted) and event.order_id < SYSTEM_ORDERS_FROM:
        return None
    return name if name in names("open") else None


def test_an_open_has_its_effects_in_order() -> None:
    stage = reopening_lower().to("2025-04-16 04:01:30")

    is_external = False
    seen: list[str] = []
    for at_ns, event in stage.events:
        if at_ns < new_york_ns("2025-04-16 04:00") or (name := told(event)) is None:
            continue
        is_external = is_external or isinstance(event, ev.PricingChanged)
        if (name != "MarkUpdated" or is_external) and (name == "PhaseChanged" or name not in seen):
            seen.append(name)
    assert seen == [event for _, event in effects("open")]
    assert faults(stage.engine.state) == []


def test_in_a_call_triggers_and_liquidations_wait_and_join_the_uncross() -> None:
    stage = reopening_lower().to("2025-04-16 04:01:29")
    levered, careful = (stage.engine.state.names[name] for name in ("levered", "careful"))
    begun = stage.heard(ev.LiquidationStarted)
    waits = stage.heard(ev.LiquidationDeferred)
    assert stage.market.mark_nanos is not None
    assert stage.market.mark_nanos < 245 * E9  # The mark has walked past the stop.
    assert stage.heard(ev.TriggerFired) == []
    assert [event.account for _, event in begun] == [levered]
    assert {event.why for _, event in waits} == {LiquidationWhy.AUCTION}
    assert (stage.position(levered), stage.position(careful)) == (100_000, 20_000)

    stage.to("2025-04-16 04:01:30")

    ((at_ns, uncross),) = stage.heard(ev.AuctionUncrossed)
    assert at_ns == new_york_ns("2025-04-16 04:01:30")
    assert (stage.position(levered), stage.position(careful)) == (0, 0)
    assert uncross.size_lots == 120_000
    assert uncross.price_ticks == stage.market.last_ticks
    # The maker's Friday bids would have been hit at their own price.
    assert uncross.stale_micros >= 0
    assert stage.market.book.bids.best_ticks() == 24_990


def test_after_the_call_the_mark_goes_on_from_where_it_was() -> None:
    stage = reopening_lower().to("2025-04-16 04:01:29")
    before = stage.market.mark_nanos

    stage.to("2025-04-16 04:01:33")

    assert before is not None
    assert stage.market.mark_nanos is not None
    assert abs(stage.market.mark_nanos - before) * 100 <= 2 * before
    assert stage.market.index_nanos == 240 * E9


def test_a_stop_does_not_protect_against_a_gap_in_the_book() -> None:
    stage = quoting(normal_weekend())
    trader = stage.hold("careful", Side.BUY, 20, dollars=100_000, cents=25_010)
    stage.to("2025-04-12 12:00")
    stage.do(
        PlaceTrigger(trader, MARKET, Side.SELL, 20_000, TriggerKind.STOP, trigger_ticks=24_950)
    )

    stage.quote(243)
    stage.to("2025-04-12 12:05")

    ((_, fired),) = stage.heard(ev.TriggerFired)
    trade = next(
        event
        for _, event in stage.heard(ev.Traded)
        if event.taker_account == trader and event.taker_side is Side.SELL
    )
    assert 249 * E9 < fired.mark_nanos <= 24_950 * E9 // 100  # At the first mark beyond it,
    assert trade.price_ticks == 24_290  # at what the book gives then.
    assert stage.position(trader) == 0


def test_a_stop_with_a_limit_that_fires_at_the_uncross_rests_with_what_is_left() -> None:
    stage = reopening_lower()
    patient = stage.hold("patient", Side.BUY, 10, dollars=100_000, cents=25_010)
    stage.do(
        PlaceTrigger(
            patient, MARKET, Side.SELL, 10_000, TriggerKind.STOP, 24_500, price_ticks=25_300
        )
    )

    stage.to("2025-04-16 04:01:30")

    (resting,) = stage.engine.state.accounts[patient].orders.values()
    assert (resting.limit_ticks, resting.remaining_lots) == (25_300, 10_000)
    assert stage.position(patient) == 10_000


def test_while_closed_close_outs_are_throttled_to_ten_thousand_dollars_a_second() -> None:
    stage = quoting(normal_weekend())
    levered = stage.hold("levered", Side.BUY, 2_000, dollars=28_000, cents=25_010)
    stage.quote(250)
    stage.to("2025-04-12 12:00")

    stage.quote(240)
    stage.to("2025-04-12 12:05")

    closed = stage.heard(ev.ClosedOut)
    worth = [event.filled_lots * stage.market.mark_micros for _, event in closed]
    # The rule asks for 20 % at first, some $96,000: the throttle lets a second's worth through.
    assert len(closed) >= 3
    assert all(9_700 * E6 < micros <= 10_000 * E6 for micros in worth)
    assert len({at_ns // NS_PER_SECOND for at_ns, _ in closed}) == len(closed)
    assert 0 < stage.position(levered) < 2_000_000
    assert faults(stage.engine.state) == []


def test_a_short_halt_ends_with_a_believed_print_and_not_with_a_price_from_before_it() -> None:
    from_ns, to_ns = new_york_ns("2025-04-16 12:00"), new_york_ns("2025-04-16 12:03")
    halt = Override(
        calendar=Calendar.US_EQUITY,
        from_ns=from_ns,
        to_ns=to_ns,
        session=Session.NO_TRADING,
        closure=Closure.HALT,
        why="news pending",
    )
    stage = Stage(
        "2025-04-16 11:30",
        "2025-04-16 14:00",
        [
            tape("2025-04-16 11:30", "2025-04-16 11:59:45", 250),
            tape("2025-04-16 12:03:15", "2025-04-16 12:03:15", 225),  # A jump: it waits.
            tape("2025-04-16 12:04", "2025-04-16 12:06", 245),
        ],
        overrides=[halt],
    )
    quoting(stage).to("2025-04-16 12:03:59")
    still_internal = stage.market.pricing

    stage.to("2025-04-16 12:04")

    assert still_internal is Pricing.INTERNAL
    assert stage.market.pricing is Pricing.EXTERNAL
    assert stage.market.index_nanos == 245 * E9
    assert stage.market.phase is Phase.CONTINUOUS  # Four minutes are too short for a call.


def test_the_closed_index_counts_from_the_close_not_from_the_last_new_price() -> None:
    stage = quoting(normal_weekend()).to("2025-04-11 19:59:58")
    stage.quote(252)  # The tape has said 250 for hours.

    stage.to("2025-04-11 20:00:03")

    index = stage.market.index_nanos
    assert index is not None
    # Of 1.90 to the impact bid, three seconds of 30 minutes: 1 - exp(-1/600) of it.
    assert 0 < index - 250 * E9 <= 4_000_000


@pytest.mark.parametrize(
    ("every", "seconds"),
    [
        pytest.param(1, 60, id="a print a second"),
        pytest.param(15, 60, id="four a minute"),
        pytest.param(25, 75, id="fewer"),
    ],
)
def test_a_jump_of_sixteen_percent_is_believed_after_sixty_to_eighty_seconds(
    every: int, seconds: int
) -> None:
    opens_ns = new_york_ns("2025-04-16 04:00")
    stage = Stage(
        "2025-04-15 19:30",
        "2025-04-16 10:00",
        [
            tape("2025-04-15 19:30", "2025-04-15 19:59:45", 250),
            tape("2025-04-16 04:00", "2025-04-16 04:05", 210, every_ns=every * NS_PER_SECOND),
        ],
    )
    quoting(stage).to_ns(opens_ns + (seconds - 1) * NS_PER_SECOND)
    before = stage.market.index_nanos

    stage.to_ns(opens_ns + seconds * NS_PER_SECOND)
    at_once = stage.market.index_nanos
    stage.quote(210)  # The call leaves time for it.
    stage.to("2025-04-16 04:04")

    assert (before, at_once) == (250 * E9, 210 * E9)
    # 18 steps of 1 % from 250 to 210.
    believed_ns = changes_of(stage)[1][0]
    walked = [event for at_ns, event in stage.heard(ev.MarkUpdated) if at_ns > believed_ns]
    assert walked[16].mark_nanos > 210 * E9
    assert walked[17].mark_nanos == 210 * E9


@pytest.mark.parametrize(
    ("minutes", "phase"),
    [
        pytest.param(29, Phase.CONTINUOUS, id="short outage: no call"),
        pytest.param(30, Phase.AUCTION, id="half an hour: a call"),
    ],
)
def test_a_long_outage_counts_as_internal_pricing(minutes: int, phase: Phase) -> None:
    stage = Stage(
        "2025-04-16 11:30",
        "2025-04-16 14:00",
        [
            tape("2025-04-16 11:30", "2025-04-16 11:59:45", 250),
            tape("2025-04-16 12:35", "2025-04-16 12:36", 248),
        ],
    )
    quoting(stage).to("2025-04-16 12:00")
    back_ns = stage.now_ns + minutes * NS_PER_MINUTE
    stage.do(RecordDowntime(back_ns))

    stage.to_ns(back_ns)
    stage.do(tape_print("2025-04-16 12:30", 248))

    assert stage.market.pricing is Pricing.EXTERNAL
    assert stage.market.phase is phase


def tape_print(at: str, dollars: int) -> Command:
    ((_, command),) = tape(at, at, dollars)
    return command


CRASHES = [
    ("2025-04-15 19:59:30", "2025-04-15 20:00:30"),
    ("2025-04-16 03:59:30", "2025-04-16 04:02:30"),
]


def test_a_crash_between_any_two_commands_of_close_and_open_changes_nothing() -> None:
    stage = reopening_lower().to("2025-04-16 04:05")
    windows = [(new_york_ns(begins), new_york_ns(ends)) for begins, ends in CRASHES]
    crashes = 0
    engine = Engine(build)
    told: list[ev.Event] = []

    for at_ns, command in stage.commands:
        told.extend(engine.execute(command, at_ns=at_ns))
        if any(begins <= at_ns <= ends for begins, ends in windows):
            engine = Engine(build, load(dump(engine.state), build))
            crashes += 1

    assert crashes > 120
    assert [event for event in told if not isinstance(event, ev.TimePassed)] == [
        event for _, event in stage.events
    ]
    assert digest(engine.state) == digest(stage.engine.state)
    assert stage.heard(ev.AuctionUncrossed)
    assert stage.heard(ev.LiquidationEnded)
