"""Abuse of the market itself: what each attempt costs without a guard, and what the guard leaves.

Every figure can be checked with a pencil: the stock stands at 250, orders are whole shares, and
fees are 0.045 % for who takes and 0.015 % for who rests.
"""

from typing import NamedTuple

import pytest
from msgspec.structs import replace

from tests.scenarios.stage import MARKET, Stage, new_york_ns, tape
from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.commands import CancelAll, Deposit, OpenAccount, SetLeverage, Side
from venue.core.listing import MarketSpec, RuleRef
from venue.core.margin import equity_micros
from venue.core.rejects import Reason
from venue.core.units import E6, E9, NS_PER_MINUTE, NS_PER_SECOND
from venue.lab.audit import faults
from venue.rules.build import ref
from venue.rules.rulebooks import spec

FUND_DOLLARS = 100_000


def wednesday(rulebook: str) -> Stage:
    """Return a stage in regular hours, the maker gone after somebody could trade."""
    noon = tape("2025-04-16 11:30", "2025-04-16 12:30", 250)
    stage = Stage(
        "2025-04-16 11:30",
        "2025-04-16 12:30",
        [noon],
        listing=spec(MARKET, rulebook),
        insurance_dollars=FUND_DOLLARS,
    )
    return stage.to("2025-04-16 11:31")


def saturday(listing: MarketSpec) -> Stage:
    """Return a stage on Saturday noon with an empty book; the venue was down in the night."""
    friday = tape("2025-04-11 19:00", "2025-04-11 19:59:45", 250)
    stage = Stage("2025-04-11 19:00", "2025-04-13 18:00", [friday], listing=listing)
    stage.to("2025-04-11 19:01").quote(250)
    stage.to("2025-04-11 20:01").sleep("2025-04-12 11:59")
    stage.to("2025-04-12 12:00").do(CancelAll(stage.maker, MARKET))
    return stage


def default_with(*others: RuleRef) -> MarketSpec:
    """Return the default's listing with other rules of some kinds."""
    base = spec(MARKET)
    kinds = {rule.kind for rule in others}
    kept = (rule for rule in base.rules if rule.kind not in kinds)
    return replace(base, rules=(*kept, *others))


def dollars(stage: Stage, account: int) -> int:
    """Return an account's equity in whole dollars, rounded down."""
    state = stage.engine.state
    return equity_micros(state, state.accounts[account]) // E6


def mark(stage: Stage) -> float:
    nanos = stage.market.mark_nanos
    assert nanos is not None, "there is a mark"
    return nanos / E9


def wait(stage: Stage, seconds: int) -> None:
    stage.to_ns(stage.now_ns + seconds * NS_PER_SECOND)


# Moving profit from one account to another.


@pytest.mark.parametrize("rulebook", ["naive_print", "venue_default"])
def test_ABUSE_001_accounts_of_one_owner_never_trade_with_one_another(rulebook: str) -> None:
    stage = wednesday(rulebook)
    parent = stage.open("carol", dollars=100_000)
    stage.do(OpenAccount("carol-2", parent=parent))
    child = stage.engine.state.names["carol-2"]

    stage.place(parent, Side.BUY, 100, 24_000)
    stage.place(child, Side.SELL, 100, 24_000)
    stage.place(parent, Side.BUY, 100, 24_000)

    assert stage.heard(ev.Traded) == []
    assert dollars(stage, parent) == 100_000


class Moved(NamedTuple):
    """What two accounts of different owners can hand over in one trade of 1,000 shares."""

    rulebook: str
    lowest_cents: int
    dollars: int


@pytest.mark.parametrize(
    "moved",
    [
        # No band: whatever the giver's margin bears, here $100 a share.
        pytest.param(Moved("naive_print", 15_000, 100_000), id="no band"),
        # A band of 10 %: nothing below 225 may be sold.
        pytest.param(Moved("venue_default", 22_500, 25_000), id="band of 10 %"),
    ],
)
def test_ABUSE_002_a_band_bounds_what_one_trade_hands_over(moved: Moved) -> None:
    stage = wednesday(moved.rulebook)
    giver, taker = (stage.open(name, dollars=200_000) for name in ("giver", "taker"))
    for account in (giver, taker):
        stage.do(SetLeverage(account, MARKET, 20))

    stage.place(taker, Side.BUY, 1_000, moved.lowest_cents)
    stage.place(giver, Side.SELL, 1_000, moved.lowest_cents)
    too_low = stage.place(giver, Side.SELL, 1, moved.lowest_cents - 1)

    fees = moved.lowest_cents * 1_000 // 100 * 6 // 10_000  # Both sides together.
    assert dollars(stage, taker) + 1 >= 200_000 + moved.dollars - fees
    assert dollars(stage, taker) <= 200_000 + moved.dollars
    refused = isinstance(too_low[-1], ev.Rejected) and too_low[-1].reason is Reason.OUTSIDE_BAND
    assert refused == (moved.rulebook == "venue_default")


