"""Requests rule ``unlimited``: nobody's requests are counted.

most = none. What a connection may send in a second is the door's matter, under every rulebook.

Guards against nothing; it is here to be compared with.

Does not guard against an account that moves thousands of quotes and never trades.

Rounding: none. Source: most venues (venue-rules.md, section 16, number 22).
"""

from typing import ClassVar

import msgspec

from venue.core.policies import RequestsInputs
from venue.rules.properties import Property


class Unlimited(msgspec.Struct, frozen=True):
    """No limit by volume."""

    exempt: ClassVar[dict[Property, str]] = {}
    counts_requests: ClassVar[bool] = False
    wait_ns: ClassVar[int] = 0

    def requests_max(self, seen: RequestsInputs) -> int | None:
        """Return ``None``.

        >>> from venue.rules.examples import REQUESTS
        >>> Unlimited().requests_max(REQUESTS) is None
        True
        """
        return None
