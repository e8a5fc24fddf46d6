"""The operator's door: accounts, tokens, halts. Loopback by default, and only with the key.

Every answer is JSON; a refusal is one sentence with the core's permanent name in it.
"""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable, Sequence, Set
from datetime import UTC, datetime
from typing import Annotated, Protocol

import msgspec
from aiohttp import web
from msgspec import Meta

from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.core.events import Event
from venue.core.handlers.accounts import standing
from venue.core.state import State, source_of
from venue.core.units import E6, E9, NS_PER_DAY, NS_PER_SECOND
from venue.store.errors import StoreError
from venue.store.journal import Token
from venue.store.tokens import new_token, token_name

Reply = Callable[[int, int, Sequence[Event]], None]
Submit = Callable[[cmd.Command, Reply], None]
Ask = Callable[[Callable[[State], None]], None]
CutOff = Callable[[Set[bytes]], int]
Answer = web.StreamResponse

# What an account may be called: no control characters, nothing invisible, nothing that turns
# the direction of writing. The door of the bots holds sub-accounts to the same.
PRINTABLE = r"^[^\x00-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+$"
Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=PRINTABLE)]
Why = Annotated[str, Meta(min_length=1, max_length=64, pattern=PRINTABLE)]
Dollars = Annotated[int, Meta(ge=0, le=100_000_000)]
Number = Annotated[int, Meta(ge=1, le=(1 << 53) - 1)]
Days = Annotated[int, Meta(ge=1, le=36_500)]
CallSeconds = Annotated[int, Meta(ge=0, le=86_400)]
Moment = Annotated[int, Meta(ge=0, lt=1 << 62)]
Wait = Annotated[int, Meta(ge=0, le=30 * 86_400)]
ACCOUNT = "/accounts/{account:[0-9]{1,15}}"


class KeyRing(Protocol):
    """The tokens, kept by whoever knows the journal."""

    async def keep(self, token: Token) -> None: ...
    def of(self, account: int) -> list[Token]: ...
    async def revoke(self, account: int, named: str | None = None) -> list[bytes]: ...


# Names are other people's text: no browser may take an answer for a page.
NO_PAGE = {"X-Content-Type-Options": "nosniff"}
UNREADABLE = (msgspec.MsgspecError, StoreError, UnicodeDecodeError, RecursionError)


# What needs no key.
OPEN = {("GET", "/healthz"), ("GET", "/metrics"), ("GET", "/roots")}


class Refused(Exception):
    """The core refused; the text says what and with which figures."""


class OpenBody(msgspec.Struct, forbid_unknown_fields=True):
    """A new account."""

    name: Name
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


class HaltBody(msgspec.Struct, forbid_unknown_fields=True):
    """A halt, of one of the three kinds."""

    why: Why
    kind: cmd.HaltKind = cmd.HaltKind.FREEZE


class ResumeBody(msgspec.Struct, forbid_unknown_fields=True):
    """The end of a halt."""

    call_seconds: CallSeconds = 30


class SplitBody(msgspec.Struct, forbid_unknown_fields=True):
    """A split: ``numerator`` new units for ``denominator`` old ones; ``at_ns`` 0: at once."""

    numerator: Number
    denominator: Number
    at_ns: Moment = 0
    halt_seconds: CallSeconds = 0


class DividendBody(msgspec.Struct, forbid_unknown_fields=True):
    """A dividend: dollars a unit as a decimal; ``ex_ns`` is midnight of New York at the ex-date."""

    dollars: str
    ex_ns: Moment


class RenameBody(msgspec.Struct, forbid_unknown_fields=True):
    """A new name of a market, and where it changes too, of what it follows."""

    to: Name
    underlying: Name | None = None
    at_ns: Moment = 0


class DelistBody(msgspec.Struct, forbid_unknown_fields=True):
    """A delisting, and how long before it positions may only shrink and the mean is taken."""

    at_ns: Moment = 0
    reduce_seconds: Wait = 86_400
    average_seconds: Wait = 3_600


class WithdrawBody(msgspec.Struct, forbid_unknown_fields=True):
    """An announced action that will not be."""

    action_id: Number


