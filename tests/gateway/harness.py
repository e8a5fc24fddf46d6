"""A door without sockets: the real core behind it, a wall and a loop that the test turns."""

from collections import deque
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from venue.core.commands import (
    ChangeSession,
    Command,
    Deposit,
    FundInsurance,
    ListMarket,
    OpenAccount,
    PassTime,
    SubmitPrint,
)
from venue.core.engine import Engine
from venue.core.events import Event
from venue.core.phases import Closure, Session
from venue.core.state import State
from venue.core.units import E9, NS_PER_SECOND
from venue.gateway.asyncapi import ANSWERS, NOTIFICATIONS
from venue.gateway.connection import Connection
from venue.gateway.door import Door
from venue.gateway.settings import DoorSettings
from venue.gateway.venue_port import History, Listener, Login, Question, Reply
from venue.gateway.wire_types import Scope
from venue.rules.build import build
from venue.rules.rulebooks import spec

START_NS = 1_744_400_000 * NS_PER_SECOND
FREE = DoorSettings(connection_rate=0, account_rate=0)
ANN, BOB, SUB, EVE = 1, 2, 3, 4
DOLLAR = 1_000_000


class FakeWall:
    """A wall whose time the test sets; ``look_s``: how long a look at its monotonic time takes."""

    def __init__(self) -> None:
        self.now_s = 1_000.0
        self.look_s = 0.0

    def monotonic_s(self) -> float:
        seen_s = self.now_s
        self.now_s += self.look_s
        return seen_s

    def unix_ns(self) -> int:
        return int(self.now_s * NS_PER_SECOND)

    def unix_ms(self) -> int:
        return int(self.now_s * 1_000)


