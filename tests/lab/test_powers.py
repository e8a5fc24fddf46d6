"""The essay's claim 3, measured: power perps beside pools, on the venue itself."""

from math import log

import pytest

from venue.lab.powers.page import table
from venue.lab.powers.paths import closing, every
from venue.lab.powers.play import play
from venue.lab.powers.study import POWERS, SIGMA, study


def test_PWR_020_the_residual_goes_to_zero_as_the_step_shrinks() -> None:
    """A quarter of an hour's steps are a fifth of a day's; both powers, six paths of ten days."""
    lines = study(seeds=range(1, 7), days=10, steps_a_day=(1, 24))

    for name in POWERS:
        day, hour = (line for line in lines if line.name == name)
        assert hour.residual < day.residual / 3
        assert hour.residual == pytest.approx(hour.expected, rel=0.6)
        assert hour.funding_a_year == pytest.approx(hour.asked_a_year, rel=0.01)


def test_PWR_021_funding_of_p_one_half_is_10_125_percent_a_year_2_8_basis_points_a_day() -> None:
    path = closing(1, days=10, steps_a_day=24, sigma=SIGMA)

    played = play(path, power=(1, 2), steps_a_day=24, sigma=SIGMA)

    assert played.funding / 10 == pytest.approx(0.00028, rel=0.02)
    assert played.funding * 36.5 == pytest.approx(0.10125, rel=0.01)


def test_the_pool_is_worth_the_power_whatever_the_step() -> None:
    """Constant product: 2 × √(k S), so the root of the price; weighted: S to the weight."""
    path = closing(2, days=2, steps_a_day=8, sigma=SIGMA)
    shares, cash = 1.0, path[0]
    for price in path[1:]:  # Arbitrage: the product stays, the ratio becomes the price.
        product = shares * cash
        shares, cash = (product / price) ** 0.5, (product * price) ** 0.5
    worth = (shares * path[-1] + cash) / (2 * path[0])

    coarse = play(every(path, 8), power=(1, 2), steps_a_day=1, sigma=SIGMA)
    fine = play(path, power=(1, 2), steps_a_day=8, sigma=SIGMA)

    assert log(worth) == pytest.approx(fine.pool, abs=1e-12)
    assert coarse.pool == pytest.approx(fine.pool, abs=1e-12)


def test_without_volatility_nothing_is_paid_and_nothing_moves() -> None:
    played = play([250.0] * 5, power=(3, 10), steps_a_day=4, sigma=0.0)

    assert (played.perp, played.portfolio, played.pool, played.funding) == (0, 0, 0, 0)


def test_the_table_has_a_row_for_each_power_and_step() -> None:
    lines = study(seeds=(1,), days=2, steps_a_day=(1, 4))

    rows = table(lines).splitlines()[2:]

    assert len(rows) == 4
    assert rows[1].startswith("| 0.5, constant product | 6 hours | 1 | ")
    assert all(row.endswith(("| 10.125% |", "| 8.505% |")) for row in rows)
