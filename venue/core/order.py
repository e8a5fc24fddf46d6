"""An order that stands or stood, as the book and its account hold it."""

import msgspec

from venue.core.events import OrderAccepted


class Order(msgspec.Struct, gc=False, array_like=True):
    """An order that stands or stood. ``accepted`` is what was asked, word for word.

    ``limit_ticks`` and ``size_lots`` are as last amended. ``answer_*`` is what the order's own
    command did with it, for whoever sends the same client order id again. ``in_book`` says
    that it rests; ``serial`` is its place among the account's client order ids.
    """

    order_id: int
    account: int
    market: str
    is_buy: bool
    limit_ticks: int
    size_lots: int
    remaining_lots: int
    reduce_only: bool
    accepted: OrderAccepted
    filled_lots: int = 0
    cost_micros: int = 0
    in_book: bool = False
    arriving: bool = True
    serial: int = 0
    answer_filled_lots: int = 0
    answer_cost_micros: int = 0
    answer_remaining_lots: int = 0
