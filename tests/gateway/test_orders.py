"""Orders through the door: what is asked becomes a command, what happened becomes the answer."""

import pytest

from tests.gateway.harness import ANN, SUB, House


def test_a_resting_order_is_answered_open(house: House) -> None:
    ann = house.bot("ann")

    result = ann.get(
        "private/place_order", market="TSLA", side="buy", size="10", price="249.50",
        client_order_id="mine-1",
    )  # fmt: skip

    assert result == {
        "seq": house.venue.state.seq,
        "time_ms": house.venue.at_ns // 1_000_000,
        "order": {
            "order_id": result["seq"] * 8,
            "market": "TSLA",
            "status": "open",
            "side": "buy",
            "size": "10.000",
            "price": "249.50",
            "filled": "0.000",
            "remaining": "10.000",
            "client_order_id": "mine-1",
        },
    }


def test_an_answer_says_of_an_order_what_a_list_of_orders_says(house: House) -> None:
    ann, bob = house.bot("ann"), house.bot("bob")
    ann.get("private/place_order", market="TSLA", side="sell", size="1", price="250")
    bob.get("private/place_order", market="TSLA", side="buy", size="1", price="250")
    hours_ms = house.venue.at_ns // 1_000_000 + 3_600_000
    terms = [
        {"side": "sell", "price": "251", "reduce_only": True, "expires_at_ms": hours_ms},
        {"side": "buy", "price": "249", "post_only": True, "cancel_on_close": True},
    ]

    told = [
        bob.get("private/place_order", market="TSLA", size="1", **asked)["order"] for asked in terms
    ]
    again = bob.get(
        "private/place_order", market="TSLA", size="1", client_order_id="a", **terms[1]
    )["order"]
    same = bob.get("private/place_order", market="TSLA", size="1", client_order_id="a", **terms[1])[
        "order"
    ]

    listed = {each["order_id"]: each for each in bob.get("private/get_orders")["orders"]}
    for order in (*told, again, same):
        said = listed[order["order_id"]]
        assert said == order | {key: said[key] for key in ("time_in_force", "self_trade")}


def test_an_order_that_sweeps_two_levels_tells_every_fill_and_the_average(house: House) -> None:
    ann, bob = house.bot("ann"), house.bot("bob")
    ann.get("private/place_order", market="TSLA", side="sell", size="1", price="250.00")
    ann.get("private/place_order", market="TSLA", side="sell", size="2", price="250.30")

    result = bob.get("private/place_order", market="TSLA", side="buy", size="5", price="250.30")

    order = result["order"]
    assert (order["status"], order["filled"], order["remaining"]) == ("open", "3.000", "2.000")
    assert order["average_price"] == "250.200000000"  # (250.00 + 2 × 250.30) / 3
    assert [(fill["price"], fill["size"], fill["role"]) for fill in result["fills"]] == [
        ("250.00", "1.000", "taker"),
        ("250.30", "2.000", "taker"),
    ]
    # 0.045 % of 250.00 and of 500.60, each rounded up to a micro-dollar.
    assert [fill["fee"] for fill in result["fills"]] == ["0.112500", "0.225270"]


def test_an_ioc_order_says_why_the_rest_is_gone(house: House) -> None:
    ann, bob = house.bot("ann"), house.bot("bob")
    ann.get("private/place_order", market="TSLA", side="sell", size="1", price="250.00")

    result = bob.get(
        "private/place_order", market="TSLA", side="buy", size="5", price="251", time_in_force="ioc"
    )

    order = result["order"]
    assert (order["status"], order["cause"]) == ("cancelled", "ioc_remainder")
    assert (order["filled"], order["remaining"]) == ("1.000", "4.000")


def test_a_market_order_without_a_book_is_cancelled_for_want_of_liquidity(house: House) -> None:
    result = house.bot("ann").get("private/place_order", market="TSLA", side="buy", size="1")

    order = result["order"]
    assert (order["status"], order["cause"], order["is_market"]) == (
        "cancelled", "no_liquidity", True,
    )  # fmt: skip
    assert order["price"] == "262.50"  # The protection price: 5 % from the mark of 250.


