"""A real journal, open while a test looks at it."""

import asyncio
from collections.abc import Awaitable, Callable

from venue.store.open import open_journal
from venue.store.sql_journal import SqlJournal


def on(url: str, what: Callable[[SqlJournal], Awaitable[None]]) -> None:
    async def opened() -> None:
        journal = await open_journal(url)
        try:
            await what(journal)
        finally:
            await journal.close()

    asyncio.run(opened())
