"""Dividends under each treatment, by the timetable of the rule, conserved to the micro-dollar."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.desk import CENTS, MARKET, Desk, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Dividend
from venue.core.digest import digest, dump, load
from venue.core.policies import Verdict
from venue.core.rejects import Cause
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_SECOND
from venue.rules.build import build, fault, ref

DOLLAR = Dividend(E9)


def stage(rule: str, **changes: Any) -> Desk:
    """ann has bought 10 from bob at 250, both with money enough; no funding but the rule's."""
    kept = (each for each in listing().rules if each.kind not in ("corporate", "funding"))
    rules = (*kept, ref("funding", "none"), ref("corporate", rule))
    desk = Desk(listing(**{"rules": rules, **changes}), insurance=1_000)
    for name in ("ann", "bob", "cat"):
        desk.open(name, 100_000)
    desk.trade("ann", "bob", 10, 250)
    return desk


def hours(desk: Desk, count: int) -> list[ev.Event]:
    """Let hours pass, one after another: a command does a bounded amount of catching up."""
    return [event for _ in range(count) for event in desk.wait(3_600)]


def announce(desk: Desk, hours: float, action: Dividend = DOLLAR) -> list[ev.Event]:
    at_ns = desk.now_ns + int(hours * NS_PER_HOUR)
    return desk.do(cmd.AnnounceAction(MARKET, action, at_ns))


@pytest.mark.parametrize("rule", ["none", "captured_by_funding"])
def test_nothing_happens_at_ex_but_that_it_is_told(rule: str) -> None:
    funded = ref("funding", "hyperliquid")
    desk = (
        stage(rule)
        if rule == "none"
        else Desk(
            listing(
                "naive_print",
                rules=(
                    *(r for r in listing().rules if r.kind not in ("corporate", "funding")),
                    funded,
                    ref("corporate", rule),
                ),
            )
        )
    )
    (announced,) = of(announce(desk, 1), ev.ActionAnnounced)

    events = desk.wait(3_600)

    assert [step.does.value for step in announced.steps] == ["nothing"]
    assert [event.does.value for event in of(events, ev.ActionStepTaken)] == ["nothing"]
    assert not of(events, ev.DividendPaid)
    assert desk.market.index_nanos == 250 * E9
    assert desk.market.actions == ()


def test_a_dividend_captured_by_funding_needs_funding_that_pays() -> None:
    rules = tuple(rule for rule in listing().rules if rule.kind not in ("corporate", "funding"))
    unpaid = listing(
        rules=(*rules, ref("funding", "none"), ref("corporate", "captured_by_funding"))
    )

    assert "funding none pays nothing" in (fault(unpaid) or "")


def test_DIV_D1_the_index_is_lowered_at_ex_and_nobody_is_paid() -> None:
    """At 249 ann's ten are worth 10 less and bob's 10 more: shorts gain what longs lose."""
    desk = stage("index_adjust")
    announce(desk, 1)

    events = desk.wait(3_600) + desk.wait(3)

    assert desk.market.index_nanos == 249 * E9
    assert desk.market.anchor_nanos in (None, 249 * E9)
    assert not of(events, ev.DividendPaid)
    assert desk.dollars("ann") == 100_000
    mark = desk.market.mark_micros
    assert mark == 249_000
    assert desk.holding("ann").size_lots * mark - desk.holding("ann").entry_micros == -10 * E6
    assert desk.holding("bob").size_lots * mark - desk.holding("bob").entry_micros == 10 * E6


def test_a_print_from_before_ex_would_put_the_dividend_back_and_is_refused() -> None:
    desk = stage("index_adjust")
    before_ns = desk.now_ns
    announce(desk, 1)
    desk.wait(3_601)

    late = desk.do(cmd.SubmitPrint(MARKET, "feed", 250 * E9, before_ns, desk.now_ns, NS_PER_SECOND))

    assert [event.verdict for event in of(late, ev.PrintJudged)] == [Verdict.BEFORE_ADJUSTMENT]
    assert desk.market.index_nanos == 249 * E9


def test_DIV_A1_shorts_pay_longs_at_eight_in_the_evening_before_ex() -> None:
    """bob is short 10: 10 dollars from him to ann, four hours before ex and never again."""
    desk = stage("special_funding")
    announce(desk, 12)

    before = hours(desk, 7) + desk.wait(3_599)
    paid = of(desk.wait(1), ev.DividendPaid)
    after = hours(desk, 5)

    assert not of(before, ev.DividendPaid)
    assert [(e.payments, e.rounding_micros) for e in paid] == [
        (((desk.names["ann"], -10 * E6), (desk.names["bob"], 10 * E6)), 0)
    ]
    assert not of(after, ev.DividendPaid)
    assert desk.holding("ann").funding_micros == -10 * E6


