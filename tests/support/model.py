"""A second venue, slow and plain: it is told commands and events, and keeps its own books.

Nothing of the engine's state or arithmetic is used: positions are a size and what was paid for
it, maintenance is added up tier by tier, the book is a sorted list. ``auditor.py`` compares.
"""

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from typing import Any

from venue.core import events as ev
from venue.core.commands import MarginMode, Side
from venue.core.listing import MarketSpec
from venue.core.phases import Phase

INSURANCE = 0
SYSTEM_ORDERS_FROM = 2**52
Unit = tuple[int, str]


class Fault(AssertionError):
    """What the second opinion disagrees with."""


def expect(holds: bool, sentence: str) -> None:
    """Raise a fault unless something holds."""
    if not holds:
        raise Fault(sentence)


class Position:
    """What one account holds in one market, and how it came to it."""

    def __init__(self, leverage: int) -> None:
        self.leverage = leverage
        self.isolated = False
        self.margin = 0
        self.size = 0
        self.entry = 0
        self.realised = 0
        self.funding = 0
        self.fees = 0

    def profit_of(self, delta: int, cash: int) -> int:
        """Return what changing the size by ``delta`` for ``cash`` (got, signed) realises.

        Cost is released in proportion and rounded up; a trade through zero closes first, so only
        the closing part of the cash counts.
        """
        if self.size == 0 or (self.size > 0) == (delta > 0):
            return 0
        closed = min(abs(self.size), abs(delta))
        got = Fraction(cash * closed, abs(delta))
        return ceil(got) - ceil(Fraction(self.entry * closed, abs(self.size)))

    def move(self, delta: int, cash: int, profit: int) -> None:
        """Change the size by ``delta``, for ``cash``, booking ``profit``."""
        self.size += delta
        self.entry += profit - cash
        self.realised += profit


class Resting:
    """An order that stands."""

    def __init__(self, accepted: ev.OrderAccepted, arrival: int) -> None:
        self.id = accepted.order_id
        self.account = accepted.account
        self.market = accepted.market
        self.is_buy = accepted.side is Side.BUY
        self.price = accepted.price_ticks
        self.lots = accepted.size_lots
        self.reduce_only = accepted.reduce_only
        self.arrival = arrival
        self.rests = False

    @property
    def key(self) -> tuple[int, int]:
        """Priority: the better price, then the earlier arrival; the smallest comes first."""
        return (-self.price if self.is_buy else self.price, self.arrival)


class MarketBooks:
    """One market as it was told."""

    def __init__(self, spec: MarketSpec) -> None:
        self.spec = spec
        self.phase = Phase.LISTED
        self.mark = 0
        self.clearing = 0
        units = spec.units
        self.tick_lot = units.tick_nanos * units.lot_e9 // 10**12

    def maintenance_e4(self, notional: int) -> int:
        """Add maintenance up tier by tier, each on the part of the notional that lies in it."""
        total = 0
        tiers = self.spec.tiers
        for n, tier in enumerate(tiers):
            upper = tiers[n + 1].from_micros if n + 1 < len(tiers) else notional
            part = max(0, min(notional, upper) - tier.from_micros)
            total += part * ceil(Fraction(10_000, 2 * tier.leverage_max))
        return total


