"""One recording under several rulebooks: the same traders, other rules."""

import pytest
from msgspec.structs import replace

from tests.scenarios.stage import new_york_ns, tape
from venue.core.commands import SubmitPrint
from venue.core.listing import RuleRef
from venue.lab.compare import compare
from venue.lab.run import RunFault
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


@pytest.mark.parametrize(
    ("rulebook", "what"), [("ostium", "a pool"), ("power_perp", "a power of the price")]
)
def test_what_these_agents_cannot_trade_on_is_refused(rulebook: str, what: str) -> None:
    with pytest.raises(RunFault, match=f"rulebook {rulebook}: expected a book .*, found {what}"):
        compare([spec("TSLA", rulebook)], recording(), START_NS, END_NS)


def test_leverage_that_is_not_offered_is_not_taken() -> None:
    (played,) = compare([spec("TSLA", "qfex")], recording(), START_NS, END_NS)

    assert played.figures["long 20x"] == "not offered"