def test_DIV_A2_from_six_to_eight_positions_may_only_shrink() -> None:
    """ann's bid would grow her long and goes; her sale stands, and others' orders are refused."""
    desk = stage("special_funding")
    announce(desk, 12)
    desk.buy("ann", 1, 249)
    desk.sell("ann", 1, 251)

    events = hours(desk, 6)

    assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.DIVIDEND]
    assert desk.asks() == [(251, 1)]
    assert reason(desk.buy("cat", 1, 249)) == "only_reducing_now"
    hours(desk, 2)
    assert of(desk.buy("cat", 1, 249), ev.OrderAccepted)


def test_DIV_A3_in_the_window_the_mark_stays_within_a_hundredth_of_the_index() -> None:
    """The last trade is at 260: the mark would be there, and may not be above 252.50."""
    desk = Desk(
        listing(
            "naive_last",
            rules=(
                *(r for r in listing("naive_last").rules if r.kind not in ("corporate", "clamp")),
                ref("clamp", "none"),
                ref("corporate", "special_funding"),
            ),
        ),
        insurance=1_000,
    )
    for name in ("ann", "bob"):
        desk.open(name, 1_000_000)
    desk.trade("ann", "bob", 10, 260)
    announce(desk, 7)
    desk.print(250)
    desk.wait(3)
    assert desk.market.mark_nanos == 260 * E9

    desk.wait(3_600 + 3)

    assert desk.market.mark_within_e4 == 100
    assert desk.market.mark_nanos == 252_500_000_000
    hours(desk, 2)
    assert desk.market.mark_within_e4 is None
    assert desk.market.mark_nanos == 260 * E9


