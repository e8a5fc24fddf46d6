"""Dialect ``alpaca``: trades and quotes of US stocks, from Alpaca's market data stream.

    from it      [{"T":"success","msg":"connected"}]
    to it        {"action":"auth","key":"...","secret":"..."}
    from it      [{"T":"success","msg":"authenticated"}]
    to it        {"action":"subscribe","trades":["TSLA"],"quotes":["TSLA"]}
    from it      [{"T":"subscription","trades":["TSLA"],"quotes":["TSLA"],...}]
                 [{"T":"t","S":"TSLA","p":342.81,"t":"2025-05-16T14:30:00.123456789Z",...}]
                 [{"T":"q","S":"TSLA","bp":342.80,"ap":342.82,"t":"...",...}]
                 [{"T":"error","code":402,"msg":"auth failed"}]

A trade is a print of the source; the middle of a quote is a print of ``<source>-mid``, so that
a rule may weigh them apart. A quote with an empty or crossed side is no price and left out. Late
reports come as ordinary trades with a condition: they are carried like any other, since judging
is for the rules. Other messages (bars, corrections, statuses) are not asked for.

Source: Alpaca, "Real-time stock data" (v2 stream): addresses
``wss://stream.data.alpaca.markets/v2/iex`` and ``/sip``; ten seconds to authenticate; one
connection an account.
"""

from datetime import UTC

import msgspec

from venue.core.units import div_half_even
from venue.oracle.errors import shown
from venue.oracle.figures import FigureError, price_nanos, stamp_ns
from venue.oracle.live.dialects.dialect import Heard, Seen, WebSocketDialect

MID = "-mid"


class Control(msgspec.Struct, frozen=True):
    """Everything that any message may hold of what is looked at; the rest is left unread."""

    T: str
    msg: str = ""
    code: int = 0
    S: str = ""
    t: str = ""
    p: msgspec.Raw = msgspec.Raw(b"")
    bp: msgspec.Raw = msgspec.Raw(b"")
    ap: msgspec.Raw = msgspec.Raw(b"")
    trades: list[str] = []


_DECODER = msgspec.json.Decoder(list[Control])
_EMPTY_SIDE = (b"0", b"0.0", b"")


class Alpaca(WebSocketDialect):
    """One connection: it is greeted, says who it is, subscribes, and hears."""

    def opening(self) -> tuple[str, ...]:
        """Say nothing: the vendor greets first."""
        return ()

    def hear(self, frame: str | bytes) -> Heard:
        """Return what a frame of one or more messages says."""
        try:
            messages = _DECODER.decode(frame)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise FigureError(expected="a list of messages", found=error) from None
        seen: list[Seen] = []
        refusals: list[FigureError] = []
        for message in messages:
            if message.T in ("success", "error", "subscription"):
                return self._control(message)
            try:
                if (price := self._price(message)) is not None:
                    seen.append(price)
            except FigureError as error:
                refusals.append(error)
        return Heard(seen=tuple(seen), refusals=tuple(refusals))

    def _control(self, message: Control) -> Heard:
        symbols = list(self._wanted)
        match message.T, message.msg:
            case "success", "connected":
                settings = self._settings
                login = {"action": "auth", "key": settings.key, "secret": settings.secret}
                return Heard(replies=(msgspec.json.encode(login).decode(),))
            case "success", "authenticated":
                wish = {"action": "subscribe", "trades": symbols, "quotes": symbols}
                return Heard(replies=(msgspec.json.encode(wish).decode(),))
            case "error", why:
                return Heard(complaint=f"{message.code} {shown(why)}", ends=True)
            case "subscription", _:
                if missing := sorted(set(symbols) - set(message.trades)):
                    return Heard(complaint=f"it lacks {', '.join(missing[:10])}")
        return Heard()

    def _price(self, message: Control) -> Seen | None:
        if message.T not in ("t", "q"):
            return None
        underlying = self._wanted.get(message.S)
        if underlying is None:
            raise FigureError(expected="a subscribed symbol", found=message.S)
        at_ns = stamp_ns(message.t, UTC)
        if message.T == "t":
            return Seen(underlying, _nanos(message.p), at_ns)
        if bytes(message.bp) in _EMPTY_SIDE or bytes(message.ap) in _EMPTY_SIDE:
            return None
        bid, ask = _nanos(message.bp), _nanos(message.ap)
        if bid > ask:
            return None
        return Seen(underlying, div_half_even(bid + ask, 2), at_ns, MID)


def _nanos(raw: msgspec.Raw) -> int:
    # The number as it was written: no float in between.
    return price_nanos(bytes(raw).decode("utf-8", "replace"))
