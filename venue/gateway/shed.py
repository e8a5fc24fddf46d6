"""What the door sheds: every request refused, conversation ended and socket turned away, counted.

The counts are read by whoever shows figures (``/metrics``); nothing is decided by them.
"""

from collections import Counter
from enum import StrEnum


class Ended(StrEnum):
    """Why the venue ended a conversation."""

    SLOW = "slow"  # It does not read what it is sent.
    SILENT = "silent"  # Nothing was heard of it: half open, or hung.
    FAULTS = "faults"  # Too much that cannot be understood, wrong tokens included.
    PROTOCOL = "protocol"  # Not text, not UTF-8, not WebSocket.
    EXPIRED = "expired"
    REVOKED = "revoked"
    SHUT = "shut"  # The venue closes.


class TurnedAway(StrEnum):
    """Why a socket never became a conversation."""

    FULL = "full"  # As many connections as there may be.
    OPENING = "opening"  # As many sockets as may be without a handshake.
    LATE = "late"  # No handshake within the time for it.
    NOT_FOUND = "not_found"  # Another path than the door's.


class Shed:
    """Counters, by the names above and by ``DoorReason``."""

    __slots__ = ("ended", "refused", "turned_away")

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.turned_away: Counter[str] = Counter()
