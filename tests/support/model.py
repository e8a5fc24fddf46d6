"""A second venue, slow and plain: it is told commands and events, and keeps its own books.

Nothing of the engine's state or arithmetic is used: positions are a size and what was paid for
it, maintenance is added up tier by tier, the book is a sorted list. ``auditor.py`` compares.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any

from tests.support.plain_margin import fee_fits, leverage_max, maintenance_e4
from venue.core import events as ev
from venue.core.commands import MarginMode, Side
from venue.core.listing import MarketSpec
from venue.core.phases import Phase

INSURANCE = 0
VAULT = -1
SYSTEM_ORDERS_FROM = 2**52
Unit = tuple[int, str]


def rule_of(spec: MarketSpec, kind: str) -> str:
    """Return the name of a listing's rule of a kind; empty where it names none."""
    return next((rule.name for rule in spec.rules if rule.kind == kind), "")


def said_of(spec: MarketSpec, kind: str) -> Mapping[str, Any]:
    """Return the parameters of a listing's rule of a kind; none where it names none."""
    return next((rule.parameters for rule in spec.rules if rule.kind == kind), {})


def takes_at_bankruptcy(spec: MarketSpec) -> bool:
    """Say whether a listing's backstop takes positions over at the bankruptcy price."""
    said = next(rule.parameters for rule in spec.rules if rule.kind == "backstop")
    return said.get("takeover_price") == "bankruptcy"


def aside(account: int) -> bool:
    """Say whether who holds does so for the venue or a pool, and has no part in what is shared."""
    return account == INSURANCE or account < -1


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


class PoolBooks:
    """A pool, or the vault, as it was told: who has which shares, and what waits for an epoch."""

    def __init__(self, account: int) -> None:
        self.account = account
        self.shares: dict[int, int] = {}
        self.requests: dict[int, ev.PoolRequested] = {}
        self.locked_until: dict[int, int] = {}

    @property
    def waiting(self) -> int:
        """What stands in the pool's account and is not the pool's."""
        return sum(request.amount_micros for request in self.requests.values())