def test_a_refusal_carries_its_name_a_sentence_and_figures_in_the_wires_units(house: House) -> None:
    answer = house.bot("ann").ask(
        "private/place_order", market="TSLA", side="buy", size="10000.001", price="250"
    )

    assert answer["error"] == {
        "code": -32000,
        "message": "the size is above the market's limit for one order",
        "data": {"reason": "size_too_large", "figures": {"size_max": "10000.000"}},
    }


@pytest.mark.parametrize(
    ("asked", "words", "figures"),
    [
        pytest.param(
            {"stop": "251.00"},
            "for a market order: here the mark at 250.00",
            {"stop": "251.00", "mark": "250.000000000"},
            id="a market order, by the mark",
        ),
        pytest.param(
            {"price": "249.50", "take_profit": "249.00"},
            ": here the price at 249.50",
            {"take_profit": "249.00", "price": "249.50"},
            id="a limit order, by its limit",
        ),
    ],
)
def test_a_refused_bracket_says_by_which_price_it_was_judged(
    house: House, asked: dict[str, str], words: str, figures: dict[str, str]
) -> None:
    answer = house.bot("ann").ask(
        "private/place_order", market="TSLA", side="buy", size="1", **asked
    )

    assert answer["error"]["message"].endswith(words)
    assert answer["error"]["data"] == {"reason": "bracket_wrong_side", "figures": figures}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"price": "250.005"}, "price_off_tick", id="off tick"),
        pytest.param({"size": "0.0005"}, "size_off_lot", id="off lot"),
        pytest.param({"size": "0"}, "size_not_positive", id="zero size"),
        pytest.param({"size": "-1"}, "size_not_positive", id="negative size"),
        pytest.param({"price": "-1"}, "price_not_positive", id="negative price"),
        pytest.param({"price": "0"}, "price_not_positive", id="zero price"),
        pytest.param({"price": "NaN"}, "number_unreadable", id="no number"),
        pytest.param({"price": "1e3"}, "number_unreadable", id="exponent"),
        pytest.param({"price": "9" * 31}, "number_too_large", id="beyond the journal"),
        pytest.param({"size": "9" * 12}, "size_too_large", id="oversize"),
        pytest.param({"price": "999999999"}, "price_too_large", id="far too dear"),
        pytest.param({"price": 250}, "wrong_type", id="a JSON number"),
        pytest.param({"market": "TLSA"}, "unknown_market", id="no such market"),
        pytest.param({"side": "long"}, "bad_value", id="no such side"),
        pytest.param({"leverage": 5}, "unknown_field", id="a field too many"),
        pytest.param({"client_order_id": ""}, "bad_value", id="empty client order id"),
        pytest.param({"client_order_id": "x" * 37}, "bad_value", id="long client order id"),
        pytest.param({"client_order_id": "a\nb"}, "bad_client_order_id", id="control character"),
        pytest.param({"client_order_id": "grün"}, "bad_client_order_id", id="beyond ASCII"),
        pytest.param({"account": 2}, "foreign_account", id="somebody else's account"),
        pytest.param({"account": 0}, "foreign_account", id="the insurance fund"),
        pytest.param({"account": 99}, "foreign_account", id="nobody's account"),
        pytest.param({"expires_at_ms": 1}, "time_passed", id="expired on arrival"),
        pytest.param({"expires_at_ms": 10**15}, "bad_value", id="after the end of time"),
        pytest.param({"post_only": True, "time_in_force": "ioc"}, "post_only_not_gtc", id="both"),
        pytest.param({"time_in_force": "fok"}, "fok_not_fillable", id="all or nothing"),
        pytest.param({"size": "9000"}, "insufficient_margin", id="beyond its means"),
        pytest.param({"reduce_only": True}, "reduce_only_would_increase", id="nothing to reduce"),
    ],
)
def test_a_bad_order_is_refused_by_name_and_changes_nothing(
    house: House, changes: dict[str, object], reason: str
) -> None:
    ann = house.bot("ann")
    order = {"market": "TSLA", "side": "buy", "size": "1", "price": "250"} | changes

    assert ann.refused("private/place_order", **order) == reason
    assert not house.venue.state.orders


@pytest.mark.parametrize(
    "text", ["1" * 33, "1." + 40 * "0", 40 * "0" + "1"], ids=["digits", "places", "zeros"]
)
def test_a_number_that_is_too_long_is_told_so(house: House, text: str) -> None:
    ann = house.bot("ann")

    error = ann.ask("private/place_order", market="TSLA", side="buy", size=text, price="250")

    assert error["error"]["data"]["reason"] == "number_unreadable"
    assert error["error"]["message"] == (
        f"size: expected a number of at most 32 characters, found {len(text)}"
    )


