"""Liquidation: what goes to the book, who takes over, who pays when nobody would."""

from typing import NamedTuple, Protocol

from venue.core.phases import Session
from venue.core.policies.memory import Memory
from venue.core.policies.shares import ShareTerms


class CloseoutInputs(NamedTuple):
    """One position of an account below maintenance.

    ``size_lots`` is signed. ``attempts`` counts close-outs sent in this liquidation of this
    position, ``filled_lots`` what they traded, ``started_ns`` when it began. ``bankruptcy_nanos``
    is the price at which its share of equity is gone. ``equity_micros`` and ``maintenance_micros``
    are the account's, ``position_maintenance_micros`` the position's part. ``index_nanos`` is
    ``None`` before there is one. ``spare_micros`` is what the insurance fund could pay.
    """

    size_lots: int
    mark_nanos: int
    notional_micros: int
    bankruptcy_nanos: int
    attempts: int
    session: Session
    now_ns: int
    started_ns: int
    filled_lots: int
    equity_micros: int
    maintenance_micros: int
    position_maintenance_micros: int
    index_nanos: int | None
    spare_micros: int


class CloseoutAnswer(NamedTuple):
    """Send an IOC of ``lots`` at no worse than ``limit_nanos``, then wait ``cooldown_ns``.

    What it trades pays a fee to the insurance fund of ``fee_e6`` of its notional, but no more
    than it fetched beyond ``fee_floor_nanos`` (``None``: the bankruptcy price), so a fee never
    makes a shortfall. ``hands_over``: no order; the backstop is offered the position at the limit.
    """

    lots: int
    limit_nanos: int
    cooldown_ns: int
    fee_e6: int = 0
    fee_floor_nanos: int | None = None
    hands_over: bool = False


class CloseoutRule(Protocol):
    """How much of a position below maintenance goes to the book, and at what price.

    ``cancel_orders_first``: the account's orders go before the first close-out; else those that
    can only reduce stay until somebody takes the position over.
    """

    @property
    def cancel_orders_first(self) -> bool: ...

    def initial(self) -> Memory: ...

    def closeout(self, seen: CloseoutInputs, memory: Memory) -> tuple[CloseoutAnswer, Memory]: ...


class BackstopInputs(NamedTuple):
    """An account that the book could not close out, and the holder that may take it over.

    All in micro-dollars at the mark. ``equity`` and ``maintenance`` are the account's;
    ``fund_equity`` and ``fund_maintenance`` the holder's, after it would have taken over.
    """

    equity_micros: int
    maintenance_micros: int
    fund_equity_micros: int
    fund_maintenance_micros: int


class UnwindInputs(NamedTuple):
    """What the holder holds in one market; ``book_lots`` would trade within the rule's reach."""

    size_lots: int
    mark_nanos: int
    lot_notional_micros: int
    session: Session
    book_lots: int = 0


class UnwindAnswer(NamedTuple):
    """Send an IOC of ``lots`` (0: none) at no worse than ``limit_nanos``."""

    lots: int
    limit_nanos: int


class BackstopRule(Protocol):
    """When somebody takes over, who, how they unwind, and what the insurance fund may spend.

    ``holder`` is ``insurance``, ``vault`` (liquidity depositors' own account) or ``providers``
    (opt-in accounts, who get ``provider_fee_e6`` of what they take). ``resorts`` says when the
    last resort acts on what nobody took. ``protection_e4`` is how far from the mark the holder
    unwinds. The fund keeps ``floor_micros``; one liquidation draws at most ``claim_micros_max``
    on it, and a market at most ``draw_micros_max`` within ``draw_interval_ns`` (0: ever).
    ``gates_withdrawals``: nobody withdraws while somebody's equity is below zero.
    ``owner_first``: opposite positions of the same owner are closed before anybody else is asked.
    ``takeover_price`` is what positions are taken over at: the ``mark`` or the ``bankruptcy``
    price; ``margin_returned``: what equity is left then stays with the account. ``fees_e4`` of the
    market's trading fees goes to the fund while it has less than ``target_e4`` of open interest at
    the mark (``None``: always); liquidation fees beyond the target are the venue's.
    ``shares`` says when depositors pay into the vault and leave it; ``None`` where the holder is
    another. A cross account with positions in several markets is taken over whole, as the first of
    them by name has it.
    """

    @property
    def owner_first(self) -> bool: ...

    @property
    def takeover_price(self) -> str: ...

    @property
    def margin_returned(self) -> bool: ...

    @property
    def target_e4(self) -> int | None: ...

    @property
    def fees_e4(self) -> int: ...

    @property
    def holder(self) -> str: ...

    @property
    def shares(self) -> ShareTerms | None: ...

    @property
    def floor_micros(self) -> int: ...

    @property
    def unwind_interval_ns(self) -> int: ...

    @property
    def protection_e4(self) -> int: ...

    @property
    def provider_fee_e6(self) -> int: ...

    @property
    def claim_micros_max(self) -> int | None: ...

    @property
    def draw_micros_max(self) -> int | None: ...

    @property
    def draw_interval_ns(self) -> int: ...

    @property
    def gates_withdrawals(self) -> bool: ...

    def due(self, seen: BackstopInputs) -> bool: ...

    def takes_over(self, seen: BackstopInputs) -> bool: ...

    def resorts(self, seen: BackstopInputs) -> bool: ...

    def unwind(self, seen: UnwindInputs) -> UnwindAnswer: ...


class ResortInputs(NamedTuple):
    """One position of somebody who may have to pay. ``entry_micros`` is its exact cost.

    ``equity_micros`` and ``notional_micros`` are of its whole margin unit,
    ``maintenance_micros`` of the position. It is the ``nth`` ``among`` so many, by account id;
    ``draw`` is one pseudo-random number for all of them.
    """

    account: int
    size_lots: int
    entry_micros: int
    mark_micros: int
    equity_micros: int
    notional_micros: int
    maintenance_micros: int = 0
    nth: int = 0
    among: int = 1
    draw: int = 0


class LastResortRule(Protocol):
    """Who pays what account, backstop and fund cannot.

    ``form``: ``ranked`` closes opposite positions, the highest ``weigh`` first, then the lowest
    account id; ``prorata`` closes all of them in proportion to it; ``shared`` closes nobody's, the
    loss is paid in money in proportion to it; ``frozen`` halts the market and waits.
    ``price`` names what positions are closed at: ``bankruptcy``, ``previous_mark`` or ``oracle``.
    ``seniority`` is who pays first: ``profits_only`` (no more than the position's profit),
    ``buffer`` (no more than stands above maintenance), ``any`` (no more than equity); where the
    capacity of one falls short the next is taken.
    """

    @property
    def form(self) -> str: ...

    @property
    def price(self) -> str: ...

    @property
    def seniority(self) -> str: ...

    def weigh(self, seen: ResortInputs) -> int: ...
