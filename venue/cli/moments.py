"""Times as exchanges and companies announce them, and as a person types them: New York's."""

from datetime import datetime
from zoneinfo import ZoneInfo

from venue.config import ConfigError
from venue.core.units import NS_PER_SECOND

NEW_YORK = ZoneInfo("America/New_York")


def new_york(at_ns: int) -> str:
    """Return a time as exchanges and companies announce it.

    >>> new_york(1_744_862_400_000_000_000)
    '2025-04-17 00:00 New York'
    """
    return f"{datetime.fromtimestamp(at_ns / NS_PER_SECOND, NEW_YORK):%Y-%m-%d %H:%M} New York"


def new_york_ns(text: str) -> int:
    """Return a New York time in ns since the Unix epoch.

    >>> new_york_ns("2025-04-17") // NS_PER_SECOND
    1744862400
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"expected a time such as '2026-08-09 20:00', found {text!r}") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=NEW_YORK)
    return int(moment.timestamp()) * NS_PER_SECOND
