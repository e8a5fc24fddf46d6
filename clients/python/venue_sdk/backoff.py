"""How long to wait before connecting again: twice as long each time, with chance, up to a cap."""

from random import Random

FIRST_S = 0.1
LONGEST_S = 10.0


class Backoff:
    """Waits between attempts. Chance keeps bots apart that were thrown out together."""

    def __init__(
        self, chance: Random, first_s: float = FIRST_S, longest_s: float = LONGEST_S
    ) -> None:
        self._chance = chance
        self._first_s = first_s
        self._longest_s = longest_s
        self._attempts = 0

    def next_s(self) -> float:
        """Return the seconds to wait now: between half of the step and the whole of it."""
        step_s = min(self._longest_s, self._first_s * 2.0 ** min(self._attempts, 30))
        self._attempts += 1
        return step_s * (0.5 + self._chance.random() / 2)

    def reset(self) -> None:
        """Begin again with the shortest wait: a connection stood."""
        self._attempts = 0
