"""The operator's routes of accounts: opening, money, tokens."""

import time
from collections.abc import Awaitable, Callable, Set
from datetime import UTC, datetime
from typing import Annotated, Protocol

import msgspec
from aiohttp import web
from msgspec import Meta

from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.standings import shown_return_e4, standings
from venue.core.state import State
from venue.core.units import E6, NS_PER_DAY, NS_PER_SECOND
from venue.store.journal import Token
from venue.store.tally import Tally, results
from venue.store.tokens import new_token, token_name
from venue.web.flattening import flatten
from venue.web.office import AccountName, Answer, Number, Office, Refused, body_of

CutOff = Callable[[Set[bytes]], int]
Counted = Callable[[], Awaitable[Tally]]
Dollars = Annotated[int, Meta(ge=0, le=100_000_000)]
Days = Annotated[int, Meta(ge=1, le=36_500)]
# The liquidator vault is account -1: money may come into it.
ACCOUNT = "/accounts/{account:-1|[0-9]{1,15}}"


class KeyRing(Protocol):
    """The tokens, kept by whoever knows the journal."""

    async def keep(self, token: Token) -> None: ...
    def of(self, account: int) -> list[Token]: ...
    async def revoke(self, account: int, named: str | None = None) -> list[bytes]: ...


class OpenBody(msgspec.Struct, forbid_unknown_fields=True):
    """A new account."""

    name: AccountName
    dollars: Dollars = 0
    parent: Number | None = None
    scope: str = "trade"


class TokenBody(msgspec.Struct, forbid_unknown_fields=True):
    """A new token."""

    scope: str = "read"
    days: Days | None = None


class RevokeBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which token to revoke, by its name; ``None``: all of the account's."""

    token: str | None = None


class DollarsBody(msgspec.Struct, forbid_unknown_fields=True):
    """An amount."""

    dollars: Dollars


class AccountPages:
    """The routes."""

    def __init__(
        self,
        office: Office,
        keys: KeyRing,
        cut_off: CutOff,
        counted: Counted,
        house: Set[str] = frozenset(),
    ) -> None:
        """``cut_off`` ends the connections that came in by tokens of these hashes.

        ``counted`` asks the tables for reading who traded how often.
        """
        self._house = house
        self._counted = counted
        self._office = office
        self._keys = keys
        self._cut_off = cut_off

    def add_to(self, app: web.Application) -> None:
        """Add the routes to an application."""
        app.router.add_get("/accounts", self.accounts)
        app.router.add_post("/accounts", self.open_account)
        app.router.add_get(f"{ACCOUNT}/tokens", self.tokens)
        app.router.add_post(f"{ACCOUNT}/tokens", self.token)
        app.router.add_post(f"{ACCOUNT}/revoke", self.revoke)
        app.router.add_post(f"{ACCOUNT}/deposit", self.deposit)
        app.router.add_post(f"{ACCOUNT}/reset", self.reset)
        app.router.add_post(f"{ACCOUNT}/flatten", self.flatten)
        app.router.add_get("/standings", self.standings)

    async def accounts(self, request: web.Request) -> Answer:
        """Every account, best return first; at the end those that have no rank."""
        return web.json_response(
            await self._office.asked(lambda state: _accounts(state, self._house))
        )

    async def standings(self, request: web.Request) -> Answer:
        """Every account that trades, best return first, with all that a result list says."""
        tally = await self._counted()
        told = await self._office.asked(lambda state: results(state, self._house, tally))
        return web.json_response(msgspec.to_builtins(told))

    async def open_account(self, request: web.Request) -> Answer:
        """Open an account, deposit, and make its token."""
        body = await body_of(request, OpenBody)
        key, token = new_token(0, body.scope, now_ns=time.time_ns())
        events = await self._office.done(cmd.OpenAccount(body.name, body.parent))
        opened = events[-1]
        assert isinstance(opened, ev.AccountOpened), "an account was opened or refused"
        if body.dollars:
            await self._office.done(cmd.Deposit(opened.account, body.dollars * E6))
        await self._keys.keep(msgspec.structs.replace(token, account=opened.account))
        return web.json_response({"account": opened.account, "token": key})

    async def token(self, request: web.Request) -> Answer:
        """Make another token for an account."""
        body = await body_of(request, TokenBody)
        account = await self._somebodys(request)
        now_ns = time.time_ns()
        expires = None if body.days is None else now_ns + body.days * NS_PER_DAY
        key, token = new_token(account, body.scope, now_ns=now_ns, expires_ns=expires)
        await self._keys.keep(token)
        return web.json_response({"token": key})

    async def tokens(self, request: web.Request) -> Answer:
        """An account's tokens, by their names: what they are nobody knows any more."""
        account = await self._somebodys(request)
        return web.json_response(
            [
                {
                    "token": token_name(token.hash),
                    "scope": token.scope,
                    "made": _moment(token.created_ns),
                    "expires": None if token.expires_ns is None else _moment(token.expires_ns),
                    "revoked": token.revoked,
                }
                for token in self._keys.of(account)
            ]
        )

    async def revoke(self, request: web.Request) -> Answer:
        """Revoke tokens, and end the connections that came in by them."""
        body = await body_of(request, RevokeBody)
        account = await self._somebodys(request)
        revoked = await self._keys.revoke(account, body.token)
        if not revoked:
            what = "token" if body.token is None else "token of that name"
            raise Refused(f"unknown_token: account {account} has no {what} that is in force")
        ended = self._cut_off(frozenset(revoked))
        return web.json_response({"tokens": len(revoked), "connections": ended})

    async def deposit(self, request: web.Request) -> Answer:
        """Bring paper money in."""
        body = await body_of(request, DollarsBody)
        account = int(request.match_info["account"])
        await self._office.done(cmd.Deposit(account, body.dollars * E6))
        return web.json_response({"ok": True})

    async def reset(self, request: web.Request) -> Answer:
        """Start an account again."""
        body = await body_of(request, DollarsBody)
        account = await self._somebodys(request)
        await self._office.done(cmd.ResetAccount(account, body.dollars * E6))
        return web.json_response({"ok": True})

    async def flatten(self, request: web.Request) -> Answer:
        """Cancel all that an account has open, and close its positions in the book."""
        told = await flatten(self._office, int(request.match_info["account"]))
        return web.json_response(msgspec.to_builtins(told))

    async def _somebodys(self, request: web.Request) -> int:
        """Return the account that is asked for, if it is one that somebody trades with."""
        account = int(request.match_info["account"])
        await self._office.check_somebodys(account)
        return account


def _moment(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // NS_PER_SECOND, UTC).isoformat()


def _accounts(state: State, house: Set[str]) -> list[dict[str, object]]:
    return [
        {
            "rank": each.rank,
            "account": each.account,
            "name": each.name,
            "kind": each.kind.value,
            "equity_micros": each.equity_micros,
            "return_e4": shown_return_e4(
                equity_micros=each.equity_micros, base_micros=each.base_micros
            ),
            "positions": each.positions,
        }
        for each in standings(state, house)
    ]