def test_the_same_client_order_id_answers_the_same_and_says_duplicate(house: House) -> None:
    ann, bob = house.bot("ann"), house.bot("bob")
    ann.get("private/place_order", market="TSLA", side="sell", size="1", price="250.00")
    order = {
        "market": "TSLA", "side": "buy", "size": "3", "price": "250.00", "client_order_id": "one",
    }  # fmt: skip
    first = bob.get("private/place_order", **order)

    again = bob.get("private/place_order", **order)

    assert again["duplicate"] is True
    assert again["order"] == first["order"]
    assert bob.refused("private/place_order", **order | {"size": "4"}) == "client_order_id_reused"


def test_a_sub_account_is_chosen_by_number(house: House) -> None:
    ann = house.bot("ann")

    ann.get("private/place_order", market="TSLA", side="buy", size="1", price="249", account=SUB)

    assert len(house.venue.state.accounts[SUB].orders) == 1
    assert not house.venue.state.accounts[ANN].orders
    assert ann.get("private/get_orders", account=SUB)["orders"][0]["price"] == "249.00"


def test_amend_tells_the_order_as_it_now_stands(house: House) -> None:
    ann, bob = house.bot("ann"), house.bot("bob")
    ann.get("private/place_order", market="TSLA", side="sell", size="2", price="250.00")
    placed = bob.get("private/place_order", market="TSLA", side="buy", size="5", price="249.00")
    order_id = placed["order"]["order_id"]

    result = bob.get("private/amend_order", market="TSLA", order_id=order_id, price="250.00")

    order = result["order"]
    assert (order["status"], order["price"]) == ("open", "250.00")
    assert (order["size"], order["filled"], order["remaining"]) == ("5.000", "2.000", "3.000")
    assert [fill["size"] for fill in result["fills"]] == ["2.000"]


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        pytest.param({"market": "TSLA", "price": "1"}, "one_order_id", id="no id"),
        pytest.param(
            {"market": "TSLA", "order_id": 1, "client_order_id": "a"}, "one_order_id", id="two ids"
        ),
        pytest.param(
            {"market": "TSLA", "order_id": 8, "price": "1"}, "unknown_order", id="foreign"
        ),
        pytest.param({"order_id": 8, "price": "1"}, "missing_field", id="no market"),
    ],
)
def test_an_amendment_names_one_order(house: House, params: dict[str, object], reason: str) -> None:
    assert house.bot("ann").refused("private/amend_order", **params) == reason


def test_an_amendment_in_another_markets_ticks_is_refused(house: House) -> None:
    ann = house.bot("ann")
    placed = ann.get("private/place_order", market="TSLA", side="buy", size="1", price="249")
    house.list_another("NVDA")

    reason = ann.refused(
        "private/amend_order", market="NVDA", order_id=placed["order"]["order_id"], price="200"
    )

    assert reason == "wrong_market"


def test_a_cancelled_order_is_gone_and_cannot_be_cancelled_twice(house: House) -> None:
    ann, bob = house.bot("ann"), house.bot("bob")
    ann.get(
        "private/place_order", market="TSLA", side="buy", size="2", price="249",
        client_order_id="mine",
    )  # fmt: skip

    assert bob.refused("private/cancel_order", client_order_id="mine") == "unknown_order"
    result = ann.get("private/cancel_order", client_order_id="mine")
    assert (result["order"]["status"], result["order"]["cause"]) == ("cancelled", "asked")
    assert result["order"]["remaining"] == "2.000"
    assert ann.refused("private/cancel_order", client_order_id="mine") == "unknown_order"


def test_cancel_all_names_everything_that_went(house: House) -> None:
    ann = house.bot("ann")
    ids = [
        ann.get("private/place_order", market="TSLA", side="buy", size="1", price=price)["order"][
            "order_id"
        ]
        for price in ("249", "248")
    ]
    trigger = ann.get(
        "private/place_trigger", market="TSLA", side="buy", kind="stop", trigger="260", size="1",
        reduce_only=False,
    )  # fmt: skip

    result = ann.get("private/cancel_all", market="TSLA")

    assert result["orders"] == ids
    assert result["triggers"] == [trigger["trigger"]["order_id"]]
    assert not house.venue.state.accounts[ANN].orders


