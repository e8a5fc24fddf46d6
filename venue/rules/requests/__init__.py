"""How many requests an account may send in all, and how slowly beyond that."""

from venue.core.policies import RequestsRule
from venue.rules.requests.by_volume import RequestsByVolume
from venue.rules.requests.unlimited import Unlimited

RULES: dict[str, type[RequestsRule]] = {"unlimited": Unlimited, "by_volume": RequestsByVolume}
