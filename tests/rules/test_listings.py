"""The markets that ship stay within what the margin sweep can hold."""

import re

import pytest

from venue.config import ConfigError, MarketSettings, RuleSettings
from venue.core.listing import MarketSpec
from venue.core.margin_tiers import MarginTiers
from venue.core.units import E4, E6
from venue.listings import listing as listed
from venue.rules.build import build
from venue.rules.rulebooks.listings import LISTINGS, powered

MARKETS = [pytest.param(listing, id=name) for name, listing in LISTINGS.items()]


def _reach_micros(listing: MarketSpec) -> int:
    price_max_nanos = listing.limits.price_max_ticks * listing.units.tick_nanos
    return listing.limits.position_lots_max * listing.units.micros_per_lot(price_max_nanos)


def test_all_markets_together_stay_within_the_admission_limit_with_room_for_more() -> None:
    together = sum(_reach_micros(listing) for listing in LISTINGS.values())

    assert together <= 2**62 // E4 // 2


@pytest.mark.parametrize("listing", MARKETS)
def test_units_are_exact_and_limits_nest(listing: MarketSpec) -> None:
    limits = listing.limits

    assert listing.units.fault() is None
    assert limits.order_lots_max <= limits.position_lots_max <= limits.open_interest_lots_max
    assert listing.units.tick_lot_micros >= 1


@pytest.mark.parametrize("listing", MARKETS)
def test_a_tenth_of_the_position_limit_still_holds_an_order_of_ten_dollars(
    listing: MarketSpec,
) -> None:
    cheapest_nanos = listing.limits.price_max_ticks * listing.units.tick_nanos // 1_000
    weekend_lots = listing.limits.position_lots_max // 10

    assert weekend_lots * listing.units.micros_per_lot(cheapest_nanos) > 10 * E6


@pytest.mark.parametrize("listing", MARKETS)
def test_half_the_initial_margin_is_a_whole_number_in_every_tier(listing: MarketSpec) -> None:
    for tier in listing.tiers:
        assert E4 % (2 * tier.leverage_max) == 0
    assert MarginTiers.of(listing.tiers).leverage_max == listing.tiers[0].leverage_max


@pytest.mark.parametrize(
    ("power", "fraction", "calendar"),
    [
        pytest.param("2", (2, 1), "us_equity", id="square"),
        pytest.param("0.5", (1, 2), "us_equity", id="root"),
        pytest.param("1/3", (1, 3), "us_equity", id="fraction"),
        pytest.param("0", (0, 1), "us_equity", id="constant"),
    ],
)
def test_a_power_of_a_share_can_be_listed_from_settings(
    power: str, fraction: tuple[int, int], calendar: str
) -> None:
    spec = listed(MarketSettings(market="TSLA-P", underlying="TSLA", power=power))
    rules = {rule.kind: rule for rule in spec.rules}

    assert (spec.market, spec.underlying, spec.calendar) == ("TSLA-P", "TSLA", calendar)
    for kind, name in (("contract", "power"), ("margin", "shock")):
        found = rules[kind]
        assert (found.name, found.parameters["power_n"], found.parameters["power_d"]) == (
            name,
            *fraction,
        )


def test_a_listed_power_may_have_vaults() -> None:
    rules: dict[str, RuleSettings] = {"contract": {"vault": "index"}, "funding": "in_kind"}

    spec = listed(MarketSettings(market="TSLA-P2", underlying="TSLA", power="2", rules=rules))

    terms = build(spec).contract.vaults
    assert terms is not None
    assert (terms.collateral, terms.ratio_e4) == ("index", 15_000)


@pytest.mark.parametrize(
    ("power", "sentence"),
    [
        ("two", "power: expected a number such as 2, 0.5 or 1/3, found 'two'"),
        ("1/0", "expected a number"),
        ("5", "from 0 to 4"),
        ("-1", "power_n must be a whole number from 0 to 400"),
        ("0.123", "power_d must be a whole number from 1 to 100"),
    ],
)
def test_a_power_that_cannot_be_is_refused_with_a_sentence(power: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        listed(MarketSettings(market="TSLA-P", underlying="TSLA", power=power))


def test_five_powers_fit_beside_the_markets_that_ship() -> None:
    powers = [powered(f"TSLA-P{n}", "TSLA") for n in range(5)]

    together = sum(_reach_micros(each) for each in (*LISTINGS.values(), *powers))

    assert together <= 2**62 // E4
