"""The markets that ship stay within what the margin sweep can hold."""

import pytest

from venue.core.listing import MarketSpec
from venue.core.margin_tiers import MarginTiers
from venue.core.units import E4, E6
from venue.rules.rulebooks.listings import LISTINGS

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
