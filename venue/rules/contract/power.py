"""Contract rule ``power``: the index is a power of the underlying's price.

    index = A × (S / S0)^p × norm,   p = power_n / power_d from 0 to 4

A is a scale that suits the market's tick (one unit of the contract is worth A when listed), S0
fixed: given, or the first price from outside. p = 0 is a stable coin's target, 1 the perpetual,
1/2 a constant-product pool's worth, 2 Squeeth. S / S0 is held within a millionth and a million.

Vaults, where ``vault`` is ``cash`` or ``index`` (units of the underlying): collateral is locked and
units of the contract are minted against it, to be sold.

    collateral ratio = collateral × its price / (minted × A × (S / S0)^p × norm)

below ``vault_ratio_e4`` (3/2) a vault is liquidated: the insurance fund takes over
``vault_half_e4`` of its debt and gets the debt and ``vault_reward_e4`` (10 %) in collateral for
it; the whole vault, if less than ``vault_dust_micros`` of collateral would be left.

Parameters: ``power_n``, ``power_d``; ``scale_nanos`` (A, $100: assumed); ``base_nanos`` (S0, none:
the first price); ``vault``, ``vault_ratio_e4``, ``vault_reward_e4``, ``vault_half_e4``;
``vault_dust_micros`` ($1,500: assumed, for half an ether at 3,000).

Guards against a scale that the tick cannot show: for p = 2 a share at 400 is 160,000.

Does not guard against what a power is: +30 % of the underlying costs the short of p = 2 69 %, so
margin has to be ``shock``. Nor against a dividend: the index falls with the price at ex. A split of
the underlying changes nothing: S and S0 are counted in the same units.

Rounding: a whole power half to even, exactly, once; else (S / S0)^p is within 4e-18 of itself, by
``fixed.ln_e18`` and ``fixed.exp_neg_e18``, then half to even. At least a nano-dollar.

Source: seed 003 (definition of a power perpetual, design space, collateral ratio); Opyn's Squeeth
6dc8cd9 (scale 1e4; 3/2, 110 %, half a vault, dust 0.5 ether).
"""

from functools import lru_cache
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from venue.core.fixed import E18, exp_neg_e18, ln_e18
from venue.core.policies import ContractInputs, VaultTerms
from venue.core.units import E4, E6, E9, E12, clamp, div_half_even
from venue.rules.parameters import Micros, PositiveShareE4, ShareE4
from venue.rules.properties import Property

POWER_MAX = 4
# How far a price may be from S0, either way, before the power stands still.
APART_MAX = 1_000_000
LN2_E30 = 693_147_180_559_945_309_417_232_121_458

PowerN = Annotated[int, Meta(ge=0, le=400)]
PowerD = Annotated[int, Meta(ge=1, le=100)]
# A millionth of a dollar to a million.
Scale = Annotated[int, Meta(ge=1_000, le=E6 * E9)]
Price = Annotated[int, Meta(ge=1, le=E6 * E9)]
# Above one, as the debt must stay covered.
Ratio = Annotated[int, Meta(ge=E4 + 1, le=100 * E4)]


class Power(msgspec.Struct, frozen=True):
    """One unit of the contract is A when listed, and then a power of the price."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "a power rises by another share than it falls by",
        Property.CONTINUOUS: "the slope is p times A over S0: a nano-dollar of a cheap share may "
        "be many of the contract",
    }
    is_linear: ClassVar[bool] = False

    power_n: PowerN = 2
    power_d: PowerD = 1
    scale_nanos: Scale = 100 * E9
    base_nanos: Price | None = None
    vault: Literal["none", "cash", "index"] = "none"
    vault_ratio_e4: Ratio = 15_000
    vault_reward_e4: ShareE4 = 1_000
    vault_half_e4: PositiveShareE4 = 5_000
    vault_dust_micros: Micros = 1_500 * E6

    def __post_init__(self) -> None:
        if self.power_n > POWER_MAX * self.power_d:
            raise ValueError("power_n / power_d must be from 0 to 4")
        if self.vault_reward_e4 >= self.vault_ratio_e4 - E4:
            raise ValueError(
                "vault_reward_e4 must be below what vault_ratio_e4 asks beyond the debt"
            )

    @property
    def power(self) -> tuple[int, int]:
        """Return p as a fraction."""
        return self.power_n, self.power_d

    @property
    def vaults(self) -> VaultTerms | None:
        """Return what vaults are held to, or ``None``."""
        if self.vault == "none":
            return None
        return VaultTerms(
            self.vault,
            self.vault_ratio_e4,
            self.vault_reward_e4,
            self.vault_half_e4,
            self.vault_dust_micros,
        )

    def contract(self, seen: ContractInputs) -> int:
        """Return the contract's index.

        >>> from venue.rules.examples import CONTRACT
        >>> Power().contract(CONTRACT)  # 250 from 200: 100 × 1.25²
        156250000000
        """
        grown = grown_nanos(
            seen.underlying_nanos, seen.base_nanos, self.power_n, self.power_d, self.scale_nanos
        )
        if seen.norm_e18 == E18:
            return max(1, grown)
        exact = _fraction(
            seen.underlying_nanos, seen.base_nanos, self.power_n, self.power_d, self.scale_nanos
        )
        return max(1, div_half_even(exact[0] * seen.norm_e18, exact[1] * E18))


@lru_cache(maxsize=1024)
def grown_nanos(price: int, base: int, power_n: int, power_d: int, scale_nanos: int) -> int:
    """Return A × (S / S0)^p, half to even; remembered, as a print is seen by every timer.

    >>> grown_nanos(121, 100, 1, 2, 1_000)  # the root of 1.21
    1100
    """
    numerator, denominator = _fraction(price, base, power_n, power_d, scale_nanos)
    return div_half_even(numerator, denominator)


@lru_cache(maxsize=1024)
def _fraction(price: int, base: int, power_n: int, power_d: int, scale: int) -> tuple[int, int]:
    price = clamp(price * APART_MAX, low=base, high=base * APART_MAX * APART_MAX)
    base *= APART_MAX
    whole, rest = divmod(power_n, power_d)
    if rest == 0:
        return int(scale * price**whole), int(base**whole)
    # base ** p = 2 ** q × exp(-rest) with 0 <= rest < ln 2, so that 1e-18 of exp suffices.
    logarithm = ln_e18(price, base) * power_n * E12
    doublings = -(-logarithm // (power_d * LN2_E30))
    rest = doublings * power_d * LN2_E30 - logarithm
    small_e18 = exp_neg_e18(rest, power_d * E12 * E18)
    if doublings >= 0:
        return scale * small_e18 << doublings, E18
    return scale * small_e18, E18 << -doublings
