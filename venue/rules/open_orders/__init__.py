"""How many open orders an account may have in all, when it places one in this market."""

from venue.core.policies import OpenOrdersRule
from venue.rules.open_orders.by_volume import ByVolume
from venue.rules.open_orders.listed import Listed

RULES: dict[str, type[OpenOrdersRule]] = {"listed": Listed, "by_volume": ByVolume}
