"""Types that all wire messages share: decimals, times, ids, and the roots of the records.

Descriptions stand beside the types, and go into the AsyncAPI document from here.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from venue.core.names import ACCOUNT_NAME, NAME_MAX

NUMBER_PATTERN = r"^-?\d+(\.\d+)?$"
CLIENT_ORDER_ID_MAX = 36
ORDER_ID_MAX = (1 << 53) - 1  # Exact in every JSON parser.
MS_MAX = 9_000_000_000_000  # The year 2255: nanoseconds still fit in 64 bits.
LEVERAGE_SIZE = 1_000_000


def decimal_meta(description: str) -> Meta:
    """Describe a decimal string; its digits are checked by ``decimals``, not by a pattern."""
    return Meta(description=description, extra_json_schema={"pattern": NUMBER_PATTERN})


Price = Annotated[
    str, decimal_meta("Dollars a unit of the underlying, a whole number of the market's ticks.")
]
AveragePrice = Annotated[
    str, decimal_meta("Dollars a unit of the underlying, to 1e-9, rounded half to even.")
]
Size = Annotated[str, decimal_meta("Units of the underlying, a whole number of lots.")]
Units = Annotated[str, decimal_meta("Units of the underlying, to 1e-9.")]
SignedSize = Annotated[str, decimal_meta("Units of the underlying: positive long, negative short.")]
Money = Annotated[str, decimal_meta("Dollars, to a millionth.")]
Rate = Annotated[str, decimal_meta("A fraction, to 1e-12.")]
Ms = Annotated[
    int, Meta(ge=0, le=MS_MAX, description="Milliseconds since 1970 UTC of the venue's clock.")
]
WallMs = Annotated[
    int, Meta(ge=0, le=MS_MAX, description="Milliseconds since 1970 UTC of the wall clock.")
]
Hex = Annotated[
    str, Meta(description="Bytes in hexadecimal.", extra_json_schema={"pattern": "^[0-9a-f]*$"})
]
Seq = Annotated[int, Meta(ge=0, description="Place in the venue's journal.")]
CommandSeq = Annotated[
    int, Meta(ge=1, le=ORDER_ID_MAX, description="Place of a command in the venue's journal.")
]
OrderId = Annotated[
    int, Meta(ge=0, le=ORDER_ID_MAX, description="The venue's id of an order or trigger order.")
]
AccountId = Annotated[int, Meta(ge=0, le=ORDER_ID_MAX, description="Number of an account.")]
AccountName = Annotated[
    str,
    Meta(
        # Checked by ``account_name_fault``, whose sentence is no pattern.
        extra_json_schema={"minLength": 1, "maxLength": NAME_MAX, "pattern": ACCOUNT_NAME},
        description="Not yet taken; printable, no space at either end, not a number.",
    ),
]
ClientOrderId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=CLIENT_ORDER_ID_MAX,
        description="The bot's own id: unique among the account's open orders and last 10,000.",
        extra_json_schema={"pattern": "^[ -~]+$"},
    ),
]
MarketName = Annotated[str, Meta(max_length=32, description="Name of a market, such as TSLA.")]
Underlying = Annotated[str, Meta(max_length=32, description="Name of an underlying.")]
Channel = Annotated[str, Meta(max_length=80, description="Name of a channel, such as book.TSLA.")]
Count = Annotated[int, Meta(ge=1, le=1_000, description="How many, at most.")]
Leverage = Annotated[
    int, Meta(ge=-LEVERAGE_SIZE, le=LEVERAGE_SIZE, description="Notional over margin.")
]
RequestId = (
    Annotated[int, Meta(ge=-ORDER_ID_MAX, le=ORDER_ID_MAX)] | Annotated[str, Meta(max_length=64)]
)


class Params(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """The root of what a method takes."""


class Result(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The root of what a method gives, and of what a notification carries."""


class OrderStatus(StrEnum):
    """What has become of an order (FIX 39)."""

    OPEN = "open"
    FILLED = "filled"
    CANCELLED = "cancelled"
    WAITING = "waiting"
    FIRED = "fired"


class Role(StrEnum):
    """Who rested, and who came."""

    MAKER = "maker"
    TAKER = "taker"


class Scope(StrEnum):
    """What a token allows: reading, also trading, also moving money in and out."""

    READ = "read"
    TRADE = "trade"
    FUND = "fund"
