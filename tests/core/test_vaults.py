"""Vaults: collateral, mint, sell, burn, liquidation; conserved asset by asset, to the last unit."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.desk import LOTS, MARKET, Desk, of, reason
from tests.support.vaults import LIMITS, vaulted
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.apply import apply
from venue.core.commands import Command, MarginMode
from venue.core.digest import digest, dump, load
from venue.core.engine import Engine
from venue.core.events import Event
from venue.core.margin import equity_micros
from venue.core.state import State, Vault
from venue.core.units import E4, E6, E9, Units
from venue.core.vaults import figures
from venue.rules.build import build, ref


def collateral(desk: Desk, name: str, amount: float, *, is_cash: bool = False) -> list[Event]:
    number = desk.names[name]
    if is_cash:
        return desk.do(cmd.MoveCollateral(number, MARKET, cash_micros=round(amount * E6)))
    return desk.do(cmd.MoveCollateral(number, MARKET, units_e9=round(amount * E9)))


def mint(desk: Desk, name: str, units: float) -> list[Event]:
    return desk.do(cmd.Mint(desk.names[name], MARKET, round(units * LOTS)))


def burn(desk: Desk, name: str, units: float) -> list[Event]:
    return desk.do(cmd.Burn(desk.names[name], MARKET, round(units * LOTS)))


def vault_of(desk: Desk, name: str) -> Vault:
    return desk.state.vaults[desk.names[name], MARKET]


def ratio(desk: Desk, name: str) -> float | None:
    found = figures(desk.state, vault_of(desk, name)).ratio_e4
    return None if found is None else found / E4


def worth(desk: Desk, name: str) -> float:
    return equity_micros(desk.state, desk.account(name)) / E6


# The essay's figures


def test_PWR_010_one_ether_at_3000_mints_at_most_2000_at_a_ratio_of_one_and_a_half() -> None:
    desk = Desk(vaulted(0), price=3_000)
    desk.open("ann", 0, leverage=1)
    collateral(desk, "ann", 1)

    refused = mint(desk, "ann", 2_000.001)
    done = mint(desk, "ann", 2_000)

    assert reason(refused) == "collateral_too_low"
    assert of(done, ev.Minted)[0].lots == 2_000 * LOTS
    assert ratio(desk, "ann") == 1.5
    assert desk.shares("ann") == 2_000
    assert worth(desk, "ann") == 3_000  # The ether: coins and debt are worth the same.


def test_PWR_011_4500_dollars_lock_one_unit_of_a_token_on_3000() -> None:
    desk = Desk(vaulted(1, vault="cash", scale=3_000), price=3_000)
    desk.open("ann", 10_000, leverage=1)
    collateral(desk, "ann", 4_499.99, is_cash=True)

    refused = mint(desk, "ann", 1)
    collateral(desk, "ann", 0.01, is_cash=True)
    done = mint(desk, "ann", 1)

    assert reason(refused) == "collateral_too_low"
    assert of(done, ev.Minted)
    assert ratio(desk, "ann") == 1.5
    assert desk.dollars("ann") == 5_500


@pytest.mark.parametrize(
    ("ratio_e4", "reward_e4", "leverage"),
    [
        pytest.param(15_000, 1_000, 2, id="3/2: three units, a 2x short"),
        pytest.param(11_000, 500, 10, id="110 %: a 10x short"),
    ],
)
def test_PWR_012_minting_and_selling_again_and_again_is_a_levered_short(
    ratio_e4: int, reward_e4: int, leverage: int
) -> None:
    """c / (c - 1) × 1 / c = 1 / (c - 1): at 3/2 three units of 3,000 against 4,500."""
    desk = Desk(
        vaulted(
            1,
            vault="cash",
            scale=3_000,
            vault_ratio_e4=ratio_e4,
            vault_reward_e4=reward_e4,
        ),
        price=3_000,
    )
    desk.open("ann", 4_500, leverage=1)
    desk.open("bob", 1_000_000, leverage=1)
    sold = 0.0
    while (cash := desk.dollars("ann")) > 5:
        collateral(desk, "ann", cash, is_cash=True)
        found = figures(desk.state, vault_of(desk, "ann"))
        lots = found.collateral_micros * E4 // (ratio_e4 * 3 * E6) - found.lots
        mint(desk, "ann", lots / LOTS)
        desk.trade("bob", "ann", lots / LOTS, 3_000)
        sold += lots / LOTS

    assert sold == pytest.approx(4_500 * leverage / 3_000, abs=0.02)
    assert worth(desk, "ann") == 4_500
    desk.price(2_970)  # 1 % down: the short gains its leverage in percent.
    assert worth(desk, "ann") == pytest.approx(4_500 * (1 + 0.01 * leverage), rel=2e-4)


# What a mint is


def test_who_mints_and_sells_is_short_and_who_buys_back_and_burns_is_out() -> None:
    desk = Desk(vaulted(2, scale=100), price=250)
    desk.open("ann", 1_000, leverage=1)
    desk.open("bob", 100_000, leverage=1)
    collateral(desk, "ann", 4)  # $1,000.
    mint(desk, "ann", 5)

    desk.trade("bob", "ann", 5, 100)
    desk.price(275)  # The square is 121: the short has lost 105, the collateral gained 100.
    short = worth(desk, "ann")
    desk.trade("ann", "bob", 5, 121)
    burn(desk, "ann", 5)
    collateral(desk, "ann", -4)

    assert short == 1_000 + 500 + 4 * 275 - 605
    assert desk.dollars("ann") == 1_000 + 500 - 605
    assert desk.state.units_e9 == {MARKET: 0}
    assert desk.shares("ann") == 0
    assert worth(desk, "bob") == 100_000 + 105
    assert (vault_of(desk, "ann").units_e9, ratio(desk, "ann")) == (0, None)


def test_minting_into_a_short_closes_it_and_the_vault_owes_instead() -> None:
    desk = Desk(vaulted(2, scale=100), price=250)
    desk.open("ann", 10_000, leverage=1)
    desk.open("bob", 100_000, leverage=1)
    desk.trade("bob", "ann", 5, 100)
    collateral(desk, "ann", 4)

    minted = of(mint(desk, "ann", 5), ev.Minted)

    assert minted[0].realised_micros == 500 * E6  # Sold at 100 each, and given back for nothing.
    assert desk.shares("ann") == 0
    assert worth(desk, "ann") == 11_000


def test_a_vaults_events_alone_rebuild_it_and_so_does_a_checkpoint() -> None:
    desk = Desk(vaulted(2, scale=100), price=250)
    desk.open("ann", 1_000, leverage=1)
    collateral(desk, "ann", 4)
    mint(desk, "ann", 3)
    desk.price(300)

    rebuilt = State(build)
    for event in desk.log:
        apply(rebuilt, event)

    assert load(dump(desk.state), build).vaults == desk.state.vaults
    assert digest(load(dump(desk.state), build)) == digest(desk.state)
    assert rebuilt.vaults == desk.state.vaults
    assert rebuilt.units_e9 == desk.state.units_e9
    assert Engine(build, load(dump(desk.state), build)).execute(
        cmd.PassTime(), at_ns=desk.now_ns + 3 * E9
    ) == desk.engine.execute(cmd.PassTime(), at_ns=desk.now_ns + 3 * E9)


# Refusals


ANN = 1


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (cmd.MoveCollateral(99, MARKET, 0, E9), "unknown_account"),
        (cmd.Mint(INSURANCE, MARKET, 1), "unknown_account"),
        (cmd.Burn(-1_000, MARKET, 1), "unknown_account"),
        (cmd.Mint(ANN, "NONE", 1), "unknown_market"),
        (cmd.MoveCollateral(ANN, MARKET), "amount_not_positive"),
        (cmd.MoveCollateral(ANN, MARKET, E6), "other_collateral"),
        (cmd.MoveCollateral(ANN, MARKET, 0, E9 * E9 + 1), "amount_too_large"),
        (cmd.MoveCollateral(ANN, MARKET, 0, -5 * E9), "insufficient_balance"),
        (cmd.MoveCollateral(ANN, MARKET, 0, -3 * E9), "collateral_too_low"),
        (cmd.Mint(ANN, MARKET, 0), "size_not_positive"),
        (cmd.Mint(ANN, MARKET, 3_667), "collateral_too_low"),
        (cmd.Mint(ANN, MARKET, 20_000_000), "position_limit"),
        (cmd.Burn(ANN, MARKET, -1), "size_not_positive"),
        (cmd.Burn(ANN, MARKET, 3_001), "not_so_much_minted"),
        (cmd.ResetAccount(ANN, 0), "position_open"),
    ],
)
def test_what_a_vault_is_refused_changes_nothing(command: Command, why: str) -> None:
    """4 units at 250 are $1,000, 3 minted at 100 are $300: 6.666 may be."""
    desk = Desk(vaulted(2, scale=100), price=250)
    desk.open("ann", 1_000, leverage=1)
    collateral(desk, "ann", 4)
    mint(desk, "ann", 3)
    before = digest(desk.state)

    events = desk.do(command)

    assert reason(events) == why
    desk.state.seq -= 1
    assert digest(desk.state) == before


def test_a_market_without_vaults_a_mark_or_a_cross_position_refuses() -> None:
    plain = Desk()
    plain.open("ann", 1_000)
    unpriced = Desk(vaulted(2), price=None)
    unpriced.open("ann", 1_000)
    isolated = Desk(vaulted(2, scale=100), price=250)
    isolated.open("ann", 1_000)
    collateral(isolated, "ann", 4)
    isolated.do(cmd.SetLeverage(ANN, MARKET, 1, MarginMode.ISOLATED))

    assert reason(mint(plain, "ann", 1)) == "no_vaults_here"
    assert reason(mint(unpriced, "ann", 1)) == "no_mark_yet"
    assert reason(mint(isolated, "ann", 1)) == "vault_needs_cross"


def test_while_the_outside_price_is_not_trusted_nothing_is_minted_or_given_back() -> None:
    """A wide source is too uncertain: Drift's table blocks what margin counts on."""
    rules = (ref("index_open", "validity_ladder"), ref("actions", "drift_matrix"))
    desk = Desk(vaulted(2, 1, *rules, scale=100), price=250)
    desk.open("ann", 1_000, leverage=1)
    collateral(desk, "ann", 4)
    mint(desk, "ann", 3)
    nanos, now_ns = 250 * E9, desk.now_ns
    wide = cmd.SubmitPrint(MARKET, "feed", nanos, now_ns, now_ns, E9, nanos // 10)
    desk.do(wide)
    desk.wait(3)

    assert reason(mint(desk, "ann", 1)) == "index_not_valid"
    assert reason(collateral(desk, "ann", -1)) == "index_not_valid"
    assert of(collateral(desk, "ann", 1), ev.CollateralMoved)


def test_burning_is_refused_where_margin_would_lack() -> None:
    """The coins carry the other position: of 20 units at leverage 2 ten are what they are worth."""
    desk = Desk(vaulted(2, scale=100), price=250)
    desk.open("ann", 100, leverage=2)
    desk.open("bob", 10_000, leverage=1)
    collateral(desk, "ann", 8)
    mint(desk, "ann", 10)
    desk.trade("ann", "bob", 10, 100)

    refused = burn(desk, "ann", 10)
    partly = burn(desk, "ann", 1)

    assert reason(refused) == "insufficient_margin"
    assert of(partly, ev.Minted)[0].lots == -1_000


# Liquidation


def squeeth(**more: Any) -> Desk:
    """Return ten units of the square, worth $1,000, against 6 shares at 250: the least ratio."""
    desk = Desk(vaulted(2, scale=100, **more), price=250, insurance=10_000)
    desk.open("ann", 0, leverage=1)
    desk.open("bob", 100_000, leverage=1)
    collateral(desk, "ann", 6)
    mint(desk, "ann", 10)
    desk.trade("bob", "ann", 10, 100)
    return desk


def test_PWR_013_below_three_halves_half_of_a_vault_goes_at_debt_and_ten_percent() -> None:
    desk = squeeth()

    events = desk.price(251)

    told = of(events, ev.VaultLiquidated)[0]
    index = 100 * (251 / 250) ** 2
    assert told.lots == 5 * LOTS
    assert told.ratio_e4 == 14_940
    assert told.price_micros == int(index * 1.1 * 1_000)
    assert told.units_e9 == -(-5 * LOTS * told.price_micros * 1_000 // 251)
    assert desk.state.accounts[INSURANCE].holdings[MARKET].size_lots == -5 * LOTS
    assert desk.state.units_e9[MARKET] == vault_of(desk, "ann").units_e9 == 6 * E9 - told.units_e9
    after = ratio(desk, "ann")
    assert after is not None
    assert after > 1.5


def test_the_whole_vault_goes_where_dust_would_be_left() -> None:
    """Half of it leaves $950 of collateral: with $1,000 called dust, nothing is left."""
    desk = squeeth(vault_dust_micros=1_000 * E6)

    told = of(desk.price(251), ev.VaultLiquidated)

    assert [event.lots for event in told] == [10 * LOTS]
    assert ratio(desk, "ann") is None


def test_a_vault_past_its_collateral_gives_all_of_it_and_the_fund_bears_the_rest() -> None:
    """At 500 the square is 400: the debt is 4,000, six shares are 3,000."""
    desk = squeeth(vault_dust_micros=1_500 * E6)

    told = of(desk.price(500), ev.VaultLiquidated)[0]

    assert (told.lots, told.units_e9) == (10 * LOTS, 6 * E9)
    assert told.price_micros * 10 * LOTS == 3_000 * E6
    assert desk.state.units_e9 == {MARKET: 0}
    fund = desk.state.accounts[INSURANCE]
    assert equity_micros(desk.state, fund) == (10_000 + 3_000 - 4_000) * E6


def test_the_fund_buys_back_on_the_book_what_it_took_over() -> None:
    desk = squeeth()
    desk.price(251)
    desk.sell("bob", 10, 100.9)

    desk.wait(600)

    fund = desk.state.accounts[INSURANCE].holdings[MARKET]
    assert fund.size_lots == 0
    assert fund.realised_micros > 0


def test_a_vault_that_pays_cash_funding_out_of_cash_is_liquidated_by_it() -> None:
    """Longs receive: the mark stands 10 % below the index for an hour, at a period of an hour."""
    rules = (ref("funding", "mark_minus_index", period_ns=3_600 * E9), ref("mark", "last"))
    desk = Desk(vaulted(1, 1, *rules, vault="cash", scale=250), price=250, insurance=10_000)
    desk.open("ann", 1_000, leverage=1)
    desk.open("bob", 100_000, leverage=1)
    collateral(desk, "ann", 375, is_cash=True)
    mint(desk, "ann", 1)
    desk.trade("bob", "ann", 1, 225)

    desk.wait(4_000)

    assert desk.heard(ev.FundingSettled)[-1].rate_e12 < 0
    assert desk.heard(ev.VaultLiquidated)


def test_a_settled_market_closes_vaults_and_their_units_pay() -> None:
    desk = squeeth()
    desk.do(cmd.HaltMarket(MARKET, "operator", cmd.HaltKind.SETTLE))
    vault = vault_of(desk, "ann")

    debt = desk.state.accounts[vault.vault].balance_micros
    desk.wait(3)

    assert debt == -1_000 * E6
    assert of(desk.log, ev.VaultCovered)[0].units_e9 == vault_units_sold(1_000, 250)
    assert desk.state.accounts[vault.vault].balance_micros == 0
    assert vault.units_e9 == 2 * E9
    assert worth(desk, "ann") == 1_000 + 1_500 - 1_000
    assert reason(mint(desk, "ann", 1)) == "market_not_trading"
    collateral(desk, "ann", -2)
    assert desk.state.units_e9 == {MARKET: 0}


def vault_units_sold(dollars: int, price: int) -> int:
    return dollars * E9 // price


def test_what_a_settled_vault_cannot_pay_the_fund_pays() -> None:
    """Settled at 400 a unit against six shares at 500: 4,000 are owed and 3,000 are there."""
    desk = squeeth()
    desk.do(cmd.HaltMarket(MARKET, "operator", cmd.HaltKind.FREEZE))
    desk.price(500)  # Frozen: no vault is liquidated, and the mark goes on.
    desk.do(cmd.HaltMarket(MARKET, "operator", cmd.HaltKind.SETTLE))

    desk.wait(3)

    told = of(desk.log, ev.VaultCovered)[0]
    assert not desk.heard(ev.VaultLiquidated)
    assert (told.units_e9, told.proceeds_micros) == (6 * E9, 3_000 * E6)
    assert told.fund_micros == 1_000 * E6
    assert desk.dollars("insurance") == 9_000


def test_at_night_no_book_liquidates_a_vault() -> None:
    from venue.core.phases import Closure, Session

    desk = squeeth()
    desk.session(Session.NO_TRADING, Closure.WEEKEND)
    desk.sell("bob", 1, 300, time_in_force=cmd.TimeInForce.GTC)
    desk.open("eve", 100_000, leverage=1)
    desk.buy("eve", 1, 300)

    desk.wait(3_600)

    assert ratio(desk, "ann") == 1.5
    assert not desk.heard(ev.VaultLiquidated)


# Whatever happens, both assets are conserved; the desk's auditor looks after every command.


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["lock", "free", "mint", "burn", "sell", "buy", "price"]),
            st.integers(1, 100),
        ),
        max_size=30,
    ),
    st.sampled_from([("index", 2), ("cash", 1), ("index", 0), ("cash", 4)]),
)
def test_money_and_units_are_conserved_whatever_is_done(
    steps: list[tuple[str, int]], kind: tuple[str, int]
) -> None:
    vault, power = kind
    desk = Desk(vaulted(power, scale=100, vault=vault), price=250, insurance=10_000)
    desk.open("ann", 20_000, leverage=1)
    desk.open("bob", 1_000_000, leverage=1)
    for what, much in steps:
        if what in ("lock", "free"):
            sign = 1 if what == "lock" else -1
            amount = much * 20 if vault == "cash" else much / 10
            collateral(desk, "ann", sign * amount, is_cash=vault == "cash")
        elif what == "mint":
            mint(desk, "ann", much / 7)
        elif what == "burn":
            burn(desk, "ann", much / 7)
        elif what == "price":
            desk.price(200 + much * 1.5)
        else:
            index = (desk.market.index_nanos or 0) / E9
            maker, taker = ("bob", "ann") if what == "sell" else ("ann", "bob")
            desk.buy(maker, much / 20, index)
            desk.sell(taker, much / 20, index)

    desk.wait(30)


