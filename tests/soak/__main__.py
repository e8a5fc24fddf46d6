"""``scripts/soak``: one seed after another until stopped, with what has been run so far.

A failure is made short and printed with its seed and commit; its actions are kept in a file that
``--replay`` lives again.
"""

import argparse
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import structlog

from tests.soak.actions import Script, read_script, write_script
from tests.soak.again import ROOT, look_elsewhere, others
from tests.soak.draw import Drawing
from tests.soak.power import power_life
from tests.soak.setting import Setting, drawn
from tests.soak.shrink import failure_of, said, shrunk
from tests.soak.world import Outcome, World
from venue.core import events as ev
from venue.core.commands import AnyCommand
from venue.core.rejects import Cause, Reason
from venue.core.units import NS_PER_DAY

WEEK_NS = 7 * NS_PER_DAY
ELSEWHERE_EVERY = 4  # Three interpreters to start cost more than most lives.
CRASHES = ("cut ", "a stop at")


class Progress:
    """What has been run."""

    def __init__(self) -> None:
        self.seeds = self.commands = self.venue_ns = self.starts = self.checkpoints = 0
        self.power_cuts = 0
        self.faults: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.words: Counter[str] = Counter()
        self._began = time.monotonic()

    def add(self, outcome: Outcome, power_cuts: int) -> None:
        """Count one seed."""
        self.seeds += 1
        self.commands += outcome.commands
        self.venue_ns += outcome.venue_ns
        self.starts += outcome.starts
        self.checkpoints += outcome.checkpoints
        self.power_cuts += power_cuts
        self.faults.update(outcome.faults)
        self.asked.update(outcome.asked)
        self.events.update(outcome.events)
        self.words.update(outcome.words)

    def line(self) -> str:
        """Return it in a line."""
        crashes = sum(n for name, n in self.faults.items() if name.startswith(CRASHES))
        return (
            f"{time.monotonic() - self._began:7.0f} s  {self.seeds} seeds  "
            f"{self.venue_ns / WEEK_NS:.1f} simulated weeks  {self.commands:,} commands  "
            f"{crashes} crashes  {self.checkpoints} checkpoints replayed  "
            f"{self.power_cuts} power cuts of the real store"
        )

    def table(self) -> str:
        """Return by kind what was met, and what never was."""
        rows: list[str] = []
        for title, met, known in (
            ("faults", self.faults, set()),
            ("commands", self.asked, {kind.__name__ for kind in AnyCommand.__args__}),
            ("events", self.events, {kind.__name__ for kind in ev.AnyEvent.__args__}),
            ("words", self.words, {repr(word) for kind in (Reason, Cause) for word in kind}),
        ):
            rows += [f"{title}:", *(f"  {n:9,}  {name}" for name, n in sorted(met.items()))]
            if known - set(met):
                rows += [f"  {'never':>9}  {name}" for name in sorted(known - set(met))]
        return "\n".join(rows)


def soak(first: int, seeds: int | None, actions: int, *, elsewhere: bool) -> int:
    """Run seeds until stopped or one fails; return the exit code."""
    progress = Progress()
    say(f"commit {commit()}, other Pythons: {', '.join(others()) or 'none'}")
    seed = first
    try:
        while seeds is None or seed < first + seeds:
            setting = drawn(seed)
            world = World(setting, Drawing(setting, actions))
            try:
                outcome = world.run()
                if elsewhere and seed % ELSEWHERE_EVERY == 0:
                    look_elsewhere(outcome.groups, outcome.came_to)
                cuts = power_life(seed)
            except (Exception, SystemExit) as error:
                tell_failure(setting, world, said(error))
                return 1
            progress.add(outcome, cuts)
            say(f"{progress.line()}  (seed {seed}: {', '.join(setting.rulebooks)})")
            seed += 1
    except KeyboardInterrupt:
        say("stopped")
    say(progress.table())
    return 0


def tell_failure(setting: Setting, world: World, failure: str) -> None:
    """Print a failure with everything that is needed to see it again."""
    say(
        f"seed {setting.seed} of commit {commit()} fails after {len(world.done)} actions: {failure}"
    )
    say("making it short ...")
    if failure_of(setting, world.done) is None:
        say("the same actions do not fail again: it lies outside the life (see the sentence above)")
        return
    kept = shrunk(world.done, lambda actions: failure_of(setting, actions))
    short = failure_of(setting, kept) or failure
    path = Path(f"soak-{setting.seed}.json")
    write_script(path, Script(setting.seed, commit(), short, kept))
    say(f"{len(kept)} actions are enough: {short}")
    for action in kept:
        say(f"  {action}")
    say(f"live them again with: scripts/soak --replay {path}")


def live_again(path: Path) -> int:
    """Live a failure that was kept."""
    script = read_script(path)
    found = failure_of(drawn(script.seed), script.actions)
    say(f"seed {script.seed}, {len(script.actions)} actions: {found or 'nothing fails'}")
    return 1 if found else 0


def commit() -> str:
    """Return the commit of this tree, with a mark where it is not as committed."""
    asked = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Read what is asked for."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, help="how many seeds; until stopped if left out")
    parser.add_argument("--actions", type=int, default=1_500, help="actions of a seed's life")
    parser.add_argument("--here", action="store_true", help="no replay by other interpreters")
    parser.add_argument("--replay", type=Path, help="live the actions of a failure again")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    if asked.replay is not None:
        return live_again(asked.replay)
    return soak(asked.seed, asked.seeds, asked.actions, elsewhere=not asked.here)


if __name__ == "__main__":
    sys.exit(main())
