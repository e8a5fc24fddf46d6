"""What M is made of."""

from venue.core.policies import MarkRule
from venue.rules.mark.composite import Composite
from venue.rules.mark.funding_basis import FundingBasis
from venue.rules.mark.index import MarkIsIndex
from venue.rules.mark.last import MarkIsLast
from venue.rules.mark.local import MedianLocal
from venue.rules.mark.median3_funding import Median3Funding
from venue.rules.mark.median3_impact import Median3Impact
from venue.rules.mark.median3_oracle import Median3Oracle

RULES: dict[str, type[MarkRule]] = {
    "median3_oracle": Median3Oracle,
    "median3_funding": Median3Funding,
    "median3_impact": Median3Impact,
    "median_local": MedianLocal,
    "funding_basis": FundingBasis,
    "composite": Composite,
    "index": MarkIsIndex,
    "last": MarkIsLast,
}
