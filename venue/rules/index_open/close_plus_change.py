"""Index rule ``close_plus_change``: the last close, and what the future has changed since.

    O = close + sum_i share_i × (F_i - F_i at the close)

In REGULAR hours the index's own fresh prints count; the last of them is the close, and what each
future cost then is what its change is counted from. Futures are quarterly contracts
(``future:Z5``); the front one rolls to the next from business day ``roll_from_day`` (5) of the
month in which it expires to ``roll_to_day`` (10), 20 % a day. A contract that is not fresh, or had
no price at the close, is left out, and the others take its share; with none there is silence.

Parameters: ``prefix``, ``roll_from_day``, ``roll_to_day``.

Guards against the gap of a closed stock market, without knowing interest or dividends: a future's
basis hardly changes in a night. Rolling in steps moves nothing, as only changes count.

Does not guard against a false print of the future, nor against a close that was itself false. Over
a long weekend the basis decays, and the index with it, by some basis points.

Rounding: half to even, to a nano-dollar.

Source: QFEX, contract specifications (``oracle = last_close_index + dF``; roll on business days 5
to 10 in 20 % steps). Which share falls on which day is assumed: all on day 5, nothing on day 10.
"""

from typing import ClassVar

import msgspec

from venue.core.phases import Session
from venue.core.policies import OpenAnswer, OpenInputs, Verdict
from venue.core.units import div_half_even
from venue.rules.index_open.contracts import new_york_day, rolled
from venue.rules.index_open.from_future import (
    NO_PRINTS,
    Future,
    FutureMemory,
    cash_is_fresh,
    fresh_futures,
    heard,
)
from venue.rules.parameters import Count
from venue.rules.properties import Property


class ClosePlusChange(msgspec.Struct, frozen=True):
    """The close plus the change of the future, in dollars."""

    exempt: ClassVar[dict[Property, str]] = {}

    prefix: str = "future:"
    roll_from_day: Count = 5
    roll_to_day: Count = 10

    def __post_init__(self) -> None:
        if self.roll_to_day <= self.roll_from_day:
            raise ValueError(f"roll_to_day must be after roll_from_day ({self.roll_from_day})")

    def initial(self) -> FutureMemory:
        """Return the memory of a market that has heard nobody."""
        return NO_PRINTS

    def index(self, seen: OpenInputs, memory: FutureMemory) -> tuple[OpenAnswer, FutureMemory]:
        """Return the index in nano-dollars.

        >>> from venue.rules.examples import OPEN, PRINT
        >>> closed = FutureMemory(  # the index closed at 250, the future at 252
        ...     250 * 10**9, 0, 0, 250 * 10**9, (Future("M5", 252 * 10**9, 0, 0, 252 * 10**9),)
        ... )
        >>> night = PRINT._replace(source="future:M5", price_nanos=255 * 10**9)
        >>> ClosePlusChange().index(OPEN._replace(arrived=night), closed)[0].index_nanos
        253000000000
        """
        is_regular = seen.session is Session.REGULAR
        verdict = Verdict.ACCEPTED
        if seen.arrived is not None:
            verdict, memory = heard(memory, seen.arrived, self.prefix, is_regular=is_regular)
        counted = counting(memory, seen.now_ns, self.roll_from_day, self.roll_to_day)
        if cash_is_fresh(memory, seen.now_ns) and (is_regular or not counted):
            return OpenAnswer(memory.cash_nanos, verdict), memory
        if not counted:
            silent = Verdict.STALE if seen.arrived is None else verdict
            return OpenAnswer(None, silent), memory
        return OpenAnswer(max(1, self.since_close(memory.close_nanos, counted)), verdict), memory

    def since_close(self, close_nanos: int, counted: list[tuple[Future, int]]) -> int:
        """Return where the futures have taken the close, in nano-dollars."""
        changed = sum(
            share * (future.price_nanos - future.close_nanos) for future, share in counted
        )
        return close_nanos + div_half_even(changed, sum(share for _, share in counted))


def counting(
    memory: FutureMemory, now_ns: int, from_day: int, to_day: int
) -> list[tuple[Future, int]]:
    """Return the contracts that count now, with their shares: fresh, and priced at the close."""
    if not memory.close_nanos:
        return []
    fresh = fresh_futures(memory, now_ns)
    return [
        (fresh[code], share)
        for code, share in rolled(new_york_day(now_ns), from_day, to_day)
        if code in fresh and fresh[code].close_nanos
    ]
