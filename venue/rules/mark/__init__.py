"""What M is made of."""

from venue.core.policies import MarkRule
from venue.rules.mark.index import MarkIsIndex
from venue.rules.mark.last import MarkIsLast
from venue.rules.mark.median3_oracle import Median3Oracle

RULES: dict[str, type[MarkRule]] = {
    "median3_oracle": Median3Oracle,
    "index": MarkIsIndex,
    "last": MarkIsLast,
}
