"""From events to rows: what is written depends on what was executed and on nothing else."""

from collections.abc import Iterable

from venue.core import events as ev
from venue.store.replay import Executed
from venue.store.rows import At, Rows, ToRows
from venue.store.rows_liquidation import LIQUIDATION_ROWS
from venue.store.rows_money import MONEY_ROWS, traded_money
from venue.store.rows_orders import ORDER_ROWS, traded
from venue.store.rows_prices import PRICE_ROWS
from venue.store.rows_vaults import VAULT_ROWS


def _traded(rows: Rows, at: At, event: ev.Traded) -> None:
    traded(rows, at, event)
    traded_money(rows, at, event)


TO_ROWS: dict[type[ev.Event], ToRows] = {
    ev.Traded: _traded,
    **ORDER_ROWS,
    **MONEY_ROWS,
    **PRICE_ROWS,
    **LIQUIDATION_ROWS,
    **VAULT_ROWS,
}

# These leave no row: what they say is in another event's, or matters to the moment only.
NO_ROWS: frozenset[type[ev.Event]] = frozenset(
    {
        ev.IndexAdjusted,
        ev.FundingIntervalChanged,
        ev.MarkHeldNear,
        ev.AverageBegan,
        ev.TimePassed,
        ev.Rejected,
        ev.DuplicateAnswered,
        ev.OrderRested,
        ev.CancelAllAfterSet,
        ev.CancelOnDisconnectSet,
        ev.ConnectionLost,
        ev.LeverageSet,
        ev.ProviderSet,
        ev.OrderDelayed,
        ev.DelayEnded,
        ev.TwapPlaced,
        ev.TwapWorked,
        ev.PlanEnded,
        ev.ScalePlaced,
        ev.BondMoved,
        ev.QuotesSampled,
        ev.MakersJudged,
        ev.UnderlyingPriced,
        ev.VaultOpened,
        ev.VaultUnitsSplit,
        ev.UnderlyingSplit,
        ev.PrintsSplit,
        ev.PrintsDriven,
        ev.PrintsLowered,
        ev.SourceCounted,
        ev.PoolOpened,
        ev.PoolEpochEnded,
        ev.VaultSeeded,
        ev.PoolPositionClosed,
        ev.IsolatedMarginMoved,
        ev.MarkSkipped,
        ev.BoundsMoved,
        ev.CallScheduled,
        ev.PremiumSampled,
        ev.BreachesFound,
        ev.BreachHealed,
        ev.FundUnwound,
        ev.ForcedCloseDeferred,
        ev.ForcedCloseEnded,
        ev.ForcedClosesWorked,
        ev.FeeDayBegan,
        ev.RequestsCounted,
        ev.FundingOwed,
    }
)


def project(rows: Rows, executed: Executed) -> None:
    """Add the rows of one command to a batch; commands come in the order of execution.

    The time of an event is that of the nearest ``TimePassed`` before it in its command, or the
    command's own.
    """
    at_ns = executed.at_ns
    for number, event in enumerate(executed.events):
        if type(event) is ev.TimePassed:
            at_ns = event.at_ns
            continue
        to_rows = TO_ROWS.get(type(event))
        if to_rows is not None:
            to_rows(rows, At(executed.seq, number, at_ns), event)


def projected(executed: Iterable[Executed]) -> Rows:
    """Return the rows of some commands; the same commands always give the same rows."""
    rows = Rows()
    for each in executed:
        project(rows, each)
    return rows
