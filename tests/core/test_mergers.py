"""Mergers: a unit becomes cash, units of another, or both; and nobody gains or loses by it.

ann holds 10 from 250, bob is short, cat is long 4 with her margin set aside.
"""

from random import Random

import pytest
from msgspec.structs import replace

from tests.support.desk import LOTS, MARKET, Desk, listing, of, reason
from tests.support.vaults import vaulted
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Merger, Side, TriggerKind
from venue.core.digest import digest, dump, load
from venue.core.margin import unit_margin
from venue.core.phases import Closure, Phase, Session
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.build import build

ACME = "ACME"
HOUR = 3_600


def holding() -> Desk:
    """ann and cat are long, bob is short."""
    desk = Desk(listing("naive_print", reopen_call_ns=0), insurance=1_000)
    for name in ("ann", "bob", "cat"):
        desk.open(name, 10_000, isolated=name == "cat")
    desk.trade("ann", "bob", 10, 250)
    desk.trade("cat", "bob", 4, 250)
    return desk


def merge(desk: Desk, merger: Merger, *, hours: float = 0) -> list[ev.Event]:
    at_ns = desk.now_ns + int(hours * NS_PER_HOUR) if hours else 0
    return desk.do(cmd.AnnounceAction(MARKET, merger, at_ns))


def equities(desk: Desk) -> dict[str, int]:
    """Return everybody's equity: cross, and what is set aside."""
    found = {}
    for name, number in desk.names.items():
        account = desk.state.accounts[number]
        found[name] = unit_margin(desk.state, account, "").equity_micros
        for market, held in account.holdings.items():
            if held.mode is cmd.MarginMode.ISOLATED:
                found[name] += unit_margin(desk.state, account, market).equity_micros
    return found


def acquirer(desk: Desk, dollars: int) -> None:
    """List the acquirer's market, with an index."""
    desk.do(cmd.ListMarket(replace(desk.market.spec, market=ACME, underlying=ACME)))
    now_ns = desk.now_ns
    desk.do(cmd.ChangeSession(ACME, Session.REGULAR, Closure.NONE, now_ns, None, None))
    desk.do(cmd.SubmitPrint(ACME, "feed", dollars * E9, now_ns, now_ns, NS_PER_SECOND))
    desk.wait(3)


