"""Public market data: every durable event goes in, and every channel takes what it tells.

Conflated channels speak at the beat, at most every 50 ms; raw ones after every command. Nothing
is worked out for a channel that nobody listens to.
"""

from collections.abc import Callable, Sequence
from typing import Final, cast

from venue.core import events as ev
from venue.core.events import Event
from venue.core.phases import Phase
from venue.core.state import State
from venue.gateway import board
from venue.gateway.asked_feed import AskedAnswer, AskedFeed
from venue.gateway.board import Board
from venue.gateway.board_feeds import PricesFeed, SessionFeed
from venue.gateway.book_feed import BboFeed, BookFeed
from venue.gateway.channels import Channel, ChannelName, Feed, renamed_channel
from venue.gateway.liquidation_log import PUBLIC_STEPS, LiquidationLog, LiquidationsFeed
from venue.gateway.mirror import Mirror
from venue.gateway.moment import Moment
from venue.gateway.public_params import Interval
from venue.gateway.refusals import DoorReason, Refused
from venue.gateway.rounds import Rounds, Subscriber
from venue.gateway.scales import MarketTable
from venue.gateway.settings import DoorSettings
from venue.gateway.tape import INTERVALS_NS, CandlesFeed, Tape, TradesFeed
from venue.gateway.venue_port import VenuePort

INSURANCE_MOVES: Final = (
    ev.ShortfallPaid,
    ev.LiquidationFeePaid,
    ev.LossShared,
    ev.TakenOver,
    ev.FundUnwound,
    ev.FundFilled,
    ev.Deposited,
    ev.FundingSettled,
)
PHASE_MOVES: Final = (
    ev.PhaseChanged,
    ev.AuctionUncrossed,
    ev.BoundsMoved,
    ev.LimitStateChanged,
    ev.CallExtended,
    ev.ReducingOnly,
    ev.ActionAnnounced,
    ev.ActionWithdrawn,
    ev.ActionStepTaken,
    ev.MarketSplit,
)
# After each of these other limits may hold: bands are counted from marks and anchors.
TERMS_MOVES: Final = (
    ev.MarkUpdated,
    ev.PricingChanged,
    ev.ValidityChanged,
    ev.ReducingOnly,
    ev.SessionClosing,
    ev.MarketSplit,
)
STEPPED: Final = "0"  # The speed where time moves by steps.
# Events of orders: the mirror has dealt with them.
QUIET: Final = frozenset(
    {
        ev.Rejected,
        ev.OrderAccepted,
        ev.OrderRested,
        ev.OrderReduced,
        ev.OrderCancelled,
        ev.OrderAmended,
        ev.OrderRescaled,
        ev.TriggerRescaled,
        ev.DuplicateAnswered,
        ev.TriggerPlaced,
        ev.TriggerCancelled,
        ev.PremiumSampled,
        ev.PrintJudged,
        ev.RequestsCounted,
        ev.FundingOwed,
    }
)


