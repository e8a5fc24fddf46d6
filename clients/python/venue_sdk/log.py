"""One line a notable thing, as ``event key=value ...``, on the logger ``venue_sdk``."""

import logging
import sys

logger = logging.getLogger("venue_sdk")


def say(event: str, **figures: object) -> None:
    """Log one line.

    >>> line("connection_lost", url="ws://localhost", why="no close frame")
    "connection_lost url=ws://localhost why='no close frame'"
    """
    logger.info("%s", line(event, **figures))


def line(event: str, **figures: object) -> str:
    """Return one line: values with spaces stand in quotes, an absent value is left out."""
    return " ".join([event, *(f"{key}={_shown(value)}" for key, value in figures.items())])


def to_stderr() -> None:
    """Write the lines with their wall time to standard error, unless logging is set up."""
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(message)s", force=False
    )
    logger.setLevel(logging.INFO)


def _shown(value: object) -> str:
    text = str(value)
    return repr(text) if not text or any(letter.isspace() for letter in text) else text
