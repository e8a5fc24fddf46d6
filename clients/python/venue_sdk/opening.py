"""``connect``: a client that is logged in, to await or to enter."""

from collections.abc import Callable, Generator
from random import Random
from types import TracebackType
from typing import Any

from venue_sdk.client import ANSWER_S, Client


class connect:
    """Connect to a venue and log in: ``await connect(url, token)``, or ``async with`` it.

    ``account`` names a sub-account of the token's owner; without it, the token's own.
    ``resume_after`` is the ``n`` of the last notice handled before, to hear what came since.
    """

    def __init__(
        self,
        url: str,
        token: str,
        account: int | None = None,
        *,
        resume_after: int | None = None,
        answer_s: float = ANSWER_S,
        chance: Random | None = None,
    ) -> None:
        self._make: Callable[[], Client] = lambda: Client(
            url, token, account, resume_after=resume_after, answer_s=answer_s, chance=chance
        )
        self._client: Client | None = None

    def __await__(self) -> Generator[Any, None, Client]:
        return self._open().__await__()

    async def __aenter__(self) -> Client:
        self._client = await self._open()
        return self._client

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            await self._client.close()

    async def _open(self) -> Client:
        client = self._make()
        try:
            await client.open()
        except BaseException:
            await client.close()
            raise
        return client
