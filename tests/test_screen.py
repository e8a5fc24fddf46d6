"""The live view: what fits is whole, what matters most stays longest."""

from io import StringIO

import pytest
from rich.console import Console

from venue.core import commands as cmd
from venue.core.engine import Engine
from venue.core.phases import Closure, Session
from venue.core.units import E6, E9, NS_PER_SECOND
from venue.rules.build import build
from venue.rules.rulebooks import spec
from venue.screen import COLUMNS, Screen, shown_columns

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


def _text(screen: Screen) -> str:
    console = Console(width=170, record=True, file=StringIO())
    console.print(screen._drawn)
    return console.export_text()
