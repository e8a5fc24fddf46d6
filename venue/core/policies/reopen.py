"""Reopen: how the index comes back to outside prices after internal pricing."""

from typing import NamedTuple, Protocol

from venue.core.phases import Phase, Session


class ReopenInputs(NamedTuple):
    """What the reopen rule sees from the first outside price on, until it says that it is done.

    ``outside_nanos`` is what the open index rule says, ``previous_index_nanos`` what is published.
    ``since_ns`` is when outside prices came back: the first question has it equal to ``now_ns``,
    and comes before our reopen call begins. ``uncross_nanos`` is the price at which a call has
    uncrossed since, ``None`` if none has.
    """

    now_ns: int
    since_ns: int
    since_update_ns: int
    outside_nanos: int
    previous_index_nanos: int
    uncross_nanos: int | None
    phase: Phase
    session: Session


class ReopenAnswer(NamedTuple):
    """The index to publish, and whether outside prices are followed at once from here on."""

    index_nanos: int
    is_done: bool


class ReopenRule(Protocol):
    """How the index comes back to outside prices; asked at every print and mark until done."""

    def index(self, seen: ReopenInputs) -> ReopenAnswer: ...
