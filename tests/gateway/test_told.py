"""What the core knows and bots are told: validity, what it blocks, bands, the way back, powers."""

import random
from typing import Any, get_args

import pytest

from tests.gateway.conftest import check
from tests.gateway.harness import ANN, BOB, Bot, House
from venue.config import MarketSettings, RuleSettings
from venue.core.commands import (
    ChangeSession,
    HaltKind,
    HaltMarket,
    ListMarket,
    PassTime,
    PlaceOrder,
    ResumeMarket,
    Side,
    SubmitPrint,
)
from venue.core.phases import Closure, Session
from venue.core.policies import Validity
from venue.core.units import E9, NS_PER_SECOND
from venue.gateway.views import ValidityName
from venue.listings import listing

HOUR_NS = 3_600 * NS_PER_SECOND


def house_of(rulebook: str, **rules: RuleSettings) -> House:
    """A house with a market of its own beside TSLA, under a rulebook and a few other rules."""
    house = House()
    settings = MarketSettings(market="T", underlying="TSLA", rulebook=rulebook, rules=rules)
    house.venue.run(ListMarket(listing(settings)))
    house.price(250)
    return house


def wait(house: House, seconds: int) -> None:
    house.venue.at_ns += seconds * NS_PER_SECOND
    house.venue.run(PassTime())
    house.beat()


def session(house: House, session: Session, closure: Closure = Closure.NONE) -> None:
    now_ns = house.venue.at_ns
    house.venue.run(ChangeSession("TSLA", session, closure, now_ns, None, None))
    house.beat()


def last(bot: Bot, channel: str) -> Any:
    """Return what a channel said last."""
    bot.house.beat()
    told = [note["data"] for note in bot.hear() if note["channel"] == channel]
    assert told, f"{channel} said nothing"
    return told[-1]


def without(view: Any, *fields: str) -> Any:
    return {name: value for name, value in view.items() if name not in fields}


def test_every_rung_of_validity_has_its_name_on_the_wire() -> None:
    assert get_args(ValidityName) == tuple(each.name.lower() for each in Validity)


def test_an_outside_price_that_ages_is_told_with_what_it_blocks() -> None:
    house = house_of("drift")
    bot = house.bot()
    bot.get("public/subscribe", channels=["prices.T", "terms.T"])
    house.beat()
    fresh = [note["data"] for note in bot.hear()]
    assert [data.get("validity") for data in fresh] == ["valid", None]
    assert "blocked" not in fresh[1]

    wait(house, 6)
    assert last(bot, "prices.T")["validity"] == "stale_for_immediate"
    wait(house, 60)
    heard = {note["channel"]: note["data"] for note in bot.hear()}

    assert heard["prices.T"]["validity"] == "stale_for_margin"
    assert heard["terms.T"]["blocked"] == ["margin", "fund"]
    assert bot.get("public/get_terms", market="T")["blocked"] == ["margin", "fund"]
    listed = bot.get("public/get_markets")["markets"]
    assert [view["terms"].get("blocked") for view in listed] == [["margin", "fund"], None]


def test_without_an_outside_price_there_is_no_validity() -> None:
    house = house_of("drift")
    bot = house.bot()
    bot.get("public/subscribe", channels=["prices.T"])
    house.beat()

    session(house, Session.NO_TRADING, Closure.WEEKEND)
    wait(house, 4)

    assert "validity" not in last(bot, "prices.T")
    assert "validity" not in bot.get("public/get_prices", market="T")


