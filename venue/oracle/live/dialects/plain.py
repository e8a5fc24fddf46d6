"""Dialect ``plain``: this project's own, for whoever writes a source.

JSON objects over a WebSocket, one a frame.

    to the source    {"op": "subscribe", "underlyings": ["TSLA", "NVDA"]}
    from it          {"op": "subscribed", "underlyings": ["TSLA", "NVDA"]}
                     {"op": "print", "underlying": "TSLA", "price": "342.81",
                      "time_ns": 1747423800000000000}
                     {"op": "heartbeat"}
                     {"op": "error", "why": "unknown underlying XYZ"}

A price is decimal text in dollars, up to nine decimals; ``time_ns`` is the source's own stamp,
a whole number of ns since the Unix epoch. Unknown fields are refused: a field that is not
understood may well change what the others mean.
"""

from collections.abc import Mapping

import msgspec

from venue.oracle.errors import shown
from venue.oracle.figures import (
    STAMP_NS_MAX,
    STAMP_NS_MIN,
    FigureError,
    price_nanos,
)
from venue.oracle.live.dialects.dialect import Heard, Seen, WebSocketDialect


class Subscribe(msgspec.Struct, frozen=True, tag_field="op", tag="subscribe"):
    """Ask for the prints of these underlyings."""

    underlyings: list[str]


class Subscribed(
    msgspec.Struct, frozen=True, tag_field="op", tag="subscribed", forbid_unknown_fields=True
):
    """The source will send the prints of these."""

    underlyings: list[str]


class PriceMessage(
    msgspec.Struct, frozen=True, tag_field="op", tag="print", forbid_unknown_fields=True
):
    """One price of one underlying."""

    underlying: str
    price: str
    time_ns: int


class Heartbeat(
    msgspec.Struct, frozen=True, tag_field="op", tag="heartbeat", forbid_unknown_fields=True
):
    """The source is alive and has nothing to say."""


class SourceFault(
    msgspec.Struct, frozen=True, tag_field="op", tag="error", forbid_unknown_fields=True
):
    """The source refuses something."""

    why: str


Message = Subscribed | PriceMessage | Heartbeat | SourceFault

_DECODER: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


class Plain(WebSocketDialect):
    """One connection to a source of our own protocol."""

    def headers(self) -> Mapping[str, str]:
        """Return the key as a bearer token, where there is one."""
        key = self._settings.key
        return {"Authorization": f"Bearer {key}"} if key else {}

    def opening(self) -> tuple[str, ...]:
        """Ask for all underlyings."""
        return (encoded(Subscribe(list(self._wanted))),)

    def hear(self, frame: str | bytes) -> Heard:
        """Return what a frame says; ``FigureError`` where it cannot be read."""
        match decoded(frame):
            case PriceMessage() as said:
                if said.underlying not in self._wanted:
                    raise FigureError(expected="a subscribed underlying", found=said.underlying)
                nanos, source_time_ns = price_and_time(said)
                return Heard(seen=(Seen(self._wanted[said.underlying], nanos, source_time_ns),))
            case Subscribed(underlyings):
                if missing := sorted(set(self._wanted) - set(underlyings)):
                    return Heard(complaint=f"it lacks {', '.join(missing[:10])}")
            case SourceFault(why):
                return Heard(complaint=shown(why))
            case Heartbeat():
                pass
        return Heard()


def decoded(frame: str | bytes) -> Message:
    """Return the message in a frame; ``FigureError`` says what is wrong with it."""
    try:
        return _DECODER.decode(frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FigureError(expected="a message of the feed", found=error) from None


def price_and_time(seen: PriceMessage) -> tuple[int, int]:
    """Return price in nano-dollars and the source's stamp; ``FigureError`` when out of range."""
    if not STAMP_NS_MIN <= seen.time_ns < STAMP_NS_MAX:
        raise FigureError(expected="time_ns between 1980 and 2100", found=seen.time_ns)
    return price_nanos(seen.price), seen.time_ns


def encoded(message: Subscribe | Message) -> str:
    """Return a message as the text of a frame."""
    return msgspec.json.encode(message).decode()
