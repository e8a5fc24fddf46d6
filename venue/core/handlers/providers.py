"""Providers: accounts that say they take liquidated positions over, and up to how much."""

from venue.core import events as ev
from venue.core.apply import emit
from venue.core.commands import SetProvider
from venue.core.handlers.accounts import AMOUNT_MICROS_MAX
from venue.core.handlers.naming import account_and_market
from venue.core.handlers.refusing import reject
from venue.core.rejects import Reason
from venue.core.state import State


def set_provider(state: State, command: SetProvider) -> None:
    """Opt in with a cap on the notional of one's position, change it, or opt out with 0."""
    both = account_and_market(state, command, command.market)
    if both is None:
        return
    _, market = both
    if market.rules.backstop.holder != "providers":
        reject(state, command, Reason.NO_PROVIDERS_HERE)
        return
    if command.cap_micros < 0:
        reject(state, command, Reason.AMOUNT_NOT_POSITIVE, amount_micros=command.cap_micros)
        return
    if command.cap_micros > AMOUNT_MICROS_MAX:
        reject(state, command, Reason.AMOUNT_TOO_LARGE, amount_micros_max=AMOUNT_MICROS_MAX)
        return
    if command.cap_micros == market.providers.get(command.account, 0):
        reject(state, command, Reason.NOTHING_TO_CHANGE)
        return
    emit(state, ev.ProviderSet(command.account, command.market, command.cap_micros))
