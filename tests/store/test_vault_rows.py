"""Vaults in the projections: the ledger's lines add up, and so does the equity curve."""

from collections import Counter

from tests.store.vault_day import MARKET, vault_day
from tests.store.venue_day import Player, fresh_engine
from venue.core import events as ev
from venue.core.margin import equity_micros
from venue.store.equity import Worth
from venue.store.project import projected


def test_the_day_has_every_event_of_vaults() -> None:
    player = Player()
    player.group(vault_day())

    seen = {type(event) for each in player.executed for event in each.events}

    assert (
        not {
            ev.UnderlyingPriced,
            ev.VaultOpened,
            ev.CollateralMoved,
            ev.Minted,
            ev.VaultLiquidated,
            ev.VaultCovered,
            ev.VaultUnitsSplit,
            ev.UnderlyingSplit,
        }
        - seen
    )


def test_an_accounts_lines_add_up_to_its_money_with_vaults_too() -> None:
    player = Player()
    player.group(vault_day())

    sums: Counter[int] = Counter()
    for row in projected(player.executed).new["ledger"]:
        sums[row["account"]] += row["amount_micros"]

    balances = {
        number: account.balance_micros for number, account in player.engine.state.accounts.items()
    }
    assert {number: sums[number] for number in balances} == balances


def test_the_worth_of_an_account_has_its_vaults_in_it_from_anywhere() -> None:
    commands = vault_day()
    for begin in range(len(commands)):
        engine = fresh_engine()
        for at_ns, command in commands[:begin]:
            engine.execute(command, at_ns=at_ns)
        worth = Worth(engine.state)

        for at_ns, command in commands[begin:]:
            for event in engine.execute(command, at_ns=at_ns):
                worth.apply(event)

            expected = {
                number: equity_micros(engine.state, account)
                for number, account in engine.state.accounts.items()
            }
            assert {number: worth.equity_micros(number) for number in expected} == expected
    assert engine.state.units_e9[MARKET] == 0
