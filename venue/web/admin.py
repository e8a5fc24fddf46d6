"""The operator's door: accounts, tokens, halts. Loopback by default, and only with the key.

Every answer is JSON; a refusal is one sentence with the core's permanent name in it.
"""

import hmac
from collections.abc import Awaitable, Callable, Set

import msgspec
from aiohttp import web

from venue.store.errors import StoreError
from venue.web.account_pages import AccountPages, Counted, CutOff, KeyRing
from venue.web.market_pages import MarketPages
from venue.web.office import Answer, Ask, Office, Refused, Submit

# Names are other people's text: no browser may take an answer for a page.
NO_PAGE = {"X-Content-Type-Options": "nosniff"}
UNREADABLE = (msgspec.MsgspecError, StoreError, UnicodeDecodeError, RecursionError)
# What needs no key.
OPEN = {("GET", "/healthz"), ("GET", "/metrics"), ("GET", "/roots")}


class Operator:
    """Routes that need the operator's key."""

    def __init__(
        self,
        *,
        key: str,
        submit: Submit,
        ask: Ask,
        keys: KeyRing,
        cut_off: CutOff,
        counted: Counted,
        house: Set[str] = frozenset(),
    ) -> None:
        """``cut_off`` ends the connections that came in by tokens of these hashes.

        ``counted`` asks the tables for reading who traded how often;
        ``house`` are the names of the venue's own bots.
        """
        self._key = key.encode()
        office = Office(submit, ask)
        self._pages = (AccountPages(office, keys, cut_off, counted, house), MarketPages(office))

    def add_to(self, app: web.Application) -> None:
        """Add the routes, and the check in front of them, to an application."""
        app.middlewares.append(self._guard)
        for pages in self._pages:
            pages.add_to(app)

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
                found = "none" if given in ("", "Bearer") else "another"
                return web.Response(status=401, text=f"expected the operator's key, found {found}")
        try:
            return await handler(request)
        except Refused as error:
            return web.Response(status=409, text=str(error))
        except UNREADABLE as error:
            return web.Response(status=400, text=str(error))
