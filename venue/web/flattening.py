"""An operator closes what an account holds: by ordinary commands, as its owner could.

First everything of it is cancelled: orders, triggers, plans. Then each position is closed by
reduce-only market orders in the book, no further from the mark than any market order goes. So the
account pays what a taker pays, whoever rests in the book trades at the price that he asked for, and
no rule of money is needed. What the book does not take stays, and is told. In the journal these are
a ``CancelAll`` and ``PlaceOrder``s of no connection (0), which no bot can send.
"""

import msgspec

from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Side, TimeInForce
from venue.core.state import State
from venue.web.contracts import contracts
from venue.web.office import Office, Refused

# A position may be larger than one order may be; more than so many of them it never is.
ORDERS_MAX = 100


class Flattened(msgspec.Struct, frozen=True):
    """One position: what was closed and what is left, both signed decimals of the underlying; and
    why some is left, if it is."""

    market: str
    closed: str
    left: str
    why: str = ""


async def flatten(office: Office, account: int) -> list[Flattened]:
    """Cancel all that an account has open and close its positions; raise ``Refused``."""
    await office.check_somebodys(account)
    await office.done(cmd.CancelAll(account))
    held = await office.asked(lambda state: _held(state, account))
    assert isinstance(held, dict), "positions by market"
    return [await _closed(office, account, market, lots) for market, lots in held.items()]


def _held(state: State, account: int) -> dict[str, int]:
    holdings = state.accounts[account].holdings
    return {name: each.size_lots for name, each in sorted(holdings.items()) if each.size_lots}


async def _closed(office: Office, account: int, market: str, lots: int) -> Flattened:
    """Send orders until nothing is left, or the book takes no more."""
    left, why = lots, ""
    for _ in range(ORDERS_MAX):
        before = left
        why = await _order(office, account, market, left)
        now = await office.asked(lambda state: _held(state, account).get(market, 0))
        assert isinstance(now, int), "signed lots"
        left = now
        if not left or left == before:
            break
    lot_e9 = await office.asked(lambda state: state.markets[market].spec.units.lot_e9)
    assert isinstance(lot_e9, int), "1e-9 of a unit"
    if left and not why:
        why = TRADES_ON
    closed, rest = contracts(lots - left, lot_e9), contracts(left, lot_e9)
    return Flattened(market, closed, rest, why if left else "")


async def _order(office: Office, account: int, market: str, lots: int) -> str:
    """Send one order against a position; return what became of the rest of it."""
    most = await office.asked(lambda state: state.markets[market].spec.limits.order_lots_max)
    assert isinstance(most, int), "lots"
    order = cmd.PlaceOrder(
        account=account,
        market=market,
        side=Side.SELL if lots > 0 else Side.BUY,
        size_lots=min(abs(lots), most),
        price_ticks=None,
        time_in_force=TimeInForce.IOC,
        reduce_only=True,
    )
    try:
        events = await office.done(order)
    except Refused as refused:
        return str(refused)
    for event in events:
        if isinstance(event, ev.OrderCancelled) and event.account == account:
            return _SAID.get(event.cause.value, event.cause.value)
        if isinstance(event, ev.OrderDelayed):
            return "the order waits for the market's speed bump: ask again"
    return ""


TRADES_ON = "the account trades on: stop its bot, or revoke its tokens, and ask again"
_SAID = {"no_liquidity": "no_liquidity: nobody else rests within reach of the mark"}