class MarketBooks:
    """One market as it was told."""

    def __init__(self, spec: MarketSpec) -> None:
        self.spec = spec
        self.phase = Phase.LISTED
        self.why = ""
        self.mark = 0
        self.owed_e4 = 0
        self.index_nanos = 0
        self.providers: dict[int, int] = {}
        self.pool: PoolBooks | None = None
        self.clearing = 0
        # Of the last split: the mark before it, and new units for an old one.
        self.mark_before_split = 0
        self.split = Fraction(1)
        units = spec.units
        self.tick_lot = units.tick_nanos * units.lot_e9 // 10**12

    @property
    def index(self) -> int:
        """The index in micro-dollars a lot."""
        return self.spec.units.micros_per_lot(self.index_nanos)

    def maintenance_e4(self, value: int) -> int:
        """Return what a signed value must keep, in 1e-4 micro-dollars."""
        owed_e4 = self.owed_e4 if (value > 0) == (self.owed_e4 > 0) else 0
        return maintenance_e4(self.spec, value) + abs(value * owed_e4)


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
        # The order whose bracket a trigger is.
        self.parents: dict[int, int] = {}
        self.vaults: dict[tuple[int, str], int] = {}
        self.claims: dict[int, int] = {}
        self.split_vaults: dict[int, Fraction] = {}
        self.vault_pool: PoolBooks | None = None
        self.liquidations: dict[Unit, int] = {}
        self.breaches: set[Unit] = set()
        self.is_searching = False
        self.deferred: dict[Unit, int] = {}
        self.external = self.fees = self.rounding = self.bad_debt = 0
        self.arrivals = 0
        self.last_trade = 0
        # What each account traded, both sides of its trades: at least what its limits count.
        self.traded_micros: dict[int, int] = {}
        # Requests where they are counted: how many, and when the last one.
        self.requests: dict[int, tuple[int, int]] = {}
        # Fees by market since the fund had its share; lots that went at the bankruptcy price.
        self.fees_of: dict[str, int] = {}
        self.left_over: dict[Unit, int] = {}
        # Of the units that are being taken over: whether a market so far says at which price.
        self.at_bankruptcy: dict[Unit, bool] = {}

    def hear(self, event: ev.Event) -> None:
        """Keep the books of one event."""
        hear = HEARD.get(type(event))
        if hear is not None:
            hear(self, event)

    def position(self, account: int, market: str) -> Position:
        """Return what an account has in a market; a fresh one is at leverage 10, or the most."""
        key = (account, market)
        if key not in self.positions:
            most = leverage_max(self.markets[market].spec)
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
                maintenance += self.markets[market].maintenance_e4(value)
        return equity, maintenance

    def is_below(self, unit: Unit) -> bool:
        """Say whether a unit has less equity than maintenance."""
        equity, maintenance_e4 = self.margin(unit)
        return equity * 10_000 < maintenance_e4

    def place(self, unit: Unit) -> tuple[int, int, str]:
        """Return a unit's place among those below maintenance: margin ratio in 1e-12, then id."""
        equity, maintenance_e4 = self.margin(unit)
        last = -(1 << 62)
        if not maintenance_e4:
            return last, *unit
        return max(last, equity * 10**16 // maintenance_e4), *unit

    def units(self) -> list[Unit]:
        """Return every unit of every account but the fund's."""
        isolated = [key for key, held in self.positions.items() if held.isolated]
        return [(account, "") for account in self.balances if account > INSURANCE] + isolated

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

    def orders_max(self, account: int) -> int:
        """Return how many open orders an account may have, where it may have the most."""
        most = 0
        for books in self.markets.values():
            listed = books.spec.limits.open_orders_max
            most = max(most, listed)
            if rule_of(books.spec, "open_orders") == "by_volume":
                said = next(r for r in books.spec.rules if r.kind == "open_orders").parameters
                step, cap = said["step_micros"], said["orders_cap"]
                assert isinstance(step, int), "a step is in micro-dollars"
                assert isinstance(cap, int), "a cap is a number of orders"
                earned = listed + self.traded_micros.get(account, 0) // step
                most = max(most, min(cap, earned))
        return most

    def requests_counted(self, event: ev.RequestsCounted) -> None:
        before, at_ns = self.requests.get(event.account, (0, 0))
        expect(event.requests > before, f"account {event.account} sent fewer requests")
        if before >= self.requests_max(event.account):
            wait_ns = max(int(str(said["wait_ns"])) for said in self.requests_rules())
            waited_ns = self.now - at_ns
            expect(waited_ns >= wait_ns, f"account {event.account} sends beyond what it has earned")
        self.requests[event.account] = (event.requests, self.now)

    def requests_rules(self) -> list[Mapping[str, Any]]:
        """Return the parameters of the rules that count requests, one for each market."""
        return [
            rule.parameters
            for books in self.markets.values()
            for rule in books.spec.rules
            if rule.kind == "requests" and rule.name == "by_volume"
        ]

    def requests_max(self, account: int) -> int:
        """Return how many requests an account may have sent, cancels included, at the most."""
        traded = self.traded_micros.get(account, 0)
        return 2 * max(
            int(said["buffer"]) + traded // int(said["request_micros"])
            for said in self.requests_rules()
        )

    def cancels_beyond(self, market: str) -> bool:
        """Say whether what stands beyond a market's bounds is cancelled."""
        return rule_of(self.markets[market].spec, "interruption") == "fill_bands"

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
        books = self.markets[event.market]
        books.phase, books.why = event.phase, event.why

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
        spec = self.markets[event.market].spec
        if not event.parent_id and said_of(spec, "open_orders").get("exits_to_listed"):
            open_ones = [o for o in self.orders.values() if o.rests and o.account == event.account]
            waiting = [holder for holder, _ in self.triggers.values() if holder == event.account]
            is_over = len(open_ones) + len(waiting) >= spec.limits.open_orders_max
            expect(not is_over, f"account {event.account} places a trigger beyond its open orders")
        self.triggers[event.order_id] = (event.account, event.market)
        self.parents[event.order_id] = event.parent_id

    def trigger_woken(self, event: ev.TriggerWoken) -> None:
        spec, parent = self.markets[event.market].spec, self.parents[event.order_id]
        waits = said_of(spec, "orders").get("brackets_wait")
        expect(not waits or parent not in self.orders, "a bracket wakes before its whole fill")

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
            self.fees_of[event.market] = self.fees_of.get(event.market, 0) + fee
            traded = self.traded_micros.get(order.account, 0)
            self.traded_micros[order.account] = traded + notional

    def check_trade(self, event: ev.Traded, maker: Resting, taker: Resting) -> None:
        """Check limits, priority, owners, fees and reducing of a trade before it is booked."""
        market = self.markets[event.market]
        price = event.price_ticks
        if market.pool is not None:
            self.check_pool_trade(event, market.pool, taker)
            return
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
            if order.id >= SYSTEM_ORDERS_FROM:
                expect(fee == 0, f"the venue's own order pays a fee of {fee}")
                continue
            fits = fee_fits(market.spec, rate_e6=rate, notional=notional, fee=fee)
            expect(fits, f"a fee of {fee} on {notional} at {rate}")

    def check_pool_trade(self, event: ev.Traded, pool: PoolBooks, taker: Resting) -> None:
        """Check a trade with a pool: who it is with, its price, its limit, its fee."""
        books = self.markets[event.market]
        price = event.price_ticks
        expect(event.maker_account == pool.account, "who trades is not the pool")
        expect(books.phase is Phase.CONTINUOUS, "a pool trades outside continuous trading")
        within = price <= taker.price if taker.is_buy else price >= taker.price
        expect(within, f"order {taker.id} at {taker.price} trades at {price}")
        held = self.position(taker.account, event.market)
        reducible = -held.size if taker.is_buy else held.size
        fits = not taker.reduce_only or event.size_lots <= reducible
        expect(fits, "a reducing order trades more than the position")
        closes = reducible > 0
        expect(not closes or event.size_lots <= reducible, "one trade closes and opens")
        if rule_of(books.spec, "counterparty") == "ostium_pool":
            worse = price * books.tick_lot - books.index
            expect((worse if taker.is_buy else -worse) >= 0, "a pool trades better than the index")
        notional = event.size_lots * price * books.tick_lot
        most = -(-notional * books.spec.fees.taker_e6 // 10**6)
        fee = event.taker_fee_micros
        expect(0 <= fee <= most, f"a fee of {fee} on {notional}")
        expect(not (closes or taker.id >= SYSTEM_ORDERS_FROM) or not fee, "closing costs a fee")
        expect(0 <= -event.maker_fee_micros <= fee, "a pool gets more than the fee")

    def funding_owed(self, event: ev.FundingOwed) -> None:
        self.markets[event.market].owed_e4 = event.owed_e4

    def funding_settled(self, event: ev.FundingSettled) -> None:
        stays = event.rounding_micros + event.kept_micros
        expect(sum(paid for _, paid in event.payments) == stays, "funding leaks")
        expect(0 <= event.rounding_micros < len(event.payments) + 1, "funding rounds too far")
        expect(event.kept_micros >= 0, "the venue keeps less than nothing")
        due = self.funding_due(event)
        expect(dict(event.payments) == due, f"funding of {event.payments} where {due} is due")
        for account, paid in event.payments:
            held = self.position(account, event.market)
            held.funding += paid
            self.pay(account, event.market, paid)
        self.rounding += event.rounding_micros
        self.fees += event.kept_micros

    def funding_due(self, event: ev.FundingSettled) -> dict[int, int]:
        """Say what each holder owes, in fractions: the rate, the sharing, the rollover."""
        sizes = {a: h.size for (a, m), h in self.positions.items() if m == event.market and h.size}
        value = {a: Fraction(size * event.price_micros, 10**12) for a, size in sizes.items()}
        due: dict[int, int] = {}
        if event.rate_e12 and event.receivers == "each":
            due = {a: ceil(worth * event.rate_e12) for a, worth in value.items()}
        elif event.rate_e12:
            worth = {a: w * event.rate_e12 for a, w in value.items() if not aside(a)}
            pot = sum(ceil(owed) for owed in worth.values() if owed > 0)
            asked = -sum(owed for owed in worth.values() if owed < 0)
            for account, owed in worth.items() if pot and asked else ():
                share = -floor(pot * -owed / asked) if owed < 0 else ceil(owed)
                if event.receivers == "at_most" and owed < 0:
                    share = max(share, -floor(-owed))
                due[account] = share
        for account, worth_ in value.items() if event.rollover_e12 else ():
            if not aside(account):
                rent = ceil(abs(worth_) * event.rollover_e12)
                due[account] = due.get(account, 0) + rent
        pool = self.markets[event.market].pool
        kept = sum(due.values()) - event.rounding_micros
        if pool is not None and kept:  # What the venue keeps elsewhere is the pool's.
            due[pool.account] = due.get(pool.account, 0) - kept
        return due

    def breaches_found(self, event: ev.BreachesFound) -> None:
        for account, market, _ in event.units:
            unit = (account, market)
            expect(self.is_below(unit), f"unit {unit} is told to be below maintenance")
            expect(unit not in self.liquidations, f"unit {unit} is on record twice")
            self.breaches.add(unit)
        ranks = [(rank, account, market) for account, market, rank in event.units]
        expect(ranks == sorted(ranks), "breaches are not told by margin ratio, then id")
        on_record = set(self.liquidations) | self.breaches
        left = [unit for unit in self.units() if unit not in on_record and self.is_below(unit)]
        expect(len(left) == event.left, f"{len(left)} are left to be found, {event.left} are told")
        expect(not left or event.after is not None, "units are left, and nobody goes on searching")
        last = ranks[-1] if ranks else None
        early = [unit for unit in left if last is not None and self.place(unit) < last]
        expect(not early, f"{early} have a lower margin ratio than those that were found")
        self.is_searching = event.after is not None

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

    def position_settled(self, event: ev.PositionSettled) -> None:
        name, size = event.market, event.size_lots
        expect(event.mark_micros == self.markets[name].mark, "a settlement is not at the mark")
        expect(self.position(event.account, name).size == size, "a settlement leaves a rest")
        cash = size * event.mark_micros
        self.exchange(event.account, name, -size, cash, event.realised_micros)

    def taken_over(self, event: ev.TakenOver) -> None:
        name, size = event.position_market, event.size_lots
        books = self.markets[name]
        prices = {books.mark}
        if rule_of(books.spec, "closeout") == "oracle_close":
            prices.add(books.index)
        unit = (event.account, name if self.position(event.account, name).isolated else "")
        # Of a unit in several markets the first position's says for all of them.
        leads = self.at_bankruptcy.get(unit, False) or takes_at_bankruptcy(books.spec)
        self.at_bankruptcy[unit] = leads
        if event.mark_micros not in prices:
            # At the bankruptcy price: less than a micro-dollar a lot is left of the margin.
            expect(leads, "a takeover is not at the mark, or the oracle")
            self.left_over[unit] = self.left_over.get(unit, 0) + abs(size)
        held = self.position(event.account, name).size
        expect(abs(size) <= abs(held) and size * held > 0, "a takeover of more than there is")
        expect(
            event.taker <= INSURANCE
            or size == held
            or rule_of(books.spec, "backstop") == "providers",
            "a takeover leaves a rest",
        )
        if event.taker > INSURANCE:
            expect(event.taker in books.providers, "a position goes to who did not ask for it")
            expect(
                self.owners[event.taker] != self.owners[event.account], "an owner provides himself"
            )
        cash = size * event.mark_micros
        self.exchange(event.account, name, -size, cash, event.realised_micros)
        self.exchange(event.taker, name, size, -cash, event.fund_realised_micros)

    def deleveraged(self, event: ev.Deleveraged) -> None:
        name, size, cash = event.position_market, event.size_lots, event.cash_micros
        other = self.position(event.counterparty, name)
        expect(other.size * size < 0, "a counterparty of ADL holds nothing opposite")
        expect(abs(size) <= abs(other.size), "a counterparty of ADL gives up more than it has")
        given_up = cash - size * self.markets[name].mark
        expect(event.given_up_micros == given_up, "what a counterparty gives up is told wrong")
        own, theirs = self.owners[event.account], self.owners[event.counterparty]
        expect(own != theirs, "an owner is deleveraged against himself")
        self.exchange(event.account, name, -size, cash, event.realised_micros)
        self.exchange(event.counterparty, name, size, -cash, event.counterparty_realised_micros)

    def shortfall_paid(self, event: ev.ShortfallPaid) -> None:
        paid, owed = event.insurance_micros, event.bad_debt_micros
        expect(owed >= 0, "bad debt is never negative")
        left = self.left_over.pop((event.account, event.market), None)
        expect(left is None or -left < paid <= 0, "a takeover is not at the bankruptcy price")
        self.balances[event.payer] -= paid
        self.bad_debt -= owed
        if event.market:
            self.position(event.account, event.market).margin += paid + owed
        else:
            self.balances[event.account] += paid + owed

    def liquidation_fee_paid(self, event: ev.LiquidationFeePaid) -> None:
        fee = event.amount_micros
        if fee < 0:
            expect(event.account in self.markets[event.position_market].providers, "a fee is lost")
        self.balances[INSURANCE] += fee - event.beyond_micros
        self.fees += event.beyond_micros
        expect(0 <= event.beyond_micros <= max(0, fee), "more is beyond a target than was paid")
        if event.market:
            self.position(event.account, event.market).margin -= fee
        else:
            self.balances[event.account] -= fee
        if fee > 0:
            equity, _ = self.margin((event.account, event.market))
            expect(equity >= 0, "a liquidation fee makes a shortfall")
        expect(self.balances[INSURANCE] >= 0 or fee > 0, "the fund pays a fee that it has not")

    def fund_filled(self, event: ev.FundFilled) -> None:
        amount = event.amount_micros
        told = self.fees_of.pop(event.market, 0)
        expect(event.fees_micros == told, f"fees of {told} were booked, {event.fees_micros} told")
        expect(0 <= amount <= max(0, told), "the fund gets more than was paid")
        self.balances[INSURANCE] += amount
        self.fees -= amount

    def loss_shared(self, event: ev.LossShared) -> None:
        paid = sum(amount for _, amount in event.payments)
        expect(paid == event.loss_micros, f"{paid} is paid of a loss of {event.loss_micros}")
        expect(all(amount > 0 for _, amount in event.payments), "a payer of a loss pays nothing")
        lacking, _ = self.margin((event.account, event.market))
        expect(event.loss_micros <= -lacking, "more is shared than was lost")
        for account, amount in event.payments:
            held = self.position(account, event.position_market)
            expect(held.size != 0, f"account {account} pays for a market that it is not in")
            unit = self.unit_of(account, event.position_market)
            expect(unit not in self.liquidations, "who is being liquidated pays for another")
            self.pay(account, event.position_market, amount)
            expect(self.margin(unit)[0] >= 0, f"sharing a loss makes {unit} insolvent")
        if event.market:
            self.position(event.account, event.market).margin += paid
        else:
            self.balances[event.account] += paid

    def pool_opened(self, event: ev.PoolOpened) -> None:
        if not event.market:
            expect(event.account == VAULT, "the vault has the number of somebody else")
            self.vault_pool = PoolBooks(VAULT)
            return
        expect(event.account < VAULT, "a pool has the number of somebody else")
        self.markets[event.market].pool = PoolBooks(event.account)

    def pool(self, market: str) -> PoolBooks:
        """Return the pool of a market that has one; without a market's name the vault."""
        pool = self.markets[market].pool if market else self.vault_pool
        assert pool is not None, f"{market} has no pool"
        return pool

    def pool_value(self, market: str) -> int:
        """Return what all shares are worth: money, and the gain of the pool's own positions."""
        pool = self.pool(market)
        value = self.balances[pool.account] - pool.waiting
        for (account, name), held in self.positions.items():
            if account == pool.account:
                value += held.size * self.markets[name].mark - held.entry
        return value

    def vault_seeded(self, event: ev.VaultSeeded) -> None:
        """The operator's shares are bought at what they were worth before its money came."""
        pool = self.pool("")
        total, after = sum(pool.shares.values()), self.pool_value("")
        before = after - event.amount_micros
        expect(pool.waiting >= 0, "less than nothing waits")
        if event.amount_micros > 0:
            bought = Fraction(event.amount_micros)
            if total:
                bought *= Fraction(total, before) if before > 0 else 0
            expect(event.shares == floor(bought), f"{event.shares} shares for {bought}")
        elif total:
            cost = Fraction(-event.amount_micros * total, before)
            expect(-event.shares == ceil(cost), f"the seed gives {-event.shares} for {cost}")
        pool.shares[VAULT] = pool.shares.get(VAULT, 0) + event.shares
        expect(pool.shares[VAULT] >= 0, "the operator takes out what is not its own")

    def pool_requested(self, event: ev.PoolRequested) -> None:
        pool = self.pool(event.market)
        expect((event.amount_micros > 0) != (event.shares > 0), "a request pays in or leaves")
        pool.requests[event.request_id] = event
        leaving = sum(r.shares for r in pool.requests.values() if r.account == event.account)
        expect(leaving <= pool.shares.get(event.account, 0), "more shares leave than there are")
        is_locked = event.shares and self.now < pool.locked_until.get(event.account, 0)
        expect(not is_locked, "shares are asked back that are locked")
        self.balances[event.account] -= event.amount_micros
        self.balances[pool.account] += event.amount_micros

    def pool_request_ended(self, event: ev.PoolRequestEnded) -> None:
        pool = self.pool(event.market)
        value, total = self.pool_value(event.market), sum(pool.shares.values())
        asked = pool.requests.pop(event.request_id)
        expect(asked.account == event.account, "a request ends for somebody else")
        if event.outcome is ev.PoolOutcome.RETURNED:
            expect(event.amount_micros == asked.amount_micros, "another amount is returned")
        elif event.outcome is ev.PoolOutcome.PAID_IN:
            expect(event.amount_micros == asked.amount_micros, "another amount is paid in")
            bought = Fraction(event.amount_micros * total, value) if total else event.amount_micros
            expect(event.shares == floor(bought), f"{event.shares} shares for {bought}")
            pool.shares[event.account] = pool.shares.get(event.account, 0) + event.shares
            pool.locked_until[event.account] = event.locked_until_ns
            return
        else:
            expect(event.shares == asked.shares, "other shares leave than were asked back")
            worth = Fraction(event.shares * max(0, value), total)
            expect(event.amount_micros == floor(worth), f"{event.amount_micros} for {worth}")
            pool.shares[event.account] -= event.shares
        self.balances[pool.account] -= event.amount_micros
        self.balances[event.account] += event.amount_micros
        left = self.balances[pool.account] - pool.waiting
        if event.market:
            left += self.markets[event.market].clearing
        expect(left >= 0 or not event.shares, "a pool pays out what it has not")

    def pool_epoch_ended(self, event: ev.PoolEpochEnded) -> None:
        expect(
            event.value_micros == self.pool_value(event.market), "a pool is worth something else"
        )
        expect(event.shares == sum(self.pool(event.market).shares.values()), "shares differ")
        expect(event.next_epoch_ns > self.now, "an epoch ends before it begins")

    def provider_set(self, event: ev.ProviderSet) -> None:
        providers = self.markets[event.market].providers
        if event.cap_micros:
            providers[event.account] = event.cap_micros
        else:
            del providers[event.account]

    def vault_opened(self, event: ev.VaultOpened) -> None:
        expect(event.vault < INSURANCE, "a vault is a trader's account")
        self.vaults[event.account, event.market] = event.vault
        self.claims[event.vault] = 0

    def collateral_moved(self, event: ev.CollateralMoved) -> None:
        self.balances[event.account] -= event.cash_micros
        self.balances[event.vault] += event.cash_micros
        self.claims[event.vault] += event.units_e9

    def minted(self, event: ev.Minted) -> None:
        self.exchange(event.vault, event.market, -event.lots, 0, 0)
        self.exchange(event.account, event.market, event.lots, 0, event.realised_micros)
        expect(self.position(event.vault, event.market).entry == 0, "a mint has cost something")

    def sell_units(self, vault: int, units: int, proceeds: int) -> None:
        expect(0 <= units <= self.claims[vault], "a vault sells units that it has not")
        self.claims[vault] -= units
        self.balances[vault] += proceeds
        self.external += proceeds

    def vault_liquidated(self, event: ev.VaultLiquidated) -> None:
        self.sell_units(event.vault, event.units_e9, event.proceeds_micros)
        cash = event.lots * event.price_micros
        self.exchange(event.vault, event.market, event.lots, -cash, event.realised_micros)
        self.exchange(INSURANCE, event.market, -event.lots, cash, event.fund_realised_micros)

    def vault_units_split(self, event: ev.VaultUnitsSplit) -> None:
        self.split_vaults[event.vault] = Fraction(event.units_e9, self.claims[event.vault])
        self.claims[event.vault] = event.units_e9

    def underlying_split(self, event: ev.UnderlyingSplit) -> None:
        """All vaults of a split have the same ratio, and the contract has not moved."""
        expect(len(set(self.split_vaults.values())) <= 1, "vaults are split by different ratios")
        self.split_vaults.clear()

    def vault_covered(self, event: ev.VaultCovered) -> None:
        self.sell_units(event.vault, event.units_e9, event.proceeds_micros)
        self.balances[INSURANCE] -= event.fund_micros
        self.balances[event.vault] += event.fund_micros
        expect(self.balances[event.vault] <= 0 or event.units_e9 > 0, "a vault is paid too much")

    def index_updated(self, event: ev.IndexUpdated) -> None:
        books = self.markets[event.market]
        books.index_nanos = event.index_nanos

    def market_split(self, event: ev.MarketSplit) -> None:
        books = self.markets[event.market]
        books.mark_before_split, books.mark = books.mark, event.mark_micros
        books.split = Fraction(event.numerator, event.denominator)
        books.index_nanos = round(books.index_nanos / books.split)  # Half to even.

    def position_rescaled(self, event: ev.PositionRescaled) -> None:
        """Worth and money together are what they were; only the house may have more than it had."""
        name = event.market
        books, held = self.markets[name], self.position(event.account, event.market)
        expect(held.size == event.was_lots, "another position is rescaled than there is")
        cash = held.size * books.mark_before_split - event.size_lots * books.mark
        expect(event.cost_micros == -cash, "a split pays other cash than the value changed by")
        if event.account > INSURANCE and rule_of(books.spec, "counterparty") != "pool":
            exact = abs(held.size) * books.split
            expect(abs(event.size_lots) == floor(exact), "a position is not rescaled down")
        held.size = event.size_lots
        held.entry += event.cost_micros + event.realised_micros
        books.clearing -= event.realised_micros
        held.realised += event.realised_micros
        self.pay(event.account, name, -event.realised_micros)

    def order_rescaled(self, event: ev.OrderRescaled) -> None:
        order, books = self.orders[event.order_id], self.markets[event.market]
        exact = order.price / books.split
        price = floor(exact) if order.is_buy else ceil(exact)
        expect(event.price_ticks == price, "an order's price is not rounded away from the mark")
        expect(event.remaining_lots == floor(order.lots * books.split), "an order grows")
        order.price, order.lots = event.price_ticks, event.remaining_lots
        self.rest(order)

    def trigger_rescaled(self, event: ev.TriggerRescaled) -> None:
        expect(event.order_id in self.triggers, "a trigger is rescaled that is not there")

    def dividend_paid(self, event: ev.DividendPaid) -> None:
        """Everybody pays minus size times the dividend, the remainder is under a micro each."""
        paid = dict(event.payments)
        lot = Fraction(self.markets[event.market].spec.units.lot_e9, 10**12)
        for (account, name), held in self.positions.items():
            if name == event.market and held.size:
                exact = -held.size * event.amount_nanos * lot
                expect(0 <= paid[account] - exact < 1, f"account {account} pays another dividend")
        for account, amount in event.payments:
            self.pay(account, event.market, amount)
            self.position(account, event.market).funding += amount
        expect(event.rounding_micros == sum(paid.values()), "a dividend's rounding is not told")
        self.rounding += event.rounding_micros

    def market_renamed(self, event: ev.MarketRenamed) -> None:
        old, new = event.market, event.to
        self.markets[new] = self.markets.pop(old)
        self.fees_of[new] = self.fees_of.pop(old, 0)
        for account, name in [unit for unit in self.positions if unit[1] == old]:
            self.positions[account, new] = self.positions.pop((account, name))
        for numbers in (self.liquidations, self.deferred):
            for account, name in [unit for unit in numbers if unit[1] == old]:
                numbers[account, new] = numbers.pop((account, name))
        self.breaches = {(a, new) if name == old else (a, name) for a, name in self.breaches}
        for order in self.orders.values():
            order.market = new if order.market == old else order.market
        for order_id, (account, name) in self.triggers.items():
            self.triggers[order_id] = (account, new if name == old else name)

    def liquidation_ended(self, event: ev.LiquidationEnded) -> None:
        unit = (event.account, event.market)
        expect(self.liquidations.pop(unit) == event.liquidation_id, "another liquidation ends")
        self.deferred.pop(unit, None)
        self.left_over.pop(unit, None)
        self.at_bankruptcy.pop(unit, None)
        if event.account > INSURANCE:
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
    ev.TriggerWoken: Model.trigger_woken,
    ev.TriggerFired: Model.trigger_gone,
    ev.TriggerCancelled: Model.trigger_gone,
    ev.Traded: Model.traded,
    ev.FundingSettled: Model.funding_settled,
    ev.BreachesFound: Model.breaches_found,
    ev.BreachHealed: Model.breach_healed,
    ev.LiquidationStarted: Model.liquidation_started,
    ev.LiquidationDeferred: Model.liquidation_deferred,
    ev.PositionSettled: Model.position_settled,
    ev.TakenOver: Model.taken_over,
    ev.Deleveraged: Model.deleveraged,
    ev.ShortfallPaid: Model.shortfall_paid,
    ev.LiquidationFeePaid: Model.liquidation_fee_paid,
    ev.FundFilled: Model.fund_filled,
    ev.LossShared: Model.loss_shared,
    ev.FundingOwed: Model.funding_owed,
    ev.RequestsCounted: Model.requests_counted,
    ev.ProviderSet: Model.provider_set,
    ev.PoolOpened: Model.pool_opened,
    ev.PoolRequested: Model.pool_requested,
    ev.PoolRequestEnded: Model.pool_request_ended,
    ev.PoolEpochEnded: Model.pool_epoch_ended,
    ev.VaultSeeded: Model.vault_seeded,
    ev.IndexUpdated: Model.index_updated,
    ev.VaultOpened: Model.vault_opened,
    ev.CollateralMoved: Model.collateral_moved,
    ev.Minted: Model.minted,
    ev.VaultLiquidated: Model.vault_liquidated,
    ev.VaultCovered: Model.vault_covered,
    ev.VaultUnitsSplit: Model.vault_units_split,
    ev.UnderlyingSplit: Model.underlying_split,
    ev.MarketSplit: Model.market_split,
    ev.PositionRescaled: Model.position_rescaled,
    ev.OrderRescaled: Model.order_rescaled,
    ev.TriggerRescaled: Model.trigger_rescaled,
    ev.DividendPaid: Model.dividend_paid,
    ev.MarketRenamed: Model.market_renamed,
    ev.LiquidationEnded: Model.liquidation_ended,
}
