"""The operator's routes of markets: halts, and what their companies do."""

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.names import PRINTABLE
from venue.core.state import State, source_of
from venue.core.units import E9, NS_PER_SECOND
from venue.web.contracts import contracts
from venue.web.office import Answer, Name, Number, Office, Refused, body_of

Why = Annotated[str, Meta(min_length=1, max_length=64, pattern=PRINTABLE)]
CallSeconds = Annotated[int, Meta(ge=0, le=86_400)]
Moment = Annotated[int, Meta(ge=0, lt=1 << 62)]
Wait = Annotated[int, Meta(ge=0, le=30 * 86_400)]


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


class SourceBody(msgspec.Struct, forbid_unknown_fields=True):
    """What a source prints in, as a ratio of new units for old ones beside what is done already."""

    source: Name
    numerator: Number
    denominator: Number


class MergeBody(msgspec.Struct, forbid_unknown_fields=True):
    """What a unit becomes: cash, units of another, or both."""

    cash: str = "0"
    to: str = ""
    numerator: Number = 1
    denominator: Number = 1
    underlying: str | None = None
    at_ns: Moment = 0
    halt_seconds: Wait = 0
    reduce_seconds: Wait = 0


class WithdrawBody(msgspec.Struct, forbid_unknown_fields=True):
    """An announced action that will not be."""

    action_id: Number


class MarketPages:
    """The routes."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def add_to(self, app: web.Application) -> None:
        """Add the routes to an application."""
        app.router.add_get("/markets", self.markets)
        for does in (
            self.halt,
            self.resume,
            self.split,
            self.dividend,
            self.rename,
            self.delist,
            self.merge,
            self.withdraw,
            self.source,
        ):
            app.router.add_post(f"/markets/{{market}}/{does.__name__}", does)

    async def markets(self, request: web.Request) -> Answer:
        """Every market."""
        return web.json_response(await self._office.asked(_markets))

    async def halt(self, request: web.Request) -> Answer:
        """Stop trading in a market."""
        body = await body_of(request, HaltBody)
        command = cmd.HaltMarket(request.match_info["market"], body.why, body.kind)
        await self._office.done(command)
        return web.json_response({"ok": True})

    async def resume(self, request: web.Request) -> Answer:
        """End a halt."""
        body = await body_of(request, ResumeBody)
        call_ns = body.call_seconds * NS_PER_SECOND
        await self._office.done(cmd.ResumeMarket(request.match_info["market"], call_ns))
        return web.json_response({"ok": True})

    async def split(self, request: web.Request) -> Answer:
        """Announce a split."""
        body = await body_of(request, SplitBody)
        halt_ns = body.halt_seconds * NS_PER_SECOND
        action = cmd.Split(body.numerator, body.denominator, halt_ns)
        return await self._announced(request, action, body.at_ns)

    async def dividend(self, request: web.Request) -> Answer:
        """Announce a dividend."""
        body = await body_of(request, DividendBody)
        return await self._announced(request, cmd.Dividend(nanos_of(body.dollars)), body.ex_ns)

    async def rename(self, request: web.Request) -> Answer:
        """Announce a new name."""
        body = await body_of(request, RenameBody)
        return await self._announced(request, cmd.Rename(body.to, body.underlying), body.at_ns)

    async def delist(self, request: web.Request) -> Answer:
        """Announce a delisting."""
        body = await body_of(request, DelistBody)
        action = cmd.Delisting(
            body.reduce_seconds * NS_PER_SECOND, body.average_seconds * NS_PER_SECOND
        )
        return await self._announced(request, action, body.at_ns)

    async def merge(self, request: web.Request) -> Answer:
        """Announce a merger."""
        body = await body_of(request, MergeBody)
        action = cmd.Merger(
            nanos_of(body.cash),
            body.to,
            body.numerator,
            body.denominator,
            body.underlying,
            body.halt_seconds * NS_PER_SECOND,
            body.reduce_seconds * NS_PER_SECOND,
        )
        return await self._announced(request, action, body.at_ns)

    async def withdraw(self, request: web.Request) -> Answer:
        """Call an announced action off."""
        body = await body_of(request, WithdrawBody)
        await self._office.done(cmd.WithdrawAction(request.match_info["market"], body.action_id))
        return web.json_response({"ok": True})

    async def source(self, request: web.Request) -> Answer:
        """Say what a source prints in."""
        body = await body_of(request, SourceBody)
        market = request.match_info["market"]
        await self._office.done(
            cmd.CountSource(market, body.source, body.numerator, body.denominator)
        )
        return web.json_response({"ok": True})

    async def _announced(
        self, request: web.Request, action: cmd.CorporateAction, at_ns: int
    ) -> Answer:
        market = request.match_info["market"]
        events = await self._office.done(cmd.AnnounceAction(market, action, at_ns))
        announced = next(event for event in events if isinstance(event, ev.ActionAnnounced))
        return web.json_response(
            {"action_id": announced.action_id, "effective_ns": announced.effective_ns}
        )


def nanos_of(dollars: str) -> int:
    """Return a decimal of dollars in nano-dollars, exactly; or refuse with a sentence.

    >>> nanos_of("0.25")
    250000000
    """
    whole, _, part = dollars.partition(".")
    if not (whole + part).isascii() or not (whole + part).isdigit() or len(part) > 9:
        raise Refused(f"expected dollars such as 0.25, at most nine decimals, found {dollars!r}")
    return int(whole or "0") * E9 + int(part.ljust(9, "0"))


def _markets(state: State) -> list[dict[str, object]]:
    return [
        {
            "market": name,
            "rulebook": market.spec.rulebook,
            "phase": market.phase.value,
            "why": market.phase_why,
            "reduce_only": market.terms.reduce_only,
            "session": source_of(state, market).session.value,
            "index": None if market.index_nanos is None else f"{market.index_nanos / E9:.2f}",
            "mark": None if market.mark_nanos is None else f"{market.mark_nanos / E9:.2f}",
            "open_interest": contracts(market.open_interest_lots, market.spec.units.lot_e9),
            "actions": [
                {
                    "action_id": each.action_id,
                    "kind": type(each.action).__name__.lower(),
                    "effective_ns": each.effective_ns,
                    "next_step": each.steps[0].does.value,
                }
                for each in market.actions
            ],
            "held_back": [
                {"source": source, "price": f"{feed.held_nanos / E9:.2f}"}
                for source, feed in sorted(market.feeds.items())
                if feed.held_nanos is not None
            ],
        }
        for name, market in state.markets.items()
    ]