class FakeVenue:
    """The sequencer's shape round a real engine: commands wait until ``commit``."""

    def __init__(self) -> None:
        self.engine = Engine(build)
        self.at_ns = START_NS
        self.journal: list[tuple[int, int, Command, list[Event]]] = []
        self._waiting: deque[tuple[Command, Reply | None]] = deque()
        self._questions: deque[Question] = deque()
        self._listeners: list[Listener] = []

    def submit(self, command: Command, reply: Reply | None = None) -> None:
        msgspec.msgpack.encode(command)  # What cannot be journalled must not come this far.
        self._waiting.append((command, reply))

    def ask(self, question: Question) -> None:
        self._questions.append(question)

    def on_durable(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def ready(self, account: int, go_on: Callable[[int], None]) -> bool:
        return False

    def now_ns(self) -> int:
        return self.at_ns

    def speed(self) -> str:
        return "600"

    def commit(self) -> None:
        """Execute what waits, make it durable, then tell."""
        executed = []
        while self._waiting:
            command, reply = self._waiting.popleft()
            events = self.engine.execute(command, at_ns=self.at_ns)
            executed.append((self.engine.state.seq, self.at_ns, command, events, reply))
        for seq, at_ns, command, events, reply in executed:
            self.journal.append((seq, at_ns, command, events))
            for listener in self._listeners:
                listener(seq, at_ns, command, events)
            if reply is not None:
                reply(seq, at_ns, events)
        while self._questions:
            self._questions.popleft()(self.engine.state)

    def run(self, *commands: Command) -> None:
        for command in commands:
            self.submit(command)
        self.commit()

    @property
    def state(self) -> State:
        return self.engine.state


class FakeLink:
    """A socket that keeps what was written; ``asked``: how often it was asked what lies unsent."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.writes = 0
        self.closed: tuple[int, str] | None = None
        self.stuck_bytes = 0
        self.asked = 0
        self.pings = 0
        self.is_reading = True

    def flush(self, frames: Sequence[bytes]) -> None:
        assert self.closed is None, "nothing is written after the close"
        self.writes += 1
        self.frames.extend(frames)

    def unsent_bytes(self) -> int:
        self.asked += 1
        return self.stuck_bytes

    def ping(self) -> None:
        self.pings += 1

    def close(self, code: int, why: str) -> None:
        assert self.closed is None, "closed once"
        self.closed = code, why

    def pause_reading(self) -> None:
        self.is_reading = False

    def resume_reading(self) -> None:
        self.is_reading = True


def payload_of(frame: bytes) -> bytes:
    """Return the payload of an unmasked whole text frame."""
    assert frame[0] == 0x81, "one whole text frame"
    size = frame[1]
    begin = 2 if size < 126 else 4 if size == 126 else 10
    return frame[begin:]


class Bot:
    """A bot at a door without sockets. ``heard`` is everything that it was sent."""

    def __init__(self, house: "House") -> None:
        self.house = house
        self.link = FakeLink()
        connection = house.door.opened(self.link)
        assert connection is not None, "there is room for another bot"
        self.connection: Connection = connection
        self._read = 0
        self._next_id = 0
        self._asked: dict[int, str] = {}
        self.notes: list[Any] = []

    def say(self, payload: bytes) -> list[Any]:
        """Send raw bytes; return what comes back within a turn."""
        self.house.door.on_message(self.connection, payload)
        self.house.settle()
        return self.fresh()

    def say_anything(self, payload: bytes) -> list[Any]:
        """Send bytes that may be any request; return what comes back, as it is."""
        self.house.door.on_message(self.connection, payload)
        self.house.settle()
        frames = self.link.frames[self._read :]
        self._read = len(self.link.frames)
        return [msgspec.json.decode(payload_of(frame)) for frame in frames]

    def fresh(self) -> list[Any]:
        """Return the messages since the last look."""
        frames = self.link.frames[self._read :]
        self._read = len(self.link.frames)
        return [self._checked(msgspec.json.decode(payload_of(frame))) for frame in frames]

    def _checked(self, message: Any) -> Any:
        """Note a message with the name of the schema that it must be valid under."""
        if "error" in message:
            schema = "ErrorAnswer"
        elif "method" in message:
            kind = message["params"]["channel"].partition(".")[0]
            schema = NOTIFICATIONS[kind].__name__
        else:
            schema = ANSWERS[self._asked[message["id"]]].__name__
        self.house.spoken.append((schema, message))
        return message

    def ask(self, method: str, **params: Any) -> Any:
        """Send a request and return its answer; notifications stay to be heard."""
        self._next_id += 1
        self._asked[self._next_id] = method
        request = {"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": params}
        messages = self.say(msgspec.json.encode(request))
        self.notes.extend(each["params"] for each in messages if "method" in each)
        answers = [each for each in messages if "method" not in each]
        assert len(answers) == 1, f"{method} was answered {len(answers)} times"
        assert answers[0]["id"] == self._next_id
        return answers[0]

    def get(self, method: str, **params: Any) -> Any:
        """Send a request that is granted, and return its result."""
        answer = self.ask(method, **params)
        assert "result" in answer, answer
        return answer["result"]

    def refused(self, method: str, **params: Any) -> str:
        """Send a request that is refused, and return the reason's name."""
        answer = self.ask(method, **params)
        assert "error" in answer, answer
        return str(answer["error"]["data"]["reason"])

    def hear(self) -> list[Any]:
        """Return the notifications since the last look, those that came with answers first."""
        kept, self.notes = self.notes, []
        return kept + [message["params"] for message in self.fresh()]

    def login(self, token: str) -> Any:
        return self.get("public/login", token=token)


class House:
    """A venue with one market and four accounts, behind a door."""

    def __init__(
        self,
        settings: DoorSettings = FREE,
        *,
        history: History | None = None,
        rulebook: str = "naive_print",
    ) -> None:
        self.wall = FakeWall()
        self.venue = FakeVenue()
        self.spoken: list[tuple[str, Any]] = []
        self._soon: deque[Callable[[], None]] = deque()
        self.tokens: dict[bytes, Login] = {}
        for name, account, scope in (
            ("ann", ANN, Scope.FUND),
            ("bob", BOB, Scope.TRADE),
            ("eve", EVE, Scope.READ),
        ):
            self.tokens[self.digest(name)] = Login(account, scope)
        self.door = Door(
            venue=self.venue,
            authenticate=self.authenticate,
            wall=self.wall,
            call_soon=self._soon.append,
            settings=settings,
            version="test",
            history=history,
            name="monday",
            house=frozenset({"bob"}),
        )
        self.venue.run(
            ListMarket(spec("TSLA", rulebook)),
            OpenAccount("ann"),
            OpenAccount("bob"),
            OpenAccount("ann-2", parent=ANN),
            OpenAccount("eve"),
            *(Deposit(account, 100_000 * DOLLAR) for account in (ANN, BOB, SUB, EVE)),
            FundInsurance(10_000 * DOLLAR),
            ChangeSession("TSLA", Session.REGULAR, Closure.NONE, START_NS, None, None),
        )
        self.price(250)

    @staticmethod
    def digest(token: str) -> bytes:
        """Return what is kept of a token."""
        return sha256(token.encode()).digest()

    def authenticate(self, token: bytes) -> Login | None:
        return self.tokens.get(sha256(token).digest())

    def list_another(self, market: str) -> None:
        """List a second market."""
        self.venue.run(ListMarket(spec(market, "naive_print")))

    def price(self, dollars: int, *, seconds: int = 4) -> None:
        """Let the underlying print a price, and time pass so that the mark follows."""
        now_ns = self.venue.at_ns
        self.venue.run(SubmitPrint("TSLA", "tape", dollars * E9, now_ns, now_ns, NS_PER_SECOND))
        self.venue.at_ns += seconds * NS_PER_SECOND
        self.venue.run(PassTime())
        self.settle()

    def settle(self) -> None:
        """Turn the loop until nobody has anything to do."""
        for _ in range(10_000):
            if self._soon:
                self._soon.popleft()()
                continue
            self.venue.commit()
            if not self._soon:
                return
        raise AssertionError("the loop never comes to rest")

    def beat(self) -> None:
        self.door.beat()
        self.settle()

    def bot(self, token: str | None = None) -> Bot:
        bot = Bot(self)
        if token is not None:
            bot.login(token)
        return bot