class Operator:
    """Routes that need the operator's key."""

    def __init__(
        self, *, key: str, submit: Submit, ask: Ask, keys: KeyRing, cut_off: CutOff
    ) -> None:
        """``cut_off`` ends the connections that came in by tokens of these hashes."""
        self._key = key.encode()
        self._submit = submit
        self._ask = ask
        self._keys = keys
        self._cut_off = cut_off

    def add_to(self, app: web.Application) -> None:
        """Add the routes, and the check in front of them, to an application."""
        app.middlewares.append(self._guard)
        app.router.add_get("/accounts", self.accounts)
        app.router.add_post("/accounts", self.open_account)
        app.router.add_get(f"{ACCOUNT}/tokens", self.tokens)
        app.router.add_post(f"{ACCOUNT}/tokens", self.token)
        app.router.add_post(f"{ACCOUNT}/revoke", self.revoke)
        app.router.add_post(f"{ACCOUNT}/deposit", self.deposit)
        app.router.add_post(f"{ACCOUNT}/reset", self.reset)
        app.router.add_get("/markets", self.markets)
        app.router.add_post("/markets/{market}/halt", self.halt)
        app.router.add_post("/markets/{market}/resume", self.resume)
        app.router.add_post("/markets/{market}/split", self.split)
        app.router.add_post("/markets/{market}/dividend", self.dividend)
        app.router.add_post("/markets/{market}/rename", self.rename)
        app.router.add_post("/markets/{market}/delist", self.delist)
        app.router.add_post("/markets/{market}/withdraw", self.withdraw)

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[Answer]]
    ) -> Answer:
        try:
            answer = await self._answer(request, handler)
        except web.HTTPException as error:
            error.headers.update(NO_PAGE)
            raise
        answer.headers.update(NO_PAGE)
        return answer

    async def _answer(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[Answer]]
    ) -> Answer:
        if (request.method, request.path) not in OPEN:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(given.encode(errors="replace"), self._key):
                return web.Response(status=401, text="expected the operator's key, found another")
        try:
            return await handler(request)
        except Refused as error:
            return web.Response(status=409, text=str(error))
        except UNREADABLE as error:
            return web.Response(status=400, text=str(error))

    async def accounts(self, request: web.Request) -> Answer:
        """Every account, best return first."""
        return web.json_response(await self._asked(_accounts))

    async def markets(self, request: web.Request) -> Answer:
        """Every market."""
        return web.json_response(await self._asked(_markets))

    async def open_account(self, request: web.Request) -> Answer:
        """Open an account, deposit, and make its token."""
        body = msgspec.json.decode(await request.read(), type=OpenBody)
        key, token = new_token(0, body.scope, now_ns=time.time_ns())
        events = await self._done(cmd.OpenAccount(body.name, body.parent))
        opened = events[-1]
        assert isinstance(opened, ev.AccountOpened), "an account was opened or refused"
        if body.dollars:
            await self._done(cmd.Deposit(opened.account, body.dollars * E6))
        await self._keys.keep(msgspec.structs.replace(token, account=opened.account))
        return web.json_response({"account": opened.account, "token": key})

    async def token(self, request: web.Request) -> Answer:
        """Make another token for an account."""
        body = msgspec.json.decode(await request.read(), type=TokenBody)
        account = int(request.match_info["account"])
        if not await self._asked(lambda state: account in state.accounts and account != INSURANCE):
            raise Refused(f"unknown_account: there is no account {account}")
        now_ns = time.time_ns()
        expires = None if body.days is None else now_ns + body.days * NS_PER_DAY
        key, token = new_token(account, body.scope, now_ns=now_ns, expires_ns=expires)
        await self._keys.keep(token)
        return web.json_response({"token": key})

    async def tokens(self, request: web.Request) -> Answer:
        """An account's tokens, by their names: what they are nobody knows any more."""
        return web.json_response(
            [
                {
                    "token": token_name(token.hash),
                    "scope": token.scope,
                    "made": _moment(token.created_ns),
                    "expires": None if token.expires_ns is None else _moment(token.expires_ns),
                    "revoked": token.revoked,
                }
                for token in self._keys.of(int(request.match_info["account"]))
            ]
        )

    async def revoke(self, request: web.Request) -> Answer:
        """Revoke tokens, and end the connections that came in by them."""
        body = msgspec.json.decode(await request.read(), type=RevokeBody)
        account = int(request.match_info["account"])
        revoked = await self._keys.revoke(account, body.token)
        if not revoked:
            what = "token" if body.token is None else "token of that name"
            raise Refused(f"unknown_token: account {account} has no {what} that is in force")
        ended = self._cut_off(frozenset(revoked))
        return web.json_response({"tokens": len(revoked), "connections": ended})

    async def deposit(self, request: web.Request) -> Answer:
        """Bring paper money in."""
        body = msgspec.json.decode(await request.read(), type=DollarsBody)
        await self._done(cmd.Deposit(int(request.match_info["account"]), body.dollars * E6))
        return web.json_response({"ok": True})

    async def reset(self, request: web.Request) -> Answer:
        """Start an account again."""
        body = msgspec.json.decode(await request.read(), type=DollarsBody)
        await self._done(cmd.ResetAccount(int(request.match_info["account"]), body.dollars * E6))
        return web.json_response({"ok": True})

    async def halt(self, request: web.Request) -> Answer:
        """Stop trading in a market."""
        body = msgspec.json.decode(await request.read(), type=HaltBody)
        command = cmd.HaltMarket(request.match_info["market"], body.why, body.kind)
        await self._done(command)
        return web.json_response({"ok": True})

    async def resume(self, request: web.Request) -> Answer:
        """End a halt."""
        body = msgspec.json.decode(await request.read(), type=ResumeBody)
        call_ns = body.call_seconds * NS_PER_SECOND
        await self._done(cmd.ResumeMarket(request.match_info["market"], call_ns))
        return web.json_response({"ok": True})

    async def split(self, request: web.Request) -> Answer:
        """Announce a split."""
        body = msgspec.json.decode(await request.read(), type=SplitBody)
        halt_ns = body.halt_seconds * NS_PER_SECOND
        action = cmd.Split(body.numerator, body.denominator, halt_ns)
        return await self._announced(request, action, body.at_ns)

    async def dividend(self, request: web.Request) -> Answer:
        """Announce a dividend."""
        body = msgspec.json.decode(await request.read(), type=DividendBody)
        return await self._announced(request, cmd.Dividend(nanos_of(body.dollars)), body.ex_ns)

    async def rename(self, request: web.Request) -> Answer:
        """Announce a new name."""
        body = msgspec.json.decode(await request.read(), type=RenameBody)
        return await self._announced(request, cmd.Rename(body.to, body.underlying), body.at_ns)

    async def delist(self, request: web.Request) -> Answer:
        """Announce a delisting."""
        body = msgspec.json.decode(await request.read(), type=DelistBody)
        action = cmd.Delisting(
            body.reduce_seconds * NS_PER_SECOND, body.average_seconds * NS_PER_SECOND
        )
        return await self._announced(request, action, body.at_ns)

    async def withdraw(self, request: web.Request) -> Answer:
        """Call an announced action off."""
        body = msgspec.json.decode(await request.read(), type=WithdrawBody)
        await self._done(cmd.WithdrawAction(request.match_info["market"], body.action_id))
        return web.json_response({"ok": True})

    async def _announced(
        self, request: web.Request, action: cmd.CorporateAction, at_ns: int
    ) -> Answer:
        market = request.match_info["market"]
        events = await self._done(cmd.AnnounceAction(market, action, at_ns))
        announced = next(event for event in events if isinstance(event, ev.ActionAnnounced))
        return web.json_response(
            {"action_id": announced.action_id, "effective_ns": announced.effective_ns}
        )

    async def _done(self, command: cmd.Command) -> Sequence[Event]:
        done: asyncio.Future[Sequence[Event]] = asyncio.get_running_loop().create_future()

        def reply(seq: int, at_ns: int, events: Sequence[Event]) -> None:
            if not done.done():
                done.set_result(events)

        self._submit(command, reply)
        events = await done
        for event in events:
            if isinstance(event, ev.Rejected) and event.command == type(command).__name__:
                figures = ", ".join(f"{name} {value}" for name, value in event.figures.items())
                if event.now_called:
                    figures = f"this market is called {event.now_called} now"
                raise Refused(f"{event.reason.value}{': ' + figures if figures else ''}")
        return events

    async def _asked(self, question: Callable[[State], object]) -> object:
        answered: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        def answer(state: State) -> None:
            if not answered.done():
                answered.set_result(question(state))

        self._ask(answer)
        return await answered


