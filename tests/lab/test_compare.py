"""One recording under several rulebooks: the same traders, other rules."""

import pytest
from msgspec.structs import replace

from tests.scenarios.stage import new_york_ns, tape
from venue.core.commands import SubmitPrint
from venue.core.listing import RuleRef
from venue.lab.compare import compare
from venue.rules.rulebooks import spec

START_NS, END_NS = new_york_ns("2025-04-11 15:30"), new_york_ns("2025-04-11 16:30")
FALL = "2025-04-11 16:00"


def recording() -> list[SubmitPrint]:
    """Return half an hour at 250, and half an hour at 235."""
    before = tape("2025-04-11 15:30", "2025-04-11 15:59", 250)
    after = tape(FALL, "2025-04-11 16:30", 235)
    return [each for _, each in (*before, *after) if isinstance(each, SubmitPrint)]


def test_rulebooks_differ_by_their_rules_and_repeat() -> None:
    specs = [spec("TSLA", "venue_default"), spec("TSLA", "naive_last")]

    first = compare(specs, recording(), START_NS, END_NS)

    assert [played.rulebook for played in first] == ["venue_default", "naive_last"]
    default, naive = (played.figures for played in first)
    assert list(default) == list(naive)
    assert default["digest"] != naive["digest"]
    assert default["long 20x"].endswith("liquidated Fri 2025-04-11 16:01:12")
    assert "liquidated" not in default["long 5x"]
    assert float(default["short 20x"].strip("$").replace(",", "")) > 19_000
    assert first == compare(specs, recording(), START_NS, END_NS)
    for figures in (default, naive):
        end, got, won = (
            dollars(figures[name])
            for name in (
                "insurance fund at the end",
                "margins and fees it got",
                "won by positions it held",
            )
        )
        (paid,) = (dollars(figures[name]) for name in figures if name.startswith("paid by fund"))
        assert abs(100_000 - paid + got + won - end) <= 2, "each is rounded to a dollar"
    assert default["margins and fees it got"] != "$0"


def test_a_bundle_of_ones_own_plays_beside_its_base() -> None:
    base = spec("TSLA", "naive_print")
    rules = [each for each in base.rules if each.kind != "mark"]
    mine = (*rules, RuleRef("mark", "venue.rules.own_example:HalfWay", {"share_e4": 0}))

    played = compare(
        [base, replace(base, rulebook="mine", rules=mine)], recording(), START_NS, END_NS
    )

    # A share of nothing is the index itself: all but the listing's own words is the same.
    shown = [{**each.figures, "digest": ""} for each in played]
    assert shown[0] == shown[1]
    assert played[1].rulebook == "mine"


def dollars(cell: str) -> int:
    """Return the figure of a cell, whatever is said behind it."""
    return int(cell.split(", ")[0].replace("$", "").replace(",", ""))


def test_a_pool_is_compared_with_a_book() -> None:
    """A fall of 6 % in regular hours: the 20x long is gone on both, and who pays is another."""
    starts, falls, ends = (f"2025-04-11 {time}" for time in ("14:30", "15:10", "15:40"))
    tapes = (*tape(starts, "2025-04-11 15:09", 250), *tape(falls, ends, 235))
    recorded = [each for _, each in tapes if isinstance(each, SubmitPrint)]

    played = compare(
        [spec("TSLA", "venue_default"), spec("TSLA", "ostium")],
        recorded,
        new_york_ns(starts),
        new_york_ns(ends),
    )

    book, pool = (each.figures for each in played)
    for name in ("long 5x", "short 5x", "long 10x", "short 10x", "short 20x"):
        assert abs(dollars(book[name]) - dollars(pool[name])) < 150, name
    assert "liquidated" in book["long 20x"]
    assert "liquidated" in pool["long 20x"]
    assert (book["maker"] != "none", pool["maker"]) == (True, "none")
    assert book["the pool's provider"] == "none"
    # Longs and shorts are as many, and one long could not pay all that it had lost.
    assert dollars(pool["paid by fund, vault or pool"]) > 500
    assert 10_000_000 - 2_000 < dollars(pool["the pool's provider"]) < 10_000_000
    assert pool["refused"] == book["refused"] == "0"


def test_powers_and_vaults_are_compared_with_the_price_itself() -> None:
    names = ("naive_print", "squeeth", "rai")

    played = compare([spec("TSLA", name) for name in names], recording(), START_NS, END_NS)

    price, square, nothing = (each.figures for each in played)
    assert [each.figures["a contract is on"] for each in played] == [
        "the price", "the price to the power of 2", "the price to the power of 0",
    ]  # fmt: skip
    # 6 % of the stock are 6 % of the price, 11.64 % of its square, and nothing of a constant.
    lost = [10_000 - dollars(each["long 5x"]) for each in (price, square, nothing)]
    assert lost[1] / lost[0] == pytest.approx(1.94, abs=0.02)
    assert lost[2] < 100
    assert price["vault keeper"] == "none"
    # Units worth 10,000 lose 6 %; half as much of the square, sold, is bought back 11.64 % lower.
    assert dollars(square["vault keeper"]) == pytest.approx(10_000 - 600 + 582, abs=15)
    assert dollars(nothing["vault keeper"]) == pytest.approx(10_000 - 600, abs=15)
    assert {each.figures["refused"] for each in played} == {"0"}


def test_leverage_that_is_not_offered_is_not_taken() -> None:
    (played,) = compare([spec("TSLA", "qfex")], recording(), START_NS, END_NS)

    assert played.figures["long 20x"] == "not offered"
