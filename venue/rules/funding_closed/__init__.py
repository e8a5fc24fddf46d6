"""What becomes of funding while the underlying is closed: no outside price, or no session.

It acts on whatever rate the funding rule answers, at the settlement, by what holds at that moment;
``off`` also takes no sample while closed, so that an interval closed in part pays in part.
"""

from venue.core.policies import FundingClosedRule
from venue.rules.funding_closed.accrue_then_cap import AccrueThenCap
from venue.rules.funding_closed.off import Off
from venue.rules.funding_closed.on import On
from venue.rules.funding_closed.scale import Scale

RULES: dict[str, type[FundingClosedRule]] = {
    "on": On,
    "off": Off,
    "scale": Scale,
    "accrue_then_cap": AccrueThenCap,
}
