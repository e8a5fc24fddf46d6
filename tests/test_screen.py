"""The live view: what fits is whole, what matters most stays longest."""

from io import StringIO

import pytest
from msgspec.structs import replace
from rich.console import Console

from tests.support.desk import Desk
from venue.core import commands as cmd
from venue.core import events as ev
from venue.core.commands import Side
from venue.core.engine import Engine
from venue.core.phases import Closure, Phase, Session
from venue.core.units import E6, E9, NS_PER_SECOND
from venue.rules.build import build, ref
from venue.rules.rulebooks import spec, under
from venue.screen import COLUMNS, SIDE_BY_SIDE, Screen, _cells, _session, shown_columns

START_NS = 1_744_383_600 * NS_PER_SECOND


@pytest.mark.parametrize("width", [40, 80, 120, 170, 250])
def test_columns_are_left_out_whole_and_the_market_and_its_prices_last(width: int) -> None:
    names = [column.name for column in shown_columns(width)]

    assert names == [column.name for column in COLUMNS if column.name in names]
    assert sum(column.width + 3 for column in shown_columns(width)) + 1 <= width
    assert {"market", "index O"} <= set(names)


def test_the_view_shows_prices_sessions_and_where_bots_come_in() -> None:
    engine = Engine(build)
    screen = Screen(title="venue", speed=lambda: "600", where="bots: ws://here")
    commands: list[cmd.Command] = [
        cmd.ListMarket(spec("TSLA")),
        cmd.FundInsurance(5 * E6),
        cmd.ChangeSession("TSLA", Session.REGULAR, Closure.NONE, START_NS, None, None),
    ]
    for command in commands:
        screen.listen(1, START_NS, command, engine.execute(command, at_ns=START_NS))
    screen.draw(engine.state)
    before = _text(screen)
    engine.execute(
        cmd.SubmitPrint("TSLA", "tape", 250 * E9, START_NS, START_NS, E9), at_ns=START_NS
    )
    engine.execute(cmd.PassTime(), at_ns=START_NS + 3 * NS_PER_SECOND)
    screen.draw(engine.state)
    after = _text(screen)

    assert "TSLA: no price from outside yet" in before
    assert "TSLA: no price from outside yet" not in after
    assert "250.00" in after
    assert "insurance $5.00" in after
    assert "bots: ws://here" in after
    assert "at 600x" in after


def test_a_line_tells_what_a_call_would_give_how_good_the_price_is_and_where_it_goes() -> None:
    engine = Engine(build)
    screen = Screen(title="venue", speed=lambda: "1", where="")
    now_ns = START_NS
    walking = (ref("reopen", "walk"), ref("index_open", "validity_ladder"))
    rules = under(spec("TSLA"), "drift").rules
    kept = tuple(rule for rule in rules if rule.kind not in ("reopen", "index_open"))
    listed = replace(under(spec("TSLA"), "drift"), rules=(*kept, *walking))

    def told(*commands: cmd.Command, seconds: int = 3) -> str:
        nonlocal now_ns
        for command in commands:
            engine.execute(command, at_ns=now_ns)
        now_ns += seconds * NS_PER_SECOND
        engine.execute(cmd.PassTime(), at_ns=now_ns)
        screen.draw(engine.state)
        return _text(screen)

    def is_doing(session: Session) -> cmd.Command:
        return cmd.ChangeSession("TSLA", session, Closure.NONE, now_ns, None, None)

    def prints(dollars: int) -> cmd.Command:
        return cmd.SubmitPrint("TSLA", "tape", dollars * E9, now_ns, now_ns, E9)

    fresh = told(cmd.ListMarket(listed), is_doing(Session.REGULAR), prints(250))
    stale = told(seconds=70)
    told(is_doing(Session.NO_TRADING))
    back = told(is_doing(Session.REGULAR), prints(260))
    calling = told(
        cmd.OpenAccount("ann"),
        cmd.OpenAccount("bob"),
        *(cmd.Deposit(account, 100_000 * E6) for account in (1, 2)),
        cmd.HaltMarket("TSLA", "news"),
        cmd.ResumeMarket("TSLA", 30 * NS_PER_SECOND),
        cmd.PlaceOrder(1, "TSLA", Side.BUY, 5_000, 25_010),
        cmd.PlaceOrder(2, "TSLA", Side.SELL, 3_000, 24_990),
    )
    reducing = told(cmd.HaltMarket("TSLA", "news", cmd.HaltKind.REDUCE_ONLY), seconds=40)

    assert "the outside price" not in fresh
    waiting = "wait for a better price: opening positions and taking money out, funding"
    assert f"the outside price is stale for margin; {waiting}" in stale
    assert "the index is on its way to 260.00" in back
    assert "the uncross would be 3.000 @ 250.10, 2.000 of bids left" in calling
    assert "positions may only shrink (news)" in reducing


def _text(screen: Screen, width: int = 170) -> str:
    console = Console(width=width, record=True, file=StringIO())
    console.print(screen.shown())
    return console.export_text()


