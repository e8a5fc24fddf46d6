"""What comes from outside: prints, sessions, time that passed and time that was lost."""

from venue.core.commands.command import Command
from venue.core.phases import Closure, Session


class SubmitPrint(Command, frozen=True, array_like=True, gc=False, tag=True):
    """One price of one source for one underlying, as it came: nothing is judged outside.

    ``source_time_ns`` is the source's own stamp. ``cadence_ns`` is how often the source says it
    prints; staleness is counted in it. ``confidence_nanos`` is the source's own half width about
    its price; 0: it states none. ``in_first_units``: the source knows of no split, and prints in
    the units of the market's listing for ever. ``without_dividends``: it knows of no dividend
    either, and nothing falls in its prices at an ex-date.
    """

    underlying: str
    source: str
    price_nanos: int
    source_time_ns: int
    received_ns: int
    cadence_ns: int
    confidence_nanos: int = 0
    in_first_units: bool = False
    without_dividends: bool = False


class ChangeSession(Command, frozen=True, array_like=True, gc=False, tag=True):
    """The underlying's session has changed, as the calendar or the operator says.

    ``since_ns`` is when by the calendar, ``next_change_ns`` when the next change is due and
    ``next_session`` what it brings.
    """

    underlying: str
    session: Session
    closure: Closure
    since_ns: int
    next_change_ns: int | None
    next_session: Session | None


class RecordDowntime(Command, frozen=True, array_like=True, gc=False, tag=True):
    """The venue was down from this command's own time to ``until_ns`` of its clock.

    Submitted at a restart, stamped with the last durable time, before anything else: every
    connection is lost; mark and sample timers skip to their next due time; sessions, expiries,
    cool-downs and fundings will run, each at its own time.
    """

    until_ns: int


class PassTime(Command, frozen=True, array_like=True, gc=False, tag=True):
    """Nothing but time: run the timers that are due."""
