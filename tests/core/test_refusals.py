"""Every reason to refuse, provoked: its name, its figures, its place in the order, no change."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from tests.support.desk import MARKET, ROOMY, START_NS, Desk, fills, listing, of, reason, sliced
from tests.support.pools import pool_listing
from tests.support.vaults import vaulted
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import MarginMode, Side, TimeInForce, TriggerKind
from venue.core.digest import dump, load
from venue.core.events import Event
from venue.core.handlers.accounts import AMOUNT_MICROS_MAX
from venue.core.listing import MarketSpec, Tier
from venue.core.phases import Closure, Session
from venue.core.policies import Validity
from venue.core.rejects import Reason
from venue.core.units import E6, NS_PER_DAY, NS_PER_SECOND
from venue.rules.build import build, ref
from venue.rules.rulebooks import spec

BUY, SELL = Side.BUY, Side.SELL
IOC, FOK = TimeInForce.IOC, TimeInForce.FOK


class Case(NamedTuple):
    """What has happened before, what is asked, and the figures that come with the refusal."""

    ask: Callable[[Desk], list[Event]]
    figures: dict[str, int]
    before: Callable[[Desk], object] = lambda desk: None
    market: MarketSpec | None = None
    price: int | None = 250


SQUARE = vaulted(2, scale=100)  # With vaults that take units of the underlying.
# $2,500 of open interest, and no order more than 1 % beyond the mark once it is reached.
CAPPED = "open_interest_micros_max=2500000000 at_cap_e4=100"


def limits(**changes: int) -> MarketSpec:
    return listing(limits=replace(ROOMY, **changes))


def trigger(desk: Desk, **changes: Any) -> list[Event]:
    terms = {"side": SELL, "size_lots": None, "kind": TriggerKind.STOP, "trigger_ticks": 24_000}
    return desk.do(cmd.PlaceTrigger(desk.names["ann"], MARKET, **{**terms, **changes}))


def amend(desk: Desk, *, price: int | None = None, size: int | None = None) -> list[Event]:
    return desk.do(cmd.AmendOrder(desk.names["ann"], None, "mine", price, size))


def isolated_ten(desk: Desk) -> None:
    for name in ("ann", "bob"):
        number = desk.names[name]
        desk.do(cmd.SetLeverage(number, MARKET, 10, MarginMode.ISOLATED))
    desk.trade("ann", "bob", 10, 250)
    desk.do(cmd.MoveIsolatedMargin(desk.names["ann"], MARKET, 1_000 * E6))


def long_ten(desk: Desk) -> None:
    desk.trade("ann", "bob", 10, 250)


def insolvent_in_a_halt(desk: Desk) -> None:
    desk.do(cmd.Withdraw(desk.names["ann"], 9_000 * E6))
    desk.trade("ann", "bob", 30, 250)
    desk.do(cmd.HaltMarket(MARKET, "operator"))
    desk.price(200)


def long_ten_at_the_weekend(desk: Desk) -> None:
    long_ten(desk)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)


def long_ten_and_a_silent_source(desk: Desk) -> None:
    long_ten(desk)
    desk.wait(63)


def below_maintenance(desk: Desk) -> None:
    """ann, $1,000 behind $5,000 and 20 shares, meets a fall to 205 with nobody bidding."""
    desk.do(cmd.Withdraw(desk.names["ann"], 9_000 * E6))
    desk.trade("ann", "bob", 20, 250)
    desk.price(204.5)


def half_filled(desk: Desk) -> None:
    desk.buy("ann", 10, 250, client_order_id="mine")
    desk.sell("bob", 4, 250)


CASES: dict[Reason, Case] = {
    Reason.UNKNOWN_ACCOUNT: Case(lambda desk: desk.buy("nobody", 1, 250), {}),
    Reason.NAME_TAKEN: Case(lambda desk: desk.do(cmd.OpenAccount("ann")), {"account": 1}),
    Reason.UNKNOWN_MARKET: Case(
        lambda desk: desk.do(cmd.PlaceOrder(1, "NONE", BUY, 1_000, 25_000)), {}
    ),
    Reason.MARKET_EXISTS: Case(lambda desk: desk.do(cmd.ListMarket(spec("TSLA"))), {}),
    Reason.LISTING_UNFIT: Case(
        lambda desk: desk.do(cmd.ListMarket(replace(spec("NVDA"), tiers=()))), {}
    ),
    Reason.CLIENT_ORDER_ID_REUSED: Case(
        lambda desk: desk.buy("ann", 2, 240, client_order_id="mine"),
        {},
        lambda desk: desk.buy("ann", 1, 240, client_order_id="mine"),
    ),
    Reason.MARKET_RENAMED: Case(
        lambda desk: desk.buy("ann", 1, 250),
        {},
        lambda desk: desk.do(cmd.AnnounceAction(MARKET, cmd.Rename("TSLB"))),
    ),
    Reason.UNKNOWN_ORDER: Case(lambda desk: desk.do(cmd.CancelOrder(1, 8, None)), {}),
    Reason.UNKNOWN_ACTION: Case(lambda desk: desk.do(cmd.WithdrawAction(MARKET, 7)), {}),
    Reason.UNKNOWN_SOURCE: Case(lambda desk: desk.do(cmd.CountSource(MARKET, "tape", 2, 1)), {}),
    Reason.REQUESTS_SPENT: Case(  # Choosing a leverage was the one request that ann had.
        lambda desk: desk.buy("ann", 1, 240),
        {"requests": 1, "requests_max": 1, "next_at_ns": START_NS + 13 * NS_PER_SECOND},
        market=listing("naive_print", ref("requests", "by_volume", buffer=1)),
    ),
    Reason.LIQUIDATION_OPEN: Case(
        lambda desk: desk.buy("ann", 1, 240), {}, below_maintenance, sliced()
    ),
    Reason.WITHDRAWALS_GATED: Case(
        lambda desk: desk.do(cmd.Withdraw(2, E6)),
        {},
        insolvent_in_a_halt,
        listing(
            "naive_print",
            ref("closeout", "slices"),
            ref("backstop", "fund", gates_withdrawals=True),
        ),
    ),
    Reason.NO_PROVIDERS_HERE: Case(lambda desk: desk.do(cmd.SetProvider(1, MARKET, E6)), {}),
    Reason.NO_MAKERS_HERE: Case(lambda desk: desk.do(cmd.CommitMaker(1, MARKET, E6)), {}),
    Reason.NO_POOL_HERE: Case(lambda desk: desk.do(cmd.DepositToPool(1, MARKET, E6)), {}),
    Reason.REQUESTS_LIMIT: Case(
        lambda desk: desk.do(cmd.DepositToPool(1, MARKET, E6)),
        {"requests_max": 16},
        lambda desk: [desk.do(cmd.DepositToPool(1, MARKET, E6)) for _ in range(16)],
        pool_listing(),
    ),
    Reason.NO_VAULTS_HERE: Case(lambda desk: desk.do(cmd.Mint(1, MARKET, 1)), {}),
    Reason.OTHER_COLLATERAL: Case(
        lambda desk: desk.do(cmd.MoveCollateral(1, MARKET, cash_micros=E6)), {}, market=SQUARE
    ),
    Reason.NO_MARK_YET: Case(lambda desk: desk.buy("ann", 1, 250), {}, price=None),
    Reason.MARKET_NOT_TRADING: Case(
        lambda desk: desk.buy("ann", 1, 250),
        {},
        lambda desk: desk.do(cmd.HaltMarket(MARKET, "operator")),
    ),
    Reason.MARKET_CLOSED: Case(
        lambda desk: desk.sell("ann", 1, 250, reduce_only=True),
        {},
        long_ten_at_the_weekend,
        listing("naive_print", ref("terms", "rows", weekend="is_closed=true")),
    ),
    Reason.PRICE_NOT_LEGAL: Case(
        lambda desk: desk.buy("ann", 1, 250.05),
        {"price_ticks": 25_005, "below_ticks": 25_000, "above_ticks": 25_010},
        market=listing("naive_print", ref("orders", "significant_figures", figures=4)),
    ),
    Reason.DURATION_OUT_OF_RANGE: Case(
        lambda desk: desk.do(cmd.PlaceTwap(1, MARKET, BUY, 11_000, 299 * NS_PER_SECOND)),
        {"duration_ns_min": 300 * NS_PER_SECOND, "duration_ns_max": 86_400 * NS_PER_SECOND},
    ),
    Reason.SCALE_OUT_OF_RANGE: Case(
        lambda desk: desk.do(cmd.PlaceScale(1, MARKET, BUY, 9_000, 24_000, 24_900, 9)),
        {"orders_min": 2, "orders_max": 8, "last_e4_min": 100, "last_e4_max": 1_000_000},
    ),
    Reason.SIZE_NOT_POSITIVE: Case(lambda desk: desk.buy("ann", 0, 250), {"size_lots": 0}),
    Reason.SIZE_TOO_LARGE: Case(
        lambda desk: desk.buy("ann", 10_001, 250), {"size_lots_max": 10_000_000}
    ),
    Reason.SIZE_BELOW_FILLED: Case(
        lambda desk: amend(desk, size=4_000), {"filled_lots": 4_000}, half_filled
    ),
    Reason.PRICE_NOT_POSITIVE: Case(lambda desk: desk.buy("ann", 1, -1), {"price_ticks": -100}),
    Reason.PRICE_TOO_LARGE: Case(
        lambda desk: desk.sell("ann", 1, 1_000.01), {"price_ticks_max": 100_000}
    ),
    Reason.NOTIONAL_TOO_SMALL: Case(
        lambda desk: desk.buy("ann", 0.03, 250),
        {"notional_micros_min": 10 * E6},
        market=limits(order_micros_min=10 * E6),
    ),
    Reason.AMOUNT_NOT_POSITIVE: Case(
        lambda desk: desk.do(cmd.Deposit(1, -5)), {"amount_micros": -5}
    ),
    Reason.AMOUNT_TOO_LARGE: Case(
        lambda desk: desk.do(cmd.Deposit(1, AMOUNT_MICROS_MAX + 1)),
        {"amount_micros_max": AMOUNT_MICROS_MAX},
    ),
    Reason.NOTHING_TO_CHANGE: Case(
        lambda desk: amend(desk, price=24_000, size=1_000),
        {},
        lambda desk: desk.buy("ann", 1, 240, client_order_id="mine"),
    ),
    Reason.POST_ONLY_NOT_GTC: Case(
        lambda desk: desk.buy("ann", 1, 250, post_only=True, time_in_force=IOC), {}
    ),
    Reason.EXPIRY_NOT_GTC: Case(
        lambda desk: desk.buy("ann", 1, None, expires_at_ns=desk.now_ns + 1), {}
    ),
    Reason.TIME_PASSED: Case(
        lambda desk: desk.buy("ann", 1, 250, expires_at_ns=desk.now_ns),
        {"now_ns": 1_744_400_004 * NS_PER_SECOND},
    ),
    Reason.TRIGGER_WOULD_FIRE: Case(
        lambda desk: trigger(desk, trigger_ticks=25_000), {"mark_nanos": 250_000_000_000}
    ),
    Reason.BRACKET_WRONG_SIDE: Case(
        lambda desk: desk.buy("ann", 1, 249, stop_ticks=24_900),
        {"stop_ticks": 24_900, "price_ticks": 24_900},
    ),
    Reason.LEVERAGE_OUT_OF_RANGE: Case(
        lambda desk: desk.do(cmd.SetLeverage(1, MARKET, 21)), {"leverage_max": 20}
    ),
    Reason.MODE_WITH_POSITION: Case(
        lambda desk: desk.do(cmd.SetLeverage(1, MARKET, 20, MarginMode.ISOLATED)),
        {"size_lots": 10_000},
        long_ten,
    ),
    Reason.ACTION_UNFIT: Case(
        lambda desk: desk.do(cmd.AnnounceAction(MARKET, cmd.Split(1, 1))), {}
    ),
    Reason.NOT_ISOLATED: Case(
        lambda desk: desk.do(cmd.MoveIsolatedMargin(1, MARKET, E6)), {}, long_ten
    ),
    Reason.VAULT_NEEDS_CROSS: Case(
        lambda desk: desk.do(cmd.Mint(1, MARKET, 1)),
        {},
        lambda desk: desk.do(cmd.SetLeverage(1, MARKET, 1, MarginMode.ISOLATED)),
        SQUARE,
    ),
    Reason.NOT_SO_MUCH_MINTED: Case(
        lambda desk: desk.do(cmd.Burn(1, MARKET, 1)),
        {"minted_lots": 0, "held_lots": 0},
        market=SQUARE,
    ),
    Reason.POSITION_OPEN: Case(
        lambda desk: desk.do(cmd.ResetAccount(1, E6)), {"positions": 1}, long_ten
    ),
    Reason.BOND_HELD: Case(
        lambda desk: desk.do(cmd.ResetAccount(1, E6)),
        {},
        lambda desk: desk.do(cmd.CommitMaker(1, MARKET, 1_000 * E6)),
        listing("naive_print", ref("makers", "sla")),
    ),
    Reason.BOND_TOO_SMALL: Case(
        lambda desk: desk.do(cmd.CommitMaker(1, MARKET, 999 * E6)),
        {"bond_micros_min": 1_000 * E6},
        market=listing("naive_print", ref("makers", "sla")),
    ),
    Reason.NOT_IN_AUCTION: Case(
        lambda desk: desk.buy("ann", 1, None),
        {},
        lambda desk: (
            desk.do(cmd.HaltMarket(MARKET, "operator")),
            desk.do(cmd.ResumeMarket(MARKET, 30 * NS_PER_SECOND)),
        ),
    ),
    Reason.MARKET_ORDERS_NOT_NOW: Case(
        lambda desk: desk.sell("ann", 1, None, reduce_only=True),
        {},
        long_ten_at_the_weekend,
        listing("naive_print", ref("terms", "rows", weekend="market_orders=false")),
    ),
    Reason.ONLY_IN_AUCTION: Case(
        lambda desk: desk.buy("ann", 1, 250, time_in_force=cmd.TimeInForce.GFA), {}
    ),
    Reason.NO_SUCH_CALL: Case(
        lambda desk: desk.buy("ann", 1, 250, time_in_force=cmd.TimeInForce.CLS), {}
    ),
    Reason.OUTSIDE_BAND: Case(
        lambda desk: desk.buy("ann", 1, 275.01),
        {"low_ticks": 22_500, "high_ticks": 27_500},
        market=listing("naive_print", ref("terms", "by_session")),
    ),
    Reason.REDUCE_ONLY_WOULD_INCREASE: Case(
        lambda desk: desk.buy("ann", 1, 250, reduce_only=True), {}, long_ten
    ),
    Reason.INDEX_NOT_VALID: Case(
        lambda desk: desk.buy("ann", 1, 250),
        {"validity": int(Validity.STALE_FOR_MARGIN)},
        long_ten_and_a_silent_source,
        listing(
            "naive_print", ref("index_open", "validity_ladder"), ref("actions", "drift_matrix")
        ),
    ),
    Reason.ONLY_REDUCING_NOW: Case(
        lambda desk: desk.sell("ann", 11, 250),
        {},
        long_ten_at_the_weekend,
        listing("naive_print", ref("terms", "by_session", reduce_only_closed=True)),
    ),
    Reason.ISOLATED_ONLY: Case(
        lambda desk: desk.buy("ann", 1, 250),
        {},
        market=listing("naive_print", ref("terms", "rows", open="margin_mode=isolated")),
    ),
    Reason.MARGIN_STAYS: Case(
        lambda desk: desk.do(cmd.MoveIsolatedMargin(1, MARKET, -1)),
        {},
        isolated_ten,
        listing("naive_print", ref("terms", "rows", open="margin_mode=strict")),
    ),
    Reason.POSITION_LIMIT: Case(
        lambda desk: desk.buy("ann", 2, 240),
        {"position_lots_max": 11_000},
        long_ten,
        limits(position_lots_max=11_000),
    ),
    Reason.TOO_AGGRESSIVE_AT_OPEN_INTEREST_CAP: Case(
        lambda desk: desk.buy("cat", 2, 252.51),
        {"open_interest_lots": 10_000, "open_interest_lots_max": 10_000},
        long_ten,
        listing("naive_print", ref("terms", "rows", open=CAPPED)),
    ),
    Reason.POSITION_FLIP_AT_OPEN_INTEREST_CAP: Case(
        lambda desk: desk.buy("bob", 12, 252.5),
        {"open_interest_lots": 10_000, "open_interest_lots_max": 10_000},
        long_ten,
        listing("naive_print", ref("terms", "rows", open=CAPPED)),
    ),
    Reason.OPEN_INTEREST_LIMIT: Case(
        lambda desk: desk.buy("cat", 2, 240),
        {"open_interest_lots": 10_000, "open_interest_lots_max": 11_000},
        long_ten,
        limits(open_interest_lots_max=11_000),
    ),
    Reason.OPEN_ORDERS_LIMIT: Case(
        lambda desk: desk.buy("ann", 1, 240),
        {"open_orders_max": 2},
        lambda desk: [desk.buy("ann", 1, 240) for _ in range(2)],
        limits(open_orders_max=2),
    ),
    Reason.POST_ONLY_WOULD_TRADE: Case(
        lambda desk: desk.buy("ann", 1, 250, post_only=True),
        {},
        lambda desk: desk.sell("bob", 1, 250),
    ),
    # $10,000 at 20x bear 800 shares at 250; one more needs 10,012.50.
    Reason.AMEND_WOULD_TAKE: Case(
        lambda desk: amend(desk, price=25_000),
        {},
        lambda desk: (desk.sell("bob", 1, 250), desk.buy("ann", 1, 249, client_order_id="mine")),
        listing("naive_print", ref("orders", "speed_bump")),
    ),
    Reason.COLLATERAL_TOO_LOW: Case(
        lambda desk: desk.do(cmd.Mint(1, MARKET, 1)), {"ratio_e4": 0}, market=SQUARE
    ),
    Reason.INSUFFICIENT_MARGIN: Case(
        lambda desk: desk.buy("ann", 801, 250),
        {"available_micros": 10_000_000_000, "required_micros": 10_012_500_000},
    ),
    # 10 shares need a tenth of 2,500 to stay.
    Reason.INSUFFICIENT_BALANCE: Case(
        lambda desk: desk.do(cmd.Withdraw(1, 9_750_000_001)),
        {"withdrawable_micros": 9_750_000_000},
        long_ten,
    ),
    Reason.INSUFFICIENT_SHARES: Case(
        lambda desk: desk.do(cmd.WithdrawFromPool(1, MARKET, 1)),
        {"shares": 0},
        market=pool_listing(),
    ),
    # Paid in after the desk's first mark, and locked for four days.
    Reason.SHARES_LOCKED: Case(
        lambda desk: desk.do(cmd.WithdrawFromPool(1, MARKET, E6)),
        {"locked_until_ns": START_NS + 3 * NS_PER_SECOND + 4 * NS_PER_DAY},
        lambda desk: desk.do(cmd.DepositToPool(1, MARKET, 100 * E6)),
        market=listing("naive_print", ref("backstop", "vault")),
    ),
    Reason.FOK_NOT_FILLABLE: Case(
        lambda desk: desk.buy("ann", 3, 251, time_in_force=FOK),
        {"fillable_lots": 2_000},
        lambda desk: (desk.sell("bob", 2, 250), desk.sell("bob", 2, 252)),
    ),
}


def arranged(case: Case) -> Desk:
    desk = Desk(case.market, price=case.price)
    for name in ("ann", "bob", "cat"):
        desk.open(name, 10_000)
    case.before(desk)
    return desk


def test_every_reason_is_provoked() -> None:
    assert list(CASES) == list(Reason)


@pytest.mark.parametrize("why", Reason)
def test_a_refusal_tells_the_true_reason_and_its_figures(why: Reason) -> None:
    case = CASES[why]
    desk = arranged(case)

    events = case.ask(desk)

    assert reason(events) == why.value
    assert of(events, ev.Rejected)[0].figures == case.figures


@pytest.mark.parametrize("why", Reason)
def test_a_refused_command_changes_nothing(why: Reason) -> None:
    case = CASES[why]
    desk = arranged(case)
    before = load(dump(desk.state), build)

    case.ask(desk)

    before.seq, before.now_ns = desk.state.seq, desk.state.now_ns
    assert dump(before) == dump(desk.state)


def test_reasons_are_checked_in_their_stated_order() -> None:
    """One order with every fault, mended fault by fault."""
    desk = Desk(
        listing(
            "naive_print",
            ref("terms", "by_session"),
            limits=replace(ROOMY, position_lots_max=900_000),
        )
    )
    desk.open("ann", 10_000)
    desk.buy("ann", 1, 240, client_order_id="mine")
    order = cmd.PlaceOrder(
        99, "NONE", BUY, 0, -1, FOK, post_only=True, client_order_id="mine",
        expires_at_ns=1, stop_ticks=30_000,
    )  # fmt: skip
    mends: list[dict[str, Any]] = [
        {},
        {"account": 1},
        {"market": MARKET},
        {"client_order_id": None},
        {"size_lots": 10_000_001},
        {"size_lots": 900_001},
        {"price_ticks": 100_001},
        {"price_ticks": 28_000},
        {"post_only": False},
        {"expires_at_ns": None},
        {"stop_ticks": None},
        {"price_ticks": 25_000},
        {"size_lots": 800_000},
        {"size_lots": 100_000},
    ]

    met = []
    for mend in mends:
        order = replace(order, **mend)
        met.append(reason(desk.do(order)))

    order_of = [why.value for why in Reason]
    assert met == sorted(met, key=order_of.index)
    assert met == [
        "unknown_account", "unknown_market", "client_order_id_reused", "size_not_positive",
        "size_too_large", "price_not_positive", "price_too_large", "post_only_not_gtc",
        "expiry_not_gtc", "bracket_wrong_side", "outside_band", "position_limit",
        "insufficient_margin", "fok_not_fillable",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(cmd.PlaceOrder(0, MARKET, BUY, 1_000, 24_000), id="place"),
        pytest.param(
            cmd.PlaceTrigger(0, MARKET, SELL, 1, TriggerKind.STOP, 24_000), id="place a trigger"
        ),
        pytest.param(cmd.AmendOrder(0, 8, None, 1, 1), id="amend"),
        pytest.param(cmd.CancelOrder(0, 8, None), id="cancel"),
        pytest.param(cmd.CancelAll(0), id="cancel all"),
        pytest.param(cmd.SetCancelAllAfter(0, None), id="cancel all after"),
        pytest.param(cmd.SetCancelOnDisconnect(0, 1, True), id="cancel on disconnect"),
        pytest.param(cmd.LoseConnection(0, 1), id="lose a connection"),
        pytest.param(cmd.SetLeverage(0, MARKET, 1), id="leverage"),
        pytest.param(cmd.MoveIsolatedMargin(0, MARKET, 1), id="isolated margin"),
        pytest.param(cmd.Deposit(0, 1), id="deposit"),
        pytest.param(cmd.Withdraw(0, 1), id="withdraw"),
        pytest.param(cmd.ResetAccount(0, 1), id="reset"),
        pytest.param(cmd.OpenAccount("sub", 0), id="sub-account"),
    ],
)
def test_nobody_trades_or_moves_money_as_the_insurance_fund(command: cmd.Command) -> None:
    desk = Desk(insurance=1_000_000)

    assert reason(desk.do(command)) == "unknown_account"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(cmd.ResetAccount(1, -1), "amount_not_positive", id="below zero"),
        pytest.param(
            cmd.ResetAccount(1, AMOUNT_MICROS_MAX + 1), "amount_too_large", id="beyond the limit"
        ),
    ],
)
def test_a_reset_names_what_is_wrong_with_the_balance(command: cmd.Command, expected: str) -> None:
    desk = Desk()
    desk.open("ann", 10)

    assert reason(desk.do(command)) == expected


def test_an_order_that_only_reduces_is_taken_where_others_are_not() -> None:
    desk = Desk(listing("naive_print", ref("terms", "by_session", reduce_only_closed=True)))
    for name in ("ann", "bob", "cat"):
        desk.open(name, 10_000)
    desk.trade("ann", "bob", 10, 250)
    desk.session(Session.NO_TRADING, Closure.WEEKEND)

    # A flip from 10 long to 10 short is as much exposure, and all the same not reducing.
    assert reason(desk.sell("ann", 20, 250)) == "only_reducing_now"
    assert of(desk.sell("ann", 10, 250), ev.OrderAccepted)
    # Together with the resting sell, another would open.
    assert reason(desk.sell("ann", 1, 250)) == "only_reducing_now"


def test_a_reduce_only_fok_fills_whole_or_not_at_all() -> None:
    desk = Desk()
    for name in ("ann", "bob"):
        desk.open(name, 10_000)
    desk.trade("ann", "bob", 3, 250)
    desk.buy("bob", 10, 250)

    refused = desk.sell("ann", 5, 250, time_in_force=FOK, reduce_only=True)
    filled = desk.sell("ann", 3, 250, time_in_force=FOK, reduce_only=True)

    assert of(refused, ev.Rejected)[0].figures == {"fillable_lots": 3_000}
    assert fills(filled) == [(3, 250)]


def test_a_market_order_takes_no_place_among_the_open_orders() -> None:
    desk = Desk(limits(open_orders_max=1))
    for name in ("ann", "bob"):
        desk.open(name, 10_000)
    desk.buy("ann", 1, 240)
    desk.sell("bob", 1, 250)

    assert fills(desk.buy("ann", 1, None)) == [(1, 250)]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"tiers": (Tier(5, 20),)}, "a first tier above 0", id="tiers"),
        pytest.param({"funding_interval_ns": 7 * NS_PER_SECOND}, "not a multiple", id="interval"),
        pytest.param({"rules": ()}, "no rules", id="rules"),
        pytest.param({"market": "A" * 17}, "too long a name", id="name"),
    ],
)
def test_a_listing_that_does_not_fit_together_is_refused(changes: dict[str, Any], why: str) -> None:
    desk = Desk()

    events = desk.do(cmd.ListMarket(replace(spec("NVDA"), **changes)))

    assert reason(events) == "listing_unfit", why


def test_markets_that_together_pass_the_sweep_s_range_are_refused() -> None:
    desk = Desk(spec("TSLA"))
    wide = replace(spec("NVDA").limits, position_lots_max=400_000_000)

    events = desk.do(cmd.ListMarket(replace(spec("NVDA"), limits=wide)))

    assert of(events, ev.Rejected)[0].figures == {
        # TSLA 80 million and NVDA 400 million dollars of notional; 2**62 / 10,000 micro-dollars.
        "notional_micros": 480_000_000 * E6,
        "notional_micros_max": 461_168_601_842_738,
    }
