"""Lines of the ledger say what a pool and its providers have, to the micro-dollar."""

from collections import Counter

from tests.store.pool_day import POOLED
from tests.store.venue_day import Player, Timed, venue_day
from venue.rules.build import ref
from venue.store.project import projected

# The fund takes in half of the fees, until it has 0.5 % of open interest.
FUNDED = list(
    venue_day(
        turns=40,
        insurance_dollars=10,
        rules=(
            ref("closeout", "slices", fee_e6=5_000, protection_e4=2_500),
            ref("backstop", "fund", fees_e4=5_000, target_e4=50),
        ),
    )
)


def test_the_lines_of_every_account_add_up_to_its_money_the_funds_too() -> None:
    lines, kinds, player = added_up(FUNDED)

    assert {"fund_filled", "liquidation_fee"} <= kinds
    for number, account in player.engine.state.accounts.items():
        isolated = sum(holding.isolated_micros for holding in account.holdings.values())
        assert lines[number] == account.balance_micros + isolated


def test_the_lines_of_every_account_add_up_to_its_money_the_pools_too() -> None:
    lines, kinds, player = added_up(POOLED)

    assert {"pool_request", "pool_paid_out"} <= kinds
    for number, account in player.engine.state.accounts.items():
        isolated = sum(holding.isolated_micros for holding in account.holdings.values())
        assert lines[number] == account.balance_micros + isolated


def added_up(commands: list[Timed]) -> tuple[Counter[int], set[str], Player]:
    """Return the sum of every account's lines, their kinds, and who played the commands."""
    player = Player()
    player.group(commands)
    lines: Counter[int] = Counter()
    kinds: set[str] = set()
    for row in projected(player.executed).new["ledger"]:
        lines[row["account"]] += row["amount_micros"]
        kinds.add(row["kind"])
    return lines, kinds, player
