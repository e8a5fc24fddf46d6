"""The index of triggers is no larger than what waits, however much came and went."""

from tests.support.desk import MARKET, Desk, of
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Side, TriggerKind
from venue.core.trigger_index import DEAD_SLACK, TriggerIndex


def entries(index: TriggerIndex) -> int:
    return len(index._below) + len(index._above)


def test_triggers_that_were_cancelled_far_from_the_mark_do_not_stay() -> None:
    desk = Desk()
    ann = desk.open("ann", 1_000_000)
    watch = desk.market.watch

    for number in range(3 * DEAD_SLACK):
        stop = cmd.PlaceTrigger(ann, MARKET, Side.SELL, 1_000, TriggerKind.STOP, 100 + number)
        [placed] = of(desk.do(stop), ev.TriggerPlaced)
        desk.do(cmd.CancelOrder(ann, placed.order_id, None))

    assert entries(watch) <= DEAD_SLACK


def test_a_leg_whose_order_is_amended_again_and_again_is_watched_once_and_fires_once() -> None:
    desk = Desk()
    for name in ("ann", "bob", "cat"):
        desk.open(name, 1_000_000)
    [order] = of(desk.buy("ann", 10, 250, stop_ticks=24_000), ev.OrderAccepted)
    desk.sell("bob", 1, 250)

    for lots in range(9_000, 8_900, -1):
        desk.do(cmd.AmendOrder(desk.names["ann"], order.order_id, None, None, lots))
    assert entries(desk.market.watch) == 1
    desk.do(cmd.CancelOrder(desk.names["ann"], order.order_id, None))
    desk.buy("cat", 5, 239)

    assert len(of(desk.price(239), ev.TriggerFired)) == 1
    assert desk.shares("ann") == 0
