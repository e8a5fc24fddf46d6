"""The door: all conversations together, without sockets and without a clock of its own.

What bots say waits in their inboxes and is taken in fair turns, some each turn of the loop. What
they are told leaves in one write a connection: answers and private notices as soon as their
group is durable, market data after them, some connections each turn, so that nobody's order
waits for five thousand listeners.
"""

from collections import deque
from collections.abc import Sequence, Set
from typing import Final

from venue.core import events as ev
from venue.core.commands import Command
from venue.core.events import Event
from venue.core.listing import MarketSpec
from venue.core.state import State
from venue.gateway.connection import Connection
from venue.gateway.crowd import Crowd
from venue.gateway.fairness import Turns
from venue.gateway.loop_wall import LoopWall, loop_call_soon
from venue.gateway.market_views import rules_hash
from venue.gateway.notices import Notice
from venue.gateway.proof_port import NothingProven, ProofPort
from venue.gateway.protocol import receive
from venue.gateway.seam import GOING_AWAY, POLICY_VIOLATION, Link
from venue.gateway.services import VENUE_NAME, Services
from venue.gateway.settings import DoorSettings
from venue.gateway.shed import Ended, TurnedAway
from venue.gateway.stages import Stage
from venue.gateway.venue_port import Authenticate, History, Trouble, VenuePort
from venue.gateway.wall import CallSoon, Wall

# Bound here because reading a member off its enum costs as much as two function calls.
CLOSED: Final = Stage.CLOSED

OWN_STORY: Final = (
    ev.LiquidationStarted,
    ev.LiquidationDeferred,
    ev.ClosedOut,
    ev.TakenOver,
    ev.Deleveraged,
    ev.ShortfallPaid,
    ev.LiquidationFeePaid,
    ev.LossShared,
    ev.LiquidationEnded,
)
STORY_EVENTS: Final = frozenset(OWN_STORY)
# What gives a market another listing or name (a timer may, within any command), or an account.
GROWING_EVENTS: Final = frozenset(
    {ev.MarketListed, ev.MarketSplit, ev.MarketRenamed, ev.AccountOpened}
)
RARE_EVENTS: Final = STORY_EVENTS | GROWING_EVENTS

US_PER_SECOND: Final = 1_000_000
# Of so many flushes one lets replays go on although somebody waits for an answer.
GIVE_WAY_MAX: Final = 8
# Writes to listeners between two looks at the clock: about 0.05 ms.
WRITES_A_LOOK: Final = 2
# Connections looked at in one turn of the loop: five thousand pings at once would take 50 ms.
SWEPT_AT_ONCE: Final = 50


