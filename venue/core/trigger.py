"""A trigger order, as its account and its market hold it."""

import msgspec

from venue.core.events import TriggerPlaced


class Trigger(msgspec.Struct, array_like=True):
    """A trigger order: as placed, and whether it watches the mark yet."""

    placed: TriggerPlaced
    awake: bool
    serial: int = 0
