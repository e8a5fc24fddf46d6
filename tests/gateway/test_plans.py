"""What waits and what makers owe, through the door: answers, private notices, questions."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from tests.gateway import harness
from tests.gateway.conftest import check
from tests.gateway.harness import ANN, FREE, Bot, House
from venue.core.commands import PassTime
from venue.core.listing import MarketSpec, RuleRef
from venue.core.units import NS_PER_SECOND
from venue.rules.build import ref
from venue.rules.rulebooks import spec

RULES = (
    ref("orders", "speed_bump"),
    ref("makers", "sla", epoch_ns=60 * NS_PER_SECOND, range_e4=200, notional_micros_min=1),
)


def ruled(market: str, rulebook: str = "venue_default") -> MarketSpec:
    listed = spec(market, rulebook)
    ours: dict[str, RuleRef] = {rule.kind: rule for rule in RULES}
    return replace(listed, rules=tuple(ours.get(rule.kind, rule) for rule in listed.rules))


@pytest.fixture
def bumpy(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house whose markets have a speed bump and makers."""
    monkeypatch.setattr(harness, "spec", ruled)
    house = House(FREE)
    yield house
    for schema, message in house.spoken:
        check(schema, message)


def pass_seconds(house: House, seconds: float) -> None:
    house.venue.at_ns += int(seconds * NS_PER_SECOND)
    house.venue.run(PassTime())
    house.settle()


def heard(bot: Bot, kind: str) -> list[Any]:
    """Return the private notices of a kind since the last look."""
    return [each["data"] for each in bot.hear() if each["data"].get("type") == kind]


def test_a_taking_order_is_answered_waiting_and_told_when_it_stands(bumpy: House) -> None:
    ann, bob = bumpy.bot("ann"), bumpy.bot("bob")
    bob.get("private/place_order", market="TSLA", side="sell", size="1", price="250")
    ann.get("private/subscribe_account")
    order = {"market": "TSLA", "side": "buy", "size": "1", "price": "250"}

    first = ann.get("private/place_order", **order, client_order_id="a")
    again = ann.get("private/place_order", **order, client_order_id="a")
    listed = ann.get("private/get_orders")["plans"]
    pass_seconds(bumpy, 0.05)

    assert (first["order"]["status"], first["order"]["remaining"]) == ("waiting", "1.000")
    assert (again["order"]["status"], again["duplicate"]) == ("waiting", True)
    assert [(plan["kind"], plan["order_id"]) for plan in listed] == [
        ("delayed", first["order"]["order_id"])
    ]
    notes = [each["data"] for each in ann.hear()]
    kinds = [(note["type"], note.get("what")) for note in notes]
    assert kinds == [
        ("plan", "placed"),
        ("plan", "released"),
        ("order", "accepted"),
        ("fill", None),
    ]
    assert ann.get("private/get_orders").get("plans", []) == []


def test_what_waits_is_cancelled_like_an_order(bumpy: House) -> None:
    ann, bob = bumpy.bot("ann"), bumpy.bot("bob")
    bob.get("private/place_order", market="TSLA", side="sell", size="1", price="250")
    placed = ann.get("private/place_order", market="TSLA", side="buy", size="1", price="250")
    order_id = placed["order"]["order_id"]
    ann.get("private/subscribe_account")

    gone = ann.get("private/cancel_order", order_id=order_id)

    assert (gone["order"]["status"], gone["order"]["cause"]) == ("cancelled", "asked")
    (ended,) = heard(ann, "plan")
    assert (ended["what"], ended["plan"]["remaining"]) == ("ended", "1.000")


def test_a_twap_tells_of_every_turn(house: House) -> None:
    ann, bob = house.bot("ann"), house.bot("bob")
    bob.get("private/place_order", market="TSLA", side="sell", size="20", price="250")
    ann.get("private/subscribe_account")
    twap = {"market": "TSLA", "side": "buy", "size": "11", "duration_ms": 300_000}

    placed = ann.get("private/place_twap", **twap, client_order_id="slow")
    pass_seconds(house, 30)
    again = ann.get("private/place_twap", **twap, client_order_id="slow")
    (listed,) = ann.get("private/get_orders")["plans"]
    gone = ann.get("private/cancel_order", client_order_id="slow")

    plan = placed["plan"]
    assert (plan["status"], plan["filled"], plan["suborders"]) == ("waiting", "1.000", 11)
    assert (again["duplicate"], again["plan"]["filled"]) == (True, "2.000")
    assert (listed["turns"], listed["average_price"]) == (2, "250.000000000")
    assert gone["order"]["remaining"] == "9.000"
    assert [note["what"] for note in heard(ann, "plan")] == ["placed", "turn", "turn", "ended"]


def test_a_scale_is_answered_with_all_its_orders(house: House) -> None:
    ann = house.bot("ann")
    scale = {
        "market": "TSLA", "side": "buy", "size": "9", "from_price": "240", "to_price": "249",
        "orders": 4, "last_percent": 200, "client_order_id": "grid",
    }  # fmt: skip

    placed = ann.get("private/place_scale", **scale)
    again = ann.get("private/place_scale", **scale)

    assert [(order["price"], order["size"]) for order in placed["orders"]] == [
        ("240.00", "1.500"),
        ("243.00", "2.000"),
        ("246.00", "2.500"),
        ("249.00", "3.000"),
    ]
    assert (again["first_id"], again["duplicate"]) == (placed["first_id"], True)
    assert ann.refused("private/place_scale", **{**scale, "orders": 9}) == "client_order_id_reused"


def test_a_maker_and_everybody_see_how_it_quotes(bumpy: House) -> None:
    ann, eve = bumpy.bot("ann"), bumpy.bot("eve")
    ann.get("private/subscribe_account")

    bond = ann.get("private/commit_maker", market="TSLA", bond="2000")
    ann.get("private/place_order", market="TSLA", side="buy", size="1", price="249.5")
    ann.get("private/place_order", market="TSLA", side="sell", size="1", price="250.5")
    pass_seconds(bumpy, 20)
    (seen,) = eve.get("public/get_makers", market="TSLA")["makers"]
    pass_seconds(bumpy, 60)

    assert (bond["bond"], bond["added"]) == ("2000.000000", "2000.000000")
    assert (seen["account"], seen["name"], seen["bond"]) == (ANN, "ann", "2000.000000")
    assert (seen["sampled"], seen["met"], seen["time_at_quote"]) == (4, 4, "1.000000000000")
    notes = heard(ann, "maker")
    assert [note["what"] for note in notes] == ["committed", "judged"]
    assert (notes[1]["penalty"], notes[1]["bond"]) == ("0.000000", "2000.000000")


def test_a_market_without_makers_says_so(house: House) -> None:
    ann = house.bot("ann")

    assert ann.refused("private/commit_maker", market="TSLA", bond="2000") == "no_makers_here"
    assert ann.get("public/get_makers", market="TSLA")["makers"] == []
