"""The third market's life, drawn from a seed: it stands in some lives, under any rulebook.

It trades, is renamed with or without its underlying, and in the end it may be delisted.
"""

from random import Random

from tests.simulation.chance import GAPS, MAKERS
from tests.soak.setting import FROM_FUTURES, Setting
from venue.core import commands as cmd
from venue.core.commands import Command, HaltKind, MarginMode, Side, TimeInForce, TriggerKind
from venue.core.market import Market
from venue.core.phases import Closure, Phase, Session
from venue.core.pool import Pool
from venue.core.state import State, leverage_of
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_MINUTE, NS_PER_SECOND

FUTURE = "future:M5"  # The contract that is active when most lives begin.
LEADS_NS = (0, NS_PER_MINUTE, NS_PER_HOUR)


class Third:
    """Draws commands about the third market."""

    def __init__(self, setting: Setting) -> None:
        self.random = Random(f"third market {setting.seed}")
        self._accounts = setting.accounts
        self._names = 0

    def next(self, state: State, market: Market, now_ns: int) -> Command:
        """Return what is asked of the market, or done to it."""
        random, name = self.random, market.spec.market
        account = random.randint(1, self._accounts)
        side = random.choice(list(Side))
        toward = 1 if side is Side.BUY else -1
        pool = market.pool
        if pool is not None and random.random() < (0.02 if pool.providers else 0.3):
            return self._pool(pool, name, account)
        draw = random.random()
        if draw < 0.15:
            return self._print(market, now_ns)
        if draw < 0.4:
            ticks = self._ticks(market, -toward * random.uniform(0.0002, 0.006))
            lots = max(1, 1_000_000 * E6 // max(1, market.mark_micros * 10))
            return cmd.PlaceOrder(random.choice(MAKERS), name, side, lots, ticks)
        if draw < 0.65:
            limit = random.choice([None, self._ticks(market, random.gauss(0, 0.004))])
            force = random.choice([TimeInForce.GTC, TimeInForce.IOC, TimeInForce.GFA])
            return cmd.PlaceOrder(
                account, name, side, self._lots(state, market, account), limit, force
            )
        if draw < 0.7:
            return cmd.PlaceTrigger(
                account, name, side, None, random.choice(list(TriggerKind)),
                self._ticks(market, toward * random.uniform(-0.002, 0.01)), reduce_only=True,
            )  # fmt: skip
        if draw < 0.74:
            minutes = random.choice([5, 7])
            lots = self._lots(state, market, account)
            return cmd.PlaceTwap(account, name, side, lots, minutes * NS_PER_MINUTE)
        if draw < 0.8:
            mode = random.choice(list(MarginMode))
            return cmd.SetLeverage(account, name, random.choice([1, 3, 10, 20]), mode)
        if draw < 0.84:
            ids = sorted(state.accounts[account].orders) or [7]
            return cmd.CancelOrder(account, random.choice(ids), None)
        if draw < 0.88:
            session = random.choice([Session.REGULAR, Session.REGULAR, Session.NO_TRADING])
            closure = Closure.WEEKEND if session is Session.NO_TRADING else Closure.NONE
            underlying = market.spec.underlying
            return cmd.ChangeSession(underlying, session, closure, now_ns, None, None)
        if draw < 0.94:
            halt = cmd.HaltMarket(name, "test", random.choice(list(HaltKind)))
            is_stopped = market.phase is Phase.HALTED or market.reducing_why
            call_ns = random.choice([0, 10 * NS_PER_SECOND])
            return cmd.ResumeMarket(name, call_ns) if is_stopped else halt
        return self._action(market, now_ns)

    def _pool(self, pool: Pool, name: str, account: int) -> Command:
        """Pay into the third market's pool, or take a part out."""
        share = pool.providers.get(account)
        if share is not None and share.shares:
            return cmd.WithdrawFromPool(account, name, share.shares // 2)
        return cmd.DepositToPool(self.random.choice(MAKERS), name, 100_000 * E6)

    def _action(self, market: Market, now_ns: int) -> Command:
        """A corporate action: a new name mostly; now and then the market's end."""
        random, name = self.random, market.spec.market
        lead_ns = random.choice(LEADS_NS)
        at_ns = now_ns + lead_ns if lead_ns else 0
        draw = random.random()
        if draw < 0.2 and market.actions:
            return cmd.WithdrawAction(name, market.actions[-1].action_id)
        if draw < 0.3:
            ends: tuple[cmd.CorporateAction, ...] = (
                cmd.Delisting(random.choice(LEADS_NS), random.choice(LEADS_NS)),
                cmd.Merger(market.index_nanos or E9),
                cmd.Merger(E9, "TSLA", random.randrange(1, 90), random.randrange(1, 90)),
            )
            gone = random.choice(ends)
            return cmd.AnnounceAction(name, gone, at_ns)
        if draw < 0.5:
            amount_nanos = (market.index_nanos or E9) // random.choice([50, 1_000])
            return cmd.AnnounceAction(name, cmd.Dividend(amount_nanos), at_ns)
        if draw < 0.65:
            return cmd.AnnounceAction(name, cmd.Split(*random.choice([(2, 1), (1, 2)])), at_ns)
        self._names += 1
        if draw < 0.7:
            ratio = random.choice([(2, 3), (3, 2), (1, 1)])
            merged = cmd.Merger(0, f"US-{self._names}", *ratio, underlying=market.spec.underlying)
            return cmd.AnnounceAction(name, merged, at_ns)
        underlying = random.choice([None, None, None, "TSLA"])
        return cmd.AnnounceAction(name, cmd.Rename(f"US-{self._names}", underlying), at_ns)

    def _print(self, market: Market, now_ns: int) -> Command:
        random = self.random
        move = random.choice(GAPS) if random.random() < 0.1 else random.gauss(0, 0.001)
        nanos = int((market.underlying_nanos or 20_000 * E9) * (1 + move))
        from_future = any(rule.name in FROM_FUTURES for rule in market.spec.rules)
        source = random.choice(["feed", FUTURE]) if from_future else "feed"
        return cmd.SubmitPrint(
            market.spec.underlying, source, nanos, now_ns, now_ns, 5 * NS_PER_SECOND
        )

    def _ticks(self, market: Market, away: float) -> int:
        nanos = market.mark_nanos or market.index_nanos or 100 * E9
        return max(1, int(nanos * (1 + away)) // market.spec.units.tick_nanos)

    def _lots(self, state: State, market: Market, number: int) -> int:
        """Return a size that fits an account's money and leverage; now and then one of its own."""
        random, account = self.random, state.accounts[number]
        leverage = leverage_of(state, account, market.spec.market)
        most = account.balance_micros * leverage // max(1, market.mark_micros)
        held = account.holdings.get(market.spec.market)
        if held is not None and held.size_lots and random.random() < 0.2:
            return abs(held.size_lots) * random.choice([1, 2])
        return max(1, int(most * random.choice([0.02, 0.1, 0.4, 0.9])))
