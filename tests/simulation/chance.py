"""A seeded stream of commands for the whole core: bots, prints, sessions, gaps, and mistakes.

Each seed has a profile of its own: a rulebook, how rich the insurance fund is, how often the
price gaps. Two makers quote round the price most of the time; the others trade at high leverage.
"""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from tests.simulation.drawn_rules import drawn
from venue.core import commands as cmd
from venue.core.account import VAULT, Account
from venue.core.commands import Command, MarginMode, SelfTrade, Side, TimeInForce, TriggerKind
from venue.core.phases import Closure, Phase, Session
from venue.core.pool_epochs import pool_behind
from venue.core.state import State
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.rulebooks import spec

START_NS = 1_744_400_000 * NS_PER_SECOND
MARKETS = ("TSLA", "NVDA")
MAKERS = (1, 2)
CALL_ORDERS = (TimeInForce.OPG, TimeInForce.CLS)
GAPS = (-0.25, -0.15, -0.06, 0.06, 0.15, 0.3)
HALTS = (cmd.HaltKind.FREEZE, cmd.HaltKind.FREEZE, cmd.HaltKind.REDUCE_ONLY, cmd.HaltKind.SETTLE)


class Profile(NamedTuple):
    """What makes one seed unlike another."""

    rulebook: str
    insurance_dollars: int
    gap: float
    long_pause: float


PROFILES = (
    Profile("venue_default", 200_000, 0.01, 0.002),
    Profile("naive_print", 20, 0.02, 0.001),
    Profile("venue_default", 50, 0.01, 0.004),
    Profile("naive_print", 50_000, 0.02, 0.001),
    Profile("naive_last", 2_000, 0.01, 0.002),
    Profile("venue_default", 3_000, 0.03, 0.001),
)


