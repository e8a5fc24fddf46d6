"""What events mean to the tables, event by event; and batches may end anywhere."""

import asyncio
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import select

from tests.store.venue_day import Player, venue_day
from venue.core import events as ev
from venue.core.commands import SelfTrade, Side, TimeInForce
from venue.core.phases import Pricing
from venue.core.policies import Verdict
from venue.core.rejects import Cause
from venue.store.open_projections import open_projections
from venue.store.project import NO_ROWS, TO_ROWS, projected
from venue.store.projection_tables import ORDERS, PROJECTIONS
from venue.store.replay import Executed
from venue.store.write_rows import write_rows


def test_every_event_has_rows_or_is_said_to_have_none() -> None:
    assert set(TO_ROWS) | NO_ROWS == set(get_args(ev.AnyEvent))
    assert not set(TO_ROWS) & NO_ROWS


def test_a_command_refused_leaves_no_row() -> None:
    rows = projected([Executed(3, 9, [ev.ConnectionLost(1, 7), ev.TimePassed(9)])])

    assert dict(rows.new) == {}
    assert rows.changes == {}


def test_an_event_has_the_time_that_passed_before_it() -> None:
    events: list[ev.Event] = [
        ev.Deposited(1, 5),
        ev.TimePassed(120),
        ev.Deposited(1, 6),
        ev.Deposited(1, 7),
        ev.TimePassed(150),
        ev.Deposited(1, -8),
    ]

    rows = projected([Executed(3, 100, events), Executed(4, 200, [ev.Deposited(1, 9)])])

    told = [(r["seq"], r["number"], r["at_ns"], r["kind"]) for r in rows.new["ledger"]]
    assert told == [
        (3, 0, 100, "deposit"),
        (3, 2, 120, "deposit"),
        (3, 3, 120, "deposit"),
        (3, 5, 150, "withdrawal"),
        (4, 0, 200, "deposit"),
    ]


def test_a_trade_is_one_trade_two_fills_and_the_money() -> None:
    trade = ev.Traded(7, "TSLA", 25_000, 4, Side.SELL, 64, 80, 1, 2, -15, 45, 0, -300)

    rows = projected([Executed(5, 100, [trade])])

    fills = [
        (r["order_id"], r["account"], r["side"], r["is_maker"], r["fee_micros"])
        for r in rows.new["fills"]
    ]
    assert fills == [(64, 1, "buy", True, -15), (80, 2, "sell", False, 45)]
    lines = [
        (r["account"], r["kind"], r["counter"], r["amount_micros"]) for r in rows.new["ledger"]
    ]
    assert lines == [
        (1, "fee", "fees", 15),
        (2, "realised", "clearing", -300),
        (2, "fee", "fees", -45),
    ]
    assert [r["trade_id"] for r in rows.new["trades"]] == [7]


def test_funding_is_a_rate_and_everybodys_part() -> None:
    settled = ev.FundingSettled("TSLA", 100, 9, 8, 10_000, 250, ((1, 31), (2, -30)), 1, b"{}")

    rows = projected([Executed(5, 100, [settled])])

    assert [(r["account"], r["paid_micros"]) for r in rows.new["funding"]] == [(1, 31), (2, -30)]
    assert [(r["account"], r["amount_micros"]) for r in rows.new["ledger"]] == [(1, -31), (2, 30)]
    assert rows.new["funding_rates"][0]["rounding_micros"] == 1


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(
            ev.ShortfallPaid(1, 4, "", 60, 40),
            [(4, "0", 60), (0, "4", -60), (4, "bad_debt", 40)],
            id="the fund and bad debt",
        ),
        pytest.param(
            ev.ShortfallPaid(1, 4, "", -25, 0), [(4, "0", -25), (0, "4", 25)], id="margin left over"
        ),
        pytest.param(
            ev.Deleveraged(1, 4, 6, "TSLA", 5, 900, 180, -100, 70),
            [(4, "clearing", -100), (6, "clearing", 70)],
            id="deleveraged",
        ),
        pytest.param(
            ev.TakenOver(1, 4, "TSLA", 5, 180, -100, 3),
            [(4, "clearing", -100), (0, "clearing", 3)],
            id="taken over",
        ),
        pytest.param(
            ev.LiquidationFeePaid(1, 4, "", "TSLA", 90, 20),
            [(4, "0", -90), (0, "4", 90), (0, "fees", -20)],
            id="a fee beyond the fund's target",
        ),
        pytest.param(
            ev.FundFilled("TSLA", 100, 60, 15), [(0, "fees", 15)], id="the fund's share of fees"
        ),
        pytest.param(ev.FundFilled("TSLA", 100, 60, 0), [], id="a full fund's"),
        pytest.param(ev.AccountReset(4, 1_000, -50), [(4, "external", -50)], id="reset"),
    ],
)
def test_money_that_moves_is_a_line_on_both_sides(
    event: ev.Event, expected: list[tuple[int, str, int]]
) -> None:
    rows = projected([Executed(5, 100, [event])])

    lines = [(r["account"], r["counter"], r["amount_micros"]) for r in rows.new["ledger"]]
    assert lines == expected


