"""Whatever bytes come through the door: an answer or a refusal by a documented name, no more."""

import json
import random
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.conftest import check
from tests.gateway.harness import FREE, Bot, House
from tests.gateway.test_protocol import EXAMPLES
from venue.gateway.asyncapi import ANSWERS, reasons
from venue.gateway.methods import METHODS, REQUESTS
from venue.gateway.stages import Stage

# Faults do not close the connection here, so that one house serves many examples.
ENDLESS = msgspec.structs.replace(FREE, faults_max=1_000_000)
REASONS = reasons()
FUZZED = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

numbers = st.one_of(
    st.integers(), st.floats(), st.sampled_from([0, -1, 2**53, 2**63, 2**64, 10**40])
)
decimals = st.one_of(
    st.decimals().map(str),
    st.integers(-(10**40), 10**40).map(str),
    st.sampled_from(["0", "-0", "1e9", "NaN", "-Infinity", "250.00", "0.001", "9" * 31, "250.005"]),
    st.text(max_size=8),
)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    numbers,
    decimals,
    st.sampled_from(
        ["TSLA", "buy", "sell", "gtc", "ioc", "fok", "stop", "cross", "1m", "book.TSLA"]
    ),
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = sorted(
    {field.encode_name for method in METHODS for field in msgspec.structs.fields(method.params)}
)
params = st.dictionaries(st.sampled_from(FIELDS), values, max_size=6)


def hold(bot: Bot, payload: bytes) -> None:
    """Send a payload and hold what comes back against what is documented."""
    for message in bot.say_anything(payload):
        if "method" in message:
            continue
        if "error" not in message:
            assert "result" in message
            continue
        check("ErrorAnswer", message)
        error = message["error"]
        told = REASONS[error["data"]["reason"]]
        assert error["code"] == told["code"]
        assert "Traceback" not in error["message"]
    assert bot.connection.stage in (Stage.CONNECTED, Stage.ACTIVE, Stage.CLOSED)
    assert bot.house.door.services.unanswered == 0
    assert bot.connection.unanswered == 0


class Shared:
    """One house for all examples of this file, made when it is first needed."""

    house: House | None = None

    @classmethod
    def bot(cls, token: str | None) -> Bot:
        if cls.house is None:
            cls.house = House(ENDLESS)
        return cls.house.bot(token)


def with_bot(token: str | None, payload: bytes) -> None:
    bot = Shared.bot(token)
    hold(bot, payload)
    bot.house.door.lost(bot.connection)
    bot.house.settle()


@FUZZED
@given(st.binary(max_size=200))
def test_any_bytes(payload: bytes) -> None:
    with_bot("ann", payload)


@FUZZED
@given(values)
def test_any_json(value: Any) -> None:
    with_bot(None, json.dumps(value).encode())


@FUZZED
@given(
    st.sampled_from(METHODS),
    params,
    st.one_of(st.integers(), st.text(max_size=70), st.none(), st.floats()),
    st.sampled_from([None, "ann", "bob", "eve"]),
)
def test_any_params_of_every_method(
    method: Any, changes: dict[str, Any], request_id: Any, token: str | None
) -> None:
    whole = EXAMPLES.get(method.name, {}) | changes
    request = {"jsonrpc": "2.0", "id": request_id, "method": method.name, "params": whole}
    with_bot(token, json.dumps(request).encode("utf-8", "surrogatepass"))


@FUZZED
@given(st.sampled_from(METHODS), st.randoms(use_true_random=False), st.integers(1, 4))
def test_damaged_requests(method: Any, chance: random.Random, wounds: int) -> None:
    request = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": method.name,
        "params": EXAMPLES.get(method.name, {}),
    }
    payload = bytearray(json.dumps(request).encode())
    for _ in range(wounds):
        place = chance.randrange(len(payload))
        wound = chance.randrange(3)
        if wound == 0:
            payload[place] = chance.randrange(256)
        elif wound == 1:
            del payload[place]
        else:
            payload.insert(place, chance.choice(b'{}[]",:0\\-e.\x00\xff'))
    with_bot("ann", bytes(payload))


def test_every_request_type_is_fuzzed() -> None:
    assert len(METHODS) == len(REQUESTS) == len(ANSWERS)
