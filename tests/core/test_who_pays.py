"""Fees, vault, providers, caps, socialised losses and the freeze: one worked example each.

ann is at 20x with a hundred shares from 250 and 1,250 behind them: bankrupt at 237.50 when long, at
262.50 when short. Maintenance is 2.5 % of the notional.
"""

import pytest

from tests.support.desk import MARKET, Desk, of, reason, sliced
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.account import VAULT
from venue.core.digest import digest, dump, load
from venue.core.events import LiquidationOutcome, LiquidationWhy
from venue.core.listing import RuleRef
from venue.core.phases import Phase
from venue.core.units import E6
from venue.rules.build import build, ref

SIDES = pytest.mark.parametrize("side", ["long", "short"])


def desk_with(*rules: RuleRef, insurance: int = 0) -> Desk:
    """Return a desk whose listing has some rules replaced."""
    kinds = {rule.kind for rule in rules}
    kept = tuple(rule for rule in sliced().rules if rule.kind not in kinds)
    return Desk(sliced(rules=(*kept, *rules)), insurance=insurance)


def levered(desk: Desk, side: str, *others: tuple[str, int, float]) -> None:
    """Let ann hold a hundred shares; the others, (name, dollars, shares), are the other side."""
    desk.open("ann", 1_250)
    for name, dollars, shares in others:
        desk.open(name, dollars)
        desk.trade(*(("ann", name) if side == "long" else (name, "ann")), shares, 250)


def moved(side: str, dollars: float) -> float:
    """Return a price that has gone so far against ann."""
    return 250 - dollars if side == "long" else 250 + dollars


@SIDES
def test_a_liquidation_fee_goes_to_the_fund(side: str) -> None:
    """Closed 9 away from entry: 350 are left; 0.5 % of 24,100 (25,900) is 120.50 (129.50)."""
    desk = desk_with(ref("closeout", "slices", fee_e6=5_000))
    levered(desk, side, ("bob", 100_000, 100))
    desk.open("cat", 100_000)
    (desk.buy if side == "long" else desk.sell)("cat", 100, moved(side, 9))

    events = desk.price(moved(side, 7))

    fee = 120.5 if side == "long" else 129.5
    assert [e.amount_micros for e in of(events, ev.LiquidationFeePaid)] == [round(fee * E6)]
    assert desk.dollars("ann") == 350 - fee
    assert desk.dollars("insurance") == fee


@SIDES
def test_a_fee_never_takes_more_than_the_fill_fetched_beyond_bankruptcy(side: str) -> None:
    """Closed 12.40 away: 10 are left, and a fee of 0.5 % would be more."""
    desk = desk_with(ref("closeout", "slices", fee_e6=5_000))
    levered(desk, side, ("bob", 100_000, 100))
    desk.open("cat", 100_000)
    (desk.buy if side == "long" else desk.sell)("cat", 100, moved(side, 12.4))

    desk.price(moved(side, 7))

    assert desk.dollars("ann") == 0
    assert desk.dollars("insurance") == 10


def test_reducing_orders_stay_where_the_close_out_rule_lets_them() -> None:
    rule = ref("closeout", "slices", cancel_orders_first=False)
    desk = desk_with(rule)
    levered(desk, "long", ("bob", 100_000, 100))
    desk.open("cat", 100_000)
    desk.sell("ann", 50, 244, reduce_only=True)
    desk.sell("ann", 1, 260)

    cancelled = of(desk.price(243), ev.OrderCancelled)
    bids = desk.buy("cat", 50, 244)

    assert [event.remaining_lots for event in cancelled[:1]] == [1_000]
    assert [event.maker_account for event in of(bids, ev.Traded)] == [desk.names["ann"]]


@SIDES
def test_the_vault_takes_over_and_its_profit_is_its_own(side: str) -> None:
    """9 away the vault takes a hundred and the 350 that are left; 7 away it is 200 better."""
    desk = desk_with(ref("backstop", "vault"), insurance=77)
    desk.do(cmd.Deposit(VAULT, 5_000 * E6))
    levered(desk, side, ("bob", 100_000, 100))

    events = desk.price(moved(side, 9))
    desk.price(moved(side, 7))

    vault = desk.state.accounts[VAULT]
    assert [e.taker for e in of(events, ev.TakenOver)] == [VAULT]
    assert (desk.dollars("ann"), desk.dollars("insurance")) == (0, 77)
    worth = vault.holdings[MARKET].size_lots * desk.market.mark_micros
    assert vault.balance_micros == 5_350 * E6
    assert worth - vault.holdings[MARKET].entry_micros == 200 * E6
    assert vault.base_micros == 5_000 * E6


