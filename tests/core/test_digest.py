"""The digest sees everything that may affect an outcome; the rest is named here, and derived."""

import pytest

from tests.support.desk import MARKET, Desk
from venue.core.account import Account, Holding
from venue.core.digest import digest, dump, load
from venue.core.market import Market
from venue.core.state import Ledger, State
from venue.rules.build import build

# Rebuilt from the rest when a checkpoint is loaded.
MARKET_DERIVED = {
    "rules", "terms", "tick_lot_micros", "tiers", "triggers", "watch", "holders",
    "band_ticks", "plain_buys", "plain_sells", "position_max_lots", "interest_max_lots", "blocked",
    "order_max_lots", "market_order_max_lots", "crowded_e4", "initial_e4_max", "steepness",
    "base_fees", "own_fees", "order_rule", "protection_e4", "trigger_protection_e4",
    "brackets_wait",
}  # fmt: skip
ACCOUNT_DERIVED = {"orders", "headroom_micros", "headroom_version", "cross_unit"}
STATE_DERIVED = {
    "build_rules", "counts_requests", "dirty", "marks_version", "names", "orders", "out", "sweep",
    "timers", "touched",
}  # fmt: skip
# Records, whose own fields are looked at below or in the simulation.
NOT_NUMBERS = {
    "spec", "phase", "pricing", "validity", "phase_why", "book", "index_memory", "closed_memory",
    "mark_memory", "clamp_memory", "funding_memory", "band_memory", "account", "name", "parent",
    "owner", "holdings", "remembered", "recent", "cancel_on_disconnect", "market", "mode", "ledger",
    "accounts", "markets", "sources", "liquidations", "breaches", "triggers", "search",
    "days", "forced", "interruption_memory", "bounds", "reducing_why",
    "vaults", "units_e9", "closeout_memory", "providers", "makers", "plans", "pool", "actions",
    "renamed", "vault_pool", "heard_as", "feeds",
}  # fmt: skip


def numbers(kind: type, derived: set[str]) -> list[str]:
    # A compiled class has no slots, and tells its attributes by another name.
    fields: tuple[str, ...] = vars(kind).get("__slots__") or vars(kind)["__mypyc_attrs__"]
    return [name for name in fields if name not in derived | NOT_NUMBERS]


def moved() -> Desk:
    desk = Desk()
    desk.open("ann", 1_000)
    desk.open("bob", 1_000)
    desk.trade("ann", "bob", 1, 250)
    return desk


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((Market, name) for name in numbers(Market, MARKET_DERIVED)),
        *((Account, name) for name in numbers(Account, ACCOUNT_DERIVED)),
        *((State, name) for name in numbers(State, STATE_DERIVED)),
        *((Holding, name) for name in numbers(Holding, set())),
        *((Ledger, name) for name in numbers(Ledger, set())),
    ],
)
def test_a_changed_number_is_another_digest_and_survives_a_checkpoint(
    kind: type, name: str
) -> None:
    desk = moved()
    before = digest(desk.state)

    def record(state: State) -> object:
        where: dict[type, object] = {
            State: state,
            Ledger: state.ledger,
            Market: state.markets[MARKET],
            Account: state.accounts[1],
            Holding: state.accounts[1].holdings[MARKET],
        }
        return where[kind]

    number = (getattr(record(desk.state), name) or 0) + 1
    setattr(record(desk.state), name, number)

    assert digest(desk.state) != before
    assert getattr(record(load(dump(desk.state), build)), name) == number
