"""One line a notable thing, as ``event key=value ...``, on the logger ``venue_sdk``."""

import logging
import sys
import time
from collections.abc import Callable, Hashable

logger = logging.getLogger("venue_sdk")

# What goes on happening is said again after so long.
REPEAT_SECONDS = 10.0


def say(event: str, **figures: object) -> None:
    """Log one line.

    >>> line("connection_lost", url="ws://localhost", why="no close frame")
    "connection_lost url=ws://localhost why='no close frame'"
    """
    logger.info("%s", line(event, **figures))


def line(event: str, **figures: object) -> str:
    """Return one line: values with spaces stand in quotes, an absent value is left out."""
    return " ".join([event, *(f"{key}={_shown(value)}" for key, value in figures.items())])


class Seldom:
    """Lets what repeats be said once in a while, and counts what was not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, int]] = {}

    def unsaid(self, what: Hashable) -> int | None:
        """Return how often it was held back since it was last said; ``None``: hold it back."""
        now_s = self._clock()
        again_s, count = self._kept.get(what, (now_s, 0))
        if now_s < again_s:
            self._kept[what] = again_s, count + 1
            return None
        self._kept[what] = now_s + REPEAT_SECONDS, 0
        return count


def to_stderr() -> None:
    """Write the lines with their wall time to standard error, unless logging is set up."""
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(message)s", force=False
    )
    logger.setLevel(logging.INFO)


def _shown(value: object) -> str:
    text = str(value)
    return repr(text) if not text or any(letter.isspace() for letter in text) else text
