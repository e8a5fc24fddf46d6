"""Margin tiers of one market: maintenance as fraction × notional − deduction, exactly."""

import msgspec

from venue.core.listing import Tier, maintenance_e4
from venue.core.units import E4


class MarginTiers(msgspec.Struct, frozen=True):
    """``from_micros``, ``fractions_e4`` and ``deductions_e4`` by tier, from the lowest up.

    A deduction makes maintenance continuous where tiers meet:
    deduction(n) = deduction(n-1) + from(n) × (fraction(n) − fraction(n-1)). It is held in
    1e-4 micro-dollars, so that nothing is ever divided.

    Source: Hyperliquid margin tiers, venue-rules section 1.
    """

    from_micros: tuple[int, ...]
    fractions_e4: tuple[int, ...]
    deductions_e4: tuple[int, ...]
    leverage_max: int

    @classmethod
    def of(cls, tiers: tuple[Tier, ...]) -> "MarginTiers":
        """Work out fractions and deductions of a listing's tiers."""
        fractions = tuple(maintenance_e4(tier.leverage_max) for tier in tiers)
        deductions = [0]
        for n in range(1, len(tiers)):
            step = tiers[n].from_micros * (fractions[n] - fractions[n - 1])
            deductions.append(deductions[-1] + step)
        starts = tuple(tier.from_micros for tier in tiers)
        return cls(starts, fractions, tuple(deductions), tiers[0].leverage_max)

    def tier_of(self, notional_micros: int) -> int:
        """Return which tier a notional falls into; a boundary belongs to the upper one."""
        n = len(self.from_micros) - 1
        while notional_micros < self.from_micros[n]:
            n -= 1
        return n

    def maintenance_e4(self, notional_micros: int) -> int:
        """Return maintenance margin in 1e-4 micro-dollars; exact.

        >>> btc = MarginTiers.of((Tier(0, 40), Tier(150_000_000_000_000, 20)))
        >>> btc.maintenance_e4(200_000_000_000_000) // 10**10  # $200M needs $3.125M
        3125000
        """
        starts = self.from_micros
        if len(starts) == 1 or notional_micros < starts[1]:
            return notional_micros * self.fractions_e4[0]
        n = self.tier_of(notional_micros)
        return notional_micros * self.fractions_e4[n] - self.deductions_e4[n]

    def initial_micros(self, notional_micros: int, leverage: int) -> int:
        """Return initial margin: notional / leverage, at least twice maintenance; rounds up."""
        by_leverage = -(-notional_micros // leverage)
        by_tier = -(-2 * self.maintenance_e4(notional_micros) // E4)
        return by_leverage if by_leverage > by_tier else by_tier
