"""Splits: lots, prices, orders, triggers and limits in new units, and nobody the richer."""

from fractions import Fraction
from random import Random

import pytest

from tests.support.desk import CENTS, LOTS, MARKET, Desk, holding_ten, listing, of, reason
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.commands import Side, Split, TriggerKind
from venue.core.digest import digest, dump, load
from venue.core.engine import Engine
from venue.core.margin import unit_figures
from venue.core.phases import Phase
from venue.core.policies import Verdict
from venue.core.rejects import Cause
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_SECOND
from venue.rules.build import build


def split(desk: Desk, numerator: int, denominator: int) -> list[ev.Event]:
    return desk.do(cmd.AnnounceAction(MARKET, Split(numerator, denominator)))


def equities(desk: Desk) -> dict[int, int]:
    """Return every account's equity in micro-dollars, its isolated positions' included."""
    found = {}
    for number, account in desk.state.accounts.items():
        isolated = [
            name
            for name, holding in account.holdings.items()
            if holding.mode is cmd.MarginMode.ISOLATED
        ]
        units = ("", *isolated)
        found[number] = sum(unit_figures(desk.state, account, name)[0] for name in units)
    return found


def test_QFEX_SPLIT_001_two_for_one_doubles_positions_and_halves_prices() -> None:
    """ann has 20 at 125 that cost her 2,500, as her 10 at 250 did."""
    desk = holding_ten()
    desk.buy("cat", 2, 249.99)
    desk.sell("cat", 3, 250.01)

    split(desk, 2, 1)

    assert (desk.shares("ann"), desk.shares("bob")) == (20, -20)
    assert desk.holding("ann").entry_micros == 2_500 * E6
    assert desk.market.mark_nanos == 125 * E9
    assert desk.market.index_nanos == 125 * E9
    assert desk.market.last_ticks == 125 * CENTS
    assert desk.bids() == [(124.99, 4)]  # 124.995, away from the mark.
    assert desk.asks() == [(125.01, 6)]
    assert desk.dollars("ann") == 100_000


def test_a_split_halts_and_reopens_by_a_call() -> None:
    desk = holding_ten()

    phases = [event.phase for event in of(split(desk, 2, 1), ev.PhaseChanged)]

    assert phases == [Phase.HALTED, Phase.AUCTION]
    desk.wait(40)
    assert desk.market.phase is Phase.CONTINUOUS


def test_a_halt_may_begin_before_the_split() -> None:
    desk = holding_ten()
    at_ns = desk.now_ns + 2 * NS_PER_HOUR
    desk.do(cmd.AnnounceAction(MARKET, Split(2, 1, NS_PER_HOUR), at_ns))

    halted = of(desk.wait(3_601), ev.PhaseChanged)
    assert desk.shares("ann") == 10
    called = of(desk.wait(3_600), ev.PhaseChanged)

    assert [event.phase for event in halted] == [Phase.HALTED]
    assert [event.phase for event in called] == [Phase.AUCTION]
    assert desk.shares("ann") == 20


def test_a_market_that_the_operator_halted_stays_halted() -> None:
    desk = holding_ten()
    desk.do(cmd.HaltMarket(MARKET, "operator"))

    split(desk, 2, 1)

    assert desk.market.phase is Phase.HALTED
    assert desk.shares("ann") == 20


def test_a_reverse_split_cashes_fractions_out_at_the_mark() -> None:
    """ann has 10.005 shares at 250; 1 for 10 leaves 1.000 and half a lot, which is $1.25."""
    desk = holding_ten()
    desk.trade("ann", "bob", 0.005, 250)

    split(desk, 1, 10)

    assert desk.holding("ann").size_lots == 1_000
    assert desk.dollars("ann") == 100_001.25 - 1.25  # In cash what it cost: no profit.
    assert desk.holding("ann").entry_micros == 2_500 * E6
    assert desk.market.mark_nanos == 2_500 * E9


