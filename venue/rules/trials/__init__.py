"""How each kind of rule is tried: by the contract test, at listing, by ``venue rules check``."""

from venue.rules.trials.driver import CENTRE, Driver, Inputs, Rule
from venue.rules.trials.index import ACTIONS, CLOSED, CONTRACT, OPEN, REOPEN
from venue.rules.trials.liquidation import BACKSTOP, CLOSEOUT, RESORT
from venue.rules.trials.mark import BAND, CLAMP, MARK
from venue.rules.trials.payments import FEES, FUNDING, FUNDING_CLOSED, MARGIN, TERMS
from venue.rules.trials.trading import (
    CALLS,
    CORPORATE,
    COUNTERPARTY,
    INTERRUPTION,
    MAKERS,
    OPEN_ORDERS,
    ORDERS,
    REQUESTS,
)

DRIVERS: dict[str, Driver] = {
    "index_open": OPEN,
    "index_closed": CLOSED,
    "reopen": REOPEN,
    "contract": CONTRACT,
    "actions": ACTIONS,
    "mark": MARK,
    "clamp": CLAMP,
    "band": BAND,
    "funding": FUNDING,
    "funding_closed": FUNDING_CLOSED,
    "margin": MARGIN,
    "fees": FEES,
    "terms": TERMS,
    "counterparty": COUNTERPARTY,
    "orders": ORDERS,
    "open_orders": OPEN_ORDERS,
    "requests": REQUESTS,
    "makers": MAKERS,
    "interruption": INTERRUPTION,
    "calls": CALLS,
    "closeout": CLOSEOUT,
    "backstop": BACKSTOP,
    "last_resort": RESORT,
    "corporate": CORPORATE,
}

__all__ = ["CENTRE", "DRIVERS", "Driver", "Inputs", "Rule"]
