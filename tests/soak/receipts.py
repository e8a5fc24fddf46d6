"""What the venue has acknowledged, and that the journal bears it out.

``Port`` stands between door and sequencer and changes nothing: it notes what goes in, and checks
that whatever comes out is on the disk by then.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from tests.soak.disk import Disk
from tests.support.model import expect
from venue.core.commands import ChangeSession, Command, PassTime, PlaceOrder, RecordDowntime
from venue.core.events import Event
from venue.core.state import ORDERS_PER_COMMAND, State
from venue.gateway.venue_port import Listener, Question, Reply
from venue.sequencer import Sequencer

# What the venue asks of itself, too, in the same words.
OF_ITSELF = (PassTime, ChangeSession, RecordDowntime)
_pack = msgspec.msgpack.encode


class Receipts:
    """Of a whole life, over all restarts."""

    def __init__(self, opening: int) -> None:
        """``opening`` is how many commands open a fresh venue, before anybody asks for any."""
        self._opening = opening
        self.submitted: Counter[bytes] = Counter()
        self.answered: Counter[bytes] = Counter()
        self.acknowledged: dict[int, tuple[int, bytes]] = {}
        self.on_the_wire: dict[int, str | None] = {}
        self.notices: dict[tuple[int, int], Any] = {}

    def take(self, seq: int, at_ns: int, command: bytes) -> None:
        """Note that a command was acknowledged."""
        expect(seq not in self.acknowledged, f"seq {seq} is acknowledged twice")
        self.answered[command] += 1
        self.acknowledged[seq] = (at_ns, command)

    def hear(self, message: Any, durable_seq: int) -> None:
        """Check a message that leaves for a bot: it tells of nothing but what is durable."""
        result = message.get("result")
        if isinstance(result, dict) and isinstance(result.get("seq"), int):
            seq = result["seq"]
            expect(seq <= durable_seq, f"seq {seq} is told, {durable_seq} is durable")
            order = result.get("order")
            if order is not None and order["order_id"] == seq * ORDERS_PER_COMMAND:
                self.on_the_wire[seq] = order.get("client_order_id")
        told = message.get("params", {})
        data = told.get("data", {})
        if isinstance(data, dict) and isinstance(data.get("seq"), int):
            expect(data["seq"] <= durable_seq, f"{told['channel']} tells of seq {data['seq']}")
        if told.get("channel", "").startswith("account.") and "n" in data:
            key = (data["account"], data["n"])
            was = self.notices.setdefault(key, data)
            expect(was == data, f"notice {key} was {was}, is told again as {data}")

    def check(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Hold the journal's commands, the opening ones included, against every receipt."""
        for seq, receipt in self.acknowledged.items():
            expect(seq <= len(rows), f"seq {seq} was acknowledged and is lost")
            expect(rows[seq - 1] == receipt, f"seq {seq} was acknowledged as another command")
        there = Counter(command for _, command in rows[self._opening :])
        for command, times in self.submitted.items():
            least, found = self.answered[command], there[command]
            what = f"{command!r}: submitted {times}, acknowledged {least}, journalled {found}"
            expect(least <= found <= times, what)
        for seq, name in self.on_the_wire.items():
            at_seq = msgspec.msgpack.decode(rows[seq - 1][1], type=PlaceOrder)
            expect(at_seq.client_order_id == name, f"seq {seq} was told as order {name}")


class Port:
    """The sequencer as the door sees it, with receipts."""

    def __init__(self, sequencer: Sequencer, receipts: Receipts, disk: Disk) -> None:
        self._sequencer = sequencer
        self._receipts = receipts
        self._disk = disk

    def submit(self, command: Command, reply: Reply | None = None) -> None:
        """Submit a command; what comes back must be durable."""
        packed = _pack(command)
        if not isinstance(command, OF_ITSELF):
            self._receipts.submitted[packed] += 1

        def answered(seq: int, at_ns: int, events: Sequence[Event]) -> None:
            durable = self._disk.durable_seq
            expect(seq <= durable, f"seq {seq} is acknowledged, {durable} is durable")
            self._receipts.take(seq, at_ns, packed)
            if reply is not None:
                reply(seq, at_ns, events)

        self._sequencer.submit(command, answered)

    def ask(self, question: Question) -> None:
        """Ask; the state that answers must hold nothing but what is durable."""

        def asked(state: State) -> None:
            durable = self._disk.durable_seq
            expect(state.seq == durable, f"a question sees seq {state.seq}, {durable} is durable")
            question(state)

        self._sequencer.ask(asked)

    def on_durable(self, listener: Listener) -> None:
        """Listen; what is told must be durable."""

        def told(seq: int, at_ns: int, command: Command, events: Sequence[Event]) -> None:
            expect(seq <= self._disk.durable_seq, f"seq {seq} is published before it is durable")
            listener(seq, at_ns, command, events)

        self._sequencer.on_durable(told)

    def ready(self, account: int, go_on: Callable[[int], None]) -> bool:
        return self._sequencer.ready(account, go_on)

    def now_ns(self) -> int:
        return self._sequencer.now_ns()

    def speed(self) -> str:
        return self._sequencer.speed()
