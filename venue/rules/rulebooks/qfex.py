"""Rulebook ``qfex``: a frozen anchor, order bands, small positions, and no funding while closed.

Stocks trade against their last outside price all weekend: nothing that the book does moves the
index, and funding is exactly 0 outside market hours. Orders through a band of 10 % (indices 5 %)
are refused before matching; positions shrink to half at night and a tenth at weekends. Close-outs
go near the mark and no faster than an average allows; then providers who opted in take over, then
accounts are netted, the most levered first.
"""

from venue.core.listing import RuleRef
from venue.rules.build import ref
from venue.rules.rulebooks.adapting import adapted
from venue.rules.rulebooks.rulebook import Rulebook


def _terms(band_e4: int) -> RuleRef:
    bands = f"band_e4={band_e4}"
    # The lowest and highest price that reference data had for one stock: -27 % and +36 %.
    closed = f"{bands} band_below_e4=2700 band_above_e4=3600 band_range_from=close funding_e4=0"
    return ref(
        "terms",
        "rows",
        open=bands,
        overnight=f"{closed} position_e4=5000",
        weekend=f"{closed} position_e4=1000",
    )


def rules() -> tuple[RuleRef, ...]:
    """Return one rule of each kind.

    >>> [rule.name for rule in rules()][:4]
    ['index_guard', 'frozen', 'median3_oracle', 'none']
    """
    return (
        ref("index_open", "index_guard"),
        ref("index_closed", "frozen"),
        ref("mark", "median3_oracle"),
        ref("clamp", "none"),
        ref("band", "none"),
        ref("funding", "qfex"),
        ref("margin", "flat", initial_e4=1_000, maintenance_e4=500),
        ref("fees", "flat"),
        _terms(1_000),
        ref("interruption", "mirrored", on_halt="freeze"),
        ref("orders", "speed_bump"),
        ref("corporate", "none"),
        ref("closeout", "ioc_mark_spread"),
        ref("backstop", "providers"),
        ref("last_resort", "adl_qfex"),
    )


def index_rules() -> tuple[RuleRef, ...]:
    """Return what an index has instead: close plus change of the future, 30x, bands of 5 %."""
    return (
        ref("index_open", "close_plus_change"),
        ref("funding", "qfex", pays_overnight=True),
        ref("margin", "flat", initial_e4=334, maintenance_e4=167),
        _terms(500),
    )


RULEBOOK = Rulebook(
    line="frozen anchor, order bands, small positions, no funding while closed",
    dated="undated",
    rules=rules,
    gap="reserve fund, providers, then the most levered winners and losers by ADL",
    index_rules=index_rules,
    listed=adapted(stocks=(10,), indices=(30,)),
    verified=(
        "docs.qfex.com, definitions: index guard of 0.5 to 1.5, mark of three components, 150 s.",
        "QFEX-org/docs bbc83b3: lowest and highest price of GOOG (-27 and +36 %); a speed bump of "
        "50 ms for limit orders that take. Corporate actions: nothing for cash dividends.",
    ),
    in_part=(
        "docs.qfex.com, contract specifications: stocks are the index, indices the last close plus "
        "the change of the future, roll on business days 5 to 10.",
        "Funding: premium only, clamp of 5 basis points, $10,000, hourly, 0 outside market hours "
        "(stocks 04:00 to 20:00 New York, indices 23 hours on 5 days).",
        "Risk limits: 10x for stocks and 30x for indices, bands of 10 and 5 %, positions at 50 % "
        "overnight and 10 % at weekends, above them only reducing.",
        "Liquidation: three stages, the 60 s average, drained to or covered by the fund, providers "
        "by available margin, ADL ranked by equity over maintenance.",
    ),
    assumed=(
        "Maintenance of half the initial margin; fees are the listing's own.",
        "The band lies round the mark at all times; lowest and highest price of every stock are "
        "that one's, off the last close, and hold while the market is closed.",
        "Spread (1 %), allowance ($100,000), close-out margin (2/3 of maintenance) and the "
        "providers' fee (0.1 %); the direction of the rank: most levered first.",
        "A halt of the stock freezes the market. Bank holidays, which QFEX treats as business "
        "days, are weekends here.",
        "Market orders wait 50 ms like limit orders that take.",
    ),
)