def test_a_price_beyond_a_column_is_held_at_its_end() -> None:
    judged = ev.PrintJudged("TSLA", "tape", 2**64 - 1, -(2**63), Verdict.ABOVE_PRICE_MAX, None)

    row = projected([Executed(5, 100, [judged])]).new["prints"][0]

    assert (row["price_nanos"], row["source_time_ns"]) == (2**63 - 1, -(2**63) + 1)


def test_pricing_tells_its_anchor() -> None:
    changed = ev.PricingChanged("TSLA", Pricing.INTERNAL, 90, 250, 80, "calendar")

    row = projected([Executed(5, 100, [changed])]).new["phases"][0]

    told = (row["kind"], row["value"], row["why"], row["price_nanos"])
    assert told == ("pricing", "internal", "calendar", 250)


def accepted(size_lots: int) -> ev.OrderAccepted:
    return ev.OrderAccepted(
        16, 1, "TSLA", Side.BUY, size_lots, 25_000, TimeInForce.GTC, False, False, None,
        SelfTrade.DECREMENT, None, False, 0, False, True,
    )  # fmt: skip


def filled(trade_id: int, lots: int) -> ev.Traded:
    return ev.Traded(trade_id, "TSLA", 25_000, lots, Side.SELL, 16, 99, 1, 2, 3, 4, 0, 0)


LIVES = [
    pytest.param([], ("open", None, 10, 0, 0), id="rests"),
    pytest.param([filled(1, 4)], ("open", None, 10, 4, 0), id="filled in part"),
    pytest.param([filled(1, 4), filled(2, 6)], ("filled", None, 10, 10, 0), id="filled"),
    pytest.param(
        [filled(1, 4), ev.OrderCancelled(16, 1, "TSLA", 6, Cause.ASKED)],
        ("cancelled", "asked", 10, 4, 0),
        id="cancelled",
    ),
    pytest.param(
        [ev.OrderCancelled(16, 1, "TSLA", 10, Cause.EXPIRED)],
        ("expired", "expired", 10, 0, 0),
        id="expired",
    ),
    pytest.param(
        [ev.OrderReduced(16, 1, "TSLA", 10, Cause.SELF_TRADE)],
        ("cancelled", "self_trade", 10, 0, 10),
        id="met only its own account",
    ),
    pytest.param(
        [ev.OrderReduced(16, 1, "TSLA", 3, Cause.SELF_TRADE), filled(1, 7)],
        ("filled", None, 10, 7, 3),
        id="reduced, then filled",
    ),
    pytest.param(
        [
            ev.OrderReduced(16, 1, "TSLA", 3, Cause.SELF_TRADE),
            filled(1, 2),
            ev.OrderAmended(16, 1, "TSLA", 25_000, 8, 6, False),
            ev.OrderReduced(16, 1, "TSLA", 1, Cause.SELF_TRADE),
        ],
        ("open", None, 8, 2, 1),
        id="amended after a reduction",
    ),
]


@pytest.mark.parametrize(("later", "expected"), LIVES)
@pytest.mark.parametrize("together", [True, False], ids=["one batch", "batch by batch"])
def test_an_orders_row_tells_its_life(
    tmp_path: Path, later: list[ev.Event], expected: tuple[Any, ...], together: bool
) -> None:
    events: list[ev.Event] = [accepted(10), *later]
    executed = [Executed(seq, seq, [event]) for seq, event in enumerate(events, 1)]
    batches = [executed] if together else [[each] for each in executed]

    order = asyncio.run(written(tmp_path, batches))["orders"][0]

    names = ("status", "cause", "size_lots", "filled_lots", "reduced_lots")
    assert tuple(order[name] for name in names) == expected
    assert order["changed_ns"] == len(events)


def test_batches_may_end_anywhere(tmp_path: Path) -> None:
    player = Player()
    player.group(list(venue_day(turns=16)))
    executed = player.executed
    for name in ("one", "small"):
        (tmp_path / name).mkdir()

    small = asyncio.run(
        written(tmp_path / "small", [executed[at : at + 3] for at in range(0, len(executed), 3)])
    )

    assert small == asyncio.run(written(tmp_path / "one", [executed]))
    assert len(small["orders"]) > 50


async def written(directory: Path, batches: list[list[Executed]]) -> dict[str, list[Any]]:
    projections = await open_projections(f"sqlite:///{directory / 'projections.db'}")
    for batch in batches:
        async with projections.engine.begin() as connection:
            await write_rows(connection, projected(batch))
    async with projections.engine.connect() as connection:
        found = {
            name: [
                dict(row)
                for row in (
                    await connection.execute(select(table).order_by(*table.primary_key))
                ).mappings()
            ]
            for name, table in PROJECTIONS.tables.items()
        }
    await projections.close()
    assert list(ORDERS.columns.keys()) == list(found["orders"][0])
    return found
