"""Halts in their three kinds: frozen, reduce-only, settled at the mark."""

import pytest

from tests.support.desk import MARKET, Desk, fills, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import HaltKind, Side, TriggerKind
from venue.core.digest import digest, dump, load
from venue.core.phases import Phase
from venue.core.rejects import Cause
from venue.rules.build import build


def holding_ten(*, ann_dollars: int = 10_000, isolated: bool = False) -> Desk:
    """ann has bought 10 from bob at 250."""
    desk = Desk(listing("naive_print"), insurance=1_000)
    desk.open("ann", ann_dollars, isolated=isolated)
    for name in ("bob", "cat"):
        desk.open(name, 1_000_000)
    desk.trade("ann", "bob", 10, 250)
    return desk


def halt(desk: Desk, kind: HaltKind) -> list[ev.Event]:
    return desk.do(cmd.HaltMarket(MARKET, "operator", kind))


def test_HIP3_HALT_001_a_settlement_cancels_everything_and_pays_everybody_at_the_mark() -> None:
    """At 260 ann has made 100 and bob has lost 100."""
    desk = holding_ten()
    desk.buy("cat", 1, 240)
    desk.do(cmd.PlaceTrigger(desk.names["ann"], MARKET, Side.SELL, None, TriggerKind.STOP, 24_000))
    desk.price(260)

    events = halt(desk, HaltKind.SETTLE)

    settled = of(events, ev.PositionSettled)
    assert [(e.account, e.size_lots, e.realised_micros) for e in settled] == [
        (desk.names["ann"], 10_000, 100 * 10**6),
        (desk.names["bob"], -10_000, -100 * 10**6),
    ]
    assert [e.cause for e in of(events, ev.OrderCancelled)] == [Cause.HALTED]
    assert [e.cause for e in of(events, ev.TriggerCancelled)] == [Cause.HALTED]
    assert desk.dollars("ann") == 10_100
    assert desk.market.clearing_micros == 0
    assert desk.market.phase is Phase.HALTED


def test_HIP3_HALT_002_a_settled_market_can_be_resumed_and_traded_again() -> None:
    desk = holding_ten()
    halt(desk, HaltKind.SETTLE)
    desk.do(cmd.ResumeMarket(MARKET))

    desk.trade("ann", "bob", 1, 250)

    assert desk.shares("ann") == 1


def test_a_frozen_market_may_still_be_settled() -> None:
    desk = holding_ten()
    halt(desk, HaltKind.FREEZE)

    assert of(halt(desk, HaltKind.SETTLE), ev.PositionSettled)
    assert reason(halt(desk, HaltKind.FREEZE)) == "market_not_trading"


def test_the_margin_of_an_isolated_position_comes_back_with_its_profit() -> None:
    desk = holding_ten(isolated=True)
    desk.price(260)

    halt(desk, HaltKind.SETTLE)

    assert desk.dollars("ann") == 10_100
    assert desk.holding("ann").isolated_micros == 0


@pytest.mark.parametrize("isolated", [False, True])
def test_what_a_settled_account_cannot_pay_comes_from_the_insurance_fund(isolated: bool) -> None:
    """ann's ten have 250 behind them (isolated at 10x: 125), the market gaps to 200 in a halt."""
    desk = holding_ten(ann_dollars=250, isolated=isolated)
    halt(desk, HaltKind.FREEZE)
    desk.price(200)

    events = halt(desk, HaltKind.SETTLE) + desk.wait(60)

    assert of(events, ev.PositionSettled)
    behind = 125 if isolated else 250
    paid = of(events, ev.ShortfallPaid)
    assert sum(e.insurance_micros + e.bad_debt_micros for e in paid) == (500 - behind) * 10**6
    assert desk.dollars("ann") == 250 - behind
    assert not desk.state.liquidations
    assert not desk.state.breaches


def test_reduce_only_cancels_what_may_grow_and_keeps_what_reduces() -> None:
    """ann is long 10: her sell reduces; her bid, and cat's, would open."""
    desk = holding_ten()
    desk.sell("ann", 4, 260)
    desk.buy("ann", 1, 240)
    desk.buy("cat", 1, 241)

    events = halt(desk, HaltKind.REDUCE_ONLY)

    assert [e.cause for e in of(events, ev.OrderCancelled)] == [Cause.HALTED, Cause.HALTED]
    assert (desk.bids(), desk.asks()) == ([], [(260.0, 4.0)])
    assert desk.market.phase is Phase.CONTINUOUS


def test_while_reduce_only_positions_may_shrink_and_not_grow() -> None:
    desk = holding_ten()
    halt(desk, HaltKind.REDUCE_ONLY)

    assert reason(desk.buy("cat", 1, 250)) == "only_reducing_now"
    desk.sell("ann", 3, 250)
    assert fills(desk.buy("bob", 3, 250)) == [(3, 250.0)]


def test_reduce_only_outlives_a_change_of_session_and_ends_with_resume() -> None:
    desk = holding_ten()
    halt(desk, HaltKind.REDUCE_ONLY)
    desk.price(251)
    assert reason(halt(desk, HaltKind.REDUCE_ONLY)) == "nothing_to_change"

    desk.do(cmd.ResumeMarket(MARKET))

    assert of(desk.buy("cat", 1, 250), ev.OrderAccepted)
    assert reason(desk.do(cmd.ResumeMarket(MARKET))) == "market_not_trading"


def test_reduce_only_survives_a_checkpoint() -> None:
    desk = holding_ten()
    halt(desk, HaltKind.REDUCE_ONLY)

    restored = load(dump(desk.state), build)

    assert restored.markets[MARKET].reducing_why == "operator"
    assert restored.markets[MARKET].terms.reduce_only
    assert digest(restored) == digest(desk.state)
