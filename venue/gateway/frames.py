"""WebSocket frames that the venue sends: unmasked, whole, uncompressed (RFC 6455, section 5.2).

A text frame is built once and the same bytes go to every bot.
"""

from struct import Struct

SHORT_MAX = 125
MEDIUM_MAX = 0xFFFF
CONTROL_MAX = 125

_medium = Struct("!BBH").pack
_long = Struct("!BBQ").pack
_code = Struct("!H").pack


def header(size: int) -> bytes:
    """Return the header of a whole text frame of a size."""
    if size <= SHORT_MAX:
        return bytes((0x81, size))
    if size <= MEDIUM_MAX:
        return _medium(0x81, 126, size)
    return _long(0x81, 127, size)


# Nearly everything that is said is this short.
HEADERS = tuple(header(size) for size in range(2_048))


def text_frame(payload: bytes) -> bytes:
    """Return a text message as one frame.

    >>> text_frame(b"hi")
    b'\\x81\\x02hi'
    """
    size = len(payload)
    return (HEADERS[size] if size < len(HEADERS) else header(size)) + payload


def close_reason(why: str) -> str:
    """Return a sentence cut to what fits in a close frame beside its code."""
    return why.encode()[: CONTROL_MAX - 2].decode(errors="ignore")


def close_frame(code: int, why: str) -> bytes:
    """Return a close frame with a code and a sentence, cut to what fits."""
    body = _code(code) + close_reason(why).encode()
    return bytes((0x88, len(body))) + body


PING_FRAME = b"\x89\x00"
