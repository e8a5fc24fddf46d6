"""The liquidator vault's shares: paid for, locked, given back; who has them gains and loses.

ann is at 20x with a hundred shares from 250 and 1,250 behind them. At 241 the vault takes them over
with the 350 that are left, at 243 it is 200 better off.
"""

import pytest

from tests.core.test_who_pays import desk_with, levered
from tests.support.desk import MARKET, Desk, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.account import VAULT
from venue.core.account_tree import beside_balances
from venue.core.digest import digest, dump, load
from venue.core.phases import Closure, Session
from venue.core.pool import Pool, PoolShare
from venue.core.pool_value import value_micros
from venue.core.units import E6, NS_PER_DAY, NS_PER_SECOND
from venue.rules.build import build, ref

DAYS = NS_PER_DAY // NS_PER_SECOND


def vaulted(*, seed: int = 0, **parameters: int | bool) -> Desk:
    """Return a desk with a vault that the operator has paid into, and zoe with 10,000."""
    desk = desk_with(ref("backstop", "vault", **parameters))
    if seed:
        desk.do(cmd.Deposit(VAULT, seed * E6))
    desk.open("zoe", 10_000)
    return desk


def pay_in(desk: Desk, dollars: float, name: str = "zoe") -> list[ev.Event]:
    return desk.do(cmd.DepositToPool(desk.names[name], MARKET, round(dollars * E6)))


def leave(desk: Desk, shares: float, name: str = "zoe") -> list[ev.Event]:
    return desk.do(cmd.WithdrawFromPool(desk.names[name], MARKET, round(shares * E6)))


def vault(desk: Desk) -> Pool:
    assert desk.state.vault_pool is not None
    return desk.state.vault_pool


def take_over(desk: Desk) -> None:
    """Let the vault take a hundred shares over, worth 550 by then."""
    levered(desk, "long", ("bob", 100_000, 100))
    desk.price(241)
    desk.price(243)


def test_a_deposit_buys_shares_at_once_and_no_one_gains_by_it() -> None:
    desk = vaulted(seed=5_000)

    events = pay_in(desk, 4_000)

    (ended,) = of(events, ev.PoolRequestEnded)
    assert (ended.outcome, ended.shares) == (ev.PoolOutcome.PAID_IN, 4_000 * E6)
    assert vault(desk).providers[VAULT] == PoolShare(5_000 * E6, 0, 5_000 * E6)
    assert desk.dollars("zoe") == 6_000
    assert desk.account("zoe").base_micros == 6_000 * E6
    assert desk.state.accounts[VAULT].base_micros == 9_000 * E6


def test_depositors_share_what_a_takeover_brings_by_their_shares() -> None:
    """Half of 10,000 each; 350 of margin and 200 of price: 275 for zoe."""
    desk = vaulted(seed=5_000, lockup_ns=0)
    pay_in(desk, 5_000)
    take_over(desk)
    desk.buy("bob", 100, 243)  # The vault sells to him, what it holds leaves room then.
    desk.wait(60)

    leave(desk, 5_000)

    assert value_micros(desk.state, vault(desk)) == (5_000 + 275) * E6
    assert desk.dollars("zoe") == 5_000 + 5_000 + 275


def test_a_loss_of_the_vault_is_the_depositors_too() -> None:
    """At 235 the vault, which took over at 236 with 150 lacking, is 100 worse off than that."""
    desk = vaulted(seed=5_000, lockup_ns=0)
    pay_in(desk, 5_000)
    levered(desk, "long", ("bob", 100_000, 100))
    desk.price(236)
    desk.price(235)

    assert value_micros(desk.state, vault(desk)) == (10_000 - 150 - 100) * E6


def test_shares_stay_for_four_days_after_the_latest_payment() -> None:
    desk = vaulted()
    pay_in(desk, 1_000)
    desk.wait(3 * DAYS)
    pay_in(desk, 1_000)
    desk.wait(4 * DAYS - 1)

    early = leave(desk, 1)
    desk.wait(1)
    late = leave(desk, 2_000)

    assert reason(early) == "shares_locked"
    assert [e.amount_micros for e in of(late, ev.PoolRequestEnded)] == [2_000 * E6]
    assert desk.dollars("zoe") == 10_000
    assert vault(desk).providers == {}


