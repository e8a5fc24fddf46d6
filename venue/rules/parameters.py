"""The kinds of parameter that rules take, each with the range that is let in.

A parameter's unit is the last word of its name. The range stands in the type, so that a
listing is checked, and the documents are printed, from the same words.
"""

from typing import Annotated

from msgspec import Meta

from venue.core.units import E4, E12, NS_PER_DAY

# A time constant, a wait or a cadence. ``fixed.decayed_mean`` takes up to 30 days.
Duration = Annotated[int, Meta(ge=1, le=30 * NS_PER_DAY)]
# A wait that may be none.
Wait = Annotated[int, Meta(ge=0, le=30 * NS_PER_DAY)]
# A share of something, in 1e-4; 10,000 is all of it.
ShareE4 = Annotated[int, Meta(ge=0, le=E4)]
# A share that may not be nothing.
PositiveShareE4 = Annotated[int, Meta(ge=1, le=E4)]
# A factor in 1e-4, up to ten times.
FactorE4 = Annotated[int, Meta(ge=0, le=10 * E4)]
# A funding rate, premium or interest; one is 100 %.
RateE12 = Annotated[int, Meta(ge=-E12, le=E12)]
# The size of one, without a sign.
PositiveRateE12 = Annotated[int, Meta(ge=0, le=E12)]
# Money that must be there; at most a billion dollars.
PositiveMicros = Annotated[int, Meta(ge=1, le=10**15)]
# Money that may be nothing.
Micros = Annotated[int, Meta(ge=0, le=10**15)]
# How many of something.
Count = Annotated[int, Meta(ge=1, le=1_000)]
# How many minutes, up to a week.
Minutes = Annotated[int, Meta(ge=1, le=7 * 1_440)]
# A liquidation fee in 1e-6 of notional; at most 1.5 %, the highest that a venue here asks.
FeeE6 = Annotated[int, Meta(ge=0, le=15_000)]