def test_DIV_A4_funding_settles_by_the_hour_that_evening_and_then_as_before() -> None:
    """A market of eight hours, ex at midnight UTC: settled at 17, 18 ... 24, then at 8."""
    desk = stage("special_funding", funding_interval_ns=8 * NS_PER_HOUR)
    day_ns = 24 * NS_PER_HOUR
    midnight_ns = (desk.now_ns // day_ns + 2) * day_ns
    desk.do(cmd.AnnounceAction(MARKET, DOLLAR, midnight_ns))
    hours(desk, (midnight_ns - 9 * NS_PER_HOUR - desk.now_ns) // NS_PER_HOUR)

    events = of(hours(desk, 19), ev.FundingSettled)

    settled = [(event.at_ns - midnight_ns) // NS_PER_HOUR for event in events]
    assert settled == [-8, -7, -6, -5, -4, -3, -2, -1, 0, 8]
    assert desk.market.spec.funding_interval_ns == 8 * NS_PER_HOUR


@pytest.mark.parametrize("cents", [1, 33, 100, 517])
@pytest.mark.parametrize("isolated", [False, True])
def test_a_special_funding_is_conserved_to_the_micro_dollar(cents: int, isolated: bool) -> None:
    """Odd lots and a dividend of odd nano-dollars: what rounding leaves is booked."""
    desk = stage("special_funding")
    for number, shares in enumerate((0.001, 0.017, 1.003)):
        name = f"small-{number}"
        desk.open(name, 5_000, isolated=isolated)
        desk.trade(name, "bob", shares, 250)
    total = sum(account.balance_micros for account in desk.state.accounts.values())
    total += sum(
        held.isolated_micros
        for account in desk.state.accounts.values()
        for held in account.holdings.values()
    )
    rounding = desk.state.ledger.rounding_micros
    announce(desk, 5, Dividend(cents * E9 // CENTS + 7))

    (paid,) = of(desk.wait(3_600), ev.DividendPaid)

    after = sum(account.balance_micros for account in desk.state.accounts.values())
    after += sum(
        held.isolated_micros
        for account in desk.state.accounts.values()
        for held in account.holdings.values()
    )
    assert sum(amount for _, amount in paid.payments) == paid.rounding_micros
    assert 0 < paid.rounding_micros < 5
    assert after + desk.state.ledger.rounding_micros == total + rounding


def test_a_short_whom_the_dividend_takes_below_maintenance_is_liquidated() -> None:
    desk = stage("special_funding")
    desk.open("dan", 126)
    desk.trade("cat", "dan", 10, 250)
    announce(desk, 5, Dividend(10 * E9))

    events = desk.wait(3_600)

    assert [event.account for event in of(events, ev.LiquidationStarted)] == [desk.names["dan"]]


def test_a_withdrawn_dividend_is_not_paid() -> None:
    desk = stage("special_funding")
    (announced,) = of(announce(desk, 12), ev.ActionAnnounced)
    hours(desk, 7)

    withdrawn = desk.do(cmd.WithdrawAction(MARKET, announced.action_id))
    events = hours(desk, 3)

    assert of(withdrawn, ev.ActionWithdrawn)
    assert not of(events, ev.DividendPaid)
    assert desk.market.reducing_why == ""
    assert desk.market.mark_within_e4 is None
    assert reason(desk.do(cmd.WithdrawAction(MARKET, announced.action_id))) == "unknown_action"


@pytest.mark.parametrize("nanos", [0, -1, 250 * E9])
def test_a_dividend_of_nothing_or_of_the_whole_price_is_refused(nanos: int) -> None:
    assert reason(announce(stage("none"), 1, Dividend(nanos))) == "action_unfit"


def test_a_split_before_a_dividend_splits_the_dividend() -> None:
    """A dollar on a share of 250 is fifty cents on a share of 125."""
    desk = stage("special_funding")
    announce(desk, 12)
    desk.do(cmd.AnnounceAction(MARKET, cmd.Split(2, 1)))

    paid = of(hours(desk, 8), ev.DividendPaid)

    assert [event.amount_nanos for event in paid] == [E9 // 2]
    assert dict(paid[0].payments)[desk.names["bob"]] == 10 * E6


def test_an_action_in_the_past_is_refused_and_one_at_no_time_is_at_once() -> None:
    desk = stage("index_adjust")

    past = desk.do(cmd.AnnounceAction(MARKET, DOLLAR, desk.now_ns - 1))
    now = desk.do(cmd.AnnounceAction(MARKET, DOLLAR))

    assert reason(past) == "time_passed"
    assert of(now, ev.IndexAdjusted)


def test_every_step_of_a_timetable_that_began_in_the_past_is_taken_at_once() -> None:
    """Announced an hour before ex: the window is over, the payment is not forgotten."""
    desk = stage("special_funding")

    events = announce(desk, 1)

    assert [event.does.value for event in of(events, ev.ActionStepTaken)] == [
        "only_reduce",
        "hold_mark",
        "pay_dividend",
        "release_mark",
        "trade_normally",
    ]
    assert desk.market.reducing_why == ""


def driven(desk: Desk, dollars: float, *, source: str = "path", knows: bool = False) -> int:
    """Let a source that the venue drives print a price, and a mark pass; return the index."""
    nanos = round(dollars * E9)
    desk.do(
        cmd.SubmitPrint(
            MARKET, source, nanos, desk.now_ns, desk.now_ns, NS_PER_SECOND, 0, True, not knows
        )
    )
    desk.wait(3)
    assert desk.market.index_nanos is not None
    return desk.market.index_nanos


@pytest.mark.parametrize("rule", ["none", "index_adjust"])
def test_DIV_P1_what_knows_of_no_dividend_falls_by_it_at_ex_and_keeps_its_returns(
    rule: str,
) -> None:
    desk = stage(rule)
    assert driven(desk, 250) == 250 * E9
    announce(desk, 1, Dividend(5 * E9))
    assert driven(desk, 250) == 250 * E9
    hours(desk, 1)

    assert driven(desk, 250) == 245 * E9
    assert driven(desk, 500) == 490 * E9  # Twice the price has twice of it.
    assert desk.market.kept_e18 == 98 * 10**16


def test_DIV_P2_what_falls_by_itself_is_not_lowered_again() -> None:
    desk = stage("none")
    driven(desk, 250)
    announce(desk, 1, Dividend(5 * E9))
    hours(desk, 1)

    assert driven(desk, 245, knows=True) == 245 * E9
    assert driven(desk, 250) == 245 * E9


def test_DIV_P3_with_splits_before_and_after_it_is_the_same_cash() -> None:
    desk = stage("none")
    driven(desk, 250)
    desk.do(cmd.AnnounceAction(MARKET, cmd.Split(2, 1)))
    desk.wait(60)
    assert driven(desk, 250) == 125 * E9
    announce(desk, 1, Dividend(5 * E9))
    hours(desk, 1)
    assert driven(desk, 250) == 120 * E9
    desk.do(cmd.AnnounceAction(MARKET, cmd.Split(2, 1)))
    desk.wait(60)

    assert driven(desk, 250) == 60 * E9


def test_DIV_P4_one_announced_before_the_first_such_print_lowers_it_too() -> None:
    desk = stage("special_funding")
    announce(desk, 7, Dividend(5 * E9))
    driven(desk, 250)
    assert desk.market.actions[0].steps[-1].does.value == "lower_prints"
    hours(desk, 7)

    assert len(desk.heard(ev.DividendPaid)) == 1
    assert driven(desk, 250) == 245 * E9


def test_DIV_P5_one_that_is_called_off_lowers_nothing() -> None:
    desk = stage("none")
    driven(desk, 250)
    (announced,) = of(announce(desk, 1), ev.ActionAnnounced)
    desk.do(cmd.WithdrawAction(MARKET, announced.action_id))
    hours(desk, 1)

    assert driven(desk, 250) == 250 * E9


def test_DIV_P6_it_is_kept_in_a_checkpoint_and_by_a_market_listed_later() -> None:
    desk = stage("none")
    driven(desk, 250)
    announce(desk, 1, Dividend(5 * E9))
    hours(desk, 1)
    driven(desk, 250)
    restored = load(dump(desk.state), build)
    assert digest(restored) == digest(desk.state)
    desk.do(cmd.ListMarket(replace(listing(), market="LATER")))

    assert restored.markets[MARKET].kept_e18 == desk.market.kept_e18
    assert desk.state.markets["LATER"].kept_e18 == desk.market.kept_e18
    assert desk.state.markets["LATER"].is_driven
