"""What liquidation events mean to the tables: one row a liquidation, and its story in steps."""

from typing import Any

import msgspec

from venue.core import events as ev
from venue.store.rows import At, Rows, ToRows
from venue.store.rows_money import (
    deleveraged_money,
    fee_money,
    fund_filled,
    loss_shared_money,
    shortfall_money,
    taken_over_money,
)

_json = msgspec.json.Encoder().encode


def liquidation_started(rows: Rows, at: At, event: ev.LiquidationStarted) -> None:
    rows.add_keyed(
        "liquidations",
        event.liquidation_id,
        {
            "liquidation_id": event.liquidation_id,
            "seq": at.seq,
            "at_ns": at.at_ns,
            "account": event.account,
            "market": event.market,
            "equity_micros": event.equity_micros,
            "maintenance_e4": event.maintenance_e4,
            "marks": _json(dict(event.marks)).decode(),
            "ended_ns": None,
            "outcome": None,
            "equity_after_micros": None,
            "maintenance_after_e4": None,
            "insurance_micros": 0,
            "bad_debt_micros": 0,
        },
    )
    _step(rows, at, event, event.market)


def liquidation_deferred(rows: Rows, at: At, event: ev.LiquidationDeferred) -> None:
    _step(rows, at, event, event.market)


def closed_out(rows: Rows, at: At, event: ev.ClosedOut) -> None:
    _step(rows, at, event, event.position_market)


def taken_over(rows: Rows, at: At, event: ev.TakenOver) -> None:
    taken_over_money(rows, at, event)
    _transfer(
        rows,
        at,
        event,
        counterparty=event.taker,
        cash_micros=event.size_lots * event.mark_micros,
        counterparty_realised_micros=event.fund_realised_micros,
    )
    _step(rows, at, event, event.position_market)


def deleveraged(rows: Rows, at: At, event: ev.Deleveraged) -> None:
    deleveraged_money(rows, at, event)
    _transfer(
        rows,
        at,
        event,
        counterparty=event.counterparty,
        cash_micros=event.cash_micros,
        counterparty_realised_micros=event.counterparty_realised_micros,
    )
    _step(rows, at, event, event.position_market)


def shortfall_paid(rows: Rows, at: At, event: ev.ShortfallPaid) -> None:
    shortfall_money(rows, at, event)
    paid = {
        "insurance_micros": event.insurance_micros,
        "bad_debt_micros": event.bad_debt_micros,
    }
    rows.change("liquidations", event.liquidation_id, {}, paid)
    _step(rows, at, event, event.market)


def liquidation_fee_paid(rows: Rows, at: At, event: ev.LiquidationFeePaid) -> None:
    fee_money(rows, at, event)
    _step(rows, at, event, event.position_market)


def loss_shared(rows: Rows, at: At, event: ev.LossShared) -> None:
    loss_shared_money(rows, at, event)
    _step(rows, at, event, event.position_market)


def liquidation_ended(rows: Rows, at: At, event: ev.LiquidationEnded) -> None:
    ended = {
        "ended_ns": at.at_ns,
        "outcome": event.outcome.value,
        "equity_after_micros": event.equity_micros,
        "maintenance_after_e4": event.maintenance_e4,
    }
    rows.change("liquidations", event.liquidation_id, ended)
    _step(rows, at, event, event.market)


def _transfer(
    rows: Rows,
    at: At,
    event: ev.TakenOver | ev.Deleveraged,
    *,
    counterparty: int,
    cash_micros: int,
    counterparty_realised_micros: int,
) -> None:
    """Add both halves: who gives the position up gets the cash."""
    lots = event.size_lots
    halves = (
        (event.account, counterparty, -lots, cash_micros, event.realised_micros),
        (counterparty, event.account, lots, -cash_micros, counterparty_realised_micros),
    )
    for account, other, gained_lots, received_micros, realised_micros in halves:
        rows.add(
            "transfers",
            {
                "seq": at.seq,
                "number": at.number,
                "account": account,
                "at_ns": at.at_ns,
                "liquidation_id": event.liquidation_id,
                "market": event.position_market,
                "kind": "taken_over" if isinstance(event, ev.TakenOver) else "deleveraged",
                "counterparty": other,
                "lots": gained_lots,
                "cash_micros": received_micros,
                "realised_micros": realised_micros,
            },
        )


def _step(rows: Rows, at: At, event: Any, market: str) -> None:
    told = ("liquidation_id", "account")
    details = {name: getattr(event, name) for name in event.__struct_fields__ if name not in told}
    rows.add(
        "liquidation_steps",
        {
            "seq": at.seq,
            "number": at.number,
            "at_ns": at.at_ns,
            "liquidation_id": event.liquidation_id,
            "account": event.account,
            "market": market,
            "kind": type(event).__name__,
            "details": _json(details).decode(),
        },
    )


LIQUIDATION_ROWS: dict[type[ev.Event], ToRows] = {
    ev.LiquidationStarted: liquidation_started,
    ev.LiquidationDeferred: liquidation_deferred,
    ev.ClosedOut: closed_out,
    ev.TakenOver: taken_over,
    ev.Deleveraged: deleveraged,
    ev.ShortfallPaid: shortfall_paid,
    ev.LiquidationFeePaid: liquidation_fee_paid,
    ev.FundFilled: fund_filled,
    ev.LossShared: loss_shared,
    ev.LiquidationEnded: liquidation_ended,
}
