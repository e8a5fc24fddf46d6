"""Vaults and fair marks over the wire: asked, answered, told; and the door's refusals."""

from typing import Any

import pytest

from tests.gateway.harness import House
from venue.config import MarketSettings
from venue.core.commands import ListMarket
from venue.core.units import NS_PER_SECOND
from venue.listings import listing as listed

SQUARE = "TSLA-P2"


@pytest.fixture
def squared(house: House) -> House:
    """A house where the square of TSLA is listed too, 100 at 250, with vaults of shares."""
    spec = listed(
        MarketSettings(
            market=SQUARE,
            underlying="TSLA",
            power="2",
            rulebook="naive_print",
            rules={
                "contract": {"vault": "index", "vault_dust_micros": 0},
                "funding": {"rule": "mark_minus_index", "period_ns": 420 * 3_600 * NS_PER_SECOND},
            },
        )
    )
    house.venue.run(ListMarket(spec))
    house.price(250)
    return house


def told(notes: list[Any], what: str) -> list[Any]:
    return [note for note in notes if note.get("type") == "vault" and note["what"] == what]


def test_a_vault_is_filled_used_shown_and_liquidated(squared: House) -> None:
    ann = squared.bot("ann")
    ann.ask("private/subscribe_account")
    filled = ann.ask("private/move_collateral", market=SQUARE, units="6")
    minted = ann.ask("private/mint", market=SQUARE, size="10")
    shown = ann.ask("private/get_vaults")["result"]["vaults"]
    squared.price(251)
    after = ann.ask("private/get_vaults")["result"]["vaults"]
    burned = ann.ask("private/burn", market=SQUARE, size="1.000")
    notes = [heard["data"] for heard in ann.hear()]

    assert filled["result"]["units"] == "6.000000000"
    assert (minted["result"]["size"], minted["result"]["realised"]) == ("10.000", "0.000000")
    assert shown == [
        {
            "market": SQUARE,
            "collateral": "index",
            "cash": "0.000000",
            "units": "6.000000000",
            "value": "1500.000000",
            "minted": "10.000",
            "debt": "1000.000000",
            "ratio_min": "1.500000000000",
            "ratio": "1.500000000000",
            "liquidation_price": "250.000000001",
        }
    ]
    assert after[0]["minted"] == "5.000"
    assert float(after[0]["ratio"]) > 1.5
    assert burned["result"]["size"] == "-1.000"
    assert [note["units"] for note in told(notes, "collateral")] == ["6.000000000"]
    assert [note["size"] for note in told(notes, "minted")] == ["10.000", "-1.000"]
    assert [note["size"] for note in told(notes, "liquidated")] == ["5.000"]
    assert told(notes, "opened")


@pytest.mark.parametrize(
    ("method", "params", "why"),
    [
        ("private/mint", {"market": SQUARE, "size": "1"}, "collateral_too_low"),
        ("private/mint", {"market": "TSLA", "size": "1"}, "no_vaults_here"),
        ("private/mint", {"market": SQUARE, "size": "0.0001"}, "size_off_lot"),
        ("private/burn", {"market": SQUARE, "size": "1"}, "not_so_much_minted"),
        ("private/move_collateral", {"market": SQUARE, "cash": "5"}, "other_collateral"),
        ("private/move_collateral", {"market": SQUARE}, "amount_not_positive"),
        ("public/get_fair_mark", {"market": SQUARE, "sigma": "101"}, "bad_value"),
        ("public/get_fair_mark", {"market": SQUARE, "sigma": "much"}, "number_unreadable"),
        ("public/get_fair_mark", {"market": "NONE"}, "unknown_market"),
    ],
)
def test_what_is_refused_has_a_name(
    squared: House, method: str, params: dict[str, str], why: str
) -> None:
    answer = squared.bot("ann").ask(method, **params)

    assert answer["error"]["data"]["reason"] == why


def test_the_fair_mark_of_a_square_stands_beside_the_mark(squared: House) -> None:
    bot = squared.bot()

    said = bot.ask("public/get_fair_mark", market=SQUARE, sigma="0.6")["result"]
    unmeasured = bot.ask("public/get_fair_mark", market=SQUARE)["result"]
    for price in (252, 249, 253, 250):
        squared.price(price, seconds=64)
    measured = bot.ask("public/get_fair_mark", market=SQUARE)["result"]

    assert said["power"] == "2/1"
    assert said["index"] == said["mark"] == "100.000000000"
    assert said["fair_mark"] == "101.760560926"
    assert "fair_mark" not in unmeasured
    assert measured["sigma"] == measured["sigma_measured"]
    assert float(measured["sigma"]) > 1


def test_a_plain_market_is_fair_at_its_index(squared: House) -> None:
    said = squared.bot().ask("public/get_fair_mark", market="TSLA", sigma="0.6")["result"]

    assert said["power"] == "1/1"
    assert "fair_mark" not in said  # Its funding has no period over which it pays the difference.
