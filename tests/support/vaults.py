"""A listing on a power whose vaults take units of the underlying, or cash."""

from typing import Any

from tests.support.desk import listing
from venue.core.listing import Limits, MarketSpec, RuleRef, Tier
from venue.core.units import E9
from venue.rules.build import ref

LIMITS = Limits(
    order_lots_max=20_000_000,
    position_lots_max=20_000_000,
    open_interest_lots_max=200_000_000,
    open_orders_max=1_000,
    price_max_ticks=1_000_000,
)


def vaulted(
    power_n: int,
    power_d: int = 1,
    *rules: RuleRef,
    scale: int = 1,
    vault: str = "index",
    **more: Any,
) -> MarketSpec:
    """Return a listing without fees whose vaults take units, or cash, at 3/2."""
    contract = {"vault_dust_micros": 0, **more}
    return listing(
        "naive_print",
        ref(
            "contract",
            "power",
            power_n=power_n,
            power_d=power_d,
            scale_nanos=scale * E9,
            vault=vault,
            **contract,
        ),
        ref("margin", "shock", power_n=power_n, power_d=power_d),
        ref("funding", "none"),
        *rules,
        limits=LIMITS,
        tiers=(Tier(0, 5),),
    )
