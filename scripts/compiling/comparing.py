"""Compare the compiled core with the plain one: events and digests of runs, then the tests."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.compiling.modules import ROOT

TESTS = (
    "tests/core",
    "tests/simulation",
    "tests/scenarios",
    "tests/gateway",
    "tests/soak",
    "tests/test_proofs.py",
    "tests/test_sequencer.py",
    "tests/store/test_recorded_journals.py",
)


class Differs(Exception):
    """The two forms do not come to the same."""


def compare() -> None:
    """Run both forms, and the tests with the compiled one."""
    with tempfile.TemporaryDirectory(prefix="venue-plain-") as folder:
        for room in ("venue", "scripts", "tests", "migrations"):
            unwanted = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__")
            shutil.copytree(ROOT / room, Path(folder) / room, ignore=unwanted)
        plain = outcome(Path(folder))
    compiled = outcome(ROOT)
    if (plain[0], compiled[0]) != ("plain", "compiled"):
        raise Differs(f"expected a plain and a compiled run, found {plain[0]} and {compiled[0]}")
    for was, now in zip(plain[1:], compiled[1:], strict=True):
        if was != now:
            raise Differs(f"expected {was}, found {now}")
        print(f"the same in both forms: {was}", flush=True)
    ran = subprocess.run([sys.executable, "-m", "pytest", "-q", *TESTS], cwd=ROOT, check=False)
    if ran.returncode:
        raise Differs("tests failed, see above")


def outcome(root: Path) -> list[str]:
    """Return what a tree's core makes of the runs, as lines."""
    ran = subprocess.run(
        [sys.executable, "-m", "scripts.compiling.outcome"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'clients' / 'python'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise Differs(f"the run in {root} ended with\n{ran.stderr[-2000:]}")
    return ran.stdout.splitlines()
