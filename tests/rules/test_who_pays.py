"""Worked numbers of close-outs, backstops and last resorts, under permanent ids."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.core.sharing import proportional
from venue.core.units import E6, E9, E12, NS_PER_SECOND
from venue.rules.backstop.network import Network
from venue.rules.backstop.none import NoBackstop
from venue.rules.backstop.providers import Providers
from venue.rules.closeout.ioc_fillable import IocFillable
from venue.rules.closeout.ioc_mark_spread import IocMarkSpread
from venue.rules.closeout.ioc_zero_price import IocZeroPrice
from venue.rules.closeout.ramp import Ramp
from venue.rules.examples import BACKSTOP, CLOSEOUT, RESORT, UNWIND
from venue.rules.last_resort.adl_bitmex import AdlBitmex
from venue.rules.last_resort.adl_qfex import AdlQfex
from venue.rules.last_resort.adl_random import AdlRandom
from venue.rules.last_resort.social_gain_prorata import SocialGainProrata
from venue.rules.memory import NOTHING

# A hundred of something at $100; the maintenance fraction and the equity are the vectors'.
AT_100 = CLOSEOUT._replace(
    size_lots=100_000, mark_nanos=100 * E9, notional_micros=10_000 * E6, spare_micros=10**12
)


@pytest.mark.parametrize(
    ("size_lots", "limit_nanos"),
    [
        pytest.param(100_000, 97_300_000_000, id="long"),
        pytest.param(-100_000, 102_700_000_000, id="short"),
    ],
)
def test_DYDX_LIQ_001_at_0_4_of_maintenance_the_fillable_price_is_97_3_or_102_7(
    size_lots: int, limit_nanos: int
) -> None:
    seen = AT_100._replace(
        size_lots=size_lots,
        maintenance_micros=300 * E6,
        position_maintenance_micros=300 * E6,
        equity_micros=120 * E6,
        bankruptcy_nanos=98_800_000_000 if size_lots > 0 else 101_200_000_000,
    )

    assert IocFillable().closeout(seen, NOTHING)[0].limit_nanos == limit_nanos


def test_DYDX_LIQ_002_a_tenth_a_block_but_at_least_a_thousand_dollars() -> None:
    rule = IocFillable()

    assert rule.closeout(AT_100._replace(notional_micros=100_000 * E6), NOTHING)[0].lots == 10_000
    assert rule.closeout(AT_100._replace(notional_micros=5_000 * E6), NOTHING)[0].lots == 20_000
    assert rule.closeout(AT_100._replace(notional_micros=500 * E6), NOTHING)[0].lots == 100_000


def test_DYDX_LIQ_003_beyond_bankruptcy_it_goes_only_as_far_as_the_fund_can_pay() -> None:
    """Bankrupt at 98.80; ten lots' worth of $1 a unit of 10 is $10 of loss at most."""
    seen = AT_100._replace(
        notional_micros=100_000 * E6,
        size_lots=1_000_000,
        maintenance_micros=3_000 * E6,
        position_maintenance_micros=3_000 * E6,
        equity_micros=1_200 * E6,
        bankruptcy_nanos=98_800_000_000,
    )
    rule = IocFillable()

    assert rule.closeout(seen._replace(spare_micros=0), NOTHING)[0].limit_nanos == 98_800_000_000
    # 100 of the 1,000 go now: $50 are 50 cents for each.
    some = seen._replace(spare_micros=50 * E6)
    assert rule.closeout(some, NOTHING)[0].limit_nanos == 98_300_000_000
    assert rule.closeout(seen, NOTHING)[0].limit_nanos == 97_300_000_000


@pytest.mark.parametrize(
    ("size_lots", "limit_nanos"),
    [
        pytest.param(100_000, 97_000_000_000, id="long"),
        pytest.param(-100_000, 103_000_000_000, id="short"),
    ],
)
def test_LIGHTER_LIQ_001_at_0_6_of_maintenance_the_zero_price_is_97(
    size_lots: int, limit_nanos: int
) -> None:
    seen = AT_100._replace(
        size_lots=size_lots,
        maintenance_micros=500 * E6,
        position_maintenance_micros=500 * E6,
        equity_micros=300 * E6,
    )

    answer, _ = IocZeroPrice().closeout(seen, NOTHING)

    assert (answer.limit_nanos, answer.fee_floor_nanos) == (limit_nanos, limit_nanos)