class Flow:
    """Draws commands from one seed; it looks at the state to name orders and to choose sizes."""

    def __init__(self, seed: int, *, accounts: int = 9, gap: float | None = None) -> None:
        self.random = Random(seed)
        # What came later draws from a stream of its own: the rest of a life stays as it was.
        self.more = Random(f"more {seed}")
        self.sources = Random(f"sources {seed}")
        self.corporate = Random(f"corporate {seed}")
        self.pools = Random(f"pools {seed}")
        self.calls = Random(f"calls {seed}")
        self.plans = Random(f"plans {seed}")
        self.seed = seed
        self.accounts = accounts
        self.price = {"TSLA": 250 * E9, "NVDA": 110 * E9}
        self.price_max: dict[str, int] = {}
        self.now_ns = START_NS
        self.profile = PROFILES[seed % len(PROFILES)]
        self.named: Command = cmd.PassTime()
        self.planned: Command = cmd.PassTime()
        if gap is not None:
            self.profile = self.profile._replace(gap=gap)

    def opening(self) -> Iterator[Command]:
        """Yield what opens the venue: markets, insurance, accounts, sub-accounts, money."""
        for name in MARKETS:
            listed = drawn(spec(name, self.profile.rulebook), self.seed)
            self.price_max[name] = listed.limits.price_max_ticks
            yield cmd.ListMarket(listed)
        self.now_ns += 4 * NS_PER_SECOND  # A mark is due, and there is no index yet.
        yield cmd.FundInsurance(self.profile.insurance_dollars * E6)
        for number in range(1, self.accounts + 1):
            parent = 3 if number == self.accounts else None
            yield cmd.OpenAccount(f"bot-{number}", parent)
            dollars = 3_000_000 if number in MAKERS else self.random.choice([500, 5_000, 60_000])
            yield cmd.Deposit(number, dollars * E6)
            for name in MARKETS:
                if number not in MAKERS:
                    mode = self.random.choice([MarginMode.CROSS, MarginMode.ISOLATED])
                    yield cmd.SetLeverage(number, name, self.random.choice([5, 10, 20, 20]), mode)
        for name in MARKETS:
            yield cmd.ChangeSession(name, Session.REGULAR, Closure.NONE, self.now_ns, None, None)
            yield self.print(name)

    def print(self, market: str) -> Command:
        """Return one price print of a random walk, now and then a gap."""
        move = self.random.gauss(0, 0.001)
        if self.random.random() < self.profile.gap:
            move = self.random.choice(GAPS)
        start = 250 * E9 if market == "TSLA" else 110 * E9
        price = int(self.price[market] * (1 + move))
        self.price[market] = min(max(start // 3, price), 3 * start)
        told, confidence = self.price[market], 0
        if self.sources.random() < 0.05:  # Now and then the source is unsure, or plainly wrong.
            told, confidence = self.sources.choice([(told, told // 20), (told * 6, 0), (0, 0)])
        return cmd.SubmitPrint(
            market,
            "feed",
            told,
            self.now_ns,
            self.now_ns,
            5 * NS_PER_SECOND,
            confidence,
            without_dividends=market == MARKETS[0],
        )

    def next(self, state: State) -> tuple[int, Command]:
        """Return the next command and its stamp."""
        random = self.random
        self.now_ns += random.choice([0, 1_000, NS_PER_SECOND, NS_PER_SECOND, 3 * NS_PER_SECOND])
        if random.random() < self.profile.long_pause:
            self.now_ns += random.choice([10 * NS_PER_MINUTE, 35 * NS_PER_MINUTE, NS_PER_HOUR])
        return self.now_ns, self._draw(state)

    def _action(self, state: State, name: str) -> Command:
        """A corporate action, now or soon, and now and then one that is withdrawn or unfit.

        Splits keep the price within a factor of a few of its beginning; dividends are cents.
        """
        random, market = self.corporate, state.markets[name]
        soon_ns = self.now_ns + random.choice([30, 300]) * NS_PER_SECOND
        at_ns = random.choice([0, 0, soon_ns])
        draw = random.random()
        if draw < 0.15 and market.actions:
            return cmd.WithdrawAction(name, market.actions[-1].action_id)
        if draw < 0.2:
            return cmd.AnnounceAction(name, cmd.Split(random.choice([0, 5]), 0))
        if draw < 0.45:
            paid = cmd.Dividend(random.choice([E9 // 100, E9 // 3]))
            return cmd.AnnounceAction(name, paid, random.choice([0, 7 * NS_PER_HOUR + at_ns]))
        if draw < 0.5:
            gone: cmd.CorporateAction = cmd.Delisting(NS_PER_MINUTE, NS_PER_MINUTE)
            if draw < 0.475:  # Unfit while the other market has no index.
                other = next(each for each in MARKETS if each != name)
                gone = cmd.Merger(E9, other, 3, 7, halt_ns=NS_PER_MINUTE)
            return cmd.AnnounceAction(name, gone, self.now_ns + 400 * 24 * NS_PER_HOUR)
        start = 250 * E9 if name == "TSLA" else 110 * E9
        dear = self.price[name] >= start
        ratios = [(2, 1), (3, 2), (7, 5)] if dear else [(1, 2), (2, 3), (5, 7)]
        numerator, denominator = random.choice(ratios)
        halt_ns = random.choice([0, 0, NS_PER_SECOND])
        return cmd.AnnounceAction(name, cmd.Split(numerator, denominator, halt_ns), at_ns)

    def _note_splits(self, state: State) -> None:
        """The sources print in new units from a split on, and the walk goes on from there."""
        for name in MARKETS:
            market = state.markets[name]
            before, now = self.price_max[name], market.spec.limits.price_max_ticks
            if now != before:
                self.price[name] = self.price[name] * now // before
                self.price_max[name] = now

    def _draw(self, state: State) -> Command:
        random = self.random
        if self.plans.random() < 0.05:
            return self._plan(state)
        market = random.choice(MARKETS)
        account = random.randint(1, self.accounts)
        asked = self._pool(state, account, market)
        if asked is not None:
            return asked
        self._note_splits(state)
        if self.corporate.random() < 0.006:
            return self._action(state, market)
        draw = random.random()
        if draw < 0.22:
            return self.print(market)
        if draw < 0.27:
            restored = self._restored(state, market)
            return self.print(market) if restored is None else restored
        if draw < 0.45:
            return self._quote(random.choice(MAKERS), market)
        if draw < 0.72:
            if random.random() < 0.02:
                return self.named  # A bot that saw no answer asks again.
            order = self._order(state.accounts[account], market)
            if order.client_order_id is not None:
                self.named = order
            return order
        if draw < 0.79:
            ids = sorted(state.accounts[account].orders) or [7]
            return cmd.CancelOrder(account, random.choice(ids), None)
        if draw < 0.86:
            ids = sorted(state.accounts[account].orders) or [7]
            return cmd.AmendOrder(
                account,
                random.choice(ids),
                None,
                random.choice([None, self._ticks(market)]),
                random.choice([None, random.randint(1, 5_000)]),
            )
        if draw < 0.91:
            return self._trigger(account, market)
        return self._rare(account, market)

    def _plan(self, state: State) -> Command:
        """A TWAP, a scale, a maker's bond; a cancel of what waits; or one of them again."""
        random = self.plans
        market = random.choice(MARKETS)
        account = random.randint(1, self.accounts)
        name = random.choice([None, f"p{random.randint(0, 5)}"])
        draw = random.random()
        if draw < 0.1:
            return self.planned
        if draw < 0.25:
            waiting = sorted(
                (order_id, number)
                for number, each in state.accounts.items()
                for order_id in each.plans
            )
            order_id, account = random.choice(waiting or [(7, account)])
            by_id = cmd.CancelOrder(account, order_id, None)
            by_name = cmd.CancelOrder(account, None, f"p{random.randint(0, 5)}")
            return random.choice([by_id, by_name])
        if draw < 0.5:
            lots = self._size(state.accounts[account], market)
            self.planned = cmd.PlaceTwap(
                account,
                market,
                random.choice(list(Side)),
                random.choice([lots, lots, 11, 5_000]),
                random.choice([5, 5, 5, 7, 1]) * NS_PER_MINUTE + random.randint(0, 40),
                reduce_only=random.random() < 0.3,
                client_order_id=name,
                connection=random.randint(0, 3),
            )
        elif draw < 0.75:
            ticks = self._ticks(market)
            self.planned = cmd.PlaceScale(
                random.choice([*MAKERS, account]),
                market,
                random.choice(list(Side)),
                random.choice([5_000, 40_000, 900, 3]),
                ticks,
                max(1, ticks + random.choice([-200, -30, 30, 200, 0])),
                random.choice([2, 3, 8, 5, 9]),
                random.choice([10_000, 30_000, 2_500, 0]),
                post_only=random.random() < 0.2,
                reduce_only=random.random() < 0.1,
                client_order_id=name,
                self_trade=random.choice(list(SelfTrade)),
            )
        else:
            self.planned = cmd.CommitMaker(
                random.choice([*MAKERS, account]),
                market,
                random.choice([0, 1, 1_000, 5_000, 20_000, 10**9]) * E6,
            )
        return self.planned

    def _restored(self, state: State, name: str) -> Command | None:
        """Return what brings a halted or closed market back, or ``None`` when it needs nothing."""
        market = state.markets.get(name)
        if market is not None and (market.phase is Phase.HALTED or market.reducing_why):
            return cmd.ResumeMarket(name, self.random.choice([0, 0, 10 * NS_PER_SECOND]))
        if name in state.sources and state.sources[name].session is Session.NO_TRADING:
            return self._session(name, Session.REGULAR)
        if name in state.sources and state.sources[name].closure is Closure.HALT:
            return self._session(name, Session.REGULAR)
        return None

    def _ticks(self, market: str) -> int:
        return max(1, int(self.price[market] * (1 + self.random.gauss(0, 0.004)) // 10_000_000))

    def _quote(self, maker: int, market: str) -> Command:
        """A maker puts a quote within half a per cent of the price."""
        random = self.random
        side = random.choice(list(Side))
        away = random.uniform(0.0002, 0.006) * (-1 if side is Side.BUY else 1)
        ticks = max(1, int(self.price[market] * (1 + away) // 10_000_000))
        return cmd.PlaceOrder(
            maker,
            market,
            side,
            random.choice([2_000, 20_000, 100_000]),
            ticks,
            expires_at_ns=self.now_ns + random.randint(5, 90) * NS_PER_SECOND,
        )

    def _size(self, account: Account, market: str) -> int:
        """Return a size that fits the account's money, mostly; now and then nonsense."""
        random = self.random
        if random.random() < 0.03:
            return random.choice([0, -3, 10**12, 1])
        micros_a_lot = max(1, self.price[market] // 1_000_000)
        leverage = account.holdings[market].leverage if market in account.holdings else 10
        most = max(10, account.balance_micros * leverage // micros_a_lot)
        return max(1, int(most * random.choice([0.02, 0.1, 0.3, 0.5, 0.9])))

    def _order(self, account: Account, market: str) -> cmd.PlaceOrder:
        random = self.random
        force = random.choice(
            [TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC, TimeInForce.IOC, TimeInForce.FOK]
        )
        side = random.choice(list(Side))
        ticks = self._ticks(market)
        bracket = random.random() < 0.15
        step = max(1, ticks // 80) * (1 if side is Side.BUY else -1)
        name = f"c{random.randint(0, 40)}" if random.random() < 0.3 else None
        gtc = force is TimeInForce.GTC
        if gtc and self.more.random() < 0.1:
            force, gtc = self.more.choice([TimeInForce.GFA, TimeInForce.GFN]), False
            if self.calls.random() < 0.5:
                force = self.calls.choice(CALL_ORDERS)
        return cmd.PlaceOrder(
            account.account,
            market,
            side,
            self._size(account, market),
            None if random.random() < 0.2 else ticks,
            force,
            post_only=random.random() < 0.05,
            reduce_only=random.random() < 0.15,
            client_order_id=name,
            self_trade=random.choice(list(SelfTrade)),
            expires_at_ns=(
                self.now_ns + random.randint(1, 100) * NS_PER_SECOND
                if gtc and random.random() < 0.1
                else None
            ),
            cancel_on_close=random.random() < 0.2,
            connection=random.randint(0, 3),
            stop_ticks=ticks - step if bracket else None,
            take_profit_ticks=ticks + step if bracket else None,
        )

    def _trigger(self, account: int, market: str) -> Command:
        random = self.random
        return cmd.PlaceTrigger(
            account,
            market,
            random.choice(list(Side)),
            random.choice([None, 100, 5_000]),
            random.choice(list(TriggerKind)),
            self._ticks(market),
            price_ticks=random.choice([None, self._ticks(market)]),
            reduce_only=random.random() < 0.7,
            client_order_id=random.choice([None, f"t{random.randint(0, 20)}"]),
            group=random.choice([None, "g"]),
        )

    def _session(self, market: str, session: Session) -> Command:
        closure = Closure.WEEKEND if session is Session.NO_TRADING else Closure.NONE
        if session is Session.REGULAR and self.more.random() < 0.1:
            closure = Closure.HALT
        change_ns = then = None
        if self.more.random() < 0.5:
            change_ns = self.now_ns + self.more.choice([NS_PER_MINUTE, 10 * NS_PER_MINUTE])
            then = Session.AFTER_MARKET if session is Session.REGULAR else Session.REGULAR
        return cmd.ChangeSession(market, session, closure, self.now_ns, change_ns, then)

    def _pool(self, state: State, account: int, market: str) -> Command | None:
        """Return what a provider of the market's pool or vault asks now and then; else ``None``."""
        pool = pool_behind(state, state.markets[market]) if market in state.markets else None
        if pool is None or self.pools.random() > 0.04:
            return None
        if not pool.providers:
            return cmd.DepositToPool(self.pools.choice(MAKERS), market, 400_000 * E6)
        share = pool.providers.get(account)
        if share is not None and self.pools.random() < 0.7:
            return cmd.WithdrawFromPool(account, market, share.shares // self.pools.choice([1, 2]))
        return self.pools.choice(
            [
                cmd.DepositToPool(account, market, self.pools.choice([1, 200 * E6, 10**13])),
                cmd.WithdrawFromPool(account, market, self.pools.choice([0, 5, 10**15])),
            ]
        )

    def _rare(self, account: int, market: str) -> Command:
        random = self.random
        if self.more.random() < 0.08:
            return self.more.choice(
                [
                    cmd.SetProvider(
                        account, market, self.more.choice([0, 20_000 * E6, 10**12, 10**12, -1])
                    ),
                    cmd.SetProvider(self.more.choice(MAKERS), market, 10**12),
                    cmd.Deposit(VAULT, self.more.choice([1, 5_000, 50_000]) * E6),
                ]
            )
        draw = random.random()
        if draw < 0.04:
            return cmd.HaltMarket(market, "test", self.more.choice(HALTS))
        if draw < 0.10:
            return self._session(market, Session.NO_TRADING)
        if draw < 0.14:
            return self._session(market, random.choice([Session.PRE_MARKET, Session.REGULAR]))
        if draw < 0.16:
            return cmd.RecordDowntime(self.now_ns + random.choice([0, NS_PER_MINUTE]))
        if draw < 0.3:
            mode = random.choice(list(MarginMode))
            return cmd.SetLeverage(account, market, random.choice([1, 3, 10, 20, 20, 50]), mode)
        return random.choice(
            [
                cmd.MoveIsolatedMargin(account, market, random.choice([-5 * E6, 50 * E6, 0])),
                cmd.Deposit(account, random.choice([-1, 200 * E6, 1_000 * E6])),
                cmd.Withdraw(account, random.choice([1, 500 * E6, 10**15])),
                cmd.ResetAccount(account, 10_000 * E6),
                cmd.CancelAll(account, random.choice([None, market, "NONE"])),
                cmd.SetCancelAllAfter(account, random.choice([None, self.now_ns + NS_PER_MINUTE])),
                cmd.SetCancelOnDisconnect(account, random.randint(1, 3), True),
                cmd.LoseConnection(account, random.randint(1, 3)),
                cmd.PassTime(),
                cmd.OpenAccount(f"bot-{random.randint(1, self.accounts)}"),
                cmd.FundInsurance(random.choice([0, E6])),
                cmd.ListMarket(spec(market)),
                cmd.ResumeMarket(market),
            ]
        )
