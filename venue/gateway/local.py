"""Methods that the door answers by itself: hello, login, subscriptions, and what feeds hold."""

from collections.abc import Callable
from functools import partial
from typing import Any

from venue.core.units import NS_PER_SECOND
from venue.gateway import private_params as ask
from venue.gateway import public_params as public
from venue.gateway import results
from venue.gateway.connection import Connection, refusal
from venue.gateway.methods import ALLOWS
from venue.gateway.proving import proof, receipt, roots
from venue.gateway.refusals import DOOR_SENTENCES, DoorReason, Refused
from venue.gateway.stages import Stage
from venue.gateway.translate import Sender
from venue.gateway.wire_types import RequestId

NS_PER_MS = 1_000_000


def hello(bot: Connection, request_id: RequestId, params: public.HelloParams, now_s: float) -> None:
    """Answer ``public/hello``."""
    bot.tell(request_id, bot.services.hello())


def ping(bot: Connection, request_id: RequestId, params: public.PingParams, now_s: float) -> None:
    """Answer ``public/ping``."""
    services = bot.services
    bot.tell(
        request_id,
        results.PingResult(
            server_time_ms=services.wall.unix_ms(),
            venue_time_ms=services.venue.now_ns() // NS_PER_MS,
        ),
    )


def login(bot: Connection, request_id: RequestId, params: public.LoginParams, now_s: float) -> None:
    """Answer ``public/login``. A wrong token counts as a fault: guessing ends soon."""
    services = bot.services
    found = services.authenticate(params.token.encode("utf-8", "surrogatepass"))
    owner = None if found is None else services.families.owner_of.get(found.account)
    if found is None or owner is None:
        reason = DoorReason.BAD_TOKEN
        bot.refuse(request_id, reason, DOOR_SENTENCES[reason])
        bot.count_fault(now_s)
        return
    if found.expires_ns is not None:
        left_ns = found.expires_ns - services.wall.unix_ns()
        if left_ns <= 0:
            raise refusal(DoorReason.TOKEN_EXPIRED)
        bot.expires_s = now_s + left_ns / NS_PER_SECOND
    bot.enter(Stage.ACTIVE)
    bot.account = found.account
    bot.key = found.key
    bot.allowed = ALLOWS[found.scope]
    bot.sender = Sender(found.account, bot.number, owner)
    bot.bucket = services.bucket_of(found.account)
    expires_ns = found.expires_ns
    known = services.hello()
    bot.tell(
        request_id,
        results.LoginResult(
            venue=known.venue,
            venue_name=known.venue_name,
            version=known.version,
            server_time_ms=known.server_time_ms,
            venue_time_ms=known.venue_time_ms,
            speed=known.speed,
            ping_every_ms=known.ping_every_ms,
            silence_max_ms=known.silence_max_ms,
            message_bytes_max=known.message_bytes_max,
            rulebooks=known.rulebooks,
            account=found.account,
            scope=found.scope,
            accounts=services.families.accounts_of[owner],
            account_n=services.account_feed.counts.get(found.account, 0),
            connection=bot.number,
            expires_ms=None if expires_ns is None else expires_ns // NS_PER_MS,
        ),
    )


def subscribe(
    bot: Connection, request_id: RequestId, params: public.SubscribeParams, now_s: float
) -> None:
    """Answer ``public/subscribe``: all channels are taken, or none."""
    feeds = bot.services.feeds
    fresh = [name for name in dict.fromkeys(params.channels) if name not in bot.channels]
    for name in fresh:
        feeds.check(name)
    channels_max = bot.services.settings.channels_max
    if len(bot.channels) + len(fresh) > channels_max:
        raise refusal(DoorReason.TOO_MANY_CHANNELS, channels_max=channels_max)
    bot.channels.update(dict.fromkeys(fresh))
    bot.tell(request_id, results.ChannelsResult(channels=list(bot.channels)))
    for name in fresh:
        feeds.subscribe(bot, name)


def unsubscribe(
    bot: Connection, request_id: RequestId, params: public.UnsubscribeParams, now_s: float
) -> None:
    """Answer ``public/unsubscribe``."""
    for name in params.channels:
        if name not in bot.channels:
            raise refusal(DoorReason.NOT_SUBSCRIBED, channel=name)
    for name in dict.fromkeys(params.channels):
        del bot.channels[name]
        bot.services.feeds.unsubscribe(bot, name)
    bot.tell(request_id, results.ChannelsResult(channels=list(bot.channels)))


def trades(bot: Connection, request_id: RequestId, params: public.TapeParams, now_s: float) -> None:
    """Answer ``public/get_trades`` from memory."""
    bot.services.table.get(params.market)
    tape = bot.services.feeds.tapes[params.market]
    bot.tell(request_id, results.TapeResult(trades=tape.latest(params.count)))