@given(
    equity=st.integers(1, 500),
    size=st.sampled_from([100, -100]),
    closed=st.integers(1, 100),
)
def test_LIGHTER_LIQ_002_a_fill_at_the_zero_price_keeps_equity_for_maintenance(
    equity: int, size: int, closed: int
) -> None:
    """Of 100 at 100 with a maintenance of 5 %, so many are closed at the zero price."""
    seen = AT_100._replace(
        size_lots=size * 1_000,
        maintenance_micros=500 * E6,
        position_maintenance_micros=500 * E6,
        equity_micros=equity * E6,
    )
    zero = Fraction(IocZeroPrice().closeout(seen, NOTHING)[0].limit_nanos, E9)

    paid = closed * abs(100 - zero)
    before, after = Fraction(equity, 500), (equity - paid) / (500 - 5 * closed or 1)

    assert closed == 100 or abs(after - before) < Fraction(1, 10**6)
    assert closed < 100 or abs(equity - paid) < Fraction(1, 10**6)


def test_QFEX_LIQ_001_what_was_submitted_decays_with_sixty_seconds() -> None:
    """Of $4,000 allowed $2,500 are sent; after 60 s 2,500 / e = 919.70 of them still count."""
    rule = IocMarkSpread(limit_micros=3_000 * E6)
    seen = CLOSEOUT._replace(bankruptcy_nanos=200 * E9)
    first, memory = rule.closeout(seen, rule.initial())
    at_once, _ = rule.closeout(seen, memory)
    later, _ = rule.closeout(seen._replace(now_ns=seen.now_ns + 60 * NS_PER_SECOND), memory)

    assert (first.lots, at_once.lots) == (10_000, 2_000)
    assert later.lots == 8_321  # (3,000 - 919.698603) / 0.25


def test_VEGA_LIQ_001_280_lots_are_disposed_of_as_100_90_45_45() -> None:
    rule = Network()
    left, slices = 280, []
    while left:
        lots = rule.unwind(UNWIND._replace(size_lots=left, book_lots=10_000)).lots
        slices.append(lots)
        left -= lots

    assert slices == [100, 90, 45, 45]


def test_DRIFT_LIQ_001_the_freeable_share_grows_with_time_and_small_shortages_go_at_once() -> None:
    """$250 are short and all of it must go: a tenth at once, 6/10 after half a minute."""
    rule = Ramp(grace_slots=1_000)
    half = CLOSEOUT._replace(now_ns=CLOSEOUT.started_ns + 30 * NS_PER_SECOND)
    small = CLOSEOUT._replace(maintenance_micros=49 * E6)

    assert rule.closeout(CLOSEOUT, NOTHING)[0].lots == 1_000
    assert rule.closeout(half, NOTHING)[0].lots == 6_000
    # Of what is done, that counts.
    assert (
        rule.closeout(half._replace(size_lots=7_000, filled_lots=3_000), NOTHING)[0].lots == 3_000
    )
    # $49 + 50 - 50 of shortage; a tenth of a share frees 75 cents.
    assert rule.closeout(small, NOTHING)[0].lots == 6_534


def test_DRIFT_LIQ_002_the_discount_grows_by_a_hundredth_of_a_basis_point_a_slot() -> None:
    rule = Ramp(grace_slots=0)
    seen = CLOSEOUT._replace(bankruptcy_nanos=E9, now_ns=CLOSEOUT.started_ns + 40 * NS_PER_SECOND)

    # 100 slots: 1.01 %.
    assert rule.closeout(seen, NOTHING)[0].limit_nanos == 247_475_000_000


