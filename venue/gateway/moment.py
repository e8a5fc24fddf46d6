"""The place and time in the journal up to which the door has heard."""


class Moment:
    """The last durable command: ``seq`` and venue time. Feeds share one."""

    __slots__ = ("at_ns", "seq")

    def __init__(self) -> None:
        self.seq = 0
        self.at_ns = 0
