"""Rounds of life and death: start, compare, trade, kill at a random moment."""

import asyncio
import time
from collections.abc import Callable
from random import Random

import msgspec

from scripts.crashes.bots import ANSWER_SECONDS_MAX, Bot
from scripts.crashes.record import Disagreement
from scripts.crashes.servers import NAMES, Postgres, Venue

# A sixth of the kills meet a venue that is still starting, which takes about so long.
STARTING_SHARE = 0.16
STARTING_SECONDS_MAX = 2.0
LIVING_SECONDS = (0.02, 1.7)
# With a database server: how often that is killed, alone or together with the venue.
DATABASE_SHARE = 0.3
BOTH_SHARE = 0.5
TROUBLE_SECONDS_MAX = 30.0
LISTEN_AGAIN_EVERY = 25


class Counts(msgspec.Struct):
    """What happened so far."""

    kills: int = 0
    kills_at_start: int = 0
    database_kills: int = 0
    restarts: int = 0
    locked_out: int = 0
    resumed: int = 0
    compared: int = 0
    heard_again: int = 0
    restart_seconds: list[float] = msgspec.field(default_factory=list)
    back_seconds: list[float] = msgspec.field(default_factory=list)


class Rounds:
    """Kills a venue ``count`` times. ``bots`` and their records live through all of it."""

    def __init__(
        self,
        venue: Venue,
        database: Postgres | None,
        chance: Random,
        tell: Callable[[str], None] = lambda line: None,
        *,
        database_share: float = DATABASE_SHARE,
        both_share: float = BOTH_SHARE,
    ) -> None:
        self.venue = venue
        self.counts = Counts()
        self.bots: list[Bot] = []
        self._database = database
        self._chance = chance
        self._tell = tell
        self._database_share = database_share
        self._both_share = both_share

    async def run(self, count: int) -> None:
        """Kill until there were so many kills; stop earlier only at a disagreement."""
        counts = self.counts
        while counts.kills + counts.database_kills < count:
            if self._chance.random() < STARTING_SHARE:
                await self._die_while_starting()
            else:
                await self._live_and_die()
            self._tell(self._progress())
        await self.come_back()

    async def come_back(self) -> None:
        """Start the venue; every bot resumes and compares."""
        venue, counts = self.venue, self.counts
        venue.launch()
        counts.restart_seconds.append(await venue.ready())
        counts.restarts += 1
        counts.locked_out = venue.locked_out
        if not self.bots:
            tokens = venue.tokens()
            chance = self._chance
            self.bots = [
                Bot(name, tokens[name], venue.url, Random(chance.random())) for name in NAMES
            ]
        for bot in self.bots:
            counts.compared += await bot.come_back()
            counts.resumed += 1
        if counts.restarts % LISTEN_AGAIN_EVERY == 0:
            counts.heard_again += await self._chance.choice(self.bots).listen_from_the_first()

    async def leave(self) -> None:
        """Let all bots go."""
        for bot in self.bots:
            await bot.leave()

    async def _die_while_starting(self) -> None:
        self.venue.launch()
        await asyncio.sleep(self._chance.uniform(0.0, STARTING_SECONDS_MAX))
        self.venue.kill()
        self.counts.kills += 1
        self.counts.kills_at_start += 1

    async def _live_and_die(self) -> None:
        await self.come_back()
        chance, database = self._chance, self._database
        trading = [asyncio.create_task(bot.trade()) for bot in self.bots]
        await asyncio.sleep(chance.uniform(*LIVING_SECONDS))
        if database is not None and chance.random() < self._database_share:
            self.counts.database_kills += 1
            await asyncio.to_thread(database.kill)
            if chance.random() >= self._both_share:
                await self._outlive(database)
                await asyncio.sleep(chance.uniform(*LIVING_SECONDS))
        self.venue.kill()
        self.counts.kills += 1
        await asyncio.gather(*trading)
        await self.leave()
        if database is not None:
            await asyncio.to_thread(database.start)

    async def _outlive(self, database: Postgres) -> None:
        """The venue says that nothing is acknowledged, and goes on by itself."""
        await self._until_health(503, "it acknowledges without its database")
        await asyncio.to_thread(database.start)
        began = time.monotonic()
        await self._until_health(200, "it does not go on although its database is back")
        self.counts.back_seconds.append(time.monotonic() - began)
        answers = [bot.record.answers for bot in self.bots]
        until = time.monotonic() + ANSWER_SECONDS_MAX
        while [bot.record.answers for bot in self.bots] == answers:
            if time.monotonic() > until:
                raise Disagreement("the database is back, and no bot is answered")
            await asyncio.sleep(0.05)

    async def _until_health(self, status: int, otherwise: str) -> None:
        until = time.monotonic() + TROUBLE_SECONDS_MAX
        found = None
        while time.monotonic() < until:
            found = await asyncio.to_thread(self.venue.health)
            if found is not None and found[0] == status and (status == 200 or found[1]["why"]):
                return
            await asyncio.sleep(0.05)
        raise Disagreement(
            f"expected health {status}, found {found}: {otherwise}; {self.venue.tail(500)}"
        )

    def _progress(self) -> str:
        counts = self.counts
        fills = sum(len(bot.record.fills) for bot in self.bots)
        return (
            f"kills {counts.kills} + {counts.database_kills} of the database, acknowledgements "
            f"compared {counts.compared:,}, fills {fills:,}"
        )
