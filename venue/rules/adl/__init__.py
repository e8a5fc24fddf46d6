"""Who is deleveraged first, and at what price."""

from venue.core.policies import AdlRule
from venue.rules.adl.profit_leverage import ProfitLeverage

RULES: dict[str, type[AdlRule]] = {
    "profit_leverage": ProfitLeverage,
}
