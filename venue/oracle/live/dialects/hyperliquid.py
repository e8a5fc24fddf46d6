"""Dialect ``hyperliquid``: the oracle price of a perp on Hyperliquid, HIP-3 markets included.

    to it      {"method":"subscribe","subscription":{"type":"activeAssetCtx","coin":"xyz:TSLA"}}
    from it    {"channel":"subscriptionResponse","data":{...}}
               {"channel":"activeAssetCtx","data":{"coin":"xyz:TSLA","ctx":{"oraclePx":"342.81",
                "markPx":"342.9","midPx":"342.85","funding":"0.00000625",...}}}
    to it      {"method":"ping"}
    from it    {"channel":"pong"}

``oraclePx`` is the source's print, ``midPx`` one of ``<source>-mid`` (there may be none). Neither
is stamped: they count from when they were received. While the stock market is shut ``oraclePx`` is
that venue's own internal price, not an outside one: a calendar that says so leaves it aside.

Source: Hyperliquid, "WebSocket" (subscriptions, activeAssetCtx; timeouts and heartbeats: a
connection that is sent nothing for 60 s is closed, so a ping every 50).
"""

import msgspec

from venue.oracle.errors import shown
from venue.oracle.figures import FigureError, price_nanos
from venue.oracle.live.dialects.dialect import Heard, Seen, WebSocketDialect

MID = "-mid"


class Context(msgspec.Struct, frozen=True):
    """The prices of one market."""

    oraclePx: str
    midPx: str | None = None


class AssetContext(msgspec.Struct, frozen=True):
    """What an ``activeAssetCtx`` message carries."""

    coin: str
    ctx: Context


class Envelope(msgspec.Struct, frozen=True):
    """Any message."""

    channel: str
    data: msgspec.Raw = msgspec.Raw(b"null")


_ENVELOPE = msgspec.json.Decoder(Envelope)
_CONTEXT = msgspec.json.Decoder(AssetContext)


class Hyperliquid(WebSocketDialect):
    """One connection."""

    keepalive: str | None = '{"method":"ping"}'
    keepalive_seconds = 50.0

    def opening(self) -> tuple[str, ...]:
        """Subscribe to each market."""
        return tuple(
            msgspec.json.encode(
                {"method": "subscribe", "subscription": {"type": "activeAssetCtx", "coin": coin}}
            ).decode()
            for coin in self._wanted
        )

    def hear(self, frame: str | bytes) -> Heard:
        """Return what one message says."""
        try:
            envelope = _ENVELOPE.decode(frame)
            if envelope.channel == "error":
                return Heard(complaint=shown(bytes(envelope.data).decode("utf-8", "replace")))
            if envelope.channel != "activeAssetCtx":
                return Heard()
            asset = _CONTEXT.decode(envelope.data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise FigureError(expected="a message with a channel", found=error) from None
        underlying = self._wanted.get(asset.coin)
        if underlying is None:
            raise FigureError(expected="a subscribed coin", found=asset.coin)
        seen = [Seen(underlying, price_nanos(asset.ctx.oraclePx), None)]
        if asset.ctx.midPx is not None:
            seen.append(Seen(underlying, price_nanos(asset.ctx.midPx), None, MID))
        return Heard(seen=tuple(seen))
