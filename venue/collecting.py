"""When garbage is collected: often enough that no collection takes long.

Commands, events and orders hold no cycles, so the collector finds next to nothing: what it costs is
the walk over what is young. Python counts what begins less what ends, however old that was. On a
busy venue, where as many orders end as come, the count hardly rises while the young grow many, and
after 200,000 orders one walk took 18 ms. So they are walked after so many commands, too. And they
are walked in small parts: of 5,000 bots that came in at Python's own pace, one walk took 57 ms.
"""

import gc
from collections.abc import Sequence

from venue.group import Executed

# What Python counts by itself: objects, collections of the young, and of the middle-aged.
COLLECT_EVERY = (2_000, 3, 50_000)
COMMANDS_A_WALK = 1_000


class Collecting:
    """Walks the young after every 1,000 commands; a listener of the sequencer.

    Python counts by the table from the first moment on: recovery is a busy time, too.
    """

    def __init__(self) -> None:
        self._since = 0
        gc.set_threshold(*COLLECT_EVERY)

    def begin(self) -> None:
        """Keep what there is for good."""
        gc.collect()
        gc.freeze()  # What recovery brought stays: the collector need not walk it again.

    def listen(self, executed: Sequence[Executed]) -> None:
        """Count a durable group."""
        self._since += len(executed)
        if self._since >= COMMANDS_A_WALK:
            self._since = 0
            gc.collect(0)