def test_BITMEX_ADL_001_winners_rank_by_profit_times_leverage_losers_by_profit_over_it() -> None:
    winner = RESORT._replace(entry_micros=2_000 * E6, equity_micros=250 * E6)
    loser = RESORT._replace(entry_micros=3_000 * E6, equity_micros=250 * E6)

    assert AdlBitmex().weigh(winner) == 25 * E12 // 10  # 25 % × 10
    assert AdlBitmex().weigh(loser) == -(-(-500 * 250 * E12) // (3_000 * 2_500)) - 1  # -16.7 % / 10


def test_BITMEX_ADL_002_a_short_with_the_same_money_won_on_the_same_entry_ranks_the_same() -> None:
    """Sold at 250, marked 200: 20 % won, 2,000 of notional on 400 of equity."""
    short = RESORT._replace(
        size_lots=-10_000, entry_micros=-2_500 * E6, mark_micros=200_000, equity_micros=400 * E6
    )

    assert AdlBitmex().weigh(short) == E12  # 20 % × 5


def test_QFEX_ADL_001_the_least_equity_for_its_maintenance_comes_first() -> None:
    thin = RESORT._replace(equity_micros=100 * E6)

    assert AdlQfex().weigh(thin) > AdlQfex().weigh(RESORT)
    assert AdlQfex().weigh(RESORT._replace(equity_micros=0)) < AdlQfex().weigh(RESORT)


def test_DYDX_ADL_001_the_walk_begins_where_the_draw_says_and_goes_round() -> None:
    ranks = [AdlRandom().weigh(RESORT._replace(nth=n, among=5, draw=13)) for n in range(5)]

    assert sorted(range(5), key=lambda n: -ranks[n]) == [3, 4, 0, 1, 2]


def test_VEGA_LOSS_001_what_was_collected_is_distributed_by_gain() -> None:
    """Gains of 60, 30 and 10; 80 of 100 were collected: 48, 24 and 8 are left."""
    gains = [
        SocialGainProrata().weigh(
            RESORT._replace(size_lots=1, mark_micros=100, entry_micros=100 - gain)
        )
        for gain in (60, 30, 10)
    ]

    lost = proportional(20, gains, gains)

    assert [gain - share for gain, share in zip(gains, lost, strict=True)] == [48, 24, 8]


def test_LIGHTER_ADL_001_without_a_backstop_the_last_resort_acts_before_bankruptcy() -> None:
    rule = NoBackstop()

    assert rule.resorts(BACKSTOP)
    assert not rule.takes_over(BACKSTOP)
    assert not rule.resorts(BACKSTOP._replace(equity_micros=1_100 * E6))


def test_QFEX_LIQ_002_providers_are_asked_at_the_close_out_margin_not_before() -> None:
    seen = BACKSTOP._replace(maintenance_micros=3 * E6)

    assert Providers().due(seen._replace(equity_micros=2 * E6))
    assert not Providers().due(seen._replace(equity_micros=2 * E6 + 1))


AMOUNTS = st.lists(
    st.tuples(st.integers(0, 10**12), st.integers(0, 10**15)), min_size=1, max_size=8
)


@given(total=st.integers(0, 10**15), sides=AMOUNTS)
def test_shares_add_up_to_the_last_micro_dollar_within_what_each_can_bear(
    total: int, sides: list[tuple[int, int]]
) -> None:
    weights, capacities = [weight for weight, _ in sides], [most for _, most in sides]

    shares = proportional(total, weights, capacities)

    bearable = sum(most for weight, most in sides if weight)
    assert sum(shares) == min(total, bearable)
    assert all(0 <= share <= most for share, most in zip(shares, capacities, strict=True))
    assert all(weight or not share for share, weight in zip(shares, weights, strict=True))


@given(total=st.integers(1, 10**15), sides=AMOUNTS)
def test_who_is_not_full_pays_in_proportion_to_weight(
    total: int, sides: list[tuple[int, int]]
) -> None:
    weights, capacities = [weight for weight, _ in sides], [most for _, most in sides]

    shares = proportional(total, weights, capacities)

    free = [n for n in range(len(sides)) if weights[n] and shares[n] < capacities[n]]
    for one in free:
        for other in free:
            # Each is off by less than one from its exact share.
            assert (
                abs(shares[one] * weights[other] - shares[other] * weights[one])
                <= max(weights[one], weights[other]) * 2
            )
