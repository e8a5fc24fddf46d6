"""Margin of one market: fraction × notional − deduction, exactly, for longs and for shorts.

The margin rule gives the rungs; here they become ladders that never divide. Values are signed:
a long's is positive, a short's negative, and each is read from its own side's ladder.
"""

import msgspec

from venue.core.listing import Tier, maintenance_e4
from venue.core.policies.margin import LadderInputs, Ladders, MarginRule, Rung
from venue.core.units import E4


class Ladder(msgspec.Struct, frozen=True):
    """``from_micros``, fractions and deductions by tier, from the lowest notional up.

    A deduction makes margin continuous where tiers meet:
    deduction(n) = deduction(n-1) + from(n) × (fraction(n) − fraction(n-1)). It is held in
    1e-4 micro-dollars, so that nothing is ever divided.

    Source: Hyperliquid margin tiers, venue-rules section 1.
    """

    from_micros: tuple[int, ...]
    fractions_e4: tuple[int, ...]
    deductions_e4: tuple[int, ...]
    initials_e4: tuple[int, ...]
    initial_deductions_e4: tuple[int, ...]

    @classmethod
    def of(cls, rungs: tuple[Rung, ...]) -> "Ladder":
        """Work out the deductions of a side's rungs."""
        starts = tuple(rung.from_micros for rung in rungs)
        fractions = tuple(rung.maintenance_e4 for rung in rungs)
        initials = tuple(rung.initial_e4 for rung in rungs)
        return cls(
            starts,
            fractions,
            _deductions(starts, fractions),
            initials,
            _deductions(starts, initials),
        )

    def tier_of(self, notional_micros: int) -> int:
        """Return which tier a notional falls into; a boundary belongs to the upper one."""
        n = len(self.from_micros) - 1
        while notional_micros < self.from_micros[n]:
            n -= 1
        return n


def _deductions(starts: tuple[int, ...], fractions: tuple[int, ...]) -> tuple[int, ...]:
    found = [0]
    for n in range(1, len(starts)):
        found.append(found[-1] + starts[n] * (fractions[n] - fractions[n - 1]))
    return tuple(found)


