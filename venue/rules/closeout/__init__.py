"""How much of a position below maintenance goes to the book, and at what price."""

from venue.core.policies import CloseoutRule
from venue.rules.closeout.ioc_fillable import IocFillable
from venue.rules.closeout.ioc_mark_spread import IocMarkSpread
from venue.rules.closeout.ioc_zero_price import IocZeroPrice
from venue.rules.closeout.market_full import MarketFull
from venue.rules.closeout.network_disposal import NetworkDisposal
from venue.rules.closeout.oracle_close import OracleClose
from venue.rules.closeout.ramp import Ramp
from venue.rules.closeout.slices import Slices

RULES: dict[str, type[CloseoutRule]] = {
    "slices": Slices,
    "market_full": MarketFull,
    "ioc_fillable": IocFillable,
    "ioc_zero_price": IocZeroPrice,
    "ioc_mark_spread": IocMarkSpread,
    "network_disposal": NetworkDisposal,
    "ramp": Ramp,
    "oracle_close": OracleClose,
}
