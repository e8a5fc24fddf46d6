"""Rulebooks: which there are, that each fits and says what it is, and a weekend under every one."""

from itertools import combinations, pairwise

import pytest
from msgspec.structs import replace

from tests.support.desk import LOTS, MARKET, Desk
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.account import VAULT
from venue.core.commands import Side, TimeInForce
from venue.core.listing import MarketSpec, RuleRef, fault
from venue.core.phases import Closure, Phase, Pricing, Session
from venue.core.policies import ContractInputs
from venue.core.units import E6, E9, NS_PER_HOUR, NS_PER_MINUTE
from venue.rules.build import build
from venue.rules.build import fault as rules_fault
from venue.rules.describe_rulebooks import rulebook
from venue.rules.rulebooks import RULEBOOKS, spec
from venue.rules.rulebooks.listings import LISTINGS
from venue.rules.rulebooks.rulebook import is_index

CLOSE_DOLLARS, OPEN_DOLLARS, SHARES = 250, 220, 100

HOUSE = ("venue_default", "naive_print", "naive_last")
ESSAYS = (
    *("hyperliquid", "tradexyz_2025_10", "tradexyz_2025_11", "tradexyz_2026_04"),
    *("tradexyz_2026_08", "qfex", "felix", "ventuals", "lighter_2025", "lighter_2026", "edgex"),
    *("aster", "devnet_equities", "dydx_v4", "drift", "vega", "bitmex", "binance"),
    *("ostium", "gmx", "squeeth", "rai", "power_perp"),
)
# Kinds in which every rulebook but a control makes a choice of its own.
CHOSEN = ("index_open", "index_closed", "mark", "funding", "closeout", "backstop", "last_resort")


def rules(rulebook: str, market: str = "TSLA") -> dict[str, RuleRef]:
    return {rule.kind: rule for rule in spec(market, rulebook).rules}


def test_RB_001_the_table_holds_the_houses_three_and_then_the_venues() -> None:
    assert tuple(RULEBOOKS) == HOUSE + ESSAYS


@pytest.mark.parametrize("name", RULEBOOKS)
@pytest.mark.parametrize("market", LISTINGS)
def test_RB_002_every_rulebook_fits_every_market_and_is_admitted(name: str, market: str) -> None:
    listing = spec(market, name)

    assert fault(listing) is None
    assert build(listing).contract is not None
    assert is_index(listing) == (market == "US100")
    assert listing.units == LISTINGS[market].units
    assert listing.limits == LISTINGS[market].limits


@pytest.mark.parametrize("name", ESSAYS)
def test_RB_003_every_venue_says_what_is_verified_remembered_and_assumed(name: str) -> None:
    found = RULEBOOKS[name]

    assert found.verified or found.in_part
    assert found.assumed
    assert found.gap
    for claim in (*found.verified, *found.in_part, *found.remembered, *found.assumed):
        assert claim.endswith("."), claim
        assert len(claim) > 20, claim
    assert len(found.line) <= 90
    text = rulebook(name)
    for claim in (*found.verified, *found.in_part, *found.remembered, *found.assumed):
        assert claim in text


def test_RB_004_no_two_rulebooks_are_the_same_in_words_or_in_rules() -> None:
    listings = {name: spec("TSLA", name) for name in RULEBOOKS}

    for one, other in combinations(RULEBOOKS, 2):
        assert RULEBOOKS[one].line != RULEBOOKS[other].line
        assert listings[one].rules != listings[other].rules, (one, other)


@pytest.mark.parametrize("name", ESSAYS)
def test_RB_005_a_venue_names_its_choice_in_every_kind_that_decides(name: str) -> None:
    named = {rule.kind for rule in RULEBOOKS[name].rules()}

    assert named >= set(CHOSEN)


