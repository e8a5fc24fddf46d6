"""Who may come in: tokens, known by their hashes only."""

import hmac
import time
from pathlib import Path

from venue.config import Settings
from venue.core.state import FIRST_ACCOUNT
from venue.gateway.venue_port import Login
from venue.gateway.wire_types import Scope
from venue.opening import openings, write_tokens
from venue.store.journal import Journal, Token
from venue.store.tokens import new_token, token_hash


class Keys:
    """All tokens of a venue, in memory and in its journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._tokens: dict[bytes, Token] = {}

    async def load(self) -> None:
        """Read the tokens on record."""
        self._tokens = {token.hash: token for token in await self._journal.tokens()}

    async def make(self, settings: Settings, path: Path) -> None:
        """Make the tokens of a fresh venue's accounts; their plain text goes to one file."""
        scopes = {each.name: each.scope for each in settings.accounts}
        plain: dict[str, str] = {}
        for number, (name, _) in enumerate(openings(settings), start=FIRST_ACCOUNT):
            plain[name], token = new_token(number, scopes.get(name, "trade"), now_ns=time.time_ns())
            await self._journal.save_token(token)
        write_tokens(path, plain)

    async def keep(self, token: Token) -> None:
        """Take a new token."""
        await self._journal.save_token(token)
        self._tokens[token.hash] = token

    def authenticate(self, token: bytes) -> Login | None:
        """Return what a token stands for; its hash is looked up, then compared in constant time."""
        known = token_hash(token.decode(errors="replace"))
        found = self._tokens.get(known)
        if found is None or not hmac.compare_digest(found.hash, known) or found.revoked:
            return None
        return Login(found.account, Scope(found.scope), found.expires_ns)
