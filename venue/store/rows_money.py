"""What money events mean to the ledger: one line for every account that gained or lost.

An account's lines add up to its balance and isolated margin together. Moving margin between the
two is not a line. ``counter`` is the other side: ``external``, ``clearing`` (the market's),
``fees``, ``funding``, ``bad_debt``, ``payers`` (of a shared loss), or another account by number.
"""

from venue.core import events as ev
from venue.core.account import INSURANCE
from venue.store.rows import At, Rows, ToRows

# (account, kind, counter, amount in micro-dollars)
Line = tuple[int, str, str, int]


def book(rows: Rows, at: At, market: str | None, lines: list[Line]) -> None:
    """Add the lines of one event; ``number`` and ``line`` keep them apart."""
    for line, (account, kind, counter, amount_micros) in enumerate(lines):
        rows.add(
            "ledger",
            {
                "seq": at.seq,
                "number": at.number,
                "account": account,
                "line": line,
                "at_ns": at.at_ns,
                "market": market,
                "kind": kind,
                "counter": counter,
                "amount_micros": amount_micros,
            },
        )


def account_opened(rows: Rows, at: At, event: ev.AccountOpened) -> None:
    rows.add_keyed(
        "accounts",
        event.account,
        {
            "account": event.account,
            "name": event.name,
            "parent": event.parent,
            "owner": event.owner,
            "seq": at.seq,
            "at_ns": at.at_ns,
            "resets": 0,
        },
    )


def deposited(rows: Rows, at: At, event: ev.Deposited) -> None:
    kind = "deposit" if event.amount_micros >= 0 else "withdrawal"
    book(rows, at, None, [(event.account, kind, "external", event.amount_micros)])


def account_reset(rows: Rows, at: At, event: ev.AccountReset) -> None:
    rows.change("accounts", event.account, {}, {"resets": 1})
    book(rows, at, None, [(event.account, "reset", "external", event.change_micros)])


def traded_money(rows: Rows, at: At, event: ev.Traded) -> None:
    lines: list[Line] = [
        (event.maker_account, "realised", "clearing", event.maker_realised_micros),
        (event.maker_account, "fee", "fees", -event.maker_fee_micros),
        (event.taker_account, "realised", "clearing", event.taker_realised_micros),
        (event.taker_account, "fee", "fees", -event.taker_fee_micros),
    ]
    book(rows, at, event.market, [line for line in lines if line[3]])


def funding_settled(rows: Rows, at: At, event: ev.FundingSettled) -> None:
    rows.add(
        "funding_rates",
        {
            "seq": at.seq,
            "number": at.number,
            "at_ns": at.at_ns,
            "market": event.market,
            "rate_e12": event.rate_e12,
            "premium_e12": event.premium_e12,
            "sampled_e4": event.sampled_e4,
            "price_micros": event.price_micros,
            "rounding_micros": event.rounding_micros,
        },
    )
    for account, paid_micros in event.payments:
        rows.add(
            "funding",
            {
                "seq": at.seq,
                "number": at.number,
                "account": account,
                "at_ns": at.at_ns,
                "market": event.market,
                "rate_e12": event.rate_e12,
                "price_micros": event.price_micros,
                "paid_micros": paid_micros,
            },
        )
    lines = [(account, "funding", "funding", -paid) for account, paid in event.payments if paid]
    book(rows, at, event.market, lines)


# A settlement by a halt closes positions of all accounts at once, and of none against another.
NOBODY = -1


def position_settled(rows: Rows, at: At, event: ev.PositionSettled) -> None:
    lines: list[Line] = [(event.account, "settled", "clearing", event.realised_micros)]
    book(rows, at, event.market, lines)
    rows.add(
        "transfers",
        {
            "seq": at.seq,
            "number": at.number,
            "account": event.account,
            "at_ns": at.at_ns,
            "liquidation_id": 0,
            "market": event.market,
            "kind": "settled",
            "counterparty": NOBODY,
            "lots": -event.size_lots,
            "cash_micros": event.size_lots * event.mark_micros,
            "realised_micros": event.realised_micros,
        },
    )


