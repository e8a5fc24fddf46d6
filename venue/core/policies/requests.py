"""Requests: how many commands an account may send in all, and how slowly beyond that."""

from typing import NamedTuple, Protocol


class RequestsInputs(NamedTuple):
    """What an account has ever traded, in micro-dollars of notional, and whether it cancels.

    ``traded_micros`` counts both sides of its trades, as far as their markets' trades count
    (``FeesRule.credit_e4``), the present moment included.
    """

    traded_micros: int = 0
    is_cancel: bool = False


class RequestsRule(Protocol):
    """How many requests an account may send in all; ``None``: as many as it likes.

    Who has sent as many may send one every ``wait_ns``. Without ``counts_requests`` the rule is
    never asked, and nobody's requests are counted.
    """

    @property
    def counts_requests(self) -> bool: ...
    @property
    def wait_ns(self) -> int: ...

    def requests_max(self, seen: RequestsInputs) -> int | None: ...
