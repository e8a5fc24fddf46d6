"""After a split: a source that knows of none is counted in new units, others are held back."""

from fractions import Fraction

import pytest

from tests.core.test_splits import equities, split
from tests.support.desk import MARKET, Desk, holding_ten, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.digest import dump, load
from venue.core.engine import Engine
from venue.core.phases import Session
from venue.core.policies import Verdict
from venue.core.source_units import RATIO_MAX
from venue.core.units import E9, NS_PER_SECOND
from venue.rules.build import build


def told(
    desk: Desk, dollars: float, *, source: str = "feed", in_first_units: bool = False
) -> Verdict:
    """Submit a print and wait for the next mark; return what was made of it."""
    nanos = round(dollars * E9)
    events = desk.do(
        cmd.SubmitPrint(
            MARKET, source, nanos, desk.now_ns, desk.now_ns, NS_PER_SECOND, 0, in_first_units
        )
    )
    desk.wait(3)
    (judged,) = of(events, ev.PrintJudged)
    return judged.verdict


def has_split(numerator: int = 2, denominator: int = 1) -> Desk:
    """ann and bob hold ten at 250; then the split and its call."""
    desk = holding_ten()
    desk.price(250)
    split(desk, numerator, denominator)
    desk.wait(40)
    return desk


def count(desk: Desk, numerator: int, denominator: int, source: str = "feed") -> list[ev.Event]:
    return desk.do(cmd.CountSource(MARKET, source, numerator, denominator))


def test_a_source_that_knows_of_no_split_is_counted_in_new_units() -> None:
    desk = has_split()
    before = equities(desk)

    assert told(desk, 250, in_first_units=True) is Verdict.ACCEPTED

    assert desk.market.index_nanos == desk.market.mark_nanos == 125 * E9
    assert equities(desk) == before
    assert not of(desk.log, ev.LiquidationStarted)


def test_it_is_counted_so_after_a_checkpoint_too() -> None:
    desk = has_split()
    desk.engine = Engine(build, load(dump(desk.state), build))

    assert told(desk, 252, in_first_units=True) is Verdict.ACCEPTED
    assert desk.market.mark_nanos == 126 * E9


@pytest.mark.parametrize(("numerator", "denominator"), [(3, 1), (1, 10), (7, 3), (3, 2)])
def test_a_counted_print_is_exact_to_the_nano_dollar(numerator: int, denominator: int) -> None:
    desk = has_split(numerator, denominator)
    printed = 250_123_456_789

    told(desk, printed / E9, in_first_units=True)

    exact = Fraction(printed * denominator, numerator)
    assert desk.market.index_nanos is not None
    assert abs(desk.market.index_nanos - exact) <= Fraction(1, 2)


def test_two_splits_count_together_and_their_undoing_not_at_all() -> None:
    desk = has_split(3, 1)
    told(desk, 250, in_first_units=True)
    split(desk, 2, 1)
    desk.wait(40)
    told(desk, 240, in_first_units=True)
    after_six = desk.market.index_nanos
    split(desk, 1, 6)
    desk.wait(40)
    told(desk, 246, in_first_units=True)

    assert after_six == 40 * E9
    assert desk.market.index_nanos == 246 * E9
    assert (desk.market.splits_new, desk.market.splits_old) == (1, 1)


