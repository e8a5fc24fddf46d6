"""Delistings at the mean of the index, and new names."""

import pytest

from tests.support.auditor import Auditor
from tests.support.desk import MARKET, NO_FEES, Desk, holding_ten, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.commands import Delisting, Dividend, Rename, Side, Split, TriggerKind
from venue.core.digest import digest, dump, load
from venue.core.engine import Engine
from venue.core.phases import Closure, Phase, Session
from venue.core.rejects import Cause
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.build import build

HOUR = 3_600


def delist(desk: Desk, hours: float, **terms: int) -> list[ev.Event]:
    at_ns = desk.now_ns + int(hours * NS_PER_HOUR)
    return desk.do(cmd.AnnounceAction(MARKET, Delisting(**terms), at_ns))


def test_HL_DELIST_001_positions_are_closed_at_the_mean_of_the_index_over_the_last_hour() -> None:
    """Half an hour at 250, half at 260: 255, whatever the mark is. ann makes 50."""
    desk = holding_ten()
    delist(desk, 2, reduce_ns=NS_PER_HOUR)
    desk.wait(HOUR + HOUR // 2)
    desk.print(260)

    events = desk.wait(HOUR // 2)

    assert [
        (e.account, e.mark_micros, e.realised_micros) for e in of(events, ev.PositionSettled)
    ] == [(desk.names["ann"], 255_000, 50 * E6), (desk.names["bob"], 255_000, -50 * E6)]
    assert desk.market.phase is Phase.DELISTED
    assert desk.market.clearing_micros == 0
    assert desk.market.open_interest_lots == 0


def test_from_a_day_before_positions_may_only_shrink() -> None:
    desk = holding_ten()
    delist(desk, 3, reduce_ns=2 * NS_PER_HOUR)
    desk.buy("ann", 1, 249)
    desk.sell("ann", 1, 251)

    events = desk.wait(HOUR)

    assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.DELISTED]
    assert reason(desk.buy("cat", 1, 249)) == "only_reducing_now"
    assert desk.asks() == [(251, 1)]


def test_orders_and_triggers_go_and_nothing_more_is_taken() -> None:
    desk = holding_ten()
    desk.sell("ann", 1, 260)
    desk.do(cmd.PlaceTrigger(desk.names["ann"], MARKET, Side.SELL, None, TriggerKind.STOP, 24_000))

    events = delist(desk, 0)

    assert [event.cause for event in of(events, ev.OrderCancelled)] == [Cause.DELISTED]
    assert [event.cause for event in of(events, ev.TriggerCancelled)] == [Cause.DELISTED]
    assert reason(desk.buy("cat", 1, 250)) == "market_not_trading"
    assert reason(desk.do(cmd.AnnounceAction(MARKET, Split(2, 1)))) == "market_not_trading"
    assert reason(desk.do(cmd.ResumeMarket(MARKET))) == "market_not_trading"
    assert reason(desk.print(250)) == "unknown_market"
    assert not of(desk.wait(2 * HOUR), ev.MarkUpdated)


def test_a_delisted_market_hears_sessions_in_silence() -> None:
    desk = holding_ten()
    delist(desk, 0)

    events = desk.session(Session.NO_TRADING) + desk.session(Session.REGULAR, Closure.NONE)

    assert {type(event) for event in events} == {ev.SessionChanged}


@pytest.mark.parametrize("isolated", [False, True])
def test_a_debt_at_the_mean_is_paid_by_the_fund_and_all_is_conserved(isolated: bool) -> None:
    """Trading is halted while the index falls to 200: ann's ten have too little behind them."""
    desk = Desk(listing("naive_print"), insurance=1_000)
    desk.open("ann", 130, isolated=isolated)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 10, 250)
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.price(200)

    events = delist(desk, 0) + desk.wait(60)

    paid = of(events, ev.ShortfallPaid)
    assert sum(event.insurance_micros for event in paid) > 0
    assert desk.market.phase is Phase.DELISTED
    assert not desk.state.liquidations
    total = sum(account.balance_micros for account in desk.state.accounts.values())
    total += desk.state.ledger.rounding_micros + desk.state.ledger.bad_debt_micros
    assert total == desk.state.ledger.external_micros


