"""What every new connection is told and asked, so that it goes on where the last one ended."""

from collections.abc import Iterable

from venue_sdk import messages as m
from venue_sdk.errors import Lost, Refused
from venue_sdk.hearing import Hearing
from venue_sdk.link import Link
from venue_sdk.log import say

# Refusals of the login that another attempt does not change.
FINAL = frozenset({"bad_token", "token_expired", "foreign_account"})


class Greeting:
    """Logs in, resumes the private notices, and subscribes to ``channels``."""

    def __init__(self, hearing: Hearing, token: str, account: int | None) -> None:
        self.login: m.LoginResult | None = None
        self.channels: dict[str, None] = {}
        self.cancels_on_disconnect = False
        self.first_id = ""
        self._hearing = hearing
        self._token = token
        self._account_id = account
        self._has_desk = False

    @property
    def is_lock_step(self) -> bool:
        """Whether time advances only when all enrolled bots are ready."""
        return self.login is not None and not float(self.login.speed)

    async def greet(self, link: Link) -> None:
        """Make a connection what the last one was; raise ``Lost`` to have another tried."""
        try:
            self.login = await link.ask(m.LoginParams(token=self._token), m.LoginResult)
            self._hearing.past(self.login.venue_time_ms)
            self.first_id = self.first_id or f"{self.account}-{self.login.account_n}"
            await self.hear_account(link)
            if self.channels:
                await link.ask(m.SubscribeParams(channels=list(self.channels)), m.ChannelsResult)
            if self.cancels_on_disconnect:
                # Not waited for: in lock-step the answer comes with the step.
                params = m.CancelOnDisconnectParams(account=self._account_id, enabled=True)
                await link.send(params)
        except Refused as refused:
            if refused.name in FINAL:
                raise
            raise Lost(str(refused)) from None
        say("logged_in", account=self.account, speed=self.login.speed)

    @property
    def account(self) -> int:
        """The account that this client is for; known after the first login."""
        assert self.login is not None, "logged in"
        return self.login.account if self._account_id is None else self._account_id

    async def hear_account(self, link: Link) -> None:
        """Hear the private notices after the last number; take positions and orders at first."""
        numbering = self._hearing.numbering
        assert self.login is not None, "logged in"
        if numbering.last_n is None and self.account == self.login.account:
            numbering.last_n = self.login.account_n
        from_n = None if numbering.last_n is None else numbering.last_n + 1
        try:
            params = m.SubscribeAccountParams(account=self._account_id, from_=from_n)
            first = await link.ask(params, m.SubscribeAccountResult)
        except Refused as refused:
            if refused.name != "from_the_future":
                raise
            # The venue knows less than we heard: it has begun anew, and so do we.
            say("numbering_began_anew", account=self.account, last_n=numbering.last_n)
            numbering.last_n = None
            self._has_desk = False
            params = m.SubscribeAccountParams(account=self._account_id)
            first = await link.ask(params, m.SubscribeAccountResult)
        if numbering.last_n is None:
            numbering.last_n = first.first_n - 1
        if not self._has_desk:
            await self.take_desk(link)

    async def take_desk(self, link: Link) -> None:
        """Take positions and open orders as they stand."""
        asked = m.PositionsParams(account=self._account_id)
        positions = await link.ask(asked, m.PositionsResult)
        pages: list[m.OrdersResult] = []
        after = 0
        while not pages or pages[-1].more:
            params = m.OrdersParams(account=self._account_id, after=after)
            page = await link.ask(params, m.OrdersResult)
            pages.append(page)
            after = max(_ids(page), default=after)
        self._hearing.desk.begin(positions, pages)
        self._has_desk = True


def _ids(page: m.OrdersResult) -> Iterable[int]:
    yield from (order.order_id for order in page.orders)
    yield from (trigger.order_id for trigger in page.triggers)
