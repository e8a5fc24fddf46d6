"""Last resort ``social_gain_prorata``: winners get less of their gains, all in one proportion.

    distribute_i = gain_i × collected / target, so each gives up gain_i × shortfall / sum of gains

A gain is the unrealised profit of a position at the mark, long or short. Nobody's position is
closed; the fund takes the bankrupt one over at the mark and unwinds it.

Parameter: ``seniority``, whose money is asked first: ``profits_only`` (the default: at most the
gain, and never below maintenance), then ``buffer``, then ``any``. ``price`` does not matter: no
position is closed against another.

Guards against concentration and against losing a hedge.

Does not guard against paying for a stranger: every winner pays, however little leverage was used.

Rounding: by cumulative share, so that the parts add up to the loss to the micro-dollar.

Source: Vega specs, loss socialisation (fact sheet, section 11): distribute_i = gain_i × collected /
target. There gains are those since the last mark, settled at each; here gains stay unrealised, so
they count from entry.
"""

from typing import ClassVar

import msgspec

from venue.core.policies import ResortInputs
from venue.rules.last_resort.parameters import Seniority
from venue.rules.properties import Property


class SocialGainProrata(msgspec.Struct, frozen=True):
    """In proportion to unrealised gains."""

    exempt: ClassVar[dict[Property, str]] = {
        Property.SYMMETRIC: "a gain is money: at the mirrored pair of prices, a ratio apart, "
        "a short gains as much only if both differ by as many dollars",
    }
    form: ClassVar[str] = "shared"
    price: ClassVar[str] = "bankruptcy"

    seniority: Seniority = "profits_only"

    def weigh(self, seen: ResortInputs) -> int:
        """Return the weight: the gain in micro-dollars, or nothing.

        >>> from venue.rules.examples import RESORT
        >>> SocialGainProrata().weigh(RESORT)  # 2,500 - 2,000
        500000000
        >>> SocialGainProrata().weigh(RESORT._replace(entry_micros=2_600_000_000))
        0
        """
        return max(0, seen.size_lots * seen.mark_micros - seen.entry_micros)
