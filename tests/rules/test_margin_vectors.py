"""Worked numbers of margin, limits and fees, under permanent ids."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from venue.core.fixed import E18, pow_e18
from venue.core.listing import Fees, Tier
from venue.core.margin_tiers import MarginTiers, ladders_fault
from venue.core.phases import Closure, Pricing, Session
from venue.core.policies import CrowdInputs, LadderInputs, Rung, Terms, TermsInputs
from venue.core.units import E4, E6
from venue.rules.build import build, fault, ref
from venue.rules.examples import FEES, LADDER, OPENING
from venue.rules.fees.growth import Growth
from venue.rules.fees.maker_taker_skew import MakerTakerSkew
from venue.rules.fees.volume_tiers import VolumeTiers
from venue.rules.margin.flat import Flat
from venue.rules.margin.levels import Levels
from venue.rules.margin.oi_scaled import OiScaled
from venue.rules.margin.shock import Shock, loss_of_move_e18
from venue.rules.margin.tiers import Tiers
from venue.rules.rulebooks import spec
from venue.rules.rulebooks.hip3 import SIZES
from venue.rules.table import RuleFault
from venue.rules.terms.by_session import BySession
from venue.rules.terms.rows import Rows, row

TEN = LadderInputs((Tier(0, 10),))
EXTERNAL, INTERNAL = Pricing.EXTERNAL, Pricing.INTERNAL


def _percent(fraction_e18: int) -> float:
    return round(100 * fraction_e18 / E18, 2)


def test_HL_MARGIN_001_two_hundred_million_of_btc_maintain_three_and_an_eighth() -> None:
    btc = (Tier(0, 40), Tier(150_000_000 * E6, 20))

    ladders = MarginTiers.by(Tiers(), btc)

    assert ladders.maintenance_e4(200_000_000 * E6) == 3_125_000 * E6 * E4
    assert ladders.maintenance_e4(-200_000_000 * E6) == 3_125_000 * E6 * E4


def test_HL_MARGIN_002_a_tenth_of_position_value_stays_on_transfers() -> None:
    assert Tiers().transfer_e4 == 1_000


@given(st.integers(0, 10**15), st.integers(1, 20))
def test_HL_MARGIN_003_tiers_by_the_rule_are_the_tiers_there_always_were(
    notional: int, leverage: int
) -> None:
    by_rule, before = MarginTiers.by(Tiers(), LADDER.tiers), MarginTiers.of(LADDER.tiers)

    assert by_rule == before
    assert by_rule.initial_micros(notional, leverage) == max(
        -(-notional // leverage), -(-2 * before.maintenance_e4(notional) // E4)
    )


@pytest.mark.parametrize(
    ("initial_e4", "maintenance_e4", "leverage_max"),
    [(500, 300, 20), (1_000, 500, 10), (2_000, 1_000, 5)],
)
def test_DYDX_MARGIN_001_three_classes_of_flat_margin(
    initial_e4: int, maintenance_e4: int, leverage_max: int
) -> None:
    ladders = MarginTiers.by(
        Flat(initial_e4=initial_e4, maintenance_e4=maintenance_e4), LADDER.tiers
    )

    assert ladders.leverage_max == leverage_max
    assert ladders.initial_micros(1_000_000, 100) == 100 * initial_e4
    assert ladders.maintenance_e4(-1_000_000) == 1_000_000 * maintenance_e4


def test_DYDX_MARGIN_002_halfway_between_the_bounds_five_percent_become_52_5() -> None:
    rule = OiScaled(initial_e4=500, lower_micros=10 * E6, upper_micros=30 * E6)

    assert rule.crowded_e4(CrowdInputs(20 * E6)) == 5_250
    assert rule.crowded_e4(CrowdInputs(10 * E6)) == 0  # The base, which the ladder has.
    assert rule.crowded_e4(CrowdInputs(30 * E6)) == E4
    assert rule.crowded_e4(CrowdInputs(31 * E6)) == E4


@given(st.integers(0, 60_000_000 * E6), st.integers(0, 60_000_000 * E6))
def test_DYDX_MARGIN_003_more_open_interest_never_asks_less(one: int, other: int) -> None:
    rule = OiScaled()
    less, more = sorted((one, other))

    assert rule.crowded_e4(CrowdInputs(less)) <= rule.crowded_e4(CrowdInputs(more)) <= E4


@pytest.mark.parametrize(
    ("power", "long", "short"),
    [
        pytest.param((0, 1), 0.0, 0.0, id="constant"),
        pytest.param((1, 2), 5.13, 4.88, id="root"),
        pytest.param((1, 1), 10.0, 10.0, id="ordinary"),
        pytest.param((2, 1), 19.0, 21.0, id="square"),
    ],
)
def test_POWER_MARGIN_001_what_a_move_of_ten_percent_costs(
    power: tuple[int, int], long: float, short: float
) -> None:
    assert _percent(loss_of_move_e18("long", 10, *power)) == long
    assert _percent(loss_of_move_e18("short", 10, *power)) == short


def test_POWER_MARGIN_002_initial_margin_is_the_shock_rounded_up() -> None:
    root = Shock(power_n=1, power_d=2).ladders(TEN)
    square = Shock(power_n=2).ladders(TEN)

    assert (root.long[0].initial_e4, root.short[0].initial_e4) == (514, 489)
    assert (square.long[0].initial_e4, square.short[0].initial_e4) == (1_900, 2_100)


def test_POWER_MARGIN_003_the_square_of_a_gap_of_thirty_percent_costs_its_short_69() -> None:
    loss_e18 = pow_e18(13, 10, 2, 1) - E18
    kept_e4 = Shock(power_n=2).ladders(TEN).short[0].maintenance_e4

    assert _percent(loss_e18) == 69.0
    assert (
        loss_e18 * E4 > kept_e4 * E18
    )  # Far more than it keeps: half of ten percent is its shock.


def test_POWER_MARGIN_004_maintenance_is_half_the_move() -> None:
    square = Shock(power_n=2).ladders(TEN)

    assert (square.long[0].maintenance_e4, square.short[0].maintenance_e4) == (975, 1_025)


def test_POWER_MARGIN_005_below_a_half_a_floor_stands_for_the_basis() -> None:
    constant = Shock(power_n=0).ladders(TEN)

    assert constant.long == constant.short == (Rung(0, 500, 250),)
    assert constant.leverage_max == 20


def test_POWER_MARGIN_006_the_first_power_is_the_ordinary_ladder() -> None:
    assert Shock(power_n=1).ladders(LADDER) == Tiers().ladders(LADDER)


@given(
    st.integers(0, 400), st.integers(1, 100), st.sets(st.integers(1, 100), min_size=1, max_size=5)
)
def test_POWER_MARGIN_007_every_power_gives_ladders_that_fit(
    n: int, d: int, leverages: set[int]
) -> None:
    tiers = tuple(Tier(k * E6, top) for k, top in enumerate(sorted(leverages, reverse=True)))
    if n > 4 * d:
        with pytest.raises(ValueError, match="from 0 to 4"):
            Shock(power_n=n, power_d=d)
        return

    told = Shock(power_n=n, power_d=d).ladders(LadderInputs(tiers))

    assert ladders_fault(told) is None


def test_VEGA_MARGIN_001_initial_is_1_2_and_release_1_3_of_maintenance() -> None:
    ladders = MarginTiers.by(Levels(), TEN.tiers)

    assert ladders.maintenance_e4(1_000 * E6) == 1_000 * E6 * 500
    assert ladders.initial_micros(1_000 * E6, 100) == 60 * E6  # 1.2 × 5 %
    assert Levels().release_e4 == 13_000


# Terms by session.


def _terms(rule: Rows | BySession, session: Session, closure: Closure, pricing: Pricing) -> Terms:
    return rule.terms(TermsInputs(session, closure, pricing))


NOON = (Session.REGULAR, Closure.NONE, EXTERNAL)
WEEKNIGHT = (Session.NO_TRADING, Closure.OVERNIGHT, INTERNAL)
SATURDAY = (Session.NO_TRADING, Closure.WEEKEND, INTERNAL)
SILENT = (Session.REGULAR, Closure.NONE, INTERNAL)
HALTED = (Session.REGULAR, Closure.HALT, EXTERNAL)


def test_QFEX_LIMITS_001_half_overnight_and_a_tenth_at_weekends() -> None:
    qfex = Rows(overnight="position_e4=5000", weekend="position_e4=1000")

    told = [_terms(qfex, *when).position_e4 for when in (NOON, WEEKNIGHT, SATURDAY)]

    assert told == [10_000, 5_000, 1_000]


def test_DEVNET_LIMITS_001_position_limits_leverage_and_throttles_of_the_five_classes() -> None:
    devnet = Rows(
        open="band_e4=1000 closeout_micros_per_second=100000000000",
        overnight="band_e4=700 position_e4=5000 "
        "closeout_micros_per_second=50000000000 funding_e4=0",
        weekend="band_e4=500 position_e4=1000 leverage_max=2 "
        "closeout_micros_per_second=10000000000 funding_e4=0",
        disrupted="band_e4=500 reduce_only=true closeout_micros_per_second=10000000000",
        halted="band_e4=200 reduce_only=true",
    )

    told = [_terms(devnet, *when) for when in (NOON, WEEKNIGHT, SATURDAY, SILENT, HALTED)]

    assert [terms.band_e4 for terms in told] == [1_000, 700, 500, 500, 200]
    assert [terms.position_e4 for terms in told][:3] == [10_000, 5_000, 1_000]
    assert [terms.reduce_only for terms in told] == [False, False, False, True, True]
    assert [terms.leverage_max for terms in told] == [None, None, 2, None, None]
    assert [terms.closeout_micros_per_second for terms in told][:3] == [
        100_000 * E6,
        50_000 * E6,
        10_000 * E6,
    ]


def test_ROWS_001_a_class_without_a_row_follows_the_one_before_it() -> None:
    rule = Rows(open="band_e4=1000", overnight="band_e4=700")

    told = [
        _terms(rule, *when).band_e4
        for when in (
            NOON,
            (Session.PRE_MARKET, Closure.OVERNIGHT, EXTERNAL),
            WEEKNIGHT,
            SATURDAY,
            SILENT,
            HALTED,
        )
    ]

    assert told == [1_000, 1_000, 700, 700, 700, 700]


def test_ROWS_002_silence_is_no_disruption_where_the_rule_says_so() -> None:
    rule = Rows(open="band_e4=1000", disrupted="band_e4=100", silent_is_disrupted=False)

    assert _terms(rule, *SILENT).band_e4 == 1_000


def test_ROWS_003_a_closing_session_has_terms_of_its_own() -> None:
    rule = Rows(
        open="closing_lead_ns=900000000000", closing="leverage_max=10 forced_leverage_max=10"
    )
    noon = TermsInputs(*NOON)

    assert rule.terms(noon).closing_lead_ns == 900 * 10**9
    assert rule.terms(noon._replace(is_closing=True)).forced_leverage_max == 10


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("leverage=2", "no term is named 'leverage': expected one of band_e4"),
        ("leverage_max", "expected name=value, found 'leverage_max'"),
        ("leverage_max=0", "leverage_max cannot be 0"),
        ("market_orders=1", "market_orders cannot be 1"),
        ("position_e4=none", "position_e4 cannot be none"),
        ("position_e4=1 position_e4=2", "position_e4 is written twice"),
        ("leverage_max=10L:20,20L:10,5", "expected steps such as 20L:5,10L:2,1, found '10L:20"),
        ("leverage_max=xL:20,5", "expected steps such as 20L:5,10L:2,1, found 'xL:20,5'"),
        ("leverage_max=20L:101,5", "leverage_max cannot be 101"),
        ("margin_mode=cross", "margin_mode cannot be cross"),
        ("word=2 band_e4=1", "no term is named 'word'"),
    ],
)
def test_ROWS_004_a_row_that_cannot_be_read_is_refused_with_a_sentence(
    text: str, sentence: str
) -> None:
    with pytest.raises(RuleFault, match="weekend: ") as refusal:
        ref("terms", "rows", weekend=text)

    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("leverage", "market_millions"),
    [(50, 15), (25, 15), (24, 5), (20, 5), (19, 2), (10, 2), (9, 0.5), (3, 0.5)],
)
def test_HL_SIZES_001_the_largest_orders_go_by_the_market_s_leverage(
    leverage: int, market_millions: float
) -> None:
    """15 M from 25x on, 5 M from 20x, 2 M from 10x, else 0.5 M; a limit order ten times as much."""
    terms = row(SIZES, leverage)

    assert terms.market_order_micros_max == market_millions * 1_000_000 * E6
    assert terms.order_micros_max == 10 * market_millions * 1_000_000 * E6


# Fees.


@pytest.mark.parametrize(
    ("dollars", "expected"),
    [
        (0, Fees(150, 450)),
        (4_999_999, Fees(150, 450)),
        (5_000_000, Fees(120, 400)),
        (7_000_000_000, Fees(0, 240)),
    ],
)
def test_HL_FEES_001_volume_takes_the_taker_fee_from_0_045_to_0_024_percent(
    dollars: int, expected: Fees
) -> None:
    assert VolumeTiers().rates(FEES._replace(volume_micros=dollars * E6)) == expected


@pytest.mark.parametrize(("share_e4", "rebate_e6"), [(50, 0), (51, -10), (151, -20), (301, -30)])
def test_HL_FEES_002_a_maker_with_a_share_of_the_market_is_paid(
    share_e4: int, rebate_e6: int
) -> None:
    seen = FEES._replace(
        volume_micros=10**9 * E6, maker_micros=share_e4 * E6, venue_micros=10_000 * E6
    )

    assert VolumeTiers().rates(seen).maker_e6 == rebate_e6


def test_HIP3_FEES_001_a_deployers_share_doubles_the_fee_at_one_and_six_times_it_at_three() -> None:
    told = [
        Growth(left_e4=E4, deployer_e4=share).rates(FEES).taker_e6
        for share in (0, 5_000, E4, 3 * E4)
    ]

    assert told == [450, 675, 900, 2_700]


def test_HIP3_FEES_002_growth_mode_leaves_a_tenth_of_fees_rebates_and_credit() -> None:
    rich = FEES._replace(volume_micros=10**10 * E6, maker_micros=E6, venue_micros=E6)
    rule = VolumeTiers(left_e4=1_000)

    assert rule.rates(FEES) == Fees(15, 45)
    assert rule.rates(rich) == Fees(-3, 24)
    assert rule.credit_e4 == 1_000


@given(st.integers(0, 10**16), st.integers(0, 10**16), st.integers(0, 10**17))
def test_HL_FEES_003_nobody_pays_more_than_a_new_account(
    taken: int, made: int, others: int
) -> None:
    for rule in (VolumeTiers(), VolumeTiers(deployer_e4=5_000, left_e4=1_000)):
        fees = rule.rates(
            FEES._replace(volume_micros=taken + made, maker_micros=made, venue_micros=made + others)
        )
        new = rule.rates(FEES)

        assert fees.taker_e6 <= new.taker_e6
        assert fees.maker_e6 <= new.maker_e6
        assert fees.maker_e6 + fees.taker_e6 >= 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, 1_000 * 150 + 1_500 * 450, id="balances 1,000 and tips it over by 1,500"),
        pytest.param({"skew_micros": 5_000 * E6}, 2_500 * 150, id="all of it balances"),
        pytest.param({"skew_micros": -1_000 * E6}, 2_500 * 450, id="adds to the skew"),
        pytest.param({"skew_micros": 0}, 2_500 * 450, id="no skew"),
        pytest.param({"leverage_e4": 21 * E4}, 2_500 * 450, id="too much leverage"),
        pytest.param(
            {"notional_micros": 2_500 * E6, "skew_micros": -5_000 * E6}, 2_500 * 150, id="mirrored"
        ),
    ],
)
def test_OSTIUM_FEES_001_what_reduces_the_skew_pays_the_makers_fee(
    changes: dict[str, Any], expected: int
) -> None:
    assert MakerTakerSkew().opening_micros(OPENING._replace(**changes)) == expected


@pytest.mark.parametrize(
    ("kind", "name", "parameters", "sentence"),
    [
        ("margin", "flat", {"maintenance_e4": 501}, "maintenance_e4 must be at most initial_e4"),
        ("margin", "oi_scaled", {"lower_micros": 10**14}, "lower_micros must be less"),
        ("margin", "shock", {"power_n": 9, "power_d": 2}, "from 0 to 4"),
        ("margin", "levels", {"release_e4": 11_000}, "release_e4 must be at least"),
        ("fees", "volume_tiers", {"tiers": "5/400"}, "expected rows dollars/taker/maker"),
        ("fees", "volume_tiers", {"tiers": "5/400/120 4/300/100"}, "must rise"),
        ("fees", "volume_tiers", {"tiers": "5/400/120 6/500/100"}, "fees must fall"),
        ("fees", "volume_tiers", {"rebates": "50/241"}, "at most the lowest taker fee"),
    ],
)
def test_parameters_that_do_not_fit_are_refused_with_a_sentence(
    kind: str, name: str, parameters: dict[str, int | str | bool | None], sentence: str
) -> None:
    with pytest.raises(RuleFault, match="rule") as refusal:
        ref(kind, name, **parameters)

    assert sentence in str(refusal.value)


def test_a_listing_without_margin_and_fees_has_what_there_always_was() -> None:
    listing = spec("TSLA")
    bare = replace(
        listing, rules=tuple(r for r in listing.rules if r.kind not in ("margin", "fees"))
    )

    assert fault(bare) is None
    assert build(bare).margin == Tiers()
    assert build(bare).fees.rates(FEES) == FEES.listed