class MarginTiers(msgspec.Struct, frozen=True):
    """The ladders of both sides. ``is_sided``: they differ.

    ``initial_e4_max`` and ``fraction_e4_max`` are the steepest of any tier and side: bounds for
    what a little more notional can need.
    """

    long: Ladder
    short: Ladder
    leverage_max: int
    is_sided: bool
    initial_e4_max: int
    fraction_e4_max: int

    @classmethod
    def of(cls, tiers: tuple[Tier, ...]) -> "MarginTiers":
        """Return the ladders of a listing's tiers: maintenance is half of initial margin."""
        rungs = tuple(
            Rung(tier.from_micros, 2 * fraction, fraction)
            for tier in tiers
            for fraction in (maintenance_e4(tier.leverage_max),)
        )
        return cls.climbed(Ladders(rungs, rungs, tiers[0].leverage_max))

    @classmethod
    def by(cls, rule: MarginRule, tiers: tuple[Tier, ...], owed_e4: int = 0) -> "MarginTiers":
        """Return the ladders that a margin rule makes of a listing's tiers.

        ``owed_e4`` is what longs owe so far that counts as maintenance, in 1e-4 of notional;
        negative: what shorts do.
        """
        ladders = rule.ladders(LadderInputs(tiers))
        if owed_e4 > 0:
            ladders = ladders._replace(long=_owing(ladders.long, owed_e4))
        elif owed_e4 < 0:
            ladders = ladders._replace(short=_owing(ladders.short, -owed_e4))
        return cls.climbed(ladders)

    @classmethod
    def climbed(cls, ladders: Ladders) -> "MarginTiers":
        """Work out the ladders of a rule's rungs."""
        long = Ladder.of(ladders.long)
        short = long if ladders.short == ladders.long else Ladder.of(ladders.short)
        return cls(
            long,
            short,
            ladders.leverage_max,
            short is not long,
            max(*long.initials_e4, *short.initials_e4, 0),
            max(*long.fractions_e4, *short.fractions_e4, 0),
        )

    def maintenance_e4(self, value_micros: int) -> int:
        """Return maintenance margin of a signed value, in 1e-4 micro-dollars; exact.

        >>> btc = MarginTiers.of((Tier(0, 40), Tier(150_000_000_000_000, 20)))
        >>> btc.maintenance_e4(200_000_000_000_000) // 10**10  # $200M needs $3.125M
        3125000
        >>> btc.maintenance_e4(-200_000_000_000_000) // 10**10
        3125000
        """
        if value_micros < 0:
            ladder, value_micros = self.short, -value_micros
        else:
            ladder = self.long
        starts = ladder.from_micros
        if len(starts) == 1 or value_micros < starts[1]:
            return value_micros * ladder.fractions_e4[0]
        n = ladder.tier_of(value_micros)
        return value_micros * ladder.fractions_e4[n] - ladder.deductions_e4[n]

    def initial_micros(self, value_micros: int, leverage: int, least_e4: int = 0) -> int:
        """Return initial margin of a signed value; rounds up.

        The most of notional / leverage, the tiers' initial fractions, and ``least_e4`` of notional.
        """
        if value_micros < 0:
            ladder, value_micros = self.short, -value_micros
        else:
            ladder = self.long
        starts = ladder.from_micros
        if len(starts) == 1 or value_micros < starts[1]:
            initial_e4 = value_micros * ladder.initials_e4[0]
        else:
            n = ladder.tier_of(value_micros)
            initial_e4 = value_micros * ladder.initials_e4[n] - ladder.initial_deductions_e4[n]
        if least_e4:
            initial_e4 = max(initial_e4, value_micros * least_e4)
        by_leverage = -(-value_micros // leverage)
        by_tier = -(-initial_e4 // E4)
        return by_leverage if by_leverage > by_tier else by_tier

    def fraction_e4(self, value_micros: int) -> int:
        """Return the maintenance fraction of the tier that a signed value falls into, in 1e-4."""
        ladder = self.short if value_micros < 0 else self.long
        return ladder.fractions_e4[ladder.tier_of(abs(value_micros))]


def _owing(rungs: tuple[Rung, ...], owed_e4: int) -> tuple[Rung, ...]:
    """Add what is owed to each rung's maintenance; and to the initial fractions in proportion.

    The proportion is the first rung's, so that no rung falls below another. Rounds up.
    """
    first = rungs[0]
    initial_e4 = -(-owed_e4 * first.initial_e4 // first.maintenance_e4)
    return tuple(
        Rung(rung.from_micros, rung.initial_e4 + initial_e4, rung.maintenance_e4 + owed_e4)
        for rung in rungs
    )


def ladders_fault(ladders: Ladders) -> str | None:
    """Say what is wrong with the rungs of a margin rule, or ``None``."""
    for side, rungs in (("long", ladders.long), ("short", ladders.short)):
        if not rungs or rungs[0].from_micros != 0:
            return f"the first rung of the {side} side must begin at 0"
        last = Rung(-1, 0, 0)
        for rung in rungs:
            if rung.from_micros <= last.from_micros:
                return f"rungs of the {side} side must begin at rising notionals"
            if rung.maintenance_e4 < last.maintenance_e4 or rung.initial_e4 < last.initial_e4:
                return f"margin of the {side} side must not fall from rung to rung"
            if not 0 < rung.maintenance_e4 <= rung.initial_e4:
                return f"maintenance of the {side} side must be above 0, at most the initial margin"
            if rung.maintenance_e4 > FRACTION_E4_MAX:
                return f"maintenance of the {side} side is at most {FRACTION_E4_MAX // E4} times"
            last = rung
    if not 1 <= ladders.leverage_max <= 100:
        return "the highest leverage must be 1 to 100"
    return None


# (1 + 1/2)^4 − 1 is 4.06: the maintenance of a short of the fourth power at leverage 1.
FRACTION_E4_MAX = 5 * E4
