"""One conversation: what may be said when and by whom, and what is wrong with a message."""

from typing import Any

import msgspec
import pytest

from tests.gateway.harness import ANN, FREE, House
from venue.gateway.methods import ALLOWS, BY_NAME, METHODS, Method, Needs
from venue.gateway.stages import EXPECTED, Stage
from venue.gateway.venue_port import Login
from venue.gateway.wire_types import Scope

# A request of every method that is whole and well typed, whatever it then comes to.
EXAMPLES: dict[str, dict[str, Any]] = {
    "public/login": {"token": "nobody"},
    "public/subscribe": {"channels": ["book.TSLA"]},
    "public/unsubscribe": {"channels": ["book.TSLA"]},
    "public/get_book": {"market": "TSLA"},
    "public/get_trades": {"market": "TSLA"},
    "public/get_candles": {"market": "TSLA", "interval": "1m"},
    "public/get_prices": {"market": "TSLA"},
    "public/get_phase": {"market": "TSLA"},
    "public/get_session": {"underlying": "TSLA"},
    "private/place_order": {"market": "TSLA", "side": "buy", "size": "1", "price": "240"},
    "private/place_trigger": {
        "market": "TSLA", "side": "sell", "size": "1", "kind": "stop", "trigger": "240",
    },
    "private/amend_order": {"market": "TSLA", "order_id": 1, "price": "240"},
    "private/cancel_order": {"order_id": 1},
    "private/set_leverage": {"market": "TSLA", "leverage": 3},
    "private/move_isolated_margin": {"market": "TSLA", "amount": "1"},
    "private/set_provider": {"market": "TSLA", "cap": "1000"},
    "private/deposit_to_pool": {"market": "TSLA", "amount": "5"},
    "private/withdraw_from_pool": {"market": "TSLA", "shares": "5"},
    "private/get_pool_shares": {"market": "TSLA"},
    "public/get_pool": {"market": "TSLA"},
    "private/place_twap": {"market": "TSLA", "side": "buy", "size": "11", "duration_ms": 300000},
    "private/place_scale": {
        "market": "TSLA", "side": "buy", "size": "4", "from_price": "240", "to_price": "243",
        "orders": 4,
    },
    "private/commit_maker": {"market": "TSLA", "bond": "1000"},
    "public/get_makers": {"market": "TSLA"},
    "private/set_cancel_on_disconnect": {"enabled": True},
    "private/cancel_all_after": {"at_ms": None},
    "private/deposit": {"amount": "1"},
    "private/withdraw": {"amount": "1"},
    "private/reset_account": {"balance": "1"},
    "private/open_sub_account": {"name": "another"},
    "private/get_explanation": {"liquidation_id": 1},
    "private/get_receipt": {"seq": 1},
    "public/get_fair_mark": {"market": "TSLA"},
    "private/move_collateral": {"market": "TSLA", "cash": "1"},
    "private/mint": {"market": "TSLA", "size": "1"},
    "private/burn": {"market": "TSLA", "size": "1"},
}  # fmt: skip
SCOPES = [None, Scope.READ, Scope.TRADE, Scope.FUND]
DENIALS = {"not_logged_in", "read_only_token", "no_funding_scope", "already_logged_in"}


def expected_denial(method: Method, scope: Scope | None) -> str | None:
    """Say in other words than the code's who may ask what."""
    if method.name == "public/login":
        return "already_logged_in" if scope else None
    if method.name.startswith("public/"):
        return None
    if scope is None:
        return "not_logged_in"
    reads = ("private/get_", "private/subscribe", "private/unsubscribe", "private/ready")
    changes = not method.name.startswith(reads)
    if scope is Scope.READ and changes:
        return "read_only_token"
    moves_money = method.name.partition("/")[2] in (
        "deposit", "withdraw", "reset_account", "open_sub_account", "move_collateral",
        "deposit_to_pool", "withdraw_from_pool",
    )  # fmt: skip
    return "no_funding_scope" if moves_money and scope is Scope.TRADE else None


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.value if scope else "nobody")
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_every_method_for_every_scope(house: House, method: Method, scope: Scope | None) -> None:
    bot = house.bot()
    if scope is not None:
        house.tokens[house.digest("token")] = Login(ANN, scope)
        bot.login("token")

    answer = bot.ask(method.name, **EXAMPLES.get(method.name, {}))

    found = answer.get("error", {}).get("data", {}).get("reason")
    assert (found if found in DENIALS else None) == expected_denial(method, scope)


