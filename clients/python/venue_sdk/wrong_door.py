"""Which addresses can never be a bots' door: for those a client gives up instead of trying again.

Only what is certain ends a client: a door that answered as something else, before any login. What
a network does (refused, reset, timed out) is tried again.
"""

import asyncio
import ssl
from contextlib import suppress
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidMessage, InvalidStatus, InvalidURI, WebSocketException

BUSY = frozenset({408, 425, 429})  # HTTP answers below 500 that ask to come again.
LOOK_S = 3.0
NOT_TLS = "WRONG_VERSION_NUMBER"  # What OpenSSL says of an answer that is no TLS.


async def why_never(url: str, error: Exception, *, has_logged_in: bool) -> str | None:
    """Return why an address cannot work, by what became of connecting; ``None``: it may yet."""
    if isinstance(error, InvalidURI):
        return f"expected an address such as ws://HOST:PORT/v1/ws: {error}"
    if isinstance(error, InvalidStatus) and _is_final(error.response.status_code):
        return (
            f"expected the bots' door at {url}, found HTTP {error.response.status_code}: "
            "is this the admin port, or a path other than /v1/ws?"
        )
    if has_logged_in:
        return None
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"expected a certificate at {url} that this machine trusts, found "
            f"another ({error.verify_message}): where it is the venue's own, name "
            "its file in the environment variable SSL_CERT_FILE"
        )
    is_not_tls = isinstance(error, ssl.SSLError) and error.reason == NOT_TLS
    # A door of WebSockets ends what is no request for one, or waits for the rest of it.
    no_answer = isinstance(error, ConnectionResetError | TimeoutError) and url.startswith("wss://")
    if is_not_tls or (no_answer and await _speaks_plainly(_other(url, "ws"))):
        return f"expected a door with TLS at {url}, found one without: try {_other(url, 'ws')}"
    cut_off = isinstance(error, InvalidMessage | ConnectionResetError)
    if cut_off and url.startswith("ws://") and await _speaks_tls(url):
        return f"expected a door without TLS at {url}, found TLS: try {_other(url, 'wss')}"
    return None


def _is_final(status: int) -> bool:
    """Say whether an HTTP answer means another door: one too busy may let us in later."""
    return status not in BUSY and status < 500


def _other(url: str, scheme: str) -> str:
    return f"{scheme}://{url.partition('://')[2]}"


async def _speaks_plainly(url: str) -> bool:
    """Say whether bots come in there without TLS; nothing is sent but the request to."""
    try:
        async with connect(url, open_timeout=LOOK_S, close_timeout=LOOK_S):
            return True
    except (OSError, TimeoutError, WebSocketException):
        return False


async def _speaks_tls(url: str) -> bool:
    """Say whether a door answers a handshake of TLS; nothing is sent to it but that."""
    parts = urlsplit(url)
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.check_hostname = False  # It is asked what it speaks, not who it is.
    asking.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(LOOK_S):
            _, writer = await asyncio.open_connection(
                parts.hostname, parts.port or 80, ssl=asking, server_hostname=parts.hostname
            )
    except (OSError, TimeoutError, ValueError):
        return False
    writer.close()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(LOOK_S):
            await writer.wait_closed()
    return True
