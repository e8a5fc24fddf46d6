"""Which liquidations go on, by what is liquidated: who is told of a trade asks whose it was."""

from venue.core import events as ev
from venue.core.events import Event
from venue.core.state import SYSTEM_ORDERS_FROM


class GoingOn(dict[tuple[int, str], int]):
    """Liquidations that began and have not ended: (account, market or ``""``) to their id."""

    __slots__ = ()

    def hear(self, event: Event) -> None:
        """Take note of a step."""
        if isinstance(event, ev.LiquidationStarted):
            self[event.account, event.market] = event.liquidation_id
        elif isinstance(event, ev.LiquidationEnded):
            self.pop((event.account, event.market), None)

    def filled(self, order_id: int, account: int, market: str) -> int | None:
        """Return the liquidation that the venue sent an order for; ``None``: for none.

        That of the position if it is isolated, else that of all cross positions.
        """
        if order_id < SYSTEM_ORDERS_FROM:
            return None
        return self.get((account, market), self.get((account, "")))