def test_every_stage_says_what_may_be_said() -> None:
    assert set(EXPECTED) == set(Stage)
    assert EXPECTED[Stage.CLOSED] == frozenset()
    assert EXPECTED[Stage.CONNECTED] == {
        name for name, method in BY_NAME.items() if method.needs is Needs.NOTHING
    }
    assert EXPECTED[Stage.ACTIVE] == set(BY_NAME) - {"public/login"}
    assert set(ALLOWS) == {None, *Scope}


def test_a_login_tells_who_and_where_everything_stands(house: House) -> None:
    bot = house.bot()

    result = bot.login("ann")

    assert result["account"] == ANN
    assert result["accounts"] == [1, 3]
    assert result["scope"] == "fund"
    assert result["account_n"] == house.door.services.account_feed.counts[ANN]
    assert result["speed"] == "600"
    assert result["venue_time_ms"] == house.venue.at_ns // 1_000_000
    assert result["server_time_ms"] == house.wall.unix_ms()
    assert result["connection"] == bot.connection.number
    assert set(result["rulebooks"]) == {"TSLA"}
    assert (result["ping_every_ms"], result["silence_max_ms"]) == (20_000, 60_000)


def test_a_token_that_has_expired_logs_nobody_in_and_out(house: House) -> None:
    house.tokens[house.digest("old")] = Login(ANN, Scope.TRADE, house.wall.unix_ns())
    house.tokens[house.digest("short")] = Login(ANN, Scope.TRADE, house.wall.unix_ns() + 10 * 10**9)
    bot = house.bot()

    assert bot.refused("public/login", token="old") == "token_expired"
    bot.login("short")
    bot.get("private/get_account")
    house.wall.now_s += 10
    assert bot.refused("private/get_account") == "token_expired"
    house.door.sweep()
    assert bot.link.closed == (1008, "the token has expired")


def test_a_token_of_an_account_that_does_not_exist_is_bad(house: House) -> None:
    house.tokens[house.digest("ghost")] = Login(77, Scope.TRADE)

    assert house.bot().refused("public/login", token="ghost") == "bad_token"


FAULTS = [
    pytest.param(b"", None, -32700, "unreadable_json", id="nothing"),
    pytest.param(b"{", None, -32700, "unreadable_json", id="half an object"),
    pytest.param(b'{"id":1,"method":NaN}', None, -32700, "unreadable_json", id="NaN"),
    pytest.param(b"[" * 60_000, None, -32602, "wrong_type", id="deep arrays"),
    pytest.param(b'{"a":' * 12_000, None, -32700, "unreadable_json", id="deep objects"),
    pytest.param(b"[]", None, -32602, "wrong_type", id="a batch"),
    pytest.param(b"7", None, -32602, "wrong_type", id="a number"),
    pytest.param(b'{"id":3}', 3, -32602, "missing_field", id="no method"),
    pytest.param(b'{"id":3,"method":7}', 3, -32602, "wrong_type", id="a numeric method"),
    pytest.param(b'{"id":3,"method":"x"}', 3, -32601, "unknown_method", id="unknown method"),
    pytest.param(b'{"method":"public/ping"}', None, -32602, "missing_field", id="no id"),
    pytest.param(b'{"method":"public/ping","id":null}', None, -32602, "wrong_type", id="null id"),
    pytest.param(b'{"method":"public/ping","id":1.5}', None, -32602, "wrong_type", id="float id"),
    pytest.param(
        b'{"method":"public/ping","id":9007199254740992}', None, -32602, "bad_value", id="huge id"
    ),
    pytest.param(
        b'{"method":"public/ping","id":4,"extra":1}', 4, -32602, "unknown_field", id="outer field"
    ),
    pytest.param(
        b'{"method":"public/ping","id":4,"params":{"a":1}}', 4, -32602, "unknown_field",
        id="inner field",
    ),
    pytest.param(
        b'{"method":"public/ping","id":4,"params":[]}', 4, -32602, "wrong_type",
        id="positional params",
    ),
    pytest.param(
        b'{"method":"public/ping","id":4,"jsonrpc":"1.0"}', 4, -32602, "bad_value",
        id="another version",
    ),
    pytest.param(
        b'{"method":"public/get_book","id":"a","params":{"market":"TSLA","depth":1001}}', "a",
        -32602, "bad_value", id="too deep a book",
    ),
    pytest.param(
        b'{"method":"public/get_book","id":"a","params":{"market":7}}', "a", -32602, "wrong_type",
        id="numeric market",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "request_id", "code", "reason"), FAULTS)
def test_a_message_that_cannot_be_understood_is_answered_and_the_connection_stays(
    house: House, payload: bytes, request_id: int | str | None, code: int, reason: str
) -> None:
    bot = house.bot()

    [answer] = bot.say(payload)

    assert answer["id"] == request_id
    assert answer["error"]["code"] == code
    assert answer["error"]["data"]["reason"] == reason
    assert "Traceback" not in answer["error"]["message"]
    assert bot.get("public/ping")["server_time_ms"] == house.wall.unix_ms()


