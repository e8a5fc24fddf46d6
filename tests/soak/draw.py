"""What happens next, drawn from a seed: bots, sources, operators, and what the world does to them.

Commands come from the flow of ``tests/simulation/chance.py``, which looks at the state to name
orders and to choose sizes; what a bot may ask for goes over the wire as a message. A tenth of what
bots and sources send is wrong.
"""

from random import Random
from typing import Any

import msgspec

from tests.simulation.chance import Flow, Profile
from tests.soak import actions as act
from tests.soak.actions import AnyAction
from tests.soak.beside import Beside
from tests.soak.setting import Setting
from tests.soak.wire import Writer
from tests.soak.world import World
from venue.core import commands as cmd
from venue.core.state import State
from venue.core.units import NS_PER_DAY, NS_PER_HOUR, NS_PER_MS
from venue.gateway.methods import METHODS

WRONG = 0.1
DISK_KINDS = ("cut_before", "cut_in", "cut_after", "refused", "unsure", "full", "slow")
NONSENSE: tuple[Any, ...] = (
    None, True, 0, -1, 2**53, 2**64, 1e308, "", "0", "-0", "NaN", "1e9", "9" * 40, "TSLA", "buy",
    "\u202e", "x" * 70, [], {}, [[]], "250.005", "0.0000001",
)  # fmt: skip

# A life of months in which something is due every ten seconds has shown what it can show.
COMMANDS_MAX = 20_000


