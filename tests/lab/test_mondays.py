"""The study of Monday opens: gaps read from daily prices, and a bill for each that adds up."""

import datetime as dt
from functools import cache
from pathlib import Path

import pytest

from venue.core.commands import Side
from venue.core.units import E6, E9
from venue.lab.mondays import friday
from venue.lab.mondays.friday import INSURANCE_MICROS
from venue.lab.mondays.gaps import GapFault, Weekend, weekends
from venue.lab.mondays.page import draw, fill, table
from venue.lab.mondays.play import Outcome, play
from venue.lab.mondays.study import cases, loud, played, quiet_cases, tallies

prepared = cache(friday.prepared)  # Frozen, and the same for every gap.
DATA = Path(__file__).parents[3] / "shared" / "data"
DAILY = """Date,Open,High,Low,Close,Adj Close,Volume
2020-01-09,24.0,24.2,23.9,24.5,24.5,1
2020-01-10,24.6,24.9,24.4,25.0,25.0,1
2020-01-13,22.0,22.9,21.5,22.5,22.5,1
2020-01-14,22.6,22.9,21.5,22.5,22.5,1
2020-01-16,22.6,22.9,21.5,22.5,22.5,1
2020-01-21,23.333333,23.9,23.5,23.5,23.5,1
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "daily.csv"
    path.write_text(text)
    return path


def test_a_gap_lies_over_at_least_two_closed_days_and_is_scaled_to_250(tmp_path: Path) -> None:
    found = weekends(write(tmp_path, DAILY))

    assert found == [
        Weekend(dt.date(2020, 1, 10), dt.date(2020, 1, 13), 220 * E9),
        # 23.333333 / 22.5 × 250 = 259.259255..., to the cent.
        Weekend(dt.date(2020, 1, 16), dt.date(2020, 1, 21), 259_260_000_000),
    ]
    assert [each.gap_e4 for each in found] == [-1_200, 370]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            DAILY.replace("24.6", "n/a"), "line 3: expected date, open and close", id="n/a"
        ),
        pytest.param(DAILY.replace("Open", "First"), "line 2: expected date, open", id="column"),
        pytest.param(
            DAILY.replace("2020-01-14", "2020-01-08"), "expected days in order", id="order"
        ),
        pytest.param(DAILY.replace(",25.0,25.0", ",0,0"), "expected prices above 0", id="zero"),
    ],
)
def test_a_file_of_prices_that_cannot_be_read_is_refused(
    text: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(GapFault, match=words):
        weekends(write(tmp_path, text))


@pytest.mark.parametrize("in_pieces", [False, True], ids=["one step", "two pieces"])
@pytest.mark.parametrize("open_nanos", [220 * E9, 280 * E9], ids=["down", "up"])
def test_the_essays_gap_is_paid_by_fund_and_winners_and_the_bill_adds_up(
    open_nanos: int, in_pieces: bool
) -> None:
    bill = play(prepared("venue_default"), open_nanos, in_pieces=in_pieces)

    loser = Side.BUY if open_nanos < 250 * E9 else Side.SELL
    bankrupt = {(each.side, each.leverage) for each in bill.traders if each.is_bankrupt}
    assert bankrupt == {(loser, 10), (loser, 20)}
    assert all(each.left_micros >= 0 for each in bill.traders)
    assert bill.fund_micros == INSURANCE_MICROS
    assert bill.bad_debt_micros == 0
    # Winners pay the rest; what they gave up to a loser that lost less than all comes on top.
    assert bill.winners_micros >= bill.shortfall_micros - bill.fund_micros > 1_000 * E6


def test_a_mark_that_follows_the_last_trade_shows_insolvent_traders_as_untouched() -> None:
    bill = play(prepared("naive_last"), 220 * E9, in_pieces=False)

    assert {each.outcome for each in bill.traders} == {Outcome.UNTOUCHED}
    assert [each.leverage for each in bill.traders if each.is_bankrupt] == [10, 20]
    assert bill.shortfall_micros > 2_000 * E6
    assert (bill.fund_micros, bill.winners_micros, bill.bad_debt_micros) == (0, 0, 0)


def test_a_study_counts_each_weekend_and_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    gaps = weekends(write(tmp_path, DAILY))
    kept = tmp_path / "plays.jsonl"
    names = ["naive_print"]
    told: list[tuple[int, int]] = []

    quiet = played(quiet_cases(names), kept, processes=1)
    wanted = cases(names, gaps, loud(quiet))
    first = played(wanted, kept, processes=1)
    again = played(wanted, kept, processes=1, progress=lambda *done: told.append(done))

    assert loud(quiet) == []
    assert first == again
    assert told == [(len(wanted), len(wanted))]
    one_step, in_pieces = tallies(again, gaps)
    assert (one_step.in_pieces, in_pieces.in_pieces) == (False, True)
    assert one_step.outcomes["buy", 20, Outcome.AT] == 1
    assert one_step.outcomes["sell", 20, Outcome.AT] == 1
    assert one_step.bankrupt["buy", 20] == 1
    text = table([one_step, in_pieces])
    assert len({line.count("|") for line in text.splitlines()}) == 1
    draw([one_step], tmp_path / "study.svg", "two weekends")
    assert (tmp_path / "study.svg").read_text().startswith("<?xml")


def test_recorded_weekends_are_all_read() -> None:
    path = DATA / "daily_TSLA_2010_2024-03-08.csv"
    if not path.exists():
        pytest.skip("needs the recorded daily prices beside the repository")

    found = weekends(path)

    assert len(found) == 714
    assert (min(found, key=lambda each: each.open_nanos).monday) == dt.date(2020, 9, 8)


@pytest.mark.parametrize(
    ("rulebook", "offered", "fund_dollars", "winners_dollars"),
    [
        # Closed at 250, the mark before: two winners give up all of their 30 a share.
        pytest.param("hyperliquid", (5, 10, 20), 0, 6_000, id="a vault that cannot carry it"),
        pytest.param("qfex", (5, 10), 500, None, id="takers wait, the fund just suffices"),
        pytest.param("vega", (5, 10), 500, None, id="an auction first"),
        pytest.param("gmx", (5, 10, 20), 2_046, None, id="a pool"),
        pytest.param("ostium", (5, 10), 395, None, id="a pool with 10x at most overnight"),
    ],
)
def test_venues_offer_their_leverage_and_bill_whom_they_say(
    rulebook: str, offered: tuple[int, ...], fund_dollars: int, winners_dollars: int | None
) -> None:
    """Winners pay what the fund does not; ``winners_dollars``: more than that, and so much."""
    bill = play(prepared(rulebook), 220 * E9, in_pieces=False)

    found = {each.leverage for each in bill.traders if each.outcome is not Outcome.NOT_OFFERED}
    assert found == set(offered)
    assert (Side.BUY, 10) in {
        (each.side, each.leverage) for each in bill.traders if each.is_bankrupt
    }
    assert round(bill.fund_micros / E6) == fund_dollars
    if winners_dollars is not None:
        assert bill.winners_micros == winners_dollars * E6 > bill.shortfall_micros
        return
    assert bill.winners_micros <= 1_000 * E6
    assert bill.fund_micros + bill.winners_micros == pytest.approx(bill.shortfall_micros, abs=E6)


def test_a_page_takes_a_table_between_its_marks_and_nowhere_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- TSLA -->\nold\n<!-- end of TSLA -->\nafter\n")

    fill(page, "TSLA", "new")

    assert page.read_text() == "before\n<!-- TSLA -->\n\nnew\n<!-- end of TSLA -->\nafter\n"
    with pytest.raises(ValueError, match="expected <!-- NVDA -->"):
        fill(page, "NVDA", "new")