class Model:
    """Accounts, positions, orders, liquidations and marks, from events alone."""

    def __init__(self) -> None:
        self.now = 0
        self.balances: dict[int, int] = {INSURANCE: 0}
        self.owners: dict[int, int] = {INSURANCE: INSURANCE}
        self.positions: dict[tuple[int, str], Position] = {}
        self.markets: dict[str, MarketBooks] = {}
        self.orders: dict[int, Resting] = {}
        self.triggers: dict[int, tuple[int, str]] = {}
        self.liquidations: dict[Unit, int] = {}
        self.breaches: set[Unit] = set()
        self.deferred: dict[Unit, int] = {}
        self.external = self.fees = self.rounding = self.bad_debt = 0
        self.arrivals = 0
        self.last_trade = 0

    def hear(self, event: ev.Event) -> None:
        """Keep the books of one event."""
        hear = HEARD.get(type(event))
        if hear is not None:
            hear(self, event)

    def position(self, account: int, market: str) -> Position:
        """Return what an account has in a market; a fresh one is at leverage 10, or the most."""
        key = (account, market)
        if key not in self.positions:
            most = self.markets[market].spec.tiers[0].leverage_max
            self.positions[key] = Position(min(10, most))
        return self.positions[key]

    def unit_of(self, account: int, market: str) -> Unit:
        """Return what a position stands or falls with."""
        held = self.positions.get((account, market))
        return (account, market) if held is not None and held.isolated else (account, "")

    def margin(self, unit: Unit) -> tuple[int, int]:
        """Return a unit's equity in micro-dollars and its maintenance in 1e-4 of them."""
        account, name = unit
        equity = self.positions[account, name].margin if name else self.balances[account]
        maintenance = 0
        for (holder, market), held in self.positions.items():
            if holder == account and held.size and self.unit_of(account, market) == unit:
                value = held.size * self.markets[market].mark
                equity += value - held.entry
                maintenance += self.markets[market].maintenance_e4(abs(value))
        return equity, maintenance

    def is_below(self, unit: Unit) -> bool:
        """Say whether a unit has less equity than maintenance."""
        equity, maintenance_e4 = self.margin(unit)
        return equity * 10_000 < maintenance_e4

    def units(self) -> list[Unit]:
        """Return every unit of every account but the fund's."""
        isolated = [key for key, held in self.positions.items() if held.isolated]
        return [(account, "") for account in self.balances if account] + isolated

    def side(self, market: str, *, is_buy: bool) -> list[Resting]:
        """Return a side of a book in price-time priority."""
        resting = [
            order
            for order in self.orders.values()
            if order.rests and order.market == market and order.is_buy == is_buy
        ]
        return sorted(resting, key=lambda order: order.key)

    def pay(self, account: int, market: str, amount: int) -> None:
        """Take money from where a position's profit and loss go."""
        held = self.position(account, market)
        if held.isolated:
            held.margin -= amount
        else:
            self.balances[account] -= amount

    def exchange(self, account: int, market: str, delta: int, cash: int, told: int) -> None:
        """Change a position for cash; the profit that was told must be the profit that we find."""
        held = self.position(account, market)
        profit = held.profit_of(delta, cash)
        expect(profit == told, f"account {account} realises {profit}, was told {told}")
        held.move(delta, cash, profit)
        self.pay(account, market, -profit)
        self.markets[market].clearing -= profit

    # What each event means.

    def time_passed(self, event: ev.TimePassed) -> None:
        expect(event.at_ns >= self.now, f"time went from {self.now} to {event.at_ns}")
        self.now = event.at_ns

    def market_listed(self, event: ev.MarketListed) -> None:
        self.markets[event.spec.market] = MarketBooks(event.spec)

    def account_opened(self, event: ev.AccountOpened) -> None:
        expect(event.account not in self.balances, "an account is opened twice")
        self.balances[event.account] = 0
        self.owners[event.account] = event.owner

    def deposited(self, event: ev.Deposited) -> None:
        self.balances[event.account] += event.amount_micros
        self.external += event.amount_micros

    def account_reset(self, event: ev.AccountReset) -> None:
        self.external += event.balance_micros - self.balances[event.account]
        self.balances[event.account] = event.balance_micros
        for (account, _), held in self.positions.items():
            if account == event.account:
                held.realised = held.funding = held.fees = 0

    def leverage_set(self, event: ev.LeverageSet) -> None:
        held = self.position(event.account, event.market)
        held.leverage = event.leverage
        held.isolated = event.mode is MarginMode.ISOLATED

    def isolated_margin_moved(self, event: ev.IsolatedMarginMoved) -> None:
        held = self.position(event.account, event.market)
        expect(held.isolated, "margin is moved to a position that is not isolated")
        held.margin += event.amount_micros
        self.balances[event.account] -= event.amount_micros

    def mark_updated(self, event: ev.MarkUpdated) -> None:
        self.markets[event.market].mark = event.mark_micros

    def phase_changed(self, event: ev.PhaseChanged) -> None:
        self.markets[event.market].phase = event.phase

    def order_accepted(self, event: ev.OrderAccepted) -> None:
        expect(event.order_id not in self.orders, f"order {event.order_id} stands already")
        self.position(event.account, event.market)
        self.orders[event.order_id] = order = Resting(event, 0)
        if event.rests:
            self.rest(order)

    def rest(self, order: Resting) -> None:
        self.arrivals += 1
        order.arrival = self.arrivals
        order.rests = True

    def order_rested(self, event: ev.OrderRested) -> None:
        order = self.orders[event.order_id]
        expect(order.lots == event.remaining_lots, "an order rests with another size than is left")
        self.rest(order)

    def shrink(self, order_id: int, lots: int) -> None:
        order = self.orders[order_id]
        expect(0 < lots <= order.lots, f"{lots} lots leave an order of {order.lots}")
        order.lots -= lots
        if not order.lots:
            del self.orders[order_id]

    def order_reduced(self, event: ev.OrderReduced) -> None:
        self.shrink(event.order_id, event.lots)

    def order_cancelled(self, event: ev.OrderCancelled) -> None:
        self.shrink(event.order_id, event.remaining_lots)

    def order_amended(self, event: ev.OrderAmended) -> None:
        order = self.orders[event.order_id]
        shrinks = event.price_ticks == order.price and event.remaining_lots < order.lots
        expect(event.kept_priority == shrinks, "priority is kept exactly when an order shrinks")
        order.price = event.price_ticks
        order.lots = event.remaining_lots
        order.rests = event.kept_priority

    def trigger_placed(self, event: ev.TriggerPlaced) -> None:
        self.position(event.account, event.market)
        self.triggers[event.order_id] = (event.account, event.market)

    def trigger_gone(self, event: ev.TriggerFired | ev.TriggerCancelled) -> None:
        expect(event.order_id in self.triggers, "a trigger goes that is not there")
        del self.triggers[event.order_id]

    def traded(self, event: ev.Traded) -> None:
        maker, taker = self.orders[event.maker_order_id], self.orders[event.taker_order_id]
        expect(event.trade_id == self.last_trade + 1, "trades are numbered without gaps")
        self.last_trade = event.trade_id
        self.check_trade(event, maker, taker)
        price = event.price_ticks * self.markets[event.market].tick_lot
        notional = event.size_lots * price
        self.shrink(maker.id, event.size_lots)
        self.shrink(taker.id, event.size_lots)
        for order, told, fee in (
            (taker, event.taker_realised_micros, event.taker_fee_micros),
            (maker, event.maker_realised_micros, event.maker_fee_micros),
        ):
            bought = 1 if order.is_buy else -1
            self.exchange(
                order.account, event.market, bought * event.size_lots, -bought * notional, told
            )
            self.pay(order.account, event.market, fee)
            self.position(order.account, event.market).fees += fee
            self.fees += fee

    def check_trade(self, event: ev.Traded, maker: Resting, taker: Resting) -> None:
        """Check limits, priority, owners, fees and reducing of a trade before it is booked."""
        market = self.markets[event.market]
        price = event.price_ticks
        for order in (maker, taker):
            within = price <= order.price if order.is_buy else price >= order.price
            expect(within, f"order {order.id} at {order.price} trades at {price}")
        expect(maker.is_buy != taker.is_buy, "two orders of one side trade")
        expect((taker.is_buy) == (event.taker_side is Side.BUY), "the taker's side is told wrong")
        expect(maker.rests, "the maker does not rest")
        expect(self.owners[maker.account] != self.owners[taker.account], "an owner trades alone")
        for order in (maker, taker) if taker.rests else (maker,):
            first = self.side(event.market, is_buy=order.is_buy)[0]
            expect(first is order, f"order {order.id} trades before {first.id}")
        if not taker.rests:
            expect(price == maker.price, "an arriving order trades at the resting order's price")
            expect(market.phase is Phase.CONTINUOUS, "orders match outside continuous trading")
        else:
            expect(market.phase is not Phase.CONTINUOUS, "two resting orders trade")
        for order in (maker, taker):
            size = self.position(order.account, event.market).size
            reducible = -size if order.is_buy else size
            fits = not order.reduce_only or event.size_lots <= reducible
            expect(fits, "a reducing order trades more than the position")
        notional = event.size_lots * price * market.tick_lot
        fees = market.spec.fees
        for order, rate, fee in (
            (maker, fees.maker_e6, event.maker_fee_micros),
            (taker, fees.taker_e6, event.taker_fee_micros),
        ):
            due = 0 if order.id >= SYSTEM_ORDERS_FROM else ceil(Fraction(notional * rate, 10**6))
            expect(fee == due, f"a fee of {fee} where {due} is due")

    def funding_settled(self, event: ev.FundingSettled) -> None:
        expect(sum(paid for _, paid in event.payments) == event.rounding_micros, "funding leaks")
        expect(0 <= event.rounding_micros < len(event.payments) + 1, "funding rounds too far")
        holders = {a for (a, m), held in self.positions.items() if m == event.market and held.size}
        payers = {account for account, _ in event.payments}
        expect(payers == (holders if event.rate_e12 else set()), "funding moves between holders")
        for account, paid in event.payments:
            held = self.position(account, event.market)
            exact = Fraction(held.size * event.price_micros * event.rate_e12, 10**12)
            expect(paid == ceil(exact), f"funding of {paid} where {exact} is due")
            held.funding += paid
            self.pay(account, event.market, paid)
        self.rounding += event.rounding_micros

    def breaches_found(self, event: ev.BreachesFound) -> None:
        for account, market, _ in event.units:
            unit = (account, market)
            expect(self.is_below(unit), f"unit {unit} is told to be below maintenance")
            expect(unit not in self.liquidations, f"unit {unit} is on record twice")
            self.breaches.add(unit)
        ranks = [(rank, account, market) for account, market, rank in event.units]
        expect(ranks == sorted(ranks), "breaches are not told by margin ratio, then id")

    def breach_healed(self, event: ev.BreachHealed) -> None:
        unit = (event.account, event.market)
        expect(not self.is_below(unit), f"unit {unit} is told to be healed")
        self.breaches.remove(unit)

    def liquidation_started(self, event: ev.LiquidationStarted) -> None:
        unit = (event.account, event.market)
        expect(unit not in self.liquidations, f"unit {unit} is liquidated twice at once")
        expect(self.is_below(unit), f"unit {unit} is liquidated above maintenance")
        expect(
            self.margin(unit) == (event.equity_micros, event.maintenance_e4),
            f"unit {unit} has margin {self.margin(unit)}, other is told",
        )
        self.liquidations[unit] = event.liquidation_id
        self.breaches.discard(unit)

    def liquidation_deferred(self, event: ev.LiquidationDeferred) -> None:
        expect(event.until_ns > self.now, "a liquidation waits for the past")
        self.deferred[event.account, event.market] = event.until_ns

    def taken_over(self, event: ev.TakenOver) -> None:
        name, size = event.position_market, event.size_lots
        expect(event.mark_micros == self.markets[name].mark, "a takeover is not at the mark")
        expect(self.position(event.account, name).size == size, "a takeover leaves a rest")
        cash = size * event.mark_micros
        self.exchange(event.account, name, -size, cash, event.realised_micros)
        self.exchange(INSURANCE, name, size, -cash, event.fund_realised_micros)

    def deleveraged(self, event: ev.Deleveraged) -> None:
        name, size, cash = event.position_market, event.size_lots, event.cash_micros
        other = self.position(event.counterparty, name)
        expect(other.size * size < 0, "a counterparty of ADL holds nothing opposite")
        expect(abs(size) <= abs(other.size), "a counterparty of ADL gives up more than it has")
        own, theirs = self.owners[event.account], self.owners[event.counterparty]
        expect(own != theirs, "an owner is deleveraged against himself")
        self.exchange(event.account, name, -size, cash, event.realised_micros)
        self.exchange(event.counterparty, name, size, -cash, event.counterparty_realised_micros)

    def shortfall_paid(self, event: ev.ShortfallPaid) -> None:
        paid, owed = event.insurance_micros, event.bad_debt_micros
        expect(owed >= 0, "bad debt is never negative")
        self.balances[INSURANCE] -= paid
        self.bad_debt -= owed
        if event.market:
            self.position(event.account, event.market).margin += paid + owed
        else:
            self.balances[event.account] += paid + owed

    def liquidation_ended(self, event: ev.LiquidationEnded) -> None:
        unit = (event.account, event.market)
        expect(self.liquidations.pop(unit) == event.liquidation_id, "another liquidation ends")
        self.deferred.pop(unit, None)
        if event.account != INSURANCE:
            expect(not self.is_below(unit), f"unit {unit} stays below maintenance")
        if event.market:
            held = self.position(*unit)
            if not held.size and held.isolated:
                self.balances[event.account] += held.margin
                held.margin = 0