def test_RB_006_tradexyz_changed_one_thing_at_a_time() -> None:
    """2025-11: time constant; 2026-04: that, the band and the scale; 2026-08: the clamp."""
    names = [name for name in RULEBOOKS if name.startswith("tradexyz")]
    changed = [
        [
            kind
            for kind, rule in rules(later).items()
            if (rule.name, rule.parameters)
            != (rules(earlier)[kind].name, rules(earlier)[kind].parameters)
        ]
        for earlier, later in pairwise(names)
    ]

    assert changed == [["index_closed"], ["index_closed", "band", "funding"], ["funding"]]
    taus_ns = [rules(name)["index_closed"].parameters["tau_ns"] for name in names]
    assert taus_ns == [minutes * NS_PER_MINUTE for minutes in (480, 60, 30, 30)]


@pytest.mark.parametrize(
    ("name", "stock_most", "index_most", "hours"),
    [
        pytest.param("tradexyz_2026_04", 20, 25, "us_equity_24_5", id="trade.xyz"),
        pytest.param("qfex", 10, 30, "us_equity", id="QFEX"),
        pytest.param("felix", 10, 10, "us_equity_regular", id="Felix"),
        pytest.param("ostium", 100, 100, "us_equity_regular", id="Ostium"),
        pytest.param("dydx_v4", 20, 20, "us_equity", id="dYdX"),
    ],
)
def test_RB_007_leverage_and_hours_are_the_venues(
    name: str, stock_most: int, index_most: int, hours: str
) -> None:
    stock, index = spec("TSLA", name), spec("US100", name)

    assert (stock.tiers[0].leverage_max, index.tiers[0].leverage_max) == (stock_most, index_most)
    assert (stock.calendar, index.calendar) == (hours, "cme_index_future")


def test_RB_008_an_index_has_rules_of_its_own_where_the_venue_has() -> None:
    assert rules("tradexyz_2026_04", "US100")["index_open"].name == "carry"
    assert rules("tradexyz_2026_04")["index_open"].name == "median_of_sources"
    assert rules("qfex", "US100")["index_open"].name == "close_plus_change"
    assert rules("qfex", "US100")["margin"].parameters["initial_e4"] == 334
    assert rules("felix", "US100")["index_closed"].parameters["tau_ns"] == NS_PER_HOUR // 2


@pytest.mark.parametrize("name", RULEBOOKS)
def test_RB_010_a_rulebook_accepts_a_risk_that_it_runs_and_says_why(name: str) -> None:
    listing = spec("TSLA", name)
    accepted = RULEBOOKS[name].accepts

    assert listing.accepts == tuple(each.misfit for each in accepted)
    for each in accepted:
        without = tuple(other for other in listing.accepts if other != each.misfit)
        assert fault(listing) is None
        assert rules_fault(replace(listing, accepts=without)) is not None
        assert each.why.endswith(".")
        assert each.why in rulebook(name)


def test_RB_011_only_hyperliquid_closes_winners_at_the_mark_before_without_a_clamp() -> None:
    at_mark = [
        name
        for name in RULEBOOKS
        if rules(name)["last_resort"].parameters.get("price") == "previous_mark"
        and rules(name)["clamp"].name == "none"
    ]

    assert at_mark == ["hyperliquid"] == [name for name, book in RULEBOOKS.items() if book.accepts]


# A weekend under every rulebook: Friday's trades, the close, and an open 12 % lower.

SETTLING_MINUTES = 15
# What each brings, of notional: margin at 10x and the fee; a square needs twice as much.
SHARE_OF_NOTIONAL = {"squeeth": 0.212}
# Vega's three triggers together call for an hour.
CALL_MINUTES = 75


def weekend_listing(name: str) -> MarketSpec:
    """Return TSLA; a pool lets its provider in within minutes, who has been there for long."""
    listing = spec("TSLA", name)
    soon = {"epoch_ns": NS_PER_MINUTE, "notice_ns": 0}
    rules = tuple(
        replace(rule, parameters=rule.parameters | soon) if "epoch_ns" in rule.parameters else rule
        for rule in listing.rules
    )
    return replace(listing, rules=rules)