def candles(
    bot: Connection, request_id: RequestId, params: public.CandlesParams, now_s: float
) -> None:
    """Answer ``public/get_candles`` from memory."""
    bot.services.table.get(params.market)
    tape = bot.services.feeds.tapes[params.market]
    kept = tape.candles(params.interval, params.count)
    bot.tell(request_id, results.CandlesResult(candles=kept))


def liquidations(
    bot: Connection, request_id: RequestId, params: public.LiquidationsParams, now_s: float
) -> None:
    """Answer ``public/get_liquidations`` from memory."""
    steps = bot.services.feeds.liquidations.latest(params.count)
    bot.tell(request_id, results.LiquidationsResult(liquidations=steps))


def standings(
    bot: Connection, request_id: RequestId, params: public.StandingsParams, now_s: float
) -> None:
    """Answer ``public/get_standings``, after a round over all accounts if need be."""
    bot.services.standings.ask(params.count, partial(_told, bot, request_id))


def _told(bot: Connection, request_id: RequestId, result: results.StandingsResult) -> None:
    if bot.stage is not Stage.CLOSED:
        bot.tell(request_id, result)


def limits(
    bot: Connection, request_id: RequestId, params: public.LimitsParams, now_s: float
) -> None:
    """Answer ``public/get_limits``."""
    bot.tell(request_id, bot.limits())


def explanation(
    bot: Connection, request_id: RequestId, params: ask.ExplanationParams, now_s: float
) -> None:
    """Answer ``private/get_explanation``."""
    account = bot.sender_of(params.account).account
    found = bot.services.feeds.liquidations.explain(account, params.liquidation_id)
    if found is None:
        raise refusal(DoorReason.UNKNOWN_LIQUIDATION, liquidation_id=params.liquidation_id)
    bot.tell(request_id, found)


def subscribe_account(
    bot: Connection, request_id: RequestId, params: ask.SubscribeAccountParams, now_s: float
) -> None:
    """Answer ``private/subscribe_account``; the notices follow the answer."""
    services = bot.services
    account = bot.sender_of(params.account).account
    last_n = services.account_feed.counts.get(account, 0)
    first_n = last_n + 1 if params.from_n is None else params.from_n
    if first_n > last_n + 1:
        raise Refused(
            DoorReason.FROM_THE_FUTURE,
            f"from: expected at most {last_n + 1}, found {first_n}",
            last_n=last_n,
        )
    bot.tell(
        request_id,
        results.SubscribeAccountResult(account=account, first_n=first_n, last_n=last_n),
    )
    bot.hears.add(account)
    services.streams.subscribe(bot, account, first_n)


def unsubscribe_account(
    bot: Connection, request_id: RequestId, params: ask.UnsubscribeAccountParams, now_s: float
) -> None:
    """Answer ``private/unsubscribe_account``."""
    account = bot.sender_of(params.account).account
    if account not in bot.hears:
        raise refusal(DoorReason.NOT_SUBSCRIBED, channel=f"account.{account}")
    bot.hears.discard(account)
    bot.services.streams.unsubscribe(bot, account)
    bot.tell(request_id, results.ChannelsResult(channels=list(bot.channels)))


def ready(bot: Connection, request_id: RequestId, params: ask.ReadyParams, now_s: float) -> None:
    """Answer ``private/ready``, once time has moved."""
    account = bot.sender_of(None).account
    if not bot.services.venue.ready(account, partial(_go_on, bot, request_id)):
        raise refusal(DoorReason.NOT_IN_LOCKSTEP)


def _go_on(bot: Connection, request_id: RequestId, at_ns: int) -> None:
    if bot.stage is not Stage.CLOSED:
        bot.tell(request_id, results.ReadyResult(venue_time_ms=at_ns // NS_PER_MS))


Local = Callable[[Connection, RequestId, Any, float], None]

LOCAL: dict[str, Local] = {
    "public/hello": hello,
    "public/ping": ping,
    "public/login": login,
    "public/subscribe": subscribe,
    "public/unsubscribe": unsubscribe,
    "public/get_trades": trades,
    "public/get_candles": candles,
    "public/get_liquidations": liquidations,
    "public/get_standings": standings,
    "public/get_limits": limits,
    "public/get_roots": roots,
    "private/get_explanation": explanation,
    "private/get_proof": proof,
    "private/get_receipt": receipt,
    "private/subscribe_account": subscribe_account,
    "private/unsubscribe_account": unsubscribe_account,
    "private/ready": ready,
}
