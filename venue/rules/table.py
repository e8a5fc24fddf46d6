"""The table of all rules: kind, name, class; and what a class must answer to be of a kind."""

import importlib

import msgspec

from venue.core.listing import ListingUnfit
from venue.rules import (
    adl,
    backstop,
    clamp,
    closeout,
    funding,
    index_closed,
    index_open,
    mark,
    terms,
)

# In the order in which they act: prices, margin, payments, limits, liquidation.
RULES: dict[str, dict[str, type]] = {
    "index_open": dict(index_open.RULES),
    "index_closed": dict(index_closed.RULES),
    "mark": dict(mark.RULES),
    "clamp": dict(clamp.RULES),
    "funding": dict(funding.RULES),
    "terms": dict(terms.RULES),
    "closeout": dict(closeout.RULES),
    "backstop": dict(backstop.RULES),
    "adl": dict(adl.RULES),
}

# Kinds that came later than some journals: a listing without one has the rule that changes nothing.
DEFAULTS: dict[str, str] = {}

# What the core asks of each kind (``venue/core/policies``).
ANSWERS: dict[str, tuple[str, ...]] = {
    "index_open": ("initial", "index"),
    "index_closed": ("impact_micros", "initial", "index"),
    "mark": ("initial", "mark"),
    "clamp": ("initial", "clamp"),
    "funding": ("impact_micros", "initial", "sample", "settle"),
    "terms": ("terms",),
    "closeout": ("closeout",),
    "backstop": ("floor_micros", "unwind_interval_ns", "due", "takes_over", "unwind"),
    "adl": ("price", "rank_e12"),
}


class RuleFault(ListingUnfit):
    """A listing's rules do not exist, or do not fit; the message says which and why."""


def rule_class(kind: str, name: str) -> type[msgspec.Struct]:
    """Return the class of a rule by its name here, or by a dotted path outside.

    Raises ``RuleFault`` with a sentence where there is none.

    >>> rule_class("mark", "index").__name__
    'MarkIsIndex'
    >>> rule_class("mark", "twap")
    Traceback (most recent call last):
    venue.rules.table.RuleFault: no mark rule is named 'twap': expected one of index, last, \
median3_oracle, or a path like my_pkg.rules:MyMark
    """
    if kind not in RULES:
        raise RuleFault(f"no kind of rule is named {kind!r}: expected one of {', '.join(RULES)}")
    if ":" in name:
        return _outside(kind, name)
    if name not in RULES[kind]:
        raise RuleFault(
            f"no {kind} rule is named {name!r}: expected one of "
            f"{', '.join(sorted(RULES[kind]))}, or a path like my_pkg.rules:MyMark"
        )
    found: type[msgspec.Struct] = RULES[kind][name]
    return found


def rule_name(kind: str, found: type) -> str:
    """Return the name of a class in the table, or else its dotted path.

    >>> from venue.rules.mark.index import MarkIsIndex
    >>> rule_name("mark", MarkIsIndex), rule_name("mark", dict)
    ('index', 'builtins:dict')
    """
    for name, known in RULES[kind].items():
        if known is found:
            return name
    return f"{found.__module__}:{found.__qualname__}"


def _outside(kind: str, path: str) -> type[msgspec.Struct]:
    module_name, _, class_name = path.partition(":")
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # Somebody else's module may fail in any way.
        why = f"{type(error).__name__}: {error}"
        raise RuleFault(
            f"{kind} rule {path!r}: {module_name!r} cannot be imported ({why})"
        ) from error
    found = getattr(module, class_name, None)
    if found is None:
        raise RuleFault(f"{kind} rule {path!r}: module {module_name!r} has no {class_name!r}")
    if not (isinstance(found, type) and issubclass(found, msgspec.Struct)):
        raise RuleFault(f"{kind} rule {path!r}: expected a frozen msgspec.Struct, found {found!r}")
    if not found.__struct_config__.frozen:
        raise RuleFault(f"{kind} rule {path!r}: the record must be frozen, a rule has no state")
    missing = [
        name
        for name in ANSWERS[kind]
        if not hasattr(found, name) and name not in found.__struct_fields__
    ]
    if missing:
        raise RuleFault(f"{kind} rule {path!r}: it does not answer {', '.join(missing)}")
    return found
