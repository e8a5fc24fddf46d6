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
    spec = event.spec
    _phase(rows, at, spec.market, "listed", spec.rulebook)
    listed = {
        "underlying": spec.underlying,
        "rulebook": spec.rulebook,
        "tick_nanos": spec.units.tick_nanos,
        "lot_e9": spec.units.lot_e9,
        "tick_lot_micros": spec.units.tick_lot_micros,
        "renamed_from": None,
    }
    rows.add("markets", _market(at, spec.market) | listed)


def pricing_changed(rows: Rows, at: At, event: ev.PricingChanged) -> None:
    pricing = event.pricing.value
    anchor_nanos = event.anchor_nanos
    _phase(rows, at, event.market, "pricing", pricing, why=event.why, price_nanos=anchor_nanos)


def validity_changed(rows: Rows, at: At, event: ev.ValidityChanged) -> None:
    _phase(rows, at, event.market, "validity", event.validity.name.lower())


def reopen_changed(rows: Rows, at: At, event: ev.ReopenChanged) -> None:
    value = "over" if event.since_ns is None else "under way"
    _phase(rows, at, event.market, "reopen", value, price_nanos=event.outside_nanos)


def session_closing(rows: Rows, at: At, event: ev.SessionClosing) -> None:
    _phase(rows, at, event.market, "closing", "begun")


def forced_closes_found(rows: Rows, at: At, event: ev.ForcedClosesFound) -> None:
    found = str(len(event.positions))
    _phase(rows, at, event.market, "forced_closes", found, why=f"above {event.leverage_max}x")


def limit_state_changed(rows: Rows, at: At, event: ev.LimitStateChanged) -> None:
    value = "over" if event.until_ns is None else "begun"
    _phase(rows, at, event.market, "limit_state", value, until_ns=event.until_ns)


def trading_interrupted(rows: Rows, at: At, event: ev.TradingInterrupted) -> None:
    _phase(rows, at, event.market, "interruption", "interrupted", price_nanos=event.price_nanos)


def call_extended(rows: Rows, at: At, event: ev.CallExtended) -> None:
    until_ns, price_nanos = event.until_ns, event.price_nanos
    _phase(rows, at, event.market, "call", "extended", until_ns=until_ns, price_nanos=price_nanos)


def reducing_only(rows: Rows, at: At, event: ev.ReducingOnly) -> None:
    value = "begun" if event.why else "over"
    _phase(rows, at, event.market, "reduce_only", value, why=event.why)


def action_announced(rows: Rows, at: At, event: ev.ActionAnnounced) -> None:
    kind, until_ns = type(event.action).__name__.lower(), event.effective_ns
    _phase(rows, at, event.market, "action", "announced", why=kind, until_ns=until_ns)


def action_withdrawn(rows: Rows, at: At, event: ev.ActionWithdrawn) -> None:
    _phase(rows, at, event.market, "action", "withdrawn", why=event.why)


def action_step_taken(rows: Rows, at: At, event: ev.ActionStepTaken) -> None:
    _phase(rows, at, event.market, "action", event.does.value)


def market_split(rows: Rows, at: At, event: ev.MarketSplit) -> None:
    """Trades, fills, prints and prices before this row are in the units of their own time."""
    ratio = f"{event.numerator} for {event.denominator}"
    _phase(rows, at, event.market, "split", ratio, price_nanos=event.mark_nanos)


def market_renamed(rows: Rows, at: At, event: ev.MarketRenamed) -> None:
    """Rows before this one keep the old name."""
    _phase(rows, at, event.to, "renamed", event.to, why=event.market)
    named = dict.fromkeys(("rulebook", "tick_nanos", "lot_e9", "tick_lot_micros"))
    named |= {"underlying": event.underlying, "renamed_from": event.market}
    rows.add("markets", _market(at, event.to) | named)


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
    ev.SessionClosing: session_closing,
    ev.ForcedClosesFound: forced_closes_found,
    ev.LimitStateChanged: limit_state_changed,
    ev.TradingInterrupted: trading_interrupted,
    ev.CallExtended: call_extended,
    ev.ReducingOnly: reducing_only,
    ev.MarketListed: market_listed,
    ev.PricingChanged: pricing_changed,
    ev.ValidityChanged: validity_changed,
    ev.ReopenChanged: reopen_changed,
    ev.ActionAnnounced: action_announced,
    ev.ActionWithdrawn: action_withdrawn,
    ev.ActionStepTaken: action_step_taken,
    ev.MarketSplit: market_split,
    ev.MarketRenamed: market_renamed,
    ev.AuctionUncrossed: auction_uncrossed,
    ev.DowntimeRecorded: downtime_recorded,
}
