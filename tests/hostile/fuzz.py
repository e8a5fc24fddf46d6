"""``scripts/fuzz --minutes N``: every target in turn, for as long as asked, with fresh seeds.

A failure is printed in its shortest form, and ends the run with exit code 1.
"""

import argparse
import sys
import time
from random import SystemRandom

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.hostile.targets import TARGETS, Target

ROUND = 200
PHASES = (Phase.explicit, Phase.generate, Phase.target, Phase.shrink)


def play(aim: Target, examples: int, number: int | None = None) -> None:
    """Run a target with so many examples times its weight; a failure is an exception."""

    def one(given_input: object) -> None:
        aim.run(given_input)

    test = given(aim.inputs)(one)
    if number is not None:
        test = seed(number)(test)
    settings(
        max_examples=examples * aim.weight,
        deadline=None,
        database=None,
        phases=PHASES,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )(test)()


def main() -> None:
    """Fuzz until the time is over, or something is found."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, help="repeat a round that failed")
    parser.add_argument("--target", choices=[each.name for each in TARGETS])
    asked = parser.parse_args()
    chance = SystemRandom()
    until = time.monotonic() + asked.minutes * 60
    counts = {each.name: 0 for each in TARGETS}
    while time.monotonic() < until:
        for aim in TARGETS:
            if asked.target not in (None, aim.name) or time.monotonic() >= until:
                continue
            number = chance.getrandbits(32) if asked.seed is None else asked.seed
            try:
                play(aim, ROUND, number)
            except Exception:
                print(f"\n{aim.name} failed: repeat it with --target {aim.name} --seed {number}")
                raise
            counts[aim.name] += ROUND * aim.weight
        shown = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        print(f"{max(0, until - time.monotonic()):6.0f} s left; at most: {shown}", flush=True)
    print("nothing found")


if __name__ == "__main__":
    main()
    sys.exit(0)
