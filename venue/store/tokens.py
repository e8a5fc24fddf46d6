"""Tokens: a bot's key is shown once, and kept as a hash only."""

import secrets
from hashlib import blake2b

from venue.store.errors import StoreError
from venue.store.journal import HASH_BYTES, Token

TOKEN_BYTES = 32  # 256 bits: not to be guessed.
NAME_DIGITS = 12
SCOPES = ("read", "trade", "fund")


def new_token(
    account: int, scope: str, *, now_ns: int, expires_ns: int | None = None
) -> tuple[str, Token]:
    """Return a fresh key for its bot, and the record to keep. Times are wall time."""
    if scope not in SCOPES:
        raise StoreError(f"expected a scope of {', '.join(SCOPES)}; found {scope or 'nothing'}")
    if expires_ns is not None and expires_ns <= now_ns:
        raise StoreError("expected a time of expiry in the future, found one that has passed")
    key = secrets.token_urlsafe(TOKEN_BYTES)
    return key, Token(token_hash(key), account, scope, now_ns, expires_ns)


def token_name(hashed: bytes) -> str:
    """Return what people call a token by: the beginning of its hash, which opens nothing.

    >>> token_name(token_hash("open sesame"))
    '928db2d7bd4e'
    """
    return hashed.hex()[:NAME_DIGITS]


def token_hash(key: str) -> bytes:
    """Return what a key is known by.

    >>> token_hash("open sesame").hex()[:16]
    '928db2d7bd4e793d'
    """
    return blake2b(key.encode(), digest_size=HASH_BYTES).digest()


def token_seal(token: Token) -> bytes:
    """Return what covers a token's row: a changed bit could give one bot another's account.

    The newest migration that touches tokens has the same.
    """
    rest = (
        f"{token.account} {token.scope} {token.created_ns} {token.expires_ns or 0} "
        f"{int(token.revoked)}\n"
    )
    hashed = token.hash if isinstance(token.hash, bytes) else b""
    return blake2b(rest.encode(errors="replace") + hashed, digest_size=HASH_BYTES).digest()
