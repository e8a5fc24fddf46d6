"""One bot's conversation with the venue: no sockets, no tasks, no clock.

A message becomes a command for the sequencer, a question about the durable state, or an answer
at once. Three kinds of wrong: a message that cannot be understood is answered with a JSON-RPC
error and counts as a fault (twenty in a minute close the connection); a request that may not be
is refused by name; what breaks the WebSocket itself never comes this far.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import msgspec

from venue.core.commands import AmendOrder, Command, OpenAccount, SetCancelOnDisconnect
from venue.core.events import Event
from venue.core.state import State
from venue.gateway.answers import answer
from venue.gateway.connection import Connection, refusal
from venue.gateway.faults import diagnose
from venue.gateway.local import LOCAL, Local
from venue.gateway.methods import DECODER, REQUESTS, Method, Needs
from venue.gateway.queries import QUERIES, Query
from venue.gateway.refusals import DOOR_SENTENCES, DoorReason, Refused
from venue.gateway.stages import Stage
from venue.gateway.translate import TRANSLATE, Translate
from venue.gateway.wire_types import RequestId

decode = DECODER.decode
# Bound here because reading a member off its enum costs as much as two function calls.
CLOSED: Final = Stage.CLOSED


class Route(NamedTuple):
    """Where a request goes: it is a command, a question, or for the door itself."""

    method: Method
    translate: Translate | None
    query: Query | None
    local: Local | None


ROUTES: Final[dict[type[msgspec.Struct], Route]] = {
    request: Route(
        method,
        TRANSLATE.get(method.params),
        QUERIES.get(method.params),
        LOCAL.get(method.name),
    )
    for request, method in REQUESTS.items()
}


def receive(bot: Connection, payload: bytes, now_s: float) -> None:
    """Take one message; ``now_s`` is the wall's monotonic time."""
    if bot.stage is CLOSED:
        return
    try:
        message = decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        fault = diagnose(payload, error)
        bot.refuse(fault.request_id, fault.reason, fault.sentence)
        bot.count_fault(now_s)
        return
    try:
        method, translate, query, local = ROUTES[type(message)]
        _check(bot, method, now_s)
        if translate is not None:
            _submit(bot, message, translate)
        elif query is not None:
            _ask(bot, message, query)
        elif local is not None:
            local(bot, message.id, message.params, now_s)
    except Refused as refused:
        bot.refuse(message.id, refused.reason, refused.sentence, refused.figures)


def _check(bot: Connection, method: Method, now_s: float) -> None:
    """Refuse what may not be asked now, or not so often."""
    name, _, _, needs, cost = method
    if name not in bot.expected:
        raise refusal(
            DoorReason.ALREADY_LOGGED_IN if bot.stage is Stage.ACTIVE else DoorReason.NOT_LOGGED_IN
        )
    if needs:
        if bot.expires_s is not None and now_s >= bot.expires_s:
            raise refusal(DoorReason.TOKEN_EXPIRED)
        if needs > bot.allowed:
            raise refusal(
                DoorReason.READ_ONLY_TOKEN
                if bot.allowed < Needs.TRADE
                else DoorReason.NO_FUNDING_SCOPE
            )
    if not bot.is_limited:
        return
    wait_s = bot.own_bucket.take(cost, now_s=now_s)
    if not wait_s and bot.bucket is not None:
        wait_s = bot.bucket.take(cost, now_s=now_s)
    if wait_s:
        raise Refused(
            DoorReason.RATE_LIMITED,
            DOOR_SENTENCES[DoorReason.RATE_LIMITED],
            retry_after_ms=int(wait_s * 1_000) + 1,
        )


def _submit(bot: Connection, message: Any, translate: Translate) -> None:
    params = message.params
    named = getattr(params, "account", None)
    who = bot.sender if named is None else bot.sender_of(named)
    command = translate(params, who, bot.services.table)
    kind = type(command)
    if kind is SetCancelOnDisconnect:
        bot.cancels_for.add(who.account)
    elif kind is AmendOrder:
        _check_market(bot, command, params.market)
    elif kind is OpenAccount:
        _check_family(bot)
    bot.begin_answer()
    bot.services.venue.submit(command, partial(_answered, bot, message.id, command))


def _check_market(bot: Connection, command: Command, market: str) -> None:
    """Refuse an amendment whose price and size were read in another market's ticks and lots."""
    order_id = command.order_id if isinstance(command, AmendOrder) else None
    shown = bot.services.account_feed.mirror.orders.get(order_id or 0)
    if shown is not None and shown.accepted.market != market:
        raise refusal(DoorReason.WRONG_MARKET, market=market)


def _check_family(bot: Connection) -> None:
    """Refuse another account to an owner who has many."""
    services = bot.services
    accounts_max = services.settings.accounts_max
    if len(services.families.accounts_of[bot.sender.owner]) >= accounts_max:
        raise refusal(DoorReason.TOO_MANY_ACCOUNTS, accounts_max=accounts_max)


def _answered(
    bot: Connection,
    request_id: RequestId,
    command: Command,
    seq: int,
    at_ns: int,
    events: Sequence[Event],
) -> None:
    """Say what a command came to, now that it is durable."""
    if bot.end_answer():
        bot.tell(request_id, answer(command, seq, at_ns, events, bot.services.table))


def _ask(bot: Connection, message: Any, query: Query) -> None:
    params = message.params
    named = getattr(params, "account", None)
    account = bot.sender_of(named).account if bot.account >= 0 else -1
    bot.begin_answer()
    bot.services.begin_question(bot.account)
    bot.services.venue.ask(
        partial(_looked, bot, message.id, query, params, account, asker=bot.account)
    )


def _looked(
    bot: Connection,
    request_id: RequestId,
    query: Query,
    params: Any,
    account: int,
    state: State,
    *,
    asker: int,
) -> None:
    """Answer a question, now that all that the state knows is durable."""
    bot.services.end_question(asker)
    if not bot.end_answer():
        return
    try:
        bot.tell(request_id, query(state, params, account, bot.services.table))
    except Refused as refused:
        bot.refuse(request_id, refused.reason, refused.sentence, refused.figures)