# Making the insurance fund pay.


def drain(rulebook: str) -> tuple[Stage, int, int]:
    """Hold both sides of 1,000 shares in two accounts of $13,000, and print a price 9.6 % away.

    The loser's account cannot pay; the winner sells to the loser's close-out.
    """
    stage = wednesday(rulebook)
    loser, winner = (stage.open(name, dollars=13_000) for name in ("loser", "winner"))
    for account in (loser, winner):
        stage.do(SetLeverage(account, MARKET, 20))
    stage.place(winner, Side.BUY, 1_000, 25_000)
    stage.place(loser, Side.SELL, 1_000, 25_000)
    stage.place(winner, Side.SELL, 1_000, 27_400)
    print_a_price(stage, 27_390)
    wait(stage, 120)
    return stage, loser, winner


def print_a_price(stage: Stage, cents: int) -> None:
    """Trade one share with oneself, by two accounts of two owners."""
    one, two = (stage.open(name, dollars=100_000) for name in ("one", "two"))
    stage.place(one, Side.SELL, 1, cents)
    stage.place(two, Side.BUY, 1, cents)


def test_ABUSE_003_two_accounts_empty_the_fund_where_a_trade_is_the_mark() -> None:
    stage, loser, winner = drain("naive_last")

    paid = sum(event.insurance_micros for _, event in stage.heard(ev.ShortfallPaid))
    assert dollars(stage, loser) == 0
    assert dollars(stage, winner) == 36_921  # 13,000 + 24,000 less fees of 78.50.
    assert paid // E6 == 11_112  # What the fund gave for 26,000 of stakes.
    assert dollars(stage, INSURANCE) == FUND_DOLLARS - 11_113
    assert faults(stage.engine.state) == []


def test_ABUSE_004_the_fund_pays_nothing_where_the_mark_is_a_median() -> None:
    stage, loser, winner = drain("venue_default")

    assert mark(stage) == 250
    assert stage.heard(ev.LiquidationStarted) == []
    assert dollars(stage, INSURANCE) == FUND_DOLLARS
    # What the attempt cost: fees.
    assert dollars(stage, loser) + dollars(stage, winner) == 26_000 - 151


def test_ABUSE_005_who_opens_both_sides_on_friday_still_has_the_fund_pay_for_a_gap() -> None:
    """No guard against two owners who are one person; where the owner is one, see ABUSE_008."""
    friday = tape("2025-04-11 19:00", "2025-04-11 19:59:45", 250)
    monday = tape("2025-04-14 04:00", "2025-04-14 04:30", 220)
    stage = Stage(
        "2025-04-11 19:00",
        "2025-04-14 04:30",
        [friday, monday],
        insurance_dollars=FUND_DOLLARS,
    ).to("2025-04-11 19:01")
    loser, winner = (stage.open(name, dollars=13_500) for name in ("loser", "winner"))
    for account in (loser, winner):
        stage.do(SetLeverage(account, MARKET, 20))
    stage.place(winner, Side.SELL, 1_000, 25_000)
    stage.place(loser, Side.BUY, 1_000, 25_000)
    stage.to("2025-04-11 20:01").sleep("2025-04-14 03:59").to("2025-04-14 04:30")

    assert dollars(stage, loser) == 0
    assert dollars(stage, winner) > 13_500
    assert dollars(stage, INSURANCE) < FUND_DOLLARS
    assert faults(stage.engine.state) == []


