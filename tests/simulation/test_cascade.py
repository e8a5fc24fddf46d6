"""Many accounts below maintenance on one mark: worked off in steps, restored between any two."""

from collections import Counter

import pytest

from tests.support.auditor import Auditor
from venue.core import breaches
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Command, Side, TimeInForce
from venue.core.digest import digest, dump, load
from venue.core.engine import STEPS_PER_COMMAND, Engine
from venue.core.phases import Closure, Session
from venue.core.units import E6, E9, NS_PER_SECOND
from venue.rules.build import build
from venue.rules.rulebooks import spec

START_NS = 1_744_400_000 * NS_PER_SECOND
LONGS = 100
MAKER = LONGS + 1


def breached(heard: list[ev.Event] | None = None) -> tuple[Engine, Auditor, int]:
    """Return a venue in which a print of -6 % has just put a hundred 20x longs in breach.

    All that happened is added to ``heard``.
    """
    engine, auditor = Engine(build), Auditor()
    at_ns = START_NS

    def do(*commands: Command) -> None:
        for command in commands:
            events = auditor.execute(engine, command, at_ns)
            if heard is not None:
                heard.extend(events)

    do(cmd.ListMarket(spec("TSLA", "naive_print")), cmd.FundInsurance(500 * E6))
    for number in range(1, LONGS + 2):
        do(cmd.OpenAccount(f"a{number}"))
        do(cmd.Deposit(number, (1_000_000 if number == MAKER else 140 + number % 7) * E6))
        do(cmd.SetLeverage(number, "TSLA", 20))
    do(cmd.ChangeSession("TSLA", Session.REGULAR, Closure.NONE, at_ns, None, None))
    do(cmd.SubmitPrint("TSLA", "feed", 250 * E9, at_ns, at_ns, NS_PER_SECOND))
    at_ns += 3 * NS_PER_SECOND
    do(cmd.PassTime())
    do(cmd.PlaceOrder(MAKER, "TSLA", Side.SELL, 10_000_000, 25_000))
    for number in range(1, LONGS + 1):
        do(cmd.PlaceOrder(number, "TSLA", Side.BUY, 10_000, 25_000, TimeInForce.IOC))
    do(cmd.CancelAll(MAKER))
    do(cmd.PlaceOrder(MAKER, "TSLA", Side.BUY, 300_000, 23_600))
    do(cmd.SubmitPrint("TSLA", "feed", 235 * E9, at_ns, at_ns, NS_PER_SECOND))
    at_ns += 3 * NS_PER_SECOND
    do(cmd.PassTime())
    return engine, auditor, at_ns


def test_a_cascade_goes_on_within_its_budget_a_command() -> None:
    engine, auditor, at_ns = breached()

    started = []
    while engine.next_due_ns <= at_ns:
        events = auditor.execute(engine, cmd.PassTime(), at_ns)
        started.append(sum(isinstance(event, ev.LiquidationStarted) for event in events))

    assert len(started) > 1, "one command worked everything off"
    assert max(started) <= STEPS_PER_COMMAND
    assert not engine.state.breaches


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaches, "FOUND_AT_ONCE", 16)


@pytest.mark.usefixtures("few_at_once")
def test_a_mark_records_the_lowest_by_name_and_the_rest_together() -> None:
    engine, _, _ = breached()

    search = engine.state.search
    assert search is not None
    waiting = engine.state.breaches
    assert 0 < len(waiting) <= 16
    assert max((breach.rank_e12, *unit) for unit, breach in waiting.items()) == (
        search.rank_e12, search.account, search.market,
    )  # fmt: skip


@pytest.mark.usefixtures("few_at_once")
def test_a_search_in_parts_liquidates_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    in_parts = started_in_order()
    monkeypatch.setattr(breaches, "FOUND_AT_ONCE", 1_000)

    at_once = started_in_order()

    assert len(in_parts) == len(at_once) > 16
    assert in_parts == at_once