def test_twenty_such_messages_in_a_minute_close_the_connection(house: House) -> None:
    bot = house.bot()

    for _ in range(19):
        bot.say(b"?")
        house.wall.now_s += 3
    assert bot.link.closed is None
    bot.say(b"?")

    assert bot.link.closed == (1008, "20 messages within 60 s could not be understood")
    assert bot.connection.number not in house.door.connections or (
        bot.connection.stage is Stage.CLOSED
    )


def test_twenty_such_messages_in_two_minutes_do_not(house: House) -> None:
    bot = house.bot()

    for _ in range(60):
        bot.say(b"?")
        house.wall.now_s += 3.2

    assert bot.link.closed is None


def test_guessing_tokens_closes_the_connection(house: House) -> None:
    bot = house.bot()

    for guess in range(19):
        assert bot.refused("public/login", token=str(guess)) == "bad_token"
    bot.say(b'{"id":0,"method":"public/login","params":{"token":"19"}}')

    assert bot.link.closed is not None


def test_a_closed_conversation_hears_and_says_nothing(house: House) -> None:
    bot = house.bot("ann")
    bot.connection.close(1001, "enough")

    assert bot.say(b'{"id":1,"method":"public/ping"}') == []
    assert house.door.services.feeds.channels == {}


def test_requests_beyond_the_rate_are_refused_and_say_when_to_come_back() -> None:
    settings = msgspec.structs.replace(FREE, connection_rate=10, connection_burst=20)
    house = House(settings)
    bot = house.bot()

    answers = [bot.ask("public/ping") for _ in range(21)]

    # Headroom is shown once more than half is used.
    assert [("limits" in answer) for answer in answers[:20]] == [False] * 10 + [True] * 10
    assert answers[19]["limits"]["connection"] == {"used": 20, "cap": 20, "reset_ms": 2000}
    error = answers[20]["error"]
    assert error["data"]["reason"] == "rate_limited"
    assert error["data"]["figures"] == {"retry_after_ms": 101}
    assert error["data"]["limits"]["connection"]["used"] == 20
    house.wall.now_s += 0.101
    assert "result" in bot.ask("public/ping")


def test_an_accounts_connections_share_its_rate() -> None:
    house = House(msgspec.structs.replace(FREE, account_rate=10, account_burst=10))
    one, other = house.bot("ann"), house.bot("ann")

    for _ in range(5):
        one.get("private/get_account")

    assert other.refused("private/get_account") == "rate_limited"
    assert house.bot().get("public/ping")


def test_too_many_unanswered_requests_are_refused() -> None:
    house = House(msgspec.structs.replace(FREE, unanswered_max=2))
    bot = house.bot("ann")
    ask = b'{"id":%d,"method":"private/get_account"}'

    for number in (101, 102, 103):
        bot._asked[number] = "private/get_account"
        house.door.on_message(bot.connection, ask % number)
    house.settle()

    answers = {answer["id"]: answer for answer in bot.fresh()}
    assert answers[103]["error"]["data"]["reason"] == "too_many_unanswered"
    assert "result" in answers[101]
    assert "result" in answers[102]
    assert house.door.services.unanswered == 0


def test_questions_see_what_earlier_orders_of_the_same_bot_did(house: House) -> None:
    bot = house.bot("ann")
    bot._asked |= {1001: "private/place_order", 1002: "private/get_orders"}
    order = EXAMPLES["private/place_order"]
    for payload in (
        {"id": 1001, "method": "private/place_order", "params": order},
        {"id": 1002, "method": "private/get_orders"},
    ):
        house.door.on_message(bot.connection, msgspec.json.encode(payload))

    house.settle()

    placed, listed = bot.fresh()
    assert listed["result"]["orders"][0]["order_id"] == placed["result"]["order"]["order_id"]


def test_cancel_on_disconnect_takes_the_connections_orders(house: House) -> None:
    one, other = house.bot("ann"), house.bot("ann")
    one.get("private/set_cancel_on_disconnect", enabled=True)
    mine = one.get("private/place_order", **EXAMPLES["private/place_order"])["order"]["order_id"]
    kept = other.get("private/place_order", **EXAMPLES["private/place_order"])["order"]["order_id"]

    house.door.lost(one.connection)
    house.settle()

    assert set(house.venue.state.orders) == {kept}
    assert mine != kept
    house.door.lost(other.connection)
    house.settle()
    assert set(house.venue.state.orders) == {kept}