def both_sides(
    *, owner_first: bool, loser_is: Side, winner_shares: int = 1_000
) -> tuple[Stage, int, int]:
    """Hold 1,000 shares and their opposite in two accounts of one owner, through a maker.

    The maker is flat after it, where the winner has as many. On Monday the stock opens 12 %
    away, against the loser. The venue is down over the weekend, which moves next to no funding.
    """
    friday = tape("2025-04-11 19:00", "2025-04-11 19:59:45", 250)
    gap = -30 if loser_is is Side.BUY else 30
    monday = tape("2025-04-14 04:00", "2025-04-14 04:30", 250 + gap)
    base = spec(MARKET)
    fund = ref("backstop", "fund", owner_first=owner_first)
    stage = Stage(
        "2025-04-11 19:00",
        "2025-04-14 04:30",
        [friday, monday],
        insurance_dollars=FUND_DOLLARS,
        listing=replace(base, rules=tuple(fund if r.kind == "backstop" else r for r in base.rules)),
    ).to("2025-04-11 19:01")
    loser = stage.open("carol", dollars=13_500)
    stage.do(OpenAccount("carol-2", parent=loser))
    winner = stage.engine.state.names["carol-2"]
    stage.do(Deposit(winner, 13_500 * E6))
    other = Side.SELL if loser_is is Side.BUY else Side.BUY
    for account, side, shares in ((loser, loser_is, 1_000), (winner, other, winner_shares)):
        stage.do(SetLeverage(account, MARKET, 20))
        stage.place(stage.maker, other if side is loser_is else loser_is, shares, 25_000)
        stage.place(account, side, shares, 25_000)
    assert abs(stage.position(loser)) == 1_000_000
    assert abs(stage.position(winner)) == winner_shares * 1_000
    stage.to("2025-04-11 20:01").sleep("2025-04-14 03:59").to("2025-04-14 04:30")
    return stage, loser, winner


@pytest.mark.parametrize("loser_is", [Side.BUY, Side.SELL])
def test_ABUSE_008_the_fund_pays_only_after_what_the_same_owner_won(loser_is: Side) -> None:
    without, *accounts = both_sides(owner_first=False, loser_is=loser_is)
    guarded, *_ = both_sides(owner_first=True, loser_is=loser_is)
    owner, owner_guarded = (
        sum(dollars(stage, account) for account in accounts) for stage in (without, guarded)
    )

    lost = FUND_DOLLARS - dollars(without, INSURANCE)
    assert lost > 10_000
    assert owner > 27_000 + 10_000, "what the fund lost, the owner won"
    assert dollars(guarded, INSURANCE) == FUND_DOLLARS
    assert 27_000 - 300 < owner_guarded <= 27_000, "its stakes less fees"
    loser, winner = accounts
    assert guarded.position(loser) == guarded.position(winner) == 0
    netted = [event for _, event in guarded.heard(ev.Deleveraged)]
    assert {(event.account, event.counterparty) for event in netted} == {(loser, winner)}
    assert guarded.heard(ev.TakenOver) == []
    for stage in (without, guarded):
        assert faults(stage.engine.state) == []


@pytest.mark.parametrize("loser_is", [Side.BUY, Side.SELL])
def test_ABUSE_009_what_the_owner_did_not_win_is_still_the_funds(loser_is: Side) -> None:
    stage, loser, winner = both_sides(owner_first=True, loser_is=loser_is, winner_shares=400)
    without, *_ = both_sides(owner_first=False, loser_is=loser_is, winner_shares=400)

    netted = [event for _, event in stage.heard(ev.Deleveraged) if event.counterparty == winner]
    assert sum(abs(event.size_lots) for event in netted) == 400_000
    assert stage.position(winner) == 0
    assert dollars(stage, winner) > 0
    assert dollars(stage, loser) == 0
    assert dollars(without, INSURANCE) < dollars(stage, INSURANCE) < FUND_DOLLARS
    assert faults(stage.engine.state) == []


# One fill, and the margin of everybody else.


@pytest.mark.parametrize(
    ("rulebook", "mark_dollars", "liquidated"),
    [
        pytest.param("naive_last", 274, True, id="the mark is the last trade"),
        pytest.param("venue_default", 250, False, id="the mark is a median of three"),
    ],
)
def test_ABUSE_006_a_single_fill(rulebook: str, mark_dollars: int, liquidated: bool) -> None:
    stage = wednesday(rulebook)
    stage.quote(250)
    victim = stage.hold("victim", Side.SELL, 1_000, dollars=15_000, cents=24_900)
    stage.do(CancelAll(stage.maker, MARKET))

    print_a_price(stage, 27_400)
    wait(stage, 3)

    assert mark(stage) == mark_dollars
    started = [event.account for _, event in stage.heard(ev.LiquidationStarted)]
    assert started == ([victim] if liquidated else [])


