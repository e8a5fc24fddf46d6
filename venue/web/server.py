"""Health and metrics over HTTP, on the admin address (loopback by default)."""

import asyncio
import socket
import ssl
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from venue.core.state import State
from venue.core.units import NS_PER_MS
from venue.web.admin import Operator
from venue.web.metrics import Metrics
from venue.web.proofs import ProofPages

Ask = Callable[[Callable[[State], None]], None]
Trouble = Callable[[], str | None]

ANSWER_SECONDS_MAX = 2.0
BACKLOG = 128


class Pages:
    """``/healthz`` and ``/metrics``. ``trouble`` says why the venue acknowledges nothing now."""

    def __init__(
        self,
        *,
        ask: Ask,
        trouble: Trouble,
        metrics: Metrics,
        operator: Operator,
        proofs: ProofPages,
    ) -> None:
        self._proofs = proofs
        self._operator = operator
        self._ask = ask
        self._trouble = trouble
        self._metrics = metrics

    def application(self) -> web.Application:
        """Return the pages as an application."""
        app = web.Application()
        app.router.add_get("/healthz", self.health)
        app.router.add_get("/metrics", self.metrics)
        self._operator.add_to(app)
        self._proofs.add_to(app)
        return app

    async def health(self, request: web.Request) -> web.Response:
        """200 while orders are acknowledged, 503 with the reason while they are not.

        ``slow``: nothing is known to be wrong, and no answer came in time.
        """
        why = self._trouble()
        if why is not None:
            return web.json_response({"ok": False, "why": why}, status=503)
        answer = await self._asked(_health)
        if answer is None:
            why = self._trouble()
            slow = f"no durable state within {ANSWER_SECONDS_MAX} s"
            body = {"ok": False, "why": why or slow, "slow": why is None}
            return web.json_response(body, status=503)
        return web.json_response(answer)

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus text."""
        await self._asked(self._metrics.read)
        return web.Response(
            body=generate_latest(self._metrics.registry),
            headers={"Content-Type": CONTENT_TYPE_LATEST},
        )

    async def _asked(self, question: Callable[[State], object]) -> object | None:
        answered: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        def answer(state: State) -> None:
            if not answered.done():
                answered.set_result(question(state))

        self._ask(answer)
        try:
            return await asyncio.wait_for(answered, ANSWER_SECONDS_MAX)
        except TimeoutError:
            return None


def _health(state: State) -> dict[str, object]:
    return {
        "ok": True,
        "seq": state.seq,
        "time_ms": state.now_ns // NS_PER_MS,
        "markets": {name: market.phase.value for name, market in state.markets.items()},
        "open_liquidations": len(state.liquidations) + len(state.breaches),
    }


async def serve_pages(
    pages: Pages,
    *,
    host: str,
    port: int,
    tls: ssl.SSLContext | None = None,
    at: Callable[[socket.socket], None] = lambda listening: None,
) -> web.AppRunner:
    """Serve the pages until the runner is cleaned up; ``at`` is told the socket that listens."""
    runner = web.AppRunner(pages.application(), access_log=None)
    await runner.setup()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    await web.SockSite(runner, listening, ssl_context=tls, backlog=BACKLOG).start()
    at(listening)
    return runner
