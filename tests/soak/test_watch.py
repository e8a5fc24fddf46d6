"""The one who looks on: which crossed book it lets stand, and which it does not."""

import pytest

from tests.soak.watch import Watched, Witness
from tests.support.desk import MARKET, Desk
from tests.support.model import Fault
from tests.support.pools import PoolDesk, pool_listing
from venue.core import commands as cmd
from venue.core.handlers import reopen
from venue.core.units import NS_PER_SECOND


def test_orders_that_wait_for_a_pools_oracle_may_stand_past_each_other() -> None:
    """No order of a pool's market meets another: nothing is wrong with a bid above an ask."""
    desk = PoolDesk(pool_listing(spread_e6=1_000))
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)
    witness = Witness(desk.auditor, {})
    engine = Watched(desk.state, witness.hear)

    for side, ticks in ((cmd.Side.BUY, 25_020), (cmd.Side.SELL, 24_980)):
        name = "ann" if side is cmd.Side.BUY else "bob"
        order = cmd.PlaceOrder(desk.names[name], MARKET, side, 1_000, ticks)
        engine.execute(order, at_ns=desk.now_ns)

    assert (desk.bids(), desk.asks()) == ([(250.2, 1)], [(249.8, 1)])


def test_a_book_that_a_call_leaves_crossed_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    desk.open("ann", 100_000)
    desk.open("bob", 100_000)
    desk.do(cmd.HaltMarket(MARKET, "test"))
    desk.do(cmd.ResumeMarket(MARKET, 10 * NS_PER_SECOND))
    desk.buy("ann", 1, 251)
    desk.sell("bob", 1, 249)
    monkeypatch.setattr(reopen, "indication", lambda *_, **__: None)

    with pytest.raises(Fault, match="the book is crossed while continuous"):
        desk.wait(10)
