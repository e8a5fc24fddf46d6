"""New units after a split: a price × denominator / numerator, a size × numerator / denominator.

What a rule remembers is rescaled by the unit in each field's name: ``_nanos`` and ``_fine`` are
prices, ``_lots`` are sizes, a ``DecayedMean`` is a mean of prices; whatever else is counted in
time, rates or money, and stays. A rule whose memory says it otherwise has a method of its own,
``rescale(memory, units) -> memory``. ``tests/rules/test_rescaling.py`` asks every rule of the
table.
"""

from typing import Any, NamedTuple

import msgspec

from venue.core.fixed import DecayedMean
from venue.core.units import div_half_even

PRICES = ("_nanos", "_fine")


class NewUnits(NamedTuple):
    """``numerator`` new units of the underlying for ``denominator`` old ones.

    >>> two_for_one = NewUnits(2, 1)
    >>> two_for_one.price(250), two_for_one.price(251), two_for_one.lots(-3)
    (125, 126, -6)
    >>> NewUnits(1, 10).lots(-29), NewUnits(1, 10).lots_up(29), NewUnits(3, 2).price_down(101)
    (-2, 3, 67)
    """

    numerator: int
    denominator: int

    def price(self, price: int) -> int:
        """Return a price, or a difference of prices, half to even; only nothing becomes nothing."""
        scaled = div_half_even(price * self.denominator, self.numerator)
        if scaled or not price:
            return scaled
        return 1 if price > 0 else -1

    def price_or_none(self, price: int | None) -> int | None:
        """Return a price, where there is one."""
        return None if price is None else self.price(price)

    def price_down(self, price: int) -> int:
        """Return a price (not negative) rounded down."""
        return price * self.denominator // self.numerator

    def price_up(self, price: int) -> int:
        """Return a price (not negative) rounded up."""
        return -(-price * self.denominator // self.numerator)

    def lots(self, lots: int) -> int:
        """Return a size rounded towards zero."""
        scaled = abs(lots) * self.numerator // self.denominator
        return scaled if lots >= 0 else -scaled

    def lots_up(self, lots: int) -> int:
        """Return a size (not negative) rounded up."""
        return -(-lots * self.numerator // self.denominator)


def rescaled_memory(rule: object, memory: Any, units: NewUnits) -> Any:
    """Return what a rule remembers in the new units, by its own method where it has one."""
    own = getattr(rule, "rescale", None)
    return rescaled(memory, units) if own is None else own(memory, units)


def rescaled(memory: Any, units: NewUnits) -> Any:
    """Return a memory record in the new units, field by field."""
    if isinstance(memory, DecayedMean):
        return rescaled_mean(memory, units)
    changes = {}
    for name in memory.__struct_fields__:
        before = getattr(memory, name)
        after = _field(name, before, units)
        if after is not before:
            changes[name] = after
    return msgspec.structs.replace(memory, **changes) if changes else memory


def rescaled_mean(mean: DecayedMean, units: NewUnits) -> DecayedMean:
    """Return a mean of prices in the new units: its numerator, half to even.

    >>> rescaled_mean(DecayedMean(250, 0, 1_000), NewUnits(2, 1))
    DecayedMean(whole=125, rest=0, den_ps=1000)
    """
    if not mean.den_ps:
        return mean
    num = div_half_even(mean.num * units.denominator, units.numerator)
    whole, rest = divmod(num, mean.den_ps)
    return DecayedMean(whole, rest, mean.den_ps)


def _field(name: str, value: Any, units: NewUnits) -> Any:
    if isinstance(value, msgspec.Struct):
        return rescaled(value, units)
    if isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
        return tuple(rescaled(each, units) for each in value)
    if name.endswith(PRICES):
        if isinstance(value, tuple):
            return tuple(units.price(each) for each in value)
        return units.price_or_none(value)
    if name.endswith("_lots"):
        return units.lots(value)
    return value
