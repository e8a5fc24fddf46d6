"""What a market is listed with: units, limits, fees, margin tiers, and its rules by name.

The listing command carries this record whole, so a journal says by itself under which rules
it ran: each rule with its expanded parameters and the hash of its source.
"""

import itertools

import msgspec

from venue.core.units import E4, NS_PER_SECOND, Units


class Tier(msgspec.Struct, frozen=True, array_like=True):
    """One margin tier: from ``from_micros`` of notional on, at most ``leverage_max``."""

    from_micros: int
    leverage_max: int


class RuleRef(msgspec.Struct, frozen=True, array_like=True):
    """A rule by kind and name, with its parameters and the hash of its source."""

    kind: str
    name: str
    parameters: dict[str, int | str | bool | None]
    source_hash: str = ""


class Limits(msgspec.Struct, frozen=True, array_like=True):
    """What one order, account and market may reach.

    ``price_max_ticks`` bounds every price, mark included; ``protection_e4`` is how far from the
    mark a market order may trade.
    """

    order_lots_max: int
    position_lots_max: int
    open_interest_lots_max: int
    open_orders_max: int
    price_max_ticks: int
    order_micros_min: int = 0
    protection_e4: int = 500


class Fees(msgspec.Struct, frozen=True, array_like=True):
    """Fees in 1e-6 of notional; a negative maker fee is a rebate."""

    maker_e6: int
    taker_e6: int


class MarketSpec(msgspec.Struct, frozen=True, array_like=True):
    """Everything a market is listed with.

    ``calendar`` names the underlying's hours (``us_equity``, ``us_equity_24_5``,
    ``cme_index_future``). ``accepts`` names the risks that its rulebook takes knowingly, where the
    check of bundles would refuse them.
    """

    market: str
    underlying: str
    calendar: str
    units: Units
    limits: Limits
    fees: Fees
    tiers: tuple[Tier, ...]
    rulebook: str
    rules: tuple[RuleRef, ...]
    mark_interval_ns: int = 3 * NS_PER_SECOND
    sample_interval_ns: int = 5 * NS_PER_SECOND
    funding_interval_ns: int = 3600 * NS_PER_SECOND
    reopen_call_ns: int = 30 * NS_PER_SECOND
    accepts: tuple[str, ...] = ()


def canonical(spec: MarketSpec) -> MarketSpec:
    """Return a listing whose parameters stand in the order of their names.

    An event that carries a listing out of State must not depend on whether the state was restored:
    a checkpoint sorts names, the listing command need not have.

    >>> rule = RuleRef("clamp", "step", {"b": 1, "a": 2})
    >>> [*sorted_parameters(rule).parameters]
    ['a', 'b']
    """
    rules = tuple(sorted_parameters(rule) for rule in spec.rules)
    return msgspec.structs.replace(spec, rules=rules)


def sorted_parameters(rule: RuleRef) -> RuleRef:
    """Return a reference whose parameters stand in the order of their names."""
    return msgspec.structs.replace(rule, parameters=dict(sorted(rule.parameters.items())))


def maintenance_e4(leverage_max: int) -> int:
    """Return the maintenance fraction of a tier, in 1e-4: half the initial at most leverage.

    Rounds up, towards the venue, where 20,000 / (4 L) is not whole.

    Source: Hyperliquid, venue-rules section 1 (``mmr(n) = (1 / L_n) / 2``).

    >>> maintenance_e4(20), maintenance_e4(40), maintenance_e4(30)
    (250, 125, 167)
    """
    return -(-E4 // (2 * leverage_max))


class ListingUnfit(ValueError):
    """A listing that names rules which do not exist, or which do not fit together."""


# Equity and notional of one margin unit, times the margin denominator, stay below 2^62: what all
# listed markets together may put into one account.
ACCOUNT_NOTIONAL_MICROS_MAX = (1 << 62) // E4


def notional_micros_max(spec: MarketSpec) -> int:
    """Return the most notional that one account's position in a market can reach."""
    limits = spec.limits
    return limits.position_lots_max * limits.price_max_ticks * spec.units.tick_lot_micros


def fault(spec: MarketSpec) -> str | None:
    """Say what is wrong with a listing's numbers, or ``None``."""
    wrong = spec.units.fault() or tiers_fault(spec.tiers)
    if wrong is not None:
        return wrong
    limits = spec.limits
    if not 1 <= len(spec.market) <= 16:
        return "a market's name has 1 to 16 characters"
    for name in (
        "order_lots_max",
        "position_lots_max",
        "open_interest_lots_max",
        "open_orders_max",
        "price_max_ticks",
    ):
        if getattr(limits, name) <= 0:
            return f"{name} must be positive"
    if limits.order_micros_min < 0 or not 0 < limits.protection_e4 < E4:
        return "the least notional must not be negative, the protection between 0 and 1"
    if notional_micros_max(spec) > ACCOUNT_NOTIONAL_MICROS_MAX:
        return "position_lots_max at price_max_ticks is worth more than an account may hold"
    if not 0 <= spec.fees.taker_e6 < E4 * 10 or abs(spec.fees.maker_e6) > spec.fees.taker_e6:
        return "fees must be 0 to 10 %, and a rebate no more than the taker pays"
    for interval in (spec.mark_interval_ns, spec.sample_interval_ns, spec.funding_interval_ns):
        if interval < NS_PER_SECOND // 10:
            return "an interval must be at least 100 ms"
    if spec.funding_interval_ns % spec.sample_interval_ns:
        return "a funding interval must be a whole number of sample intervals"
    if spec.reopen_call_ns < 0:
        return "a call cannot last less than nothing"
    return None


def tiers_fault(tiers: tuple[Tier, ...]) -> str | None:
    """Say what is wrong with a listing's tiers, or ``None``."""
    if not tiers or tiers[0].from_micros != 0:
        return "the first tier must begin at 0"
    for lower, upper in itertools.pairwise(tiers):
        if upper.from_micros <= lower.from_micros:
            return "tiers must begin at rising notionals"
        if upper.leverage_max >= lower.leverage_max:
            return "a higher tier must allow less leverage"
    if any(not 1 <= tier.leverage_max <= 100 for tier in tiers):
        return "a tier's leverage must be 1 to 100"
    return None
