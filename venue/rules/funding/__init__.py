"""What pushes P towards O."""

from venue.core.policies import FundingRule
from venue.rules.funding.hyperliquid import HyperliquidFunding

RULES: dict[str, type[FundingRule]] = {
    "hyperliquid": HyperliquidFunding,
}
