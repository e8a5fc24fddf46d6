"""Private notices: what an account hears of, gaplessly numbered for each account.

A notice is kept as the event and the figures of that moment; it becomes text only when somebody
listens.
"""

import msgspec

from venue.core.events import Event, TriggerPlaced
from venue.gateway.shown import Snapshot


class Notice(msgspec.Struct, frozen=True, gc=False):
    """The ``n``-th thing that an account hears, and where and when in the journal it happened.

    ``order`` is the order concerned as it stood after the event (``None`` also for an order just
    accepted: the event says it all); ``position`` the account's
    position after it, as (lots, entry cost in micro-dollars). ``trigger`` is the trigger order
    concerned as it was placed, or rescaled since.
    """

    account: int
    n: int
    seq: int
    at_ns: int
    event: Event
    order: Snapshot | None
    position: tuple[int, int] | None
    trigger: TriggerPlaced | None = None
