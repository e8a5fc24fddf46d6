"""When a call auction begins, how long it lasts, and what its uncross decides."""

from venue.core.policies import CallsRule
from venue.rules.calls.crosses import Crosses
from venue.rules.calls.outage import Outage
from venue.rules.calls.reopen import Reopen

RULES: dict[str, type[CallsRule]] = {
    "reopen": Reopen,
    "crosses": Crosses,
    "outage": Outage,
}