def test_what_the_vault_needs_for_its_positions_waits_until_they_are_closed() -> None:
    """A hundred shares at 243 and 10x need 2,430: of 3,550 no 2,366.67 can leave."""
    desk = vaulted(lockup_ns=0)
    pay_in(desk, 3_000)
    take_over(desk)

    leave(desk, 2_000)
    waiting = len(vault(desk).requests)
    desk.buy("bob", 100, 243)
    desk.wait(60)

    assert waiting == 1
    assert vault(desk).requests == {}
    assert desk.dollars("zoe") == 9_366.666_666


def test_the_operator_takes_out_its_own_part_and_no_more() -> None:
    desk = vaulted(seed=5_000)
    pay_in(desk, 5_000)

    more = desk.do(cmd.Withdraw(VAULT, 5_001 * E6))
    desk.do(cmd.Withdraw(VAULT, 5_000 * E6))

    assert reason(more) == "insufficient_shares"
    assert vault(desk).shares == 5_000 * E6
    assert list(vault(desk).providers) == [desk.names["zoe"]]
    assert desk.state.accounts[VAULT].balance_micros == 5_000 * E6


def test_the_operators_money_buys_shares_at_what_they_are_worth() -> None:
    """10,000 shares are worth 10,550 when 2,110 come: 2,000 more."""
    desk = vaulted(seed=10_000)
    take_over(desk)

    (seeded,) = of(desk.do(cmd.Deposit(VAULT, 2_110 * E6)), ev.VaultSeeded)

    assert seeded.shares == 2_000 * E6


def test_a_vault_of_others_money_is_not_reset() -> None:
    desk = vaulted(seed=5_000)

    assert reason(desk.do(cmd.ResetAccount(VAULT, 0))) == "unknown_account"


def test_in_epochs_money_waits_and_the_vault_does_not_count_on_it() -> None:
    """With 100 of its own the vault cannot carry ann's 100 shares, with zoe's 9,000 it could."""
    desk = vaulted(seed=100, epoch_ns=3_600 * NS_PER_SECOND)
    pay_in(desk, 9_000)
    levered(desk, "long", ("bob", 100_000, 100))

    events = desk.price(241)

    assert of(events, ev.TakenOver) == []
    assert vault(desk).waiting_micros == 9_000 * E6


def test_money_that_waits_goes_back_before_a_bankrupt_vault_is_deleveraged() -> None:
    desk = vaulted(seed=900, epoch_ns=3_600 * NS_PER_SECOND)
    levered(desk, "long", ("bob", 100_000, 100))
    desk.price(241)
    pay_in(desk, 5_000)
    held = desk.state.accounts[VAULT].holdings[MARKET].size_lots
    desk.price(225)
    events = desk.wait(60)

    returned = [e.outcome for e in of(events, ev.PoolRequestEnded)]
    assert held == 100_000
    assert returned == [ev.PoolOutcome.RETURNED]
    assert of(events, ev.Deleveraged) != []
    assert desk.dollars("zoe") == 10_000


def test_with_an_epoch_that_waits_for_the_open_nobody_leaves_before_the_gap() -> None:
    desk = vaulted(seed=1_000, lockup_ns=0, epoch_ns=60 * NS_PER_SECOND, waits_for_open=True)
    pay_in(desk, 1_000)
    desk.wait(60)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)

    leave(desk, 1_000)
    desk.wait(DAYS)
    waiting = len(vault(desk).requests)
    desk.session(Session.REGULAR)
    desk.wait(3)

    assert waiting == 1
    assert vault(desk).requests == {}


def test_every_depositor_is_in_the_tree_of_accounts_and_in_checkpoints() -> None:
    desk = vaulted(seed=5_000, epoch_ns=3_600 * NS_PER_SECOND)
    pay_in(desk, 4_000)
    desk.wait(3_600)
    pay_in(desk, 1_000)

    beside = beside_balances(desk.state)
    again = load(dump(desk.state), build)

    assert beside[desk.names["zoe"]].pools == [("", 4_000 * E6)]
    assert beside[desk.names["zoe"]].pool_requests == [("", 2, 1_000 * E6, 0)]
    assert beside[VAULT].pools == [("", 5_000 * E6)]
    assert digest(again) == digest(desk.state)
    assert again.vault_pool == vault(desk)


@pytest.mark.parametrize("backstop", ["fund", "providers"])
def test_only_a_market_that_the_vault_stands_behind_takes_deposits_for_it(backstop: str) -> None:
    desk = desk_with(ref("backstop", backstop))
    desk.open("zoe", 10_000)

    assert reason(pay_in(desk, 1_000)) == "no_pool_here"
