"""Requests rule ``by_volume``: one request for every dollar traded, after a buffer.

    most    = buffer + floor(traded / request_micros)
    cancels = min(most + cancels_more, 2 × most)

Who has sent as many may still send one request every ``wait_ns``. ``traded`` is the notional of an
account's own trades, maker's and taker's, in all markets of the venue since volume is counted here,
this moment's included, and as far as each market's trades count (growth mode: a tenth). What was
sent is never forgotten, nor what was traded; a sub-account has a count of its own.

A request is an order (one more for each leg of its bracket), a trigger order, an amendment, a TWAP,
each order of a scale, a cancel, a change of leverage, a move of isolated margin: in a market whose
rules count. A refused command changes nothing here, this count included, nor does one that is
answered again. Never refused and never counted: cancelling all, the dead man's switch, and what the
venue does by itself (triggers that fire, suborders, expiries, close-outs).

Parameters: ``buffer`` (10,000; 0 to 1 billion), ``request_micros`` ($1), ``cancels_more`` (100,000;
0 to 1 billion), ``wait_ns`` (10 s). Nobody is exempt, and a maker who is
filled needs not be: one fill of $2,500 earns 2,500 requests. A venue on which little trades keeps
its makers quoting with a larger ``buffer``.

Guards against quotes that move all day and never trade, paid for by everybody's bandwidth.

Does not guard against volume made by two accounts for one another; it costs them the fees. More
requests cannot be bought: Hyperliquid sells them at $0.0005 (from memory).

Rounding: down to whole requests. Source: Hyperliquid, rate limits (venue-rules.md, section 1). That
requests beyond the limit count as well, and that a batch may begin with the last one, is assumed.
"""

from typing import Annotated, ClassVar

import msgspec

from venue.core.policies import RequestsInputs
from venue.core.units import E6, NS_PER_SECOND
from venue.rules.parameters import Duration, PositiveMicros
from venue.rules.properties import Property

Requests = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class RequestsByVolume(msgspec.Struct, frozen=True):
    """Ten thousand requests, and one for every dollar traded."""

    exempt: ClassVar[dict[Property, str]] = {}
    counts_requests: ClassVar[bool] = True

    buffer: Requests = 10_000
    request_micros: PositiveMicros = E6
    cancels_more: Requests = 100_000
    wait_ns: Duration = 10 * NS_PER_SECOND

    def requests_max(self, seen: RequestsInputs) -> int | None:
        """Return how many requests an account may have sent, by what it has traded.

        >>> from venue.rules.examples import REQUESTS
        >>> RequestsByVolume().requests_max(REQUESTS)
        10000
        >>> RequestsByVolume().requests_max(REQUESTS._replace(traded_micros=2_500 * E6))
        12500
        >>> RequestsByVolume().requests_max(REQUESTS._replace(is_cancel=True))
        20000
        """
        most = self.buffer + seen.traded_micros // self.request_micros
        return min(most + self.cancels_more, 2 * most) if seen.is_cancel else most
