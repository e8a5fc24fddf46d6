"""What a market keeps besides its numbers: its source's session, its makers, its actions."""

import msgspec

from venue.core.commands import CorporateAction
from venue.core.phases import Closure, Session
from venue.core.policies import ActionStep


class Source(msgspec.Struct, array_like=True):
    """What the underlying's market is doing, and until when, as it was told."""

    session: Session
    closure: Closure
    since_ns: int
    next_change_ns: int | None
    next_session: Session | None


NO_SOURCE = Source(Session.NO_TRADING, Closure.NONE, 0, None, None)


class Maker(msgspec.Struct, array_like=True):
    """A maker that is committed to quote in a market, behind a bond.

    ``wanted_micros`` is what the bond is to be after this epoch. ``sampled`` and ``met`` count this
    epoch's samples and those in which it quoted; ``ever_*`` those of all epochs before, and
    ``paid_micros`` what they cost.
    """

    account: int
    bond_micros: int = 0
    wanted_micros: int = 0
    sampled: int = 0
    met: int = 0
    ever_sampled: int = 0
    ever_met: int = 0
    paid_micros: int = 0


class Feed(msgspec.Struct, frozen=True, array_like=True):
    """What one source prints in, since the last split (``source_units.py``).

    ``is_found``: in the market's units. Its prints count × ``units_old`` / ``units_new``, beside
    the market's splits. ``held_nanos`` is the last price that was held back, so counted.
    """

    is_found: bool = False
    units_new: int = 1
    units_old: int = 1
    held_nanos: int | None = None


NEW_FEED = Feed()


class Announced(msgspec.Struct, frozen=True, array_like=True):
    """A corporate action that was announced, and the steps of it that are still to come."""

    action_id: int
    announced_ns: int
    effective_ns: int
    action: CorporateAction
    steps: tuple[ActionStep, ...]
