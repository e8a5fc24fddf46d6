"""The shortest list of actions that fails: chunks are left out while it fails without them."""

import time
from collections.abc import Callable, Sequence

from tests.soak.actions import AnyAction
from tests.soak.setting import Setting
from tests.soak.world import World, recorded

Fails = Callable[[Sequence[AnyAction]], str | None]


def failure_of(setting: Setting, actions: Sequence[AnyAction]) -> str | None:
    """Live a list of actions; return what goes wrong, ``None`` when nothing does."""
    try:
        World(setting, recorded(actions)).run()
    except (Exception, SystemExit) as error:
        return said(error)
    return None


def said(error: BaseException) -> str:
    """Return a failure in one sentence, with the kind of it."""
    return f"{type(error).__name__}: {error}"


def shrunk(
    actions: Sequence[AnyAction], fails: Fails, *, seconds: float = 120.0
) -> list[AnyAction]:
    """Return a list as short as can be found in so many seconds, of actions that still fail.

    Another failure than the first counts as well: it is shorter, and a failure.

    >>> bad = lambda actions: "it fails" if {3, 7} <= set(actions) else None
    >>> shrunk(list(range(100)), bad)
    [3, 7]
    """
    until = time.monotonic() + seconds
    kept = list(actions)
    chunk = max(1, len(kept) // 2)
    while time.monotonic() < until:
        place, was = 0, len(kept)
        while place < len(kept) and time.monotonic() < until:
            shorter = kept[:place] + kept[place + chunk :]
            if fails(shorter) is not None:
                kept = shorter
            else:
                place += chunk
        if chunk == 1 and len(kept) == was:
            break
        chunk = max(1, chunk // 2)
    return kept
