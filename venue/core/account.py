"""Accounts: who owns what, and what each account has in each market."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from venue.core.book import Order
from venue.core.commands import MarginMode
from venue.core.deferrals import Unit
from venue.core.plans import OpenPlan, Plan
from venue.core.trigger import Trigger as Trigger

INSURANCE: Final = 0  # The account of the insurance fund: it holds what it took over.
# The account of liquidity depositors, opened with the first market that has a vault as backstop.
VAULT: Final = -1
VAULT_NAME: Final = "liquidator_vault"
FIRST_ACCOUNT: Final = 1
CLIENT_ORDER_IDS_KEPT: Final = 10_000


@dataclass(slots=True)  # Written more often than made: a write costs a quarter of a Struct's.
class Holding:
    """What one account has in one market: position, leverage, and its open orders' sums.

    ``entry_micros`` is the exact signed cost of the position. ``isolated_micros`` is the margin
    set aside while the mode is isolated. ``buy_*`` and ``sell_*`` sum the resting orders that
    may open: lots, and what they would cost. ``realised``, ``funding`` and ``fees`` are running
    totals in micro-dollars (funding and fees: what was paid).
    """

    market: str
    leverage: int
    mode: MarginMode = MarginMode.CROSS
    size_lots: int = 0
    entry_micros: int = 0
    isolated_micros: int = 0
    buy_lots: int = 0
    buy_micros: int = 0
    sell_lots: int = 0
    sell_micros: int = 0
    reducing: int = 0
    realised_micros: int = 0
    funding_micros: int = 0
    fees_micros: int = 0


@dataclass(slots=True, eq=False)  # As a holding is.
class Account:
    """One account. ``base_micros`` is what its return is counted from: start plus deposits.

    ``orders``, ``triggers`` and ``plans`` are its open ones by id. ``remembered`` maps client order
    ids to what they named; ``recent`` is their order of arrival.
    """

    account: int
    name: str
    parent: int | None
    owner: int
    balance_micros: int = 0
    base_micros: int = 0
    holdings: dict[str, Holding] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    triggers: dict[int, Trigger] = field(default_factory=dict)
    plans: dict[int, OpenPlan] = field(default_factory=dict)
    remembered: dict[str, Order | Trigger | Plan] = field(default_factory=dict)
    recent: deque[str] = field(default_factory=deque)
    client_order_ids: int = 0
    cancel_all_at_ns: int | None = None
    cancel_on_disconnect: dict[int, bool] = field(default_factory=dict)
    # What it traded: today, and on whole days before, as (maker, taker) in micro-dollars; and on
    # all days before today together, those that are forgotten included.
    day_maker_micros: int = 0
    day_taker_micros: int = 0
    days: tuple[tuple[int, int], ...] = ()
    traded_micros: int = 0
    # How many requests it has sent where they are counted, and when the last one.
    requests: int = 0
    requested_at_ns: int = 0
    # Not state: what ``margin_refusal`` knows to be left of this account's margin, at which marks;
    # and the name of the unit of its cross positions.
    headroom_micros: int = 0
    headroom_version: int = -1
    cross_unit: "Unit" = field(init=False)

    def __post_init__(self) -> None:
        self.cross_unit = (self.account, "")
