"""A real venue: TLS by configuration, and its secrets in nothing that it writes or says."""

import asyncio
import json
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidMessage

from scripts.crashes.servers import STOP_SECONDS
from scripts.ports import free_port
from tests.test_process import ROOT, healthy

CONFIG = """
house = {house}
[store]
journal = "sqlite:///{folder}/venue.db"
projections = "sqlite:///{folder}/venue-projections.db"
[listen]
port = {port}
admin_port = {admin}
{tls}
[[markets]]
market = "TSLA"
[[accounts]]
name = "alice"
[[accounts]]
name = "bob"
scope = "read"
"""
TLS = """
certificate = "{folder}/cert.pem"
key = "{folder}/key.pem"
admin_certificate = "{folder}/cert.pem"
admin_key = "{folder}/key.pem"
"""


def certify(folder: Path) -> ssl.SSLContext:
    """Make a self-signed certificate for localhost; return a context that trusts it alone."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make a certificate")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"),
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return ssl.create_default_context(cafile=str(folder / "cert.pem"))


def write_config(folder: Path, port: int, *, tls: str = "", house: bool = False) -> Path:
    path = folder / "venue.toml"
    path.write_text(
        CONFIG.format(
            folder=folder,
            port=port,
            admin=port + 1,
            tls=tls.format(folder=folder),
            house=str(house).lower(),
        )
    )
    return path


@contextmanager
def running(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a venue with the settings of a folder, its output going to ``out.log`` there."""
    with (folder / "out.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "venue", "serve", "--no-screen", "-c", "venue.toml", *options],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


async def ask(url: str, *messages: tuple[str, dict[str, Any]], tls: Any = None) -> list[Any]:
    """Say messages on one connection, and return the answers."""
    answers = []
    async with connect(url, ssl=tls, compression=None) as bot:
        for number, (method, params) in enumerate(messages):
            await bot.send(json.dumps({"id": number, "method": method, "params": params}))
            while (message := json.loads(await bot.recv())).get("id") != number:
                pass
            answers.append(message)
    return answers


def cli(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "venue", *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **env},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("transport", ["--no-fast", "--fast"])
def test_both_doors_speak_tls_and_nothing_else(tmp_path: Path, transport: str) -> None:
    if transport == "--fast":
        pytest.importorskip("picows", reason="the extra venue[fast] is missing")
    trusted = certify(tmp_path)
    port = free_port()
    write_config(tmp_path, port, tls=TLS)

    async def scene(process: subprocess.Popen[bytes]) -> None:
        for _ in range(600):
            assert process.poll() is None, (tmp_path / "out.log").read_text()
            try:
                health = await asyncio.to_thread(
                    urllib.request.urlopen, f"https://localhost:{port + 1}/healthz", context=trusted
                )
                break
            except OSError:
                await asyncio.sleep(0.05)
        assert json.load(health)["ok"] is True
        token = json.loads((tmp_path / "venue.d" / "tokens.json").read_text())["alice"]
        secure = f"wss://localhost:{port}/v1/ws"
        (answer,) = await ask(secure, ("public/login", {"token": token}), tls=trusted)
        assert answer["result"]["account"] == 1
        with pytest.raises(ssl.SSLCertVerificationError):
            await ask(secure, ("public/ping", {}), tls=ssl.create_default_context())
        with pytest.raises((InvalidMessage, OSError, EOFError)):
            await ask(f"ws://localhost:{port}/v1/ws", ("public/ping", {}))
        with pytest.raises((urllib.error.URLError, OSError)):
            await asyncio.to_thread(
                urllib.request.urlopen, f"http://localhost:{port + 1}/healthz", None, 5
            )
        listed = await asyncio.to_thread(
            cli, tmp_path, "account", "list", "--admin", f"https://localhost:{port + 1}",
            "--key", "venue.d/admin-key", SSL_CERT_FILE=str(tmp_path / "cert.pem"),
        )  # fmt: skip
        assert "alice" in listed.stdout, listed.stderr

    with running(tmp_path, transport) as process:
        asyncio.run(scene(process))
    assert f"wss://127.0.0.1:{port}" in (tmp_path / "out.log").read_text()


def test_house_bots_come_in_where_others_need_tls(tmp_path: Path) -> None:
    trusted = certify(tmp_path)
    port = free_port()
    write_config(tmp_path, port, tls=TLS, house=True)
    secure = f"wss://localhost:{port}/v1/ws"

    async def scene() -> None:
        for _ in range(400):
            await asyncio.sleep(0.1)
            try:
                (book,) = await ask(secure, ("public/get_book", {"market": "TSLA"}), tls=trusted)
            except OSError:
                continue
            if book["result"]["bids"] and book["result"]["asks"]:
                return
        raise AssertionError((tmp_path / "out.log").read_text())

    with running(tmp_path, "--speed", "60"):
        asyncio.run(scene())


@pytest.mark.parametrize(
    ("tls", "sentence"),
    [
        pytest.param('certificate = "cert.pem"', "expected certificate and key together", id="one"),
        pytest.param(
            'certificate = "no.pem"\nkey = "no.pem"', "expected a PEM file at no.pem", id="absent"
        ),
        pytest.param(
            'certificate = "venue.toml"\nkey = "venue.toml"', "do not go together", id="no PEM"
        ),
    ],
)
def test_a_certificate_that_cannot_be_used_is_refused(
    tmp_path: Path, tls: str, sentence: str
) -> None:
    write_config(tmp_path, 8787, tls=tls)

    for command in ("config", "serve"):
        refused = cli(tmp_path, command, "-c", "venue.toml")

        assert refused.returncode == 2
        assert sentence in refused.stderr
        assert refused.stderr.startswith("refused: ")


def test_config_shows_tls(tmp_path: Path) -> None:
    certify(tmp_path)
    write_config(tmp_path, 8787, tls=TLS)

    shown = cli(tmp_path, "config", "-c", "venue.toml").stdout

    assert f'certificate = "{tmp_path}/cert.pem"' in shown
    assert f'admin_key = "{tmp_path}/key.pem"' in shown


def test_secrets_are_in_nothing_that_a_venue_writes_or_says(tmp_path: Path) -> None:
    """Two lives of a venue with bots, an operator and faults; then every byte is looked at."""
    port = free_port()
    write_config(tmp_path, port)
    url = f"ws://127.0.0.1:{port}/v1/ws"
    said: list[str] = []
    secrets: dict[str, str] = {}

    async def life(process: subprocess.Popen[bytes]) -> None:
        await healthy(port, process, tmp_path / "out.log")
        folder = tmp_path / "venue.d"
        tokens = json.loads((folder / "tokens.json").read_text())
        secrets.update(tokens, operator=(folder / "admin-key").read_text())
        admin = ("--admin", f"http://127.0.0.1:{port + 1}", "--key", "venue.d/admin-key")
        made = await asyncio.to_thread(cli, tmp_path, "account", "token", "1", *admin)
        secrets[f"made {len(secrets)}"] = made.stdout.removeprefix("token: ").strip()
        for token in (tokens["alice"], tokens["alice"] + "x", tokens["alice"][:-1]):
            order = {"market": "TSLA", "side": "buy", "size": "1", "price": "300"}
            for answer in await ask(
                url,
                ("public/hello", {"client": "a bot"}),
                ("public/login", {"token": token}),
                ("public/login", {"token": token, "more": 1}),
                ("public/login", {"token": [token]}),
                ("private/place_order", order),
                ("private/get_account", {}),
            ):
                said.append(json.dumps(answer))
        for words in (("tokens", "1"), ("list",), ("revoke", "2"), ("revoke", "2")):
            done = await asyncio.to_thread(cli, tmp_path, "account", *words, *admin)
            said.append(done.stdout + done.stderr)
        page = f"http://127.0.0.1:{port + 1}/metrics"
        with await asyncio.to_thread(urllib.request.urlopen, page) as metrics:
            said.append(metrics.read().decode())

    for _ in range(2):
        with running(tmp_path) as process:
            asyncio.run(life(process))
    journal = f"sqlite:///{tmp_path}/venue.db"
    projections = f"sqlite:///{tmp_path}/venue-projections.db"
    for words in (
        ("config", "-c", "venue.toml"),
        ("journal", "verify", journal),
        ("journal", "export", projections, "orders", "orders.csv"),
        ("journal", "export", projections, "ledger", "ledger.csv"),
        ("replay", journal),
    ):
        done = cli(tmp_path, *words)
        assert done.returncode == 0, done.stderr
        said.append(done.stdout + done.stderr)

    assert len(secrets) == 5
    assert all(len(secret) >= 43 for secret in secrets.values()), "256 bits in base 64"
    may_hold = {tmp_path / "venue.d" / "tokens.json", tmp_path / "venue.d" / "admin-key"}
    for path in sorted(each for each in tmp_path.rglob("*") if each.is_file()):
        if path in may_hold:
            assert path.stat().st_mode & 0o077 == 0, f"{path.name} is open to others"
            continue
        data = path.read_bytes()
        for name, secret in secrets.items():
            assert secret.encode() not in data, f"{path.name} holds the token of {name}"
    for name, secret in secrets.items():
        assert not any(secret in text for text in said), f"the token of {name} was said"
