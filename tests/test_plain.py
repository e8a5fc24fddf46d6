"""Names of others on a terminal: shown, never obeyed."""

import pytest
from rich.console import Console

from venue.core.commands import OpenAccount
from venue.core.engine import Engine
from venue.core.events import LiquidationEnded, LiquidationOutcome
from venue.plain import plain
from venue.rules.build import build
from venue.screen import _news

NASTY = ["\x1b[2J\x1b[31mred", "a\rb", "a\x9b31mb", "\u202eback", "[bold red]x[/]", "<script>x"]


@pytest.mark.parametrize("name", NASTY)
def test_the_live_view_shows_a_name_and_obeys_nothing_in_it(name: str) -> None:
    """Journals of before names were checked may hold any."""
    engine = Engine(build)
    engine.execute(OpenAccount(name), at_ns=1)
    console = Console(force_terminal=True, color_system=None, width=200)

    with console.capture() as drawn:
        console.print(
            _news(engine.state, 0, LiquidationEnded(1, 1, "", LiquidationOutcome.HEALTHY, 0, 0))
        )

    text = drawn.get()
    assert plain(name) in text
    assert not any(sign in text for sign in ("\x1b", "\r", "\x9b", "\u202e"))


def test_plain_text_stays_as_it_is() -> None:
    assert plain("Zoë [red] <b>") == "Zoë [red] <b>"