def test_what_was_announced_beside_a_delisting_is_withdrawn_with_it() -> None:
    desk = holding_ten()
    later_ns = desk.now_ns + 30 * 24 * NS_PER_HOUR
    desk.do(cmd.AnnounceAction(MARKET, Dividend(E9), later_ns))

    events = delist(desk, 0)

    assert [event.why for event in of(events, ev.ActionWithdrawn)] == ["delisted"]


def test_a_withdrawn_delisting_lets_positions_grow_again() -> None:
    desk = holding_ten()
    (announced,) = of(delist(desk, 2), ev.ActionAnnounced)
    desk.wait(HOUR + 60)
    assert reason(desk.buy("cat", 1, 249)) == "only_reducing_now"

    desk.do(cmd.WithdrawAction(MARKET, announced.action_id))

    assert of(desk.buy("cat", 1, 249), ev.OrderAccepted)
    assert desk.market.average_since_ns is None
    assert not of(desk.wait(2 * HOUR), ev.PositionSettled)


def test_the_mean_goes_on_through_a_checkpoint_and_a_split() -> None:
    """20 minutes at 250, 20 at 260, then two for one and 20 at 130: 128.3333 in the new units."""
    desk = holding_ten()
    delist(desk, 1, reduce_ns=0)
    desk.wait(20 * 60)
    desk.print(260)
    desk.wait(10 * 60)
    desk.engine = Engine(build, load(dump(desk.state), build))
    desk.wait(10 * 60)
    desk.do(cmd.AnnounceAction(MARKET, Split(2, 1)))

    (first, _) = of(desk.wait(20 * 60), ev.PositionSettled)

    assert first.mark_micros == 128_333
    assert first.size_lots == 20_000


def test_a_market_that_never_had_a_price_can_be_delisted() -> None:
    desk = Desk(price=None)

    events = delist(desk, 0)

    assert [event.phase for event in of(events, ev.PhaseChanged)] == [Phase.DELISTED]


class Renamed(Desk):
    """A desk whose market has been called TSLB since ``rename``."""

    NEW = "TSLB"

    def rename(self) -> list[ev.Event]:
        return self.do(cmd.AnnounceAction(MARKET, Rename(self.NEW)))


def renamed() -> Renamed:
    desk = Renamed(listing("naive_print"), insurance=1_000)
    for name in ("ann", "bob", "cat"):
        desk.open(name, 100_000, isolated=name == "cat")
    desk.trade("ann", "bob", 10, 250)
    desk.trade("cat", "bob", 10, 250)
    desk.buy("ann", 2, 249, client_order_id="mine")
    desk.do(cmd.PlaceTrigger(desk.names["ann"], MARKET, Side.SELL, None, TriggerKind.STOP, 24_000))
    return desk


def test_orders_positions_and_triggers_keep_under_a_new_name() -> None:
    desk = renamed()

    desk.rename()

    state = desk.state
    assert set(state.markets) == {"TSLB"}
    assert state.accounts[desk.names["ann"]].holdings["TSLB"].size_lots == 10_000
    (order,) = state.orders.values()
    assert (order.market, order.limit_ticks) == ("TSLB", 24_900)
    desk.wait(HOUR)
    fired = of(desk.price(239), ev.TriggerFired)
    assert [event.market for event in fired] == ["TSLB"]


def test_marks_funding_and_liquidations_go_on_under_the_new_name() -> None:
    """cat's isolated ten at 20x are below maintenance at 240."""
    desk = renamed()
    desk.rename()

    events = desk.price(240) + desk.wait(HOUR)

    assert {event.market for event in of(events, ev.MarkUpdated)} == {"TSLB"}
    assert {event.market for event in of(events, ev.FundingSettled)} == {"TSLB"}
    assert {event.market for event in of(events, ev.LiquidationStarted)} == {"TSLB"}


def test_a_liquidation_under_way_goes_on_under_the_new_name() -> None:
    desk = renamed()
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.price(230)
    waiting = {*desk.state.liquidations, *desk.state.breaches}
    assert waiting

    desk.rename()
    desk.do(cmd.ResumeMarket("TSLB"))
    events = desk.wait(HOUR)

    assert of(events, ev.LiquidationEnded)
    assert not desk.state.liquidations
    assert not desk.state.breaches


