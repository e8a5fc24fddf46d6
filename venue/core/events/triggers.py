"""Trigger orders: placed, woken by a fill, fired, cancelled."""

from venue.core.commands import Side, TriggerKind
from venue.core.events.event import Event
from venue.core.rejects import Cause


class TriggerPlaced(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A trigger order waits. ``parent_id`` is the order whose bracket it is, 0 if none; it
    sleeps (``awake`` false) until that order's first fill, or its last."""

    order_id: int
    account: int
    market: str
    side: Side
    size_lots: int | None
    kind: TriggerKind
    trigger_ticks: int
    price_ticks: int | None
    reduce_only: bool
    client_order_id: str | None
    group: str | None
    connection: int
    parent_id: int
    awake: bool


class TriggerWoken(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A bracket's parent is filled as far as it takes; the trigger watches the mark from now."""

    order_id: int
    account: int
    market: str


class TriggerFired(Event, frozen=True, array_like=True, gc=False, tag=True):
    """The mark reached a trigger; the order that it sends follows, under the same id."""

    order_id: int
    account: int
    market: str
    mark_nanos: int


class TriggerCancelled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A trigger order is gone, and why."""

    order_id: int
    account: int
    market: str
    cause: Cause
