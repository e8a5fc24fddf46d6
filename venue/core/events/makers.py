"""Committed makers: bonds, samples of their quotes, and how an epoch was judged."""

import msgspec

from venue.core.events.event import Event


class BondMoved(Event, frozen=True, array_like=True, gc=False, tag=True):
    """A maker's bond grew by ``amount_micros`` out of its account; ``wanted_micros`` is what it is
    to be after the epoch, which ends at ``epoch_ends_ns``."""

    account: int
    market: str
    amount_micros: int
    wanted_micros: int
    epoch_ends_ns: int


class QuotesSampled(Event, frozen=True, array_like=True, gc=False, tag=True):
    """Which of the committed makers quoted as they owe (account, whether) at one sample."""

    market: str
    makers: tuple[tuple[int, bool], ...]


class Judgement(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One maker's epoch: what went from its bond to the insurance fund, and back to its account."""

    account: int
    sampled: int
    met: int
    penalty_micros: int
    returned_micros: int
    bond_micros: int


class MakersJudged(Event, frozen=True, array_like=True, gc=False, tag=True):
    """An epoch of maker duties is over; the next ends at ``next_ns``; ``None``: nobody is left."""

    market: str
    judged: tuple[Judgement, ...]
    next_ns: int | None
