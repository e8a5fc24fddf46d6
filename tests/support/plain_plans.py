"""What waits, and what makers owe, kept a second time: delayed orders, TWAPs, scales, bonds.

Told events alone, beside ``model.py``, whose accounts and orders it shares. The book of a sample is
counted out order by order, and a penalty in fractions.
"""

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from typing import Any

from tests.support.model import INSURANCE, MarketBooks, Model, expect
from venue.core import events as ev
from venue.core.commands import PlaceScale, TimeInForce
from venue.core.phases import Phase
from venue.core.rejects import Cause
from venue.core.state import State

SUBORDER_NS = 30 * 10**9
NEVER_NS = 2**62
CALLS = {TimeInForce.OPG: ("opening", "reopen"), TimeInForce.CLS: ("closing",)}


class Duty:
    """One maker's bond, and how it has quoted in this epoch."""

    def __init__(self) -> None:
        self.bond = self.wanted = self.sampled = self.met = 0


class Running:
    """One TWAP: what it is to trade, in how many turns, and what it has."""

    def __init__(self, event: ev.TwapPlaced) -> None:
        self.size = event.asked.size_lots
        self.turns = event.suborders
        self.filled = self.cost = 0


class PlainPlans:
    """Plans and makers of all accounts."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.delayed: dict[int, ev.OrderDelayed] = {}
        self.released: dict[str, int] = {}
        self.twaps: dict[int, Running] = {}
        self.scales: dict[int, tuple[PlaceScale, int]] = {}
        self.open: dict[int, int] = {}
        self.taken: dict[int, tuple[int, int]] = {}
        self.makers: dict[tuple[str, int], Duty] = {}

    def hear(self, event: ev.Event) -> None:
        """Keep the books of one event."""
        hear = HEARD.get(type(event))
        if hear is not None:
            hear(self, event)

    def compare(self, state: State) -> None:
        """Compare open plans and bonds with what was told."""
        for number, account in state.accounts.items():
            told = {order_id for order_id, owner in self.open.items() if owner == number}
            expect(set(account.plans) == told, f"account {number} has other plans than told")
        kept = {
            (name, number): (maker.bond_micros, maker.wanted_micros, maker.sampled, maker.met)
            for name, market in state.markets.items()
            for number, maker in market.makers.items()
        }
        duties = {
            key: (duty.bond, duty.wanted, duty.sampled, duty.met)
            for key, duty in self.makers.items()
        }
        expect(kept == duties, f"makers are {kept}, told {duties}")

    def bonds(self) -> int:
        """Return what all bonds come to."""
        return sum(duty.bond for duty in self.makers.values())

    def order_delayed(self, event: ev.OrderDelayed) -> None:
        asked, books = event.asked, self.model.markets[event.market]
        self.model.position(event.account, event.market)
        self.delayed[event.order_id] = event
        self.open[event.order_id] = event.account
        if asked.time_in_force in CALLS:
            in_call = books.phase is Phase.AUCTION and books.why in CALLS[asked.time_in_force]
            expect(not in_call, "an order waits for the call that it is in")
            expect(event.due_ns == NEVER_NS, "an order for a call is due at a time")
            return
        expect(books.phase is Phase.CONTINUOUS, "an order is delayed outside continuous trading")
        others = self.model.side(event.market, is_buy=asked.side.value == "sell")
        expect(bool(others), "an order is delayed that nothing would meet")
        if asked.price_ticks is not None:
            best = others[0].price
            better = asked.price_ticks - best
            crosses = better <= 0 if others[0].is_buy else better >= 0
            expect(crosses, "an order is delayed that would not take")
        expect(not asked.post_only, "a post-only order takes")

    def delay_ended(self, event: ev.DelayEnded) -> None:
        told = self.delayed.pop(event.order_id)
        if told.asked.time_in_force in CALLS:
            books = self.model.markets[event.market]
            why = CALLS[told.asked.time_in_force]
            expect(books.phase is Phase.AUCTION and books.why in why, "an order joins another call")
            del self.open[event.order_id]
            return
        expect(told.due_ns == self.model.now, "a delayed order is released at another time")
        before = self.released.get(event.market, 0)
        expect(before < event.order_id, "delayed orders are released out of turn")
        self.released[event.market] = event.order_id
        del self.open[event.order_id]

    def order_accepted(self, event: ev.OrderAccepted) -> None:
        expect(event.order_id not in self.delayed, "an order stands before it has waited")
        if 1 << 51 <= event.order_id < 1 << 52:
            self.taken[event.order_id] = (0, 0)
        for first, (asked, seen) in list(self.scales.items()):
            if first <= event.order_id < first + asked.orders:
                self.scales[first] = (asked, seen + event.size_lots)

    def traded(self, event: ev.Traded) -> None:
        if event.taker_order_id in self.taken:
            lots, cost = self.taken[event.taker_order_id]
            worth = event.size_lots * event.price_ticks
            self.taken[event.taker_order_id] = (lots + event.size_lots, cost + worth)

    def twap_placed(self, event: ev.TwapPlaced) -> None:
        expect(event.suborders == event.asked.duration_ns // SUBORDER_NS + 1, "turns of a TWAP")
        self.twaps[event.order_id] = Running(event)
        self.model.position(event.account, event.market)
        self.open[event.order_id] = event.account

    def twap_worked(self, event: ev.TwapWorked) -> None:
        running = self.twaps[event.order_id]
        lots, cost = self.taken.pop(event.suborder_id, (0, 0))
        cost *= self.model.markets[event.market].tick_lot
        told = (event.filled_lots, event.cost_micros)
        expect(told == (lots, cost), f"a suborder traded {(lots, cost)}, was told {told}")
        most = max(1, 3 * running.size // running.turns)
        expect(0 <= event.lots <= most, f"a suborder asks for {event.lots}, at most {most}")
        running.filled += lots
        running.cost += cost
        expect(running.filled <= running.size, "a TWAP trades more than its size")

    def plan_ended(self, event: ev.PlanEnded) -> None:
        del self.open[event.order_id]
        told = self.delayed.pop(event.order_id, None)
        if told is not None:
            expect(event.remaining_lots == told.asked.size_lots, "what a delayed order leaves")
            return
        running = self.twaps.pop(event.order_id)
        left = running.size - running.filled
        expect(event.remaining_lots == left, f"a TWAP leaves {left}")
        expect((event.cause is Cause.FILLED) == (left == 0), "a TWAP ends filled, or not")

    def scale_placed(self, event: ev.ScalePlaced) -> None:
        self.scales[event.order_id] = (event.asked, 0)
        self.model.position(event.account, event.market)

    def bond_moved(self, event: ev.BondMoved) -> None:
        duty = self.makers.setdefault((event.market, event.account), Duty())
        duty.bond += event.amount_micros
        duty.wanted = event.wanted_micros
        self.model.balances[event.account] -= event.amount_micros
        expect(event.epoch_ends_ns > self.model.now, "an epoch ends before it begins")

    def quotes_sampled(self, event: ev.QuotesSampled) -> None:
        committed = [number for name, number in sorted(self.makers) if name == event.market]
        expect([number for number, _ in event.makers] == committed, "other makers are sampled")
        for number, met in event.makers:
            expect(met is self._quotes(event.market, number), f"whether maker {number} quotes")
            duty = self.makers[event.market, number]
            duty.sampled += 1
            duty.met += met

    def _quotes(self, market: str, account: int) -> bool:
        """Count an account's quotes out, order by order, in fractions of a tick."""
        books = self.model.markets[market]
        terms = duties(books)
        bids, asks = (self.model.side(market, is_buy=is_buy) for is_buy in (True, False))
        centre = Fraction(books.mark, books.tick_lot)
        if terms["centre"] == "mid" and bids and asks:
            centre = Fraction(bids[0].price + asks[0].price, 2)
        reach = centre * terms["range_e4"] / 10_000
        sums = [
            sum(
                order.lots * order.price * books.tick_lot
                for order in side
                if order.account == account
                and not order.reduce_only
                and abs(order.price - centre) <= reach
            )
            for side in (bids, asks)
        ]
        enough: bool = min(sums) >= terms["notional_micros_min"]
        return enough

    def makers_judged(self, event: ev.MakersJudged) -> None:
        terms = duties(self.model.markets[event.market])
        for judged in event.judged:
            duty = self.makers[event.market, judged.account]
            expect((judged.sampled, judged.met) == (duty.sampled, duty.met), "an epoch's samples")
            share = Fraction(0)
            if duty.sampled:
                present = Fraction(duty.met, duty.sampled) / Fraction(terms["required_e4"], 10_000)
                share = Fraction(terms["slope_e4"], 10_000) * (1 - present)
                share = max(Fraction(0), min(Fraction(terms["max_e4"], 10_000), share))
            owed = ceil(duty.bond * share)
            # The share itself is rounded up to 1e-12, so one micro-dollar more may be owed.
            fits = owed <= judged.penalty_micros <= owed + 1 + duty.bond // 10**12
            expect(fits, f"a penalty of {judged.penalty_micros}, expected {owed}")
            back = max(0, duty.bond - judged.penalty_micros - duty.wanted)
            expect(judged.returned_micros == back, f"a bond gives back {back}")
            duty.bond -= judged.penalty_micros + back
            expect(duty.bond == judged.bond_micros, f"a bond of {duty.bond} is left")
            duty.wanted = min(duty.wanted, duty.bond)
            duty.sampled = duty.met = 0
            self.model.balances[INSURANCE] += judged.penalty_micros
            self.model.balances[judged.account] += back
            if not duty.bond:
                del self.makers[event.market, judged.account]


def duties(books: MarketBooks) -> dict[str, Any]:
    """Return the parameters of a market's makers rule."""
    return next(dict(rule.parameters) for rule in books.spec.rules if rule.kind == "makers")


HEARD: dict[type[ev.Event], Callable[[PlainPlans, Any], None]] = {
    ev.OrderDelayed: PlainPlans.order_delayed,
    ev.DelayEnded: PlainPlans.delay_ended,
    ev.OrderAccepted: PlainPlans.order_accepted,
    ev.Traded: PlainPlans.traded,
    ev.TwapPlaced: PlainPlans.twap_placed,
    ev.TwapWorked: PlainPlans.twap_worked,
    ev.PlanEnded: PlainPlans.plan_ended,
    ev.ScalePlaced: PlainPlans.scale_placed,
    ev.BondMoved: PlainPlans.bond_moved,
    ev.QuotesSampled: PlainPlans.quotes_sampled,
    ev.MakersJudged: PlainPlans.makers_judged,
}
