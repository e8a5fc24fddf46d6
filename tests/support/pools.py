"""A desk whose market trades with a pool: no fees, no funding, TSLA at 250.00."""

from typing import Any

from tests.support.desk import MARKET, Desk, listing, of
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.listing import MarketSpec, RuleRef
from venue.core.pool import Pool
from venue.core.pool_value import money_micros, value_micros
from venue.core.units import E6, NS_PER_SECOND
from venue.rules.build import ref

BESIDE = (ref("closeout", "oracle_close"), ref("backstop", "pool"), ref("funding", "none"))
EPOCH_SECONDS = 60


def pool_listing(
    rule: str = "ostium_pool",
    *rules: RuleRef,
    changes: dict[str, Any] | None = None,
    **parameters: Any,
) -> MarketSpec:
    """Return a market with a pool, without a spread; epochs of a minute, no notice."""
    plain: dict[str, Any] = {
        "spread_e6": 0,
        "epoch_ns": EPOCH_SECONDS * NS_PER_SECOND,
        "notice_ns": 0,
    }
    counterparty = ref("counterparty", rule, **{**plain, **parameters})
    everything = (*BESIDE, counterparty, *rules)
    return listing("naive_print", *everything, **{"reopen_call_ns": 0, **(changes or {})})


class PoolDesk(Desk):
    """A desk whose market has a pool, to which ``lp`` has paid in."""

    def __init__(self, market: MarketSpec | None = None, *, pool_dollars: int = 1_000_000) -> None:
        super().__init__(market or pool_listing())
        self.open("lp", pool_dollars + 1_000)
        if pool_dollars:
            self.pay_in("lp", pool_dollars)
            self.epoch()

    @property
    def pool(self) -> Pool:
        pool = self.market.pool
        assert pool is not None, "the listing has a pool"
        return pool

    def pay_in(self, name: str, dollars: float) -> list[ev.Event]:
        """Ask to pay into the pool."""
        return self.do(cmd.DepositToPool(self.names[name], MARKET, round(dollars * E6)))

    def leave(self, name: str, shares: float) -> list[ev.Event]:
        """Ask shares back."""
        return self.do(cmd.WithdrawFromPool(self.names[name], MARKET, round(shares * E6)))

    def epoch(self) -> list[ev.Event]:
        """Let the present epoch end, the feed repeating its price meanwhile."""
        for _ in range(EPOCH_SECONDS):
            heard = self.stay(3)
            if of(heard, ev.PoolEpochEnded):
                return heard
        raise AssertionError("no epoch ended")

    def stay(self, seconds: int) -> list[ev.Event]:
        """Repeat the price, and let time pass to the next mark."""
        index_nanos = self.market.index_nanos
        assert index_nanos is not None, "there is a price"
        return self.price(index_nanos / 10**9) if seconds == 3 else self.wait(seconds)

    def value(self) -> float:
        """Return what all shares are worth, in dollars."""
        return value_micros(self.state, self.pool) / E6

    def money(self) -> float:
        """Return what the pool has without its traders' gains, in dollars."""
        return money_micros(self.state, self.market, self.pool) / E6
