"""What pushes P towards O."""

from venue.core.policies import FundingRule
from venue.rules.funding.clamped_8h import Clamped8h
from venue.rules.funding.hill_skew import HillSkew
from venue.rules.funding.hyperliquid import HyperliquidFunding
from venue.rules.funding.in_kind import InKind
from venue.rules.funding.mark_minus_index import MarkMinusIndex
from venue.rules.funding.none import NoFunding
from venue.rules.funding.pi import Pi
from venue.rules.funding.premium_8h_cap import Premium8hCap
from venue.rules.funding.qfex import QfexFunding
from venue.rules.funding.rollover import Rollover
from venue.rules.funding.skew_gmx import SkewGmx
from venue.rules.funding.twap_drift import TwapDrift
from venue.rules.funding.twap_vega import TwapVega

RULES: dict[str, type[FundingRule]] = {
    "hyperliquid": HyperliquidFunding,
    "none": NoFunding,
    "qfex": QfexFunding,
    "clamped_8h": Clamped8h,
    "premium_8h_cap": Premium8hCap,
    "twap_vega": TwapVega,
    "twap_drift": TwapDrift,
    "mark_minus_index": MarkMinusIndex,
    "in_kind": InKind,
    "pi": Pi,
    "hill_skew": HillSkew,
    "rollover": Rollover,
    "skew_gmx": SkewGmx,
}