class Door:
    """Give it the venue and a transport; see ``seam.py`` for what the transport calls."""

    def __init__(
        self,
        *,
        venue: VenuePort,
        authenticate: Authenticate,
        settings: DoorSettings | None = None,
        wall: Wall | None = None,
        call_soon: CallSoon = loop_call_soon,
        version: str = "",
        history: History | None = None,
        proofs: ProofPort | None = None,
        first_connection: int = 1,
        trouble: Trouble = lambda: None,
        name: str = VENUE_NAME,
        house: Set[str] = frozenset(),
    ) -> None:
        """``first_connection`` must be above every number that this journal has seen before.

        ``name`` is what this venue is called, ``house`` are the names of its own bots.
        """
        self.settings = settings or DoorSettings()
        wall = wall or LoopWall()
        self.services = Services(
            venue=venue,
            authenticate=authenticate,
            wall=wall,
            settings=self.settings,
            version=version,
            history=history,
            proofs=proofs or NothingProven(),
            call_soon=call_soon,
            trouble=trouble,
            name=name,
            house=house,
        )
        self.connections: dict[int, Connection] = {}
        self._wall = wall
        self._call_soon = call_soon
        self._next_number = first_connection
        self.opening = 0  # Sockets that have not shaken hands yet, where the transport knows.
        self._turns = Turns()
        self._draining = False
        # Who asked for little, and may still wait for the answer.
        self._modest: dict[Connection, None] = {}
        self._crowd = Crowd(self.settings.strangers_waiting_max)
        self._urgent: list[Connection] = []
        self._flushing = False
        self._flushes = 0
        self._lazy: deque[Connection] = deque()
        self._serving = False
        self._serve_again_s = 0.0
        self._sweeping: deque[Connection] = deque()
        self._unsent: list[tuple[int, int]] = []  # Bytes and numbers, of those swept so far.
        self.services.feeds.rounds.when_some(self._serve_soon)
        self.services.go_on = self._drain_soon
        venue.on_durable(self._durable)

    def prime(self, state: State, counts: bytes | None = None) -> None:
        """Begin at a state of which everything is durable; ``counts`` as saved beside it."""
        services = self.services
        for market in state.markets.values():
            self._list(market.spec)
        services.table.renamed = dict(state.renamed)
        services.families.prime(state)
        services.account_feed.prime(state, counts)
        services.feeds.prime(state)

    # What transports call.

    def opened(self, link: Link) -> Connection | None:
        """Take a new connection; ``None``: there are as many as there may be."""
        if self.is_full():
            return None
        number = self._next_number
        self._next_number += 1
        connection = Connection(number, self.services, link, self._wake, self._wall.monotonic_s())
        self.connections[number] = connection
        return connection

    def is_full(self) -> bool:
        """Say, and count, that there are as many connections as there may be."""
        full = len(self.connections) >= self.settings.connections_max
        if full:
            self.services.shed.turned_away[TurnedAway.FULL.value] += 1
        return full

    def turn_away(self, why: TurnedAway) -> None:
        """Count a socket that never becomes a conversation."""
        self.services.shed.turned_away[why.value] += 1

    def on_message(self, connection: Connection, payload: bytes) -> None:
        """Take a whole message; it waits for its turn."""
        self.on_messages(connection, (payload,))

    def on_messages(self, connection: Connection, payloads: Sequence[bytes]) -> None:
        """Take whole messages that came together; each waits for its turn."""
        if not payloads or connection.stage is CLOSED:
            return
        inbox = connection.inbox
        if not inbox:
            self._turns.add(connection)
            self._drain_soon()
        inbox.extend(payloads)
        if connection.is_paused:
            return
        is_crowding = connection.account < 0 and self._crowd.joins(
            connection, self._turns.strangers
        )
        if is_crowding or len(inbox) >= self.settings.inbox_max:
            self._pause(connection)

    def _pause(self, connection: Connection) -> None:
        if connection.stage is not CLOSED:
            connection.is_paused = True
            connection.link.pause_reading()

    def _resume(self, connection: Connection) -> None:
        if connection.is_paused and connection.stage is not CLOSED:
            connection.is_paused = False
            connection.link.resume_reading()

    def _let_in(self) -> None:
        """Read again from some of the strangers who were too many."""
        for connection in self._crowd.let_in(self._turns.strangers):
            self._resume(connection)

    def _drain_soon(self) -> None:
        if not self._draining:
            self._draining = True
            self._call_soon(self.drain)

    def lost(self, connection: Connection) -> None:
        """A connection has ended, whoever ended it."""
        connection.leave()
        self.connections.pop(connection.number, None)

    # One turn of the loop.

    def drain(self) -> None:
        """Handle waiting messages in fair turns, up to the budget of one turn of the loop.

        Modest accounts come first, and while one of them waits for an answer the others wait, too,
        but for one turn in eight: its answer wakes them, or the next beat.
        """
        settings, turns, busy = self.settings, self._turns, self.services.busy
        at_s = now_s = self._wall.monotonic_s()
        half = settings.inbox_max // 2
        until_s = now_s + settings.turn_us / US_PER_SECOND
        greedy_us = settings.turn_us if turns.are_greedy_alone else settings.greedy_turn_us
        greedy_until_s = now_s + greedy_us / US_PER_SECOND
        strangers_until_s = now_s + settings.greedy_turn_us / US_PER_SECOND
        turns.begin(modest_only=self._a_modest_one_waits())
        for _ in range(settings.frames_per_turn):
            found = turns.next(busy)
            if found is None:
                self._draining = False  # An answer lets all go on who wait now.
                self._let_in()
                return
            connection, payload = found
            account = connection.account
            receive(connection, payload, now_s)
            if connection.is_paused and len(connection.inbox) <= half:
                if connection not in self._crowd:
                    self._resume(connection)
                elif connection.account >= 0:  # It has just logged in.
                    self._crowd.leave(connection)
                    self._resume(connection)
            began_s, at_s = at_s, self._wall.monotonic_s()
            if turns.charge(account, at_s - began_s):
                if at_s > (greedy_until_s if account >= 0 else strangers_until_s):
                    break
            elif connection.unanswered:
                self._modest[connection] = None
                turns.hold()
            if at_s > until_s:
                break
        self._let_in()
        self._draining = bool(turns)
        if self._draining:
            self._call_soon(self.drain)

    def _a_modest_one_waits(self) -> bool:
        """Say whether an account that asks for little waits for an answer."""
        for connection in list(self._modest):
            if connection.unanswered:
                return True
            del self._modest[connection]
        return False

    def _go_on(self) -> None:
        """Let those go on who gave way to who waits, once nobody does; and at times before."""
        self._flushes = (self._flushes + 1) % GIVE_WAY_MAX
        if not self.services.unanswered or not self._flushes:
            self.services.streams.go_on()
        if self._turns and not self._a_modest_one_waits():
            self._drain_soon()
        self._serve_rest()

    def flush(self) -> None:
        """Write what answers and private notices there are, one write a connection."""
        self._flushing = False
        urgent, self._urgent = self._urgent, []
        for connection in urgent:
            connection.is_waiting_urgently = False
            self._write(connection)
        self._go_on()

    def serve_listeners(self) -> None:
        """Tell and write market data for a while, and go on with the rest in the next turn.

        First what is on its way to many, then one write a connection. A bot that waits for an
        answer shortens the while, and has twice as long to itself before the next one: its order
        takes four turns of the loop.
        """
        settings, wall, lazy = self.settings, self._wall, self._lazy
        rounds = self.services.feeds.rounds
        someone_waits = self._draining or self._flushing or self.services.unanswered
        began_s = wall.monotonic_s()
        if someone_waits and began_s < self._serve_again_s:
            self._serving = False  # An answer, or the next beat, lets it go on.
            return
        turn_us = settings.busy_turn_us if someone_waits else settings.listeners_turn_us
        over_s = began_s + turn_us / US_PER_SECOND
        if not rounds or rounds.go_on(lambda: wall.monotonic_s() >= over_s):
            for number in range(1, min(len(lazy), settings.writes_per_turn) + 1):
                connection = lazy.popleft()
                connection.is_waiting_lazily = False
                self._write(connection)
                if number % WRITES_A_LOOK == 0 and wall.monotonic_s() >= over_s:
                    break
        ended_s = wall.monotonic_s()
        self._serve_again_s = ended_s + 2 * (ended_s - began_s)
        self._serving = bool(lazy or rounds)
        if self._serving:
            self._call_soon(self.serve_listeners)

    def _serve_rest(self) -> None:
        if self._lazy or self.services.feeds.rounds:
            self._serve_soon()

    def _serve_soon(self) -> None:
        if not self._serving:
            self._serving = True
            self._call_soon(self.serve_listeners)

    def _write(self, connection: Connection) -> None:
        outgoing = connection.outgoing
        if not outgoing:
            return
        connection.outgoing = []
        link = connection.link
        if link.unsent_bytes() > self.settings.outgoing_bytes_max:
            self._end_slow(
                connection, f"more than {self.settings.outgoing_bytes_max} bytes wait unread"
            )
        else:
            link.flush(outgoing)

    def _end_slow(self, connection: Connection, why: str) -> None:
        connection.close(POLICY_VIOLATION, f"slow reading: {why}", unheard=True, cause=Ended.SLOW)

    def _wake(self, connection: Connection, urgent: bool) -> None:
        if urgent:
            self._urgent.append(connection)
            if not self._flushing:
                self._flushing = True
                self._call_soon(self.flush)
        else:
            self._lazy.append(connection)
            if not self._serving:
                self._serve_soon()

    # Timers of the wall, called by the transport.

    def beat(self) -> None:
        """Every 50 ms: let conflated channels speak, and feed those who are behind."""
        self.services.feeds.beat()
        self.services.streams.go_on()
        for connection in self._crowd.beat(self._wall.monotonic_s()):
            self._pause(connection)
        self._let_in()
        if self._turns.beat():
            self._drain_soon()
        self._serve_rest()

    def sweep(self) -> None:
        """Every second: ping, and end what is silent or has an expired token; some each turn."""
        if not self._sweeping:
            self._sweeping.extend(self.connections.values())
            self._unsent = []
            self._sweep_some()

    def _sweep_some(self) -> None:
        now_s = self._wall.monotonic_s()
        settings = self.settings
        for _ in range(min(len(self._sweeping), SWEPT_AT_ONCE)):
            connection = self._sweeping.popleft()
            if connection.stage is CLOSED:
                continue
            if now_s - connection.heard_s > settings.silence_max_s:
                connection.close(
                    GOING_AWAY,
                    f"nothing was heard for {settings.silence_max_s:.0f} s",
                    cause=Ended.SILENT,
                )
            elif connection.expires_s is not None and now_s >= connection.expires_s:
                connection.close(POLICY_VIOLATION, "the token has expired", cause=Ended.EXPIRED)
            elif now_s - connection.pinged_s >= settings.ping_every_s:
                connection.pinged_s = now_s
                connection.link.ping()
            if unsent := connection.link.unsent_bytes():
                self._unsent.append((unsent, connection.number))
        if self._sweeping:
            self._call_soon(self._sweep_some)
        else:
            self._cut_slowest()

    def _cut_slowest(self) -> None:
        """End those who read least while all together hold more unsent than there is room for."""
        unsent = [each for each in self._unsent if each[1] in self.connections]
        too_many = sum(size for size, _ in unsent) - self.settings.outgoing_total_bytes_max
        if too_many <= 0:
            return
        for size, number in sorted(unsent, reverse=True):
            self._end_slow(self.connections[number], "all together leave too much unread")
            too_many -= size
            if too_many <= 0:
                return

    def shut(self, why: str = "the venue is closing") -> None:
        """Tell everybody goodbye."""
        for connection in list(self.connections.values()):
            connection.close(GOING_AWAY, why, cause=Ended.SHUT)

    def revoke(self, keys: Set[bytes]) -> int:
        """End every conversation that came in by one of these tokens; return how many."""
        found = [each for each in self.connections.values() if each.key in keys]
        for connection in found:
            connection.close(
                POLICY_VIOLATION, "the token has been revoked", unheard=True, cause=Ended.REVOKED
            )
        return len(found)

    # What the sequencer calls.

    def _durable(self, seq: int, at_ns: int, command: Command, events: Sequence[Event]) -> None:
        """Take what has become durable: private notices first, then the public channels."""
        services = self.services
        is_rare = not RARE_EVENTS.isdisjoint(map(type, events))
        if is_rare:
            self._grow(events)
        notices = services.account_feed.take(seq, at_ns, events)
        if notices:
            services.streams.take(notices)
            if is_rare or services.feeds.liquidations.untold:
                for notice in notices:
                    self._tell_story(notice)
        services.feeds.take(seq, at_ns, events)

    def _tell_story(self, notice: Notice) -> None:
        event, log = notice.event, self.services.feeds.liquidations
        if isinstance(event, OWN_STORY):
            if event.account == notice.account:
                log.note(notice, event.liquidation_id)
        elif isinstance(event, ev.Traded):
            log.note_trade(notice, event.market)

    def _grow(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, ev.MarketListed):
                self._list(event.spec)
            elif isinstance(event, ev.MarketSplit):
                self.services.hashes[event.market] = rules_hash(event.spec)
            elif isinstance(event, ev.MarketRenamed):
                self.services.table.rename(event.market, event.to, event.underlying)
                self.services.hashes.pop(event.market, None)
                for connection in self.connections.values():
                    connection.rename_market(event.market, event.to)
                spec = self.services.table.get(event.to).spec
                self.services.hashes[event.to] = rules_hash(spec)
            elif isinstance(event, ev.AccountOpened):
                self.services.families.opened(event)

    def _list(self, spec: MarketSpec) -> None:
        self.services.table.list(spec)
        self.services.hashes[spec.market] = rules_hash(spec)
