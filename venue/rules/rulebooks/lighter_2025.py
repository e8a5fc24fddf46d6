"""Rulebook ``lighter_2025``: while the stock market is shut, positions may only shrink.

The index is frozen and the mark may leave it by 0.5 %, so nobody is liquidated at the weekend and
nobody can come in. On Monday all of the gap is one update. Close-outs are at the zero price, which
leaves the account's health as it was; at the close-out margin winners are deleveraged, before the
loser is bankrupt.
"""

from venue.core.listing import Fees, RuleRef
from venue.core.units import E6
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Rulebook

# $500 over an initial margin of a tenth.
IMPACT_MICROS = 5_000 * E6
NO_FEES = Fees(maker_e6=0, taker_e6=0)


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['median_of_sources', 'frozen', 'median3_impact', 'none']
    """
    return (
        ref("index_open", "median_of_sources"),
        ref("index_closed", "frozen"),
        ref("mark", "median3_impact", impact_micros=IMPACT_MICROS),
        ref("clamp", "none"),
        ref("band", "leverage", reach_e4_max=50),
        *machinery(),
        ref("terms", "rows", overnight="reduce_only=true"),
    )


def machinery() -> tuple[RuleRef, ...]:
    """Return funding, margin and liquidation of its real-world markets, then as now."""
    return (
        ref("funding", "clamped_8h", margin_cap_e4=None, impact_micros=IMPACT_MICROS),
        ref("funding_closed", "on"),
        ref("margin", "tiers"),
        ref("fees", "flat"),
        ref("closeout", "ioc_zero_price", fee_e6=0),
        ref("backstop", "none"),
        ref("last_resort", "profit_leverage"),
    )


VERIFIED = (
    "docs.lighter.xyz, liquidations: below maintenance orders are cancelled and the position is "
    "offered at the zero price; real-world markets have no fee and go to ADL at the close-out "
    "margin.",
)
IN_PART = (
    "docs.lighter.xyz, fair price marking: median of index with funding, other venues' marks, "
    "impact mid; impact notional of 500 USDC over the initial margin.",
)
REMEMBERED = ("No fees for ordinary accounts.",)
ASSUMED = (
    "Leverage of 10; outside prices 04:00 to 20:00 New York on weekdays.",
    "Funding: hourly, the eight-hour formula with 0.01 % of interest and a clamp of 0.05 %.",
    "Close-out margin of 2/3 of maintenance; rank by profit and leverage, at the bankruptcy price.",
    "Positions may be cross here; these markets were isolated only, which margin_mode=isolated in "
    "the rows of terms asks for.",
)

RULEBOOK = Rulebook(
    line="closed is reduce-only: index frozen, mark within 0.5 %, ADL before bankruptcy",
    dated="2025",
    rules=rules,
    gap="winners by ADL at the close-out margin, then the fund",
    listed=adapted(stocks=(10, 5), fees=NO_FEES),
    verified=(
        "docs.lighter.xyz, real-world assets, earlier text: closed is reduce-only, index frozen, "
        "mark may move 0.5 %, funding goes on, leverage unchanged.",
        *VERIFIED,
    ),
    in_part=IN_PART,
    remembered=REMEMBERED,
    assumed=ASSUMED,
)
