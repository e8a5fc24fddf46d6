"""What anyone can check, over HTTP: published roots, proofs of accounts, receipts.

``GET /roots`` needs no key: it is what the venue says to everybody. The others are the operator's.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec
from aiohttp import web

from venue.store.receipts import SignedReceipt

Json = dict[str, object]


class ProofPort(Protocol):
    """Who publishes and proves; answers are JSON objects, ``None`` where there is nothing."""

    def publish(self, told: Callable[[], None]) -> None: ...

    def roots_json(self) -> Json | None: ...

    def proof_json(self, account: int) -> Json | None: ...


class ReceiptPort(Protocol):
    """Who signs where a command stands; ``None``: the journal has none of that seq."""

    async def receipt(self, seq: int) -> SignedReceipt | None: ...


class ProofPages:
    """The routes."""

    def __init__(self, proofs: ProofPort, receipts: ReceiptPort) -> None:
        self._proofs = proofs
        self._receipts = receipts

    def add_to(self, app: web.Application) -> None:
        """Add the routes to an application."""
        app.router.add_get("/roots", self.roots)
        app.router.add_post("/roots", self.publish)
        app.router.add_post("/accounts/{account:-1|[0-9]{1,15}}/proof", self.proof)
        app.router.add_get("/receipts/{seq:[0-9]{1,16}}", self.receipt)

    async def roots(self, request: web.Request) -> web.StreamResponse:
        """What was published last."""
        return _answer(self._proofs.roots_json(), "no_roots_yet: nothing was published yet")

    async def publish(self, request: web.Request) -> web.StreamResponse:
        """Publish the state as it is."""
        await self._published()
        return await self.roots(request)

    async def proof(self, request: web.Request) -> web.StreamResponse:
        """Publish the state as it is, and prove one account against it."""
        await self._published()
        account = int(request.match_info["account"])
        return _answer(
            self._proofs.proof_json(account), f"unknown_account: there is no account {account}"
        )

    async def receipt(self, request: web.Request) -> web.StreamResponse:
        """Say where a command stands in the journal."""
        seq = int(request.match_info["seq"])
        found = await self._receipts.receipt(seq)
        signed = None if found is None else msgspec.to_builtins(found)
        return _answer(signed, f"unknown_seq: no command of seq {seq} is in the journal")

    def _published(self) -> Awaitable[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def told() -> None:
            if not done.done():
                done.set_result(None)

        self._proofs.publish(told)
        return done


def _answer(found: Json | None, otherwise: str) -> web.StreamResponse:
    if found is None:
        return web.Response(status=404, text=otherwise)
    return web.json_response(found)
