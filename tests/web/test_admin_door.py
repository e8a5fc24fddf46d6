"""The operator's door: the key before all, bounds on every body, and nothing that is a page."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from msgspec.structs import replace

from tests.gateway.harness import ANN, BOB, House
from venue.cli.operators_door import OperatorsDoor
from venue.config import ListenSettings
from venue.core.commands import Command, ListMarket, PlaceOrder, Side
from venue.core.events import Event
from venue.core.state import State
from venue.keys import Keys
from venue.rules.build import ref
from venue.rules.rulebooks import spec
from venue.store.open import open_journal
from venue.store.receipts import SignedReceipt
from venue.store.tally import COLUMNS, Result, Tally, rows_of
from venue.store.tokens import new_token
from venue.web.admin import Operator
from venue.web.metrics import Metrics
from venue.web.proofs import ProofPages
from venue.web.server import Pages

KEY = "the-key-of-the-operator"
OPEN = {("GET", "/healthz"), ("GET", "/metrics"), ("GET", "/roots")}
# Every route of the door, with a body that is whole.
ROUTES: dict[tuple[str, str], Any] = {
    ("GET", "/healthz"): None,
    ("GET", "/metrics"): None,
    ("GET", "/accounts"): None,
    ("POST", "/accounts"): {"name": "new"},
    ("GET", "/accounts/1/tokens"): None,
    ("POST", "/accounts/1/tokens"): {"scope": "read"},
    ("POST", "/accounts/1/revoke"): {},
    ("POST", "/accounts/1/deposit"): {"dollars": 1},
    ("POST", "/accounts/1/reset"): {"dollars": 1},
    ("POST", "/accounts/1/flatten"): {},
    ("GET", "/standings"): None,
    ("GET", "/markets"): None,
    ("POST", "/markets/TSLA/halt"): {"why": "news"},
    ("POST", "/markets/TSLA/resume"): {"call_seconds": 0},
    ("POST", "/markets/TSLA/split"): {"numerator": 2, "denominator": 1},
    ("POST", "/markets/TSLA/dividend"): {"dollars": "0.25", "ex_ns": 0},
    ("POST", "/markets/TSLA/rename"): {"to": "TSLX"},
    ("POST", "/markets/TSLA/delist"): {},
    ("POST", "/markets/TSLA/merge"): {"cash": "310.50", "reduce_seconds": 60},
    ("POST", "/markets/TSLA/withdraw"): {"action_id": 1},
    ("POST", "/markets/TSLA/source"): {"source": "tape", "numerator": 2, "denominator": 1},
    ("GET", "/roots"): None,
    ("POST", "/roots"): {},
    ("POST", "/accounts/1/proof"): {},
    ("GET", "/receipts/1"): None,
}
NEEDS_KEY = [route for route in ROUTES if route not in OPEN]


class Proven:
    """Publishes at once, and proves account 1: who may ask is what matters here."""

    def publish(self, told: Callable[[], None]) -> None:
        told()

    def roots_json(self) -> dict[str, object] | None:
        return {"seq": 1}

    def proof_json(self, account: int) -> dict[str, object] | None:
        return {"account": account} if account == 1 else None

    async def receipt(self, seq: int) -> SignedReceipt | None:
        return SignedReceipt(seq, seq, seq, "", "", "") if seq == 1 else None


class Office:
    """A house behind a real admin application; ``bots_key`` opens the bots' door alone."""

    def __init__(
        self,
        app: web.Application,
        client: "TestClient[Any, Any]",
        house: House,
        keys: Keys,
        bots_key: str,
    ) -> None:
        self.app = app
        self.client = client
        self.house = house
        self.keys = keys
        self.bots_key = bots_key

    async def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = KEY, raw: bytes = b""
    ) -> tuple[int, str, Any]:
        """Return status, kind of content and text of an answer."""
        data = raw or (b"" if body is None else json.dumps(body).encode())
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        answer = await self.client.request(method, path, data=data, headers=headers)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        return answer.status, answer.content_type, await answer.text()


