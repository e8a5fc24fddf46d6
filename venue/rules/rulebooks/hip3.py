"""What the venues on Hyperliquid's HIP-3 share: its book, its margin, its clamp, its ADL.

Not a rulebook. trade.xyz, Felix and Ventuals deploy their markets there; prices are their own.
"""

from venue.core.listing import RuleRef
from venue.core.units import E6, NS_PER_SECOND
from venue.rules.build import ref

# The largest market order, by the market's highest leverage; below 10x the last. Another order may
# be ten times as large.
MARKET_ORDER_MICROS_MAX = ((25, 15_000_000 * E6), (20, 5_000_000 * E6), (10, 2_000_000 * E6))
MARKET_ORDER_MICROS_REST = 500_000 * E6
LIMIT_TIMES = 10


def sizes(times: int) -> str:
    """Return the largest order by leverage, as a row of terms writes it.

    >>> sizes(1)
    '25L:15000000000000,20L:5000000000000,10L:2000000000000,500000000000'
    """
    above = [f"{leverage}L:{micros * times}" for leverage, micros in MARKET_ORDER_MICROS_MAX]
    return ",".join((*above, str(MARKET_ORDER_MICROS_REST * times)))


SIZES = f"order_micros_max={sizes(LIMIT_TIMES)} market_order_micros_max={sizes(1)} at_cap_e4=100"

VERIFIED = (
    "HIP-3 deployer actions, latest of three versions: marks at least 2.5 s apart and usually 3 s; "
    "mark within 1 % of the mark before it; prices within 10x of the day's first; the local price "
    "alone after 10 s without a price; median of the deployer's marks and the local one.",
    "Hyperliquid documentation: tiers (maintenance half the initial margin at most leverage), 10 % "
    "of position value stays on withdrawals, close-out in 20 % above $100,000, vault below 2/3 of "
    "maintenance and nothing returned, ADL at the previous mark, base fees 0.015 and 0.045 %, "
    "largest orders by leverage; prices of five significant figures; vault deposits locked for "
    "four days after the latest; 1,000 open orders and one more for every 5 M of volume, at most "
    "5,000, beyond 1,000 neither reduce-only nor trigger orders; brackets wake with the whole "
    "fill; 10,000 requests and one more for every dollar of volume, then one every 10 s.",
)
REMEMBERED = ("Hyperliquid's fee rows between the first and the last.",)
ASSUMED = (
    "Close-outs end at the bankruptcy price, and the rest of a large position goes with the next "
    "mark: Hyperliquid sends market orders without a limit, and does not say when within 30 s.",
    "How the vault unwinds what it took over; that who leaves it waits for that instead of having "
    "positions closed; that orders are cancelled before a close-out.",
    "How far beyond the mark an order may lie at the cap of open interest: 1 %.",
    "Which commands are requests, and that a refused one is none. Nobody is exempt, market makers "
    "and house bots included: on the recorded weekend a maker sends 3,500 requests and earns 1.6 "
    "million. Where little trades, markets are listed with a larger `buffer` of the requests rule.",
)


def machinery(*, fees: RuleRef, sizes: str = SIZES) -> tuple[RuleRef, ...]:
    """Return orders, margin, fees, order sizes and liquidation as on HyperCore under HIP-3."""
    return (
        ref("orders", "significant_figures", brackets_wait=True),
        ref("open_orders", "by_volume", exits_to_listed=True),
        ref("requests", "by_volume"),
        ref("clamp", "step_and_daily"),
        ref("margin", "tiers"),
        fees,
        ref("terms", "rows", open=sizes),
        closeout(),
        ref("backstop", "vault"),
        ref("last_resort", "profit_leverage", price="previous_mark"),
    )


def closeout() -> RuleRef:
    """Return Hyperliquid's close-out: 20 % of a large position first, then all of it."""
    return ref("closeout", "slices", cooldown_ns=3 * NS_PER_SECOND, protection_e4=10_000)
