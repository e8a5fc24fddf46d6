"""An operator's commands find the venue of the settings, show everything, and refuse in words."""

import asyncio
import io
import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from scripts.crashes.servers import STOP_SECONDS
from scripts.ports import free_port
from tests.hostile.test_real_run import certify
from tests.test_process import healthy
from venue.cli.operators_door import OperatorsDoor
from venue.cli.shown import show
from venue.config import ConfigError, ListenSettings, Settings, StoreSettings, as_toml, folder_of

ROOT = Path(__file__).parent.parent


def typed(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a person would, its output into a pipe."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    environment.pop("COLUMNS", None)
    return subprocess.run(
        [sys.executable, "-m", "venue", *words],
        cwd=cwd, capture_output=True, text=True, timeout=60, check=False, env=environment,
    )  # fmt: skip


def said(*words: str, cwd: Path) -> str:
    found = typed(*words, cwd=cwd)
    assert found.returncode == 0, found.stderr
    return found.stdout


def refused(*words: str, cwd: Path) -> str:
    found = typed(*words, cwd=cwd)
    assert found.returncode == 2, found.stdout
    return found.stderr.removeprefix("refused: ").strip()


def test_the_venue_of_the_settings_is_asked_with_its_key(tmp_path: Path) -> None:
    """Nothing is typed but the command: port and key are those of venue.toml."""
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    here.mkdir()
    elsewhere.mkdir()
    port = free_port()
    settings = Settings(
        name="monday",
        house=False,
        store=StoreSettings(
            journal=f"sqlite:///{here}/monday.db", projections=f"sqlite:///{here}/projections.db"
        ),
        listen=ListenSettings(port=port, admin_port=port + 1),
    )
    (here / "venue.toml").write_text(as_toml(settings))
    log = here / "venue.log"
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "venue", "serve", "--no-screen"],
            cwd=here, stdout=file, stderr=file, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        try:
            asyncio.run(healthy(port, process, log))
            listed = said("account", "list", cwd=here)
            by_file = said("market", "list", "-c", str(here / "venue.toml"), cwd=elsewhere)
            wins = refused("market", "list", "--admin", "http://127.0.0.1:1", cwd=here)
            halted = said("market", "halt", "TSLA", "news", cwd=here)
            again = refused("market", "halt", "TSLA", "news", cwd=here)
            resumed = said("market", "resume", "TSLA", "--call-seconds", "0", cwd=here)
            more = refused("market", "resume", "TSLA", cwd=here)
            nowhere = refused("market", "halt", "TSLX", "news", cwd=here)
            said("market", "dividend", "NVDA", "0.25", "2026-08-14", cwd=here)
            announced = said("market", "list", cwd=here)
            flat = said("account", "reset", "1", "5000", "--flatten", cwd=here)
            by_name = said("account", "deposit", "bob", "25", cwd=here)
            nobody = refused("account", "deposit", "carol", "25", cwd=here)
            below = refused("account", "deposit", "bob", "-25", cwd=here)
            vault = refused("account", "deposit", "--", "-1", "25", cwd=here)
            number = refused("account", "open", "2", cwd=here)
            nowhere_to = refused("account", "prove", "bob", "--to", "/nowhere/x.json", cwd=here)
            for_fund = refused("account", "tokens", "0", cwd=here)
            no_time = refused("market", "delist", "NVDA", cwd=here)
            at_once = said("market", "split", "US100", "4:1", "--at", "now", cwd=here)
            below_bob = said("account", "open", "bob-two", "--parent", "bob", cwd=here)
            ahead = said("account", "standings", "--contestants", "--csv", cwd=here)
            running = refused(
                "journal", "export", settings.store.journal, "standings", "r.csv", cwd=here
            )
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)

    said("journal", "export", settings.store.journal, "standings", "r.csv", cwd=here)
    lines = (here / "r.csv").read_text().splitlines()
    assert [line.rpartition(",")[0] for line in lines] == [
        line.rpartition(",")[0] for line in ahead.splitlines()
    ], "the same live and stopped, but for the time"
    assert lines[1].startswith("1,1,alice,participant,5000.000000,5000.000000,0.000000,")
    assert "in use by process" in running
    assert flat.startswith("account 1: all orders, triggers and plans cancelled\n")
    assert by_name == "account 2: $25 deposited\n"
    assert nobody == (
        "expected an account's number or its name, found 'carol'; `venue account list` shows both"
    )
    assert "account deposit: expected no number below zero" in below
    assert vault.startswith("unknown_account:"), vault
    assert number.startswith("name: expected a text of 1 to 64 printable characters with no")
    assert nowhere_to == (
        "/nowhere/x.json: expected a place to write to, found No such file or directory"
    )
    assert for_fund == "unknown_account: account 0 (insurance) holds the money of others"
    assert no_time.startswith("expected --at with a time of New York"), no_time
    assert at_once.startswith("US100: split "), at_once
    assert below_bob.startswith("account 3 bob-two with $100,000; token: ")
    assert "alice" in listed
    assert "participant" in listed
    assert "│      │ 0       │ insurance │ insurance" in listed
    assert "venue_default" in by_file
    assert wins.startswith("no venue answers at http://127.0.0.1:1")
    assert halted == "TSLA: halted (freeze)\n"
    assert again == (
        "market_not_trading: expected TSLA trading or in a call, found it halted (news)"
    )
    assert resumed == "TSLA: resumed\n"
    assert more == "market_not_trading: expected TSLA halted or reduce-only, found it trading"
    assert nowhere == "unknown_market: expected a market among TSLA, NVDA, US100, found TSLX"
    assert "announced for 2026-08-14 00:00 New York, next: nothing" in announced