def play(
    folder: Path, scene: Callable[[Office], Coroutine[Any, Any, None]], *, slow_s: float = 0.0
) -> None:
    """Play a scene in an office with a journal of its own; a commit waits for ``slow_s``."""

    async def run() -> None:
        house = House()
        journal = await open_journal(f"sqlite:///{folder / 'venue.db'}")
        keys = Keys(journal)
        key, token = new_token(ANN, "fund", now_ns=1)
        await keys.keep(token)
        house.door.services.authenticate = keys.authenticate
        login = keys.authenticate(key.encode())
        assert login is not None
        house.tokens[b"plain"] = login

        def submit(command: Command, reply: Callable[[int, int, Sequence[Event]], None]) -> None:
            house.venue.submit(command, reply)
            asyncio.get_running_loop().call_soon(house.venue.commit)

        def ask(question: Callable[[State], None]) -> None:
            house.venue.ask(question)
            asyncio.get_running_loop().call_later(slow_s, house.venue.commit)

        async def counted() -> Tally:
            return Tally(trades={ANN: 3}, liquidations={ANN: 1})

        operator = Operator(
            key=KEY,
            submit=submit,
            ask=ask,
            keys=keys,
            cut_off=house.door.revoke,
            counted=counted,
            house=frozenset({"bob"}),
        )
        pages = Pages(
            ask=ask,
            trouble=lambda: None,
            metrics=Metrics(),
            operator=operator,
            proofs=ProofPages(Proven(), Proven()),
        )
        app = pages.application()
        async with TestClient(TestServer(app)) as client:
            await scene(Office(app, client, house, keys, key))
        await journal.close()

    asyncio.run(run())


def test_a_slow_venue_says_so_and_its_operator_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("venue.web.server.ANSWER_SECONDS_MAX", 0.05)
    (tmp_path / "key").write_text(KEY)

    async def scene(office: Office) -> None:
        status, _, health = await office.ask("GET", "/healthz")
        address = str(office.client.make_url("/"))
        door = OperatorsDoor(address, tmp_path / "key", "")
        accounts = await asyncio.to_thread(door.ask, "GET", "/accounts")

        assert status == 503
        assert json.loads(health) == {
            "ok": False, "why": "no durable state within 0.05 s", "slow": True,
        }  # fmt: skip
        assert "ann" in {each["name"] for each in accounts}

    play(tmp_path, scene, slow_s=0.3)


