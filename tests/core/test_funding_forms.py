"""Funding that is shared, kept, put by or paid in kind: who ends with what, to the micro-dollar."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.desk import MARKET, Desk, listing, of
from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.digest import dump, load
from venue.core.listing import RuleRef
from venue.core.payments import Sizes, payments, stands_aside
from venue.core.phases import Closure, Session
from venue.core.policies.funding import Receivers
from venue.core.units import E9, E12, NS_PER_SECOND
from venue.rules.build import build, ref

HOUR = 3_600
# The desk opens 1,599 s before an hour ends; its first sample is 4 s later.
TO_THE_HOUR = 1_596
RATE = E12 // 1_000


def rules_with(name: str, closed: str = "on", **parameters: Any) -> tuple[RuleRef, ...]:
    """Return the plain rules with a funding rule and a funding_closed rule."""
    plain = listing("naive_print", ref("funding", name, **parameters)).rules
    kept = tuple(rule for rule in plain if rule.kind != "funding_closed")
    return (*kept, ref("funding_closed", closed))


def replaced(rules: tuple[RuleRef, ...], *ours: RuleRef) -> tuple[RuleRef, ...]:
    kinds = {rule.kind: rule for rule in ours}
    return tuple(kinds.get(rule.kind, rule) for rule in rules)


def desk_of(rules: tuple[RuleRef, ...], **changes: Any) -> Desk:
    """Return a desk on a whole hour, Ann ten shares long against Bob."""
    return holders(Desk(listing("naive_print", **{"rules": rules, **changes})))


def desk_with(name: str, closed: str = "on", **parameters: Any) -> Desk:
    return desk_of(rules_with(name, closed, **parameters))


def apart(name: str, **parameters: Any) -> Desk:
    """Return a desk whose mark is its own last trade, so that it can leave the index."""
    return desk_of(replaced(rules_with(name, **parameters), ref("mark", "last")))


def holders(desk: Desk) -> Desk:
    for name in ("ann", "bob", "cat"):
        desk.open(name, 100_000)
    desk.trade("ann", "bob", 10, 250)
    desk.wait(TO_THE_HOUR)
    return desk


def last(desk: Desk) -> ev.FundingSettled:
    return desk.heard(ev.FundingSettled)[-1]


# Who pays whom


def test_what_the_larger_side_pays_is_shared_by_the_smaller() -> None:
    """Three thousand lots pay a per mille of $1 each; one thousand get all of it."""
    sizes = [(1, 2_000), (2, 1_000), (3, -1_000)]

    moved = payments(sizes, price_micros=10**6, rate_e12=RATE, receivers="shared")

    assert moved.paid_micros == ((1, 2_000_000), (2, 1_000_000), (3, -3_000_000))
    assert (moved.rounding_micros, moved.kept_micros) == (0, 0)


def test_with_a_cap_receivers_get_the_rate_and_the_venue_keeps_the_rest() -> None:
    sizes = [(1, 3_000), (3, -1_000)]

    moved = payments(sizes, price_micros=10**6, rate_e12=RATE, receivers="at_most")

    assert dict(moved.paid_micros) == {1: 3_000_000, 3: -1_000_000}
    assert moved.kept_micros == 2_000_000


def test_with_a_cap_a_larger_receiving_side_gets_what_was_paid_and_no_more() -> None:
    sizes = [(1, 1_000), (3, -3_000)]

    moved = payments(sizes, price_micros=10**6, rate_e12=RATE, receivers="at_most")

    assert dict(moved.paid_micros) == {1: 1_000_000, 3: -1_000_000}


def test_the_house_stands_aside_where_receivers_share() -> None:
    sizes = [(INSURANCE, -2_000), (1, 3_000), (2, -1_000)]

    moved = payments(sizes, price_micros=10**6, rate_e12=RATE, receivers="shared")

    assert dict(moved.paid_micros) == {1: 3_000_000, 2: -3_000_000}


@pytest.mark.parametrize("receivers", ["shared", "at_most"])
def test_with_nobody_to_receive_nobody_pays(receivers: Receivers) -> None:
    sizes = [(INSURANCE, -3_000), (1, 3_000)]

    assert not payments(sizes, price_micros=10**6, rate_e12=RATE, receivers=receivers).paid_micros


def test_everybody_pays_rollover_and_the_venue_keeps_it() -> None:
    sizes = [(INSURANCE, -500), (1, 1_000), (2, -500)]

    moved = payments(sizes, price_micros=10**6, rate_e12=0, rollover_e12=RATE)

    assert dict(moved.paid_micros) == {1: 1_000_000, 2: 500_000}
    assert moved.kept_micros == 1_500_000


@given(
    sizes=st.dictionaries(st.integers(0, 30), st.integers(-(10**9), 10**9).filter(bool)),
    price_micros=st.integers(1, 10**7),
    rate_e12=st.integers(-E12, E12),
    receivers=st.sampled_from(["each", "shared", "at_most"]),
    rollover_e12=st.integers(0, E12 // 100),
)
def test_what_is_paid_is_received_or_booked(
    sizes: dict[int, int],
    price_micros: int,
    rate_e12: int,
    receivers: Receivers,
    rollover_e12: int,
) -> None:
    held: Sizes = sorted(sizes.items())
    if receivers == "each":  # Then positions sum to zero, the house's included.
        held.append((99, -sum(sizes.values())))

    moved = payments(
        held,
        price_micros=price_micros,
        rate_e12=rate_e12,
        receivers=receivers,
        rollover_e12=rollover_e12,
    )

    assert sum(paid for _, paid in moved.paid_micros) == moved.rounding_micros + moved.kept_micros
    assert 0 <= moved.rounding_micros <= len(held)
    assert moved.kept_micros >= 0
    if receivers != "each":
        assert not any(stands_aside(account) for account, _ in moved.paid_micros)


# At a desk: every command is audited by the second opinion


def test_gmx_in_a_balanced_book_pays_nothing() -> None:
    desk = desk_with("skew_gmx")

    desk.wait(HOUR)

    assert last(desk).payments == ()


def test_rollover_is_paid_by_both_sides_into_the_venues_fees() -> None:
    desk = desk_with("rollover", rollover_e12_per_hour=10**9)
    for n in range(12):
        desk.price(250 + n % 2)
        desk.wait(297)
    desk.wait(HOUR - 12 * 300)
    hour = last(desk)

    assert hour.rate_e12 == 0
    assert hour.rollover_e12 > 0
    assert dict(hour.payments)[1] == dict(hour.payments)[2] > 0
    assert hour.kept_micros == sum(paid for _, paid in hour.payments)
    assert desk.state.ledger.fees_micros == hour.kept_micros


def test_qfex_pays_nothing_from_the_close_to_the_open() -> None:
    desk = desk_with("qfex")
    desk.buy("cat", 100, 252.5)
    desk.wait(HOUR)
    open_hour = last(desk)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)

    desk.wait(2 * HOUR)

    assert open_hour.rate_e12 == 1_187_500_000
    closed = desk.heard(ev.FundingSettled)[-2:]
    assert [(hour.rate_e12, hour.payments) for hour in closed] == [(0, ()), (0, ())]


# Closed


def test_off_pays_for_the_part_of_the_hour_that_was_open() -> None:
    desk = desk_with("hyperliquid", "off")
    desk.wait(HOUR // 2)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)
    desk.wait(HOUR // 4)
    desk.session(Session.REGULAR)
    desk.price(250)

    desk.wait(HOUR // 4 - 3)

    assert (last(desk).rate_e12, last(desk).sampled_e4) == (9_375_000, 7_500)


def test_what_is_put_by_while_closed_is_paid_after_the_reopen() -> None:
    desk = desk_with("hyperliquid", "accrue_then_cap")
    desk.session(Session.NO_TRADING, Closure.WEEKEND)

    desk.wait(3 * HOUR)

    assert [hour.rate_e12 for hour in desk.heard(ev.FundingSettled)[-3:]] == [0, 0, 0]
    assert desk.market.funding_accrued_e12 == 3 * 12_500_000
    loaded = load(dump(desk.state), build).markets[MARKET]
    assert loaded.funding_accrued_e12 == 3 * 12_500_000

    desk.session(Session.REGULAR)
    desk.price(250)
    desk.wait(HOUR - 3)

    hour = last(desk)
    assert 3 * 12_500_000 < hour.rate_e12 < 4 * 12_500_000 + 1
    assert desk.market.funding_accrued_e12 == 0
    assert dict(hour.payments)[1] > 0


# Continuous


def test_settled_at_every_sample_an_hour_costs_what_an_hour_costs() -> None:
    desk = desk_of(rules_with("hyperliquid"), funding_interval_ns=5 * NS_PER_SECOND)
    before = desk.holding("ann").funding_micros

    desk.wait(HOUR)

    paid = desk.holding("ann").funding_micros - before
    assert len(desk.heard(ev.FundingSettled)) > 720
    assert 31_250 <= paid <= 31_250 + 720  # $2,500 × 0.00125 %, up to a micro a settlement


# In kind


def test_in_kind_no_cash_moves_and_the_contracts_index_falls() -> None:
    desk = apart("in_kind")
    desk.trade("cat", "bob", 1, 275)  # 10 % above
    desk.wait(3)
    cash = [desk.dollars(name) for name in ("ann", "bob", "cat")]
    desk.wait(HOUR - 3)

    hour = last(desk)

    assert hour.payments == ()
    assert [desk.dollars(name) for name in ("ann", "bob", "cat")] == cash
    factor = (1 / 1.1) ** (1 / 420)
    assert hour.drift_e18 / 10**18 == pytest.approx(factor, rel=1e-5)
    assert desk.market.norm_e18 == hour.drift_e18
    assert desk.market.index_nanos == pytest.approx(250 * E9 * factor, rel=1e-5)


def test_after_a_drift_a_print_is_still_of_the_underlying() -> None:
    desk = apart("in_kind")
    desk.trade("cat", "bob", 1, 275)
    desk.wait(HOUR)
    norm = desk.market.norm_e18

    events = desk.price(300)

    told = of(events, ev.IndexUpdated)[0].index_nanos
    assert norm < 10**18
    assert told == round(300 * norm / 10**9)
    assert load(dump(desk.state), build).markets[MARKET].norm_e18 == norm


def test_a_target_drifts_without_cash() -> None:
    desk = apart("pi", mode="drift", ki_e18=0)
    desk.trade("cat", "bob", 1, 247.5)  # 1 % below: the target rises
    desk.wait(HOUR)

    assert last(desk).payments == ()
    assert desk.market.norm_e18 / 10**18 == pytest.approx((1 + 7.5e-10) ** HOUR, rel=1e-7)


def test_while_the_clamp_holds_the_mark_the_integral_stands_still() -> None:
    """From 250 to 300 at 1 % an update: 19 updates are held, the mark then stays there."""
    rules = replaced(rules_with("pi"), ref("mark", "last"), ref("clamp", "step"))
    desk = desk_of(rules)
    desk.trade("cat", "bob", 1, 300)

    held, free = [], []
    for _ in range(30):
        desk.wait(3)
        held.append(desk.market.mark_held)
        free.append(desk.market.funding_memory.free_samples)

    assert held == [1] * 18 + [0] * 12
    assert free[0] == free[17]
    assert free[-1] > free[18]