def taken_over_money(rows: Rows, at: At, event: ev.TakenOver) -> None:
    lines = [
        (event.account, "taken_over", "clearing", event.realised_micros),
        (event.taker, "taken_over", "clearing", event.fund_realised_micros),
    ]
    book(rows, at, event.position_market, lines)


def deleveraged_money(rows: Rows, at: At, event: ev.Deleveraged) -> None:
    lines = [
        (event.account, "deleveraged", "clearing", event.realised_micros),
        (event.counterparty, "deleveraged", "clearing", event.counterparty_realised_micros),
    ]
    book(rows, at, event.position_market, lines)


def shortfall_money(rows: Rows, at: At, event: ev.ShortfallPaid) -> None:
    lines: list[Line] = [
        (event.account, "shortfall", str(event.payer), event.insurance_micros),
        (event.payer, "shortfall", str(event.account), -event.insurance_micros),
        (event.account, "shortfall", "bad_debt", event.bad_debt_micros),
    ]
    book(rows, at, event.market or None, [line for line in lines if line[3]])


def fee_money(rows: Rows, at: At, event: ev.LiquidationFeePaid) -> None:
    lines: list[Line] = [
        (event.account, "liquidation_fee", str(INSURANCE), -event.amount_micros),
        (INSURANCE, "liquidation_fee", str(event.account), event.amount_micros),
        (INSURANCE, "liquidation_fee", "fees", -event.beyond_micros),
    ]
    book(rows, at, event.position_market, [line for line in lines if line[3]])


def fund_filled(rows: Rows, at: At, event: ev.FundFilled) -> None:
    if event.amount_micros:
        line = (INSURANCE, "fund_filled", "fees", event.amount_micros)
        book(rows, at, event.market, [line])


def loss_shared_money(rows: Rows, at: At, event: ev.LossShared) -> None:
    lines: list[Line] = [(event.account, "loss_shared", "payers", event.loss_micros)]
    lines += [
        (account, "loss_shared", str(event.account), -paid) for account, paid in event.payments
    ]
    book(rows, at, event.position_market, lines)


def pool_requested(rows: Rows, at: At, event: ev.PoolRequested) -> None:
    _with_pool(rows, at, event, "pool_request", -event.amount_micros)


def pool_request_ended(rows: Rows, at: At, event: ev.PoolRequestEnded) -> None:
    if event.outcome is not ev.PoolOutcome.PAID_IN:  # That money is in the pool already.
        _with_pool(rows, at, event, f"pool_{event.outcome.value}", event.amount_micros)


def _with_pool(
    rows: Rows,
    at: At,
    event: ev.PoolRequested | ev.PoolRequestEnded,
    kind: str,
    amount_micros: int,
) -> None:
    lines: list[Line] = [
        (event.account, kind, str(event.pool), amount_micros),
        (event.pool, kind, str(event.account), -amount_micros),
    ]
    book(rows, at, event.market, [line for line in lines if line[3]])


def position_rescaled(rows: Rows, at: At, event: ev.PositionRescaled) -> None:
    if event.realised_micros:
        line = (event.account, "realised", "clearing", event.realised_micros)
        book(rows, at, event.market, [line])


def dividend_paid(rows: Rows, at: At, event: ev.DividendPaid) -> None:
    lines = [(account, "dividend", "funding", -paid) for account, paid in event.payments if paid]
    book(rows, at, event.market, lines)


MONEY_ROWS: dict[type[ev.Event], ToRows] = {
    ev.AccountOpened: account_opened,
    ev.Deposited: deposited,
    ev.AccountReset: account_reset,
    ev.FundingSettled: funding_settled,
    ev.PositionSettled: position_settled,
    ev.PositionRescaled: position_rescaled,
    ev.DividendPaid: dividend_paid,
    ev.PoolRequested: pool_requested,
    ev.PoolRequestEnded: pool_request_ended,
}