def test_MERGER_001_a_cash_merger_closes_everybody_at_the_stated_price() -> None:
    """At 260.50, whatever index and mark are: ann makes 105 and bob loses 147."""
    desk = holding()

    events = merge(desk, Merger(260 * E9 + E9 // 2))

    assert {e.mark_micros for e in of(events, ev.PositionSettled)} == {260_500}
    assert equities(desk) == {
        "insurance": 1_000 * E6,
        "ann": 10_105 * E6,
        "bob": 9_853 * E6,
        "cat": 10_042 * E6,
    }
    assert desk.market.phase is Phase.DELISTED
    assert desk.market.open_interest_lots == 0
    assert reason(desk.buy("cat", 1, 250)) == "market_not_trading"


def test_MERGER_002_units_of_a_new_name_rescale_the_market_and_rename_it() -> None:
    """Two of these become one of ACME: ann has five at 500, and all that she had beside them."""
    desk = holding()
    desk.buy("ann", 2, 249, client_order_id="mine")
    desk.do(cmd.PlaceTrigger(desk.names["ann"], MARKET, Side.SELL, None, TriggerKind.STOP, 24_000))
    before = equities(desk)

    events = merge(desk, Merger(to=ACME, numerator=1, denominator=2))

    market = desk.state.markets[ACME]
    assert set(desk.state.markets) == {ACME}
    assert (market.spec.underlying, market.mark_micros) == (ACME, 500_000)
    assert market.phase is Phase.CONTINUOUS
    held = desk.account("ann").holdings[ACME]
    assert (held.size_lots, held.entry_micros) == (5 * LOTS, 2_500 * E6)
    (order,) = desk.state.orders.values()
    assert (order.market, order.limit_ticks, order.remaining_lots) == (ACME, 49_800, LOTS)
    (trigger,) = market.triggers.values()
    assert trigger.placed.trigger_ticks == 48_000
    assert equities(desk) == before
    assert not of(events, ev.LiquidationStarted)
    assert desk.state.renamed == {MARKET: ACME}


def test_MERGER_003_prints_of_the_new_underlying_are_followed_from_then_on() -> None:
    desk = holding()
    merge(desk, Merger(to=ACME, numerator=1, denominator=2))
    now_ns = desk.now_ns = desk.now_ns + NS_PER_SECOND
    desk.do(cmd.SubmitPrint(ACME, "feed", 504 * E9, now_ns, now_ns, NS_PER_SECOND))

    desk.wait(3)

    assert desk.state.markets[ACME].mark_nanos == 504 * E9


def test_MERGER_004_units_of_a_listed_market_are_settled_at_its_index() -> None:
    """Half an ACME of 480 and 20 in cash: 260."""
    desk = holding()
    acquirer(desk, 480)

    events = merge(desk, Merger(20 * E9, ACME, 1, 2))

    settled = of(events, ev.PositionSettled)
    assert {(e.market, e.mark_micros) for e in settled} == {(MARKET, 260_000)}
    assert desk.market.phase is Phase.DELISTED
    assert desk.state.markets[ACME].phase is Phase.CONTINUOUS
    assert equities(desk)["ann"] == 10_100 * E6


@pytest.mark.parametrize(
    "merger",
    [
        pytest.param(Merger(), id="nothing"),
        pytest.param(Merger(20 * E9, ACME, 1, 2), id="cash beside a name that is new"),
        pytest.param(Merger(to=ACME, numerator=0), id="no units"),
        pytest.param(Merger(to=ACME, denominator=10_001), id="a ratio too large"),
        pytest.param(Merger(to=MARKET), id="into itself"),
        pytest.param(Merger(to="A" * 17), id="a name too long"),
        pytest.param(Merger(-1), id="less than nothing"),
        pytest.param(Merger(10**15 + 1), id="too much cash"),
        pytest.param(Merger(E9, halt_ns=-1), id="a halt after it"),
        pytest.param(Merger(to=ACME, underlying=""), id="following nothing"),
        pytest.param(Merger(to=ACME, numerator=1, denominator=10_000), id="limits of nothing"),
    ],
)
def test_MERGER_005_what_does_not_fit_is_refused_and_changes_nothing(merger: Merger) -> None:
    limits = replace(listing().limits, order_lots_max=9_000)
    desk = Desk(listing("naive_print", limits=limits))
    before = digest(desk.state)

    assert reason(merge(desk, merger)) == "action_unfit"

    after = load(dump(desk.state), build)
    after.seq -= 1
    assert digest(after) == before


def test_MERGER_006_into_a_market_without_an_index_it_is_not_announced() -> None:
    desk = holding()
    desk.do(cmd.ListMarket(replace(desk.market.spec, market=ACME, underlying=ACME)))

    assert reason(merge(desk, Merger(E9, ACME))) == "action_unfit"


def test_MERGER_007_before_it_positions_shrink_then_nothing_trades_then_it_goes_on() -> None:
    desk = holding()
    merger = Merger(to=ACME, numerator=3, denominator=7, halt_ns=10 * NS_PER_MINUTE)
    merge(desk, replace(merger, reduce_ns=2 * NS_PER_HOUR), hours=3)

    desk.wait(HOUR)
    grows = desk.buy("ann", 1, 249)
    desk.wait(2 * HOUR - 60)
    halted = desk.market.phase
    before = equities(desk)
    desk.wait(60)

    market = desk.state.markets[ACME]
    assert reason(grows) == "only_reducing_now"
    assert halted is Phase.HALTED
    assert (market.phase, market.reducing_why) == (Phase.CONTINUOUS, "")
    assert equities(desk) == before


def test_MERGER_008_a_withdrawn_one_lets_go_of_what_it_held() -> None:
    desk = holding()
    merger = Merger(E9, halt_ns=2 * NS_PER_HOUR, reduce_ns=2 * NS_PER_HOUR)
    (announced,) = of(merge(desk, merger, hours=3), ev.ActionAnnounced)
    desk.wait(HOUR)
    assert desk.market.phase is Phase.HALTED
    assert desk.market.reducing_why == "merger"

    desk.do(cmd.WithdrawAction(MARKET, announced.action_id))

    assert (desk.market.phase, desk.market.reducing_why) == (Phase.CONTINUOUS, "")
    assert of(desk.buy("cat", 1, 249), ev.OrderAccepted)
    assert not of(desk.wait(3 * HOUR), ev.PositionSettled)


def test_MERGER_009_one_that_became_unfit_is_withdrawn_at_its_time() -> None:
    """The name is taken by a market without an index in the meantime."""
    desk = holding()
    merge(desk, Merger(to=ACME), hours=1)
    desk.do(cmd.ListMarket(replace(desk.market.spec, market=ACME, underlying=ACME)))

    events = desk.wait(HOUR)

    assert [event.why for event in of(events, ev.ActionWithdrawn)] == ["unfit"]
    assert desk.market.phase is Phase.CONTINUOUS


def test_MERGER_010_a_debt_at_the_price_is_paid_by_the_fund() -> None:
    """bob is short 14 with 10,000 behind them: at 1,000 he owes 500."""
    desk = holding()

    events = merge(desk, Merger(1_000 * E9)) + desk.wait(60)

    assert sum(each.insurance_micros for each in of(events, ev.ShortfallPaid)) == 500 * E6
    assert equities(desk)["bob"] == 0
    assert not desk.state.liquidations


@pytest.mark.parametrize("seed", range(12))
def test_MERGER_011_whatever_the_ratio_nobody_gains_loses_or_is_liquidated(seed: int) -> None:
    random = Random(seed)
    desk = Desk(listing("naive_print"), insurance=5_000)
    names = [f"bot-{n}" for n in range(6)]
    for name in names:
        desk.open(name, 20_000, isolated=random.random() < 0.3)
    for _ in range(30):
        buyer, seller = random.sample(names, 2)
        lots = random.randrange(1, 9_000)
        price = random.randrange(24_800, 25_200)
        desk.sell(seller, lots / LOTS, price / 100)
        desk.buy(buyer, lots / LOTS, price / 100)
    desk.price(random.randrange(2_480, 2_520) / 10)
    before = equities(desk)
    ratio = random.choice([(1, 2), (3, 7), (4_516, 10_000), (13, 5), (1, 1), (9_999, 10_000)])

    events = merge(desk, Merger(to=ACME, numerator=ratio[0], denominator=ratio[1]))

    assert equities(desk) == before
    assert not of(events, ev.LiquidationStarted)
    assert digest(load(dump(desk.state), build)) == digest(desk.state)
    desk.wait(60)


def test_MERGER_012_a_contract_on_a_power_does_not_merge() -> None:
    assert reason(merge(Desk(vaulted(2)), Merger(E9))) == "action_unfit"
    assert reason(merge(Desk(vaulted(1, vault="cash")), Merger(E9))) == "action_unfit"