class Feeds:
    """All channels, and what they tell from."""

    __slots__ = (
        "_asked",
        "_beating",
        "_mirror",
        "_raw",
        "_settings",
        "_table",
        "_venue",
        "board",
        "channels",
        "liquidations",
        "moment",
        "phases",
        "rounds",
        "tapes",
    )

    def __init__(
        self, *, venue: VenuePort, table: MarketTable, mirror: Mirror, settings: DoorSettings
    ) -> None:
        self._venue = venue
        self._table = table
        self._mirror = mirror
        self._settings = settings
        self.rounds = Rounds()
        self.moment = Moment()
        self.board = Board(table)
        self.tapes: dict[str, Tape] = {}
        self.liquidations = LiquidationLog(table, settings.liquidations_kept)
        self.phases: dict[str, Phase] = {}
        self.channels: dict[str, Channel] = {}
        self._raw: dict[str, Channel] = {}
        self._beating: dict[str, Channel] = {}
        self._asked: dict[str, AskedFeed] = {}

    def prime(self, state: State) -> None:
        """Begin at a state of which everything is durable."""
        self.moment.seq, self.moment.at_ns = state.seq, state.now_ns
        self.board.prime(state)
        for name, market in state.markets.items():
            self._new_tape(name)
            self.phases[name] = market.phase

    def take(self, seq: int, at_ns: int, events: Sequence[Event]) -> None:
        """Take the events of one durable command; the mirror has them already."""
        moment = self.moment
        moment.seq, moment.at_ns = seq, at_ns
        if QUIET.issuperset(map(type, events)) and not self._raw:
            return
        for event in events:
            kind = type(event)
            if kind in QUIET:
                continue
            if isinstance(event, ev.TimePassed):
                at_ns = event.at_ns
            elif isinstance(event, ev.Traded):
                self.tapes[event.market].add(event, seq, at_ns)
                self.board.take(event, at_ns)
                if self.liquidations.going_on:
                    self.liquidations.tell_trade(event, seq, at_ns)
            else:
                self._take_rare(event, seq, at_ns)
        for channel in self._raw.values():
            channel.beat()

    def _take_rare(self, event: Event, seq: int, at_ns: int) -> None:
        kind = type(event)
        if isinstance(event, ev.MarketListed):
            self._new_tape(event.spec.market)
        elif isinstance(event, ev.MarketRenamed):
            self._rename(event.market, event.to)
        if kind in board.CONCERNS:
            self.board.take(event, at_ns)
        if isinstance(event, ev.MarketListed):
            self._venue.ask(self.board.learn)
        if kind in PUBLIC_STEPS:
            self.liquidations.tell(event, seq, at_ns)
        if isinstance(event, PHASE_MOVES):
            self._stir(f"phase.{event.market}", event)
            if isinstance(event, ev.PhaseChanged):
                self.phases[event.market] = event.phase
                self._ask_now(f"phase.{event.market}")
        if isinstance(event, TERMS_MOVES):
            self._stir(f"terms.{event.market}", event)
        elif isinstance(event, ev.SessionChanged):
            for name, prices in self.board.markets.items():
                if prices.scales.spec.underlying == event.underlying:
                    self._stir(f"terms.{name}", event)
        if isinstance(event, INSURANCE_MOVES):
            self._stir("insurance", event)

    def _ask_now(self, name: str) -> None:
        """Let a channel speak before the next beat: a call of 30 s may be over by then.

        In lock-step channels speak once a step.
        """
        feed = self._asked.get(name)
        if feed is not None and self._venue.speed() != STEPPED:
            self._venue.ask(AskedAnswer(self.channels[name], feed))

    def _stir(self, name: str, event: Event) -> None:
        feed = self._asked.get(name)
        if feed is not None:
            feed.stir(event)

    def _rename(self, old: str, new: str) -> None:
        """Let every channel of a market go on under its new name, with all who listen to it."""
        self.tapes[new] = self.tapes.pop(old)
        if old in self.phases:
            self.phases[new] = self.phases.pop(old)
        for name, channel in [*self.channels.items()]:
            channel.name = renamed_channel(name, old, new)
            if channel.name == name:
                continue
            for table in (self.channels, self._raw, self._beating):
                if name in table:
                    table[channel.name] = table.pop(name)
            if name in self._asked:
                feed = self._asked[channel.name] = self._asked.pop(name)
                feed.market = new

    def _new_tape(self, market: str) -> None:
        self.tapes[market] = Tape(
            self._table.get(market),
            trades_kept=self._settings.trades_kept,
            candles_kept=self._settings.candles_kept,
        )

    def beat(self) -> None:
        """Let every conflated channel speak, if it has something to say.

        While thousands are still being told of the last beat this one is left out, and the next
        tells of both.
        """
        if self.rounds:
            return
        for name, feed in self._asked.items():
            channel = self.channels[name]
            in_call = feed.kind == "phase" and self.phases.get(feed.market) is Phase.AUCTION
            if feed.is_stirred or channel.newcomers or in_call:
                self._venue.ask(AskedAnswer(channel, feed))
        for channel in self._beating.values():
            channel.beat()

    def check(self, name: str) -> None:
        """Refuse a channel that there is not."""
        if name in self.channels:
            return
        parts = ChannelName.read(name)
        known = parts is not None and (
            parts.kind in ChannelName.KINDS_OF_VENUE
            or (parts.kind == "session" and self._is_underlying(parts.about))
            or (
                parts.about in self.tapes
                and (parts.kind != "candles" or parts.interval in INTERVALS_NS)
            )
        )
        if not known:
            raise Refused(
                DoorReason.UNKNOWN_CHANNEL,
                f"channels: expected such as book.TSLA, trades.TSLA.raw or candles.TSLA.1m of a "
                f"listed market, found {name!r}",
                channel=name,
            )

    def _is_underlying(self, name: str) -> bool:
        return any(one.spec.underlying == name for one in self._table.markets.values())

    def subscribe(self, subscriber: Subscriber, name: str) -> None:
        """Let somebody listen to a channel that ``check`` has passed."""
        channel = self.channels.get(name)
        if channel is None:
            channel = self._open(name)
        channel.join(subscriber)
        if name in self._raw:
            channel.welcome(channel.feed.snapshot())

    def unsubscribe(self, subscriber: Subscriber, name: str) -> None:
        """Let somebody go; a channel without listeners ends."""
        channel = self.channels[name]
        channel.leave(subscriber)
        if channel.is_empty:
            for table in (self.channels, self._raw, self._beating):
                table.pop(name, None)
            self._asked.pop(name, None)

    def _open(self, name: str) -> Channel:
        parts = ChannelName.read(name)
        assert parts is not None, "the name was checked"
        if parts.kind in ("phase", "terms", "insurance"):
            asked = self._asked[name] = AskedFeed(parts.kind, parts.about, self._table)
            channel = Channel(name, asked, self.rounds)
        else:
            channel = Channel(name, self._feed(parts), self.rounds)
            (self._raw if parts.is_raw else self._beating)[name] = channel
        self.channels[name] = channel
        return channel

    def _feed(self, parts: ChannelName) -> Feed:
        about, moment = parts.about, self.moment
        makers: dict[str, Callable[[], Feed]] = {
            "book": lambda: BookFeed(
                self._mirror.books[about], self._table.get(about), moment, parts.is_raw
            ),
            "bbo": lambda: BboFeed(self._mirror.books[about], self._table.get(about), moment),
            "trades": lambda: TradesFeed(self.tapes[about], moment),
            "candles": lambda: CandlesFeed(self.tapes[about], cast(Interval, parts.interval)),
            "prices": lambda: PricesFeed(self.board.markets[about], moment),
            "session": lambda: SessionFeed(self.board, about),
            "liquidations": lambda: LiquidationsFeed(self.liquidations, moment),
        }
        return makers[parts.kind]()