@pytest.mark.parametrize(
    ("insurance_micros", "expected"),
    [
        (43_550_000, "insurance pays $43.55 for ann, bad debt $0.00"),
        (-23_590_000, "ann leaves $23.59 to insurance, bad debt $0.00"),
    ],
)
def test_it_says_who_pays_whom_with_positive_amounts(insurance_micros: int, expected: str) -> None:
    engine = Engine(build)
    screen = Screen(title="venue", speed=lambda: "1", where="")
    for command in (cmd.ListMarket(spec("TSLA")), cmd.OpenAccount("ann")):
        engine.execute(command, at_ns=START_NS)
    paid = ev.ShortfallPaid(1, engine.state.names["ann"], "TSLA", insurance_micros, 0)
    screen.listen(3, START_NS, cmd.PassTime(), [paid])

    screen.draw(engine.state)

    assert expected in _text(screen)


def test_it_names_the_sources_that_have_not_followed_a_split() -> None:
    desk = Desk()
    desk.do(cmd.AnnounceAction("TSLA", cmd.Split(2, 1)))
    desk.wait(40)
    desk.print(250, source="late")
    screen = Screen(title="venue", speed=lambda: "1", where="")

    screen.draw(desk.state)

    assert "TSLA: prints of late are held back since the split (not_split)" in _text(screen)


def test_a_journal_that_is_gone_is_said_above_all_until_it_is_back() -> None:
    desk = Desk()
    trouble: list[str] = []
    screen = Screen(
        title="venue", speed=lambda: "1", where="", trouble=lambda: next(iter(trouble), None)
    )
    screen.draw(desk.state)

    before = _text(screen)
    trouble.append("journal v.db was removed while it was in use")
    gone = _text(screen)
    trouble.clear()

    assert gone.splitlines()[0].strip() == (
        "nothing is acknowledged, and nothing below is of now: journal v.db was removed while it "
        "was in use"
    )
    assert gone.splitlines()[1:] == before.splitlines() == _text(screen).splitlines()


def test_a_halt_is_shown_before_that_positions_may_only_shrink() -> None:
    desk = Desk()
    desk.price(250)
    market = desk.state.markets["TSLA"]
    market.terms = market.terms._replace(reduce_only=True)

    shrinking = str(_cells(desk.state, "TSLA", market)["phase"])
    market.phase = Phase.HALTED
    halted = str(_cells(desk.state, "TSLA", market)["phase"])

    assert (shrinking, halted) == ("reduce only", "halted")


@pytest.mark.parametrize(
    ("width", "height", "panels"),
    [
        (80, 24, ["sessions", "trades: in 120 columns, or more lines"]),
        (80, 45, ["sessions", "trades"]),
        (150, 24, ["trades", "sessions"]),
    ],
)
def test_trades_stand_beside_the_rest_or_below_it_or_it_is_said_how_to_see_them(
    width: int, height: int, panels: list[str]
) -> None:
    desk = Desk()
    desk.price(250)
    screen = Screen(title="venue", speed=lambda: "1", where="")
    screen._console = Console(width=width, height=height)

    screen.draw(desk.state)
    text = _text(screen, width)

    assert len(text.splitlines()) <= height
    assert sorted(panels, key=text.index) == panels
    assert text.count("trades") == 1


def test_no_price_of_a_trade_is_cut_where_trades_stand_beside_the_rest() -> None:
    desk = Desk()
    desk.price(250)
    screen = Screen(title="venue", speed=lambda: "1", where="")
    screen._console = Console(width=SIDE_BY_SIDE, height=30)
    dear = ev.Traded(1, "TSLA", 10_144_890, 1_234_567, Side.BUY, 1, 2, 1, 2, 0, 0, 0, 0)

    screen.listen(1, START_NS, cmd.PassTime(), [dear])
    screen.draw(desk.state)

    assert "buy  1,234.567 @ 101,448.90" in _text(screen, SIDE_BY_SIDE)


def test_a_fresh_market_shows_no_index_and_says_what_it_waits_for_once() -> None:
    engine = Engine(build)
    screen = Screen(title="venue", speed=lambda: "1", where="")
    for command in (
        cmd.ListMarket(under(spec("TSLA"), "drift")),
        cmd.ChangeSession("TSLA", Session.NO_TRADING, Closure.OVERNIGHT, START_NS, None, None),
    ):
        engine.execute(command, at_ns=START_NS)

    screen.draw(engine.state)

    shown = _text(screen)
    assert "closed, overnight" in shown
    assert "book" not in shown
    assert "no price from outside yet" in shown
    assert "TSLA: " not in shown.replace("TSLA: no price", "")


@pytest.mark.parametrize(
    ("session", "closure", "words"),
    [
        (Session.REGULAR, Closure.NONE, "REGULAR"),
        (Session.OVERNIGHT, Closure.OVERNIGHT, "OVERNIGHT"),
        (Session.NO_TRADING, Closure.WEEKEND, "closed, weekend"),
        (Session.AFTER_MARKET, Closure.EARLY_CLOSE, "AFTER_MARKET, early close"),
    ],
)
def test_a_session_is_said_once(session: Session, closure: Closure, words: str) -> None:
    assert _session(session, closure) == words
