"""Dialect ``hermes``: Pyth's prices, as server-sent events from a Hermes server.

    GET <address>/v2/updates/price/stream?ids[]=<feed>&parsed=true&...
    data:{"binary":{...},"parsed":[{"id":"e62d...","price":{"price":"34281000","conf":"12000",
          "expo":-5,"publish_time":1747423800},"ema_price":{...},"metadata":{...}}]}

The symbol of an underlying is its feed id in hexadecimal. US equities have a feed for each of the
sessions: give each a source of its own. ``conf`` travels with the print as its confidence: how far
apart Pyth's publishers are. A stream ends by itself after 24 hours and is made anew. The key, which
Hermes asks for since August 2026, goes as a bearer token.

Source: Pyth developer hub, "Fetch price updates" (streaming), Hermes API ``/v2``.
"""

from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from venue.core.units import NS_PER_SECOND, div_half_even
from venue.oracle.figures import PRICE_NANOS_MAX, STAMP_NS_MAX, STAMP_NS_MIN, FigureError
from venue.oracle.live.dialects.dialect import Heard, Seen
from venue.oracle.live.settings import LiveSettings

STREAM = "/v2/updates/price/stream"
NANOS_EXPONENT = 9
EXPONENT_MAX = 18
DIGITS_MAX = 20


class Price(msgspec.Struct, frozen=True):
    """price × 10^expo dollars, give or take conf × 10^expo."""

    price: str
    conf: str
    expo: int
    publish_time: int


class Parsed(msgspec.Struct, frozen=True):
    """One feed's latest price."""

    id: str
    price: Price


class Update(msgspec.Struct, frozen=True):
    """One event."""

    parsed: list[Parsed]


_DECODER = msgspec.json.Decoder(Update)


class Hermes:
    """One stream of events."""

    schemes: tuple[str, ...] = ("http", "https")
    keepalive: str | None = None
    keepalive_seconds = 0.0

    def __init__(self, settings: LiveSettings) -> None:
        self._settings = settings
        self._wanted = {_feed(settings.symbol(each)): each for each in settings.underlyings}

    def address(self) -> str:
        """Return the address of the stream of all feeds."""
        asked = "&".join(f"ids[]={quote(feed, safe='')}" for feed in self._wanted)
        base = self._settings.url.rstrip("/").removesuffix(STREAM)
        return f"{base}{STREAM}?{asked}&parsed=true&ignore_invalid_price_ids=true"

    def headers(self) -> Mapping[str, str]:
        """Return the key as a bearer token, where there is one."""
        key = self._settings.key
        return {"Authorization": f"Bearer {key}"} if key else {}

    def opening(self) -> tuple[str, ...]:
        """Say nothing: the address has said it all."""
        return ()

    def hear(self, frame: str | bytes) -> Heard:
        """Return the prices of one event; a comment, which is empty, is a sign of life."""
        if not frame:
            return Heard()
        try:
            update = _DECODER.decode(frame)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise FigureError(expected="an update with parsed prices", found=error) from None
        seen: list[Seen] = []
        refusals: list[FigureError] = []
        for each in update.parsed:
            try:
                seen.append(self._price(each))
            except FigureError as error:
                refusals.append(error)
        return Heard(seen=tuple(seen), refusals=tuple(refusals))

    def _price(self, each: Parsed) -> Seen:
        underlying = self._wanted.get(_feed(each.id))
        if underlying is None:
            raise FigureError(expected="a feed that was asked for", found=each.id)
        at_ns = each.price.publish_time * NS_PER_SECOND
        if not STAMP_NS_MIN <= at_ns < STAMP_NS_MAX:
            raise FigureError(expected="publish_time between 1980 and 2100", found=at_ns)
        nanos = _nanos(each.price.price, each.price.expo)
        if not 0 < nanos <= PRICE_NANOS_MAX:
            raise FigureError(expected="a price above 0", found=each.price.price)
        confidence = min(_nanos(each.price.conf, each.price.expo), PRICE_NANOS_MAX)
        return Seen(underlying, nanos, at_ns, confidence_nanos=max(0, confidence))


def _feed(symbol: str) -> str:
    return symbol.lower().removeprefix("0x")


def _nanos(text: str, expo: int) -> int:
    """Return text × 10^expo dollars in nano-dollars, half even beyond the ninth decimal."""
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > DIGITS_MAX:
        raise FigureError(expected="a whole number as text", found=text)
    if abs(expo) > EXPONENT_MAX:
        raise FigureError(expected=f"an exponent within {EXPONENT_MAX}", found=expo)
    shift = NANOS_EXPONENT + expo
    value = int(text)
    return value * 10**shift if shift >= 0 else div_half_even(value, 10**-shift)
