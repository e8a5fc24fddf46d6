"""What rules remember, in the units after a split: every rule of the table is asked.

Each field of each memory is either a price or a size by its name, or known to be neither; or else
the rule has a ``rescale`` of its own. So a new memory that holds prices under a vague name fails
here, and not on the day of a split.
"""

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.picking import drawn
from venue.core.fixed import DecayedMean
from venue.core.rescaling import NewUnits, rescaled_memory
from venue.core.units import E9
from venue.rules.table import RULES
from venue.rules.trials import DRIVERS

REMEMBERING = [
    pytest.param(rule, id=f"{kind}-{name}")
    for kind, rules in RULES.items()
    for name, rule in rules.items()
    if hasattr(rule, "initial")
]
# By unit: times, shares of one, rates, money.
SCALED = ("_nanos", "_fine", "_lots")
STAYING = ("_ns", "_ps", "_e4", "_e12", "_e18", "_e12s", "_e12_per_hour", "_micros")
# Counts and names; records within a record are looked into.
COUNTED = {
    "samples",
    "free_samples",
    "medians",
    "count",
    "waiting",
    "ups",
    "downs",
    "day",
    "minute",
    "micros",
    "source",
    "code",
    "has_added",
}
# A mean of premiums, in 1e-12: whole part and rest.
RATES = {"Weighted"}
# When each source last spoke.
TIMES = {("LadderMemory", "sources")}


def records(kind: Any) -> list[type]:
    """Return the records within a field's type."""
    inner = [kind, *get_args(kind)]
    return [each for each in inner if isinstance(each, type) and issubclass(each, msgspec.Struct)]


def unknown_fields(record: type) -> list[str]:
    """Return the fields whose name does not say whether a split changes them."""
    if record is DecayedMean or record.__name__ in RATES:
        return []
    found = []
    for field in msgspec.structs.fields(record):
        inside = records(field.type)
        if inside:
            found += [name for each in inside for name in unknown_fields(each)]
        elif (record.__name__, field.name) not in TIMES and not (
            field.name.endswith((*SCALED, *STAYING)) or field.name in COUNTED
        ):
            found.append(f"{record.__name__}.{field.name}")
    return found


@pytest.mark.parametrize("rule", REMEMBERING)
def test_every_memory_says_what_a_split_changes_or_has_a_rescale(rule: Any) -> None:
    if hasattr(rule, "rescale"):
        return

    assert unknown_fields(type(rule().initial())) == []


@pytest.mark.parametrize("rule", REMEMBERING)
def test_a_fresh_memory_is_fresh_in_any_units(rule: Any) -> None:
    made = rule()
    fresh = made.initial()

    assert rescaled_memory(made, fresh, NewUnits(7, 3)) == fresh


def test_a_mean_of_prices_is_the_mean_of_the_prices_in_new_units() -> None:
    mean = DecayedMean(250 * E9, 1, 3)

    assert NewUnits(2, 1).price(250 * E9) == rescaled_memory(object(), mean, NewUnits(2, 1)).whole


# One for two: prices double exactly, so that no rounding puts an answer across a threshold.
HALVED = NewUnits(1, 2)
PRICING = {"index_closed": "index", "mark": "mark", "clamp": "clamp", "band": "band"}


def evened(seen: Any) -> Any:
    """Return inputs whose sizes are even."""
    sizes = {name: 2 * getattr(seen, name) for name in seen._fields if name.endswith("_lots")}
    return seen._replace(**sizes)


def in_new_units(seen: Any) -> Any:
    """Return the same inputs after one for two."""
    changes = {}
    for name in seen._fields:
        value = getattr(seen, name)
        if hasattr(value, "_fields"):
            changes[name] = in_new_units(value)
        elif isinstance(value, int) and name.endswith("_nanos"):
            changes[name] = HALVED.price(value)
        elif isinstance(value, int) and name.endswith("_lots"):
            changes[name] = HALVED.lots(value)
    return seen._replace(**changes)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        pytest.param(kind, rule, id=f"{kind}-{name}")
        for kind in PRICING
        for name, rule in RULES[kind].items()
    ],
)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_rule_answers_after_a_split_as_it_would_have_without(
    kind: str, rule: type, data: st.DataObject
) -> None:
    made, driver = rule(), DRIVERS[kind]
    before = [evened(drawn(data, driver.inputs)) for _ in range(4)]
    seen = evened(drawn(data, driver.inputs))
    memory = driver.answers(made, before)[-1][1]
    ask = getattr(made, PRICING[kind])

    without, _ = ask(seen, memory)
    after, _ = ask(in_new_units(seen), rescaled_memory(made, memory, HALVED))

    assert abs(after - 2 * without) <= 64
