"""Who may come in: tokens, known by their hashes only."""

import hmac
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec

from venue.config import Settings
from venue.gateway.venue_port import Login
from venue.gateway.wire_types import Scope
from venue.opening import openings, read_tokens, write_tokens
from venue.store.journal import Journal, Token
from venue.store.tokens import new_token, token_hash, token_name


class Keys:
    """All tokens of a venue, in memory and in its journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._tokens: dict[bytes, Token] = {}

    async def load(self) -> None:
        """Read the tokens on record."""
        self._tokens = {token.hash: token for token in await self._journal.tokens()}

    async def ensure(self, settings: Settings, numbers: Mapping[str, int], path: Path) -> None:
        """Make a token for each account of the settings that has none yet.

        ``numbers`` says which account a name is. The plain text goes to one file, beside those that
        are there; nowhere else is it kept.
        """
        await self.load()
        has_one = {token.account for token in self._tokens.values()}
        scopes = {each.name: each.scope for each in settings.accounts}
        fresh: dict[str, str] = {}
        hashed: list[Token] = []
        for name, _ in openings(settings):
            number = numbers.get(name)
            if number is None or number in has_one:
                continue
            fresh[name], token = new_token(number, scopes.get(name, "trade"), now_ns=time.time_ns())
            hashed.append(token)
        if fresh:
            # The plain text first: after a crash in between it is made anew, not lost.
            write_tokens(path, {**read_tokens(path), **fresh})
        for token in hashed:
            await self.keep(token)

    async def keep(self, token: Token) -> None:
        """Take a new token."""
        await self._journal.save_token(token)
        self._tokens[token.hash] = token

    def of(self, account: int) -> list[Token]:
        """Return the tokens of an account, the oldest first."""
        mine = [token for token in self._tokens.values() if token.account == account]
        return sorted(mine, key=lambda token: (token.created_ns, token.hash))

    async def revoke(self, account: int, named: str | None = None) -> list[bytes]:
        """Revoke the tokens of an account, or the one of this name; return their hashes.

        Durable before it is in force, so that no restart brings a revoked token back.
        """
        found = [
            token
            for token in self.of(account)
            if not token.revoked and named in (None, token_name(token.hash))
        ]
        for token in found:
            await self.keep(msgspec.structs.replace(token, revoked=True))
        return [token.hash for token in found]

    def authenticate(self, token: bytes) -> Login | None:
        """Return what a token stands for; its hash is looked up, then compared in constant time."""
        known = token_hash(token.decode(errors="replace"))
        found = self._tokens.get(known)
        if found is None or not hmac.compare_digest(found.hash, known) or found.revoked:
            return None
        return Login(found.account, Scope(found.scope), found.expires_ns, found.hash)
