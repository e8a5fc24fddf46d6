"""Questions about the past, and files of the answers."""

import asyncio
import csv
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.store.venue_day import ANN, START_NS, TOM, Player, venue_day
from venue.core.units import NS_PER_SECOND, Units
from venue.store.columns import MarketUnits
from venue.store.errors import HistoryRefused, StoreError, StoreUnavailable
from venue.store.export import export
from venue.store.open_projections import open_projections
from venue.store.projection_tables import HISTORY
from venue.store.projections import Projections
from venue.store.queries import Asked, explain_liquidation, history

COMMANDS = list(venue_day())


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A day's projections; these tests only read them."""
    return made(f"sqlite:///{tmp_path_factory.mktemp('day') / 'projections.db'}")


def made(address: str) -> str:
    async def fill(projections: Projections) -> None:
        player = Player()
        projections.begin(player.engine.state)
        player.group(COMMANDS)
        projections.take(player.executed)
        await projections.write_waiting()

    on(address, fill)
    return address


def on(address: str, what: Callable[[Projections], Awaitable[Any]]) -> Any:
    async def opened() -> Any:
        projections = await open_projections(address)
        try:
            return await what(projections)
        finally:
            await projections.close()

    return asyncio.run(opened())


def ask(address: str, asked: Asked, limit: int = 10_000) -> list[dict[str, Any]]:
    async def answer(projections: Projections) -> list[dict[str, Any]]:
        return await history(projections.engine, asked, limit=limit)

    found: list[dict[str, Any]] = on(address, answer)
    return found


@pytest.mark.parametrize("table", HISTORY)
def test_history_is_in_the_order_of_time(url: str, table: str) -> None:
    rows = ask(url, Asked(table))

    times = [row["at_ns"] for row in rows]
    assert times == sorted(times)
    assert rows
    assert ask(url, Asked(table, newest_first=True)) == rows[::-1]


def test_parts_by_account_market_and_time_make_the_whole(url: str) -> None:
    fills = ask(url, Asked("fills"))
    of_each = [ask(url, Asked("fills", account=account)) for account in range(6)]
    noon_ns = START_NS + 200 * NS_PER_SECOND

    assert sum(map(len, of_each)) == len(fills)
    assert {row["account"] for row in of_each[TOM]} == {TOM}
    before = ask(url, Asked("fills", until_ns=noon_ns))
    after = ask(url, Asked("fills", from_ns=noon_ns))
    assert before
    assert before + after == fills
    assert ask(url, Asked("fills", market="NVDA")) == []
    assert ask(url, Asked("fills", market="TSLA")) == fills


def test_a_trade_is_history_of_both_its_accounts(url: str) -> None:
    trades = ask(url, Asked("trades", account=ANN))

    assert trades
    assert all(ANN in (row["maker_account"], row["taker_account"]) for row in trades)


def test_a_limit_takes_the_first(url: str) -> None:
    assert ask(url, Asked("mark"), limit=3) == ask(url, Asked("mark"))[:3]


@pytest.mark.parametrize(
    ("asked", "limit", "sentence"),
    [
        pytest.param(Asked("secrets"), 5, "expected one of accounts, markets", id="no such table"),
        pytest.param(Asked(""), 5, "found nothing", id="no table"),
        pytest.param(Asked("fills"), 0, "expected a limit from 1 to 10000, found 0", id="zero"),
        pytest.param(Asked("fills"), 10_001, "expected a limit from 1 to 10000", id="too many"),
        pytest.param(Asked("mark", account=1), 5, "mark are not by account", id="no account"),
        pytest.param(Asked("accounts", market="TSLA"), 5, "not by market", id="no market"),
    ],
)
def test_a_question_without_an_answer_is_refused(
    url: str, asked: Asked, limit: int, sentence: str
) -> None:
    with pytest.raises(HistoryRefused, match=sentence):
        ask(url, asked, limit)


def test_a_liquidation_that_never_was_is_refused(url: str) -> None:
    with pytest.raises(HistoryRefused, match="found 99"):
        on(url, lambda projections: explain_liquidation(projections.engine, 99))