class Drawing:
    """Draws a life of so many actions."""

    def __init__(self, setting: Setting, count: int) -> None:
        self.setting = setting
        self.flow = Flow(setting.seed, accounts=setting.accounts, gap=setting.gap)
        self.flow.profile = Profile(setting.rulebooks[0], 0, setting.gap, 0.0)
        list(self.flow.opening())  # It knows its markets from here on; ours are opened otherwise.
        self.random = self.flow.random
        self.beside = Beside(setting)
        self._network = Random(f"network {setting.seed}")
        self.writer = Writer(setting.specs)
        self._left = count
        # A short life meets as much as a long one.
        self._trouble_share = 0.03 if count > 300 else 0.08
        self._recent: list[act.Say] = []
        # Whatever else is drawn: in so many seeds as there are kinds each has its turn.
        self._due = [] if count < 50 else self._turn(setting.seed)

    def __call__(self, world: World) -> AnyAction | None:
        """Return the next action, or ``None`` at the end."""
        self._left -= 1
        life = world.life
        if self._left < 0 or (life is not None and life.engine.state.seq > COMMANDS_MAX):
            return None
        after_ms = self.random.choice([0, 0, self.random.randint(0, self.setting.pause_ms)])
        is_due = self._due and self._left % 10 == 0
        action = self._due.pop(0) if is_due else self._next(world)
        return msgspec.structs.replace(action, after_ms=after_ms)

    def _turn(self, seed: int) -> list[AnyAction]:
        bot = 1 + seed % self.setting.accounts
        deaf, clogged = act.Deafen(bot=bot), act.Clog(bot=bot, unsent_bytes=300_000)
        return [
            act.DiskFault(kind=DISK_KINDS[seed % len(DISK_KINDS)], times=3),
            (deaf, clogged, act.HangUp(bot=bot))[seed % 3],
            act.NextLife(down_ms=1_000, newer=bool(seed % 2)),
            act.StepClock(by_ms=(-5_000, 5_000)[seed // 2 % 2]),
        ]

    def _next(self, world: World) -> AnyAction:
        draw = self.random.random()
        if draw < self._trouble_share:
            return self._trouble()
        life = world.life
        assert life is not None, "somebody lives"
        state = life.engine.state
        self._look(state, life.clock.now_ns())
        if draw < self._trouble_share + WRONG / 2:
            return self._wrong()
        command = self.beside.next(state, self.flow.now_ns)
        if command is None:
            _, command = self.flow.next(state)
        return self._sent(state, self._stretched(command))

    def _stretched(self, command: cmd.Command) -> cmd.Command:
        """Let an order live as long by the wall as it would at the machine's own pace."""
        if not isinstance(command, cmd.PlaceOrder) or command.expires_at_ns is None:
            return command
        now_ns, times = self.flow.now_ns, max(1, self.setting.speed // 2)
        expires_at_ns = now_ns + (command.expires_at_ns - now_ns) * times
        return msgspec.structs.replace(command, expires_at_ns=expires_at_ns)

    def _look(self, state: State, now_ns: int) -> None:
        """Let the flow know the venue's time and prices."""
        self.flow.now_ns = max(now_ns, state.now_ns)
        self.writer.look(state)
        for name, market in state.markets.items():
            if market.index_nanos is not None:
                self.flow.price[name] = market.index_nanos

    def _sent(self, state: State, command: cmd.Command) -> AnyAction:
        """Return how a command comes to the venue."""
        match command:
            case cmd.SubmitPrint() if command.source == "feed":
                frame = self.writer.print(command)
                if self.random.random() < WRONG:
                    frame = self._damaged(frame)
                return act.SourceFrame(
                    payload=frame,
                    copies=self._network.choices([1, 2, 0], [92, 4, 4])[0],
                    delay_ms=self._network.choice([*[0] * 9, self._network.randint(1, 60_000)]),
                )
            case cmd.LoseConnection(account=account):
                return act.HangUp(bot=account)
            case cmd.AmendOrder(account=account, order_id=order_id):
                order = state.orders.get(order_id or 0)
                market = "TSLA" if order is None else order.market
                return self._said(account, self.writer.amendment(command, market))
            case cmd.TraderCommand(account=account) if account > 0:
                message = self.writer.message(command)
                if message is not None:
                    return self._said(account, message)
            case cmd.RecordDowntime():
                return act.Checkpoint()
        assert isinstance(command, cmd.AnyCommand), "the journal holds these"
        return act.Order(command=command)

    def _said(self, account: int, payload: bytes) -> act.Say:
        random = self.random
        if random.random() < WRONG / 2:
            payload = self._damaged(payload)
        said = act.Say(
            bot=account,
            payload=payload,
            copies=random.choices([1, 2, 0], [92, 4, 4])[0],
            delay_ms=random.randint(1, 3_000) if random.random() < 0.1 else 0,
        )
        self._recent = [*self._recent[-20:], said]
        return said

    def _wrong(self) -> AnyAction:
        """Something that no decent bot sends."""
        random = self.random
        bot = random.randint(1, self.setting.accounts)
        draw = random.random()
        if draw < 0.2 and self._recent:
            return random.choice(self._recent)
        if draw < 0.3:
            return act.Say(bot=bot, payload=random.randbytes(random.randint(0, 60)))
        if draw < 0.45:
            asked: dict[str, Any] = {"from": random.choice([1, 1, 5, 100])}
            asked["account"] = random.choice([bot, bot, random.randint(0, 12)])
            return act.Say(bot=bot, payload=self.writer.ask("private/subscribe_account", asked))
        method = random.choice(METHODS)
        names = [field.encode_name for field in msgspec.structs.fields(method.params)]
        params = {
            name: random.choice(NONSENSE) for name in names if random.random() < 0.7 and name != ""
        }
        if "channels" in names and random.random() < 0.5:
            params["channels"] = ["bbo.TSLA", "trades.NVDA", "prices.TSLA", "book.NVDA"]
        return act.Say(bot=bot, payload=self.writer.ask(method.name, params))

    def _damaged(self, payload: bytes) -> bytes:
        wounded = bytearray(payload)
        for _ in range(self.random.randint(1, 3)):
            place = self.random.randrange(len(wounded))
            wounded[place : place + self.random.randint(0, 2)] = self.random.choice(
                [b"", b"-", b"9", b"0", b'"', b"{", b"\xff", b"e5", b"null", b"."]
            )
        return bytes(wounded)

    def _trouble(self) -> AnyAction:
        """What the world does."""
        random = self.random
        bot = random.randint(1, self.setting.accounts)
        draw = random.random()
        if draw < 0.5:
            kind = random.choice(DISK_KINDS)
            times = 1
            if kind == "refused":
                times = random.randint(1, 4)
            elif kind == "full":
                times = random.choice([200, 3_000, 20_000])
            elif kind == "slow":
                times = random.choice([2, 50, 2_000])
            return act.DiskFault(
                kind=kind,
                beside=random.random() < 0.3,
                skip=random.choice([0, 0, 1, 5]),
                times=times,
            )
        if draw < 0.58:
            return act.Kill()
        if draw < 0.62:
            return act.Stop()
        if draw < 0.72:
            return self._next_life()
        if draw < 0.8:
            return act.Deafen(bot=bot)
        if draw < 0.86:
            return act.Clog(bot=bot, unsent_bytes=random.choice([100_000, 300_000]))
        if draw < 0.93:
            return act.HangUp(bot=bot)
        if self.setting.speed:
            return act.Checkpoint()
        by_ms = random.choice([-3_600_000, -5_000, -1, 1, 200, 5_000, 240_000, 600_000])
        return act.StepClock(by_ms=by_ms)

    def _next_life(self) -> act.NextLife:
        random = self.random
        longest_ns = NS_PER_HOUR if self.setting.speed else 3 * NS_PER_DAY
        down_ms = int(longest_ns * random.choice([0.0001, 0.01, 0.3, 1.0])) // NS_PER_MS
        return act.NextLife(down_ms=down_ms, newer=random.random() < 0.5)
