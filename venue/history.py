"""Private notices that are no longer in memory: executed again from the journal.

A bot that was away for long asks for its notices from a number on. The journal's commands bring
the same notices in the same numbers, so they are worked out from the newest checkpoint before
them; one question at a time, a group at a time, so that the door never waits.
"""

import asyncio
from typing import NamedTuple

import structlog

from venue.core.policies import BuildRules
from venue.core.state import State
from venue.gateway.account_feed import AccountFeed
from venue.gateway.notices import Notice
from venue.gateway.venue_port import Deliver
from venue.store.errors import StoreError
from venue.store.journal import Journal
from venue.store.recover import newest_replay
from venue.store.replay import Executed, Replay

log = structlog.get_logger()


class Kept:
    """What a recovery hears: the numbering goes on, the last notices stay at hand."""

    def __init__(self, notices_max: int) -> None:
        self.feed = AccountFeed()
        self.notices: list[Notice] = []
        self._max = notices_max

    def began(self, state: State, beside: bytes) -> None:
        """Begin where the recovery begins."""
        self.feed.prime(state, beside or None)

    def heard(self, executed: list[Executed]) -> None:
        """Take what a recovered group led to."""
        for each in executed:
            self.notices.extend(self.feed.take(each.seq, each.at_ns, each.events))
        if len(self.notices) > 2 * self._max:
            del self.notices[: -self._max]


class Question(NamedTuple):
    """Some notices of one account, and who wants them."""

    account: int
    from_n: int
    wanted: int
    deliver: Deliver


class NoticeHistory:
    """Answers questions about old notices, one after another, as a task of its own."""

    def __init__(self, journal: Journal, build_rules: BuildRules) -> None:
        self._journal = journal
        self._build_rules = build_rules
        self._questions: asyncio.Queue[Question] = asyncio.Queue()

    def ask(self, account: int, from_n: int, count: int, deliver: Deliver) -> None:
        """Queue a question; ``deliver`` is called once, with nothing if it cannot be answered."""
        self._questions.put_nowait(Question(account, from_n, count, deliver))

    async def run(self) -> None:
        """Answer until cancelled."""
        while True:
            question = await self._questions.get()
            try:
                found = await self._answer(question)
            except StoreError as error:
                log.error("notices cannot be worked out again", why=str(error))
                found = []
            question.deliver(found)

    async def _answer(self, question: Question) -> list[Notice]:
        replay, feed = await self._begin(question)
        found: list[Notice] = []
        async for group in self._journal.groups(replay.engine.state.seq + 1):
            for each in replay.execute(group):
                for notice in feed.take(each.seq, each.at_ns, each.events):
                    if notice.account == question.account and notice.n >= question.from_n:
                        found.append(notice)
            if len(found) >= question.wanted:
                break
            await asyncio.sleep(0)
        return found[: question.wanted]

    async def _begin(self, question: Question) -> tuple[Replay, AccountFeed]:
        """Return a replay, and the numbering, from before the first notice that is wanted."""
        before_seq: int | None = None
        while True:
            replay, _ = await newest_replay(self._journal, self._build_rules, before_seq=before_seq)
            feed = AccountFeed()
            feed.prime(replay.engine.state, replay.beside or None)
            seq = replay.engine.state.seq
            if seq == 0 or feed.counts.get(question.account, 0) < question.from_n:
                return replay, feed
            before_seq = seq
