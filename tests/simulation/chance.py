"""A seeded stream of commands for the whole core: bots, prints, sessions, gaps, and mistakes.

Each seed has a profile of its own: a rulebook, how rich the insurance fund is, how often the
price gaps. Two makers quote round the price most of the time; the others trade at high leverage.
"""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from venue.core import commands as cmd
from venue.core.commands import Command, MarginMode, SelfTrade, Side, TimeInForce, TriggerKind
from venue.core.phases import Closure, Phase, Session
from venue.core.state import Account, State
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND
from venue.rules.rulebooks import spec

START_NS = 1_744_400_000 * NS_PER_SECOND
MARKETS = ("TSLA", "NVDA")
MAKERS = (1, 2)
GAPS = (-0.25, -0.15, -0.06, 0.06, 0.15, 0.3)


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
        self.accounts = accounts
        self.price = {"TSLA": 250 * E9, "NVDA": 110 * E9}
        self.now_ns = START_NS
        self.profile = PROFILES[seed % len(PROFILES)]
        self.named: Command = cmd.PassTime()
        if gap is not None:
            self.profile = self.profile._replace(gap=gap)

    def opening(self) -> Iterator[Command]:
        """Yield what opens the venue: markets, insurance, accounts, sub-accounts, money."""
        for name in MARKETS:
            yield cmd.ListMarket(spec(name, self.profile.rulebook))
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
        return cmd.SubmitPrint(
            market, "feed", self.price[market], self.now_ns, self.now_ns, 5 * NS_PER_SECOND
        )

    def next(self, state: State) -> tuple[int, Command]:
        """Return the next command and its stamp."""
        random = self.random
        self.now_ns += random.choice([0, 1_000, NS_PER_SECOND, NS_PER_SECOND, 3 * NS_PER_SECOND])
        if random.random() < self.profile.long_pause:
            self.now_ns += random.choice([10 * NS_PER_MINUTE, 35 * NS_PER_MINUTE, NS_PER_HOUR])
        return self.now_ns, self._draw(state)

    def _draw(self, state: State) -> Command:
        random = self.random
        market = random.choice(MARKETS)
        account = random.randint(1, self.accounts)
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

    def _restored(self, state: State, name: str) -> Command | None:
        """Return what brings a halted or closed market back, or ``None`` when it needs nothing."""
        market = state.markets.get(name)
        if market is not None and market.phase is Phase.HALTED:
            return cmd.ResumeMarket(name, self.random.choice([0, 0, 10 * NS_PER_SECOND]))
        if name in state.sources and state.sources[name].session is Session.NO_TRADING:
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
        return cmd.ChangeSession(market, session, closure, self.now_ns, None, None)

    def _rare(self, account: int, market: str) -> Command:
        random = self.random
        draw = random.random()
        if draw < 0.04:
            return cmd.HaltMarket(market, "test")
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
