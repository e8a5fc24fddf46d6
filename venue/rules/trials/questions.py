"""What the core asks each kind while it runs, with an ordinary input for each question.

``ladders`` is asked once, when a market is listed.
"""

from collections.abc import Iterator
from enum import Enum
from types import NoneType
from typing import Any, NamedTuple, get_args, get_type_hints

from venue.rules import examples


class Question(NamedTuple):
    """A method of a kind of rules, its example input, and whether it remembers."""

    method: str
    example: Any
    remembers: bool = False


ASKED: dict[str, tuple[Question, ...]] = {
    "index_open": (Question("index", examples.OPEN, True),),
    "index_closed": (Question("index", examples.CLOSED, True),),
    "reopen": (Question("index", examples.REOPEN),),
    "contract": (Question("contract", examples.CONTRACT),),
    "actions": (Question("blocked", examples.ACTIONS),),
    "mark": (Question("mark", examples.MARK, True),),
    "clamp": (Question("clamp", examples.CLAMP, True),),
    "band": (Question("band", examples.BAND, True),),
    "funding": (
        Question("sample", examples.SAMPLE, True),
        Question("settle", examples.SETTLE, True),
    ),
    "funding_closed": (Question("pause", examples.PAUSE),),
    "margin": (Question("crowded_e4", examples.CROWD),),
    "fees": (Question("rates", examples.FEES),),
    "terms": (Question("terms", examples.TERMS),),
    "orders": (Question("legal", examples.ORDER_PRICE),),
    "open_orders": (Question("open_orders_max", examples.OPEN_ORDERS),),
    "requests": (Question("requests_max", examples.REQUESTS),),
    "makers": (Question("quotes", examples.QUOTES), Question("penalty_e12", examples.DUTY)),
    "counterparty": (Question("quote", examples.QUOTE),),
    "interruption": (
        Question("bounds", examples.BOUNDS, True),
        Question("interrupt", examples.INTERRUPT, True),
    ),
    "calls": (Question("call_ns", examples.CALL), Question("scheduled", examples.SCHEDULE)),
    "closeout": (Question("closeout", examples.CLOSEOUT, True),),
    "backstop": (
        Question("due", examples.BACKSTOP),
        Question("takes_over", examples.BACKSTOP),
        Question("resorts", examples.BACKSTOP),
        Question("unwind", examples.UNWIND),
    ),
    "last_resort": (Question("weigh", examples.RESORT),),
    "corporate": (Question("dividend", examples.DIVIDEND),),
}


def variants(example: Any) -> Iterator[Any]:
    """Yield an input, then as it is where one thing is missing, or is another of its words.

    The first mark has no mark before it, a fresh book no bid: a rule must have an answer there.

    >>> from venue.rules.examples import CLAMP
    >>> [seen.previous_mark_nanos for seen in variants(CLAMP)][:2]
    [250000000000, None]
    """
    yield example
    hints = get_type_hints(type(example))
    missing = [name for name, hint in hints.items() if NoneType in get_args(hint)]
    for name in missing:
        if getattr(example, name) is not None:
            yield example._replace(**{name: None})
    if len(missing) > 1:
        yield example._replace(**dict.fromkeys(missing))
    for name, hint in hints.items():
        if isinstance(hint, type) and issubclass(hint, Enum):
            for word in hint:
                if word is not getattr(example, name):
                    yield example._replace(**{name: word})
