"""What the door shows of a pool; how a provider pays in; and that such a market shows no book."""

from collections.abc import Iterator

import pytest

from tests.gateway.harness import House
from venue.core.commands import PassTime
from venue.core.units import NS_PER_HOUR


@pytest.fixture
def pooled() -> Iterator[House]:
    """A house whose market trades with a pool, of which ann has 50,000 shares."""
    house = House(rulebook="ostium")
    house.bot("ann").get("private/deposit_to_pool", market="TSLA", amount="50000")
    for _ in range(48):  # A day's notice, and an epoch's end; nobody prints meanwhile.
        house.venue.at_ns += NS_PER_HOUR
        house.venue.run(PassTime())
    house.price(250)
    yield house
    for schema, message in house.spoken:
        assert schema
        assert message


def test_everybody_sees_what_a_pool_is_worth(pooled: House) -> None:
    bob = pooled.bot("bob")
    bob.get("private/place_order", market="TSLA", side="buy", size="10", time_in_force="ioc")
    pooled.price(251)

    pool = bob.get("public/get_pool", market="TSLA")

    spread = 10 * 0.05
    fee = 2500.5 * 0.001 * 0.7
    assert float(pool["money"]) == pytest.approx(50_000 + fee, abs=0.01)
    assert float(pool["traders_profit"]) == pytest.approx(10 - spread)
    assert float(pool["value"]) == pytest.approx(float(pool["money"]) - 10 + spread)
    assert pool["shares"] == "50000.000000"
    assert float(pool["share_price"]) == pytest.approx(float(pool["value"]) / 50_000, abs=1e-6)
    assert (pool["long_size"], pool["short_size"]) == ("10.000", "0.000")


def test_a_provider_sees_its_shares_its_profit_and_what_waits(pooled: House) -> None:
    ann = pooled.bot("ann")
    asked = ann.get("private/withdraw_from_pool", market="TSLA", shares="20000")

    mine = ann.get("private/get_pool_shares", market="TSLA")["pool"]

    assert (mine["shares"], mine["leaving"]) == ("50000.000000", "20000.000000")
    assert (mine["value"], mine["paid_in"], mine["profit"]) == (
        "50000.000000",
        "50000.000000",
        "0.000000",
    )
    assert [each["request_id"] for each in mine["requests"]] == [asked["request_id"]]


def test_a_provider_is_told_what_became_of_its_request(pooled: House) -> None:
    ann = pooled.bot("ann")
    ann.get("private/subscribe_account", **{"from": 1})

    pooled.settle()

    told = [message["data"] for message in ann.hear() if message["data"]["type"] == "pool"]

    assert [note["what"] for note in told] == ["requested", "paid_in"]
    assert (told[1]["amount"], told[1]["shares"]) == ("50000.000000", "50000.000000")


def test_orders_that_wait_for_the_oracle_stand_in_no_public_book(pooled: House) -> None:
    ann, bob = pooled.bot("ann"), pooled.bot("bob")
    ann.get("public/subscribe", channels=["book.TSLA.raw"])
    order = bob.get("private/place_order", market="TSLA", side="buy", size="10", price="240")

    shown = ann.get("public/get_book", market="TSLA")

    assert order["order"]["status"] == "open"
    assert (shown["bids"], shown["asks"]) == ([], [])


def test_a_depositor_sees_what_its_part_of_the_liquidator_vault_is_worth_and_till_when_locked() -> (
    None
):
    house = House(rulebook="hyperliquid")
    ann = house.bot("ann")
    ann.get("private/subscribe_account", **{"from": 1})
    paid = ann.get("private/deposit_to_pool", market="TSLA", amount="5000")

    vault = house.bot("bob").get("public/get_pool", market="TSLA")
    mine = ann.get("private/get_pool_shares", market="TSLA")["pool"]
    why = ann.refused("private/withdraw_from_pool", market="TSLA", shares="1")
    told = [each["data"] for each in ann.hear() if each["data"]["type"] == "pool"]

    assert (paid["market"], paid["request_id"]) == ("TSLA", 1)
    assert (vault["kind"], vault["value"], vault["shares"]) == (
        "vault",
        "5000.000000",
        "5000.000000",
    )
    assert (mine["shares"], mine["value"], mine["profit"]) == (
        "5000.000000",
        "5000.000000",
        "0.000000",
    )
    assert mine["locked_until_ms"] - paid["time_ms"] == 4 * 24 * 3_600_000
    assert why == "shares_locked"
    assert [(note["what"], note["market"]) for note in told] == [("requested", ""), ("paid_in", "")]


def test_a_market_without_a_pool_says_so(house: House) -> None:
    ann = house.bot("ann")

    for method in ("public/get_pool", "private/get_pool_shares"):
        assert ann.refused(method, market="TSLA") == "no_pool_here"