def test_the_old_name_is_refused_and_told_the_new_one() -> None:
    desk = renamed()
    desk.rename()

    (refusal,) = desk.buy("bob", 1, 249)

    assert isinstance(refusal, ev.Rejected)
    assert (refusal.reason.value, refusal.now_called) == ("market_renamed", "TSLB")
    assert reason(desk.do(cmd.HaltMarket(MARKET, "old"))) == "market_renamed"


def test_a_name_that_was_ever_used_is_not_given_again() -> None:
    desk = renamed()
    desk.rename()

    again = desk.do(cmd.AnnounceAction("TSLB", Rename(MARKET)))

    assert reason(again) == "market_exists"
    assert reason(desk.do(cmd.ListMarket(listing("naive_print")))) == "market_exists"
    assert reason(desk.do(cmd.AnnounceAction("TSLB", Rename("")))) == "action_unfit"


def test_a_name_that_was_given_twice_leads_to_the_last() -> None:
    desk = renamed()
    desk.rename()
    desk.do(cmd.AnnounceAction("TSLB", Rename("TSLC")))

    (refusal,) = desk.buy("bob", 1, 249)

    assert isinstance(refusal, ev.Rejected)
    assert refusal.now_called == "TSLC"


def test_a_client_order_id_answers_under_the_new_name() -> None:
    desk = renamed()
    desk.rename()

    again = desk.do(
        cmd.PlaceOrder(desk.names["ann"], "TSLB", Side.BUY, 2_000, 24_900, client_order_id="mine")
    )

    assert of(again, ev.DuplicateAnswered)


def test_the_underlying_may_have_a_new_name_too() -> None:
    desk = renamed()
    desk.do(cmd.AnnounceAction(MARKET, Rename("META", "META")))

    told = desk.do(
        cmd.SubmitPrint("META", "feed", 251 * E9, desk.now_ns, desk.now_ns, NS_PER_SECOND)
    )
    assert of(told, ev.PrintJudged)
    assert desk.state.markets["META"].index_nanos == 251 * E9


def test_a_source_and_a_calendar_that_know_the_old_name_are_heard() -> None:
    desk = renamed()
    desk.do(cmd.AnnounceAction(MARKET, Rename("META", "META")))

    assert of(desk.print(252), ev.PrintJudged)
    told = desk.session(Session.NO_TRADING, Closure.OVERNIGHT)

    assert desk.state.markets["META"].index_nanos == 252 * E9
    assert [each.underlying for each in of(told, ev.SessionChanged)] == [MARKET, "META"]
    assert desk.state.sources["META"].session is Session.NO_TRADING


def test_an_old_name_that_is_listed_again_is_another_underlying() -> None:
    desk = renamed()
    desk.do(cmd.AnnounceAction(MARKET, Rename("META", "META")))
    desk.do(cmd.ListMarket(listing(market="NEW", underlying=MARKET)))

    told = of(desk.print(90), ev.PrintJudged)

    assert [each.market for each in told] == ["NEW"]


def test_a_market_listed_on_a_renamed_underlying_hears_what_the_others_hear() -> None:
    desk = renamed()
    desk.do(cmd.AnnounceAction(MARKET, Rename("META", "META")))
    desk.do(cmd.ListMarket(listing(market="META-2", underlying="META")))

    assert [each.market for each in of(desk.print(252), ev.PrintJudged)] == ["META", "META-2"]


def test_a_renamed_venue_restores_from_a_checkpoint() -> None:
    desk = renamed()
    desk.rename()
    follower = Engine(build, load(dump(desk.state), build))
    assert digest(follower.state) == digest(desk.state)

    for _ in range(50):
        desk.now_ns += NS_PER_MINUTE
        told = follower.execute(cmd.PassTime(), at_ns=desk.now_ns)
        assert told == desk.do(cmd.PassTime())


def test_other_markets_are_not_touched_by_a_new_name() -> None:
    engine, auditor = Engine(build), Auditor()
    for name in ("TSLA", "NVDA"):
        spec = listing("naive_print", market=name, underlying=name, fees=NO_FEES)
        auditor.execute(engine, cmd.ListMarket(spec), 0)
    auditor.execute(engine, cmd.AnnounceAction("TSLA", Rename("TSLB")), 0)

    assert list(engine.state.markets) == ["TSLB", "NVDA"]
    assert engine.state.markets["NVDA"].spec.market == "NVDA"
    assert INSURANCE in engine.state.accounts