class Weekend:
    """A desk under a rulebook: a long and a short at 10x trade on Friday, and the maker leaves."""

    def __init__(self, name: str) -> None:
        self.desk = desk = Desk(weekend_listing(name), insurance=500)
        if VAULT in desk.state.accounts:
            desk.do(cmd.Deposit(VAULT, 500 * E6))
        desk.wait(5)
        desk.open("maker", 1_000_000, leverage=1)
        market = desk.state.markets[MARKET]
        if market.pool is not None:
            desk.do(cmd.DepositToPool(desk.names["maker"], MARKET, 500_000 * E6))
            self.prints(CLOSE_DOLLARS, minutes=3)
        assert market.index_nanos is not None
        self.entry = market.index_nanos / E9
        brought = SHARE_OF_NOTIONAL.get(name, 0.106)
        for who, side, other in (("long", Side.BUY, Side.SELL), ("short", Side.SELL, Side.BUY)):
            desk.open(
                who, brought * SHARES * self.entry, leverage=10, isolated=market.pool is not None
            )
            if market.pool is None:
                desk.order("maker", other, SHARES, self.entry)
            reach = 0.05 * self.entry / 100 * (1 if side is Side.BUY else -1)
            limit = self.entry + (reach if market.pool is not None else 0)
            desk.order(who, side, SHARES, limit, time_in_force=TimeInForce.IOC)
            desk.wait(1)  # Some venues let takers wait.
            desk.do(cmd.CancelAll(desk.names["maker"], None))

    def prints(self, dollars: int, *, minutes: int) -> None:
        for _ in range(4 * minutes):
            self.desk.print(dollars)
            self.desk.wait(15)

    def close(self) -> None:
        """The underlying closes for the weekend; an hour of it passes, funding included."""
        self.desk.session(Session.NO_TRADING, Closure.WEEKEND)
        for _ in range(65):
            self.desk.wait(60)

    def reopen(self) -> None:
        """The underlying opens 12 % lower; until the auction that it may call is over."""
        self.desk.session(Session.REGULAR)
        self.prints(OPEN_DOLLARS, minutes=SETTLING_MINUTES)
        if self.desk.state.markets[MARKET].phase is Phase.AUCTION:
            self.prints(OPEN_DOLLARS, minutes=CALL_MINUTES)

    def size(self, who: str) -> int:
        holding = self.desk.state.accounts[self.desk.names[who]].holdings.get(MARKET)
        return holding.size_lots if holding is not None else 0


@pytest.mark.parametrize("name", RULEBOOKS)
def test_RB_009_a_weekend_and_a_gap_of_12_percent_are_audited_under_every_rulebook(
    name: str,
) -> None:
    weekend = Weekend(name)
    desk = weekend.desk
    market = desk.state.markets[MARKET]
    traded = [weekend.size(who) for who in ("long", "short")]
    friday = len(desk.log)

    weekend.close()
    at_weekend = market.pricing
    weekend.reopen()

    assert traded == [SHARES * LOTS, -SHARES * LOTS]
    assert market.phase is Phase.CONTINUOUS
    assert at_weekend is Pricing.INTERNAL
    assert market.pricing is Pricing.EXTERNAL
    contract = market.rules.contract
    expected = contract.contract(
        ContractInputs(OPEN_DOLLARS * E9, market.base_nanos or E9, market.norm_e18)
    )
    assert market.index_nanos == expected
    happened = desk.log[friday:]
    liquidated = {event.account for event in happened if isinstance(event, ev.LiquidationStarted)}
    # A power's index falls by another share than the underlying.
    fall = 1 - expected / (weekend.entry * E9)
    loses = fall > 0.95 * SHARE_OF_NOTIONAL.get(name, 0.106) and name != "naive_last"
    assert (desk.names["long"] in liquidated) == loses
    assert desk.names["short"] not in liquidated
    if loses:
        assert weekend.size("long") == 0
    balances = [account.balance_micros for account in desk.state.accounts.values()]
    assert min(balances) >= 0 or desk.state.ledger.bad_debt_micros <= 0
