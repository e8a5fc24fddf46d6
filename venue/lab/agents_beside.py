"""Agents beside a book: a pool's provider, who trades with a pool, and the keeper of a vault.

A pool takes the other side of every order at its own price, on isolated margin; nobody quotes.
"""

from collections.abc import Iterator

from venue.core.commands import (
    Command,
    DepositToPool,
    MarginMode,
    Mint,
    MoveCollateral,
    MoveIsolatedMargin,
    PlaceOrder,
    SetLeverage,
    Side,
    TimeInForce,
)
from venue.core.phases import Phase
from venue.core.units import E4, E12, div_floor
from venue.lab.agents import Holder
from venue.lab.run import Agent
from venue.lab.view import View

# How far from the index an order to a pool may trade, in 1e-4: its spread and its impact; what more
# it could cost than at the index is asked for as margin.
POOL_REACH_E4 = 20


class Provider:
    """Pays its deposit into a market's pool at once, and stays."""

    def __init__(self, name: str, market: str, *, deposit_micros: int) -> None:
        self.name = name
        self.deposit_micros = deposit_micros
        self._market = market
        self._paid = False

    def act(self, seen: View) -> Iterator[Command]:
        """Pay in, once."""
        if not self._paid:
            self._paid = True
            yield DepositToPool(seen.account, self._market, self.deposit_micros)


class PoolHolder(Holder):
    """A holder who trades with a pool, with all its money behind the position.

    Its margin at that leverage is the same share of its deposit; what is left is moved to the
    position, so that it bears as much as one that trades with a book.
    """

    def act(self, seen: View) -> Iterator[Command]:
        """Open when it is time; a look later give the position the rest; then nothing more."""
        market = seen.markets[self._market]
        if self._opened or seen.now_ns < self._at_ns or market.phase is not Phase.CONTINUOUS:
            return
        if seen.positions.get(self._market, 0):
            self._opened = True
            if seen.free_micros > 0:
                yield MoveIsolatedMargin(seen.account, self._market, seen.free_micros)
            return
        if market.index_nanos is None or not market.mark_micros:
            return
        reach_nanos = market.index_nanos * POOL_REACH_E4 // E4
        limit_nanos = market.index_nanos + (reach_nanos if self._is_long else -reach_nanos)
        margin_micros = self.deposit_micros * self._use_e4 // E4
        yield SetLeverage(seen.account, self._market, self._leverage, MarginMode.ISOLATED)
        yield PlaceOrder(
            seen.account,
            self._market,
            Side.BUY if self._is_long else Side.SELL,
            margin_micros * self._leverage // market.mark_micros,
            limit_nanos // market.tick_nanos,
            TimeInForce.IOC,
        )


class OnIsolated:
    """Another agent, on isolated margin at a leverage: what a pool asks of who trades with it."""

    def __init__(self, agent: Agent, market: str, *, leverage: int) -> None:
        self._agent = agent
        self._market = market
        self._leverage = leverage
        self._is_set = False

    @property
    def name(self) -> str:
        """The agent's name."""
        return self._agent.name

    @property
    def deposit_micros(self) -> int:
        """What the agent begins with."""
        return self._agent.deposit_micros

    def act(self, seen: View) -> Iterator[Command]:
        """Set the mode once, then do as the agent does."""
        if not self._is_set:
            self._is_set = True
            yield SetLeverage(seen.account, self._market, self._leverage, MarginMode.ISOLATED)
        yield from self._agent.act(seen)


class VaultKeeper:
    """Locks collateral worth its deposit in a vault, mints a share of what that bears, sells it.

    ``ratio_e4`` is its collateral over its debt, in 1e-4: well above what the rule asks. With
    ``in_units`` the collateral is units of the underlying, which come from outside.
    """

    def __init__(
        self,
        name: str,
        market: str,
        *,
        at_ns: int,
        ratio_e4: int,
        in_units: bool,
        deposit_micros: int,
    ) -> None:
        self.name = name
        self.deposit_micros = 0 if in_units else deposit_micros
        self._worth_micros = deposit_micros
        self._market = market
        self._at_ns = at_ns
        self._ratio_e4 = ratio_e4
        self._in_units = in_units
        self._opened = False

    def act(self, seen: View) -> Iterator[Command]:
        """Do it all at once when it is time and somebody bids; then nothing more."""
        market = seen.markets[self._market]
        if self._opened or seen.now_ns < self._at_ns or market.phase is not Phase.CONTINUOUS:
            return
        if market.bid_ticks is None or market.underlying_nanos is None:
            return
        self._opened = True
        debt_micros = self._worth_micros * E4 // self._ratio_e4
        lots = div_floor(debt_micros, market.mark_micros)
        if self._in_units:
            units_e9 = div_floor(self._worth_micros * E12, market.underlying_nanos)
            yield MoveCollateral(seen.account, self._market, units_e9=units_e9)
        else:
            yield MoveCollateral(seen.account, self._market, cash_micros=self._worth_micros)
        yield Mint(seen.account, self._market, lots)
        yield PlaceOrder(seen.account, self._market, Side.SELL, lots, None, TimeInForce.IOC)
