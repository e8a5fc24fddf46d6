"""What every conversation shares: the venue, the tables, the feeds, the limits."""

from collections.abc import Callable, Set

from venue.gateway.account_feed import AccountFeed
from venue.gateway.account_streams import AccountStreams
from venue.gateway.buckets import Bucket
from venue.gateway.families import Families
from venue.gateway.feeds import Feeds
from venue.gateway.notice_ring import NoticeRing
from venue.gateway.proof_port import ProofPort
from venue.gateway.results import HelloResult
from venue.gateway.scales import MarketTable
from venue.gateway.settings import DoorSettings
from venue.gateway.shed import Shed
from venue.gateway.standings import Standings
from venue.gateway.venue_port import Authenticate, History, Trouble, VenuePort
from venue.gateway.wall import CallSoon, Wall

VENUE_NAME = "venue"


def nothing_waits() -> None:
    """Nobody has been told to wait yet."""


class Services:
    """Built once; passed to every connection."""

    __slots__ = (
        "account_feed",
        "asking",
        "authenticate",
        "buckets",
        "busy",
        "families",
        "feeds",
        "go_on",
        "hashes",
        "name",
        "proofs",
        "proving",
        "settings",
        "shed",
        "standings",
        "streams",
        "table",
        "trouble",
        "unanswered",
        "venue",
        "version",
        "wall",
    )

    def __init__(
        self,
        *,
        venue: VenuePort,
        authenticate: Authenticate,
        wall: Wall,
        settings: DoorSettings,
        version: str,
        history: History | None,
        proofs: ProofPort,
        call_soon: CallSoon,
        trouble: Trouble = lambda: None,
        name: str = VENUE_NAME,
        house: Set[str] = frozenset(),
    ) -> None:
        self.name = name
        self.venue = venue
        self.trouble = trouble
        self.authenticate = authenticate
        self.wall = wall
        self.settings = settings
        self.version = version
        self.table = MarketTable()
        self.families = Families()
        self.account_feed = AccountFeed()
        self.feeds = Feeds(
            venue=venue, table=self.table, mirror=self.account_feed.mirror, settings=settings
        )
        self.streams = AccountStreams(
            ring=NoticeRing(settings.notices_kept),
            counts=self.account_feed.counts,
            table=self.table,
            history=history,
            call_soon=call_soon,
            monotonic_s=wall.monotonic_s,
            turn_s=settings.busy_turn_us / 1e6,
            someone_waits=lambda: self.unanswered > 0,
        )
        self.standings = Standings(venue, wall, call_soon, house)
        self.buckets: dict[int, Bucket] = {}
        self.proofs = proofs
        self.proving = Bucket(rate=settings.proofs_rate, cap=settings.proofs_burst)
        self.hashes: dict[str, str] = {}
        self.unanswered = 0
        self.shed = Shed()
        # Questions in hand by account (-1: nobody in particular), and who may ask no more now.
        self.asking: dict[int, int] = {}
        self.busy: set[int] = set()
        self.go_on: Callable[[], None] = nothing_waits

    def begin_question(self, account: int) -> None:
        """Count a question that the venue works on."""
        count = self.asking.get(account, 0) + 1
        self.asking[account] = count
        if count >= self.settings.questions_max:
            self.busy.add(account)

    def end_question(self, account: int) -> None:
        """Count one that was answered; whoever waited for that goes on."""
        count = self.asking.pop(account) - 1
        if count:
            self.asking[account] = count
        if account in self.busy and count < self.settings.questions_max:
            self.busy.discard(account)
            self.go_on()

    def bucket_of(self, account: int) -> Bucket:
        """Return the rate limit that all connections of an account share."""
        bucket = self.buckets.get(account)
        if bucket is None:
            settings = self.settings
            bucket = Bucket(rate=settings.account_rate, cap=settings.account_burst)
            self.buckets[account] = bucket
        return bucket

    def hello(self) -> HelloResult:
        """Return what a program should know before it does anything."""
        settings = self.settings
        return HelloResult(
            venue=VENUE_NAME,
            venue_name=self.name,
            version=self.version,
            server_time_ms=self.wall.unix_ms(),
            venue_time_ms=self.venue.now_ns() // 1_000_000,
            speed=self.venue.speed(),
            ping_every_ms=int(settings.ping_every_s * 1_000),
            silence_max_ms=int(settings.silence_max_s * 1_000),
            message_bytes_max=settings.message_bytes_max,
            rulebooks=self.hashes,
        )