def test_lots_of_another_size_mint_as_exactly() -> None:
    fine = replace(vaulted(0), units=Units(tick_nanos=E9 // 100, lot_e9=E9 // 100))
    desk = Desk(replace(fine, limits=replace(LIMITS, position_lots_max=1_000_000)), price=3_000)
    desk.open("ann", 0, leverage=1)
    collateral(desk, "ann", 1)

    assert desk.do(cmd.Mint(ANN, MARKET, 200_000))
    assert ratio(desk, "ann") == 1.5


def test_a_vaults_short_may_have_to_give_up_gains_like_any_other() -> None:
    """The only short is a vault's: ADL closes it against the long that lost more than it had."""
    desk = Desk(vaulted(1, vault="cash", scale=250), price=250)
    desk.open("ann", 10_000, leverage=1)
    desk.open("bob", 520, leverage=5)
    collateral(desk, "ann", 5_000, is_cash=True)
    mint(desk, "ann", 10)
    desk.trade("bob", "ann", 10, 250)

    desk.price(150)
    desk.wait(120)

    told = desk.heard(ev.Deleveraged)
    assert [event.counterparty for event in told] == [vault_of(desk, "ann").vault]
    assert ratio(desk, "ann") is None  # Nothing is owed any more.
    assert worth(desk, "ann") == 10_000 + 520
    collateral(
        desk, "ann", -desk.state.accounts[told[0].counterparty].balance_micros / E6, is_cash=True
    )
    assert desk.dollars("ann") == 10_520