def test_providers_take_by_available_margin_and_are_paid_for_it() -> None:
    """At 241 eve has 30,000 free and fay 10,000: 75 and 25 shares, 18.07 and 6.02 of fee."""
    desk = desk_with(ref("backstop", "providers"), insurance=100)
    levered(desk, "long", ("bob", 100_000, 100))
    for name, dollars in (("eve", 30_000), ("fay", 10_000)):
        number = desk.open(name, dollars)
        desk.do(cmd.SetProvider(number, MARKET, 50_000 * E6))

    events = desk.price(241)

    assert [(e.taker, e.size_lots) for e in of(events, ev.TakenOver)] == [
        (desk.names["eve"], 75_000),
        (desk.names["fay"], 25_000),
    ]
    paid = [e.amount_micros for e in of(events, ev.LiquidationFeePaid)]
    assert paid == [-18_075_000, -6_025_000]
    assert desk.dollars("insurance") == 100 + 350 - 24.1
    assert digest(load(dump(desk.state), build)) == digest(desk.state)


def test_a_provider_that_only_reduces_is_paid_nothing() -> None:
    desk = desk_with(ref("backstop", "providers"), insurance=100)
    levered(desk, "long", ("bob", 100_000, 100))
    desk.do(cmd.SetProvider(desk.names["bob"], MARKET, 50_000 * E6))

    events = desk.price(241)

    assert desk.shares("bob") == 0
    assert not of(events, ev.LiquidationFeePaid)


def test_providers_who_cannot_take_all_take_nothing_and_winners_are_deleveraged() -> None:
    """eve's cap is 20 shares at 241; bob buys the hundred at ann's bankruptcy price of 237.50."""
    desk = desk_with(ref("backstop", "providers"))
    levered(desk, "long", ("bob", 100_000, 100))
    desk.do(cmd.SetProvider(desk.open("eve", 30_000), MARKET, 20 * 241 * E6))

    events = desk.price(241)

    assert not of(events, ev.TakenOver)
    assert [e.price_nanos for e in of(events, ev.Deleveraged)] == [237_500_000_000]
    assert desk.dollars("bob") == 100_000 + 1_250


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (cmd.SetProvider(99, MARKET, E6), "unknown_account"),
        (cmd.SetProvider(0, MARKET, E6), "unknown_account"),
        (cmd.SetProvider(1, "NONE", E6), "unknown_market"),
        (cmd.SetProvider(1, MARKET, -1), "amount_not_positive"),
        (cmd.SetProvider(1, MARKET, 10**18), "amount_too_large"),
        (cmd.SetProvider(1, MARKET, 0), "nothing_to_change"),
    ],
)
def test_what_a_provider_may_not_ask(command: cmd.SetProvider, refusal: str) -> None:
    desk = desk_with(ref("backstop", "providers"))
    desk.open("ann", 1_000)

    assert reason(desk.do(command)) == refusal


def test_without_a_providers_backstop_nobody_can_be_one() -> None:
    desk = Desk(sliced())
    desk.open("ann", 1_000)

    assert reason(desk.do(cmd.SetProvider(1, MARKET, E6))) == "no_providers_here"


@SIDES
def test_without_a_backstop_a_counterparty_gets_a_better_price_than_the_mark(side: str) -> None:
    """9 away ann has 350 and is below two thirds: bob closes at her bankruptcy price, 12.50."""
    desk = desk_with(ref("backstop", "none"), insurance=1_000)
    levered(desk, side, ("bob", 100_000, 100))

    events = desk.price(moved(side, 9))

    assert [e.price_nanos for e in of(events, ev.Deleveraged)] == [round(moved(side, 12.5) * 10**9)]
    assert desk.dollars("bob") == 100_000 + 1_250
    assert (desk.dollars("ann"), desk.dollars("insurance")) == (0, 1_000)


def test_DYDX_CLAIM_001_one_claim_draws_no_more_on_the_fund_than_its_cap() -> None:
    """At 230 ann lacks 750: 200 of the fund's 1,000, and 550 of bob's winnings."""
    desk = desk_with(ref("backstop", "fund", claim_micros_max=200 * E6), insurance=1_000)
    levered(desk, "long", ("bob", 100_000, 100))

    events = desk.price(230)

    assert [e.insurance_micros for e in of(events, ev.ShortfallPaid)] == [200 * E6]
    assert [e.cash_micros for e in of(events, ev.Deleveraged)] == [(23_000 + 550) * E6]


def test_DRIFT_CLAIM_001_a_market_draws_no_more_than_its_cap_within_its_interval() -> None:
    """ann draws 300 of 300; dan, a minute later, is a new interval's."""
    rule = ref("backstop", "fund", draw_micros_max=300 * E6, draw_interval_ns=30 * 10**9)
    desk = desk_with(rule, insurance=1_000)
    levered(desk, "long", ("bob", 100_000, 100))
    first = of(desk.price(230), ev.ShortfallPaid)
    desk.open("dan", 1_150)
    desk.trade("dan", "bob", 100, 230)
    desk.wait(60)
    second = of(desk.price(210), ev.ShortfallPaid)

    assert [event.insurance_micros for event in (*first, *second)] == [300 * E6, 300 * E6]