@pytest.mark.usefixtures("few_at_once")
def test_a_search_restored_between_two_parts_goes_on_alike() -> None:
    engine, auditor, at_ns = breached()

    parts = 0
    while engine.next_due_ns <= at_ns:
        restored = Engine(build, load(dump(engine.state), build))
        parts += engine.state.search is not None
        events = auditor.execute(engine, cmd.PassTime(), at_ns)

        assert restored.execute(cmd.PassTime(), at_ns=at_ns) == events
        assert digest(restored.state) == digest(engine.state)
    assert parts > 1


@pytest.mark.usefixtures("few_at_once")
def test_who_waits_to_be_found_may_not_take_its_money_away_and_may_heal_itself() -> None:
    engine, auditor, at_ns = breached()
    unfound = max(
        unit for unit in auditor.model.units()
        if unit not in engine.state.breaches and unit not in engine.state.liquidations
        and auditor.model.is_below(unit)
    )  # fmt: skip

    refused = auditor.execute(engine, cmd.Withdraw(unfound[0], 1), at_ns)
    auditor.execute(engine, cmd.Deposit(unfound[0], 1_000 * E6), at_ns)
    while engine.next_due_ns <= at_ns:
        auditor.execute(engine, cmd.PassTime(), at_ns)

    assert [event.reason.value for event in refused if isinstance(event, ev.Rejected)] == [
        "liquidation_open"
    ]
    assert engine.state.accounts[unfound[0]].holdings["TSLA"].size_lots == 10_000


@pytest.mark.usefixtures("few_at_once")
def test_a_mark_that_heals_everybody_ends_the_search() -> None:
    engine, auditor, at_ns = breached()

    auditor.execute(
        engine, cmd.SubmitPrint("TSLA", "feed", 250 * E9, at_ns, at_ns, NS_PER_SECOND), at_ns
    )
    at_ns += 3 * NS_PER_SECOND
    auditor.execute(engine, cmd.CancelAll(MAKER), at_ns)

    assert engine.state.search is None


def started_in_order() -> list[int]:
    """Work a cascade off; return the accounts in the order in which they were taken."""
    heard: list[ev.Event] = []
    engine, auditor, at_ns = breached(heard)
    while engine.next_due_ns <= at_ns:
        heard += auditor.execute(engine, cmd.PassTime(), at_ns)
    return [event.account for event in heard if isinstance(event, ev.LiquidationStarted)]


def test_a_venue_restored_within_a_cascade_goes_on_alike() -> None:
    engine, auditor, at_ns = breached()

    for seconds in (0, 0, 1, 2, 3, 3, 10, 20, 30, 40, 60):
        restored = Engine(build, load(dump(engine.state), build))
        due_ns = at_ns + seconds * NS_PER_SECOND
        events = auditor.execute(engine, cmd.PassTime(), due_ns)

        assert restored.execute(cmd.PassTime(), at_ns=due_ns) == events
        assert digest(restored.state) == digest(engine.state)


def test_money_that_comes_before_its_turn_heals_a_breach() -> None:
    engine, auditor, at_ns = breached()
    last = max(engine.state.breaches, key=lambda unit: (engine.state.breaches[unit].rank_e12, unit))

    happened: Counter[str] = Counter()
    auditor.execute(engine, cmd.Deposit(last[0], 1_000 * E6), at_ns)
    while engine.next_due_ns <= at_ns:
        events = auditor.execute(engine, cmd.PassTime(), at_ns)
        happened.update(type(event).__name__ for event in events)

    assert happened["BreachHealed"] == 1
    assert engine.state.accounts[last[0]].holdings["TSLA"].size_lots == 10_000


def test_an_account_in_breach_may_not_take_its_money_away() -> None:
    engine, auditor, at_ns = breached()
    # More are in breach than two rounds of a command work off.
    last = max(engine.state.breaches, key=lambda unit: (engine.state.breaches[unit].rank_e12, unit))

    events = auditor.execute(engine, cmd.Withdraw(last[0], 1), at_ns)

    assert [event.reason.value for event in events if isinstance(event, ev.Rejected)] == [
        "liquidation_open"
    ]