def test_a_fraction_realises_its_part_of_the_profit() -> None:
    """Bought at 250, marked at 260: half a lot of $2.60 a lot cost $1.25 and fetches $1.30."""
    desk = holding_ten()
    desk.trade("ann", "bob", 0.005, 250)
    desk.price(260)

    split(desk, 1, 10)

    assert desk.holding("ann").realised_micros == 50_000
    assert desk.dollars("ann") == 100_000.05
    assert desk.holding("bob").realised_micros == -50_000


def test_the_fund_takes_the_opposite_of_the_fractions_at_the_mark() -> None:
    """Three longs of half a lot, a short of one and a half: a lot is left over, and is bought."""
    desk = Desk(insurance=1_000)
    for name in ("ann", "bob", "cat", "dan"):
        desk.open(name, 100_000)
    for name in ("ann", "bob", "cat"):
        desk.trade(name, "dan", 0.005, 250)

    before = equities(desk)
    split(desk, 1, 10)

    sizes = [desk.holding(name).size_lots for name in ("ann", "bob", "cat", "dan")]
    assert sizes == [0, 0, 0, -1]
    fund = desk.state.accounts[INSURANCE].holdings[MARKET]
    assert (fund.size_lots, fund.entry_micros) == (1, 2_500_000)
    assert equities(desk) == before


def test_limits_in_lots_follow_and_the_largest_price() -> None:
    desk = holding_ten()
    before = desk.market.spec.limits

    split(desk, 3, 2)

    after = desk.market.spec.limits
    assert after.position_lots_max == before.position_lots_max * 3 // 2
    assert after.order_lots_max == before.order_lots_max * 3 // 2
    assert after.price_max_ticks == before.price_max_ticks * 2 // 3


def test_triggers_and_brackets_follow_and_none_is_nearer_than_before() -> None:
    desk = holding_ten()
    ann = desk.names["ann"]
    desk.do(cmd.PlaceTrigger(ann, MARKET, Side.SELL, None, TriggerKind.STOP, 24_999))
    desk.do(
        cmd.PlaceTrigger(ann, MARKET, Side.SELL, 5_001, TriggerKind.TAKE_PROFIT, 26_001, 25_999)
    )
    desk.buy("cat", 1, 240, stop_ticks=22_001, take_profit_ticks=27_001)

    split(desk, 2, 1)

    placed = [each.placed for _, each in sorted(desk.market.triggers.items())]
    assert [(p.size_lots, p.trigger_ticks, p.price_ticks) for p in placed] == [
        (None, 12_499, None),
        (10_002, 13_001, 13_000),
        (2_000, 11_000, None),
        (2_000, 13_501, None),
    ]
    desk.wait(40)
    fired = of(desk.price(124.98), ev.TriggerFired)
    assert [event.order_id for event in fired] == [placed[0].order_id]


def test_a_stop_just_below_the_mark_does_not_fire_by_the_split() -> None:
    """249.99 / 3 and 250 / 3 fall on the same tick of a cent: the stop goes one lower."""
    desk = holding_ten(units=listing().units)
    desk.do(cmd.PlaceTrigger(desk.names["ann"], MARKET, Side.SELL, None, TriggerKind.STOP, 24_999))

    split(desk, 3, 1)
    events = desk.wait(3)

    (trigger,) = desk.market.triggers.values()
    assert trigger.placed.trigger_ticks * desk.market.tick_lot_micros < desk.market.mark_micros
    assert not of(events, ev.TriggerFired)


