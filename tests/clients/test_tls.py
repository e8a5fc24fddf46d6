"""A venue with a certificate of its own: a bot that was not told of it says so in one sentence."""

import asyncio
import ssl
from pathlib import Path

import pytest
from venue_sdk import Closed, connect
from websockets.asyncio.server import serve

from tests.clients.scripted import Script
from tests.hostile.test_real_run import certify


async def talk(folder: Path) -> str:
    """Let a bot come in by TLS and say what the venue is called."""
    script = Script()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    async with serve(script.talk, "127.0.0.1", 0, ssl=tls) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with connect(f"wss://localhost:{port}", "token") as client:
            assert client.login is not None
            return client.login.venue_name


def test_a_certificate_that_is_not_trusted_ends_the_bot_with_a_hint(tmp_path: Path) -> None:
    certify(tmp_path)

    with pytest.raises(Closed, match="SSL_CERT_FILE"):
        asyncio.run(asyncio.wait_for(talk(tmp_path), 20))


def test_a_certificate_named_in_the_environment_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certify(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))

    assert asyncio.run(asyncio.wait_for(talk(tmp_path), 20)) == "scripted"
