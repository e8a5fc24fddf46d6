"""Friday close 250, news on Sunday, Monday open 220; an insurance fund too small: who paid what.

Each trader holds 100 shares, so a dollar of price is 100 dollars of money. With a pencil:

Entry           100 × 250.00 = 25,000.00; margin 25,000 / 5, 10, 20 = 5,000, 2,500, 1,250.
Fee             0.045 % of 25,000.00 = 11.25 each, brought on top of the margin.
Funding         61 full hours from Friday 16:00 to Monday 04:00. The book never pushes, so only the
                interest of 0.01 % for eight hours is left, at half scale: 25,000 × 0.0001 / 8 / 2 =
                0.15625 an hour, 61 × 0.15625 = 9.53125, from each long to each short.
Monday          Prints of 220.00 from 04:00:00 every 15 s. A jump waits for 60 s and four prints:
                index 220 at 04:01:00, and a call of 30 s. The mark walks 1 % in 3 s, in whole
                tenths of a cent: 247.500, 245.025, 242.575, 240.149, 237.748, 235.371, 233.017,
                230.687, 228.380, 226.096 at the uncross, 223.835, 221.597, 220.
Maintenance     2.5 % of 100 × mark.
long 20x        has 1,250 - 9.53125 = 1,240.46875. Below maintenance at 242.575:
                1,240.46875 - 742.50 = 497.96875 < 606.4375. It waits for the uncross, where
                nobody bids. At 226.096: 1,240.46875 - 2,390.40 = -1,149.93125. The fund pays its
                500.00; 649.93125 is left and the short with most profit × leverage, the 20x, buys
                at 22,609.60 + 649.93125 = 23,259.53125 for the hundred.
long 10x        has 2,490.46875. Below maintenance at 230.687: 559.16875 < 576.7175. At the uncross
                100.06875 is left, so it is not bankrupt and waits 3 s. At 223.835: 2,490.46875 -
                2,616.50 = -126.03125. The fund is empty; the 10x short buys at 22,383.50 +
                126.03125 = 22,509.53125.
long 5x         has 4,990.46875, less 3,000.00: 1,990.46875 at 220.
"""

from functools import cache

import pytest

from venue.core.units import E6, E9, NS_PER_SECOND
from venue.lab.essay import OPEN_NS, Essay, Party, play

MARGIN = {"5x": 5_000_000_000, "10x": 2_500_000_000, "20x": 1_250_000_000}
FEE = 11_250_000
FUNDING = 9_531_250


@cache
def essay() -> Essay:
    return play()


def party(name: str) -> Party:
    return next(each for each in essay().parties if each.name == name)


@pytest.mark.parametrize("side", ["long", "short"])
@pytest.mark.parametrize("leverage", ["5x", "10x", "20x"])
def test_everybody_starts_with_a_hundred_shares_and_pays_fee_and_funding(
    side: str, leverage: str
) -> None:
    trader = party(f"{side} {leverage}")
    sign = 1 if side == "long" else -1

    assert trader.entry_micros == sign * 25_000 * E6
    assert trader.margin_micros == MARGIN[leverage]
    assert trader.fee_micros == FEE
    assert trader.funding_micros == sign * FUNDING


@pytest.mark.parametrize(
    ("name", "outcome", "profit_micros"),
    [
        pytest.param(
            "long 20x", "liquidated, deleveraged", -1_250_000_000, id="20x: all of its margin"
        ),
        pytest.param(
            "long 10x", "liquidated, deleveraged", -2_500_000_000, id="10x: all of its margin"
        ),
        pytest.param("long 5x", "holds on", -3_000_000_000 - FUNDING, id="30 a share, and funding"),
        pytest.param(
            "short 5x", "holds on", 3_000_000_000 + FUNDING, id="30 a share, with funding"
        ),
        pytest.param("short 10x", "deleveraged", 2_500_000_000, id="what the 10x long had"),
        pytest.param("short 20x", "deleveraged", 1_750_000_000, id="the 20x long's, and the fund"),
    ],
)
def test_who_won_and_lost_what(name: str, outcome: str, profit_micros: int) -> None:
    trader = party(name)

    assert trader.outcome == outcome
    assert trader.profit_micros == profit_micros
    assert trader.equity_micros == trader.margin_micros + profit_micros


@pytest.mark.parametrize(
    ("name", "closed_micros", "seconds", "fund_paid_micros", "winners_paid_micros"),
    [
        pytest.param(
            "long 20x", 23_259_531_250, 90, 500_000_000, 649_931_250, id="20x: fund first"
        ),
        pytest.param("long 10x", 22_509_531_250, 93, 0, 126_031_250, id="10x: nothing left in it"),
    ],
)
def test_a_bankrupt_long_is_closed_at_what_it_can_pay(
    name: str, closed_micros: int, seconds: int, fund_paid_micros: int, winners_paid_micros: int
) -> None:
    trader = party(name)

    assert trader.closed_micros == closed_micros
    assert trader.closed_at_ns == OPEN_NS + seconds * NS_PER_SECOND
    assert trader.fund_paid_micros == fund_paid_micros
    assert trader.winners_paid_micros == winners_paid_micros


@pytest.mark.parametrize(
    ("name", "given_up_micros", "at_open_micros"),
    [
        # 23,259.53125 - 22,609.60 at the mark, 23,259.53125 - 22,000 at the open.
        pytest.param("short 20x", 649_931_250, 1_259_531_250, id="first in rank: 6.2 × 1.106"),
        # 22,509.53125 - 22,383.50, and 22,509.53125 - 22,000.
        pytest.param("short 10x", 126_031_250, 509_531_250, id="second in rank"),
        pytest.param("short 5x", 0, 0, id="never reached"),
    ],
)
def test_what_winners_gave_up(name: str, given_up_micros: int, at_open_micros: int) -> None:
    trader = party(name)

    assert trader.given_up_micros == given_up_micros
    assert trader.given_up_at_open_micros == at_open_micros


def test_the_fund_is_empty_and_nothing_is_owed() -> None:
    assert essay().insurance_before_micros == 500 * E6
    assert essay().insurance_after_micros == 0
    assert essay().bad_debt_micros == 0


def test_money_only_changed_hands() -> None:
    """What the traders won and lost together is what the fund paid."""
    assert sum(trader.profit_micros for trader in essay().parties) == 500 * E6
    # Six takers and, on the other side of each, the maker at 0.015 %: 6 × (11.25 + 3.75).
    assert essay().fees_micros == 90 * E6


def test_index_and_mark_stand_still_until_monday_and_then_the_mark_walks() -> None:
    weekend = [moment for moment in essay().moments if moment.at_ns < OPEN_NS]
    monday = [moment for moment in essay().moments if moment.at_ns >= OPEN_NS]

    assert {(moment.index_nanos, moment.mark_nanos) for moment in weekend} == {(250 * E9, 250 * E9)}
    assert "news, and no outside price" in {moment.what for moment in weekend}
    marks = list(dict.fromkeys(moment.mark_nanos for moment in monday))
    assert [mark / E9 for mark in marks] == [
        250, 247.5, 245.025, 242.575, 240.149, 237.748, 235.371, 233.017, 230.687, 228.38, 226.096,
        223.835, 221.597, 220,
    ]  # fmt: skip
    started = [
        ((moment.at_ns - OPEN_NS) // NS_PER_SECOND, moment.mark_nanos / E9)
        for moment in monday
        if moment.what.endswith("below maintenance")
    ]
    assert started == [(69, 242.575), (84, 230.687)]