# Through an empty book.


def push(stage: Stage, minutes: int) -> float:
    """Trade one share with oneself at the highest price allowed, every minute; return the mark."""
    one, two = (stage.open(name, dollars=1_000_000) for name in ("one", "two"))
    for _ in range(minutes):
        band = stage.market.band_ticks
        top = int(mark(stage) * 105) if band is None else band[1]
        stage.do(CancelAll(one, MARKET))
        stage.do(CancelAll(two, MARKET))
        stage.place(one, Side.SELL, 1, top)
        stage.place(two, Side.BUY, 1, top)
        stage.place(one, Side.SELL, 1, top)
        stage.place(two, Side.BUY, 200, top - 1)
        stage.to_ns(stage.now_ns + NS_PER_MINUTE)
    return mark(stage)


NO_BAND = default_with(ref("band", "none"))
ANCHORED = default_with(ref("band", "none"), ref("terms", "by_session", band_from="anchor"))


@pytest.mark.parametrize(
    ("listing", "marks"),
    [
        pytest.param(spec(MARKET, "naive_last"), (262.5, 407, 1_939), id="no guard"),
        pytest.param(NO_BAND, (254, 303, 1_114), id="order band from the mark: slower, and as far"),
        pytest.param(spec(MARKET), (254, 262.5, 289), id="default: no more than 1/L three times"),
        pytest.param(ANCHORED, (254, 262.5, 262.5), id="order band from Friday's price"),
    ],
)
def test_ABUSE_007_a_price_walked_up_an_empty_book(
    listing: MarketSpec, marks: tuple[float, float, float]
) -> None:
    """The mark after 1, 10 and 60 minutes, in whole dollars; on Friday it was 250.

    An order band that is counted from the mark moves with it, so it slows a push and does not end
    it. Discovery bounds end it: 250, 262.50 and 275.625, and 5 % above that.
    """
    pushed = [push(saturday(listing), minutes) for minutes in (1, 10, 60)]

    for found, told in zip(pushed, marks, strict=True):
        assert told <= found < told + 1, (pushed, marks)


def test_ABUSE_010_a_push_of_a_weekend_never_reaches_who_has_a_fifth_of_margin() -> None:
    """1.05³ × 250 = 289.41, however long: a short at 5x from 249 is liquidated near 292."""
    stage = saturday(spec(MARKET))
    stage.quote(250)
    short = stage.open("short", dollars=5_100)
    stage.do(SetLeverage(short, MARKET, 5))
    stage.place(short, Side.SELL, 100, 24_900)
    stage.do(CancelAll(stage.maker, MARKET))

    assert push(stage, 180) == 289.406
    started = [event.account for _, event in stage.heard(ev.LiquidationStarted)]
    assert started == []


# What news of a weekend looks like under the same bounds.


def news_on_saturday(listing: MarketSpec, dollars: int) -> Stage:
    """A maker quotes the new price, as near as the order band lets it, every five minutes."""
    stage = saturday(listing)
    stage.quote(250)
    stage.place(stage.open("last", dollars=1_000), Side.BUY, 1, 25_010)
    while stage.now_ns < new_york_ns("2025-04-13 12:00"):
        band = stage.market.band_ticks
        low, high = (0, 10**9) if band is None else band[:2]
        stage.do(CancelAll(stage.maker, MARKET))
        stage.place(stage.maker, Side.BUY, 400, min(dollars * 100 - 10, high))
        stage.place(stage.maker, Side.SELL, 400, max(dollars * 100 + 10, low))
        wait(stage, 300)
    return stage


@pytest.mark.parametrize(
    ("listing", "mark_cents"),
    [
        pytest.param(NO_BAND, 210_10, id="order band from the mark: all of it"),
        pytest.param(spec(MARKET), 214_34, id="default: 14.3 of the 16 %"),
        pytest.param(ANCHORED, 237_50, id="order band from Friday's price: 5 %"),
    ],
)
def test_NEWS_001_a_true_fall_of_16_percent_is_found_on_the_weekend(
    listing: MarketSpec, mark_cents: int
) -> None:
    """News on Saturday noon; where the mark stands a day later. Monday brings the rest at once."""
    assert round(mark(news_on_saturday(listing, 210)) * 100) == mark_cents
