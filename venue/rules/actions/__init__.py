"""What may not begin while the outside price is not to be trusted: one table, action × validity."""

from venue.core.policies import ActionsRule
from venue.rules.actions.all_allowed import AllAllowed
from venue.rules.actions.drift_matrix import DriftMatrix

RULES: dict[str, type[ActionsRule]] = {
    "all_allowed": AllAllowed,
    "drift_matrix": DriftMatrix,
}
