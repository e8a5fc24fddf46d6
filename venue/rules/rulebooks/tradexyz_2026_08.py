"""Rulebook ``tradexyz_2026_08``: trade.xyz as observed from 2026-08-09 on.

As ``tradexyz_2026_04``, but for one figure: every one of 654 recorded hourly rates of TSLA and NVDA
follows from its premium with a clamp of 3 basis points, and not with the documented 5. No document
that we know dates the change, so it stands under the month of the recording.
"""

from venue.core.listing import RuleRef
from venue.core.units import NS_PER_MINUTE
from venue.rules.build import ref
from venue.rules.rulebooks import tradexyz, tradexyz_2026_04
from venue.rules.rulebooks.rulebook import Rulebook


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> rules()[5].parameters["clamp_e12"]  # 0.03 %
    300000000
    """
    return tradexyz.rules_of(
        tau_ns=30 * NS_PER_MINUTE,
        band=ref("band", "discovery"),
        funding=ref("funding", "hyperliquid", scale_e4=5_000, clamp_e12=300_000_000),
    )


RULEBOOK = Rulebook(
    line="trade.xyz as recorded in August 2026: a funding clamp of 3 basis points",
    dated="2026-08",
    rules=rules,
    gap="the vault, then winners by ADL at the mark",
    index_rules=tradexyz.index_rules,
    listed=tradexyz.LISTED,
    verified=(
        "Recorded rates of TSLA and NVDA, 2026-08-09 to 22: all 654 within 1e-10 with a scale of "
        "0.5 and a clamp of 0.03 % (test XYZ_FUND_002).",
        "Recorded oracles and marks of the weekend of 2026-08-15: time constant of 30 minutes.",
        *tradexyz.VERIFIED,
    ),
    in_part=tradexyz_2026_04.IN_PART,
    remembered=tradexyz.REMEMBERED,
    assumed=(
        "That nothing else changed since 2026-04: only rates, marks and oracles are recorded.",
        *tradexyz_2026_04.ASSUMED,
    ),
)
