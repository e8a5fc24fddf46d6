"""A day of a market that trades with a pool, for store tests."""

from tests.store.venue_day import Timed, venue_day
from venue.core.units import NS_PER_SECOND
from venue.rules.build import ref

POOLED: list[Timed] = list(
    venue_day(
        turns=40,
        pool_dollars=200_000,
        rules=(
            ref("counterparty", "ostium_pool", epoch_ns=20 * NS_PER_SECOND, notice_ns=0),
            ref("closeout", "oracle_close"),
            ref("backstop", "pool"),
        ),
    )
)
