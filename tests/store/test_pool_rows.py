"""Lines of the ledger say what a pool and its providers have, to the micro-dollar."""

from collections import Counter

from tests.store.pool_day import POOLED
from tests.store.venue_day import Player
from venue.store.project import projected


def test_the_lines_of_every_account_add_up_to_its_money_the_pools_too() -> None:
    player = Player()
    player.group(POOLED)

    lines: Counter[int] = Counter()
    kinds: set[str] = set()
    for row in projected(player.executed).new["ledger"]:
        lines[row["account"]] += row["amount_micros"]
        kinds.add(row["kind"])

    assert {"pool_request", "pool_paid_out"} <= kinds
    for number, account in player.engine.state.accounts.items():
        isolated = sum(holding.isolated_micros for holding in account.holdings.values())
        assert lines[number] == account.balance_micros + isolated