HEARD: dict[type[ev.Event], Callable[[Model, Any], None]] = {
    ev.TimePassed: Model.time_passed,
    ev.MarketListed: Model.market_listed,
    ev.AccountOpened: Model.account_opened,
    ev.Deposited: Model.deposited,
    ev.AccountReset: Model.account_reset,
    ev.LeverageSet: Model.leverage_set,
    ev.IsolatedMarginMoved: Model.isolated_margin_moved,
    ev.MarkUpdated: Model.mark_updated,
    ev.PhaseChanged: Model.phase_changed,
    ev.OrderAccepted: Model.order_accepted,
    ev.OrderRested: Model.order_rested,
    ev.OrderReduced: Model.order_reduced,
    ev.OrderCancelled: Model.order_cancelled,
    ev.OrderAmended: Model.order_amended,
    ev.TriggerPlaced: Model.trigger_placed,
    ev.TriggerFired: Model.trigger_gone,
    ev.TriggerCancelled: Model.trigger_gone,
    ev.Traded: Model.traded,
    ev.FundingSettled: Model.funding_settled,
    ev.BreachesFound: Model.breaches_found,
    ev.BreachHealed: Model.breach_healed,
    ev.LiquidationStarted: Model.liquidation_started,
    ev.LiquidationDeferred: Model.liquidation_deferred,
    ev.TakenOver: Model.taken_over,
    ev.Deleveraged: Model.deleveraged,
    ev.ShortfallPaid: Model.shortfall_paid,
    ev.LiquidationEnded: Model.liquidation_ended,
}
