"""A power perp on the venue itself, step by step, and the two-asset portfolio beside it.

Each step: the underlying prints, a maker and a taker trade at the fair mark, the mark is that
trade, funding (mark less index over its period) is settled. One account is long throughout. Its
gain in each step, funding included, over the worth of its position is the return of a position that
is fully paid for and whose funding is put back into it.

Beside it stand the portfolio that holds the share p of its worth in the underlying and the rest in
cash, rebalanced after each step, and the pool that arbitrage keeps at those weights: constant
product for p = 1/2, a weighted pool for any other. The pool is worth S^p whatever the step; what it
lacks of the portfolio is what its fees have to earn, and what the perp pays as funding.

Source: seed 003, claim 3; the weighted pool's worth is Balancer's (weights p and 1 − p).
"""

from collections.abc import Sequence
from math import log
from typing import NamedTuple

from venue.core import commands as cmd
from venue.core.commands import Side, TimeInForce
from venue.core.engine import Engine
from venue.core.fair_mark import fair_mark_nanos
from venue.core.listing import Fees, Limits, MarketSpec, Tier
from venue.core.margin import equity_micros
from venue.core.phases import Closure, Session
from venue.core.units import E4, E6, E9, NS_PER_DAY, NS_PER_SECOND, Units
from venue.rules.build import build, completed, ref

MARKET = "POWER"
UNDERLYING = "SHARE"
PERIOD_NS = 420 * 3_600 * NS_PER_SECOND
UNITS_HELD = 10_000
# A ten-thousandth of a dollar: the fair mark is told to a hundredth of a basis point.
UNITS = Units(tick_nanos=E9 // 10_000, lot_e9=E9)


class Played(NamedTuple):
    """What a path came to, each as a logarithm of the last over the first.

    ``funding`` is what the long received, summed as shares of its worth; ``trail`` the first three
    after each step.
    """

    perp: float
    portfolio: float
    pool: float
    funding: float
    trail: tuple[tuple[float, float, float], ...]

    @property
    def residual(self) -> float:
        """What the perp with its funding made beyond the rebalanced portfolio."""
        return self.perp - self.portfolio

    @property
    def fees_needed(self) -> float:
        """What the pool would have to earn in fees to be worth the portfolio."""
        return self.portfolio - self.pool


def listed(power: tuple[int, int], step_ns: int) -> MarketSpec:
    """Return the market: one unit at 100, funding and mark once a step, no fees, no limits."""
    power_n, power_d = power
    return MarketSpec(
        market=MARKET,
        underlying=UNDERLYING,
        calendar="us_equity",
        units=UNITS,
        limits=Limits(
            order_lots_max=100_000,
            position_lots_max=100_000,
            open_interest_lots_max=10**7,
            open_orders_max=10,
            price_max_ticks=40_000_000,
        ),
        fees=Fees(0, 0),
        tiers=(Tier(0, 2),),
        rulebook="",
        rules=completed(
            (
                ref("index_open", "last_print"),
                ref("index_closed", "frozen"),
                ref("contract", "power", power_n=power_n, power_d=power_d),
                ref("mark", "last"),
                ref("clamp", "none"),
                ref("funding", "mark_minus_index", period_ns=PERIOD_NS),
                ref("margin", "shock", power_n=power_n, power_d=power_d),
                ref("terms", "none"),
                ref("closeout", "market_full"),
                ref("backstop", "fund"),
                ref("last_resort", "profit_leverage"),
            )
        ),
        mark_interval_ns=step_ns // 4,
        sample_interval_ns=step_ns,
        funding_interval_ns=step_ns,
    )


class _Venue:
    """The engine with one market, a long, a short, and who trades between them."""

    def __init__(self, power: tuple[int, int], step_ns: int, sigma_e4: int) -> None:
        self.engine = Engine(build)
        self.power = power
        self.step_ns = step_ns
        self.sigma_e4 = sigma_e4
        self.now_ns = 20_000 * NS_PER_DAY
        self.do(cmd.ListMarket(listed(power, step_ns)))
        self.do(
            cmd.ChangeSession(UNDERLYING, Session.REGULAR, Closure.NONE, self.now_ns, None, None)
        )
        for number, name in enumerate(("ann", "bob"), start=1):
            self.do(cmd.OpenAccount(name))
            self.do(cmd.Deposit(number, 90_000_000 * E6))
            self.do(cmd.SetLeverage(number, MARKET, 1))

    def do(self, command: cmd.Command) -> None:
        self.engine.execute(command, at_ns=self.now_ns)

    def step(self, price: float, lots: int) -> None:
        """Print a price and trade at the fair mark; a mark later funding is settled."""
        self.now_ns += self.step_ns * 5 // 8
        nanos = round(price * E9)
        self.do(cmd.SubmitPrint(UNDERLYING, "path", nanos, self.now_ns, self.now_ns, NS_PER_SECOND))
        market = self.engine.state.markets[MARKET]
        assert market.index_nanos is not None, "a print made an index"
        fair = fair_mark_nanos(
            market.index_nanos,
            power=self.power,
            sigma_e4=self.sigma_e4,
            period_ns=PERIOD_NS,
            interval_ns=self.step_ns,
        )
        assert fair is not None, "this power has a fair mark"
        ticks = round(fair / UNITS.tick_nanos)
        if market.mark_nanos is not None:  # Not before the market trades.
            self.do(cmd.PlaceOrder(2, MARKET, Side.SELL, lots, ticks))
            self.do(cmd.PlaceOrder(1, MARKET, Side.BUY, lots, ticks, time_in_force=TimeInForce.IOC))
        self.now_ns += self.step_ns * 3 // 8
        self.do(cmd.PassTime())

    @property
    def mark(self) -> float:
        market = self.engine.state.markets[MARKET]
        return market.mark_micros / E6

    @property
    def equity(self) -> float:
        state = self.engine.state
        return equity_micros(state, state.accounts[1]) / E6

    @property
    def received(self) -> float:
        return -self.engine.state.accounts[1].holdings[MARKET].funding_micros / E6


def play(
    prices: Sequence[float], *, power: tuple[int, int], steps_a_day: int, sigma: float
) -> Played:
    """Play a path of prices, one a step, and say what each of the three came to."""
    venue = _Venue(power, NS_PER_DAY // steps_a_day, round(sigma * E4))
    venue.step(prices[0], 1)
    venue.step(prices[0], UNITS_HELD)
    weight = power[0] / power[1]
    perp = portfolio = funding = 0.0
    equity, mark, received, before = venue.equity, venue.mark, venue.received, prices[0]
    lots = UNITS_HELD
    trail = [(0.0, 0.0, 0.0)]
    for price in prices[1:]:
        worth = lots * mark
        venue.step(price, 1)
        perp += log(1 + (venue.equity - equity) / worth)
        funding += (venue.received - received) / worth
        portfolio += log(1 + weight * (price / before - 1))
        equity, mark, received, before = venue.equity, venue.mark, venue.received, price
        lots += 1
        trail.append((perp, portfolio, weight * log(price / prices[0])))
    return Played(*trail[-1], funding, tuple(trail))
