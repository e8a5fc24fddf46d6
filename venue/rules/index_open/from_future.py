"""What the rules that draw an index from a future share: who has said what, and what is fresh.

A print whose source begins with the future's prefix is of the contract that the rest names
(``future:Z5``); any other is of the index itself. Each future remembers what it cost when the index
last spoke in REGULAR hours: what has changed since is what the future adds to the close.
"""

import msgspec

from venue.core.policies import Print, Verdict
from venue.core.units import NS_PER_SECOND

SOURCES_MAX = 8
STALE_CADENCES = 5
STALE_NS_MIN = 30 * NS_PER_SECOND


class Future(msgspec.Struct, frozen=True, array_like=True):
    """One contract: its last price and source time, and its price at the close (0: none)."""

    code: str
    price_nanos: int
    price_ns: int
    cadence_ns: int
    close_nanos: int = 0


class FutureMemory(msgspec.Struct, frozen=True, array_like=True):
    """The index's own last print and its last in REGULAR hours (0: none), and the contracts."""

    cash_nanos: int = 0
    cash_ns: int = 0
    cadence_ns: int = 0
    close_nanos: int = 0
    futures: tuple[Future, ...] = ()


NO_PRINTS = FutureMemory()


def heard(
    memory: FutureMemory, arrived: Print, prefix: str, *, is_regular: bool
) -> tuple[Verdict, FutureMemory]:
    """Take a print of the index or of one of its futures; late and repeated ones change nothing.

    >>> from venue.rules.examples import PRINT
    >>> future = PRINT._replace(source="future:M5")
    >>> _, memory = heard(NO_PRINTS, future, "future:", is_regular=True)
    >>> memory.futures[0].code, memory.cash_nanos
    ('M5', 0)
    """
    if arrived.price_nanos <= 0:
        return Verdict.NOT_POSITIVE, memory
    at_ns = arrived.source_time_ns
    if arrived.source.startswith(prefix):
        code = arrived.source[len(prefix) :]
        close_nanos = 0
        others = memory.futures[-(SOURCES_MAX - 1) :]
        for place, known in enumerate(memory.futures):
            if known.code == code:
                if at_ns <= known.price_ns:
                    return _not_newer(at_ns, known.price_ns), memory
                close_nanos = known.close_nanos
                others = (*memory.futures[:place], *memory.futures[place + 1 :])
                break
        future = Future(code, arrived.price_nanos, at_ns, arrived.cadence_ns, close_nanos)
        return Verdict.ACCEPTED, FutureMemory(
            memory.cash_nanos,
            memory.cash_ns,
            memory.cadence_ns,
            memory.close_nanos,
            (*others, future),
        )
    if memory.cash_nanos and at_ns <= memory.cash_ns:
        return _not_newer(at_ns, memory.cash_ns), memory
    close_nanos, futures = memory.close_nanos, memory.futures
    if is_regular:
        close_nanos = arrived.price_nanos
        futures = tuple(
            Future(
                future.code,
                future.price_nanos,
                future.price_ns,
                future.cadence_ns,
                future.price_nanos if is_fresh(future.price_ns, future.cadence_ns, at_ns) else 0,
            )
            for future in futures
        )
    return Verdict.ACCEPTED, FutureMemory(
        arrived.price_nanos, at_ns, arrived.cadence_ns, close_nanos, futures
    )


def is_fresh(price_ns: int, cadence_ns: int, now_ns: int) -> bool:
    """Say whether a price is at most five of its source's cadences old, or 30 s."""
    return now_ns - price_ns <= max(STALE_NS_MIN, STALE_CADENCES * cadence_ns)


def cash_is_fresh(memory: FutureMemory, now_ns: int) -> bool:
    """Say whether the index's own print is fresh."""
    return memory.cash_nanos > 0 and is_fresh(memory.cash_ns, memory.cadence_ns, now_ns)


def fresh_futures(memory: FutureMemory, now_ns: int) -> dict[str, Future]:
    """Return the contracts whose price is fresh, by code."""
    return {
        future.code: future
        for future in memory.futures
        if is_fresh(future.price_ns, future.cadence_ns, now_ns)
    }


def _not_newer(at_ns: int, known_ns: int) -> Verdict:
    return Verdict.DUPLICATE if at_ns == known_ns else Verdict.STALE
