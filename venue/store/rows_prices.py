"""What price, session and phase events mean to the tables."""

from typing import Any

from venue.core import events as ev
from venue.store.rows import At, Rows, ToRows, Values

INT64_MAX = (1 << 63) - 1  # A source may say anything; a column holds this much.


def print_judged(rows: Rows, at: At, event: ev.PrintJudged) -> None:
    values = {
        "source": event.source,
        "price_nanos": _held(event.price_nanos),
        "source_time_ns": _held(event.source_time_ns),
        "verdict": event.verdict.value,
    }
    rows.add("prints", _market(at, event.market) | values)


def index_updated(rows: Rows, at: At, event: ev.IndexUpdated) -> None:
    values = {"index_nanos": event.index_nanos, "pricing": event.pricing.value}
    rows.add("index_values", _market(at, event.market) | values)


def mark_updated(rows: Rows, at: At, event: ev.MarkUpdated) -> None:
    values = {"mark_nanos": event.mark_nanos, "mark_micros": event.mark_micros}
    rows.add("mark_values", _market(at, event.market) | values)


def session_changed(rows: Rows, at: At, event: ev.SessionChanged) -> None:
    rows.add(
        "sessions",
        {
            "seq": at.seq,
            "number": at.number,
            "at_ns": at.at_ns,
            "underlying": event.underlying,
            "session": event.session.value,
            "closure": event.closure.value,
            "since_ns": event.since_ns,
            "next_change_ns": event.next_change_ns,
            "next_session": None if event.next_session is None else event.next_session.value,
        },
    )


def phase_changed(rows: Rows, at: At, event: ev.PhaseChanged) -> None:
    phase = event.phase.value
    _phase(rows, at, event.market, "phase", phase, why=event.why, until_ns=event.until_ns)


def market_listed(rows: Rows, at: At, event: ev.MarketListed) -> None:
    _phase(rows, at, event.spec.market, "listed", event.spec.rulebook)


def pricing_changed(rows: Rows, at: At, event: ev.PricingChanged) -> None:
    pricing = event.pricing.value
    anchor_nanos = event.anchor_nanos
    _phase(rows, at, event.market, "pricing", pricing, why=event.why, price_nanos=anchor_nanos)


def auction_uncrossed(rows: Rows, at: At, event: ev.AuctionUncrossed) -> None:
    _phase(
        rows,
        at,
        event.market,
        "uncross",
        "traded" if event.size_lots else "nothing crossed",
        price_ticks=event.price_ticks,
        size_lots=event.size_lots,
        imbalance_lots=event.imbalance_lots,
        stale_micros=event.stale_micros,
    )


def downtime_recorded(rows: Rows, at: At, event: ev.DowntimeRecorded) -> None:
    _phase(rows, at, None, "downtime", "down", until_ns=event.until_ns)


def _market(at: At, market: str | None) -> Values:
    return {"seq": at.seq, "number": at.number, "at_ns": at.at_ns, "market": market}


def _phase(
    rows: Rows, at: At, market: str | None, kind: str, value: str, *, why: str = "", **more: Any
) -> None:
    columns = dict.fromkeys(
        ("until_ns", "price_nanos", "price_ticks", "size_lots", "imbalance_lots", "stale_micros")
    )
    told = {"kind": kind, "value": value, "why": why}
    rows.add("phases", _market(at, market) | told | columns | more)


def _held(number: int) -> int:
    return max(-INT64_MAX, min(number, INT64_MAX))


PRICE_ROWS: dict[type[ev.Event], ToRows] = {
    ev.PrintJudged: print_judged,
    ev.IndexUpdated: index_updated,
    ev.MarkUpdated: mark_updated,
    ev.SessionChanged: session_changed,
    ev.PhaseChanged: phase_changed,
    ev.MarketListed: market_listed,
    ev.PricingChanged: pricing_changed,
    ev.AuctionUncrossed: auction_uncrossed,
    ev.DowntimeRecorded: downtime_recorded,
}
