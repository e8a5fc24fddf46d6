"""From notifications to what a bot sees: books built, trades once each, notices in order."""

from collections.abc import Callable

import msgspec

from venue_sdk import messages as m
from venue_sdk.book import Book
from venue_sdk.desk import Desk
from venue_sdk.errors import Mismatch
from venue_sdk.inbox import Inbox, Update
from venue_sdk.link import decode
from venue_sdk.log import say
from venue_sdk.resume import Numbering, Place, TapeReader

NOTES: msgspec.json.Decoder[m.AnyNote] = msgspec.json.Decoder(m.AnyNote)
# Of these only the latest counts: a bot that is behind skips what is no longer so.
LATEST_ONLY = frozenset({"book", "bbo", "prices", "terms", "insurance"})


class Hearing:
    """Keeps what is known from public channels and of the account, and fills the inbox.

    ``repair(channel)`` is called when something is missing there: subscribe to it again.
    """

    def __init__(self, inbox: Inbox, repair: Callable[[str], None]) -> None:
        self.books: dict[str, Book] = {}
        self.prices: dict[str, m.PricesView] = {}
        self.phases: dict[str, m.PhaseView] = {}
        self.terms: dict[str, m.MarketTermsView] = {}
        self.sessions: dict[str, m.SessionView] = {}
        self.tapes: dict[str, TapeReader] = {}
        self.desk = Desk()
        self.numbering = Numbering()
        self.time_ms = 0
        self.is_stepped = False  # In lock-step one step brings one picture of each channel.
        self._inbox = inbox
        self._repair = repair

    def hear(self, channel: str, data: msgspec.Raw) -> None:
        """Take one notification."""
        kind, _, about = channel.partition(".")
        about = about.removesuffix(".raw")
        if kind == "account":
            self._note(channel, decode_note(data))
        elif kind == "book":
            self._book(channel, about, decode(data, m.BookData, channel))
        elif kind == "trades":
            self._trades(channel, about, decode(data, m.TradesData, channel))
        elif kind in m.CHANNELS:
            self._picture(channel, kind, about, decode(data, m.CHANNELS[kind], channel))

    def past(self, time_ms: int) -> None:
        """Know that the venue's clock has come to a time."""
        self.time_ms = max(self.time_ms, time_ms)

    def _note(self, channel: str, note: m.AnyNote) -> None:
        if isinstance(note, m.GapNote):
            say("notices_gone", account=note.account, first_n=note.first_n, last_n=note.n)
            self.numbering.last_n = note.n
            self._repair("desk")
        else:
            place = self.numbering.place(note.n)
            if place is Place.AHEAD:
                self._repair(channel)
            if place is not Place.NEXT:
                return
            self.past(note.time_ms)
            self.desk.take(note)
        self._inbox.add_notice(Update(channel, note))

    def _book(self, channel: str, market: str, data: m.BookData) -> None:
        book = self.books.setdefault(market, Book(market))
        self.past(data.time_ms)
        if not book.take(data):
            self._repair(channel)
            return
        self._inbox.add(Update(channel, book), latest_only=True)

    def _trades(self, channel: str, market: str, data: m.TradesData) -> None:
        fresh = self.tapes.setdefault(market, TapeReader()).take(data)
        if fresh is None:
            self._repair(channel)
            return
        for trade in fresh:
            self.past(trade.time_ms)
            self._inbox.add(Update(channel, trade), latest_only=False)

    def _picture(self, channel: str, kind: str, about: str, data: msgspec.Struct) -> None:
        if isinstance(data, m.PricesView):
            self.prices[about] = data
            self.past(data.time_ms)
        elif isinstance(data, m.PhaseView):
            self.phases[about] = data
            self.past(data.time_ms)
        elif isinstance(data, m.MarketTermsView):
            self.terms[about] = data
            self.past(data.time_ms)
        elif isinstance(data, m.SessionView):
            self.sessions[about] = data
            self.past(data.since_ms)
        self._inbox.add(Update(channel, data), latest_only=self.is_stepped or kind in LATEST_ONLY)


def decode_note(data: msgspec.Raw) -> m.AnyNote:
    """Return a private notice as the type that its kind has."""
    try:
        return NOTES.decode(data)
    except msgspec.ValidationError as error:
        raise Mismatch(
            f"account: {error}; the venue and this package are of two versions"
        ) from None
