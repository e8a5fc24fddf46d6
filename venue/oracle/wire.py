"""The messages of a live source: JSON objects over a WebSocket, one a frame.

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

import msgspec

from venue.oracle.figures import (
    STAMP_NS_MAX,
    STAMP_NS_MIN,
    FigureError,
    price_nanos,
)

FRAME_BYTES_MAX = 16_384


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