def test_every_route_stands_in_the_table(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        found = set()
        for route in office.app.router.routes():
            if route.method == "HEAD":
                continue
            assert route.resource is not None
            path = (
                route.resource.canonical.replace("{account}", "1")
                .replace("{market}", "TSLA")
                .replace("{seq}", "1")
            )
            found.add((route.method, path))
        assert found == set(ROUTES)

    play(tmp_path, scene)


@pytest.mark.parametrize(("method", "path"), NEEDS_KEY, ids=lambda part: str(part))
def test_nobody_comes_in_without_the_key(tmp_path: Path, method: str, path: str) -> None:
    async def scene(office: Office) -> None:
        before = len(office.house.venue.journal)
        for key in (None, "", "another", office.bots_key, KEY[:-1], KEY + "x", KEY.upper(), "ÿ"):
            status, _, text = await office.ask(method, path, ROUTES[method, path], key=key)
            found = "another" if key else "none"
            assert (status, text) == (401, f"expected the operator's key, found {found}")
        assert len(office.house.venue.journal) == before
        status, *_ = await office.ask(method, path, ROUTES[method, path])
        assert status in (200, 409), "with the key it is done, or refused by the core"

    play(tmp_path, scene)


def test_a_key_that_is_no_text_is_another_key(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        server = office.client.server
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(b"GET /accounts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n")

        assert (await reader.readline()).startswith(b"HTTP/1.1 401")
        writer.close()

    play(tmp_path, scene)


def test_health_and_metrics_need_no_key_and_tell_nothing_of_anybody(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        for _, path in OPEN:
            status, _, text = await office.ask("GET", path, key=None)
            assert status == 200
            assert "ann" not in text

    play(tmp_path, scene)


BAD_BODIES = [
    pytest.param("/accounts", b'{"name":"a\\u001b[2J"}', id="escape in a name"),
    pytest.param("/accounts", b'{"name":""}', id="no name"),
    pytest.param("/accounts", b'{"name":"' + b"x" * 65 + b'"}', id="long name"),
    pytest.param("/accounts", b'{"name":"\\ud800"}', id="half a character"),
    pytest.param("/accounts", b'{"name":"\xff"}', id="not UTF-8"),
    pytest.param("/accounts", b'{"name":"a","scope":"admin"}', id="scope"),
    pytest.param("/accounts", b'{"name":"a","parent":' + b"9" * 30 + b"}", id="parent"),
    pytest.param("/accounts", b'{"name":"a","dollars":-1}', id="less than nothing"),
    pytest.param("/accounts/1/deposit", b'{"dollars":' + b"9" * 30 + b"}", id="dollars"),
    pytest.param("/accounts/1/reset", b'{"dollars":1e300}', id="a float"),
    pytest.param("/accounts/1/tokens", b'{"days":99999999999999999999}', id="days"),
    pytest.param("/accounts/1/tokens", b'{"days":0}', id="expired"),
    pytest.param("/accounts/1/revoke", b'{"tokens":"x"}', id="unknown field"),
    pytest.param("/markets/TSLA/halt", b'{"why":"\\u0007"}', id="bell"),
    pytest.param("/markets/TSLA/resume", b'{"call_seconds":99999999999999}', id="seconds"),
    pytest.param("/markets/TSLA/resume", b"[" * 100_000, id="deep"),
    pytest.param("/markets/TSLA/resume", b"", id="nothing"),
]


@pytest.mark.parametrize(("path", "body"), BAD_BODIES)
def test_a_body_that_cannot_be_is_refused_in_a_sentence(
    tmp_path: Path, path: str, body: bytes
) -> None:
    async def scene(office: Office) -> None:
        before = len(office.house.venue.journal)

        status, kind, text = await office.ask("POST", path, raw=body or b" ")

        assert (status, kind) == (400, "text/plain")
        assert text
        assert "Traceback" not in text
        assert len(office.house.venue.journal) == before

    play(tmp_path, scene)


@pytest.mark.parametrize("number", ["99999999999999999", "٣", "-2", "1e3", "x"])
def test_an_account_is_a_short_number(tmp_path: Path, number: str) -> None:
    async def scene(office: Office) -> None:
        assert (await office.ask("POST", f"/accounts/{number}/tokens", {}))[0] == 404

    play(tmp_path, scene)


def test_a_proof_of_the_vault_may_be_asked_for(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        status, _, text = await office.ask("POST", "/accounts/-1/proof", {})

        assert (status, text) == (404, "unknown_account: there is no account -1"), "none is listed"

    play(tmp_path, scene)


# What only an account that somebody trades with knows.
FOR_SOMEBODY: list[tuple[str, str, Any]] = [
    ("GET", "tokens", None),
    ("POST", "tokens", {}),
    ("POST", "revoke", {}),
    ("POST", "reset", {"dollars": 0}),
    ("POST", "flatten", {}),
]


@pytest.mark.parametrize(("method", "what", "body"), FOR_SOMEBODY)
def test_an_account_that_nobody_trades_with_is_refused_by_name(
    tmp_path: Path, method: str, what: str, body: Any
) -> None:
    async def scene(office: Office) -> None:
        fund = await office.ask(method, f"/accounts/0/{what}", body)
        nobody = await office.ask(method, f"/accounts/99/{what}", body)
        vault = await office.ask(method, f"/accounts/-1/{what}", body)

        assert (fund[0], nobody[0], vault[0]) == (409, 409, 409)
        assert fund[2] == "unknown_account: account 0 (insurance) holds the money of others"
        assert nobody[2] == "unknown_account: there is no account 99"
        assert vault[2] == "unknown_account: there is no account -1"

    play(tmp_path, scene)


@pytest.mark.parametrize("name", ["1", "-1", "+7", "007", "٣", " x", "x ", "a\tb", "y" * 65])
def test_an_account_is_not_called_like_a_number_or_by_what_cannot_be_seen(
    tmp_path: Path, name: str
) -> None:
    async def scene(office: Office) -> None:
        before = len(office.house.venue.journal)

        status, _, text = await office.ask("POST", "/accounts", {"name": name})

        assert status == 400
        assert text.startswith(
            "name: expected a text of 1 to 64 printable characters with no space at either end, "
            "and not a number, found '"
        )
        assert len(office.house.venue.journal) == before

    play(tmp_path, scene)


def test_money_may_come_into_the_liquidator_vault_and_nothing_else_may_be_done_with_it(
    tmp_path: Path,
) -> None:
    async def scene(office: Office) -> None:
        without = await office.ask("POST", "/accounts/-1/deposit", {"dollars": 5_000})
        rules = tuple(rule for rule in spec("NVDA").rules if rule.kind != "backstop")
        listed = replace(spec("NVDA"), rules=(*rules, ref("backstop", "vault")))
        office.house.venue.run(ListMarket(listed))

        seeded = await office.ask("POST", "/accounts/-1/deposit", {"dollars": 5_000})

        assert without[0] == 409
        assert seeded[0] == 200
        for method, what, body in FOR_SOMEBODY:
            answer = await office.ask(method, f"/accounts/-1/{what}", body)
            assert answer[0] == 409
            assert answer[2] == "unknown_account: account -1 (vault) holds the money of others"
        pool = office.house.venue.engine.state.vault_pool
        assert pool is not None
        assert pool.shares == 5_000_000_000

    play(tmp_path, scene)


def test_names_come_back_as_data_and_never_as_a_page(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        name = '<script>alert("1")</script>'
        opened = await office.ask("POST", "/accounts", {"name": name})
        taken = await office.ask("POST", "/accounts", {"name": name})
        listed = await office.ask("GET", "/accounts")
        halted = await office.ask("POST", f"/markets/{'<b>x'}/halt", {"why": "<b>"})

        assert (opened[0], opened[1]) == (200, "application/json")
        assert (taken[0], taken[1]) == (409, "text/plain")
        assert listed[1] == "application/json"
        assert name in [row["name"] for row in json.loads(listed[2])]
        assert (halted[0], halted[1]) == (409, "text/plain")

    play(tmp_path, scene)


def test_a_revoked_token_opens_nothing_and_its_connections_end(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        key = office.bots_key
        bot = office.house.bot()
        bot.get("public/login", token=key)
        other = json.loads((await office.ask("POST", "/accounts/1/tokens", {"scope": "read"}))[2])
        reader = office.house.bot()
        reader.get("public/login", token=other["token"])
        named = json.loads((await office.ask("GET", "/accounts/1/tokens"))[2])
        assert [row["scope"] for row in named] == ["fund", "read"]
        assert key not in str(named)

        revoked = await office.ask("POST", "/accounts/1/revoke", {"token": named[0]["token"]})

        assert json.loads(revoked[2]) == {"tokens": 1, "connections": 1}
        assert bot.link.closed == (1008, "the token has been revoked")
        assert reader.link.closed is None
        assert office.house.bot().refused("public/login", token=key) == "bad_token"
        assert office.house.door.services.shed.ended["revoked"] == 1
        again = Keys(office.keys._journal)
        await again.load()
        assert again.authenticate(key.encode()) is None, "no restart brings it back"
        assert again.authenticate(other["token"].encode()) is not None
        assert (await office.ask("POST", "/accounts/1/revoke", {}))[0] == 200
        nothing = await office.ask("POST", "/accounts/1/revoke", {})
        assert nothing[0] == 409
        assert nothing[2].startswith("unknown_token: ")

    play(tmp_path, scene)


def place(office: Office, account: int, side: Side, shares: int, dollars: int) -> None:
    """Place an order as a bot's of connection 1."""
    order = PlaceOrder(account, "TSLA", side, shares * 1_000, dollars * 100, connection=1)
    office.house.venue.run(order)


def test_the_results_are_the_bots_standings_with_what_was_paid(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        office.house.price(250)
        place(office, ANN, Side.BUY, 4, 251)
        place(office, BOB, Side.SELL, 4, 251)
        office.house.price(260)

        answer = json.loads((await office.ask("GET", "/standings"))[2])
        told = office.house.bot().get("public/get_standings")["standings"]

        found = msgspec.convert(answer, list[Result])
        names = [column.name for column in COLUMNS]
        rows = [dict(zip(names, row, strict=True)) for row in rows_of(found, contestants=False)]
        assert [
            (row["rank"], row["name"], f"{row['equity_dollars']:f}", f"{row['return']:f}")
            for row in rows
        ] == [(row["rank"], row["name"], row["equity"], row["return_on_base"]) for row in told]
        assert {row["name"]: row["kind"] for row in rows}["bob"] == "house"
        first = rows[0]
        assert (first["name"], first["trades"], first["liquidations"]) == ("ann", 3, 1)
        assert first["profit_dollars"] == 36 - first["fees_dollars"]
        alone = rows_of(found, contestants=True)
        assert [row[0] for row in alone] == list(range(1, len(alone) + 1))
        assert "bob" not in {row[2] for row in alone}

    play(tmp_path, scene)


def test_an_account_is_flattened_in_the_book_and_can_be_reset(tmp_path: Path) -> None:
    """Its token may be gone: what is closed trades at the prices of those who rest."""

    async def scene(office: Office) -> None:
        house = office.house
        house.price(250)
        place(office, ANN, Side.BUY, 4, 251)
        place(office, BOB, Side.SELL, 4, 251)
        place(office, ANN, Side.BUY, 1, 240)
        place(office, BOB, Side.BUY, 3, 249)
        held = await office.ask("POST", "/accounts/1/reset", {"dollars": 5_000})

        partly = json.loads((await office.ask("POST", "/accounts/1/flatten", {}))[2])
        place(office, BOB, Side.BUY, 5, 248)
        wholly = json.loads((await office.ask("POST", "/accounts/1/flatten", {}))[2])
        again = json.loads((await office.ask("POST", "/accounts/1/flatten", {}))[2])
        reset = await office.ask("POST", "/accounts/1/reset", {"dollars": 5_000})

        assert held[0] == 409
        assert held[2].startswith("position_open: ")
        (first,) = partly
        assert (first["closed"], first["left"]) == ("3.000", "1.000")
        assert first["why"] == "no_liquidity: nobody else rests within reach of the mark"
        assert [(each["closed"], each["left"], each["why"]) for each in wholly] == [
            ("1.000", "0.000", "")
        ]
        assert (again, reset[0]) == ([], 200)
        account = house.venue.engine.state.accounts[ANN]
        assert (account.balance_micros, account.orders) == (5_000_000_000, {})
        ordered = [each[2] for each in house.venue.journal if isinstance(each[2], PlaceOrder)]
        closing = [each for each in ordered if each.reduce_only]
        assert {each.account for each in closing} == {ANN}
        assert {each.connection for each in closing} == {0}, "no bot sends such"

    play(tmp_path, scene)


def test_what_cannot_be_flattened_is_said_and_stays(tmp_path: Path) -> None:
    async def scene(office: Office) -> None:
        house = office.house
        house.price(250)
        place(office, ANN, Side.BUY, 4, 251)
        place(office, BOB, Side.SELL, 4, 251)
        empty = json.loads((await office.ask("POST", "/accounts/1/flatten", {}))[2])
        await office.ask("POST", "/markets/TSLA/halt", {"why": "news"})

        halted = json.loads((await office.ask("POST", "/accounts/1/flatten", {}))[2])
        fund = await office.ask("POST", "/accounts/0/flatten", {})
        nobody = await office.ask("POST", "/accounts/999/flatten", {})

        assert (empty[0]["left"], empty[0]["why"][:13]) == ("4.000", "no_liquidity:")
        assert (halted[0]["left"], halted[0]["why"][:19]) == ("4.000", "market_not_trading:")
        assert fund[2] == "unknown_account: account 0 (insurance) holds the money of others"
        assert (nobody[0], nobody[2]) == (409, "unknown_account: there is no account 999")

    play(tmp_path, scene)


def test_operators_come_in_by_loopback_unless_told_otherwise() -> None:
    assert ListenSettings().admin_host == "127.0.0.1"
    assert ListenSettings().host == "127.0.0.1"
