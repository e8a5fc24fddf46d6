"""The short cut past the full margin check: what it takes for granted must be there."""

import pytest

from tests.simulation.chance import MARKETS, START_NS, Flow
from venue.core.account import INSURANCE
from venue.core.commands import (
    CancelOrder,
    Command,
    Deposit,
    ListMarket,
    OpenAccount,
    PassTime,
    PlaceOrder,
    Side,
)
from venue.core.engine import Engine
from venue.core.events import OrderAccepted
from venue.core.margin import account_required_micros, cross_equity_micros
from venue.core.state import State
from venue.core.units import E6, NS_PER_SECOND
from venue.rules.build import build
from venue.rules.rulebooks import spec


@pytest.mark.parametrize("seed", range(4))
def test_headroom_never_promises_more_than_the_full_check_finds(seed: int) -> None:
    """A state that was loaded has no headroom: it would refuse what the live one lets in."""
    engine = Engine(build)
    flow = Flow(seed, accounts=12)
    checked = 0

    def run(command: Command, at_ns: int) -> None:
        nonlocal checked
        engine.execute(command, at_ns=at_ns)
        checked += _check(engine.state)

    for name in MARKETS:
        run(ListMarket(spec(name)), START_NS)
    for command in flow.opening():
        run(command, START_NS)
    for account in range(1, 6):  # Some are rich enough to trade all day.
        run(Deposit(account, 2_000_000 * E6), START_NS)
    for _ in range(2_500):
        at_ns, command = flow.next(engine.state)
        run(command, at_ns)

    assert checked > 500, f"only {checked} accounts had a headroom to check"


def _check(state: State) -> int:
    checked = 0
    for number, account in state.accounts.items():
        if number == INSURANCE or account.headroom_version != state.marks_version:
            continue
        left_micros = cross_equity_micros(state, account) - account_required_micros(state, account)
        assert account.headroom_micros <= left_micros, f"account {number} at seq {state.seq}"
        checked += 1
    return checked


def test_a_cancelled_bargain_takes_off_the_loss_that_it_made_up_for() -> None:
    """A bid far below the mark offsets what one above it would lose; without it, less is left."""
    engine = Engine(build)
    flow = Flow(0)
    for command in (ListMarket(spec("TSLA")), OpenAccount("ann"), *flow.opening()):
        engine.execute(command, at_ns=START_NS)
    engine.execute(Deposit(1, 1_000_000 * E6), at_ns=START_NS)
    engine.execute(PassTime(), at_ns=START_NS + 4 * NS_PER_SECOND)
    state = engine.state
    market = state.markets["TSLA"]
    mark_ticks = market.mark_micros // market.tick_lot_micros

    place = engine.execute
    bargain = PlaceOrder(1, "TSLA", Side.BUY, 1_000, mark_ticks // 2, client_order_id="bargain")
    dear = PlaceOrder(1, "TSLA", Side.BUY, 3_000, mark_ticks * 11 // 10, client_order_id="dear")
    assert isinstance(place(bargain, at_ns=state.now_ns)[0], OrderAccepted)
    place(Deposit(1, 1_000 * E6), at_ns=state.now_ns)  # The next order is checked in full.
    assert isinstance(place(dear, at_ns=state.now_ns)[0], OrderAccepted)
    before_micros = account_required_micros(state, state.accounts[1])
    place(CancelOrder(1, None, "bargain"), at_ns=state.now_ns)

    assert account_required_micros(state, state.accounts[1]) > before_micros
    assert _check(state) == 1
