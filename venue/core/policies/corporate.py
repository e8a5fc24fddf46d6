"""Corporate actions: what the venue does about a cash dividend, as a timetable."""

from enum import StrEnum
from typing import NamedTuple, Protocol

import msgspec


class Does(StrEnum):
    """What one step of a corporate action does; ``figure`` is its number, where it has one.

    ``nothing``: it is told, and the action is over. ``halt`` stops trading. ``split`` rescales.
    ``adjust_index`` lowers the index by ``figure`` nano-dollars, ``pay_dividend`` moves ``figure``
    nano-dollars a unit from shorts to longs, ``set_interval`` makes funding settle every ``figure``
    ns. ``only_reduce`` lets positions only shrink, until ``trade_normally``; ``hold_mark`` keeps
    the mark within ``figure`` (1e-4) of the index, until ``release_mark``. ``rename``,
    ``begin_average`` (of the index), ``delist`` and ``merge`` say what they do. ``lower_prints``
    lowers what is printed without dividends by ``figure`` nano-dollars at the price of the moment:
    the venue adds it to every dividend of a market that hears such prints.
    """

    NOTHING = "nothing"
    HALT = "halt"
    SPLIT = "split"
    ADJUST_INDEX = "adjust_index"
    PAY_DIVIDEND = "pay_dividend"
    SET_INTERVAL = "set_interval"
    ONLY_REDUCE = "only_reduce"
    TRADE_NORMALLY = "trade_normally"
    HOLD_MARK = "hold_mark"
    RELEASE_MARK = "release_mark"
    RENAME = "rename"
    BEGIN_AVERAGE = "begin_average"
    DELIST = "delist"
    MERGE = "merge"
    LOWER_PRINTS = "lower_prints"


class ActionStep(msgspec.Struct, frozen=True, array_like=True):
    """One step of a timetable: when (ns since the Unix epoch), what, and its number."""

    at_ns: int
    does: Does
    figure: int = 0


class DividendInputs(NamedTuple):
    """A cash dividend, as announced.

    ``ex_ns`` is midnight in New York at the beginning of the ex-date; ``amount_nanos`` is the cash
    of one unit of the underlying; ``funding_interval_ns`` is the market's own.
    """

    ex_ns: int
    amount_nanos: int
    funding_interval_ns: int


class CorporateRule(Protocol):
    """What the venue does about a dividend, in the order of time; empty: nothing at all."""

    def dividend(self, seen: DividendInputs) -> tuple[ActionStep, ...]: ...
