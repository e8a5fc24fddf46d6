"""Open orders: how many of them an account may have."""

from typing import NamedTuple, Protocol


class OpenOrdersInputs(NamedTuple):
    """The listing's own limit, and what an account has ever traded, in micro-dollars of notional.

    ``traded_micros`` counts both sides of its trades, as far as their markets' trades count
    (``FeesRule.credit_e4``), the present moment included.
    """

    listed_max: int
    traded_micros: int = 0


class OpenOrdersRule(Protocol):
    """How many open orders an account may have; never fewer than the listing says.

    Without ``counts_volume`` the answer is the listing's and nobody's trades need be counted. With
    ``exits_to_listed`` reduce-only and trigger orders are taken up to the listing's number only,
    open trigger orders counted in.
    """

    @property
    def counts_volume(self) -> bool: ...
    @property
    def exits_to_listed(self) -> bool: ...

    def open_orders_max(self, seen: OpenOrdersInputs) -> int: ...