def test_what_comes_to_nothing_is_cancelled() -> None:
    """A bid of five lots, and one at four cents, have no tenth."""
    desk = holding_ten()
    desk.buy("cat", 0.005, 240)
    desk.buy("cat", 1, 0.04)
    desk.do(cmd.PlaceTrigger(desk.names["cat"], MARKET, Side.BUY, 7, TriggerKind.STOP, 26_000))

    gone = split(desk, 1, 10)

    assert [event.cause for event in of(gone, ev.OrderCancelled)] == [Cause.SPLIT]
    assert [event.cause for event in of(gone, ev.TriggerCancelled)] == [Cause.SPLIT]
    assert desk.bids() == [(0.4, 0.1)]
    split(desk, 100, 1)
    assert desk.bids() == []


def test_orders_keep_their_queue() -> None:
    """249.98 and 249.99 meet at 124.99 or below it: the better came first."""
    desk = holding_ten()
    for shares, dollars in ((1, 249.98), (2, 249.99), (3, 249.98), (4, 249.99)):
        desk.buy("cat", shares, dollars)

    split(desk, 5, 2)

    sizes = [order.remaining_lots / LOTS for order in desk.market.book.resting(Side.BUY)]
    assert sizes == [5, 10, 2.5, 7.5]


def test_a_client_order_id_still_answers_after_the_split() -> None:
    desk = holding_ten()
    desk.buy("cat", 1, 249, client_order_id="mine")
    split(desk, 2, 1)

    (again,) = desk.buy("cat", 1, 249, client_order_id="mine")

    assert isinstance(again, ev.DuplicateAnswered)


def test_a_print_from_before_the_split_is_refused() -> None:
    """A source that was late, or stamps late, would double the price."""
    desk = holding_ten()
    stale_ns = desk.now_ns
    desk.wait(1)
    split(desk, 2, 1)
    desk.wait(40)

    events = desk.do(
        cmd.SubmitPrint(MARKET, "feed", 250 * E9, stale_ns, desk.now_ns, NS_PER_SECOND)
    )

    assert [event.verdict for event in of(events, ev.PrintJudged)] == [Verdict.BEFORE_ADJUSTMENT]
    assert desk.market.index_nanos == 125 * E9
    assert of(desk.print(126), ev.PrintJudged)[0].verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("rulebook", ["venue_default", "naive_print", "naive_last"])
def test_the_first_print_in_new_units_is_no_jump(rulebook: str) -> None:
    """With the guards and the clamp of each rulebook the mark is where it was, halved."""
    desk = Desk(listing(rulebook), insurance=1_000)
    for name in ("ann", "bob"):
        desk.open(name, 100_000)
    desk.buy("ann", 1, 249.9)
    desk.sell("bob", 1, 250.1)
    for _ in range(5):
        desk.price(250)
    split(desk, 2, 1)
    desk.wait(40)

    told = of(desk.print(125), ev.PrintJudged)
    desk.wait(3)

    assert [event.verdict for event in told] == [Verdict.ACCEPTED]
    assert desk.market.mark_nanos is not None
    assert abs(desk.market.mark_nanos - 125 * E9) <= 2 * E9 // 100


@pytest.mark.parametrize(
    ("numerator", "denominator"),
    [(0, 1), (1, 0), (-2, 1), (1, 1), (10_001, 1), (1, 10_001)],
)
def test_a_ratio_that_is_none_is_refused(numerator: int, denominator: int) -> None:
    assert reason(split(holding_ten(), numerator, denominator)) == "action_unfit"


def test_a_split_after_which_there_would_be_no_price_is_refused() -> None:
    """A lot of a thousandth at $250 is 250,000 micro-dollars, and the largest price $1,000."""
    desk = Desk(listing(), price=1)
    desk.open("ann", 1_000)

    assert reason(split(desk, 10_000, 1)) == "action_unfit"


def test_a_split_that_has_become_unfit_is_withdrawn() -> None:
    desk = holding_ten()
    at_ns = desk.now_ns + NS_PER_HOUR
    desk.do(cmd.AnnounceAction(MARKET, Split(10_000, 1), at_ns))
    desk.price(1)

    events = desk.wait(3_600)

    assert [event.why for event in of(events, ev.ActionWithdrawn)] == ["unfit"]
    assert desk.shares("ann") == 10
    assert not desk.market.actions