def nanos_of(dollars: str) -> int:
    """Return a decimal of dollars in nano-dollars, exactly; or refuse with a sentence.

    >>> nanos_of("0.25")
    250000000
    """
    whole, _, part = dollars.partition(".")
    if not (whole + part).isascii() or not (whole + part).isdigit() or len(part) > 9:
        raise Refused(f"expected dollars such as 0.25, at most nine decimals, found {dollars!r}")
    return int(whole or "0") * E9 + int(part.ljust(9, "0"))


def _moment(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // NS_PER_SECOND, UTC).isoformat()


def _accounts(state: State) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number, account in sorted(state.accounts.items()):
        if number == INSURANCE:
            continue
        equity, return_e4 = standing(state, account)
        rows.append(
            {
                "account": number,
                "name": account.name,
                "equity_micros": equity,
                "return_e4": return_e4,
                "positions": sum(1 for each in account.holdings.values() if each.size_lots),
            }
        )
    rows.sort(key=lambda row: (-int(str(row["return_e4"])), int(str(row["account"]))))
    for rank, row in enumerate(rows, start=1):
        row["rank"] = rank
    return rows


def _markets(state: State) -> list[dict[str, object]]:
    return [
        {
            "market": name,
            "rulebook": market.spec.rulebook,
            "phase": market.phase.value,
            "session": source_of(state, market).session.value,
            "index": None if market.index_nanos is None else f"{market.index_nanos / E9:.2f}",
            "mark": None if market.mark_nanos is None else f"{market.mark_nanos / E9:.2f}",
            "open_interest": market.open_interest_lots,
            "actions": [
                {
                    "action_id": each.action_id,
                    "kind": type(each.action).__name__.lower(),
                    "effective_ns": each.effective_ns,
                    "next_step": each.steps[0].does.value,
                }
                for each in market.actions
            ],
        }
        for name, market in state.markets.items()
    ]
