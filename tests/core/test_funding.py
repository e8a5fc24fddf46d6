"""Funding: sampled, settled, scaled by what was sampled; and what rounding leaves."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.desk import MARKET, Desk, listing, of
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.handlers.funding import payment_micros
from venue.core.units import E12, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.build import ref

HOUR = 3_600
# The desk opens 1,599 s before an hour ends; its first sample is 4 s later.
TO_THE_HOUR = 1_596


def holders(desk: Desk) -> Desk:
    for name in ("ann", "bob", "cat"):
        desk.open(name, 100_000)
    desk.trade("ann", "bob", 10, 250)
    return desk


def settled(desk: Desk) -> list[ev.FundingSettled]:
    return desk.heard(ev.FundingSettled)


def test_longs_pay_shorts_the_interest_of_a_quiet_hour() -> None:
    """Half of 0.01 % for eight hours: 2,500 × 0.0001 / 8 / 2 = 0.015625."""
    desk = holders(Desk())
    desk.wait(TO_THE_HOUR)

    desk.wait(HOUR)

    hour = settled(desk)[-1]
    assert (hour.rate_e12, hour.sampled_e4, hour.premium_e12) == (6_250_000, 10_000, 0)
    assert hour.payments == ((1, 15_625), (2, -15_625))


def test_an_hour_that_was_sampled_in_part_pays_in_part() -> None:
    """320 of 720 samples were taken: 6,250,000 × 320 / 720 = 2,777,778, half even."""
    desk = holders(Desk())

    desk.wait(TO_THE_HOUR)

    hour = settled(desk)[-1]
    assert (hour.rate_e12, hour.sampled_e4) == (2_777_778, 4_444)


def test_a_bid_a_per_cent_above_the_index_costs_longs_an_eighth_of_a_per_cent_an_hour() -> None:
    """Hyperliquid's vector at its own scale: (1 % - 0.05 %) / 8 = 0.11875 %."""
    desk = holders(Desk(listing("naive_print", ref("funding", "hyperliquid"))))
    desk.wait(TO_THE_HOUR)
    desk.buy("cat", 100, 252.5)

    desk.wait(HOUR)

    hour = settled(desk)[-1]
    assert (hour.rate_e12, hour.premium_e12) == (1_187_500_000, 10_000_000_000)
    assert dict(hour.payments)[1] == 2_968_750  # 2,500 × 0.11875 %


def test_what_a_payment_rounds_stays_with_the_venue() -> None:
    """One lot at 250 owes 1.5625 micro-dollars: the long pays 2, the short gets 1."""
    desk = Desk()
    for name in ("ann", "bob"):
        desk.open(name, 100)
    desk.trade("ann", "bob", 0.001, 250)
    desk.wait(TO_THE_HOUR)
    before = desk.state.ledger.rounding_micros

    desk.wait(HOUR)

    assert settled(desk)[-1].payments == ((1, 2), (2, -1))
    assert desk.state.ledger.rounding_micros - before == 1


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1), st.integers(1, 10**7), st.integers())
def test_funding_never_costs_the_venue_and_keeps_less_than_a_micro_a_position(
    sizes: list[int], price: int, rate: int
) -> None:
    rate %= E12
    sizes = [*sizes, -sum(sizes)]

    kept = sum(payment_micros(size_lots=size, price_micros=price, rate_e12=rate) for size in sizes)

    assert 0 <= kept < len(sizes)


def test_funding_of_an_isolated_position_comes_out_of_its_margin() -> None:
    desk = Desk()
    desk.open("ann", 1_000, isolated=True)
    desk.open("bob", 1_000)
    desk.trade("ann", "bob", 10, 250)
    desk.wait(TO_THE_HOUR)
    before = desk.holding("ann").isolated_micros

    desk.wait(HOUR)

    assert before - desk.holding("ann").isolated_micros == 15_625
    assert desk.dollars("ann") == 875


def test_a_payment_that_takes_an_account_below_maintenance_liquidates_it() -> None:
    """At 243.59, 100 shares of 1,250 have 609.00, and need 608.975; funding takes 0.15."""
    desk = Desk()
    desk.open("ann", 1_250)
    desk.open("bob", 10_000)
    desk.trade("ann", "bob", 100, 250)
    desk.price(243.59)

    events = desk.wait(TO_THE_HOUR)

    assert of(events, ev.FundingSettled)[0].payments[0][1] == 67_664  # 24,359 × 2.777778e-6, up
    assert [event.account for event in of(events, ev.LiquidationStarted)] == [1]


def test_an_hour_of_downtime_pays_no_funding_and_says_so() -> None:
    desk = holders(Desk())
    desk.wait(TO_THE_HOUR)
    start_ns = desk.now_ns
    desk.do(cmd.RecordDowntime(start_ns + 90 * NS_PER_MINUTE))

    events = desk.wait(90 * 60)

    at = [event.at_ns for event in of(events, ev.FundingSettled)]
    assert at == [start_ns + NS_PER_HOUR]
    assert [(e.rate_e12, e.sampled_e4) for e in of(events, ev.FundingSettled)] == [(0, 0)]


def test_downtime_skips_marks_and_samples_and_runs_expiries_at_their_time() -> None:
    desk = holders(Desk())
    down_ns, up_ns = desk.now_ns, desk.now_ns + 20 * NS_PER_MINUTE
    desk.buy("ann", 1, 200, expires_at_ns=down_ns + 60 * NS_PER_SECOND)
    desk.do(cmd.SetCancelOnDisconnect(1, 1, True))
    desk.buy("ann", 2, 200, connection=1)
    lost = desk.do(cmd.RecordDowntime(up_ns))

    events = desk.wait(20 * 60)

    assert [event.cause for event in of(lost, ev.OrderCancelled)] == ["disconnected"]
    assert [event.cause for event in of(events, ev.OrderCancelled)] == ["expired"]
    assert of(events, ev.TimePassed)[0].at_ns == down_ns + 60 * NS_PER_SECOND
    assert not of(events, ev.MarkUpdated)
    assert not of(events, ev.PremiumSampled)
    assert desk.state.markets[MARKET].next_mark_ns > up_ns
