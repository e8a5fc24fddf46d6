"""Interruption rule ``mirrored``: our market does what the halted stock does.

    while the underlying's closure is ``halt``: freeze, reduce_only, or call

Parameters: ``on_halt``, what a halt of the underlying does here: ``freeze`` stops trading until it
is over (cancels stay allowed) and resumes by a call of the listing's length; ``reduce_only`` trades
on, but no position may grow; ``call`` collects orders, and looks every ``call_ns`` (5 min, as LULD)
whether the stock trades again.

Guards against trading on a price that the stock market itself does not stand behind: news is
pending, and who knows it picks off who does not. Does not guard against jumps of our own book, and
a freeze takes from traders the means of getting out that a 24/7 market promises.

Rounding: none. Source: LULD and regulatory halts of the stock (venue-rules section 14; 16.27 lists
mirroring). What a perp does in a halt no venue documents: all three are assumed.
"""

from typing import ClassVar, Literal

import msgspec

from venue.core.phases import Closure
from venue.core.policies import Bounds, BoundsInputs, InterruptInputs
from venue.core.units import NS_PER_MINUTE
from venue.rules.memory import NOTHING, Nothing
from venue.rules.parameters import Duration
from venue.rules.properties import Property


class Mirrored(msgspec.Struct, frozen=True):
    """Halt with the stock."""

    exempt: ClassVar[dict[Property, str]] = {}
    cancels_beyond: ClassVar[bool] = False
    limit_state_ns: ClassVar[int] = 0
    watches_mark: ClassVar[bool] = False

    on_halt: Literal["freeze", "reduce_only", "call"] = "freeze"
    call_ns: Duration = 5 * NS_PER_MINUTE

    def initial(self) -> Nothing:
        """Return the memory: nothing."""
        return NOTHING

    def bounds(self, seen: BoundsInputs, memory: Nothing) -> tuple[Bounds | None, Nothing]:
        """Return no bounds: our own trades stop nothing."""
        return None, memory

    def interrupt(self, seen: InterruptInputs, memory: Nothing) -> tuple[int, Nothing]:
        """Return how long the call goes on: ``call_ns`` while the stock is halted.

        >>> from venue.rules.examples import INTERRUPT
        >>> rule = Mirrored(on_halt="call")
        >>> rule.interrupt(INTERRUPT._replace(closure=Closure.HALT), NOTHING)[0] // 10**9
        300
        >>> rule.interrupt(INTERRUPT, NOTHING)[0]
        0
        """
        is_halted = self.on_halt == "call" and seen.closure is Closure.HALT
        return (self.call_ns if is_halted else 0), memory
