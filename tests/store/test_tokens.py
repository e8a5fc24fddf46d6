"""Tokens are shown once and kept hashed."""

import pytest

from venue.store.errors import StoreError
from venue.store.journal import Token
from venue.store.tokens import new_token, token_hash


def test_a_token_is_known_by_its_hash_only() -> None:
    key, token = new_token(3, "trade", now_ns=5, expires_ns=9)

    assert token == Token(token_hash(key), 3, "trade", 5, 9)
    assert key.encode() not in token.hash
    assert len(key) >= 43, "256 bits in base 64"
    assert new_token(3, "trade", now_ns=5)[0] != key


@pytest.mark.parametrize(
    ("scope", "expires_ns", "sentence"),
    [
        pytest.param(
            "write", None, "expected a scope of read, trade, fund; found write", id="scope"
        ),
        pytest.param("", None, "found nothing", id="no scope"),
        pytest.param("read", 5, "expected a time of expiry in the future", id="expired"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(
    scope: str, expires_ns: int | None, sentence: str
) -> None:
    with pytest.raises(StoreError, match=sentence):
        new_token(3, scope, now_ns=5, expires_ns=expires_ns)