def test_an_index_on_its_way_back_says_where_it_goes_and_since_when() -> None:
    house = house_of("drift", reopen={"rule": "walk"})
    bot = house.bot()
    bot.get("public/subscribe", channels=["prices.T"])
    session(house, Session.NO_TRADING, Closure.WEEKEND)
    wait(house, HOUR_NS // NS_PER_SECOND)
    session(house, Session.REGULAR)
    bot.hear()
    since_ms = house.venue.at_ns // 1_000_000

    house.price(260, seconds=3)
    walking = last(bot, "prices.T")
    for _ in range(4):
        house.price(260, seconds=3)
    there = last(bot, "prices.T")

    assert walking["outside"] == "260.000000000"
    assert walking["reopening_since_ms"] == since_ms
    assert 250 < float(walking["index"]) < 260
    assert there["index"] == "260.000000000"
    assert not {"outside", "reopening_since_ms"} & set(there)


def test_the_order_price_band_is_told_as_it_moves_with_the_mark() -> None:
    house = house_of("venue_default")
    bot = house.bot()
    bot.get("public/subscribe", channels=["terms.T"])
    house.beat()
    bot.hear()

    house.price(252)
    moved = last(bot, "terms.T")

    mark = house.venue.state.markets["T"].mark_nanos
    assert mark is not None
    band = house.venue.state.markets["T"].band_ticks
    assert band is not None
    assert (moved["sell_min"], moved["buy_max"]) == ("226.80", "277.20")  # 10 % about 252.
    assert not {"buy_min", "sell_max"} & set(moved)
    within = {"market": "T", "side": "buy", "size": "1"}
    ann = house.bot("ann")
    assert ann.refused("private/place_order", **within, price="277.21") == "outside_band"
    ann.get("private/place_order", **within, price=moved["buy_max"])


def test_the_closed_session_has_terms_of_its_own() -> None:
    house = house_of("venue_default")
    bot = house.bot()
    bot.get("public/subscribe", channels=["terms.T"])
    house.beat()
    (regular,) = (note["data"] for note in bot.hear())

    session(house, Session.NO_TRADING, Closure.WEEKEND)
    weekend = last(bot, "terms.T")

    assert float(weekend["position_max"]) * 10 == float(regular["position_max"])
    listed = bot.get("public/get_markets")["markets"][0]["terms"]
    assert without(weekend, "market", "seq", "time_ms") == listed


@pytest.mark.parametrize(
    ("rulebook", "closed", "why"),
    [
        pytest.param("lighter_2025", True, "session", id="the session"),
        pytest.param("venue_default", False, "news", id="the operator"),
    ],
)
def test_why_positions_may_only_shrink_is_told(rulebook: str, closed: bool, why: str) -> None:
    house = house_of(rulebook)
    bot = house.bot()
    bot.get("public/subscribe", channels=["terms.T", "phase.T"])
    house.beat()
    free = {note["channel"]: note["data"] for note in bot.hear()}

    if closed:
        session(house, Session.NO_TRADING, Closure.WEEKEND)
    else:
        house.venue.run(HaltMarket("T", "news", HaltKind.REDUCE_ONLY))
        assert last(bot, "phase.T")["reducing_why"] == "news"
    wait(house, 4)
    terms = bot.get("public/get_terms", market="T")

    assert "reducing_why" not in free["terms.T"]
    assert (terms["reduce_only"], terms["reducing_why"]) == (True, why)
    assert (
        house.bot("ann").refused(
            "private/place_order", market="T", side="buy", size="1", price="250.00"
        )
        == "only_reducing_now"
    )
    if not closed:
        house.venue.run(ResumeMarket("T"))
        assert "reducing_why" not in last(bot, "terms.T")


def test_the_fair_mark_of_a_power_stands_beside_its_mark() -> None:
    house = House()
    settings = MarketSettings(
        market="T", underlying="TSLA", power="2", rulebook="power_perp",
        rules={"funding": {"rule": "mark_minus_index", "period_ns": 420 * HOUR_NS}},
    )  # fmt: skip
    house.venue.run(ListMarket(listing(settings)))
    bot = house.bot()
    bot.get("public/subscribe", channels=["prices.T", "prices.TSLA"])

    house.price(250)
    house.beat()
    before = {note["channel"]: note["data"] for note in bot.hear()}
    for price in (250, 250, 251, 251):
        house.price(price, seconds=64)
        house.beat()
    heard = {note["channel"]: note["data"] for note in bot.hear()}
    asked = bot.get("public/get_fair_mark", market="T")

    assert "fair_mark" not in before["prices.T"]  # Nothing is known of how much it moves.
    told = heard["prices.T"]
    assert (told["fair_mark"], told["sigma"]) == (asked["fair_mark"], asked["sigma_measured"])
    assert float(told["fair_mark"]) > float(told["index"])
    assert "fair_mark" not in heard["prices.TSLA"]  # On the first power the index is fair.
    powers = [view.get("power") for view in bot.get("public/get_markets")["markets"]]
    assert powers == ["2/1", None]


@pytest.mark.parametrize("seed", range(3))
def test_the_channel_and_the_answer_tell_the_same(seed: int) -> None:
    house = house_of("drift", reopen={"rule": "walk"})
    chance = random.Random(seed)
    bot = house.bot()
    bot.get("public/subscribe", channels=["prices.T.raw", "terms.T"])
    prices: Any = None
    terms: Any = None

    for _ in range(60):
        roll = chance.random()
        now_ns = house.venue.at_ns
        if roll < 0.15:
            is_open = chance.random() < 0.5
            session(house, Session.REGULAR if is_open else Session.NO_TRADING)
        elif roll < 0.6:
            dollars = chance.choice((240, 250, 265, 0))
            confidence = chance.choice((0, 0, 9 * E9))
            house.venue.run(SubmitPrint("TSLA", "a", dollars * E9, now_ns, now_ns, E9, confidence))
        else:
            side, price = chance.choice(((Side.BUY, 24_900), (Side.SELL, 25_100)))
            house.venue.run(PlaceOrder(chance.choice((ANN, BOB)), "T", side, 1_000, price))
        wait(house, chance.choice((1, 3, 70)))
        house.beat()
        for note in bot.hear():
            if note["channel"] == "prices.T.raw":
                prices = note["data"]
            else:
                terms = note["data"]
        apart = ("seq", "time_ms", "last")  # A trade alone is no news of prices.
        asked = bot.get("public/get_prices", market="T")
        assert without(prices, *apart) == without(asked, *apart)
        assert without(terms, *apart) == without(bot.get("public/get_terms", market="T"), *apart)

    for schema, message in house.spoken:
        check(schema, message)


def test_funding_in_kind_moves_the_anchor_that_is_told_with_the_index() -> None:
    """The mark is above the index for hours, on a weekend and while the index walks back."""
    house = house_of("squeeth", reopen="walk")
    bot = house.bot("eve")
    bot.get("public/subscribe", channels=["prices.T"])
    for dollars in (260, 270):
        house.price(dollars, seconds=60)
    session(house, Session.NO_TRADING, Closure.WEEKEND)
    before = last(bot, "prices.T")
    wait(house, 6 * 3_600)
    closed = last(bot, "prices.T")
    asked_closed = bot.get("public/get_prices", market="T")
    session(house, Session.REGULAR)
    for _ in range(4):
        house.price(320, seconds=430)

    opened = last(bot, "prices.T")
    asked = bot.get("public/get_prices", market="T")

    assert closed["anchor"] != before["anchor"]
    assert closed["anchor"] == closed["index"]  # The index is frozen, but for its funding.
    for told, answer in ((closed, asked_closed), (opened, asked)):
        for field in ("anchor", "index", "outside"):
            assert told.get(field) == answer.get(field), field
