"""Committed makers: the bond, what is sampled, what an epoch costs, and where the money is."""

import pytest

from tests.support.desk import MARKET, Desk, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.digest import digest, dump, load
from venue.core.events import Event
from venue.core.margin import equity_micros
from venue.core.units import E6, NS_PER_MINUTE
from venue.lab.audit import faults
from venue.rules.build import build, ref

# Samples are five seconds apart, so an epoch of a minute has twelve.
DUTY: dict[str, int | str | bool | None] = {
    "required_e4": 10_000,
    "range_e4": 100,
    "notional_micros_min": 2_000 * E6,
    "bond_micros_min": 100 * E6,
    "epoch_ns": NS_PER_MINUTE,
}


def committed(bond: int = 1_000, **changes: int | str | bool | None) -> Desk:
    desk = Desk(listing("naive_print", ref("makers", "sla", **{**DUTY, **changes})))
    desk.open("ann", 10_000)
    desk.open("bob", 10_000)
    to_the_minute(desk)
    if bond:
        commit(desk, bond)
    return desk


def to_the_minute(desk: Desk) -> list[Event]:
    """Let time pass to the end of the minute, and its epoch."""
    left_ns = NS_PER_MINUTE - desk.now_ns % NS_PER_MINUTE
    desk.print(250)
    return desk.wait(left_ns / 10**9)


def commit(desk: Desk, dollars: int, name: str = "ann") -> list[Event]:
    return desk.do(cmd.CommitMaker(desk.names.get(name, 99), MARKET, dollars * E6))


def quote(desk: Desk, bid: float, ask: float, shares: float = 10) -> None:
    desk.buy("ann", shares, bid)
    desk.sell("ann", shares, ask)


def fund(desk: Desk) -> float:
    return desk.state.accounts[INSURANCE].balance_micros / E6


def test_a_bond_leaves_the_balance_and_comes_back_when_the_epoch_is_over() -> None:
    desk = committed()
    quote(desk, 249.5, 250.5)
    held = desk.dollars("ann")

    asked = commit(desk, 0)
    before = desk.dollars("ann")
    events = to_the_minute(desk)

    assert (held, before) == (9_000, 9_000)
    assert of(asked, ev.BondMoved)[0].amount_micros == 0
    (judged,) = of(events, ev.MakersJudged)[0].judged
    assert (judged.sampled, judged.met, judged.penalty_micros) == (12, 12, 0)
    assert (desk.dollars("ann"), fund(desk)) == (10_000, 0)
    assert desk.market.makers == {}
    assert desk.market.next_epoch_ns is None


def test_SLA_001_a_quarter_of_the_time_missing_costs_half_of_the_bond_at_most() -> None:
    desk = committed()
    desk.wait(15)
    quote(desk, 249.5, 250.5)

    events = to_the_minute(desk)

    (judged,) = of(events, ev.MakersJudged)[0].judged
    assert (judged.sampled, judged.met) == (12, 9)
    assert judged.penalty_micros == 500 * E6  # 2 x (1 - 9/12) = 0.5
    assert (desk.dollars("ann"), fund(desk)) == (9_000, 500)
    assert desk.market.makers[desk.names["ann"]].bond_micros == 500 * E6


def test_SLA_002_nothing_quoted_costs_no_more_than_half() -> None:
    desk = committed()

    to_the_minute(desk)

    assert fund(desk) == 500


@pytest.mark.parametrize(
    ("bid", "ask", "shares"),
    [
        pytest.param(247.4, 250.5, 10, id="bid outside the range"),
        pytest.param(249.5, 250.5, 7.9, id="too small"),
    ],
)
def test_quotes_that_do_not_count(bid: float, ask: float, shares: float) -> None:
    desk = committed(centre="mark")
    quote(desk, bid, ask, shares)

    events = to_the_minute(desk)

    assert of(events, ev.MakersJudged)[0].judged[0].met == 0


def test_the_middle_is_the_books_own_where_the_rule_says_mid() -> None:
    desk = committed(centre="mid")
    quote(desk, 244, 246)  # The mark is 250, the mid 245.

    events = to_the_minute(desk)

    assert of(events, ev.MakersJudged)[0].judged[0].met == 12


def test_a_reduce_only_order_is_no_quote() -> None:
    desk = committed(range_e4=200)
    desk.trade("ann", "bob", 20, 250)
    desk.buy("ann", 10, 249.5)
    desk.sell("ann", 10, 250.5, reduce_only=True)

    events = to_the_minute(desk)

    assert of(events, ev.MakersJudged)[0].judged[0].met == 0


def test_a_halt_is_not_measured_and_costs_nothing() -> None:
    desk = committed()
    desk.do(cmd.HaltMarket(MARKET, "operator"))

    events = to_the_minute(desk)

    assert of(events, ev.MakersJudged)[0].judged[0].sampled == 0
    assert fund(desk) == 0


def test_a_bond_is_added_to_at_once_and_lessened_at_the_epochs_end() -> None:
    desk = committed()
    quote(desk, 249.5, 250.5)

    commit(desk, 3_000)
    more = desk.dollars("ann")
    commit(desk, 500)
    to_the_minute(desk)

    assert more == 7_000
    assert desk.dollars("ann") == 9_500
    assert desk.market.makers[desk.names["ann"]].bond_micros == 500 * E6


def test_what_all_epochs_came_to_stays_on_record() -> None:
    desk = committed()
    to_the_minute(desk)
    quote(desk, 249.5, 250.5)
    to_the_minute(desk)

    maker = desk.market.makers[desk.names["ann"]]
    assert (maker.ever_sampled, maker.ever_met, maker.paid_micros) == (24, 12, 500 * E6)


def test_a_checkpoint_keeps_bonds_and_epoch() -> None:
    desk = committed()
    desk.wait(10)
    restored = load(dump(desk.state), build)

    assert digest(restored) == digest(desk.state)
    assert restored.timers.next_due_ns == desk.engine.next_due_ns


def test_a_bond_backs_no_position_and_holds_a_reset_back() -> None:
    desk = committed(9_990)

    assert reason(desk.buy("ann", 10, 250)) == "insufficient_margin"
    assert reason(desk.do(cmd.ResetAccount(desk.names["ann"], E6))) == "bond_held"


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (cmd.CommitMaker(99, MARKET, E6), "unknown_account"),
        (cmd.CommitMaker(0, MARKET, E6), "unknown_account"),
        (cmd.CommitMaker(1, "NONE", E6), "unknown_market"),
        (cmd.CommitMaker(1, MARKET, -1), "amount_not_positive"),
        (cmd.CommitMaker(1, MARKET, 10**18), "amount_too_large"),
        (cmd.CommitMaker(1, MARKET, 0), "nothing_to_change"),
        (cmd.CommitMaker(1, MARKET, 99 * E6), "bond_too_small"),
        (cmd.CommitMaker(1, MARKET, 10_001 * E6), "insufficient_balance"),
    ],
)
def test_what_a_maker_may_not_ask(command: cmd.CommitMaker, refusal: str) -> None:
    assert reason(committed(0).do(command)) == refusal


def test_a_market_without_duties_has_no_makers() -> None:
    desk = Desk()
    desk.open("ann", 10_000)

    assert reason(commit(desk, 1_000)) == "no_makers_here"


def test_a_bond_is_its_makers_money_until_it_pays() -> None:
    desk = committed()
    before = equity_micros(desk.state, desk.account("ann"))

    to_the_minute(desk)

    assert before == 10_000 * E6
    assert equity_micros(desk.state, desk.account("ann")) == 9_500 * E6
    assert faults(desk.state) == []
