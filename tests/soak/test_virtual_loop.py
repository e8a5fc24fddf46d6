"""The loop whose time is a number."""

from tests.soak.virtual_loop import VirtualLoop
from venue.core.units import E9


def test_who_waits_again_and_again_for_the_next_instant_comes_to_it() -> None:
    """At 20,000 times the wall's pace a nanosecond of the venue is no time at all for the loop."""
    loop = VirtualLoop(1_000 * E9)
    turns: list[int] = []

    async def wait() -> None:
        over = loop.create_future()

        def look() -> None:
            turns.append(loop.at_ns)
            if loop.at_ns > 1_000 * E9 + 5_000:
                over.set_result(None)
            elif len(turns) < 100:
                loop.call_later(5e-14, look)
            else:
                over.set_exception(AssertionError("time stands still"))

        look()
        await over

    assert loop.live(wait()) is None
    assert len(turns) < 20
