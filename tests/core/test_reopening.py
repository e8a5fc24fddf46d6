"""How the index comes back to outside prices: at once, step by step, or at an auction's price."""

from tests.support.desk import MARKET, Desk, listing, of
from venue.core import events as ev
from venue.core.bounds import last_external_nanos
from venue.core.digest import digest, dump, load
from venue.core.listing import RuleRef
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.policies import Verdict
from venue.core.units import E9
from venue.rules.build import build, ref

HALF_AN_HOUR = 30 * 60


def weekend(*rules: RuleRef, seconds: int = HALF_AN_HOUR) -> Desk:
    """Return a desk whose underlying closed at 250 some time ago."""
    desk = Desk(listing("naive_print", *rules))
    for name in ("ann", "bob"):
        desk.open(name, 1_000_000)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)
    desk.wait(seconds)
    return desk


def reopen(desk: Desk, dollars: float, session: Session = Session.REGULAR) -> None:
    desk.session(session)
    desk.print(dollars)


def index(desk: Desk) -> float:
    assert desk.market.index_nanos is not None
    return desk.market.index_nanos / E9


def test_by_default_the_index_jumps_and_nothing_is_under_way() -> None:
    desk = weekend()

    reopen(desk, 220)

    assert index(desk) == 220
    assert not desk.heard(ev.ReopenChanged)


def test_a_walk_goes_one_percent_in_three_seconds_and_ends() -> None:
    desk = weekend(ref("reopen", "walk"))

    reopen(desk, 240)

    assert desk.market.pricing is Pricing.EXTERNAL
    assert index(desk) == 250  # the last mark was at this very instant
    seen = []
    for _ in range(6):
        desk.wait(3)
        seen.append(index(desk))
    assert seen[:2] == [247.5, 245.025]
    assert seen[-1] == 240
    assert [event.since_ns is None for event in desk.heard(ev.ReopenChanged)] == [False, True]


def test_a_walk_follows_the_outside_price_where_it_goes_meanwhile() -> None:
    desk = weekend(ref("reopen", "walk"))
    reopen(desk, 200)
    desk.wait(3)

    desk.print(249)
    desk.wait(3)

    assert index(desk) == 249


def test_during_a_walk_the_last_outside_price_is_the_one_that_began_it() -> None:
    desk = weekend(ref("reopen", "walk"))

    reopen(desk, 200)
    desk.wait(3)

    assert last_external_nanos(desk.market) == 200 * E9


def test_a_close_in_the_middle_of_a_walk_ends_it_at_the_outside_price() -> None:
    desk = weekend(ref("reopen", "walk"), ref("index_closed", "frozen"))
    reopen(desk, 200)
    desk.wait(3)

    desk.session(Session.NO_TRADING, Closure.HALT)
    desk.wait(3)

    assert desk.market.reopen_since_ns is None
    assert index(desk) == 200


def test_a_walk_goes_on_after_a_checkpoint() -> None:
    desk = weekend(ref("reopen", "walk"))
    reopen(desk, 200)

    again = load(dump(desk.state), build)

    assert again.markets[MARKET].reopen_since_ns == desk.now_ns
    assert digest(again) == digest(desk.state)


def test_the_index_waits_for_the_uncross_and_resumes_at_its_price() -> None:
    desk = weekend(ref("reopen", "auction_print"))
    reopen(desk, 220)
    assert desk.market.phase is Phase.AUCTION
    assert index(desk) == 250
    desk.sell("ann", 10, 222)
    desk.buy("bob", 10, 222)
    desk.print(221)
    assert index(desk) == 250

    desk.wait(31)
    assert of(desk.log, ev.PhaseChanged)[-1].phase is Phase.CONTINUOUS
    desk.print(221)
    assert index(desk) == 222
    desk.print(221.5)
    assert index(desk) == 221.5


def test_when_nothing_crosses_the_index_is_the_outside_price_after_the_call() -> None:
    desk = weekend(ref("reopen", "auction_print"))
    reopen(desk, 220)

    desk.wait(33)

    assert index(desk) == 220


def test_without_a_call_the_index_is_back_with_the_next_mark() -> None:
    desk = weekend(ref("reopen", "auction_print"), seconds=60)
    reopen(desk, 220)
    assert desk.market.phase is Phase.CONTINUOUS
    assert index(desk) == 250

    desk.wait(3)

    assert index(desk) == 220


def test_the_index_waits_for_the_official_opening() -> None:
    desk = weekend(ref("reopen", "auction_print", waits_for="opening"))
    reopen(desk, 220, Session.PRE_MARKET)
    desk.price(219)
    assert index(desk) == 250

    desk.session(Session.REGULAR)
    desk.print(218)

    assert index(desk) == 218


def test_a_print_while_closed_reaches_a_rule_that_hears_and_no_other() -> None:
    deaf = weekend(ref("index_closed", "impact_ema"))
    night = weekend(ref("index_closed", "feed", source="night"))

    for desk, verdict in ((deaf, Verdict.NOT_TRADING), (night, Verdict.HEARD_WHILE_CLOSED)):
        (judged,) = of(desk.print(252, source="night"), ev.PrintJudged)
        assert judged.verdict is verdict

    assert (index(deaf), index(night)) == (250, 252)
    assert night.market.pricing is Pricing.INTERNAL
    assert of(night.print(0, source="night"), ev.PrintJudged)[0].verdict is Verdict.NOT_POSITIVE
