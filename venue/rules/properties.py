"""What every rule promises, and who is excused from what.

One contract test walks the tables and holds each rule to the properties asked of its kind. A
rule that cannot keep one says so in its class, with the reason: ``exempt`` maps the property
to a sentence, which the documents print.
"""

from enum import Enum


class Property(Enum):
    """A promise that a test can break."""

    WHOLE = "whole numbers in, whole numbers out, memory included"
    DETERMINISTIC = "the same inputs and memory give the same answer and memory"
    CONSTANT = "constant prices in, the same price out, for ever"
    SYMMETRIC = (
        "longs and shorts are treated alike: prices mirrored in dollars in, mirrored in dollars out"
    )
    CONTINUOUS = "a price moved by a nano-dollar moves the answer by no more than a few"


_ALL = (
    Property.WHOLE,
    Property.DETERMINISTIC,
    Property.CONSTANT,
    Property.SYMMETRIC,
    Property.CONTINUOUS,
)
_CHOICE = (Property.WHOLE, Property.DETERMINISTIC, Property.SYMMETRIC)

# What is asked of each kind: a rule that answers with a price, or with a rate drawn from
# prices, owes all five; one that chooses whom or how much, the first two and symmetry.
ASKED: dict[str, tuple[Property, ...]] = {
    "index_open": _ALL,
    "index_closed": _ALL,
    "reopen": _ALL,
    "contract": (*_CHOICE, Property.CONTINUOUS),
    "actions": (Property.WHOLE, Property.DETERMINISTIC),
    "mark": _ALL,
    "clamp": _ALL,
    "band": _ALL,
    "funding": _ALL,
    "funding_closed": _CHOICE,
    "margin": _CHOICE,
    "fees": (Property.WHOLE, Property.DETERMINISTIC),
    "terms": (Property.WHOLE, Property.DETERMINISTIC),
    "orders": (Property.WHOLE, Property.DETERMINISTIC),
    "open_orders": (Property.WHOLE, Property.DETERMINISTIC),
    "requests": (Property.WHOLE, Property.DETERMINISTIC),
    "makers": _CHOICE,
    "counterparty": _CHOICE,
    "interruption": (Property.WHOLE, Property.DETERMINISTIC),
    "calls": (Property.WHOLE, Property.DETERMINISTIC),
    "closeout": _CHOICE,
    "backstop": _CHOICE,
    "last_resort": _CHOICE,
    "corporate": (Property.WHOLE, Property.DETERMINISTIC),
}
