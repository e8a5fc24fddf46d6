"""The steps of a liquidation as its account, and an ADL counterparty, are told of them."""

from venue.core import events as ev
from venue.core.units import E4
from venue.gateway import notes
from venue.gateway.decimals import money_text, nanos_text
from venue.gateway.notices import Notice
from venue.gateway.scales import MarketScales, MarketTable
from venue.gateway.showing import Where, ms, position_after


def started(
    notice: Notice, event: ev.LiquidationStarted, where: Where, markets: MarketTable
) -> notes.LiquidationNote:
    """Show the margin that began it."""
    return notes.LiquidationNote(
        **where,
        what="started",
        liquidation_id=event.liquidation_id,
        market=event.market,
        equity=money_text(event.equity_micros),
        maintenance=maintenance_text(event.maintenance_e4),
        marks={
            name: nanos_text(markets.known(name).spec.units.nanos(mark_micros))
            for name, mark_micros in event.marks
        },
    )


def maintenance_text(maintenance_e4: int) -> str:
    """Return maintenance from 1e-4 micro-dollars in dollars, rounded up, towards the venue."""
    return money_text(-(-maintenance_e4 // E4))


def deferred(
    notice: Notice, event: ev.LiquidationDeferred, where: Where, markets: MarketTable
) -> notes.LiquidationNote:
    """Show why it waits, and until when."""
    return notes.LiquidationNote(
        **where,
        what="deferred",
        liquidation_id=event.liquidation_id,
        market=event.market,
        why=event.why,
        until_ms=ms(event.until_ns),
    )


def closed_out(
    notice: Notice, event: ev.ClosedOut, where: Where, markets: MarketTable
) -> notes.LiquidationNote:
    """Show the close-out order and what it traded."""
    scales = markets.known(event.position_market)
    return notes.LiquidationNote(
        **where,
        what="closed_out",
        liquidation_id=event.liquidation_id,
        market=event.position_market,
        asked=scales.size.text(event.asked_lots),
        filled=scales.size.text(event.filled_lots),
        limit=scales.price.text(event.limit_ticks),
    )


def filled(note: notes.FillNote, liquidation_id: int) -> notes.LiquidationNote:
    """Show a fill of the venue's order as a step; the account itself has heard of it as a fill."""
    return notes.LiquidationNote(
        account=note.account,
        n=note.n,
        seq=note.seq,
        time_ms=note.time_ms,
        what="filled",
        liquidation_id=liquidation_id,
        market=note.position.market,
        filled=note.fill.size,
        price=note.fill.price,
        realised=note.fill.realised,
        position=note.position,
    )


def taken_over(
    notice: Notice, event: ev.TakenOver, where: Where, markets: MarketTable
) -> notes.LiquidationNote:
    """Show the position that fund, vault or provider took over, to either side."""
    scales = markets.known(event.position_market)
    other_side = notice.account == event.taker
    realised = event.fund_realised_micros if other_side else event.realised_micros
    return notes.LiquidationNote(
        **where,
        what="taken_over",
        liquidation_id=event.liquidation_id,
        market=event.position_market,
        size=scales.size.text(event.size_lots),
        price=nanos_text(scales.spec.units.nanos(event.mark_micros)),
        realised=money_text(realised),
        position=_position(notice, event.position_market, scales),
        counterparty=other_side,
    )


def deleveraged(
    notice: Notice, event: ev.Deleveraged, where: Where, markets: MarketTable
) -> notes.LiquidationNote:
    """Show an ADL to either of its two sides."""
    scales = markets.known(event.position_market)
    other_side = notice.account == event.counterparty
    realised = event.counterparty_realised_micros if other_side else event.realised_micros
    return notes.LiquidationNote(
        **where,
        what="deleveraged",
        liquidation_id=event.liquidation_id,
        market=event.position_market,
        size=scales.size.text(event.size_lots),
        price=nanos_text(event.price_nanos),
        cash=money_text(-event.cash_micros if other_side else event.cash_micros),
        realised=money_text(realised),
        given_up=money_text(event.given_up_micros),
        position=_position(notice, event.position_market, scales),
        counterparty=other_side,
    )


def _position(notice: Notice, market: str, scales: MarketScales) -> notes.PositionAfter:
    assert notice.position is not None, "this notice shows the position"
    return position_after(notice.position, market, scales)


def fee(
    notice: Notice, event: ev.LiquidationFeePaid, where: Where, markets: MarketTable
) -> notes.LiquidationNote:
    """Show a liquidation fee; a provider gets one."""
    return notes.LiquidationNote(
        **where,
        what="fee",
        liquidation_id=event.liquidation_id,
        market=event.position_market,
        cash=money_text(-event.amount_micros),
        counterparty=event.amount_micros < 0,
    )


def loss_shared(
    notice: Notice, event: ev.LossShared, where: Where, markets: MarketTable
) -> notes.LiquidationNote:
    """Show what a payer paid of a socialised loss, or what its account was paid."""
    paid = [amount for account, amount in event.payments if account == notice.account]
    return notes.LiquidationNote(
        **where,
        what="loss_shared",
        liquidation_id=event.liquidation_id,
        market=event.position_market,
        cash=money_text(-sum(paid) if paid else event.loss_micros),
        counterparty=bool(paid),
    )


def shortfall(
    notice: Notice, event: ev.ShortfallPaid, where: Where, markets: MarketTable
) -> notes.LiquidationNote:
    """Show who paid what the account could not."""
    return notes.LiquidationNote(
        **where,
        what="shortfall",
        liquidation_id=event.liquidation_id,
        market=event.market,
        insurance=money_text(event.insurance_micros),
        bad_debt=money_text(event.bad_debt_micros),
    )


def ended(
    notice: Notice, event: ev.LiquidationEnded, where: Where, markets: MarketTable
) -> notes.LiquidationNote:
    """Show how it ended, with the margin after it."""
    return notes.LiquidationNote(
        **where,
        what="ended",
        liquidation_id=event.liquidation_id,
        market=event.market,
        equity=money_text(event.equity_micros),
        maintenance=maintenance_text(event.maintenance_e4),
        outcome=event.outcome,
    )