def test_a_liquidation_says_who_paid(url: str) -> None:
    found = ask(url, Asked("liquidations"))
    number = next(row["liquidation_id"] for row in found if row["outcome"] == "taken_over")

    told = on(url, lambda projections: explain_liquidation(projections.engine, number))

    kinds = [step["kind"] for step in told["steps"]]
    assert kinds == [
        "LiquidationStarted",
        "ClosedOut",
        "TakenOver",
        "ShortfallPaid",
        "LiquidationEnded",
    ]
    paid = told["steps"][3]["details"]["insurance_micros"]
    assert told["insurance_micros"] == paid > 0
    assert told["steps"][2]["details"]["mark_micros"] == told["marks"]["TSLA"]


def exported(url: str, asked: Asked, path: Path) -> int:
    count: int = on(url, lambda projections: export(projections.engine, asked, path))
    return count


def test_csv_has_every_row(url: str, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"

    count = exported(url, Asked("orders", account=TOM), path)

    rows = ask(url, Asked("orders", account=TOM))
    with path.open(newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == count == len(rows) > 0
    assert found == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("table", HISTORY)
def test_parquet_has_every_row_with_its_types(url: str, tmp_path: Path, table: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs venue[export]")
    path = tmp_path / "rows.parquet"

    count = exported(url, Asked(table), path)

    assert parquet.read_table(path).to_pylist() == ask(url, Asked(table))
    assert count == len(ask(url, Asked(table)))


def test_no_rows_make_a_file_without_rows(url: str, tmp_path: Path) -> None:
    """The fund is an account, and places no triggers."""
    assert exported(url, Asked("triggers", account=0), tmp_path / "none.csv") == 0
    assert (tmp_path / "none.csv").read_text().count("\n") == 1
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs venue[export]")
    assert exported(url, Asked("triggers", account=0), tmp_path / "none.parquet") == 0
    assert parquet.read_table(tmp_path / "none.parquet").num_rows == 0


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        pytest.param("fills.xls", "ends in .csv or .parquet, found fills.xls", id="another kind"),
        pytest.param("no/fills.csv", "No such file or directory", id="no directory"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused(
    url: str, tmp_path: Path, name: str, sentence: str
) -> None:
    with pytest.raises(HistoryRefused, match=sentence):
        exported(url, Asked("fills"), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_parquet_without_pyarrow_is_refused_with_the_way_out(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(HistoryRefused, match=r"`scripts/setup export` .*; or export to .csv"):
        exported(url, Asked("fills"), tmp_path / "fills.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_refused_export_leaves_an_older_file_alone(url: str, tmp_path: Path) -> None:
    (tmp_path / "mark.csv").write_text("older")

    with pytest.raises(HistoryRefused, match=r"mark\.csv, found one: --force replaces it"):
        exported(url, Asked("mark"), tmp_path / "mark.csv")

    assert (tmp_path / "mark.csv").read_text() == "older"
    assert list(tmp_path.iterdir()) == [tmp_path / "mark.csv"]


def test_an_older_file_is_replaced_where_that_is_asked_for(url: str, tmp_path: Path) -> None:
    path = tmp_path / "mark.csv"
    path.write_text("older")

    on(url, lambda projections: export(projections.engine, Asked("mark"), path, replace=True))

    assert "older" not in path.read_text()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        pytest.param(
            Asked("fills", account=999), r"among 1 \(ann\), 2 \(bob\), .*, found 999", id="account"
        ),
        pytest.param(Asked("fills", market="NOPE"), "among TSLA, found NOPE", id="market"),
    ],
)
def test_what_nobody_knows_is_refused_with_what_there_is(
    url: str, tmp_path: Path, asked: Asked, sentence: str
) -> None:
    with pytest.raises(HistoryRefused, match=sentence):
        exported(url, asked, tmp_path / "rows.csv")
    assert list(tmp_path.iterdir()) == []


def plainly(url: str, asked: Asked, path: Path) -> list[dict[str, str]]:
    on(url, lambda projections: export(projections.engine, asked, path, plain=True))
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("table", HISTORY)
def test_plain_rows_have_no_scaled_number_left(url: str, tmp_path: Path, table: str) -> None:
    rows = plainly(url, Asked(table), tmp_path / "rows.csv")

    assert len(rows) == len(ask(url, Asked(table)))
    endings = ("_ticks", "_lots", "_micros", "_nanos", "_ns", "_e12", "_e9", "_e4")
    assert not [name for name in rows[0] if name.endswith(endings)]
    assert len(set(rows[0])) == len(rows[0])


def test_plain_rows_are_in_dollars_contracts_and_utc(url: str, tmp_path: Path) -> None:
    """A cent is a tick, a thousandth of a share a lot, and margins are micro-dollars times 1e4."""
    row, told = ask(url, Asked("fills"))[0], plainly(url, Asked("fills"), tmp_path / "fills.csv")[0]
    rate = ask(url, Asked("funding_rates"))[0]
    rated = plainly(url, Asked("funding_rates"), tmp_path / "rates.csv")[0]
    begun = ask(url, Asked("liquidations"))[0]
    began = plainly(url, Asked("liquidations"), tmp_path / "liquidations.csv")[0]

    assert Decimal(told["price_dollars"]) * 100 == row["price_ticks"]
    assert Decimal(told["size_contracts"]) * 1_000 == row["size_lots"]
    assert Decimal(told["fee_dollars"]) * 1_000_000 == row["fee_micros"]
    assert datetime.fromisoformat(told["at_utc"]).timestamp() == row["at_ns"] // 10**9
    assert told["at_utc"].endswith(".000000000Z")
    assert Decimal(rated["rate"]) * 10**12 == rate["rate_e12"]
    assert Decimal(rated["price_a_lot_dollars"]) * 10**6 == rate["price_micros"]
    assert Decimal(began["maintenance_dollars"]) * 10**10 == begun["maintenance_e4"]


def test_plain_parquet_has_decimals_and_times(url: str, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs venue[export]")
    path = tmp_path / "rows.parquet"

    on(url, lambda projections: export(projections.engine, Asked("fills"), path, plain=True))

    row, found = ask(url, Asked("fills"))[0], parquet.read_table(path)
    assert found.to_pylist()[0]["price_dollars"] * 100 == row["price_ticks"]
    assert found["at_utc"].cast("int64").to_pylist()[0] == row["at_ns"]


def test_a_name_that_is_given_again_has_the_units_of_its_time() -> None:
    """TSLA becomes TSLX, and another market is listed under the old name."""
    cents, dimes = Units(tick_nanos=10**7, lot_e9=10**6), Units(tick_nanos=10**8, lot_e9=10**6)
    units = MarketUnits(
        [
            ("TSLA", 1, cents.tick_nanos, cents.lot_e9, None),
            ("TSLX", 50, None, None, "TSLA"),
            ("TSLA", 60, dimes.tick_nanos, dimes.lot_e9, None),
        ]
    )

    assert (units.of("TSLA", 59), units.of("TSLA", 60)) == (cents, dimes)
    assert units.of("TSLX", 99) == cents
    with pytest.raises(HistoryRefused, match="found TSLA, TSLX"):
        units.of("NOPE", 1)


def test_postgres_answers_the_same(url: str, postgres_url: str, tmp_path: Path) -> None:
    made(postgres_url)

    for table in HISTORY:
        asked = Asked(table, from_ns=START_NS)
        assert ask(postgres_url, asked) == ask(url, asked), table
        here, there = tmp_path / f"{table}-here.csv", tmp_path / f"{table}-there.csv"
        assert exported(postgres_url, asked, there) == exported(url, asked, here)
        assert there.read_text() == here.read_text()


@pytest.mark.parametrize(
    ("address", "kind", "sentence"),
    [
        pytest.param(
            "mysql://db/venue", StoreError, "expected the projections' address", id="kind"
        ),
        pytest.param("", StoreError, "found nothing", id="nothing"),
        pytest.param(
            "sqlite:////nowhere/p.db", StoreUnavailable, "expected a directory", id="no directory"
        ),
        pytest.param(
            "postgresql://ann:secret@127.0.0.1:1/venue",
            StoreUnavailable,
            "ann@127.0.0.1:1/venue cannot be used now",
            id="no server",
        ),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(
    address: str, kind: type[StoreError], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence) as refusal:
        asyncio.run(open_projections(address))
    assert "secret" not in str(refusal.value)
