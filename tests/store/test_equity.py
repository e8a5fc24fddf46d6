"""What accounts are worth by the events agrees with the engine, after every command."""

import pytest

from tests.store.corporate_day import corporate_day
from tests.store.maker_day import maker_day
from tests.store.pool_day import POOLED
from tests.store.vault_day import vault_day
from tests.store.venue_day import START_NS, Player, Timed, fresh_engine, venue_day
from venue.core import events as ev
from venue.core.margin import equity_micros
from venue.rules.build import ref
from venue.store.equity import CHANGES, Worth

COMMANDS = list(venue_day(turns=40))
VAULTED = vault_day()
BONDED = maker_day()
CORPORATE = corporate_day()
# The fund is soon spent, whatever it takes in of fees.
TAKING = ref("backstop", "fund", fees_e4=5_000)
POOR = list(venue_day(turns=40, insurance_dollars=100, rules=(TAKING,)))
SHARED = list(
    venue_day(
        turns=40,
        insurance_dollars=100,
        rules=(
            ref("closeout", "slices", fee_e6=5_000, protection_e4=2_500),
            ref("backstop", "fund", fees_e4=1, target_e4=1),
            ref("last_resort", "social_all_contracts"),
        ),
    )
)


@pytest.mark.parametrize(
    "commands",
    [
        pytest.param(COMMANDS, id="day"),
        pytest.param(POOR, id="poor"),
        pytest.param(SHARED, id="shared"),
        pytest.param(VAULTED, id="vaulted"),
        pytest.param(POOLED, id="pooled"),
        pytest.param(BONDED, id="bonded"),
        pytest.param(CORPORATE, id="corporate"),
    ],
)
@pytest.mark.parametrize("begin", [0, 1, 150, 230, len(COMMANDS) - 3])
def test_worth_agrees_with_the_engine_from_anywhere(commands: list[Timed], begin: int) -> None:
    """Also where it begins in the middle of a day, as after a restart."""
    engine = fresh_engine()
    for at_ns, command in commands[:begin]:
        engine.execute(command, at_ns=at_ns)
    worth = Worth(engine.state)

    for at_ns, command in commands[begin:]:
        for event in engine.execute(command, at_ns=at_ns):
            worth.apply(event)

        state = engine.state
        expected = {number: equity_micros(state, it) for number, it in state.accounts.items()}
        assert {number: worth.equity_micros(number) for number in expected} == expected
        bases = {number: account.base_micros for number, account in state.accounts.items()}
        assert worth.base_micros == bases


def test_the_days_have_every_event_that_changes_worth() -> None:
    """Otherwise the comparison above compares less than it seems to."""
    seen = set()
    for commands in (COMMANDS, POOR, SHARED, VAULTED, BONDED, POOLED, CORPORATE):
        player = Player()
        player.group(commands)
        seen |= {type(event) for each in player.executed for event in each.events}

    assert not set(CHANGES) - seen


def test_the_days_have_fees_within_and_beyond_the_funds_target() -> None:
    paid = [
        (event.amount_micros > 0, getattr(event, "beyond_micros", 0) > 0)
        for commands in (POOR, SHARED)
        for event in _events(commands)
        if isinstance(event, (ev.FundFilled, ev.LiquidationFeePaid))
    ]

    assert (True, False) in paid
    assert (True, True) in paid


def _events(commands: list[Timed]) -> list[ev.Event]:
    player = Player()
    player.group(commands)
    return [event for each in player.executed for event in each.events]


def test_who_never_had_money_is_not_on_the_curve() -> None:
    commands: list[Timed] = COMMANDS[:9]
    player = Player()
    worth = Worth(player.engine.state)
    player.group(commands)
    for each in player.executed:
        for event in each.events:
            worth.apply(event)

    rows = list(worth.rows(seq=9, at_ns=START_NS))

    assert [row["account"] for row in rows] == [0, 1]
    assert rows[1] == {
        "account": 1,
        "at_ns": START_NS,
        "seq": 9,
        "equity_micros": 1_000_000_000_000,
        "balance_micros": 1_000_000_000_000,
        "base_micros": 1_000_000_000_000,
    }
