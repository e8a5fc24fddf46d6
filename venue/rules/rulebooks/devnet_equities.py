"""Rulebook ``devnet_equities``: a rule sheet for stocks that was written, and not launched.

The most complete of its kind: five classes of session, each with its order band, position limit,
leverage and pace of liquidations. While closed the index drifts with the book over 8 hours, funding
is off, leverage at most 2 at weekends. At the reopen the mark walks 0.5 % in 3 seconds.
"""

from venue.core.listing import RuleRef
from venue.core.units import E6
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Rulebook


def _terms(open_e4: int, night_e4: int, weekend_e4: int) -> RuleRef:
    def pace(dollars: int) -> str:
        return f"closeout_micros_per_second={dollars * E6}"

    return ref(
        "terms",
        "rows",
        open=f"band_e4={open_e4} {pace(100_000)}",
        overnight=f"band_e4={night_e4} position_e4=5000 {pace(50_000)}",
        weekend=f"band_e4={weekend_e4} position_e4=1000 leverage_max=2 {pace(10_000)}",
        disrupted=f"band_e4={weekend_e4} reduce_only=true {pace(10_000)}",
        halted="band_e4=200 reduce_only=true",
    )


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['devnet', 'log_drift', 'median3_oracle', 'step']
    """
    return (
        ref("index_open", "devnet"),
        ref("index_closed", "log_drift"),
        ref("mark", "median3_oracle"),
        ref("clamp", "step", step_e4=50),
        ref("band", "leverage"),
        ref("funding", "hyperliquid"),
        ref("funding_closed", "off"),
        ref("corporate", "index_adjust"),
        ref("margin", "tiers"),
        ref("fees", "flat"),
        _terms(1_000, 700, 500),
        ref("interruption", "mirrored", on_halt="reduce_only"),
        ref("closeout", "slices"),
        ref("backstop", "fund"),
        ref("last_resort", "profit_leverage"),
    )


def index_rules() -> tuple[RuleRef, ...]:
    """Return what an index has instead: narrower bands, and a jump of 20 % to confirm."""
    return (ref("index_open", "devnet", jump_e4=2_000), _terms(500, 400, 300))


RULEBOOK = Rulebook(
    line="five classes of session, each with band, position, leverage and pace; not launched",
    dated="undated",
    rules=rules,
    gap="the fund, then winners by ADL",
    index_rules=index_rules,
    listed=adapted(stocks=(10, 5)),
    in_part=(
        "docs.equities.devnet.one, root, sessions, special cases: freshness of 5 and 30 s, jumps "
        "above 50 % (indices 20 to 30 %) confirmed; drift with 8 h and 0.1; mark of three, 0.5 % "
        "in 3 s, then a leverage band round the anchor; bands 10/7/5 % (5/4/3), 2 % in a halt; "
        "positions 1/0.5/0.1, then reduce-only; 2x at weekends; $100,000/50,000/10,000 a second; "
        "no funding while closed; the index less a dividend, no cash.",
    ),
    assumed=(
        "Two confirmations of a jump; impact notional of $10,000; leverage of 10 in sessions.",
        "Funding is Hyperliquid's formula; fees are the listing's own.",
        "Liquidation: slices of 20 %, the fund, ADL by profit and leverage.",
    ),
)