def test_without_a_venue_the_key_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "venue.toml").write_text('[store]\njournal = "sqlite:///var/monday.db"\n')

    assert refused("account", "list", cwd=tmp_path) == (
        "var/monday.d/admin-key: expected the operator's key file of a running venue, found No "
        "such file or directory"
    )


def test_keys_of_other_journals_nearby_are_named(tmp_path: Path) -> None:
    """As after `serve --live`: its key lies beside live.db."""
    for name in ("live.d", "gone.d"):
        (tmp_path / "var" / name).mkdir(parents=True)
    key = tmp_path / "var" / "live.d" / "admin-key"
    key.write_text("secret")

    with pytest.raises(ConfigError) as refused:
        OperatorsDoor("http://127.0.0.1:1", tmp_path / "var" / "venue.d" / "admin-key", "").ask(
            "GET", "/accounts"
        )

    assert str(refused.value).endswith(f"; here are those of other journals: --key {key}")


@pytest.mark.parametrize("answer", ["", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
def test_the_other_of_http_and_https_is_named(answer: str, tmp_path: Path) -> None:
    """A door that ends what it cannot read may speak TLS; one that answers plainly does not."""
    key = tmp_path / "key"
    key.write_text("secret")

    async def story() -> str:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answer.encode())
            writer.close()

        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            scheme = "https" if answer else "http"
            door = OperatorsDoor(f"{scheme}://127.0.0.1:{port}", key, "")
            with pytest.raises(ConfigError) as refused:
                await asyncio.to_thread(door.ask, "GET", "/accounts")
            return str(refused.value).replace(str(port), "PORT")

    said = "no venue answers at https://127.0.0.1:PORT: no TLS is spoken there, try http://"
    if not answer:
        said = (
            "the connection ended without an answer (is the venue stopping? or, if TLS is spoken "
            "there, try https://"
        )
    assert f"{said}127.0.0.1:PORT" in asyncio.run(story())


def test_a_certificate_that_is_not_trusted_is_found_by_the_settings(tmp_path: Path) -> None:
    """As with `--admin https://...` from another folder than that of venue.toml."""
    certify(tmp_path)
    key = tmp_path / "key"
    key.write_text("secret")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")

    async def story() -> str:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        async with await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls) as server:
            port = server.sockets[0].getsockname()[1]
            door = OperatorsDoor(f"https://127.0.0.1:{port}", key, "")
            with pytest.raises(ConfigError) as refused:
                await asyncio.to_thread(door.ask, "GET", "/accounts")
            return str(refused.value)

    said = asyncio.run(story())

    assert "its certificate is not trusted here" in said
    assert said.endswith("name as `admin_certificate` is, with `-c FILE` of those settings")


@pytest.mark.parametrize(
    ("journal", "folder"),
    [
        ("sqlite:///var/monday.db", "var/monday.d"),
        ("postgresql://venue@db/venue", "var/monday.d"),
    ],
)
def test_a_venues_folder_is_beside_its_journal(journal: str, folder: str) -> None:
    settings = Settings(name="monday", store=StoreSettings(journal=journal))

    assert folder_of(settings) == Path(folder)


def test_a_wrong_word_in_the_settings_is_refused_with_the_right_ones(tmp_path: Path) -> None:
    (tmp_path / "venue.toml").write_text('[clock]\nkind = "fast"\n')

    assert refused("config", cwd=tmp_path) == (
        "venue.toml: clock.kind: expected one of accelerated, live, lockstep, found 'fast'"
    )


def drawn(width: int) -> str:
    """Draw a table on a terminal of a width."""
    table = Table("market", "rulebook", "index")
    table.add_row("TSLA", "venue_default", "123456.789")
    written = io.StringIO()
    console = Console(file=written, width=width, markup=False, highlight=False)
    show(table, spare=("rulebook",), console=console)
    text = written.getvalue()
    assert max(len(line) for line in text.splitlines()) <= width
    return text


@pytest.mark.parametrize("width", [200, 80])
def test_a_wide_terminal_shows_every_column(width: int) -> None:
    text = drawn(width)

    assert "venue_default" in text
    assert "left out" not in text


def test_a_narrow_terminal_leaves_out_what_matters_least_and_says_so() -> None:
    text = drawn(30)

    assert "venue_default" not in text
    assert "123456.789" in text
    assert "rulebook" in text.partition("left out")[2]


def test_no_figure_is_cut_however_narrow_it_is() -> None:
    text = drawn(18)

    digits = "".join(letter for letter in text if letter in "0123456789.")
    assert digits == "123456.789"
    assert "…" not in text
