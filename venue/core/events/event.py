"""The root of all events."""

import msgspec


class Event(msgspec.Struct, frozen=True, array_like=True, gc=False, tag=True):
    """The root of all events."""
