"""Requests for fuzzing, made from the table of methods: whole ones, and the same with wounds.

Nothing here knows a method by name, so a new one is fuzzed as soon as it stands in the table.
"""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from msgspec import inspect

from venue.gateway.methods import METHODS, Method

# What is likely to be there in the house that is asked, by the name of the field.
LIKELY: dict[str, Sequence[Any]] = {
    "market": ("TSLA", "TSLA", "TSLA", "NO"),
    "underlying": ("TSLA", "NO"),
    "channels": (["book.TSLA"], ["book.TSLA.raw", "bbo.TSLA"], ["liquidations", "candles.TSLA.1m"]),
    "token": ("ann", "bob", "eve", "nobody"),
    "account": (1, 3, 2, 0, 99),
    "size": ("1", "0.001", "100", "10000", "0", "-1"),
    "price": ("250", "249.99", "251.5", "0.01", "2000", "1e3"),
    "trigger": ("240", "250", "260"),
    "stop": ("200", "250"),
    "take_profit": ("300", "250"),
    "amount": ("1", "99999", "100000000", "-5", "0.000001"),
    "balance": ("1", "0", "100000"),
    "client_order_id": ("a", "b", "c"),
    "group": ("g",),
    "order_id": (16, 32, 48, 160, 0),
    "leverage": (1, 5, 20, 21, 0, -1),
    "from": (1, 2, 5, 1_000_000),
    "at_ms": (None, 0, 1_744_400_100_000, 1_744_500_000_000),
    "expires_at_ms": (1_744_400_100_000, 1_744_500_000_000, 0),
    "name": ("ann-3", "ann", "x"),
}
HOSTILE: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        [
            0, -1, 2**31, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**40, 1e308, "NaN", "inf",
            "1e9", "-0", "9" * 31, "0." + "0" * 30 + "1", "1" * 200, "\x00", "\ud800", "٣", " 1",
            "<script>", "\x1b[2J", "../../etc/passwd", "' OR 1=1 --", "account.1", "book.TSLA.raw",
        ]
    ),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)  # fmt: skip


def values_of(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Return whole values of a type of the wire."""
    if isinstance(kind, inspect.Metadata):
        return values_of(kind.type)
    if isinstance(kind, inspect.UnionType):
        return st.one_of([values_of(each) for each in kind.types])
    if isinstance(kind, inspect.NoneType):
        return st.none()
    if isinstance(kind, inspect.BoolType):
        return st.booleans()
    if isinstance(kind, inspect.EnumType):
        return st.sampled_from([member.value for member in kind.cls])
    if isinstance(kind, inspect.LiteralType):
        return st.sampled_from(sorted(kind.values, key=str))
    if isinstance(kind, inspect.ListType):
        return st.lists(values_of(kind.item_type), max_size=3)
    if isinstance(kind, inspect.IntType):
        low = kind.ge if kind.ge is not None else -(1 << 53)
        high = kind.le if kind.le is not None else 1 << 53
        return st.integers(low, high)
    assert isinstance(kind, inspect.StrType), f"the fuzzer knows no values of {kind}"
    number = st.decimals(-10_000, 10_000, places=3).map(str)
    return st.one_of(number, st.text(max_size=kind.max_length or 12))


@st.composite
def params_of(draw: st.DrawFn, method: Method) -> dict[str, Any]:
    """Draw whole params of a method."""
    record = inspect.type_info(method.params)
    assert isinstance(record, inspect.StructType), "params are records"
    params: dict[str, Any] = {}
    for field in record.fields:
        if not field.required and not draw(st.booleans()):
            continue
        name = field.encode_name
        likely = LIKELY.get(name)
        whole = values_of(field.type)
        params[name] = draw(st.one_of(st.sampled_from(likely), whole) if likely else whole)
    return params


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Draw a method and params for it: as they should be, or with one or two wounds."""
    method = draw(st.sampled_from(METHODS))
    params = draw(params_of(method))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        wound = draw(st.integers(0, 2))
        names = sorted(params)
        if wound == 0 and names:
            del params[draw(st.sampled_from(names))]
        elif wound == 1 and names:
            params[draw(st.sampled_from(names))] = draw(HOSTILE)
        else:
            params[draw(st.text(max_size=8) | st.sampled_from(sorted(LIKELY)))] = draw(HOSTILE)
    return method.name, params


def payload_of(method: str, params: dict[str, Any], request_id: Any = 1) -> bytes:
    """Return a request as bytes; half characters stay halves."""
    request = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}
    return json.dumps(request).encode("utf-8", "surrogatepass")
