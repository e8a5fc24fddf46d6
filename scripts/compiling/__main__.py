"""``scripts/compile``: compile an order's path, remove that again, or compare both forms.

Nothing needs it: without it the same Python runs as it is.
"""

import argparse
import sys
import time

from scripts.compiling.building import CannotCompile, build, clean
from scripts.compiling.comparing import Differs, compare


def main() -> None:
    """Do what was asked; a refusal is a sentence and exit code 2, a difference exit code 1."""
    parser = argparse.ArgumentParser(prog="scripts/compile", description=__doc__)
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--clean", action="store_true", help="remove what was compiled")
    one.add_argument("--test", action="store_true", help="compile, compare with plain, run tests")
    asked = parser.parse_args()
    if asked.clean:
        print(f"removed {clean()} compiled modules: the venue is plain Python")
        return
    try:
        began = time.monotonic()
        print("compiling: a good minute of one core ...", flush=True)
        count = build()
        print(f"compiled {count} modules in {time.monotonic() - began:.0f} s")
        if asked.test:
            compare()
    except CannotCompile as error:
        print(f"refused: {error}; the venue stays as it was", file=sys.stderr)
        sys.exit(2)
    except Differs as error:
        print(f"the compiled form differs: {error}; remove it with --clean", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