def test_old_prices_of_a_source_of_the_world_are_held_back() -> None:
    """It goes on at 250 for a while; as soon as it prints 126 it is used by itself."""
    desk = has_split()

    verdicts = [told(desk, dollars) for dollars in (250, 251, 126, 200)]

    assert verdicts == [Verdict.NOT_SPLIT, Verdict.NOT_SPLIT, Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert not of(desk.log, ev.LiquidationStarted)


@pytest.mark.parametrize(
    ("dollars", "verdict"),
    [
        pytest.param(176.78, Verdict.NOT_SPLIT, id="nearer to the old price"),
        pytest.param(176.77, Verdict.ACCEPTED, id="nearer to the new price"),
        pytest.param(88.38, Verdict.NOT_SPLIT, id="nearer to a price split twice"),
        pytest.param(88.39, Verdict.ACCEPTED, id="nearer to a price split once"),
    ],
)
def test_the_first_print_must_be_nearer_to_the_new_price(dollars: float, verdict: Verdict) -> None:
    """125 × √2 is 176.7767, 125 / √2 is 88.3883."""
    assert told(has_split(), dollars) is verdict


def test_each_source_is_asked_by_itself() -> None:
    desk = has_split()

    assert told(desk, 125, source="quick") is Verdict.ACCEPTED
    assert told(desk, 250, source="late") is Verdict.NOT_SPLIT
    assert desk.market.feeds["late"].held_nanos == 250 * E9
    assert desk.market.feeds["quick"].is_found


def test_prices_that_fell_by_themselves_are_not_halved_again() -> None:
    """A recording of the day of the split, taken for one that knows of none."""
    desk = has_split()

    assert told(desk, 125, in_first_units=True) is Verdict.NOT_SPLIT
    count(desk, 1, 2)
    assert told(desk, 126, in_first_units=True) is Verdict.ACCEPTED
    assert desk.market.mark_nanos == 126 * E9


def test_an_operator_says_that_a_source_still_prints_old_prices() -> None:
    """Corrected, it is used; the day on which it follows by itself it is held back, not halved."""
    desk = has_split()
    told(desk, 250)
    count(desk, 2, 1)

    assert told(desk, 252) is Verdict.ACCEPTED
    assert desk.market.mark_nanos == 126 * E9
    assert told(desk, 126) is Verdict.NOT_SPLIT
    count(desk, 1, 2)
    assert told(desk, 126) is Verdict.ACCEPTED


def test_an_operator_says_that_a_price_is_right_however_far_it_is() -> None:
    desk = has_split()
    told(desk, 60)
    count(desk, 1, 1)

    assert told(desk, 60) is Verdict.ACCEPTED


def test_a_wrong_word_of_the_operator_is_held_back_too() -> None:
    desk = has_split()
    told(desk, 250)
    count(desk, 1, 2)

    assert told(desk, 250) is Verdict.NOT_SPLIT
    assert desk.market.index_nanos == 125 * E9


@pytest.mark.parametrize(
    ("source", "numerator", "denominator", "expected"),
    [
        pytest.param("nobody", 2, 1, "unknown_source", id="has not printed"),
        pytest.param("feed", 0, 1, "action_unfit", id="nothing"),
        pytest.param("feed", 1, 10_001, "action_unfit", id="too far"),
    ],
)
def test_what_cannot_be_said_of_a_source_is_refused(
    source: str, numerator: int, denominator: int, expected: str
) -> None:
    desk = has_split()
    told(desk, 250)
    before = dump(desk.state)
    desk.engine = Engine(build, load(before, build))

    assert reason(count(desk, numerator, denominator, source)) == expected
    assert desk.market.feeds == load(before, build).markets[MARKET].feeds


def test_prints_while_the_underlying_is_shut_are_asked_too() -> None:
    """A closed rule that hears prints must not hear old prices either."""
    desk = has_split()
    desk.session(Session.NO_TRADING)

    assert told(desk, 250) is Verdict.NOT_SPLIT
    assert told(desk, 250, source="ours", in_first_units=True) is Verdict.NOT_TRADING


def test_a_market_listed_after_a_split_counts_as_its_neighbour_does() -> None:
    desk = has_split()
    desk.do(cmd.ListMarket(listing(market="TSLA-2", underlying=MARKET)))

    events = desk.do(
        cmd.SubmitPrint(MARKET, "synthetic", 250 * E9, desk.now_ns, desk.now_ns, 1, 0, True)
    )

    assert [each.price_nanos for each in of(events, ev.PrintJudged)] == [125 * E9, 125 * E9]


def test_splits_that_come_to_too_much_together_are_refused() -> None:
    """9,999 for 10,000 and back leaves nothing; three times 9,999 for 10,000 is too much."""
    desk = Desk(listing(), price=250)
    for _ in range(2):
        desk.do(cmd.AnnounceAction(MARKET, cmd.Split(9_999, 10_000)))

    refused = desk.do(cmd.AnnounceAction(MARKET, cmd.Split(9_999, 10_000)))

    assert reason(refused) == "action_unfit"
    assert max(desk.market.splits_new, desk.market.splits_old) <= RATIO_MAX