def test_a_trigger_waits_is_listed_and_is_answered_again(house: House) -> None:
    ann = house.bot("ann")
    trigger = {
        "market": "TSLA", "side": "buy", "kind": "stop", "trigger": "260", "size": "1",
        "reduce_only": False, "client_order_id": "t-1", "group": "g",
    }  # fmt: skip

    result = ann.get("private/place_trigger", **trigger)

    assert result["trigger"]["status"] == "waiting"
    assert ann.get("private/get_orders")["triggers"] == [result["trigger"]]
    assert ann.get("private/place_trigger", **trigger)["duplicate"] is True


def test_the_notes_of_a_trigger_that_fires_or_goes_show_it_whole(house: House) -> None:
    ann = house.bot("ann")
    ann.get("private/subscribe_account", **{"from": 1})
    words = {"market": "TSLA", "side": "buy", "size": "1", "reduce_only": False}
    fires, goes = (
        ann.get("private/place_trigger", **words, kind="stop", trigger=at, client_order_id=at)
        for at in ("252", "280")
    )
    ann.get("private/cancel_order", client_order_id="280")

    house.price(253)

    notes = [each["data"] for each in ann.hear()]
    found = {each["what"]: each["trigger"] for each in notes if each["type"] == "trigger"}
    assert found["cancelled"] == {**goes["trigger"], "status": "cancelled", "cause": "asked"}
    assert found["fired"] == {**fires["trigger"], "status": "fired"}
    assert found["fired"]["kind"] == "stop"


def test_settings_of_an_account_are_answered_and_shown(house: House) -> None:
    ann = house.bot("ann")
    later_ms = house.venue.at_ns // 1_000_000 + 60_000

    leverage = ann.get("private/set_leverage", market="TSLA", leverage=5, mode="isolated")
    assert (leverage["leverage"], leverage["mode"]) == (5, "isolated")
    assert (
        ann.refused("private/set_leverage", market="TSLA", leverage=99) == "leverage_out_of_range"
    )
    assert (
        ann.refused("private/set_leverage", market="TSLA", leverage=-1) == "leverage_out_of_range"
    )
    assert ann.get("private/cancel_all_after", at_ms=later_ms)["at_ms"] == later_ms
    assert ann.get("private/get_account")["account"]["cancel_all_at_ms"] == later_ms
    assert "at_ms" not in ann.get("private/cancel_all_after", at_ms=None)
    assert ann.get("private/get_positions")["positions"][0]["mode"] == "isolated"
    assert ann.refused("private/move_isolated_margin", market="TSLA", amount="1") == "not_isolated"


def test_money_moves_only_with_a_token_that_funds(house: House) -> None:
    ann, bob = house.bot("ann"), house.bot("bob")

    assert ann.get("private/deposit", amount="5.5")["amount"] == "5.500000"
    assert ann.get("private/withdraw", amount="0.5")["amount"] == "0.500000"
    assert ann.get("private/get_account")["account"]["balance"] == "100005.000000"
    assert ann.refused("private/deposit", amount="-1") == "amount_not_positive"
    assert ann.refused("private/deposit", amount="0.0000001") == "amount_off_micro"
    assert ann.get("private/reset_account", balance="1000")["amount"] == "1000.000000"
    assert bob.refused("private/deposit", amount="5") == "no_funding_scope"
    opened = ann.get("private/open_sub_account", name="ann-3")
    assert opened["account"] == 5
    assert ann.refused("private/open_sub_account", name="ann-3") == "name_taken"
    assert ann.get("private/get_account", account=5)["account"]["parent"] == ANN


def test_many_open_orders_are_read_in_pages(house: House) -> None:
    ann = house.bot("ann")
    for cents in range(10, 25):
        ann.get("private/place_order", market="TSLA", side="buy", size="0.1", price=f"240.{cents}")

    seen: list[int] = []
    while True:
        page = ann.get("private/get_orders", after=seen[-1] if seen else 0, count=4)
        seen += [order["order_id"] for order in page["orders"]]
        if not page.get("more"):
            break

    assert seen == sorted(house.venue.state.accounts[ANN].orders)
