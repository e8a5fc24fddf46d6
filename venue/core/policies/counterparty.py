"""Counterparty: whom an order trades with, the other orders of a book or a pool at the oracle."""

from typing import NamedTuple, Protocol

from venue.core.rejects import Cause


class QuoteInputs(NamedTuple):
    """An order, or the part of one that opens or closes a position, that asks a pool for a price.

    ``notional_micros`` is at the index: positive, it buys. ``long_micros`` and ``short_micros``
    are the notional of all traders' positions before it, at the index; ``pool_micros`` is the
    pool's money, what waits for an epoch left out. ``leverage`` is that of the position;
    ``collateral_micros`` what all positions have put up, this order's included (asked for only
    where the rule says so). ``opens``: it makes a position larger.
    """

    index_nanos: int
    notional_micros: int
    long_micros: int
    short_micros: int
    pool_micros: int
    leverage: int
    opens: bool
    collateral_micros: int = 0


class Quote(NamedTuple):
    """What the pool trades at, a unit, before rounding to ticks; or why it does not."""

    price_nanos: int
    refused: Cause | None = None


class CounterpartyRule(Protocol):
    """What a market's orders trade with.

    Where ``is_pool`` is false nothing else is asked. An epoch of the pool lasts ``epoch_ns``; a
    request to pay in or out must have stood for ``notice_ns``, and with ``waits_for_open`` an
    epoch that ends while the underlying is closed goes on until it is open. ``fee_share_e4`` of
    what opening a position costs is the pool's. Withdrawals leave at least ``reserve_e4`` of the
    larger side's notional in the pool (0: nothing), read as: notional <= reserve × money.

    A position never gains more than ``gain_max_e4`` of its collateral, and all of a side together
    never more than ``traders_e4`` of the pool's money. Where the profit of a side is above
    ``adl_above_e4`` of it (``None``: never) positions are closed until it is ``adl_to_e4``.
    ``counts_collateral`` says whether ``QuoteInputs`` must have it.
    """

    @property
    def is_pool(self) -> bool: ...

    @property
    def epoch_ns(self) -> int: ...

    @property
    def notice_ns(self) -> int: ...

    @property
    def waits_for_open(self) -> bool: ...

    @property
    def fee_share_e4(self) -> int: ...

    @property
    def reserve_e4(self) -> int: ...

    @property
    def gain_max_e4(self) -> int | None: ...

    @property
    def traders_e4(self) -> int: ...

    @property
    def adl_above_e4(self) -> int | None: ...

    @property
    def adl_to_e4(self) -> int: ...

    @property
    def counts_collateral(self) -> bool: ...

    def quote(self, seen: QuoteInputs) -> Quote: ...
