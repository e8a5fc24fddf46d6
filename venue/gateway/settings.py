"""Every limit and every wall timer of the door, with a reason for each figure.

All times here are seconds of the wall (``loop.time()``), never of the venue: an accelerated
clock must not make a slow network look dead. Venue time stands in commands only.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

# What the dearest request takes out of a bucket (``methods.py``): one that holds less never lets
# it through.
COST_MAX = 20
COUNT_MAX = 1_000_000_000
BYTES_MAX = 1_000_000_000_000
SECONDS_MAX = 86_400.0


class Range(NamedTuple):
    """From where to where a number may be, both included; ``zero``: what 0 means, if it is odd."""

    least: float
    most: float
    zero: str = ""

    def fault(self, found: float) -> str | None:
        """Say what was expected instead of a number, or ``None``; no number is in no range.

        >>> Range(0, COUNT_MAX, "no limit").fault(-5)
        'expected 0 (no limit) or more, found -5'
        >>> Range(0.001, 60.0).fault(float("nan"))
        'expected 0.001 to 60, found nan'
        """
        if self.least <= found <= self.most:
            return None
        least = _figure(self.least) + (f" ({self.zero})" if self.zero else "")
        is_open = self.most >= COUNT_MAX and found < self.least  # Nobody asks for so many.
        most = "or more" if is_open else f"to {_figure(self.most)}"
        return f"expected {least} {most}, found {_figure(found)}"


def _figure(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,.15g}"


def beyond(place: str, section: object, ranges: Mapping[str, Range]) -> str | None:
    """Say which number of a section is out of its range, with its place; or ``None``."""
    for name, allowed in ranges.items():
        if fault := allowed.fault(getattr(section, name)):
            return f"{place}{name}: {fault}"
    return None


class DoorSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much one bot may ask, hold and wait."""

    path: str = "/v1/ws"
    connections_max: int = 10_000
    # Sockets that have not shaken hands yet; more are dropped at once.
    opening_max: int = 1_024
    # New sockets taken a second, so that those who are in are served meanwhile.
    opening_rate: int = 400
    # A full subscribe request with 100 channels is under 8 KiB; nothing a bot says is longer.
    message_bytes_max: int = 65_536
    # Reading from a connection pauses while this many of its messages wait for their turn.
    inbox_max: int = 256
    # Orders sent and not yet answered, of one connection and of all.
    unanswered_max: int = 1_024
    unanswered_total_max: int = 65_536
    # What may lie unsent for one connection before it counts as a slow reader.
    outgoing_bytes_max: int = 4_194_304
    # A replay of private notices waits while more than this is unsent.
    replay_bytes_max: int = 262_144
    # What may lie unsent for all together: above it the slowest are cut off, looked at each sweep.
    outgoing_total_bytes_max: int = 268_435_456
    # Messages handled in one turn of the loop, and market-data connections served in one.
    frames_per_turn: int = 512
    turn_us: int = 2_000
    # How long all who are not logged in may keep one turn together; and accounts that ask for much,
    # while there are others that ask for little.
    greedy_turn_us: int = 300
    # How many of them may wait for their turn; who speaks beyond that is not read meanwhile.
    strangers_waiting_max: int = 32
    # Questions of one account that are worked on at once; its other messages wait meanwhile.
    # Everybody who is not logged in counts as one account.
    questions_max: int = 4
    writes_per_turn: int = 128
    # How long market data may keep one turn of the loop, and while a bot waits for an answer.
    listeners_turn_us: int = 500
    busy_turn_us: int = 200
    channels_max: int = 200
    # Accounts of one owner, the first included: who may open sub-accounts cannot fill the memory.
    accounts_max: int = 100

    open_timeout_s: float = 10.0
    close_timeout_s: float = 5.0
    ping_every_s: float = 20.0
    silence_max_s: float = 60.0
    conflation_s: float = 0.05
    sweep_every_s: float = 1.0

    faults_max: int = 20
    fault_window_s: float = 60.0
    # Token buckets: so many requests a second in the long run, so many at once. 0: no limit.
    connection_rate: int = 1_000
    connection_burst: int = 2_000
    account_rate: int = 2_000
    account_burst: int = 4_000
    # Proofs and receipts of all bots together: a receipt is one row of the journal and one
    # signature, about 0.2 ms; so many a second are a twentieth of one processor.
    proofs_rate: int = 200
    proofs_burst: int = 400

    notices_kept: int = 100_000
    trades_kept: int = 10_000
    candles_kept: int = 1_000
    liquidations_kept: int = 1_000


COUNT = Range(1, COUNT_MAX)
KEPT = Range(1, COUNT_MAX)
RATE = Range(0, COUNT_MAX, "no limit")
BURST = Range(0, COUNT_MAX)
TURN = Range(1, 1_000_000)  # Longer than a second nobody is kept waiting.
# An answer to a login is longer than half of that.
BYTES = Range(1_024, BYTES_MAX)
# Below a millisecond the loop does nothing else.
SECONDS = Range(0.001, SECONDS_MAX)

# Every number of the door, and where it may be.
DOOR_RANGES: dict[str, Range] = {
    "connections_max": COUNT,
    "opening_max": COUNT,
    "opening_rate": COUNT,
    "message_bytes_max": BYTES,
    "inbox_max": COUNT,
    "unanswered_max": COUNT,
    "unanswered_total_max": COUNT,
    "outgoing_bytes_max": BYTES,
    "replay_bytes_max": BYTES,
    "outgoing_total_bytes_max": BYTES,
    "frames_per_turn": COUNT,
    "turn_us": TURN,
    "greedy_turn_us": TURN,
    "strangers_waiting_max": COUNT,
    "questions_max": COUNT,
    "writes_per_turn": COUNT,
    "listeners_turn_us": TURN,
    "busy_turn_us": TURN,
    "channels_max": COUNT,
    "accounts_max": COUNT,
    "open_timeout_s": SECONDS,
    "close_timeout_s": SECONDS,
    "ping_every_s": SECONDS,
    "silence_max_s": SECONDS,
    "conflation_s": SECONDS,
    "sweep_every_s": SECONDS,
    "faults_max": COUNT,
    "fault_window_s": SECONDS,
    "connection_rate": RATE,
    "connection_burst": BURST,
    "account_rate": RATE,
    "account_burst": BURST,
    "proofs_rate": RATE,
    "proofs_burst": BURST,
    "notices_kept": KEPT,
    "trades_kept": KEPT,
    "candles_kept": KEPT,
    "liquidations_kept": KEPT,
}
# What one request takes out of each of the buckets, at most.
COSTS = {"connection": COST_MAX, "account": COST_MAX, "proofs": 1}


def door_fault(door: DoorSettings) -> str | None:
    """Say what in the door's settings would let nobody in, or serve nobody; or ``None``."""
    if wrong := beyond("door.", door, DOOR_RANGES):
        return wrong
    for name, cost in COSTS.items():
        burst = getattr(door, f"{name}_burst")
        if getattr(door, f"{name}_rate") and burst < cost:
            return (
                f"door.{name}_burst: expected at least {cost}, what the dearest request takes at "
                f"once, found {burst} (no limit at all: {name}_rate = 0)"
            )
    if door.silence_max_s <= door.ping_every_s:
        return (
            f"door.silence_max_s: expected more than ping_every_s ({door.ping_every_s:g}), after "
            f"which a bot that only listens is asked whether it is there, found "
            f"{door.silence_max_s:g}"
        )
    if not door.path.startswith("/"):
        return f"door.path: expected a path that begins with /, found {door.path!r}"
    return None
