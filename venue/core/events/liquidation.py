"""Liquidation: who is below maintenance, what was closed out, who paid."""

from enum import StrEnum

from venue.core.events.event import Event


class LiquidationWhy(StrEnum):
    """What a liquidation is waiting for, when it waits."""

    COOL_DOWN = "cool_down"
    AUCTION = "auction"
    HALT = "halt"
    INDEX_NOT_VALID = "index_not_valid"
    THROTTLE = "throttle"
    NO_TAKER = "no_taker"
    BUDGET = "budget"
    BACKSTOP_DUE = "backstop_due"
    FROZEN = "frozen"


class LiquidationOutcome(StrEnum):
    """How a liquidation ended."""

    HEALTHY = "healthy"
    CLOSED_OUT = "closed_out"
    TAKEN_OVER = "taken_over"
    DELEVERAGED = "deleveraged"
    LOSS_SHARED = "loss_shared"


class BreachesFound(Event, frozen=True, array_like=True, gc=False, tag=True):
    """One mark put these units (account, market or "", rank) below maintenance.

    They are on record as deferred for the venue's own budget, and are taken by rank (equity in
    1e-12 of maintenance), then id, some a command. ``left`` more are below maintenance: they are
    on record together and are found, the lowest first, once those before them had their step.
    The search goes on after the place ``after`` (rank, account, market); ``None``: it is over.
    """

    at_ns: int
    units: tuple[tuple[int, str, int], ...]
    left: int = 0
    after: tuple[int, int, str] | None = None


class BreachHealed(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A unit that waited for its liquidation is above maintenance again."""

    account: int
    market: str


class LiquidationStarted(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An account, or (``market`` not empty) one isolated position, is below maintenance.

    All in micro-dollars at the marks in ``marks`` (market, mark in micro-dollars a lot).
    """

    liquidation_id: int
    account: int
    market: str
    at_ns: int
    equity_micros: int
    maintenance_e4: int
    rank_e12: int
    marks: tuple[tuple[str, int], ...]


class LiquidationDeferred(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A liquidation waits, why, and until when."""

    liquidation_id: int
    account: int
    market: str
    why: LiquidationWhy
    until_ns: int


class ClosedOut(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A close-out order was sent: ``asked_lots`` of which ``filled_lots`` traded.

    ``throttle_*`` is the market's close-out allowance after it: so much used, as of when.
    ``memory`` is the close-out rule's, ``None`` where it remembers what it did before.
    """

    liquidation_id: int
    account: int
    position_market: str
    asked_lots: int
    filled_lots: int
    limit_ticks: int
    throttle_at_ns: int
    throttle_micros: int
    memory: bytes | None = None


class TakenOver(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The backstop took over a position, or a part of it, from a liquidated account.

    ``taker`` is the insurance fund, the vault, or a provider. ``mark_micros`` is what a lot was
    taken at: the mark, the bankruptcy price, or the index where the close-out rule closes at the
    oracle.
    ``realised_micros`` settles the account's side there; the taker's entry cost is its notional.
    """

    liquidation_id: int
    account: int
    position_market: str
    size_lots: int
    mark_micros: int
    realised_micros: int
    fund_realised_micros: int
    taker: int = 0


class Deleveraged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """ADL: ``counterparty`` gave up ``size_lots`` (signed, the liquidated side's) for cash.

    ``cash_micros`` is what the liquidated side gets for them (negative: pays); ``price_nanos``
    the same a unit, for people, rounded half even. ``given_up_micros`` is what it costs the
    counterparty against the mark: cash less size × mark (negative: it gains).
    """

    liquidation_id: int
    account: int
    counterparty: int
    position_market: str
    size_lots: int
    cash_micros: int
    price_nanos: int
    realised_micros: int
    counterparty_realised_micros: int
    given_up_micros: int = 0


class ShortfallPaid(Event, frozen=True, array_like=True, gc=False, tag=True):
    """What a liquidated account could not pay: the fund's part, and what stands as bad debt.

    Negative ``insurance_micros``: what was left of the account's margin went to the fund.
    ``payer`` is the insurance fund, or the vault. ``drawn_market`` is the market whose draws on the
    fund are capped and that this counts among, if any.
    """

    liquidation_id: int
    account: int
    market: str
    insurance_micros: int
    bad_debt_micros: int
    payer: int = 0
    drawn_market: str = ""


class LiquidationFeePaid(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A fee between a margin unit and the insurance fund; negative: the fund pays a provider.

    ``beyond_micros`` of it is beyond the fund's target, and is the venue's.
    """

    liquidation_id: int
    account: int
    market: str
    position_market: str
    amount_micros: int
    beyond_micros: int = 0


class LossShared(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A loss of one account was socialised: each in ``payments`` paid that much of it.

    ``loss_micros`` is what the account (or the fund, for its own) got: the sum of the payments,
    which come from the payers' positions in ``position_market``.
    """

    liquidation_id: int
    account: int
    market: str
    position_market: str
    loss_micros: int
    payments: tuple[tuple[int, int], ...]


class LiquidationEnded(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A liquidation is over, with the account's margin after it."""

    liquidation_id: int
    account: int
    market: str
    outcome: LiquidationOutcome
    equity_micros: int
    maintenance_e4: int


class ProviderSet(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An account takes over liquidated positions in a market up to a notional; 0: no more."""

    account: int
    market: str
    cap_micros: int


class FundUnwound(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The holder tried to sell what it took over: ``lots`` asked, ``filled_lots`` traded."""

    market: str
    at_ns: int
    lots: int
    filled_lots: int
    holder: int = 0


class FundFilled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The insurance fund got ``amount_micros`` of the trading fees that a market booked.

    ``fees_micros`` are those fees, since the last time; the rest stays with the venue.
    """

    market: str
    at_ns: int
    fees_micros: int
    amount_micros: int
