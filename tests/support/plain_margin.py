"""Margin and fees by the book, in fractions: what the venue's own arithmetic is held against.

Nothing of the rules' code is used: each rule's formula is written out again from its parameters.
"""

from decimal import Decimal, localcontext
from fractions import Fraction
from math import ceil
from typing import Any

from venue.core.listing import MarketSpec, Tier

E4 = 10_000


def parameters(spec: MarketSpec, kind: str) -> tuple[str, dict[str, Any]]:
    """Return the name and the parameters of a market's rule; the default's where none is listed."""
    for rule in spec.rules:
        if rule.kind == kind:
            return rule.name, dict(rule.parameters)
    return {"margin": "tiers", "fees": "flat"}[kind], {}


def loss_e4(is_long: bool, inverse: int, power: Fraction) -> int:
    """Return what a move of 1 / inverse costs a side of a power contract, in 1e-4, rounded up."""
    with localcontext() as context:
        context.prec = 60
        base = Decimal(inverse - 1 if is_long else inverse + 1) / inverse
        moved = base ** (Decimal(power.numerator) / power.denominator) if power else Decimal(1)
        loss = (1 - moved if is_long else moved - 1) * E4
        return ceil(loss.quantize(Decimal("1e-14")))


def fraction_e4(spec: MarketSpec, tier: Tier, *, is_long: bool) -> int:
    """Return the maintenance fraction of a side in a tier."""
    name, its = parameters(spec, "margin")
    if name in ("flat", "oi_scaled"):
        return int(its["maintenance_e4"])
    if name == "shock":
        power = Fraction(its["power_n"], its["power_d"])
        fraction = loss_e4(is_long, 2 * tier.leverage_max, power)
        least = ceil(Fraction(its["floor_e4"], 2)) if power < Fraction(1, 2) else 0
        return max(fraction, least)
    assert name in ("tiers", "levels"), f"no second opinion about margin {name}"
    return ceil(Fraction(E4, 2 * tier.leverage_max))


def maintenance_e4(spec: MarketSpec, value: int) -> int:
    """Add maintenance up tier by tier, each on the part of the notional that lies in it."""
    notional = abs(value)
    tiers = spec.tiers if parameters(spec, "margin")[0] in PARTED else spec.tiers[:1]
    total = 0
    for n, tier in enumerate(tiers):
        upper = tiers[n + 1].from_micros if n + 1 < len(tiers) else notional
        part = max(0, min(notional, upper) - tier.from_micros)
        if part:
            total += part * fraction_e4(spec, tier, is_long=value > 0)
    return total


# Rules that read the listing's tiers.
PARTED = frozenset({"tiers", "levels", "shock"})


def leverage_max(spec: MarketSpec) -> int:
    """Return the highest leverage that may be chosen: one over the least initial fraction."""
    name, its = parameters(spec, "margin")
    first = spec.tiers[0]
    if name == "tiers":
        return first.leverage_max
    if name in ("flat", "oi_scaled"):
        initial = int(its["initial_e4"])
    elif name == "levels":
        initial = ceil(
            Fraction(fraction_e4(spec, first, is_long=True) * its["initial_level_e4"], E4)
        )
    else:
        power = Fraction(its["power_n"], its["power_d"])
        least = its["floor_e4"] if power < Fraction(1, 2) else 0
        initial = min(
            max(loss_e4(is_long, first.leverage_max, power), least) for is_long in (True, False)
        )
    return max(1, min(100, E4 // initial))


def fee_fits(spec: MarketSpec, *, rate_e6: int, notional: int, fee: int) -> bool:
    """Say whether a fee is due: exactly under flat fees, else at most what a new account pays."""
    name, its = parameters(spec, "fees")
    if name in ("flat", "maker_taker_skew"):
        return fee == ceil(Fraction(notional * rate_e6, 10**6))
    share, left = Fraction(its["deployer_e4"], E4), Fraction(its["left_e4"], E4)
    raised = (1 + share if share < 1 else 2 * share) if rate_e6 > 0 else 1  # Rebates are not.
    highest = ceil(rate_e6 * left * raised)
    # The highest rebate of the table that ships, or what the listing itself pays.
    lowest = ceil(min(-30, rate_e6) * left)
    return (
        ceil(Fraction(notional * lowest, 10**6)) <= fee <= ceil(Fraction(notional * highest, 10**6))
    )
