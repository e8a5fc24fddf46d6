"""An account's leaf tells all that it has: beside its balance also what stands elsewhere."""

from typing import Any

import msgspec

from tests.core.test_makers import commit, committed
from tests.core.test_twap import deep, twap
from tests.core.test_vaults import collateral, mint
from tests.support.desk import LOTS, MARKET, Desk
from tests.support.pools import PoolDesk
from tests.support.vaults import vaulted
from venue.core import commands as cmd
from venue.core.account_tree import Statement, leaves
from venue.core.commands import MarginMode, Side, TriggerKind
from venue.core.digest import dump, load
from venue.core.state import State
from venue.core.units import E6, E9
from venue.rules.build import build

SEED = bytes(32)
TOLD = Statement.__struct_fields__[3:]  # What an account may have none of.


def told_of(state: State, number: int) -> dict[str, Any]:
    """Return what an account's leaf says, and only that: nothing empty."""
    leaf = leaves(state, SEED)[sorted(state.accounts).index(number)]
    said = msgspec.json.decode(leaf.text, type=Statement)
    assert (said.seq, said.account) == (state.seq, number)
    assert said.balance_micros == state.accounts[number].balance_micros
    return {name: value for name in TOLD if (value := getattr(said, name))}


def told(desk: Desk, name: str) -> dict[str, Any]:
    return told_of(desk.state, desk.names[name])


def test_positions_orders_and_triggers_are_told() -> None:
    desk = deep()
    ann = desk.names["ann"]
    desk.do(cmd.SetLeverage(ann, MARKET, 5, MarginMode.ISOLATED))
    desk.buy("ann", 2, 250)
    desk.do(cmd.MoveIsolatedMargin(ann, MARKET, 50 * E6))
    bought = desk.state.accounts[ann].holdings[MARKET]
    desk.buy("ann", 1, 240)
    (order_id,) = desk.account("ann").orders
    desk.do(cmd.PlaceTrigger(ann, MARKET, Side.SELL, None, TriggerKind.STOP, 20_000))
    (trigger_id,) = desk.account("ann").triggers

    assert bought.isolated_micros > 50 * E6
    assert told(desk, "ann") == {
        "positions": ((MARKET, 2 * LOTS, 500 * E6, bought.isolated_micros),),
        "orders": ((order_id, MARKET, "buy", 1 * LOTS, 24_000),),
        "triggers": ((trigger_id, MARKET, "sell", None, 20_000),),
    }
    assert told(desk, "eve") == {}


def test_a_plan_is_told_with_what_has_not_traded() -> None:
    desk = deep()

    twap(desk)

    (order_id,) = desk.account("ann").plans
    assert told(desk, "ann")["plans"] == ((order_id, MARKET, "buy", 10 * LOTS),)


def test_a_vault_is_told_with_its_collateral_and_what_it_minted() -> None:
    desk = Desk(vaulted(0, vault="cash"), price=3_000)
    ann = desk.open("ann", 10_000, leverage=1)
    collateral(desk, "ann", 6_000, is_cash=True)
    mint(desk, "ann", 2_000)

    said = told(desk, "ann")

    assert said["vaults"] == ((MARKET, 6_000 * E6, 0, 2_000 * LOTS),)
    assert desk.state.accounts[ann].balance_micros == 4_000 * E6


def test_units_in_a_vault_are_told() -> None:
    desk = Desk(vaulted(0), price=3_000)
    desk.open("ann", 0, leverage=1)

    collateral(desk, "ann", 1.5)

    assert told(desk, "ann")["vaults"] == ((MARKET, 0, 3 * E9 // 2, 0),)


def test_a_makers_bond_is_told() -> None:
    desk = committed(1_000)

    assert told(desk, "ann") == {"bonds": ((MARKET, 1_000 * E6),)}
    commit(desk, 1_500)
    assert told(desk, "ann") == {"bonds": ((MARKET, 1_500 * E6),)}
    assert told(desk, "bob") == {}


def test_shares_of_a_pool_and_what_waits_there_are_told() -> None:
    desk = PoolDesk(pool_dollars=4_000)
    desk.open("zoe", 10_000)

    desk.leave("lp", 1_000)
    desk.pay_in("zoe", 2_000)

    of_lp, of_zoe = desk.pool.requests
    assert told(desk, "lp") == {
        "pools": ((MARKET, 4_000 * E6),),  # What waits to leave is still its own.
        "pool_requests": ((MARKET, of_lp, 0, 1_000 * E6),),
    }
    assert told(desk, "zoe")["pool_requests"] == ((MARKET, of_zoe, 2_000 * E6, 0),)
    desk.epoch()
    assert told(desk, "lp") == {"pools": ((MARKET, 3_000 * E6),)}
    assert told(desk, "zoe") == {"pools": ((MARKET, 2_000 * E6),)}


def test_a_state_that_was_loaded_has_the_same_leaves() -> None:
    for desk in (committed(1_000), PoolDesk(pool_dollars=4_000), deep()):
        assert leaves(load(dump(desk.state), build), SEED) == leaves(desk.state, SEED)


def test_what_an_account_has_elsewhere_changes_its_leaf_and_no_other() -> None:
    desk = committed(0)
    number = sorted(desk.state.accounts).index(desk.names["ann"])
    before = leaves(desk.state, SEED)

    commit(desk, 1_000)

    after = leaves(desk.state, SEED)
    changed = [
        n
        for n, (was, now) in enumerate(zip(before, after, strict=False))
        if _without_seq(was.text) != _without_seq(now.text)
    ]
    assert number in changed
    assert sorted(desk.state.accounts).index(desk.names["bob"]) not in changed


def _without_seq(text: bytes) -> dict[str, Any]:
    said: dict[str, Any] = msgspec.json.decode(text)
    return {name: value for name, value in said.items() if name != "seq"}
