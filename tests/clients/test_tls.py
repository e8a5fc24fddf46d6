"""A venue with a certificate of its own: a bot that was not told of it says so in one sentence."""

import asyncio
import ssl
from pathlib import Path

import pytest
from venue_sdk import Closed, client, connect
from websockets.asyncio.server import serve

from tests.clients.scripted import Script, scripted
from tests.hostile.test_real_run import certify


async def talk(folder: Path, scheme: str = "wss") -> str:
    """Let a bot come in by TLS and say what the venue is called."""
    script = Script()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    async with serve(script.talk, "127.0.0.1", 0, ssl=tls) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with connect(f"{scheme}://localhost:{port}", "token") as client:
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


def test_a_door_with_tls_ends_a_bot_that_came_without(tmp_path: Path) -> None:
    certify(tmp_path)

    with pytest.raises(Closed, match=r"expected a door without TLS at .*: try wss://localhost:"):
        asyncio.run(asyncio.wait_for(talk(tmp_path, "ws"), 20))


def test_a_door_without_tls_ends_a_bot_that_came_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "OPEN_S", 0.3)

    async def story() -> None:
        async with scripted() as script:
            with pytest.raises(Closed, match=r"expected a door with TLS at .*: try ws://127"):
                await connect(f"wss://127.0.0.1:{script.port}", "token")

    asyncio.run(asyncio.wait_for(story(), 20))


def test_a_door_that_ends_every_connection_is_tried_again() -> None:
    """It may be a venue that is just starting: nothing there says that it speaks TLS."""

    async def story() -> None:
        async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.4):
                    await connect(f"ws://127.0.0.1:{port}", "token")

    asyncio.run(story())