def test_DYDX_GATE_001_nobody_withdraws_while_somebody_is_insolvent_if_it_is_gated() -> None:
    desk = desk_with(ref("backstop", "fund", gates_withdrawals=True))
    levered(desk, "long", ("bob", 100_000, 100))
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.price(243)
    allowed = desk.do(cmd.Withdraw(desk.names["bob"], E6))
    desk.price(230)

    assert of(allowed, ev.Deposited)
    assert reason(desk.do(cmd.Withdraw(desk.names["bob"], E6))) == "withdrawals_gated"


@SIDES
@pytest.mark.parametrize(
    ("rule", "bob", "cat", "dan"),
    [
        # 20 away ann lacks 750. bob has won 1,500 on 75 shares, cat 500 on 25; dan lost, and left.
        pytest.param("social_gain_prorata", 562.5, 187.5, 0, id="by gains"),
        # dan holds 100 on ann's side from 20 away: 750 over 75 + 25 + 100 shares.
        pytest.param("social_all_contracts", 281.25, 93.75, 375, id="by contracts of both sides"),
    ],
)
def test_DRIFT_LOSS_001_a_socialised_loss_is_paid_without_anybody_s_position(
    side: str, rule: str, bob: float, cat: float, dan: float
) -> None:
    desk = desk_with(ref("last_resort", rule))
    levered(desk, side, ("bob", 50_000, 75), ("cat", 50_000, 25))
    desk.open("dan", 50_000)
    desk.open("eve", 50_000)
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.price(moved(side, 20))
    desk.do(cmd.ResumeMarket(MARKET))
    desk.trade(*(("dan", "eve") if side == "long" else ("eve", "dan")), 100, moved(side, 20))
    before = {name: desk.dollars(name) for name in ("bob", "cat", "dan", "eve")}

    events = desk.wait(30)

    shared = of(events, ev.LossShared)[0]
    assert shared.loss_micros == 750 * E6
    paid = {name: before[name] - desk.dollars(name) for name in ("bob", "cat", "dan")}
    if rule == "social_all_contracts":  # eve's hundred pay, too: over 300 shares.
        bob, cat, dan = bob * 2 / 3, cat * 2 / 3, dan * 2 / 3
    assert paid == {"bob": bob, "cat": cat, "dan": dan}
    assert (desk.shares("bob"), desk.shares("cat")) == ((-75, -25) if side == "long" else (75, 25))
    assert [e.outcome for e in of(events, ev.LiquidationEnded)] == [LiquidationOutcome.LOSS_SHARED]
    assert desk.shares("insurance") == (100 if side == "long" else -100)


def test_an_isolated_payer_pays_from_its_position_s_margin() -> None:
    """bob's cross balance is left alone: his 750 come out of the margin set aside."""
    desk = desk_with(ref("last_resort", "social_gain_prorata"))
    desk.open("ann", 1_250)
    desk.open("bob", 3_000, isolated=True)
    desk.trade("ann", "bob", 100, 250)

    desk.price(230)

    assert desk.dollars("bob") == 1_750
    assert desk.holding("bob").isolated_micros == (1_250 - 750) * E6


def test_profits_only_passes_over_who_would_lose_on_its_entry_while_others_suffice() -> None:
    """eve, short from 232, is first by leverage; closing at 237.50 would cost her 5.50 a share."""
    rule = ref("last_resort", "adl_qfex", seniority="profits_only")
    taken = {}
    for name, listed in (("profits", rule), ("buffer", ref("last_resort", "adl_qfex"))):
        desk = desk_with(listed)
        levered(desk, "long", ("bob", 100_000, 100))
        desk.open("cat", 100_000)
        desk.open("eve", 1_500)
        desk.do(cmd.HaltMarket(MARKET, "operator"))
        desk.price(232)
        desk.do(cmd.ResumeMarket(MARKET))
        desk.trade("cat", "eve", 100, 232)
        events = desk.wait(30)
        taken[name] = [event.counterparty for event in of(events, ev.Deleveraged)]

    assert taken["profits"] == [desk.names["bob"]]
    assert taken["buffer"][0] == desk.names["eve"]


def test_a_freeze_halts_the_market_until_the_operator_has_paid() -> None:
    """At 230 ann lacks 750. Frozen; resumed without money it freezes again; with 750 it ends."""
    desk = desk_with(ref("last_resort", "freeze"))
    levered(desk, "long", ("bob", 100_000, 100))
    first = desk.price(230)
    desk.do(cmd.ResumeMarket(MARKET))
    again = desk.wait(30)
    desk.do(cmd.FundInsurance(750 * E6))
    desk.do(cmd.ResumeMarket(MARKET))
    ended = desk.wait(30)

    for events in (first, again):
        assert [(e.phase, e.why) for e in of(events, ev.PhaseChanged)] == [(Phase.HALTED, "frozen")]
        assert [e.why for e in of(events, ev.LiquidationDeferred)][-1:] == [LiquidationWhy.FROZEN]
        assert not of(events, ev.ShortfallPaid)
    assert [e.insurance_micros for e in of(ended, ev.ShortfallPaid)] == [750 * E6]
    assert not desk.state.liquidations
    assert desk.dollars("bob") == 100_000
