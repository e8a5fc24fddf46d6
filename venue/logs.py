"""One line for each connection, session change, liquidation and error; key=value. Shell only."""

import logging
import sys
from pathlib import Path
from typing import TextIO

import structlog


def configure(*, to_file: bool, folder: Path) -> None:
    """Log to standard error, or to ``venue.log`` in a folder while a screen is drawn."""
    stream: TextIO = sys.stderr
    if to_file:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / "venue.log").open("a", buffering=1)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
    )
