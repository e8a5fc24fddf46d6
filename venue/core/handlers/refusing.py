"""How a handler refuses: a reason with its figures; then one event, nothing changed."""

from typing import Final, NamedTuple

from venue.core.apply import emit
from venue.core.commands import Command
from venue.core.events import Rejected
from venue.core.rejects import Reason
from venue.core.state import State

NO_ACCOUNT: Final = -1  # A refusal of a command that names no account.


class Refusal(NamedTuple):
    """A reason, and the figures behind it."""

    reason: Reason
    figures: dict[str, int]


def reject(state: State, command: Command, reason: Reason, **figures: int) -> None:
    """Refuse a command, with the figures that would have helped its sender.

    A market that is not known by its old name any more is told by its new one.
    """
    now_called = ""
    if reason is Reason.UNKNOWN_MARKET:
        now_called = state.renamed.get(getattr(command, "market", None) or "", "")
        reason = Reason.MARKET_RENAMED if now_called else reason
    emit(
        state,
        Rejected(
            getattr(command, "account", NO_ACCOUNT),
            type(command).__name__,
            reason,
            figures,
            getattr(command, "client_order_id", None),
            now_called,
        ),
    )
