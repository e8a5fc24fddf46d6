"""The auditor: after every command it compares the engine with a second, plain model of it.

The model (``model.py``) hears commands and events only. What the auditor checks of the engine is
what anybody could check with the journal in hand: the laws of what is conserved, and that the
state is what the events say.
"""

from tests.support.model import INSURANCE, Fault, Model, PoolBooks, Unit, expect
from tests.support.plain_plans import PlainPlans
from venue.core import events as ev
from venue.core.account import VAULT, Account
from venue.core.commands import Command, MarginMode
from venue.core.engine import Engine
from venue.core.market import Market
from venue.core.phases import Phase
from venue.core.pool import Pool
from venue.core.state import State

__all__ = ["Auditor", "Fault"]

# A call collects what crosses, and a halt in one keeps it.
PHASES_OF_A_CALL = (Phase.AUCTION, Phase.HALTED)


class Auditor:
    """Hears what an engine does, and raises ``Fault`` with a sentence where it is wrong."""

    def __init__(self) -> None:
        self.model = Model()
        self.plans = PlainPlans(self.model)
        self._counterparty: Unit | None = None

    def execute(self, engine: Engine, command: Command, at_ns: int) -> list[ev.Event]:
        """Execute a command, hear what happened, and compare."""
        events = engine.execute(command, at_ns=at_ns)
        self.hear(at_ns, events)
        self.compare(engine)
        return events

    def hear(self, at_ns: int, events: list[ev.Event]) -> None:
        """Keep the books of one command; without ``TimePassed`` all happened at its stamp."""
        model = self.model
        if not events or not isinstance(events[0], ev.TimePassed):
            model.now = at_ns
        for event in events:
            self._check_counterparty(event)
            model.hear(event)
            self.plans.hear(event)
            if isinstance(event, ev.Deleveraged):
                self._counterparty = model.unit_of(event.counterparty, event.position_market)
        self._check_counterparty(None)
        expect(model.now <= at_ns, "a command's events are later than its stamp")
        model.now = at_ns

    def _check_counterparty(self, coming: ev.Event | None) -> None:
        """After ADL, and the margin that it moved, a counterparty is not below maintenance."""
        unit = self._counterparty
        if unit is None or isinstance(coming, ev.IsolatedMarginMoved):
            return
        self._counterparty = None
        expect(not self.model.is_below(unit), f"ADL leaves {unit} below maintenance")

    def compare(self, engine: Engine) -> None:
        """Compare the whole state with the model, and check every law."""
        state = engine.state
        self._compare_money(state)
        self.plans.compare(state)
        for account in state.accounts.values():
            self._compare_account(account)
        for name, market in state.markets.items():
            self._compare_market(state, name, market)
        self._compare_pool("the vault", self.model.vault_pool, state.vault_pool)
        self._check_liquidations(engine)

    def _compare_money(self, state: State) -> None:
        model = self.model
        balances = {number: account.balance_micros for number, account in state.accounts.items()}
        expect(balances == model.balances, "balances are not what the events say")
        ledger = state.ledger
        told = (model.external, model.fees, model.rounding, model.bad_debt)
        kept = (
            ledger.external_micros,
            ledger.fees_micros,
            ledger.rounding_micros,
            ledger.bad_debt_micros,
        )
        expect(kept == told, f"the ledger has {kept}, the events say {told}")
        total = sum(balances.values()) + model.fees + model.rounding + model.bad_debt
        total += sum(held.margin for held in model.positions.values())
        total += sum(market.clearing for market in model.markets.values())
        total += self.plans.bonds()
        expect(total == model.external, f"balances sum to {total}, deposits to {model.external}")

        held = {vault.vault: vault.units_e9 for vault in state.vaults.values()}
        expect(held == model.claims, "the units in vaults are not what the events say")
        came: dict[str, int] = {}
        for (_, name), vault in state.vaults.items():
            underlying = state.markets[name].spec.underlying
            came[underlying] = came.get(underlying, 0) + vault.units_e9
        expect(
            {name: units for name, units in came.items() if units}
            == {name: units for name, units in state.units_e9.items() if units},
            "units in vaults do not sum to what came from outside less what went",
        )

    def _compare_account(self, account: Account) -> None:
        model = self.model
        number = account.account
        told = {name for (holder, name) in model.positions if holder == number}
        expect(set(account.holdings) == told, f"account {number} has other holdings than told")
        for name, holding in account.holdings.items():
            held = model.positions[number, name]
            resting = [
                order
                for order in model.orders.values()
                if order.rests and order.account == number and order.market == name
            ]
            tick_lot = model.markets[name].tick_lot
            opening = [order for order in resting if not order.reduce_only]
            lots = [sum(o.lots for o in opening if o.is_buy is side) for side in (True, False)]
            micros = [
                sum(o.lots * o.price * tick_lot for o in opening if o.is_buy is side)
                for side in (True, False)
            ]
            kept = (
                holding.size_lots,
                holding.entry_micros,
                holding.isolated_micros,
                holding.leverage,
                holding.mode is MarginMode.ISOLATED,
                (holding.realised_micros, holding.funding_micros, holding.fees_micros),
                (holding.buy_lots, holding.sell_lots),
                (holding.buy_micros, holding.sell_micros),
                holding.reducing,
            )
            expected = (
                held.size,
                held.entry,
                held.margin,
                held.leverage,
                held.isolated,
                (held.realised, held.funding, held.fees),
                tuple(lots),
                tuple(micros),
                len(resting) - len(opening),
            )
            expect(kept == expected, f"account {number} in {name}: {kept}, expected {expected}")
            flat_margin = not held.size and held.margin and (number, name) not in model.liquidations
            expect(not flat_margin, f"account {number} has margin set aside for nothing")
        ids = {order.id for order in model.orders.values() if order.account == number}
        expect(set(account.orders) == ids, f"account {number} has other orders than told")
        resting = [order for order in model.orders.values() if order.rests]
        standing = sum(order.account == number for order in resting)
        most = model.orders_max(number)
        expect(standing <= most, f"account {number} has {standing} orders, {most} may be")
        sent = model.requests.get(number, (0, 0))
        kept_sent = (account.requests, account.requested_at_ns)
        expect(kept_sent == sent, f"account {number} has sent {kept_sent}, told were {sent}")
        waiting = {i for i, (holder, _) in model.triggers.items() if holder == number}
        expect(set(account.triggers) == waiting, f"account {number} has other triggers than told")

    def _compare_market(self, state: State, name: str, market: Market) -> None:
        model = self.model
        books = model.markets[name]
        expect(market.mark_micros == books.mark, f"{name}: mark differs from what was told")
        expect(market.phase is books.phase, f"{name}: phase differs from what was told")
        positions = {a: held for (a, m), held in model.positions.items() if m == name}
        expect(sum(p.size for p in positions.values()) == 0, f"{name}: positions do not sum to 0")
        interest = sum(max(0, p.size) for p in positions.values())
        expect(market.open_interest_lots == interest, f"{name}: open interest differs")
        entries = sum(p.entry for p in positions.values())
        expect(books.clearing == -entries, f"{name}: clearing is not minus the entry costs")
        expect(market.clearing_micros == books.clearing, f"{name}: clearing differs")
        self._compare_pool(name, self.model.markets[name].pool, market.pool)
        holders = {account for account, p in positions.items() if p.size}
        expect(set(market.holders) == holders, f"{name}: holders differ")
        tops: list[int | None] = []
        for is_buy, side in ((True, market.book.bids), (False, market.book.asks)):
            naive = model.side(name, is_buy=is_buy)
            fast = [order.order_id for _, level in side.walk() for order in level.living()]
            expect(fast == [order.id for order in naive], f"{name}: the book is in another order")
            for price, level in side.walk():
                there = [order.lots for order in naive if order.price == price]
                sums = (level.lots, level.count)
                expect(sums == (sum(there), len(there)), f"{name}: level {price} sums to {sums}")
            expect(side.best_ticks() == (naive[0].price if naive else None), f"{name}: best price")
            tops.append(side.best_ticks())
        bid, ask = tops
        if model.cancels_beyond(name) and market.phase is Phase.CONTINUOUS and market.bounds:
            low, high = market.bounds
            expect(bid is None or bid <= high, f"{name}: a bid stands above what may be filled")
            expect(ask is None or ask >= low, f"{name}: an ask stands below what may be filled")
        # What waits for a pool's oracle waits for nobody else.
        crossed = bid is not None and ask is not None and bid >= ask and books.pool is None
        what = f"{name}: the book is crossed while {market.phase.value}"
        expect(not crossed or market.phase in PHASES_OF_A_CALL, what)

    def _compare_pool(self, name: str, told: PoolBooks | None, pool: Pool | None) -> None:
        expect((told is None) == (pool is None), f"{name}: a pool that was not told")
        if told is None or pool is None:
            return
        expect(pool.account == told.account, f"{name}: the pool is another account")
        shares = {account: share.shares for account, share in pool.providers.items()}
        shares = {account: lots for account, lots in shares.items() if lots}
        expected = {account: lots for account, lots in told.shares.items() if lots}
        expect(shares == expected, f"{name}: shares differ from what was told")
        expect(pool.shares == sum(shares.values()), f"{name}: shares do not sum up")
        expect(pool.waiting_micros == told.waiting, f"{name}: other money waits than was told")
        expect(set(pool.requests) == set(told.requests), f"{name}: other requests than told")
        for account, share in pool.providers.items():
            leaving = sum(r.shares for r in told.requests.values() if r.account == account)
            expect(share.leaving == leaving, f"{name}: {account} leaves with other shares")
            locked = told.locked_until.get(account, 0)
            same = not share.shares or share.locked_until_ns == locked
            expect(same, f"{name}: {account} is locked otherwise")

    def _check_liquidations(self, engine: Engine) -> None:
        state, model = engine.state, self.model
        expect(set(state.liquidations) == set(model.liquidations), "other liquidations than told")
        expect(set(state.breaches) == model.breaches, "other breaches than told")
        expect(not set(state.liquidations) & set(state.breaches), "a unit is on record twice")
        on_record = set(model.liquidations) | model.breaches
        for unit in model.units():
            if unit not in on_record and not model.is_searching:
                expect(not model.is_below(unit), f"unit {unit} is below maintenance unrecorded")
            swept = None if unit in state.dirty else state.sweep.slack_of(unit)
            if swept:
                equity, maintenance_e4 = model.margin(unit)
                slack = equity * 10_000 - maintenance_e4
                expect(swept == slack, f"the sweep has a slack of {swept} for {unit}, not {slack}")
        expect((INSURANCE, "") not in model.liquidations, "the fund's own liquidation stays open")
        expect((VAULT, "") not in model.liquidations, "the vault's own liquidation stays open")
        for unit, liquidation in state.liquidations.items():
            due = engine.next_due_ns
            expect(due <= max(liquidation.until_ns, state.now_ns), f"unit {unit} waits for ever")
            if liquidation.why is not None:
                expect(model.deferred[unit] == liquidation.until_ns, "a wait that was not told")
                left = [
                    order.id
                    for order in model.orders.values()
                    if model.unit_of(order.account, order.market) == unit
                    and not (order.reduce_only and keeps_reducing(state, unit))
                ]
                expect(not left, f"orders {left} rest while {unit} is liquidated")
        expect((state.search is not None) == model.is_searching, "another search than told")
        if state.search is not None:
            expect(engine.next_due_ns <= state.now_ns, "the search for breaches waits for ever")
        for unit in state.breaches:
            expect(engine.next_due_ns <= state.now_ns, f"unit {unit} in breach waits for ever")


def keeps_reducing(state: State, unit: Unit) -> bool:
    """Say whether the close-out rules of a unit let its reducing orders stay."""
    account, name = unit
    holdings = state.accounts[account].holdings
    names = [name] if name else [each for each, held in holdings.items() if held.size_lots]
    return not any(state.markets[each].rules.closeout.cancel_orders_first for each in names)
