"""Who pays what account, book, backstop and fund cannot: ADL, a socialised loss, or nobody yet."""

from venue.core.policies import LastResortRule
from venue.rules.last_resort.adl_bitmex import AdlBitmex
from venue.rules.last_resort.adl_prorata_contracts import AdlProrataContracts
from venue.rules.last_resort.adl_qfex import AdlQfex
from venue.rules.last_resort.adl_random import AdlRandom
from venue.rules.last_resort.equity_prorata import EquityProrata
from venue.rules.last_resort.freeze import Freeze
from venue.rules.last_resort.profit_leverage import ProfitLeverage
from venue.rules.last_resort.social_all_contracts import SocialAllContracts
from venue.rules.last_resort.social_gain_prorata import SocialGainProrata

RULES: dict[str, type[LastResortRule]] = {
    "profit_leverage": ProfitLeverage,
    "adl_bitmex": AdlBitmex,
    "adl_qfex": AdlQfex,
    "adl_random": AdlRandom,
    "adl_prorata_contracts": AdlProrataContracts,
    "social_gain_prorata": SocialGainProrata,
    "social_all_contracts": SocialAllContracts,
    "equity_prorata": EquityProrata,
    "freeze": Freeze,
}
