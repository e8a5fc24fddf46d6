"""Times as an operator types them: New York's, to the second."""

from datetime import datetime
from zoneinfo import ZoneInfo

from venue.core.units import NS_PER_SECOND

NEW_YORK = ZoneInfo("America/New_York")


def moment(at_ns: int) -> str:
    """Return a time of New York.

    >>> moment(1_744_862_400 * NS_PER_SECOND)
    '2025-04-17 00:00:00 New York'
    """
    at = datetime.fromtimestamp(at_ns // NS_PER_SECOND, NEW_YORK)
    return f"{at:%Y-%m-%d %H:%M:%S} New York"
