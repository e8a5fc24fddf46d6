"""What bots hear of corporate actions: announcements, rescaled orders and positions, new names."""

from typing import Any

from msgspec.structs import replace

from tests.gateway.harness import ANN, BOB, Bot, House
from venue.core.commands import (
    AnnounceAction,
    ChangeSession,
    Dividend,
    ListMarket,
    PlaceOrder,
    PlaceTrigger,
    Rename,
    Side,
    Split,
    SubmitPrint,
    TriggerKind,
    WithdrawAction,
)
from venue.core.phases import Closure, Session
from venue.core.units import E9, NS_PER_HOUR, NS_PER_SECOND
from venue.rules.build import ref
from venue.rules.rulebooks import spec


def told(bot: Bot, channel: str) -> list[Any]:
    return [note["data"] for note in bot.hear() if note["channel"] == channel]


def holding(house: House) -> None:
    """ann is long 2 at 250 with a bid and a stop; bob is short."""
    house.venue.run(
        PlaceOrder(BOB, "TSLA", Side.SELL, 2_000, 25_000),
        PlaceOrder(ANN, "TSLA", Side.BUY, 2_000, 25_000),
        PlaceOrder(ANN, "TSLA", Side.BUY, 1_000, 24_901),
        PlaceTrigger(ANN, "TSLA", Side.SELL, 500, TriggerKind.STOP, 24_001),
    )


def test_an_announcement_is_told_on_the_phase_and_with_the_market(house: House) -> None:
    bot = house.bot()
    bot.get("public/subscribe", channels=["phase.TSLA"])
    house.beat()
    bot.hear()
    at_ns = house.venue.at_ns + NS_PER_HOUR

    house.venue.run(AnnounceAction("TSLA", Split(4, 1), at_ns))
    house.beat()

    [phase] = told(bot, "phase.TSLA")
    [action] = phase["actions"]
    assert (action["kind"], action["ratio"], action["next_step"]) == ("split", [4, 1], "split")
    assert action["effective_ms"] == at_ns // 1_000_000
    [market] = bot.get("public/get_markets")["markets"]
    assert market["actions"] == [action]

    house.venue.run(WithdrawAction("TSLA", action["action_id"]))
    house.beat()
    [phase] = told(bot, "phase.TSLA")
    assert "actions" not in phase or phase["actions"] is None


def test_a_split_is_told_to_who_holds_and_to_who_watches(house: House) -> None:
    holding(house)
    ann, bot = house.bot(), house.bot()
    ann.login("ann")
    ann.get("private/subscribe_account", account=ANN)
    bot.get("public/subscribe", channels=["book.TSLA", "prices.TSLA"])
    house.beat()
    ann.hear()
    bot.hear()

    house.venue.run(AnnounceAction("TSLA", Split(2, 1)))
    house.settle()
    house.beat()

    notes = {note["data"]["type"]: note["data"] for note in ann.hear()}
    assert notes["split"]["was"] == "2.000"
    assert notes["split"]["position"]["size"] == "4.000"
    assert notes["order"]["what"] == "rescaled"
    assert notes["order"]["order"]["price"] == "124.50"
    assert notes["order"]["order"]["remaining"] == "2.000"
    assert notes["trigger"]["trigger"]["trigger"] == "120.00"
    heard = {note["channel"]: note["data"] for note in bot.hear()}
    assert ["124.50", "2.000", 1] in heard["book.TSLA"]["bids"]
    assert heard["prices.TSLA"]["mark"] == "125.000000000"
    [position] = ann.get("private/get_positions", account=ANN)["positions"]
    assert position["size"] == "4.000"


def test_subscriptions_go_on_under_a_new_name_and_the_old_one_says_which(house: House) -> None:
    holding(house)
    bot = house.bot()
    bot.login("ann")
    bot.get("public/subscribe", channels=["book.TSLA", "phase.TSLA", "trades.TSLA"])
    house.beat()
    bot.hear()

    house.venue.run(AnnounceAction("TSLA", Rename("TSLB")))
    house.venue.run(PlaceOrder(BOB, "TSLB", Side.SELL, 500, 24_901))
    house.beat()

    heard = {note["channel"]: note["data"] for note in bot.hear()}
    assert heard["book.TSLB"]["market"] == "TSLB"
    assert heard["trades.TSLB"]["market"] == "TSLB"
    assert heard["phase.TSLB"]["market"] == "TSLB"
    answer = bot.ask("private/place_order", market="TSLA", side="buy", size="1", price="249")
    assert answer["error"]["data"]["reason"] == "market_renamed"
    assert answer["error"]["data"]["figures"]["now_called"] == "TSLB"
    bot.get("public/unsubscribe", channels=["book.TSLB"])


def test_who_asks_later_hears_what_happened_under_an_old_name_in_its_words(house: House) -> None:
    """Orders, a plan and a liquidation from before the new name, told to bots that were away."""
    ann, bob, later = house.bot("ann"), house.bot("bob"), house.bot("bob")
    bob.get("private/subscribe_account")
    bob.get("private/place_twap", market="TSLA", side="buy", size="11", duration_ms=300_000)
    bob.get("private/set_leverage", market="TSLA", leverage=20)
    ann.get("private/place_order", market="TSLA", side="sell", size="3500", price="250")
    bob.get("private/place_order", market="TSLA", side="buy", size="3500", price="250")
    for dollars in (240, 225, 225):
        house.price(dollars, seconds=60)

    notes = told(bob, f"account.{BOB}")
    house.venue.run(AnnounceAction("TSLA", Rename("TSLB")))
    house.settle()
    later.get("private/subscribe_account", **{"from": notes[0]["n"]})
    again = told(later, f"account.{BOB}")
    public = ann.get("public/get_liquidations")["liquidations"]

    assert again[: len(notes)] == notes
    assert {"plan", "fill", "liquidation"} <= {note["type"] for note in notes}
    assert "TSLA" in {step.get("market") for step in public}


def test_a_dividend_is_told_to_both_sides(house: House) -> None:
    """NVDA pays by special funding; bob is short two shares of it."""
    listed = spec("NVDA", "naive_print")
    kept = (rule for rule in listed.rules if rule.kind != "corporate")
    listed = replace(listed, rules=(*kept, ref("corporate", "special_funding")))
    now_ns = house.venue.at_ns
    house.venue.run(
        ListMarket(listed),
        ChangeSession("NVDA", Session.REGULAR, Closure.NONE, now_ns, None, None),
        SubmitPrint("NVDA", "tape", 100 * E9, now_ns, now_ns, NS_PER_SECOND),
    )
    house.venue.at_ns += 4 * NS_PER_SECOND
    house.venue.run(
        PlaceOrder(BOB, "NVDA", Side.SELL, 2_000, 10_000),
        PlaceOrder(ANN, "NVDA", Side.BUY, 2_000, 10_000),
    )
    bob = house.bot()
    bob.login("bob")
    bob.get("private/subscribe_account", account=BOB)
    house.beat()
    bob.hear()

    house.venue.run(AnnounceAction("NVDA", Dividend(E9 // 2)))
    house.settle()
    house.beat()

    [note] = [note["data"] for note in bob.hear() if note["data"].get("type") == "dividend"]
    assert (note["paid"], note["amount"]) == ("1.000000", "0.500000000")
    assert note["position"]["size"] == "-2.000"
