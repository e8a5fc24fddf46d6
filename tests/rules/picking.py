"""The property tester picks what the drivers draw, and shrinks what it finds."""

from typing import Any

from hypothesis import strategies as st

from venue.rules.trials import Driver
from venue.rules.trials.draw import Draw

# What one number takes; and enough of them for a sequence, after which the least is picked.
BYTES, BYTES_MAX = 5, 5 * 200
# One number in so many is the least or the most, as ``Numbered`` has it.
EDGES_EVERY = 8


class Picked:
    """Picks whole numbers out of bytes that hypothesis draws all at once: one by one is slow.

    Fewer bytes, and smaller ones, mean lesser numbers: so it shrinks.
    """

    def __init__(self, data: st.DataObject) -> None:
        self._bytes = data.draw(st.binary(max_size=BYTES_MAX))
        self._at = 0

    def whole(self, least: int, most: int) -> int:
        """Return a number from ``least`` to ``most``, both included."""
        taken = self._bytes[self._at : self._at + BYTES]
        self._at += BYTES
        if not taken or taken[0] % EDGES_EVERY == 0:
            return most if taken[1:2] > b"\x7f" else least
        return least + (int.from_bytes(taken) * (most - least + 1) >> 8 * len(taken))


def drawn(data: st.DataObject, draw: Draw) -> Any:
    """Return one input."""
    return draw(Picked(data))


def sequence(data: st.DataObject, driver: Driver, longest: int = 8) -> list[Any]:
    """Return a sequence of one to ``longest`` inputs."""
    picked = Picked(data)
    return [driver.inputs(picked) for _ in range(picked.whole(1, longest))]