def test_an_account_at_the_edge_of_its_maintenance_is_not_liquidated_by_a_split() -> None:
    """ann is long at 20x with exactly her maintenance left: rounding takes the notional down."""
    desk = Desk(listing(), insurance=1_000)
    desk.open("ann", 126)
    desk.open("bob", 100_000)
    desk.trade("ann", "bob", 10, 250)
    desk.price(243.5)
    account = desk.account("ann")
    equity, maintenance_e4 = unit_figures(desk.state, account, "")
    spare = equity - -(-maintenance_e4 // 10_000)
    assert spare >= 0
    desk.do(cmd.Withdraw(desk.names["ann"], 0))

    events = split(desk, 3, 7) + desk.wait(60)

    assert not of(events, ev.LiquidationStarted)
    assert not of(events, ev.BreachesFound)


@pytest.mark.parametrize("seed", range(40))
def test_nobody_gains_loses_or_is_liquidated_by_a_split(seed: int) -> None:
    """Random books, positions and ratios: equity to the micro-dollar, sums, a rebuilt state."""
    random = Random(seed)
    rulebook = random.choice(["naive_print", "naive_last", "venue_default"])
    desk = Desk(listing(rulebook), insurance=random.choice([0, 1_000]))
    names = [f"p{number}" for number in range(6)]
    for name in names:
        desk.open(name, random.choice([2_000, 50_000]), isolated=random.random() < 0.4)
    for _ in range(40):
        name, cents = random.choice(names), random.randint(24_500, 25_500)
        lots = random.choice([1, 7, 333, 2_000])
        side = random.choice([Side.BUY, Side.SELL])
        desk.order(name, side, lots / LOTS, cents / CENTS)
        if random.random() < 0.2:
            desk.price(random.randint(24_700, 25_300) / CENTS)
        if random.random() < 0.2:
            kind = random.choice(list(TriggerKind))
            size = random.choice([None, 3, 1_000])
            ticks = random.randint(20_000, 30_000)
            desk.do(cmd.PlaceTrigger(desk.names[name], MARKET, side, size, kind, ticks))
    desk.wait(3)
    before, breached = equities(desk), dict(desk.state.breaches)
    liquidated = set(desk.state.liquidations)
    ledger = desk.state.ledger
    rounding = ledger.rounding_micros
    numerator = random.choice([1, 2, 3, 5, 7, 20])
    denominator = random.choice([each for each in (1, 2, 3, 10, 25) if each != numerator])
    ratio = Fraction(numerator, denominator)
    sizes = {name: desk.holding(name).size_lots for name in names}

    events = split(desk, numerator, denominator)

    assert of(events, ev.MarketSplit)
    assert equities(desk) == before
    assert ledger.rounding_micros == rounding
    assert not of(events, ev.LiquidationStarted)
    assert set(desk.state.liquidations) <= liquidated
    assert set(desk.state.breaches) <= set(breached)
    for name, size in sizes.items():
        assert abs(desk.holding(name).size_lots) == int(abs(size) * ratio)
    restored = load(dump(desk.state), build)
    assert digest(restored) == digest(desk.state)
    follower = Engine(build, restored)
    for _ in range(20):
        desk.now_ns += 3 * NS_PER_SECOND
        command = cmd.PassTime()
        told = follower.execute(command, at_ns=desk.now_ns)
        assert told == desk.do(command)


def test_there_and_back_again_changes_nothing_where_it_comes_out_whole() -> None:
    desk = holding_ten()
    desk.buy("cat", 2, 249.98)
    before = (desk.bids(), desk.holding("ann").size_lots, desk.market.mark_nanos)

    split(desk, 2, 1)
    split(desk, 1, 2)

    assert (desk.bids(), desk.holding("ann").size_lots, desk.market.mark_nanos) == before
